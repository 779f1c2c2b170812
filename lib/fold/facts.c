#include "fold/facts.h"

#include <stdlib.h>

#include "base/inline.h"
#include "fold/join.h"

struct down {
	struct buf reason;
	bool now;
};

struct flags {
	unsigned long long rebuilt, unfinished;
};

/* Of a list of names asked for, those that no fact bore so far. */
struct unmet {
	const struct names *list;
	bool *met;
	size_t left;
};

enum { OF_PARTITION, OF_QUEUE, OF_AGENT, OF_CALLID, LISTS, UNMET_SAID = 5 };

struct facts {
	const struct facts_options *o;
	struct calls_options calls_options;
	struct calls *calls;
	struct agents *agents;
	struct joins *joins;         /* or NULL */
	void (*visit)(void *arg, const struct visit *v);
	void (*interval)(void *arg, const struct interval *i);
	void *arg;
	struct diag *d;
	struct names partition;      /* those that ever went down */
	struct down *down;
	size_t downcap;
	struct names mine;           /* agents of the queues asked for */
	struct flags visits, intervals;
	struct unmet unmet[LISTS];
	struct slice longest;        /* an agent of whose interval only FACTS_LONGEST was cut */
	bool all;                    /* every visit is asked for */
	bool failed;
};

static bool in(const struct names *list, struct slice name)
{
	return !list->n || names_find(list, name) != NAMES_NONE;
}

static void meet(struct unmet *u, struct slice name)
{
	uint32_t id = u->left ? names_find(u->list, name) : NAMES_NONE;

	if (id == NAMES_NONE || u->met[id])
		return;
	u->met[id] = true;
	u->left--;
}

/* Of several, by comma. */
static void meet_each(struct unmet *u, struct slice set)
{
	while (u->left && set.n)
		meet(u, slice_cut(set, ',', &set));
}

static void meet_visit(struct facts *f, const struct visit *v)
{
	meet(&f->unmet[OF_PARTITION], v->partition);
	meet(&f->unmet[OF_QUEUE], v->queue);
	meet(&f->unmet[OF_AGENT], visit_answered_by(v));
	meet(&f->unmet[OF_CALLID], v->callid);
}

static bool lasted(const struct facts_options *o, const struct visit *v)
{
	return (o->min_wait < 0 || v->wait >= o->min_wait) &&
	       (o->max_wait < 0 || (v->wait >= 0 && v->wait <= o->max_wait)) &&
	       (o->min_talk < 0 || v->talk >= o->min_talk);
}

static bool visit_asked(const struct facts_options *o, const struct visit *v)
{
	return v->enter >= o->from && v->enter < o->to && in(&o->partition, v->partition) &&
	       in(&o->queue, v->queue) && in(&o->agent, visit_answered_by(v)) &&
	       in(&o->callid, v->callid) &&
	       (!o->outcomes || o->outcomes & 1u << v->outcome) && lasted(o, v) &&
	       facts_hour(o, v->enter);
}

/* Is every visit asked for? */
static bool all_asked(const struct facts_options *o)
{
	return o->from == WHEN_MIN && o->to == WHEN_MAX && !o->partition.n && !o->queue.n &&
	       !o->agent.n && !o->callid.n && !o->outcomes && o->min_wait < 0 && o->max_wait < 0 &&
	       o->min_talk < 0 && !o->days && !o->hours_from && !o->hours_to;
}

static void give_visit(void *arg, const struct visit *v)
{
	struct facts *f = arg;

	if (!f->all) {
		meet_visit(f, v);
		if (!visit_asked(f->o, v))
			return;
	}
	if (v->rebuilt || v->unfinished) {
		f->visits.rebuilt += v->rebuilt;
		f->visits.unfinished += v->unfinished;
	}
	f->visit(f->arg, v);
}

/* Nobody asks for visits. */
static void drop_visit(void *arg, const struct visit *v)
{
	(void)arg;
	(void)v;
}

static void join_visit(void *arg, const struct visit *v)
{
	struct facts *f = arg;

	meet_visit(f, v);
	if (f->o->single && (f->all || visit_asked(f->o, v)))
		f->o->single(f->arg, v);
	if (!joins_visit(f->joins, v))
		f->failed = true;
}

static void on_forgotten(void *arg, uint32_t call)
{
	struct facts *f = arg;

	if (f->joins)
		joins_forgotten(f->joins, call);
	if (f->o->forgotten)
		f->o->forgotten(f->arg, call);
}

static void on_connected(void *arg, const struct visit *v)
{
	struct facts *f = arg;

	if (agents_connect(f->agents, v) < 0)
		f->failed = true;
}

static void on_ended(void *arg, const struct visit *v)
{
	struct facts *f = arg;

	if (agents_visit(f->agents, v) < 0)
		f->failed = true;
}

static void remember_mine(struct facts *f, struct slice agent)
{
	if (names_put(&f->mine, agent) == NAMES_NONE)
		f->failed = true;
}

static bool partition_asked(const struct facts_options *o, struct slice set)
{
	if (!o->partition.n)
		return true;
	while (set.n)
		if (in(&o->partition, slice_cut(set, ',', &set)))
			return true;
	return false;
}

static bool queue_asked(struct facts *f, const struct interval *i)
{
	if (!f->o->queue.n)
		return true;
	if (i->kind == INTERVAL_SESSION || i->kind == INTERVAL_PAUSE)
		return names_find(&f->mine, i->agent) != NAMES_NONE;
	if (!in(&f->o->queue, i->queue))
		return false;
	remember_mine(f, i->agent);
	return true;
}

static void give_interval(struct facts *f, const struct interval *i)
{
	f->intervals.rebuilt += i->rebuilt;
	f->intervals.unfinished += i->unfinished;
	f->interval(f->arg, i);
}

/* What of it lies in --hours and --days: a piece for each stretch. */
static void give_pieces(struct facts *f, const struct interval *i)
{
	struct interval piece = *i;
	bool longer = i->end - i->start > FACTS_LONGEST;
	int64_t t = longer ? i->end - FACTS_LONGEST : i->start, next;
	bool inside = false, now;

	if (longer)
		f->longest = i->agent;
	do {
		next = facts_turn(f->o, t);
		now = facts_hour(f->o, t);
		if (now && !inside)
			piece.start = t;
		if (inside && !now) {
			piece.end = t;
			piece.ended = SLICE("");
			give_interval(f, &piece);
		}
		inside = now;
		t = next;
	} while (t < i->end);
	if (inside) {
		piece.end = i->end;
		piece.ended = i->ended;
		give_interval(f, &piece);
	}
}

static void on_interval(void *arg, const struct interval *i)
{
	struct facts *f = arg;
	const struct facts_options *o = f->o;

	meet_each(&f->unmet[OF_PARTITION], i->partition);
	meet(&f->unmet[OF_QUEUE], i->queue);
	meet(&f->unmet[OF_AGENT], i->agent);
	if (!partition_asked(o, i->partition) || !in(&o->agent, i->agent) || !queue_asked(f, i))
		return;
	if (o->days || o->hours_from || o->hours_to)
		give_pieces(f, i);
	else
		give_interval(f, i);
}

static bool unmet_begin(struct facts *f)
{
	const struct facts_options *o = f->o;
	const struct names *const list[LISTS] = { &o->partition, &o->queue, &o->agent, &o->callid };

	for (int i = 0; o->unmet && i < LISTS; i++) {
		if (!list[i]->n)
			continue;
		f->unmet[i].list = list[i];
		f->unmet[i].met = calloc(list[i]->n, sizeof(bool));
		if (!f->unmet[i].met)
			return false;
		f->unmet[i].left = list[i]->n;
	}
	return true;
}

struct facts *facts_new(const struct facts_options *o, void (*visit)(void *, const struct visit *),
			void (*interval)(void *, const struct interval *), void *arg,
			struct diag *d)
{
	struct facts *f = calloc(1, sizeof(*f));
	bool unmet;

	if (!f) {
		diag_fail(d, "facts: out of memory");
		return NULL;
	}
	*f = (struct facts){ .o = o, .calls_options = o->calls, .visit = visit,
			     .interval = interval, .arg = arg, .d = d,
			     .all = all_asked(o) };
	if (!visit) {
		f->calls_options.status_wait = 0;
		f->calls_options.carry = VISIT_RING; /* for rows of ring */
	}
	if (interval) {
		f->calls_options.connected = on_connected;
		f->calls_options.ended = on_ended;
		f->calls_options.ended_arg = f;
		f->agents = agents_new(&o->agents, on_interval, f, d);
	}
	f->joins = o->join && visit ? joins_new(give_visit, f) : NULL;
	f->calls = calls_new(&f->calls_options, f->joins ? join_visit : visit ? give_visit : drop_visit,
			     o->forgotten || f->joins ? on_forgotten : NULL, f);
	unmet = unmet_begin(f);
	if (!f->calls || (o->join && visit && !f->joins) || !unmet)
		diag_fail(d, "calls: out of memory");
	if (!f->calls || (o->join && visit && !f->joins) || !unmet || (interval && !f->agents)) {
		facts_free(f);
		return NULL;
	}
	return f;
}

static void source_event(struct facts *f, const struct event *ev)
{
	uint32_t id = names_put(&f->partition, ev->f[F_PARTITION]);
	size_t had = f->downcap;

	if (id == NAMES_NONE || !array_need(&f->down, &f->downcap, id + 1, sizeof(*f->down))) {
		f->failed = true;
		return;
	}
	for (; had < f->downcap; had++)
		f->down[had] = (struct down){ .now = false };
	/* who says it first knows why: the source; who ran it knows but its status */
	if (f->down[id].now && ev->verb == VERB_SOURCEDOWN)
		return;
	f->down[id].now = ev->verb == VERB_SOURCEDOWN;
	f->down[id].reason.n = 0;
	buf_slice(&f->down[id].reason, ev->f[F_DATA1]);
}

bool facts_names(const struct facts_options *o, const struct event *ev)
{
	return !field_is_none(ev->f[F_AGENT]) && in(&o->queue, ev->f[F_QUEUE]);
}

/* What was over before has not been of one who is named only now. */
static void note_mine(struct facts *f, const struct event *ev)
{
	if (!f->o->queue.n || !facts_names(f->o, ev))
		return;
	meet(&f->unmet[OF_QUEUE], ev->f[F_QUEUE]);
	if (names_find(&f->mine, ev->f[F_AGENT]) != NAMES_NONE)
		return;
	if (agents_until(f->agents, ev) < 0)
		f->failed = true;
	remember_mine(f, ev->f[F_AGENT]);
}

APART static int fail(struct facts *f)
{
	return diag_fail(f->d, "out of memory");
}

static int result(struct facts *f)
{
	return f->failed ? fail(f) : 0;
}

int facts_again(struct facts *f, const struct event *ev)
{
	note_mine(f, ev);
	if (agents_feed(f->agents, ev) < 0)
		f->failed = true;
	return result(f);
}

int facts_again_connected(struct facts *f, const struct visit *v)
{
	on_connected(f, v);
	return result(f);
}

int facts_again_ended(struct facts *f, const struct visit *v)
{
	on_ended(f, v);
	return result(f);
}

APART static void feed_more(struct facts *f, const struct event *ev)
{
	if (ev->verb == VERB_SOURCEDOWN || ev->verb == VERB_SOURCEUP)
		source_event(f, ev);
	if (f->agents)
		note_mine(f, ev);
	if (calls_feed(f->calls, ev) < 0 || (f->agents && agents_feed(f->agents, ev) < 0))
		f->failed = true;
}

int facts_feed_some(struct facts *f, const struct event *ev, size_t n)
{
	const struct event *end = ev + n;

	for (; ev < end; ev++) {
		if (f->agents || verb_of_stream(ev->verb))
			feed_more(f, ev);
		else if (calls_feed(f->calls, ev) < 0)
			f->failed = true;
		if (f->failed)
			return fail(f);
	}
	return 0;
}

int facts_feed(struct facts *f, const struct event *ev)
{
	return facts_feed_some(f, ev, 1);
}

int facts_now(struct facts *f, int64_t until, void (*visit)(void *, const struct visit *),
	      void (*agent)(void *, const struct agent_now *), void *arg)
{
	calls_now(f->calls, until, visit, arg);
	return agents_now(f->agents, agent, arg) < 0 ? diag_fail(f->d, "out of memory") : 0;
}

void facts_tell_flags(struct diag *d, const char *what, unsigned long long rebuilt,
		      unsigned long long unfinished)
{
	if (rebuilt)
		diag_note(d, "%s that began before the input (<): %llu", what, rebuilt);
	if (unfinished)
		diag_note(d, "%s that were not over at its end (>): %llu", what, unfinished);
}

/* Of an input that could not even be opened nothing is known but what was told then. */
static bool is_told(const struct facts *f, struct slice partition)
{
	return f->d->status == 2 && slice_is(partition, "unknown");
}

static bool tell_down(struct facts *f)
{
	bool whole = true;

	for (uint32_t i = 0; i < f->partition.n; i++) {
		struct slice name = names_text(&f->partition, i);
		const char *reason = buf_cstr(&f->down[i].reason);

		if (!f->down[i].now)
			continue;
		whole = false;
		if (is_told(f, name))
			continue;
		if (f->o->incomplete)
			diag_warn(f->d, "%.*s: the source is down, this is not whole: %s",
				  (int)name.n, (const char *)name.p, reason ? reason : "");
		else
			diag_fail(f->d, "%.*s: the source is down: %s", (int)name.n,
				  (const char *)name.p, reason ? reason : "");
	}
	return whole;
}

static void tell_unmet(struct facts *f)
{
	static const char letter[LISTS] = "pqac";

	for (int i = 0; i < LISTS; i++) {
		const struct unmet *u = &f->unmet[i];
		struct buf text = { 0 };
		int said = 0;

		for (uint32_t id = 0; u->left && id < u->list->n && said < UNMET_SAID; id++) {
			if (u->met[id])
				continue;
			buf_str(&text, said++ ? ", " : "");
			buf_slice(&text, names_text(u->list, id));
		}
		if (said)
			diag_note(f->d, "-%c: there is nothing of %.*s%s", letter[i], (int)text.n,
				  (const char *)text.p, u->left > UNMET_SAID ? ", ..." : "");
		buf_free(&text);
	}
}

bool facts_finish(struct facts *f)
{
	bool whole;

	if (calls_finish(f->calls) < 0 || (f->agents && agents_finish(f->agents) < 0))
		f->failed = true;
	if (f->failed)
		diag_fail(f->d, "out of memory");
	if (!f->o->quiet)
		calls_tell(f->calls, f->d);
	if (!f->o->quiet && !f->o->live) {
		facts_tell_flags(f->d, "visits", f->visits.rebuilt, f->visits.unfinished);
		facts_tell_flags(f->d, "intervals", f->intervals.rebuilt, f->intervals.unfinished);
	}
	if (f->longest.n)
		diag_warn(f->d, "%.*s: an interval longer than ten years, of which --hours and --days cut "
			  "the last ten: was a clock wrong?", (int)f->longest.n,
			  (const char *)f->longest.p);
	if (f->agents && !f->o->quiet)
		agents_tell(f->agents, f->d);
	tell_unmet(f);
	whole = tell_down(f);
	return !f->failed && (whole || f->o->incomplete);
}

void facts_free(struct facts *f)
{
	if (!f)
		return;
	calls_free(f->calls);
	joins_free(f->joins);
	agents_free(f->agents);
	for (size_t i = 0; i < f->downcap; i++)
		buf_free(&f->down[i].reason);
	free(f->down);
	for (int i = 0; i < LISTS; i++)
		free(f->unmet[i].met);
	names_free(&f->partition);
	names_free(&f->mine);
	free(f);
}
