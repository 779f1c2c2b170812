#include "base/when.h"
#include "fold/call_fold.h"

/* Seconds. Ends are kept longer than they count, for clocks that step back. */
enum { TWICE = 2, ENDS_KEPT = 60 };

static bool moment_ago(int64_t now, int64_t then)
{
	return now - then <= TWICE * WHEN_SECOND && then - now <= TWICE * WHEN_SECOND;
}

/*
 * Ends that were logged a moment ago.
 */

/* queue and agent: interned. counts: it ended a visit. */
static int remember(const struct event *ev, struct call *call, struct ending now)
{
	size_t kept = 0;

	for (size_t i = 0; i < call->endings; i++)
		if (ev->time - call->ending[i].time <= ENDS_KEPT * WHEN_SECOND)
			call->ending[kept++] = call->ending[i];
	call->endings = kept;
	if (!array_need(&call->ending, &call->endingcap, kept + 1, sizeof(now)))
		return -1;
	now.time = ev->time;
	call->ending[call->endings++] = now;
	return 0;
}

/* Is this end one that was logged already? */
static bool doubled(const struct step *st, bool answered)
{
	const struct event *ev = st->ev;

	for (size_t i = 0; st->call && i < st->call->endings; i++) {
		const struct ending *e = &st->call->ending[i];

		if (e->counts && e->answered == answered && moment_ago(ev->time, e->time) &&
		    slice_eq(e->queue, ev->f[F_QUEUE]) &&
		    (!answered || slice_eq(e->agent, ev->f[F_AGENT])))
			return true;
	}
	return false;
}

/* The first LEAVEEMPTY after an EXITEMPTY is part of that exit. */
static bool part_of_exit(const struct step *st)
{
	for (size_t i = 0; st->call && i < st->call->endings; i++) {
		struct ending *e = &st->call->ending[i];

		if (e->leave && moment_ago(st->ev->time, e->time) &&
		    slice_eq(e->queue, st->ev->f[F_QUEUE])) {
			e->leave = false;
			return true;
		}
	}
	return false;
}

/*
 * Answered ends.
 */

struct talk_end {
	long long wait, talk, position; /* -1: not logged */
	struct slice target;
	struct slice cause;
	int64_t time;
};

static struct talk_end talk_end_of(const struct event *ev)
{
	const struct slice *data = &ev->f[F_DATA1];
	struct talk_end e = { .time = ev->time };
	int first = 2; /* where wait, talk and position begin, in data */

	switch (ev->verb) {
	case VERB_COMPLETEAGENT:
	case VERB_COMPLETECALLER:
		e.cause = ev->verb == VERB_COMPLETEAGENT ? SLICE("agent") : SLICE("caller");
		first = 0;
		break;
	case VERB_ATTENDEDTRANSFER:
		e.cause = SLICE("attended");
		if (slice_is(data[0], "LINK")) {
			struct slice rest, talk = slice_cut(data[4], '|', &rest);
			struct slice more, place = slice_cut(rest, '|', &more);

			e.target = data[2];
			e.wait = call_seconds(data[3]);
			e.talk = call_seconds(talk);
			e.position = call_position(place);
			return e;
		}
		if (slice_is(data[0], "APP"))
			e.target = data[1];
		break;
	default:
		e.cause = ev->verb == VERB_TRANSFER ? SLICE("transfer") : SLICE("blind");
		e.target = data[0];
	}
	e.wait = call_seconds(data[first]);
	e.talk = call_seconds(data[first + 1]);
	e.position = call_position(data[first + 2]);
	return e;
}

/* Does a talking visit's clock agree with the talk that was logged? */
static bool agrees(const struct stay *s, const void *arg)
{
	const struct talk_end *e = arg;
	long long d = call_between(s->connect, e->time) - e->talk;

	return d <= TWICE && d >= -TWICE;
}

/* A waiting visit's CONNECT was lost: it is reckoned from its end. */
static int connect_late(struct calls *c, struct stay *s, const struct event *ev,
			const struct talk_end *e)
{
	uint32_t id;

	s->agent = store_name(&c->store, ev->f[F_AGENT], &id);
	s->connect = call_earlier(ev->time, e->talk < 0 ? 0 : e->talk);
	s->wait = e->wait < 0 ? call_between(s->enter, s->connect) : e->wait;
	s->talk = e->talk;
	return s->agent.p ? 0 : -1;
}

/* A visit of which nothing but its end is known. */
static struct stay *rebuild(struct calls *c, struct step *st, long long wait, long long talk)
{
	struct stay *s = call_open(c, st, call_earlier(st->ev->time, (wait < 0 ? 0 : wait) +
									 (talk < 0 ? 0 : talk)));

	if (s) {
		s->rebuilt = true;
		s->wait = wait;
		s->talk = talk;
		call_odd(c, CALL_NO_ENTRY, st->ev, s->enter);
	}
	return s;
}

static int rebuild_talk(struct calls *c, struct step *st, const struct talk_end *e, struct stay **s)
{
	uint32_t id;

	*s = rebuild(c, st, e->wait, e->talk);
	if (!*s)
		return -1;
	(*s)->connect = call_earlier(st->ev->time, e->talk < 0 ? 0 : e->talk);
	(*s)->agent = store_name(&c->store, st->ev->f[F_AGENT], &id);
	return (*s)->agent.p ? 0 : -1;
}

/* Which visit a talking end ends, in the order of qlcalls(1); *s NULL: none. */
static int find_talk(struct calls *c, struct step *st, const struct talk_end *e, struct stay **s)
{
	const struct event *ev = st->ev;

	*s = store_talking(st->call, ev->f[F_QUEUE], ev->f[F_AGENT]);
	if (*s)
		return 0;
	if (doubled(st, true)) {
		call_odd(c, CALL_END_AGAIN, ev, 0);
		return 0;
	}
	if (e->talk >= 0)
		*s = store_talking_of(&c->store, st->server, ev->f[F_QUEUE], ev->f[F_AGENT], agrees, e);
	if (*s)
		return 0;
	*s = store_waiting(st->call, ev->f[F_QUEUE]);
	if (*s) {
		call_odd(c, CALL_NO_CONNECT, ev, 0);
		return connect_late(c, *s, ev, e);
	}
	if (e->wait >= 0 || e->talk >= 0)
		return rebuild_talk(c, st, e, s);
	call_odd(c, CALL_ORPHAN, ev, 0);
	return 0;
}

int call_talk_ends(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct talk_end e = talk_end_of(ev);
	struct ending now;
	struct stay *s;

	if (find_talk(c, st, &e, &s) < 0)
		return -1;
	if (!s)
		return 0;
	if (s->wait < 0)
		s->wait = e.wait;
	call_clock_wait(s, ev->time);
	if (s->talking)
		s->talk = e.talk < 0 ? call_between(s->connect, ev->time) : e.talk;
	if (s->position_in < 0)
		s->position_in = e.position;
	if (!store_keep(s, &s->target, e.target) || !call_by(c, s, ev))
		return -1;
	/* a double is known by the callid it is logged under, which may not be the visit's own */
	now = (struct ending){ .queue = s->queue, .agent = s->agent, .answered = true, .counts = true };
	if (!call_need(c, st) || remember(ev, st->call, now) < 0 ||
	    (s->call != st->call && remember(ev, s->call, now) < 0))
		return -1;
	call_over(c, s, OUTCOME_ANSWERED, e.cause, ev->time);
	return 0;
}

/*
 * Unanswered ends.
 */

struct wait_end {
	enum outcome outcome;
	long long position_out, position_in, wait;
	struct slice key;
};

static struct wait_end wait_end_of(const struct event *ev)
{
	const struct slice *data = &ev->f[F_DATA1];
	struct wait_end e = { OUTCOME_ABANDONED, -1, -1, -1, { 0 } };

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
	e.position_out = call_position(data[0]);
	e.position_in = call_position(data[1]);
	e.wait = call_seconds(data[2]);
	return e;
}

static int find_wait(struct calls *c, struct step *st, const struct wait_end *e, struct stay **s)
{
	*s = store_waiting(st->call, st->ev->f[F_QUEUE]);
	if (*s)
		return 0;
	if (doubled(st, false)) {
		call_odd(c, CALL_END_AGAIN, st->ev, 0);
	} else if (e->wait >= 0) {
		*s = rebuild(c, st, e->wait, -1);
		return *s ? 0 : -1;
	} else {
		call_odd(c, CALL_ORPHAN, st->ev, 0);
	}
	return 0;
}

int call_remember_wait(struct calls *c, struct step *st, const struct stay *s)
{
	struct ending now = { .counts = s != NULL, .leave = st->ev->verb == VERB_EXITEMPTY };
	uint32_t id;

	now.queue = s ? s->queue : store_name(&c->store, st->ev->f[F_QUEUE], &id);
	return now.queue.p && call_need(c, st) ? remember(st->ev, st->call, now) : -1;
}

int call_wait_ends(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct wait_end e = wait_end_of(ev);
	struct stay *s;

	if (ev->verb == VERB_LEAVEEMPTY && part_of_exit(st))
		return 0;
	if (find_wait(c, st, &e, &s) < 0)
		return -1;
	if (s || ev->verb == VERB_EXITEMPTY)
		if (call_remember_wait(c, st, s) < 0)
			return -1;
	if (!s)
		return 0;
	if (e.wait >= 0)
		s->wait = e.wait;
	call_clock_wait(s, ev->time);
	s->position_out = e.position_out;
	if (s->position_in < 0)
		s->position_in = e.position_in;
	if (!store_keep(s, &s->key, e.key) || !call_by(c, s, ev))
		return -1;
	call_over(c, s, e.outcome, (struct slice){ 0 }, ev->time);
	return 0;
}
