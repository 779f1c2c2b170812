/*
 * The inner half of report/tally: its rows and what waits for them; nobody else includes it.
 */
#ifndef REPORT_TALLY_ROWS_H
#define REPORT_TALLY_ROWS_H

#include "report/tally.h"

#define ROW_NONE UINT32_MAX

static inline bool tally_is_row(const struct tally *t, uint32_t row, const uint32_t *key)
{
	const uint32_t *of = t->row_key + row * t->keys;
	size_t i = 0;

	while (i < t->keys && of[i] == key[i])
		i++;
	return i == t->keys;
}

/* The row with these keys, made where there is none yet. ROW_NONE: out of memory. */
uint32_t tally_find_row(struct tally *t, const uint32_t *key, uint32_t *lately);
static inline uint32_t tally_row(struct tally *t, const uint32_t *key)
{
	uint32_t *lately;
	size_t at = 0, i;

	/* names have small numbers, and times hardly change: few rows share a place */
	for (i = 0; i < t->keys; i++)
		at = at * 3 + key[i];
	lately = &t->lately[at % TALLY_LATELY];
	return *lately < t->rows && tally_is_row(t, *lately, key) ? *lately :
								     tally_find_row(t, key, lately);
}

/* Puts the time keys of m at their places among the keys. */
void tally_key_time(const struct tally *t, const struct moment *m, uint32_t *key);

/* The end of the part of [from, to) that lies in the row of its beginning, whose moment is m. */
int64_t tally_part(struct tally *t, int64_t from, int64_t to, struct moment *m);

/* Counts v in a histogram of the row. */
static inline void tally_put(struct tally *t, uint32_t row, size_t over, long long v)
{
	if (!hist_put(tally_hist(t, row, over), t->over[over].remember, v))
		t->failed = true;
}

void tally_sweep(struct tally *t, uint32_t row, int which, int64_t from, int64_t to);

/* Is it the first visit of that call in this row? */
bool tally_recall(struct tally *t, uint32_t row, uint32_t call);
/* How many calls these rows have seen, each once; with `join`. */
long long tally_recall_count(const struct tally *t, const bool *joined, uint32_t rows);
void tally_recall_free(struct tally *t);

/* Shifts: an account for each agent and all keys but those of time. */
void tally_shift(struct tally *t, const struct interval *i, enum span_kind kind);
void tally_shift_finish(struct tally *t);
/* The same time once more, as far as it lies in these rows, by agents alone. */
void tally_shift_join(struct tally *into, struct tally *t, const bool *joined, uint32_t rows);
void tally_shift_free(struct tally *t);

/* A tally of t's keys and the agent, of what was seen. NULL: out of memory. */
struct tally *tally_persons(struct tally *t);
void tally_persons_free(struct tally *t);
void tally_persons_join(struct tally *into, struct tally *t, const bool *joined, uint32_t rows);
/* What it has seen, summed up into COUNT_SEEN of t. */
void tally_persons_finish(struct tally *t);

/*
 * Counts an interval, cut into parts, in the rows with these keys: once in `count` (COUNTS: in
 * none), its seconds in the histograms of the set `overs` (bits 1 << enum over). reason: for
 * OVER_PAUSE_OF.
 */
void tally_parts(struct tally *t, const uint32_t *key, int64_t from, int64_t to, enum count count,
		 unsigned overs, struct slice reason);

#endif
