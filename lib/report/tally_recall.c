#include <stdlib.h>

#include "base/hash.h"
#include "report/tally_rows.h"

/*
 * Which calls a row has seen. The fold gives a call that is forgotten's number to another: how often
 * the number was forgotten tells them apart. So there is one of these for each row and each call
 * that is remembered at once.
 */
struct recall {
	uint32_t row, call, forgotten;
};

struct recalls {
	struct map map;
	struct recall *recall;
	size_t n, cap;
};

bool forgotten_add(struct forgotten *f, uint32_t call)
{
	size_t had = f->cap;

	if (!array_need(&f->times, &f->cap, call + (size_t)1, sizeof(*f->times)))
		return false;
	memset(f->times + had, 0, (f->cap - had) * sizeof(*f->times));
	f->times[call]++;
	return true;
}

static uint32_t times(const struct forgotten *f, uint32_t call)
{
	return f && call < f->cap ? f->times[call] : 0;
}

/*
 * Made where there is none yet, as of a call seen never before. NULL: out of memory. all: one for
 * each call that ever was, to be counted later: then it is found by `now`, how often the number was
 * forgotten.
 */
static struct recall *find(struct recalls *r, uint32_t row, uint32_t call, bool all, uint32_t now)
{
	uint64_t hash = hash_mix(hash_mix(hash_seed(), row), call);
	uint32_t id;

	if (all)
		hash = hash_mix(hash, now);
	MAP_EACH (&r->map, at, hash, id)
		if (r->recall[id].row == row && r->recall[id].call == call &&
		    (!all || r->recall[id].forgotten == now))
			return r->recall + id;
	if (!array_need(&r->recall, &r->cap, r->n + 1, sizeof(*r->recall)) ||
	    !map_add(&r->map, hash, (uint32_t)r->n))
		return NULL;
	r->recall[r->n] = (struct recall){ row, call, UINT32_MAX };
	return r->recall + r->n++;
}

bool tally_recall(struct tally *t, uint32_t row, uint32_t call)
{
	uint32_t now = times(t->forgotten, call);
	struct recall *r;
	bool first;

	if (!t->recalls)
		t->recalls = calloc(1, sizeof(*t->recalls));
	r = t->recalls ? find(t->recalls, row, call, t->join, now) : NULL;
	if (!r) {
		t->failed = true;
		return false;
	}
	first = r->forgotten != now;
	r->forgotten = now;
	return first;
}

static int by_call(const void *pa, const void *pb)
{
	const struct recall *a = pa, *b = pb;

	if (a->call != b->call)
		return a->call < b->call ? -1 : 1;
	return (a->forgotten > b->forgotten) - (a->forgotten < b->forgotten);
}

long long tally_recall_count(const struct tally *t, const bool *joined, uint32_t rows)
{
	struct recalls *r = t->recalls;
	const struct recall *before = NULL, *one;
	long long n = 0;
	size_t i;

	if (!r)
		return 0;
	map_clear(&r->map); /* its records move */
	qsort(r->recall, r->n, sizeof(*r->recall), by_call);
	for (i = 0; i < r->n; i++) {
		one = r->recall + i;
		if (one->row >= rows || !joined[one->row])
			continue;
		n += !before || by_call(before, one) != 0;
		before = one;
	}
	return n;
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
