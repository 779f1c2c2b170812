#include "fold/call.h"

#include <stdlib.h>

#include "base/when.h"
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
	return c;
}

/* Seconds that a field says; -1: it says none. */
long long call_seconds(struct slice s)
{
	long long n;

	return slice_int(s, false, &n) && n <= EVENT_TIME_MAX / WHEN_SECOND ? n : -1;
}

long long call_position(struct slice s)
{
	long long n = call_seconds(s);

	return n <= POSITION_MOST ? n : -1;
}

/* The clock's seconds between two times, cut, never negative. */
long long call_between(int64_t from, int64_t to)
{
	return to > from ? (to - from) / WHEN_SECOND : 0;
}

int64_t call_earlier(int64_t time, long long seconds)
{
	int64_t t = time - seconds * WHEN_SECOND;

	return t < EVENT_TIME_MIN ? EVENT_TIME_MIN : t;
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

/* The callid's record, made where there is none. */
bool call_need(struct calls *c, struct step *st)
{
	if (st->call)
		return true;
	st->call = store_call(&c->store, st->server, st->ev->f[F_CALLID], true);
	if (st->call)
		store_touch(st->call, st->ev->time);
	return st->call != NULL;
}

struct stay *call_open(struct calls *c, struct step *st, int64_t enter)
{
	struct stay *s;

	if (!call_need(c, st))
		return NULL;
	s = store_open(&c->store, st->call, st->ev->f[F_QUEUE], enter);
	if (s)
		store_touch(st->call, st->ev->time);
	return s;
}

static int did(struct calls *c, struct step *st)
{
	if (!call_need(c, st))
		return -1;
	st->call->has_did = true;
	st->call->did.n = 0;
	buf_slice(&st->call->did, st->ev->f[F_DATA1]);
	store_touch(st->call, st->ev->time);
	return st->call->did.failed ? -1 : 0;
}

static int enter(struct calls *c, struct step *st, bool outbound)
{
	const struct event *ev = st->ev;
	struct stay *s = store_waiting(st->call, ev->f[F_QUEUE]);

	if (s)
		call_lose(c, s, SLICE("reentered"), ev->time);
	s = call_open(c, st, ev->time);
	if (!s || !store_keep(s, &s->url, ev->f[F_DATA1]) ||
	    !store_keep(s, &s->caller, ev->f[F_DATA2]))
		return -1;
	s->position_in = call_position(ev->f[F_DATA3]);
	s->outbound = outbound;
	return 0;
}

static int connect(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct stay *s = store_waiting(st->call, ev->f[F_QUEUE]);
	long long wait = call_seconds(ev->f[F_DATA1]);

	if (!s) {
		if (store_talking(st->call, ev->f[F_QUEUE], ev->f[F_AGENT])) {
			call_odd(c, CALL_CONNECT_AGAIN, ev, 0);
			return 0;
		}
		s = call_open(c, st, call_earlier(ev->time, wait < 0 ? 0 : wait));
		if (!s)
			return -1;
		s->rebuilt = true;
		call_odd(c, CALL_NO_ENTRY, ev, s->enter);
	}
	s->wait = wait;
	s->ring = call_seconds(ev->f[F_DATA3]);
	if (!store_talk(&c->store, s, ev->f[F_AGENT], ev->time))
		return -1;
	call_taken(c, s);
	return 0;
}

/* Attempts that nobody took. milliseconds: empty where the verb logs none. */
static int missed(struct step *st, struct slice milliseconds)
{
	struct stay *s = store_waiting(st->call, st->ev->f[F_QUEUE]);
	long long ms = call_seconds(milliseconds);

	return !s || store_attempt(s, ms < 0 ? 0 : (uint32_t)(ms / 1000)) ? 0 : -1;
}

/*
 * What is neither.
 */

static int refused(struct calls *c, struct step *st)
{
	struct stay *s = store_waiting(st->call, st->ev->f[F_QUEUE]);

	if (!s)
		s = call_open(c, st, st->ev->time);
	if (!s || !call_by(c, s, st->ev))
		return -1;
	call_clock_wait(s, st->ev->time);
	call_over(c, s, OUTCOME_REFUSED, s->ended_verb, st->ev->time);
	return 0;
}

/* A whole call out, in one line. */
static int outcall(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	long long talk = call_seconds(ev->f[F_DATA2]);
	bool answered = slice_begins(ev->f[F_DATA1], SLICE("ANSWER")) || talk > 0;
	struct stay *s = call_open(c, st, call_earlier(ev->time, talk < 0 ? 0 : talk));
	uint32_t id;

	if (!s || !call_by(c, s, ev) || (!answered && call_remember_wait(c, st, s) < 0))
		return -1;
	s->outbound = true;
	s->talk = talk;
	s->connect = s->enter;
	s->agent = store_name(&c->store, ev->f[F_AGENT], &id);
	if (!s->agent.p)
		return -1;
	call_over(c, s, answered ? OUTCOME_ANSWERED : OUTCOME_ABANDONED, (struct slice){ 0 }, ev->time);
	return 0;
}

static int call_status(struct step *st)
{
	struct stay *s = st->call ? st->call->last : NULL;

	if (!s || slice_is(st->ev->f[F_CALLID], "NONE") ||
	    (s->over && st->ev->time - s->end > CALL_REMEMBERED * WHEN_SECOND))
		return 0;
	return store_keep(s, &s->status, st->ev->f[F_DATA1]) ? 0 : -1;
}

/* The server began anew: what was open on it ended with the last thing it had said. */
static void restart(struct calls *c, struct step *st)
{
	int64_t time = st->server->logged == WHEN_MIN ? st->ev->time : st->server->logged;

	while (st->server->first)
		call_lose(c, st->server->first, SLICE("restart"), time);
}

static int take(struct calls *c, struct step *st)
{
	switch (st->ev->verb) {
	case VERB_DID: return did(c, st);
	case VERB_ENTERQUEUE: return enter(c, st, false);
	case VERB_CALLOUTBOUND: return enter(c, st, true);
	case VERB_OUTCALL: return outcall(c, st);
	case VERB_JOINEMPTY:
	case VERB_FULL:
	case VERB_CLOSED:
	case VERB_DIVERT: return refused(c, st);
	case VERB_RINGNOANSWER:
	case VERB_RINGCANCELED: return missed(st, st->ev->f[F_DATA1]);
	case VERB_AGENTDUMP: return missed(st, (struct slice){ 0 });
	case VERB_CONNECT: return connect(c, st);
	case VERB_COMPLETEAGENT:
	case VERB_COMPLETECALLER:
	case VERB_TRANSFER:
	case VERB_BLINDTRANSFER:
	case VERB_ATTENDEDTRANSFER: return call_talk_ends(c, st);
	case VERB_ABANDON:
	case VERB_EXITEMPTY:
	case VERB_EXITWITHTIMEOUT:
	case VERB_EXITWITHKEY:
	case VERB_WITHDRAW:
	case VERB_LEAVEEMPTY:
	case VERB_SYSCOMPAT: return call_wait_ends(c, st);
	case VERB_CALLSTATUS: return call_status(st);
	default: return 0;
	}
}

/* The server's clock stands at `time`: visits open too long end, old callids are forgotten. */
static void advance(struct calls *c, struct server *s, int64_t time)
{
	while (s->first && time - s->first->enter > c->o.max_open * WHEN_SECOND)
		call_lose(c, s->first, SLICE("expired"),
		     s->first->enter + c->o.max_open * WHEN_SECOND);
	while (s->oldest && time - s->oldest->touched > CALL_REMEMBERED * WHEN_SECOND) {
		struct call *call = s->oldest;

		store_forget(&c->store, call);
		call_drop(c, call);
	}
}

int calls_feed(struct calls *c, const struct event *ev)
{
	struct step st = { .ev = ev, .server = store_server(&c->store, ev->f[F_PARTITION]) };
	int r = 0;

	if (!st.server)
		return -1;
	if (ev->time > c->clock)
		c->clock = ev->time;
	call_give(c, false);
	advance(c, st.server, ev->time);
	if (ev->verb == VERB_QUEUESTART) {
		restart(c, &st);
	} else if (ev->verb != VERB_OTHER && verb_class(ev->verb) == CLASS_CALL) {
		st.call = store_call(&c->store, st.server, ev->f[F_CALLID], false);
		r = take(c, &st);
	}
	if (!verb_is_clock(ev->verb))
		st.server->logged = ev->time;
	return r;
}

int calls_finish(struct calls *c)
{
	int64_t until = c->o.until == WHEN_MIN ? c->clock : c->o.until;

	for (size_t i = 0; i < c->store.servers; i++)
		while (c->store.server[i]->first) {
			struct stay *s = c->store.server[i]->first;

			call_cut(s, until);
			call_over(c, s, s->outcome, s->cause, until);
		}
	call_give(c, true);
	for (size_t i = 0; i < c->store.servers; i++)
		while (c->store.server[i]->oldest) {
			struct call *call = c->store.server[i]->oldest;

			store_forget(&c->store, call);
			call_drop(c, call);
		}
	return 0;
}

struct calls_counts calls_counts(const struct calls *c)
{
	return c->counts;
}

void calls_tell(const struct calls *c, struct diag *d)
{
	const struct calls_counts *n = &c->counts;

	if (n->doubled || n->connects)
		diag_note(d, "%llu ends and %llu connects logged twice, counted once", n->doubled,
			  n->connects);
	if (n->orphans)
		diag_note(d, "%llu ends of calls that were never seen, counted nowhere", n->orphans);
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	store_free(&c->store);
	free(c);
}
