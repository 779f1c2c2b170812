#include <stdlib.h>

#include "report/tally_rows.h"

/* The tally's keys, and its own copy of them with the agent behind. */
struct persons {
	struct tally tally;
	struct key_ask key[KEYS_MOST + 1];
};

struct tally *tally_persons(struct tally *t)
{
	struct persons *p = calloc(1, sizeof(*p));
	size_t i;

	if (!p) {
		t->failed = true;
		return NULL;
	}
	for (i = 0; i < t->keys; i++)
		p->key[i] = t->key[i];
	p->key[i].key = KEY_AGENT;
	tally_init(&p->tally, t->labels, p->key, t->keys + 1);
	p->tally.wants = WANT_EVENTS;
	return &p->tally;
}

void tally_persons_finish(struct tally *t)
{
	struct tally *p = t->persons;
	uint32_t row, whole;

	for (row = 0; p && row < p->rows; row++) {
		whole = tally_row(t, p->row_key + row * p->keys);
		if (whole != ROW_NONE)
			tally_count(t, whole)[COUNT_SEEN] +=
				(p->seen[row].last - p->seen[row].first) / WHEN_SECOND;
	}
	if (p)
		t->failed |= p->failed;
}

void tally_persons_join(struct tally *into, struct tally *t, const bool *joined, uint32_t rows)
{
	struct tally *p = t->persons;
	uint32_t row, whole, to;

	if (p && !into->persons)
		into->persons = tally_persons(into);
	for (row = 0; p && into->persons && row < p->rows; row++) {
		whole = tally_row(t, p->row_key + row * p->keys);
		if (whole >= rows || !joined[whole])
			continue;
		to = tally_row(into->persons, p->row_key + row * p->keys + t->keys);
		if (to != ROW_NONE)
			extent_merge(into->persons->seen + to, p->seen + row);
	}
}

void tally_persons_free(struct tally *t)
{
	if (!t->persons)
		return;
	tally_free(t->persons);
	free(t->persons);
	t->persons = NULL;
}
