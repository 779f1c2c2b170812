#include <stdlib.h>

#include "base/hash.h"
#include "report/sum.h"
#include "report/tally_rows.h"

/* What went on in an account, SHIFT_IS_ bits, and how many talks. */
struct stretch {
	uint32_t account;
	unsigned bits;
	int talks;
	int64_t from, to;
};

/* The accounts: `keys` + 1 numbers of each, the agent's label first. */
struct tally_shifts {
	struct stretch *stretch; /* with `join`, of slots: all of them */
	size_t stretches, stretchcap;
	struct shifts shifts;
	struct map map;
	uint32_t *key;
	size_t n, cap;
};

/* Of the account being settled: since when it is on, and paused; -1: it is not. */
struct runs {
	struct tally *t;
	int64_t on, paused, last;
};

static struct tally_shifts *shifts_of(struct tally *t)
{
	if (!t->shifts) {
		t->shifts = calloc(1, sizeof(*t->shifts));
		t->failed |= !t->shifts;
	}
	return t->shifts;
}

static uint32_t account_of(struct tally *t, struct tally_shifts *s, const uint32_t *key)
{
	size_t n = t->keys + 1, i;
	uint64_t hash = hash_seed();
	uint32_t id;

	for (i = 0; i < n; i++)
		hash = hash_mix(hash, key[i]);
	MAP_EACH (&s->map, at, hash, id)
		if (memcmp(s->key + id * n, key, n * sizeof(*key)) == 0)
			return id;
	id = (uint32_t)s->n;
	if (!array_need(&s->key, &s->cap, (s->n + 1) * n, sizeof(*s->key)) ||
	    !map_add(&s->map, hash, id)) {
		t->failed = true;
		return ROW_NONE;
	}
	memcpy(s->key + s->n++ * n, key, n * sizeof(*key));
	return id;
}

static const uint32_t *keys_of(const struct tally *t, uint32_t account)
{
	return t->shifts->key + account * (t->keys + 1) + 1;
}

static void end_run(struct tally *t, uint32_t account, int64_t *since, int64_t until,
		    enum count count, enum over over)
{
	if (*since >= 0)
		tally_parts(t, keys_of(t, account), *since, until, count, 1u << over, SLICE(""));
	*since = -1;
}

/* Of slots, sessions and pauses are the longest stretches of being on, and paused. */
static void run(struct runs *r, uint32_t account, int64_t from, int64_t to, unsigned bits)
{
	if (from != r->last || !(bits & SHIFT_IS_ON))
		end_run(r->t, account, &r->on, r->last, COUNT_SESSIONS, OVER_LOGON);
	if (from != r->last || !(bits & SHIFT_IS_PAUSED))
		end_run(r->t, account, &r->paused, r->last, COUNT_PAUSES, OVER_PAUSE);
	if (bits & SHIFT_IS_ON && r->on < 0)
		r->on = from;
	if (bits & SHIFT_IS_PAUSED && r->paused < 0)
		r->paused = from;
	r->last = to;
}

static void keep(struct tally *t, struct stretch s)
{
	struct tally_shifts *to = t->shifts;

	if (array_need(&to->stretch, &to->stretchcap, to->stretches + 1, sizeof(*to->stretch)))
		to->stretch[to->stretches++] = s;
	else
		t->failed = true;
}

static void take(void *arg, uint32_t account, int64_t from, int64_t to, unsigned bits, int talks)
{
	struct runs *r = arg;
	struct tally *t = r->t;
	uint32_t key[KEYS_MOST], row;
	long long *sum;
	int64_t at, end;
	struct moment m;
	size_t i, s;

	if (t->slotted)
		run(r, account, from, to, bits);
	if (t->slotted && t->join)
		keep(t, (struct stretch){ account, bits, talks, from, to });
	if (!(t->wants & WANT_SHIFT))
		return;
	for (i = 0; i < t->keys; i++)
		key[i] = keys_of(t, account)[i];
	for (at = from; at < to; at = end) {
		end = tally_part(t, at, to, &m);
		tally_key_time(t, &m, key);
		row = tally_row(t, key);
		if (row == ROW_NONE)
			return;
		sum = tally_count(t, row) + COUNT_SHIFT;
		for (s = 0; s < SHIFT_TIMES; s++)
			sum[s] = sum_of(sum[s], sum_times(end - at, shift_counts((enum shift_time)s, bits,
										 talks)));
	}
}

static void settle(struct tally *t, uint32_t account, int64_t certain)
{
	struct runs r = { t, -1, -1, -1 };

	shift_settle(&t->shifts->shifts, account, certain, take, &r);
	if (!t->slotted)
		return;
	end_run(t, account, &r.on, r.last, COUNT_SESSIONS, OVER_LOGON);
	end_run(t, account, &r.paused, r.last, COUNT_PAUSES, OVER_PAUSE);
}

/* The number of the slot that an interval is of: of its partition and queue. */
static uint32_t slot_of(struct tally *t, const struct interval *i)
{
	struct buf *b = &t->labels->scratch;

	b->n = 0;
	buf_slice(b, i->partition);
	buf_byte(b, '\t');
	buf_slice(b, i->queue);
	return label_of(t->labels, buf_all(b));
}

void tally_shift(struct tally *t, const struct interval *i, enum span_kind kind)
{
	struct tally_shifts *s = shifts_of(t);
	struct moment m = { 0 };
	uint32_t key[KEYS_MOST + 1], account, slot = 0;
	size_t k;

	if (!s)
		return;
	if (t->slotted && (kind == SPAN_ON || kind == SPAN_QPAUSE))
		slot = slot_of(t, i);
	key[0] = label_kept(t->labels, i->agent);
	for (k = 0; k < t->keys; k++)
		key[k + 1] = key_interval(t->labels, t->key[k], i, &m);
	account = account_of(t, s, key);
	if (account == ROW_NONE || !shifts_add(&s->shifts, account, kind, slot, i->start, i->end, 1)) {
		t->failed = true;
		return;
	}
	/* Slots of one account may overlap, and one that is open tells nothing yet. */
	if (!t->slotted && shift_is_long(&s->shifts, account))
		settle(t, account, t->clock - t->late);
}

void tally_shift_finish(struct tally *t)
{
	uint32_t i;

	for (i = 0; t->shifts && i < t->shifts->n; i++)
		settle(t, i, WHEN_MAX);
}

/* What was said of an account's slots together is then said of one slot. */
static void join_spans(struct tally *into, const uint32_t *agent, const struct stretch *s, int64_t from,
		       int64_t to)
{
	static const struct {
		unsigned bits, is;
		enum span_kind kind;
	} spans[] = {
		{ SHIFT_IS_ON, SHIFT_IS_ON, SPAN_ON },
		{ SHIFT_IS_PAUSED, SHIFT_IS_PAUSED, SPAN_QPAUSE },
		{ SHIFT_IS_UNPAID, SHIFT_IS_UNPAID, SPAN_UNPAID },
		{ SHIFT_IS_BILLABLE, SHIFT_IS_BILLABLE, SPAN_BILLABLE },
		{ SHIFT_IS_TALK, SHIFT_IS_TALK, SPAN_TALK },
		{ SHIFT_IS_BUSY | SHIFT_IS_TALK, SHIFT_IS_BUSY, SPAN_WRAP },
	};
	uint32_t account = account_of(into, into->shifts, agent);
	size_t i;

	for (i = 0; account != ROW_NONE && i < sizeof(spans) / sizeof(*spans); i++) {
		int times = spans[i].kind == SPAN_TALK ? s->talks : 1;

		if ((s->bits & spans[i].bits) != spans[i].is)
			continue;
		for (; times > 0; times -= SHIFT_AT_ONCE)
			if (!shifts_add(&into->shifts->shifts, account, spans[i].kind, s->account, from, to,
					times < SHIFT_AT_ONCE ? times : SHIFT_AT_ONCE))
				into->failed = true;
	}
}

static void join_stretch(struct tally *into, struct tally *t, const struct stretch *s,
			 const bool *joined, uint32_t rows)
{
	const uint32_t *agent = t->shifts->key + s->account * (t->keys + 1);
	uint32_t key[KEYS_MOST], row;
	struct moment m;
	int64_t at, end;
	size_t i;

	for (i = 0; i < t->keys; i++)
		key[i] = agent[i + 1];
	for (at = s->from; at < s->to; at = end) {
		end = tally_part(t, at, s->to, &m);
		tally_key_time(t, &m, key);
		row = tally_row(t, key);
		if (row < rows && joined[row])
			join_spans(into, agent, s, at, end);
	}
}

void tally_shift_join(struct tally *into, struct tally *t, const bool *joined, uint32_t rows)
{
	size_t i;

	if (!t->shifts || !shifts_of(into))
		return;
	for (i = 0; i < t->shifts->stretches; i++)
		join_stretch(into, t, t->shifts->stretch + i, joined, rows);
}

void tally_shift_free(struct tally *t)
{
	if (!t->shifts)
		return;
	shifts_free(&t->shifts->shifts);
	map_free(&t->shifts->map);
	free(t->shifts->key);
	free(t->shifts->stretch);
	free(t->shifts);
	t->shifts = NULL;
}
