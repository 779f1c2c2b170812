#include <stdlib.h>

#include "base/map.h"
#include "unit.h"

/*
 * Random adds and drops against an array. The hashes are few, so that many records share one, or
 * its upper half, or their place in the table.
 */
enum { IDS = 3000, STEPS = 200000 };

static uint64_t random_state = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

static uint64_t hash_of(int kind)
{
	switch (kind) {
	case 0: /* good */
		return draw(UINT64_MAX);
	case 1: /* few */
		return draw(50) << 32;
	case 2: /* adjoining places, the end of the table among them */
		return (UINT64_C(0xfffffff8) + draw(16)) << 32 | draw(UINT32_MAX);
	default: /* one */
		return UINT64_C(7) << 40;
	}
}

/* As often as `id` is met among the candidates of h; every candidate counted in *all. */
static int met(const struct map *m, uint64_t h, uint32_t id, size_t *all)
{
	int n = 0;
	uint32_t at;

	*all = 0;
	MAP_EACH (m, i, h, at) {
		n += at == id;
		++*all;
	}
	return n;
}

static void test_random(int kind, int ids)
{
	static uint64_t hash[IDS];
	static bool in[IDS];
	struct map m = { 0 };
	long wrong = 0;
	size_t n = 0;

	memset(in, 0, sizeof(in));
	for (int step = 0; step < STEPS / (kind == 3 ? 10 : 1); step++) {
		uint32_t id = (uint32_t)draw((uint64_t)ids), any = (uint32_t)draw((uint64_t)ids);
		size_t all;

		if (in[id]) {
			map_drop(&m, hash[id], id);
			wrong += met(&m, hash[id], id, &all) != 0;
		} else {
			hash[id] = hash_of(kind);
			wrong += !map_add(&m, hash[id], id);
			wrong += met(&m, hash[id], id, &all) != 1;
		}
		n += in[id] ? (size_t)-1 : 1;
		in[id] = !in[id];
		wrong += m.n != n;
		if (in[any])
			wrong += met(&m, hash[any], any, &all) != 1;
	}
	for (int id = 0; id < ids; id++) {
		size_t all, want = 0;

		if (!in[id])
			continue;
		wrong += met(&m, hash[id], (uint32_t)id, &all) != 1;
		if (ids > 300)
			continue;
		for (int k = 0; k < ids; k++)
			want += in[k] && hash[k] >> 32 == hash[id] >> 32;
		wrong += all != want;
	}
	CHECK_EQ_INT(wrong, 0, "hashes of kind %d, %d records", kind, ids);
	map_free(&m);
	CHECK(!m.slots && m.n == 0, "nothing left");
}

int main(void)
{
	static const int ids[] = { 1, 11, 12, 13, 100, 300, IDS };
	struct map m = { 0 };
	size_t all;

	CHECK_EQ_INT(met(&m, 5, 0, &all), 0, "an empty map has nothing");
	map_drop(&m, 5, 0);
	CHECK(map_add(&m, 0, 0) && map_add(&m, UINT64_MAX, UINT32_MAX - 2), "the ends");
	CHECK_EQ_INT(met(&m, 0, 0, &all), 1, "the first number");
	CHECK_EQ_INT(met(&m, UINT64_MAX, UINT32_MAX - 2, &all), 1, "the last number");
	map_drop(&m, UINT64_MAX, 3);
	CHECK_EQ_INT(m.n, 2, "dropping what is not there changes nothing");
	map_free(&m);
	for (int kind = 0; kind < 4; kind++)
		for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
			test_random(kind, ids[i]);
	return unit_done();
}
