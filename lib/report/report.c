#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/inline.h"
#include "report/report_one.h"

enum { SLOT = 1, DIRECTION, SHORT = 's', PAUSES = 256, TOTAL };

const struct opt report_opts[] = {
	{ SLOT, 0, "slot", "DURATION", "how long a part of the day is for the key slot (15m)",
	  NULL },
	{ DIRECTION, 0, "direction", "WHICH", "calls that came in (default), went out, or both",
	  "in out both" },
	{ SHORT, 's', "short", "DURATION",
	  "unanswered calls that waited less count as short and as nothing else", NULL },
	{ PAUSES, 0, "pauses", "FILE",
	  "reasons of pauses: reason, paid or unpaid, billable or nonbillable, by TAB", NULL },
	{ TOTAL, 0, "total", NULL, "a last row of all", NULL },
	{ 0 },
};

static int take_direction(struct report_options *o, const char *what, const char *arg,
			  struct diag *d)
{
	static const char *const words[] = { "in", "out", "both" };
	static const unsigned directions[] = { VISITS_IN, VISITS_OUT, VISITS_BOTH };
	size_t i;

	for (i = 0; i < 3; i++) {
		if (strcmp(arg, words[i]) == 0) {
			o->directions = directions[i];
			return 0;
		}
	}
	return diag_fail(d, "%s: %s: not in, out or both", what, arg);
}

int report_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct report_options *o = to;
	long long seconds;

	switch (id) {
	case SLOT:
		if (opt_duration(what, arg, &seconds, d) < 0)
			return -1;
		if (seconds < 60 || seconds % 60 || seconds > 86400 || 86400 % seconds)
			return diag_fail(d, "%s: %s: no whole minutes that divide a day", what, arg);
		o->slot = (int)seconds;
		return 0;
	case DIRECTION:
		return take_direction(o, what, arg, d);
	case SHORT:
		return opt_duration(what, arg, &o->short_wait, d);
	case PAUSES:
		o->pauses = arg;
		return 0;
	default:
		o->total = true;
		return 0;
	}
}

struct reports *reports_new(const struct report_options *o, const struct facts_options *facts,
			    struct diag *d)
{
	struct reports *r = calloc(1, sizeof(*r));
	bool bad;

	if (!r) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	r->o = o;
	r->facts = facts;
	r->d = d;
	r->first = WHEN_MAX;
	r->last = WHEN_MIN;
	labels_init(&r->labels, o->slot);
	r->thresholds.unread = o->known != NULL;
	bad = o->pauses && pauses_read(&r->pauses, o->pauses, d) < 0;
	if (!bad)
		return r;
	reports_free(r);
	return NULL;
}

unsigned reports_need(const struct reports *r)
{
	unsigned needs = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->one[i].rows.wants & WANT_INTERVALS)
			needs |= REPORT_INTERVALS;
		if (r->one[i].rows.wants & (WANT_EVENTS | WANT_SEEN))
			needs |= REPORT_EVENTS;
		if (r->one[i].rows.wants & WANT_CALLIDS)
			needs |= REPORT_FORGOTTEN;
		for (size_t k = 0; k < r->one[i].rows.keys; k++)
			if (r->one[i].rows.key[k].key == KEY_STATUS)
				needs |= REPORT_STATUS;
	}
	return needs;
}

/* What a tally looks at in visits. */
static unsigned carry_of(const struct tally *t)
{
	static const unsigned key[KEYS] = {
		[KEY_CALLER] = VISIT_CALLER, [KEY_AREA] = VISIT_CALLER, [KEY_DID] = VISIT_DID,
		[KEY_URL] = VISIT_URL, [KEY_STATUS] = VISIT_STATUS, [KEY_TARGET] = VISIT_TARGET,
		[KEY_KEY] = VISIT_KEY, [KEY_POSITION] = VISIT_POSITIONS, [KEY_MISSED] = VISIT_MISSED,
	};
	static const unsigned over[OVERS] = {
		[OVER_CALLERS] = VISIT_CALLER, [OVER_RING] = VISIT_RING, [OVER_POS] = VISIT_POSITIONS,
		[OVER_POSOUT] = VISIT_POSITIONS, [OVER_POSKNOWN] = VISIT_POSITIONS, [OVER_MISSED] = VISIT_MISSED,
		[OVER_RINGMISSED] = VISIT_MISSED,
	};
	unsigned carry = t->wants & WANT_INTERVALS ? VISIT_RING : 0;
	size_t i;

	for (i = 0; i < t->keys; i++)
		carry |= key[t->key[i].key];
	for (i = 0; i < t->overs; i++)
		carry |= over[t->over[i].over];
	return carry;
}

static bool is_short(const struct reports *r, const struct visit *v)
{
	return outcome_unanswered(v->outcome) && v->wait >= 0 && v->wait < r->o->short_wait;
}

/* Is its first key an empty text? */
static bool is_unnamed(struct reports *r, const struct report *one, const struct visit *v,
		       const struct moment *m)
{
	return one->keys && !label_text(&r->labels, key_visit(&r->labels, *one->key, v, m)).n;
}

ALWAYS_INLINE void take_visit(struct reports *r, const struct visit *v, unsigned as)
{
	const bool total = r->o->total;
	const struct moment *m = NULL;
	struct report *one = r->one, *end = one + r->n;
	struct moment own;

	if (r->timed)
		m = moment_at(&r->labels, v->enter, &own);
	for (; one < end; one++) {
		if ((one->inside && v->end >= r->facts->to) ||
		    (one->named && is_unnamed(r, one, v, m)))
			continue;
		one->rows.clock = one->all.clock = r->clock;
		tally_visit(&one->rows, v, m, as);
		if (total)
			tally_visit(&one->all, v, m, as);
	}
}

/* Agents' calls are visits, also where calls are joined. */
void reports_visit(void *arg, const struct visit *v)
{
	struct reports *r = arg;

	if (v->rebuilt || v->unfinished) {
		r->rebuilt += v->rebuilt;
		r->unfinished += v->unfinished;
	}
	take_visit(r, v, (is_short(r, v) ? WANT_SHORT : WANT_VISITS) |
				 (r->facts->join ? 0u : WANT_CALLS));
}

static void on_single(void *arg, const struct visit *v)
{
	take_visit(arg, v, WANT_CALLS);
}

/* Time of a login, which is in no queue. */
static bool is_of_login(const struct interval *i)
{
	return i->kind != INTERVAL_TALK && i->kind != INTERVAL_RING && slice_is(i->queue, "NONE");
}

void reports_interval(void *arg, const struct interval *i)
{
	struct reports *r = arg;
	struct interval end = *i;
	size_t k;

	if (end.end - end.start > FACTS_LONGEST) {
		end.start = end.end - FACTS_LONGEST;
		r->longest = label_kept(&r->labels, i->agent) + 1;
	}
	for (k = 0; k < r->n; k++) {
		if (r->one[k].queues && is_of_login(i))
			continue;
		r->one[k].rows.clock = r->one[k].all.clock = r->clock;
		tally_interval(&r->one[k].rows, &end);
		if (r->o->total)
			tally_interval(&r->one[k].all, &end);
	}
}

static void on_forgotten(void *arg, uint32_t call)
{
	struct reports *r = arg;

	if (!forgotten_add(&r->forgotten, call))
		r->labels.failed = true;
}

void reports_facts(const struct reports *r, struct facts_options *facts)
{
	unsigned need = reports_need(r);
	size_t i;

	facts->calls.carry = 0;
	for (i = 0; i < r->n; i++)
		facts->calls.carry |= carry_of(&r->one[i].rows);
	facts->single = on_single;
	if (need & REPORT_FORGOTTEN)
		facts->forgotten = on_forgotten;
	/* no visit has to wait for a status that nobody asks for */
	if (!(need & REPORT_STATUS))
		facts->calls.status_wait = 0;
}

static bool asked(const struct names *list, struct slice name)
{
	return !list->n || names_find(list, name) != NAMES_NONE;
}

/* Events are selected as facts are, but for the queue where they concern none. */
static bool event_asked(const struct facts_options *o, const struct event *ev)
{
	return ev->time >= o->from && ev->time < o->to && !verb_is_clock(ev->verb) &&
	       asked(&o->partition, ev->f[F_PARTITION]) && asked(&o->agent, ev->f[F_AGENT]) &&
	       asked(&o->callid, ev->f[F_CALLID]) &&
	       (asked(&o->queue, ev->f[F_QUEUE]) || slice_is(ev->f[F_QUEUE], "NONE")) &&
	       facts_hour(o, ev->time);
}

static void take_event(struct reports *r, const struct event *ev)
{
	size_t i;

	if (r->o->keep && names_put(&r->partitions, ev->f[F_PARTITION]) == NAMES_NONE)
		r->labels.failed = true;
	if (!r->events || !event_asked(r->facts, ev))
		return;
	for (i = 0; i < r->n; i++) {
		if (!(r->one[i].rows.wants & (WANT_EVENTS | WANT_SEEN)))
			continue;
		tally_event(&r->one[i].rows, ev);
		if (r->o->total)
			tally_event(&r->one[i].all, ev);
	}
}

void reports_events(struct reports *r, const struct event *ev, size_t n)
{
	const struct event *end = ev + n, *e;
	int64_t earliest = WHEN_MAX, last = r->last, t;
	size_t i;

	for (e = ev; e < end; e++) {
		t = e->time;
		earliest = t < earliest ? t : earliest;
		last = t > last ? t : last;
		/* one that was down from the beginning says so at time 0 */
		if (t < r->first && e->verb != VERB_SOURCEDOWN && e->verb != VERB_SOURCEUP)
			r->first = t;
	}
	r->clock = earliest; /* so that no fact comes later behind it than it may */
	r->last = last;
	for (i = 0; i < r->n; i++)
		r->one[i].rows.period.from = r->one[i].all.period.from = report_period(r).from;
	if (r->events || r->o->keep)
		for (e = ev; e < end; e++)
			take_event(r, e);
}

static void tell_longest(const struct reports *r)
{
	struct slice agent = r->longest ? label_text(&r->labels, r->longest - 1) : slice_of(NULL, 0);

	if (r->longest)
		diag_warn(r->d, "%.*s: an interval longer than ten years, of which the last ten are counted: "
			  "was a clock wrong?", (int)agent.n, (const char *)agent.p);
}

int reports_finish(struct reports *r)
{
	bool failed = r->labels.failed;
	size_t i;

	for (i = 0; i < r->n; i++) {
		r->one[i].rows.period = r->one[i].all.period = r->one[i].other.period = report_period(r);
		tally_finish(&r->one[i].rows);
		failed |= r->one[i].rows.failed;
		if (r->o->total) {
			tally_finish(&r->one[i].all);
			failed |= r->one[i].all.failed;
		}
	}
	tell_longest(r);
	for (i = 0; i < r->thresholds.n; i++)
		threshold_tell(r->thresholds.v[i], r->d);
	return failed ? diag_fail(r->d, "out of memory") : 0;
}

void reports_free(struct reports *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->n; i++)
		report_free(r->one + i);
	free(r->one);
	thresholds_free(&r->thresholds);
	pauses_free(&r->pauses);
	free(r->forgotten.times);
	names_free(&r->partitions);
	labels_free(&r->labels);
	free(r);
}
