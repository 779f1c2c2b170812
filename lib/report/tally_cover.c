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

int64_t tally_covered(struct tally *t, uint32_t row)
{
	uint32_t key[KEYS_MOST] = { 0 }, known;
	struct tally *c = cover_of(t);
	size_t i;

	if (!c)
		return 0;
	for (i = 0; i < t->keys; i++)
		if (key_of_time(t->key[i].key))
			key[i] = t->row_key[row * t->keys + i];
	known = tally_row(c, key);
	return known == ROW_NONE ? 0 : tally_count(c, known)[0];
}
