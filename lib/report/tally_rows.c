#include "report/tally_rows.h"

#include <stdlib.h>

#include "base/hash.h"

static bool need(struct tally *t, void *array, size_t which, size_t size, size_t each)
{
	void **a = array;
	size_t had = t->rowcap[which], n = (t->rows + (size_t)1) * each;

	if (!each)
		return true;
	if (!array_need(array, t->rowcap + which, n, size))
		return false;
	if (t->rowcap[which] != had)
		memset((char *)*a + had * size, 0, (t->rowcap[which] - had) * size);
	return true;
}

static uint32_t add_row(struct tally *t, const uint32_t *key, uint64_t hash)
{
	uint32_t row = t->rows;
	size_t i;

	if (!need(t, &t->row_key, 0, sizeof(*t->row_key), t->keys) ||
	    !need(t, &t->count, 1, sizeof(*t->count), tally_counts(t)) ||
	    !need(t, &t->hist, 2, sizeof(*t->hist), t->overs) ||
	    !need(t, &t->sweep, 3, sizeof(*t->sweep),
		  t->wants & (WANT_QUEUED | WANT_ON) ? SWEEPS : 0) ||
	    !need(t, &t->seen, 4, sizeof(*t->seen), t->wants & WANT_EVENTS ? 1 : 0) ||
	    !map_add(&t->map, hash, row)) {
		t->failed = true;
		return ROW_NONE;
	}
	for (i = 0; i < t->keys; i++)
		t->row_key[row * t->keys + i] = key[i];
	if (t->seen)
		t->seen[row].first = -1;
	return t->rows++;
}

uint32_t tally_find_row(struct tally *t, const uint32_t *key, uint32_t *lately)
{
	uint64_t hash = hash_seed();
	uint32_t row;
	size_t i;

	for (i = 0; i < t->keys; i += 2)
		hash = hash_pair(hash, key[i], i + 1 < t->keys ? key[i + 1] : 0);
	MAP_EACH (&t->map, at, hash, row)
		if (tally_is_row(t, row, key))
			return *lately = row;
	row = add_row(t, key, hash);
	if (row != ROW_NONE)
		*lately = row;
	return row;
}

void tally_key_time(const struct tally *t, const struct moment *m, uint32_t *key)
{
	size_t i;

	for (i = 0; i < t->keys; i++)
		if (key_of_time(t->key[i].key))
			key[i] = key_moment(t->key[i].key, m);
}

int64_t tally_part(struct tally *t, int64_t from, int64_t to, struct moment *m)
{
	const struct moment *next;
	struct moment own;
	size_t i;

	if (!t->timed)
		return to;
	*m = *moment_at(t->labels, from, &own);
	while ((from = when_next_slot(from, t->slot)) < to) {
		next = moment_at(t->labels, from, &own);
		for (i = 0; i < t->keys; i++)
			if (key_of_time(t->key[i].key) &&
			    key_moment(t->key[i].key, next) != key_moment(t->key[i].key, m))
				return from;
	}
	return to;
}

enum { STEPS_MANY = 1 << 15 };

/* Settles the queues of all rows: those of times long past get nothing more. */
static void settle_queues(struct tally *t)
{
	struct sweep *s;
	uint32_t row;

	t->steps = 0;
	for (row = 0; row < t->rows; row++) {
		s = t->sweep + row * SWEEPS + SWEEP_QUEUED;
		if (s->n)
			sweep_settle(s, t->clock - t->late, t->period);
		t->steps += s->n;
	}
	t->steps_most = 2 * t->steps > STEPS_MANY ? 2 * t->steps : STEPS_MANY;
}

void tally_sweep(struct tally *t, uint32_t row, int which, int64_t from, int64_t to)
{
	if (!sweep_add(t->sweep + row * SWEEPS + (size_t)which, from, to))
		t->failed = true;
	if (which == SWEEP_ON) /* sessions may be as old as can be */
		return;
	t->steps += 2;
	if (!t->keep && t->steps > STEPS_MANY && t->steps > t->steps_most)
		settle_queues(t);
}

static bool of_reason(const struct tally *t, const struct over_want *w, struct slice reason)
{
	return w->over != OVER_PAUSE_OF || slice_eq(reason, label_text(t->labels, w->reason));
}

void tally_parts(struct tally *t, const uint32_t *keys, int64_t from, int64_t to, enum count count,
		 unsigned overs, struct slice reason)
{
	uint32_t key[KEYS_MOST], row;
	int64_t at = from, end;
	struct moment m;
	size_t i;

	for (i = 0; i < t->keys; i++)
		key[i] = keys[i];
	do {
		end = tally_part(t, at, to, &m);
		tally_key_time(t, &m, key);
		row = tally_row(t, key);
		if (row == ROW_NONE)
			return;
		if (at == from && count != COUNTS)
			tally_count(t, row)[count]++;
		for (i = 0; i < t->overs; i++)
			if (overs >> t->over[i].over & 1 && of_reason(t, t->over + i, reason))
				tally_put(t, row, i,
					  (end - from) / WHEN_SECOND - (at - from) / WHEN_SECOND);
		if (overs >> OVER_LOGON & 1 && t->wants & WANT_ON)
			tally_sweep(t, row, SWEEP_ON, at, end);
		at = end;
	} while (at < to);
}

static int by_keys(const struct tally *t, uint32_t a, uint32_t b)
{
	size_t i;
	int c = 0;

	for (i = 0; i < t->keys && !c; i++)
		c = key_cmp(t->labels, t->key[i].key, t->row_key[a * t->keys + i],
			    t->row_key[b * t->keys + i]);
	return c;
}

/* A merge sort: a qsort that is told what to compare by is not everywhere. */
static void sort(const struct tally *t, uint32_t *row, uint32_t *other, size_t n)
{
	size_t half = n / 2, i = 0, j = half, k;

	if (n < 2)
		return;
	sort(t, row, other, half);
	sort(t, row + half, other, n - half);
	for (k = 0; k < n; k++)
		other[k] = j == n || (i < half && by_keys(t, row[i], row[j]) <= 0) ? row[i++] :
										     row[j++];
	memcpy(row, other, n * sizeof(*row));
}

bool tally_order(struct tally *t)
{
	uint32_t i, none = 0, *other;

	if (!t->keys && !t->rows)
		tally_row(t, &none);
	free(t->order);
	t->order = malloc((t->rows + (size_t)1) * sizeof(*t->order));
	other = malloc((t->rows + (size_t)1) * sizeof(*other));
	if (t->order && other) {
		for (i = 0; i < t->rows; i++)
			t->order[i] = i;
		sort(t, t->order, other, t->rows);
	} else {
		t->failed = true;
	}
	free(other);
	return !t->failed;
}

void tally_finish(struct tally *t)
{
	size_t i;

	tally_shift_finish(t);
	tally_persons_finish(t);
	tally_order(t);
	for (i = 0; t->sweep && i < (size_t)t->rows * SWEEPS; i++)
		sweep_finish(t->sweep + i, t->join, t->period);
}

void tally_free(struct tally *t)
{
	size_t i;

	for (i = 0; t->hist && i < t->rows * t->overs; i++)
		hist_free(t->hist + i);
	for (i = 0; t->sweep && i < (size_t)t->rows * SWEEPS; i++)
		sweep_free(t->sweep + i);
	tally_shift_free(t);
	tally_recall_free(t);
	if (t->cover)
		tally_free(t->cover);
	free(t->cover);
	tally_persons_free(t);
	map_free(&t->map);
	free(t->row_key);
	free(t->count);
	free(t->hist);
	free(t->sweep);
	free(t->seen);
	free(t->order);
	free(t->within);
	free(t->over);
	*t = (struct tally){ 0 };
}
