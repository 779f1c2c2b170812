#include "fold/call_fold.h"

/* Seconds. Ends are kept longer than they count, for clocks that step back. */
enum { TWICE = 2, ENDS_KEPT = 60 };

/*
 * Ends that were logged a moment ago.
 */

static bool remember(struct calls *c, struct call *call, const struct event *ev, uint32_t queue,
		     uint64_t kind)
{
	return store_end(&c->store, call, store_ending(queue, kind), ev->time,
			 ev->time - ENDS_KEPT * WHEN_SECOND);
}

/* *e: one of that kind at the queue of the event, a moment before, or, since clocks step back, behind
 * it; NULL: none. 0; -1: out of memory. */
static int moment_ago(struct calls *c, const struct step *st, uint64_t kind, struct ending **e)
{
	const int64_t moment = TWICE * WHEN_SECOND, now = st->ev->time;

	*e = NULL;
	return !st->call || store_ended(&c->store, st->call, store_ending(st->queue, kind), now - moment,
					now + moment, e) ? 0 : -1;
}

/*
 * Answered ends.
 */

enum { WAIT, TALK, POSITION };

struct talk_end {
	const struct slice *logged; /* wait, talk, position */
	struct slice own[3];        /* where they do not stand so */
	long long talk;             /* -1: not logged */
	struct slice target;
	struct slice cause;
};

static void read_talk_end(const struct event *ev, struct talk_end *e)
{
	const struct slice *data = &ev->f[F_DATA1];
	struct slice rest;

	e->logged = data + 2;
	e->target = (struct slice){ 0 };
	switch (ev->verb) {
	case VERB_COMPLETEAGENT:
	case VERB_COMPLETECALLER:
		e->cause = ev->verb == VERB_COMPLETEAGENT ? SLICE("agent") : SLICE("caller");
		e->logged = data;
		break;
	case VERB_ATTENDEDTRANSFER:
		e->cause = SLICE("attended");
		if (slice_is(data[0], "LINK")) {
			e->target = data[2];
			e->own[WAIT] = data[3];
			e->own[TALK] = slice_cut(data[4], '|', &rest);
			e->own[POSITION] = slice_cut(rest, '|', &rest);
			e->logged = e->own;
		} else if (slice_is(data[0], "APP")) {
			e->target = data[1];
		}
		break;
	default:
		e->cause = ev->verb == VERB_TRANSFER ? SLICE("transfer") : SLICE("blind");
		e->target = data[0];
	}
	e->talk = logged_number(e->logged[TALK]);
}

/* The talking visit of queue and agent whose clock agrees with the talk that was logged. */
static struct stay *agrees(struct calls *c, const struct step *st, uint32_t agent,
			   const struct talk_end *e)
{
	/* of whole seconds, cut; a visit that talks from now on, or later, has talked 0 */
	int64_t from = st->ev->time - (e->talk + TWICE + 1) * WHEN_SECOND + 1;
	int64_t to = e->talk <= TWICE ? INT64_MAX : st->ev->time - (e->talk - TWICE) * WHEN_SECOND;

	return store_talking_since(&c->store, st->server, st->queue, agent, from, to);
}

/* A waiting visit's CONNECT was lost: it is reckoned from its end. */
static void connect_late(struct calls *c, struct stay *s, const struct event *ev, uint32_t agent,
			 const struct talk_end *e)
{
	long long wait = logged_number(e->logged[WAIT]);

	call_answered_by(c, s, agent, logged_before(ev->time, e->talk < 0 ? 0 : e->talk));
	s->v.wait = wait < 0 ? call_between(s->v.enter, s->v.connect) : wait;
	s->v.talk = e->talk;
}

/* A visit of which nothing but its end is known. */
static struct stay *rebuild(struct calls *c, struct step *st, long long wait, long long talk)
{
	struct stay *s = call_open(c, st, logged_before(st->ev->time, (wait < 0 ? 0 : wait) +
									 (talk < 0 ? 0 : talk)));

	if (s) {
		s->v.rebuilt = true;
		s->v.wait = wait;
		s->v.talk = talk;
		call_odd(c, CALL_NO_ENTRY, st->ev, s->v.enter);
	}
	return s;
}

/* Which visit a talking end ends, in the order of qlcalls(1); *s NULL: none. */
static int find_talk(struct calls *c, struct step *st, uint32_t agent, const struct talk_end *e,
		     struct stay **s)
{
	const struct event *ev = st->ev;
	struct ending *before;
	long long wait;

	*s = store_talking(st->call, st->queue, agent);
	if (*s)
		return 0;
	if (moment_ago(c, st, ENDING_ANSWERED + agent, &before) < 0)
		return -1;
	if (before) {
		call_odd(c, CALL_END_AGAIN, ev, 0);
		return 0;
	}
	if (e->talk >= 0)
		*s = agrees(c, st, agent, e);
	if (*s)
		return 0;
	*s = store_waiting(st->call, st->queue);
	if (*s) {
		call_odd(c, CALL_NO_CONNECT, ev, 0);
		connect_late(c, *s, ev, agent, e);
		return 0;
	}
	wait = logged_number(e->logged[WAIT]);
	if (wait < 0 && e->talk < 0) {
		call_odd(c, CALL_ORPHAN, ev, 0);
		return 0;
	}
	*s = rebuild(c, st, wait, e->talk);
	if (!*s)
		return -1;
	call_answered_by(c, *s, agent, logged_before(ev->time, e->talk < 0 ? 0 : e->talk));
	return 0;
}

int call_talk_ends(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	uint32_t agent = store_name(&c->store, ev->f[F_AGENT]);
	struct talk_end e;
	struct stay *s;

	read_talk_end(ev, &e);
	if (agent == NAMES_NONE || !call_look_there(c, st) || find_talk(c, st, agent, &e, &s) < 0)
		return -1;
	if (!s)
		return 0;
	if (s->v.wait < 0)
		s->v.wait = logged_number(e.logged[WAIT]);
	call_clock_wait(s, ev->time);
	if (s->talking)
		s->v.talk = e.talk < 0 ? call_between(s->v.connect, ev->time) : e.talk;
	if (s->v.position_in < 0 && c->o.carry & VISIT_POSITIONS)
		s->v.position_in = call_position(e.logged[POSITION]);
	if (!call_keep(c, s, VISIT_TARGET, &s->target, e.target) || !call_by(c, s, ev))
		return -1;
	/* a double is known by the callid it is logged under, which may not be the visit's own */
	if (!call_need(c, st) || !remember(c, st->call, ev, st->queue, ENDING_ANSWERED + agent) ||
	    (s->call != st->call && !remember(c, s->call, ev, st->queue, ENDING_ANSWERED + agent)))
		return -1;
	call_over(c, s, OUTCOME_ANSWERED, e.cause, ev->time);
	return 0;
}

/*
 * Unanswered ends.
 */

struct wait_end {
	enum outcome outcome;
	struct slice position_out, position_in; /* as they stand there */
	long long wait;                         /* -1: not logged */
	struct slice key;
};

static struct wait_end wait_end_of(const struct event *ev)
{
	const struct slice *data = &ev->f[F_DATA1];
	struct wait_end e = { .outcome = OUTCOME_ABANDONED, .wait = -1 };

	switch (ev->verb) {
	case VERB_LEAVEEMPTY: e.outcome = OUTCOME_EMPTY; return e;
	case VERB_SYSCOMPAT: e.outcome = OUTCOME_SYSCOMPAT; return e;
	case VERB_EXITEMPTY: e.outcome = OUTCOME_EMPTY; break;
	case VERB_EXITWITHTIMEOUT: e.outcome = OUTCOME_TIMEOUT; break;
	case VERB_WITHDRAW: e.outcome = OUTCOME_WITHDRAWN; break;
	case VERB_EXITWITHKEY:
		e.outcome = OUTCOME_KEY;
		e.key = *data++;
		break;
	default: break;
	}
	e.position_out = data[0];
	e.position_in = data[1];
	e.wait = logged_number(data[2]);
	return e;
}

static int find_wait(struct calls *c, struct step *st, const struct wait_end *e, struct stay **s)
{
	struct ending *before;

	*s = store_waiting(st->call, st->queue);
	if (*s)
		return 0;
	if (moment_ago(c, st, ENDING_WAIT, &before) < 0)
		return -1;
	if (before) {
		call_odd(c, CALL_END_AGAIN, st->ev, 0);
	} else if (e->wait >= 0) {
		*s = rebuild(c, st, e->wait, -1);
		return *s ? 0 : -1;
	} else {
		call_odd(c, CALL_ORPHAN, st->ev, 0);
	}
	return 0;
}

int call_remember_wait(struct calls *c, struct step *st, bool of_visit)
{
	if (!call_need(c, st) || (of_visit && !remember(c, st->call, st->ev, st->queue, ENDING_WAIT)))
		return -1;
	return st->ev->verb != VERB_EXITEMPTY || remember(c, st->call, st->ev, st->queue, ENDING_LEAVE) ?
		       0 : -1;
}

int call_wait_ends(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct wait_end e = wait_end_of(ev);
	struct ending *exit = NULL;
	struct stay *s;

	if (!call_look_there(c, st))
		return -1;
	/* the first LEAVEEMPTY after an EXITEMPTY is part of that exit */
	if (ev->verb == VERB_LEAVEEMPTY && moment_ago(c, st, ENDING_LEAVE, &exit) < 0)
		return -1;
	if (exit) {
		store_unend(&c->store, st->call, exit);
		return 0;
	}
	if (find_wait(c, st, &e, &s) < 0)
		return -1;
	if ((s || ev->verb == VERB_EXITEMPTY) && call_remember_wait(c, st, s != NULL) < 0)
		return -1;
	if (!s)
		return 0;
	if (e.wait >= 0)
		s->v.wait = e.wait;
	call_clock_wait(s, ev->time);
	if (c->o.carry & VISIT_POSITIONS) {
		s->v.position_out = call_position(e.position_out);
		if (s->v.position_in < 0)
			s->v.position_in = call_position(e.position_in);
	}
	if (!call_keep(c, s, VISIT_KEY, &s->key, e.key) || !call_by(c, s, ev))
		return -1;
	call_over(c, s, e.outcome, (struct slice){ 0 }, ev->time);
	return 0;
}
