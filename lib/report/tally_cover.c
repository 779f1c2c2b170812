#include <stdlib.h>

#include "report/tally_rows.h"

/* The period is a tally of its own, with the same keys, of which all but those of time stay 0. */
static struct tally *cover_of(struct tally *t)
{
	if (!t->cover) {
		t->cover = malloc(sizeof(*t->cover));
		if (t->cover)
			tally_init(t->cover, t->labels, t->key, t->keys);
		else
			t->failed = true;
	}
	return t->cover;
}

void tally_cover(struct tally *t, int64_t from, int64_t to)
{
	struct tally *c = cover_of(t);
	uint32_t key[KEYS_MOST] = { 0 }, row;
	struct moment m;
	int64_t end;

	for (; c && from < to; from = end) {
		end = tally_part(c, from, to, &m);
		tally_key_time(c, &m, key);
		row = tally_row(c, key);
		if (row != ROW_NONE)
			tally_count(c, row)[0] += end - from;
	}
}

/* The row of the period in which a row lies. ROW_NONE: out of memory. */
static uint32_t cover_row(struct tally *t, uint32_t row)
{
	uint32_t key[KEYS_MOST] = { 0 };
	struct tally *c = cover_of(t);
	size_t i;

	if (!c)
		return ROW_NONE;
	for (i = 0; i < t->keys; i++)
		if (key_of_time(t->key[i].key))
			key[i] = t->row_key[row * t->keys + i];
	return tally_row(c, key);
}

int64_t tally_covered(struct tally *t, uint32_t row)
{
	uint32_t known = cover_row(t, row);

	return known == ROW_NONE ? 0 : tally_count(t->cover, known)[0];
}

/* Several rows may lie in the same part of the period: it is marked, in a count that it has no other
 * use for, once it was counted. */
int64_t tally_covered_by(struct tally *t, const bool *joined, uint32_t rows)
{
	int64_t sum = 0;
	long long *count;
	uint32_t row, known;

	for (row = 0; row < rows; row++) {
		known = joined[row] ? cover_row(t, row) : ROW_NONE;
		if (known == ROW_NONE)
			continue;
		count = tally_count(t->cover, known);
		if (!count[1])
			sum += count[0];
		count[1] = 1;
	}
	return sum;
}
