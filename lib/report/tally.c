#include "report/tally.h"

#include <stdlib.h>

#include "base/inline.h"
#include "fold/facts.h"
#include "report/tally_rows.h"

void tally_init(struct tally *t, struct labels *l, const struct key_ask *key, size_t keys)
{
	size_t i;

	*t = (struct tally){ .labels = l, .key = key, .keys = keys, .directions = VISITS_IN,
			     .period = { WHEN_MIN, WHEN_MAX } };
	for (i = 0; i < keys; i++) {
		t->timed |= key_of_time(key[i].key);
		t->slotted |= key[i].key == KEY_QUEUE || key[i].key == KEY_PARTITION;
		t->reasons |= key[i].key == KEY_REASON;
		if (key[i].key == KEY_SLOT)
			t->slot = l->slot;
		if (key[i].key == KEY_DIRECTION)
			t->directions = VISITS_BOTH;
	}
}

size_t tally_within(struct tally *t, struct threshold *th)
{
	size_t i;

	for (i = 0; i < t->withins; i++)
		if (t->within[i] == th)
			return COUNTS + 2 * i;
	if (!array_need(&t->within, &t->withincap, t->withins + 1, sizeof(struct threshold *))) {
		t->failed = true;
		return 0;
	}
	t->within[t->withins++] = th;
	return COUNTS + 2 * i;
}

size_t tally_over(struct tally *t, struct over_want w)
{
	size_t i;

	for (i = 0; i < t->overs; i++) {
		if (t->over[i].over == w.over && t->over[i].reason == w.reason) {
			t->over[i].remember |= w.remember;
			return i;
		}
	}
	if (!array_need(&t->over, &t->overcap, t->overs + 1, sizeof(*t->over))) {
		t->failed = true;
		return 0;
	}
	t->over[t->overs++] = w;
	return i;
}

/* The wrap-up is what --wrapup says: no line of a log tells which visit a WRAPUPSTART is of. */
static long long handle(const struct tally *t, const struct visit *v)
{
	long long wrap = wrapups_of(t->wrapups, v->queue);

	if (v->outcome != OUTCOME_ANSWERED || v->talk < 0)
		return -1;
	return v->talk + (wrap > 0 && !v->unfinished ? wrap : 0);
}

#define VISITS_ANSWERED (1u << OUTCOME_ANSWERED)
#define VISITS_UNANSWERED ((2u << OUTCOME_SYSCOMPAT) - (1u << OUTCOME_ABANDONED))
#define VISITS_ANY ((1u << OUTCOMES) - 1)

/* What stands in a visit as it is counted, and the outcomes of those that have it. */
static const struct {
	unsigned outcomes;
	size_t at;
} value_of[OVERS] = {
	[OVER_WAIT] = { VISITS_ANSWERED, offsetof(struct visit, wait) },
	[OVER_UNWAIT] = { VISITS_UNANSWERED, offsetof(struct visit, wait) },
	[OVER_ALLWAIT] = { VISITS_ANSWERED | VISITS_UNANSWERED, offsetof(struct visit, wait) },
	[OVER_TALK] = { VISITS_ANY, offsetof(struct visit, talk) },
	[OVER_RING] = { VISITS_ANY, offsetof(struct visit, ring) },
	[OVER_POS] = { VISITS_ANY, offsetof(struct visit, position_in) },
	[OVER_POSKNOWN] = { VISITS_ANY & ~(1u << OUTCOME_REFUSED), offsetof(struct visit, position_in) },
	[OVER_POSOUT] = { VISITS_ANY, offsetof(struct visit, position_out) },
	[OVER_MISSED] = { VISITS_ANY, offsetof(struct visit, missed) },
};

static void count_within(const struct tally *t, long long *count, const struct visit *v)
{
	size_t i;

	if (v->wait < 0 || v->outcome > OUTCOME_ABANDONED)
		return;
	/* answered ones, and behind them abandoned ones */
	count += COUNTS + v->outcome;
	for (i = 0; i < t->withins; i++, count += 2)
		*count += v->wait <= threshold_of(t->within[i], v->queue);
}

/* What has to be made of a visit, or is more than one value. */
APART static void count_made(struct tally *t, uint32_t row, size_t over, const struct visit *v)
{
	long long value, k;

	switch (t->over[over].over) {
	case OVER_HANDLE:
		value = handle(t, v);
		if (value >= 0)
			tally_put(t, row, over, value);
		break;
	case OVER_CALLERS:
		if (v->caller.n && v->outcome != OUTCOME_REFUSED)
			tally_put(t, row, over, label_of(t->labels, v->caller));
		break;
	case OVER_RINGMISSED:
		for (k = 0; k < v->missed; k++)
			tally_put(t, row, over, v->attempt[k]);
		break;
	default:
		break;
	}
}

static void count_overs(struct tally *t, uint32_t row, const struct visit *v)
{
	const struct over_want *over = t->over;
	struct hist *h = tally_hist(t, row, 0);
	long long value;
	size_t i;

	for (i = 0; i < t->overs; i++, over++, h++) {
		if (!(value_of[over->over].outcomes >> v->outcome & 1)) {
			if (!value_of[over->over].outcomes)
				count_made(t, row, i, v);
			continue;
		}
		memcpy(&value, (const char *)v + value_of[over->over].at, sizeof(value));
		if (value >= 0 && !hist_put(h, over->remember, value))
			t->failed = true;
	}
}

/* A logged wait may say anything; but nobody waits for days after the end, nor for years. */
#define BEHIND (86400 * WHEN_SECOND)

/* The time it waited counts in every row that it lies in. */
APART static void count_queued(struct tally *t, uint32_t *key, const struct visit *v)
{
	int64_t at = v->enter, to, end;
	struct moment m;
	uint32_t row;

	if (v->wait < 0 || v->outcome == OUTCOME_REFUSED)
		return;
	to = v->enter + v->wait * WHEN_SECOND;
	to = to < t->to ? to : t->to;
	if (to > v->end + BEHIND)
		to = v->end + BEHIND;
	if (at < to - FACTS_LONGEST)
		at = to - FACTS_LONGEST;
	for (; at < to; at = end) {
		end = t->hours ? facts_turn(t->hours, at) : to;
		end = tally_part(t, at, end < to ? end : to, &m);
		if (t->hours && !facts_hour(t->hours, at))
			continue;
		tally_key_time(t, &m, key);
		row = tally_row(t, key);
		if (row != ROW_NONE)
			tally_sweep(t, row, SWEEP_QUEUED, at, end);
	}
}

void tally_visit(struct tally *t, const struct visit *v, const struct moment *m, unsigned as)
{
	unsigned facts = t->wants & as;
	uint32_t key[KEYS_MOST], row;
	long long *count;
	size_t i;

	if (!(t->directions & (v->outbound ? VISITS_OUT : VISITS_IN)))
		facts &= WANT_CALLS;
	if (v->outcome != OUTCOME_ANSWERED || !v->agent.n)
		facts &= ~(unsigned)WANT_CALLS;
	if (!facts || (t->outcomes && !(t->outcomes >> v->outcome & 1)))
		return;
	for (i = 0; i < t->keys; i++)
		key[i] = key_visit(t->labels, t->key[i], v, m);
	row = tally_row(t, key);
	if (row == ROW_NONE)
		return;
	count = tally_count(t, row);
	if (facts & WANT_CALLS)
		count[v->outbound ? COUNT_MADE : COUNT_TAKEN]++;
	if (facts & WANT_SHORT)
		count[COUNT_SHORT]++;
	if (!(facts & WANT_VISITS))
		return;
	count[COUNT_OUTCOME + v->outcome]++;
	count_within(t, count, v);
	if (t->wants & WANT_CALLIDS && v->outcome != OUTCOME_REFUSED && tally_recall(t, row, v->call))
		count[COUNT_CALLIDS]++;
	count_overs(t, row, v);
	if (t->wants & WANT_QUEUED)
		count_queued(t, key, v);
}

static void count_interval(struct tally *t, const struct interval *i, enum count count,
			   unsigned overs)
{
	uint32_t key[KEYS_MOST];
	struct moment m = { 0 };
	size_t k;

	for (k = 0; k < t->keys; k++)
		key[k] = key_interval(t->labels, t->key[k], i, &m);
	tally_parts(t, key, i->start, i->end, count, overs, i->reason);
}

/* Every interval makes its row, whatever is counted of it, so that rows are the same agents and
 * times for all measures of agents. */
static void count_session(struct tally *t, const struct interval *i)
{
	count_interval(t, i, COUNT_SESSIONS, 1u << OVER_LOGON);
	if (t->wants & WANT_SHIFT)
		tally_shift(t, i, SPAN_ON);
}

static bool is_named(const struct names *t, struct slice reason)
{
	return t->n && names_find(t, reason) != NAMES_NONE;
}

/* Of slots, a pause is when all that belong to the row are paused, which is found out from the
 * shift; only with reasons they are counted one by one. */
static void count_pause(struct tally *t, const struct interval *i)
{
	unsigned overs = 1u << OVER_PAUSE_OF;
	bool one_by_one = !t->slotted || t->reasons;

	if (one_by_one)
		overs |= 1u << OVER_PAUSE;
	count_interval(t, i, one_by_one ? COUNT_PAUSES : COUNTS, overs);
	if (t->wants & WANT_SHIFT || !one_by_one) {
		tally_shift(t, i, t->slotted ? SPAN_QPAUSE : SPAN_PAUSE);
		if (t->pauses && is_named(&t->pauses->unpaid, i->reason))
			tally_shift(t, i, SPAN_UNPAID);
		if (t->pauses && is_named(&t->pauses->billable, i->reason))
			tally_shift(t, i, SPAN_BILLABLE);
	}
}

static void count_busy(struct tally *t, const struct interval *i, enum over over,
		       enum span_kind kind)
{
	count_interval(t, i, COUNTS, 1u << over);
	if (t->wants & WANT_SHIFT)
		tally_shift(t, i, kind);
}

/* An attempt whose end is behind the period belongs to the next one. */
static void count_ring(struct tally *t, const struct interval *i)
{
	if (!i->ended.n)
		count_interval(t, i, COUNTS, 0);
	else if (i->missed)
		count_interval(t, i, COUNT_MISSED, 1u << OVER_MISS);
	else
		count_interval(t, i, COUNT_CAUGHT, 1u << OVER_CATCH);
}

void tally_interval(struct tally *t, const struct interval *i)
{
	bool pause = i->kind == INTERVAL_PAUSE || i->kind == INTERVAL_QPAUSE;

	if (!(t->wants & WANT_INTERVALS) || (t->reasons && !pause))
		return;
	switch (i->kind) {
	case INTERVAL_SESSION:
		if (!t->slotted)
			count_session(t, i);
		return;
	case INTERVAL_MEMBER:
		if (t->slotted)
			tally_shift(t, i, SPAN_ON);
		return;
	case INTERVAL_PAUSE:
		if (!t->slotted)
			count_pause(t, i);
		return;
	case INTERVAL_QPAUSE:
		if (t->slotted)
			count_pause(t, i);
		return;
	case INTERVAL_TALK:
		count_busy(t, i, OVER_TALKED, SPAN_TALK);
		return;
	case INTERVAL_WRAP:
		count_busy(t, i, OVER_WRAP, SPAN_WRAP);
		return;
	case INTERVAL_RING:
		count_ring(t, i);
		return;
	default:
		return;
	}
}

static void see(struct extent *s, int64_t t)
{
	if (s->first < 0) {
		s->first = s->last = t;
		return;
	}
	if (t < s->first)
		s->first = t;
	if (t - s->last > s->gap)
		s->gap = t - s->last;
	if (t > s->last)
		s->last = t;
}

void extent_merge(struct extent *s, const struct extent *more)
{
	if (s->first < 0 || more->first < s->first)
		s->first = more->first;
	if (s->last < more->last)
		s->last = more->last;
	if (s->gap < more->gap)
		s->gap = more->gap;
}

/* How long agents are seen, by row and agent, where rows are not agents; COUNT_SEEN is made of it
 * at the end. */
static void see_agent(struct tally *t, const struct event *ev, uint32_t *key)
{
	uint32_t row;

	if (!t->persons)
		t->persons = tally_persons(t);
	if (!t->persons)
		return;
	key[t->keys] = label_of(t->labels, ev->f[F_AGENT]);
	row = tally_row(t->persons, key);
	if (row != ROW_NONE)
		see(t->persons->seen + row, ev->time);
}

void tally_event(struct tally *t, const struct event *ev)
{
	bool nobody = field_is_none(ev->f[F_AGENT]);
	uint32_t key[KEYS_MOST + 1], row;
	const struct moment *m = NULL;
	struct moment own;
	size_t i;

	if (verb_is_clock(ev->verb) || (nobody && !(t->wants & WANT_EVENTS)))
		return;
	if (t->timed)
		m = moment_at(t->labels, ev->time, &own);
	for (i = 0; i < t->keys; i++) {
		if ((t->key[i].key == KEY_AGENT && nobody) ||
		    (t->key[i].key == KEY_QUEUE && field_is_none(ev->f[F_QUEUE])))
			return;
		key[i] = key_event(t->labels, t->key[i], ev, m);
	}
	row = tally_row(t, key);
	if (row == ROW_NONE)
		return;
	if (t->wants & WANT_EVENTS)
		see(t->seen + row, ev->time);
	if (nobody)
		return;
	if (t->wants & WANT_SEEN)
		see_agent(t, ev, key);
	for (i = 0; i < t->overs; i++)
		if (t->over[i].over == OVER_AGENTS)
			tally_put(t, row, i, label_of(t->labels, ev->f[F_AGENT]));
}
