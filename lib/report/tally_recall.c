#include <stdlib.h>

#include "base/hash.h"
#include "report/tally_rows.h"

/*
 * Which calls a row has seen. The fold gives calls numbers, and the number of a forgotten one to
 * another: the hash of the callid, and the 1800 s after which it is forgotten, tell them apart.
 * So there is one of these for each row and each call that is remembered at once.
 */
enum { FORGOTTEN_AFTER = 1800 };

struct recall {
	uint32_t row, call;
	uint64_t name;
	int64_t last;
};

struct recalls {
	struct map map;
	struct recall *recall;
	size_t n, cap;
};

static uint64_t name_of(const struct visit *v)
{
	return hash_bytes(hash_bytes(hash_seed(), v->partition), v->callid);
}

static struct recall *find(struct recalls *r, uint32_t row, uint32_t call)
{
	uint64_t hash = hash_mix(hash_mix(hash_seed(), row), call);
	uint32_t id;

	MAP_EACH (&r->map, at, hash, id)
		if (r->recall[id].row == row && r->recall[id].call == call)
			return r->recall + id;
	if (!array_need(&r->recall, &r->cap, r->n + 1, sizeof(*r->recall)) ||
	    !map_add(&r->map, hash, (uint32_t)r->n))
		return NULL;
	r->recall[r->n] = (struct recall){ row, call, 0, WHEN_MIN };
	return r->recall + r->n++;
}

bool tally_recall(struct tally *t, uint32_t row, const struct visit *v)
{
	uint64_t name = name_of(v);
	struct recall *r;
	bool first;

	if (!t->recalls)
		t->recalls = calloc(1, sizeof(*t->recalls));
	r = t->recalls ? find(t->recalls, row, v->call) : NULL;
	if (!r) {
		t->failed = true;
		return false;
	}
	first = r->last == WHEN_MIN || r->name != name ||
		v->enter > r->last + FORGOTTEN_AFTER * WHEN_SECOND;
	r->name = name;
	if (first || v->end > r->last)
		r->last = v->end;
	return first;
}

void tally_recall_free(struct tally *t)
{
	if (!t->recalls)
		return;
	map_free(&t->recalls->map);
	free(t->recalls->recall);
	free(t->recalls);
	t->recalls = NULL;
}
