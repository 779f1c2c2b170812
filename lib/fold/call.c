#include "fold/call.h"

#include <stdlib.h>

#include "base/inline.h"
#include "fold/call_fold.h"

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
	c->late = forgotten ? 0 : CALL_LATE * WHEN_SECOND;
	c->tail = &c->held;
	if (store_init(&c->store))
		return c;
	calls_free(c);
	return NULL;
}

void call_odd(struct calls *c, enum call_odd odd, const struct event *ev, int64_t enter)
{
	const struct call_remark r = { odd, ev, enter };

	c->doubled += odd == CALL_END_AGAIN;
	c->connects += odd == CALL_CONNECT_AGAIN;
	c->orphans += odd == CALL_ORPHAN;
	if (c->o.remark)
		c->o.remark(c->o.remark_arg, &r);
}

/*
 * Openings.
 */

ALWAYS_INLINE struct stay *open_visit(struct calls *c, struct step *st, int64_t enter)
{
	const int64_t due = enter + c->o.max_open * WHEN_SECOND;
	struct stay *s;

	if (!st->call)
		st->call = store_new_call(&c->store, st->server, &st->callid, st->ev->f[F_CALLID]);
	s = st->call ? store_open(&c->store, st->call, st->queue, enter) : NULL;
	if (!s)
		return NULL;
	call_touch(c, st->call, st->ev->time);
	if (due < st->server->due)
		st->server->due = due;
	return s;
}

struct stay *call_open(struct calls *c, struct step *st, int64_t enter)
{
	return open_visit(c, st, enter);
}

static int keep_did(struct calls *c, struct step *st)
{
	struct more *more;

	if (!call_need(c, st))
		return -1;
	call_touch(c, st->call, st->ev->time);
	if (!(c->o.carry & VISIT_DID))
		return 0;
	more = store_more(&c->store, st->call);
	if (!more)
		return -1;
	more->did.n = 0;
	buf_slice(&more->did, st->ev->f[F_DATA1]);
	return more->did.failed ? -1 : 0;
}

static int did(struct calls *c, struct step *st)
{
	call_look(c, st);
	/* it says nothing new of a callid that is not known, but for the number itself */
	return st->call || c->o.carry & VISIT_DID ? keep_did(c, st) : 0;
}

static int enter(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct stay *s;

	if (!call_look_there(c, st))
		return -1;
	s = store_waiting(st->call, st->queue);
	if (s)
		call_lose(c, s, SLICE("reentered"), ev->time);
	s = open_visit(c, st, ev->time);
	if (!s || !call_keep(c, s, VISIT_URL, &s->url, ev->f[F_DATA1]) ||
	    !call_keep(c, s, VISIT_CALLER, &s->caller, ev->f[F_DATA2]))
		return -1;
	if (c->o.carry & VISIT_POSITIONS)
		s->v.position_in = call_position(ev->f[F_DATA3]);
	s->v.outbound = ev->verb == VERB_CALLOUTBOUND;
	return 0;
}

/* NONE answers for nobody. */
void call_answered_by(struct calls *c, struct stay *s, uint32_t agent, int64_t connect)
{
	s->v.agent = agent == c->store.none ? (struct slice){ 0 } : store_named(&c->store, agent);
	s->v.connect = connect;
}

static int connect(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	uint32_t agent = store_name(&c->store, ev->f[F_AGENT]);
	long long wait = logged_number(ev->f[F_DATA1]);
	struct stay *s;

	if (agent == NAMES_NONE || !call_look_there(c, st))
		return -1;
	s = store_waiting(st->call, st->queue);
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
	if (c->o.carry & VISIT_RING)
		s->v.ring = logged_number(ev->f[F_DATA3]);
	call_answered_by(c, s, agent, ev->time);
	store_talk(&c->store, s, agent);
	if (c->o.connected)
		c->o.connected(c->o.ended_arg, store_show(s));
	return 0;
}

/* Attempts that nobody took; AGENTDUMP logs no milliseconds. */
static int missed(struct calls *c, struct step *st)
{
	struct stay *s;
	long long ms;

	if (!(c->o.carry & VISIT_MISSED)) /* it has no other effect */
		return 0;
	if (!call_look_there(c, st))
		return -1;
	ms = st->ev->verb == VERB_AGENTDUMP ? 0 : logged_number(st->ev->f[F_DATA1]);
	s = store_waiting(st->call, st->queue);
	return !s || store_attempt(s, ms < 0 ? 0 : (uint32_t)(ms / 1000)) ? 0 : -1;
}

/*
 * What is neither.
 */

static int refused(struct calls *c, struct step *st)
{
	struct stay *s;

	if (!call_look_there(c, st))
		return -1;
	s = store_waiting(st->call, st->queue);
	if (!s)
		s = call_open(c, st, st->ev->time);
	if (!s || !call_by(c, s, st->ev))
		return -1;
	call_clock_wait(s, st->ev->time);
	call_over(c, s, OUTCOME_REFUSED, visit_ended_verb(&s->v), st->ev->time);
	return 0;
}

/* A whole call out, in one line. */
static int outcall(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	long long talk = logged_number(ev->f[F_DATA2]);
	bool answered = slice_begins(ev->f[F_DATA1], SLICE("ANSWER")) || talk > 0;
	uint32_t agent = store_name(&c->store, ev->f[F_AGENT]);
	struct stay *s;

	if (agent == NAMES_NONE || !call_look_there(c, st))
		return -1;
	s = call_open(c, st, logged_before(ev->time, talk < 0 ? 0 : talk));
	if (!s || !call_by(c, s, ev) ||
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
	struct stay *s;

	call_look(c, st);
	s = st->call ? st->call->last : NULL;
	if (!s || slice_is(st->ev->f[F_CALLID], "NONE") ||
	    (s->over && st->ev->time - s->v.end > CALL_REMEMBERED * WHEN_SECOND))
		return 0;
	s->status.n = 0; /* an empty one takes back what was there */
	return call_keep(c, s, VISIT_STATUS, &s->status, st->ev->f[F_DATA1]) ? 0 : -1;
}

/* The server began anew: what was open on it ended with the last thing it had said. That may be long
 * ago; but that calls are old is seen by the next event, and by its time. */
static int restart(struct calls *c, struct step *st)
{
	int64_t time = st->logged == WHEN_MIN ? st->ev->time : st->logged;
	struct stay *s;

	call_forget_old(c, st->server, st->ev->time);
	st->server->now = WHEN_MIN;
	while ((s = store_first(st->server)))
		call_lose(c, s, SLICE("restart"), time);
	return 0;
}

/* What each verb does. The others, those of agents among them, do nothing: NULL. */
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

static inline struct step *step(struct calls *c, struct server *server, const struct event *ev)
{
	struct step *st = &c->step;

	st->ev = ev;
	st->server = server;
	st->logged = server->logged;
	server->now = ev->time;
	if (!verb_is_clock(ev->verb))
		server->logged = ev->time;
	return st;
}

/* A server is met, a callid is long, or clocks have something to do first. */
APART static int feed_late(struct calls *c, struct server *server, const struct event *ev)
{
	struct step *st;

	if (!server)
		server = store_meet(&c->store, ev->f[F_PARTITION]);
	if (!server)
		return -1;
	if (c->held)
		call_give(c, false);
	if (ev->time < server->now)
		call_forget_old(c, server, server->now);
	if (ev->time > server->due)
		call_advance(c, server, ev->time);
	st = step(c, server, ev);
	if (!rules[ev->verb])
		return 0;
	st->callid = store_callid(server, ev->f[F_CALLID]);
	return rules[ev->verb](c, st);
}

int calls_feed(struct calls *c, const struct event *ev)
{
	struct server *server = store_met(&c->store, ev->f[F_PARTITION]);
	struct step *st;

	c->clock = ev->time > c->clock ? ev->time : c->clock; /* nobody guesses which: no branch */
	if (!server || c->held || ev->time > server->due || ev->time < server->now ||
	    ev->f[F_CALLID].n > NEAR_MOST)
		return feed_late(c, server, ev);
	st = step(c, server, ev);
	if (!rules[ev->verb])
		return 0;
	st->callid = store_short_callid(server, ev->f[F_CALLID]);
	store_expect(&c->store, &st->callid);
	return rules[ev->verb](c, st);
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

void calls_tell(const struct calls *c, struct diag *d)
{
	if (c->doubled)
		diag_note(d, "ends logged twice, counted once: %llu", c->doubled);
	if (c->connects)
		diag_note(d, "connects logged twice, counted once: %llu", c->connects);
	if (c->orphans)
		diag_note(d, "ends of calls that were never seen, counted nowhere: %llu", c->orphans);
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	store_free(&c->store);
	free(c);
}
