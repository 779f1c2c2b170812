#include "fold/call.h"

#include <stdlib.h>

#include "fold/call_fold.h"

enum { POSITION_MOST = 9999 };

struct calls *calls_new(const struct calls_options *o, void (*visit)(void *, const struct visit *),
			void (*forgotten)(void *, uint32_t call), void *arg)
{
	struct calls *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->o = *o;
	c->visit = visit;
	c->forgotten = forgotten;
	c->arg = arg;
	c->clock = WHEN_MIN;
	c->tail = &c->held;
	store_init(&c->store);
	return c;
}

long long call_position(struct slice s)
{
	long long n = logged_number(s);

	return n <= POSITION_MOST ? n : -1;
}

/* The clock's seconds between two times, cut, never negative. */
long long call_between(int64_t from, int64_t to)
{
	return to > from ? (to - from) / WHEN_SECOND : 0;
}

void call_odd(struct calls *c, enum call_odd odd, const struct event *ev, int64_t enter)
{
	const struct call_remark r = { odd, ev, enter };

	c->counts.doubled += odd == CALL_END_AGAIN;
	c->counts.connects += odd == CALL_CONNECT_AGAIN;
	c->counts.orphans += odd == CALL_ORPHAN;
	if (c->o.remark)
		c->o.remark(c->o.remark_arg, &r);
}

/*
 * Openings.
 */

static bool make_call(struct calls *c, struct step *st)
{
	if (!st->call)
		st->call = store_new_call(&c->store, st->server, &st->callid);
	return st->call != NULL;
}

bool call_need(struct calls *c, struct step *st)
{
	bool there = st->call != NULL;

	if (!make_call(c, st))
		return false;
	if (!there)
		store_touch(st->call, st->ev->time);
	return true;
}

struct stay *call_open(struct calls *c, struct step *st, int64_t enter)
{
	struct stay *s;

	if (!make_call(c, st))
		return NULL;
	s = store_open(&c->store, st->call, st->queue, enter);
	if (s)
		store_touch(st->call, st->ev->time);
	return s;
}

static int did(struct calls *c, struct step *st)
{
	struct more *more;

	/* it says nothing new of a callid that is not known, but for the number itself */
	if (!st->call && !(c->o.texts & VISIT_DID))
		return 0;
	if (!make_call(c, st))
		return -1;
	store_touch(st->call, st->ev->time);
	if (!(c->o.texts & VISIT_DID))
		return 0;
	more = store_more(&c->store, st->call);
	if (!more)
		return -1;
	more->did.n = 0;
	buf_slice(&more->did, st->ev->f[F_DATA1]);
	return more->did.failed ? -1 : 0;
}

static int enter(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct stay *s = store_waiting(st->call, st->queue);

	if (s)
		call_lose(c, s, SLICE("reentered"), ev->time);
	s = call_open(c, st, ev->time);
	if (!s || !call_keep(c, s, VISIT_URL, &s->url, ev->f[F_DATA1]) ||
	    !call_keep(c, s, VISIT_CALLER, &s->caller, ev->f[F_DATA2]))
		return -1;
	s->v.position_in = call_position(ev->f[F_DATA3]);
	s->v.outbound = ev->verb == VERB_CALLOUTBOUND;
	return 0;
}

/* NONE answers for nobody. */
void call_answered_by(struct calls *c, struct stay *s, uint32_t agent, int64_t connect)
{
	s->v.agent = store_named(&c->store, agent);
	if (slice_is(s->v.agent, "NONE"))
		s->v.agent = (struct slice){ 0 };
	s->v.connect = connect;
}

static int connect(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct stay *s = store_waiting(st->call, st->queue);
	uint32_t agent = store_name(&c->store, ev->f[F_AGENT]);
	long long wait = logged_number(ev->f[F_DATA1]);

	if (agent == NAMES_NONE)
		return -1;
	if (!s) {
		if (store_talking(st->call, st->queue, agent)) {
			call_odd(c, CALL_CONNECT_AGAIN, ev, 0);
			return 0;
		}
		s = call_open(c, st, logged_before(ev->time, wait < 0 ? 0 : wait));
		if (!s)
			return -1;
		s->v.rebuilt = true;
		call_odd(c, CALL_NO_ENTRY, ev, s->v.enter);
	}
	s->v.wait = wait;
	s->v.ring = logged_number(ev->f[F_DATA3]);
	call_answered_by(c, s, agent, ev->time);
	store_talk(&c->store, s, agent);
	call_taken(c, s);
	return 0;
}

/* Attempts that nobody took; AGENTDUMP logs no milliseconds. */
static int missed(struct calls *c, struct step *st)
{
	struct stay *s = store_waiting(st->call, st->queue);
	long long ms = st->ev->verb == VERB_AGENTDUMP ? 0 : logged_number(st->ev->f[F_DATA1]);

	(void)c;
	return !s || store_attempt(s, ms < 0 ? 0 : (uint32_t)(ms / 1000)) ? 0 : -1;
}

/*
 * What is neither.
 */

static int refused(struct calls *c, struct step *st)
{
	struct stay *s = store_waiting(st->call, st->queue);

	if (!s)
		s = call_open(c, st, st->ev->time);
	if (!s || !call_by(c, s, st->ev))
		return -1;
	call_clock_wait(s, st->ev->time);
	call_over(c, s, OUTCOME_REFUSED, s->v.ended_verb, st->ev->time);
	return 0;
}

/* A whole call out, in one line. */
static int outcall(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	long long talk = logged_number(ev->f[F_DATA2]);
	bool answered = slice_begins(ev->f[F_DATA1], SLICE("ANSWER")) || talk > 0;
	struct stay *s = call_open(c, st, logged_before(ev->time, talk < 0 ? 0 : talk));
	uint32_t agent = store_name(&c->store, ev->f[F_AGENT]);

	if (!s || agent == NAMES_NONE || !call_by(c, s, ev) ||
	    (!answered && call_remember_wait(c, st, true) < 0))
		return -1;
	s->v.outbound = true;
	s->v.talk = talk;
	call_answered_by(c, s, agent, s->v.enter);
	call_over(c, s, answered ? OUTCOME_ANSWERED : OUTCOME_ABANDONED, (struct slice){ 0 }, ev->time);
	return 0;
}

static int call_status(struct calls *c, struct step *st)
{
	struct stay *s = st->call ? st->call->last : NULL;

	if (!s || slice_is(st->ev->f[F_CALLID], "NONE") ||
	    (s->over && st->ev->time - s->v.end > CALL_REMEMBERED * WHEN_SECOND))
		return 0;
	s->status.n = 0; /* an empty one takes back what was there */
	return call_keep(c, s, VISIT_STATUS, &s->status, st->ev->f[F_DATA1]) ? 0 : -1;
}

/* The server began anew: what was open on it ended with the last thing it had said. */
static int restart(struct calls *c, struct step *st)
{
	int64_t time = st->server->logged == WHEN_MIN ? st->ev->time : st->server->logged;
	struct stay *s;

	while ((s = store_first(st->server)))
		call_lose(c, s, SLICE("restart"), time);
	return 0;
}

/* What each verb does. The others, those of agents among them, do nothing. */
static int (*const rules[VERBS])(struct calls *c, struct step *st) = {
	[VERB_DID] = did,
	[VERB_ENTERQUEUE] = enter,
	[VERB_CALLOUTBOUND] = enter,
	[VERB_OUTCALL] = outcall,
	[VERB_JOINEMPTY] = refused,
	[VERB_FULL] = refused,
	[VERB_CLOSED] = refused,
	[VERB_DIVERT] = refused,
	[VERB_RINGNOANSWER] = missed,
	[VERB_RINGCANCELED] = missed,
	[VERB_AGENTDUMP] = missed,
	[VERB_CONNECT] = connect,
	[VERB_COMPLETEAGENT] = call_talk_ends,
	[VERB_COMPLETECALLER] = call_talk_ends,
	[VERB_TRANSFER] = call_talk_ends,
	[VERB_BLINDTRANSFER] = call_talk_ends,
	[VERB_ATTENDEDTRANSFER] = call_talk_ends,
	[VERB_ABANDON] = call_wait_ends,
	[VERB_EXITEMPTY] = call_wait_ends,
	[VERB_EXITWITHTIMEOUT] = call_wait_ends,
	[VERB_EXITWITHKEY] = call_wait_ends,
	[VERB_WITHDRAW] = call_wait_ends,
	[VERB_LEAVEEMPTY] = call_wait_ends,
	[VERB_SYSCOMPAT] = call_wait_ends,
	[VERB_CALLSTATUS] = call_status,
	[VERB_QUEUESTART] = restart,
};

int calls_feed(struct calls *c, const struct event *ev)
{
	int (*rule)(struct calls *, struct step *) = rules[ev->verb];
	struct step st;
	int r = 0;

	st.ev = ev;
	st.server = store_server(&c->store, ev->f[F_PARTITION]);
	if (!st.server)
		return -1;
	if (rule) {
		st.callid = store_callid(&c->store, st.server, ev->f[F_CALLID]);
		store_expect(&c->store, &st.callid);
	}
	if (ev->time > c->clock)
		c->clock = ev->time;
	if (c->held)
		call_give(c, false);
	if (timeline_before(&st.server->open, ev->time - c->o.max_open * WHEN_SECOND) ||
	    timeline_before(&st.server->idle, ev->time - CALL_REMEMBERED * WHEN_SECOND))
		call_advance(c, st.server, ev->time);
	if (rule) {
		st.queue = store_name(&c->store, ev->f[F_QUEUE]);
		st.call = store_call(&c->store, st.server, &st.callid);
		r = st.queue == NAMES_NONE ? -1 : rule(c, &st);
	}
	if (!verb_is_clock(ev->verb))
		st.server->logged = ev->time;
	return r;
}

int calls_finish(struct calls *c)
{
	int64_t until = c->o.until == WHEN_MIN ? c->clock : c->o.until;
	struct call *call;
	struct stay *s;

	for (size_t i = 0; i < c->store.servers; i++)
		while ((s = store_first(c->store.server[i]))) {
			call_cut(s, until);
			call_over(c, s, s->v.outcome, s->v.cause, until);
		}
	call_give(c, true);
	for (size_t i = 0; i < c->store.servers; i++)
		while ((call = store_oldest(c->store.server[i])))
			call_forget(c, call);
	return 0;
}

struct calls_counts calls_counts(const struct calls *c)
{
	return c->counts;
}

void calls_tell(const struct calls *c, struct diag *d)
{
	const struct calls_counts *n = &c->counts;

	if (n->doubled)
		diag_note(d, "ends logged twice, counted once: %llu", n->doubled);
	if (n->connects)
		diag_note(d, "connects logged twice, counted once: %llu", n->connects);
	if (n->orphans)
		diag_note(d, "ends of calls that were never seen, counted nowhere: %llu", n->orphans);
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	store_free(&c->store);
	free(c);
}
