#include "fold/call.h"

#include <stdlib.h>

#include "base/when.h"
#include "fold/call_store.h"

/* Seconds. Ends are kept longer than they count, for clocks that step back. */
enum { TWICE = 2, ENDS_KEPT = 60, REMEMBERED = 1800 };
enum { POSITION_MOST = 9999 };

struct calls {
	struct calls_options o;
	void (*visit)(void *, const struct visit *);
	void (*forgotten)(void *, uint32_t);
	void *arg;
	struct store store;
	int64_t clock;             /* the stream's: the greatest time seen */
	struct stay *held, **tail; /* ended visits that wait for a status, in order of their end */
	struct calls_counts counts;
};

/* The event at hand, with what every rule asks of it. */
struct step {
	const struct event *ev;
	struct server *server;
	struct call *call; /* NULL: nothing of the callid is remembered */
};

static const char *const outcome_names[OUTCOMES] = {
	[OUTCOME_ANSWERED] = "answered",   [OUTCOME_ABANDONED] = "abandoned",
	[OUTCOME_TIMEOUT] = "timeout",     [OUTCOME_KEY] = "key",
	[OUTCOME_EMPTY] = "empty",         [OUTCOME_WITHDRAWN] = "withdrawn",
	[OUTCOME_SYSCOMPAT] = "syscompat", [OUTCOME_REFUSED] = "refused",
	[OUTCOME_LOST] = "lost",           [OUTCOME_WAITING] = "waiting",
};

const char *outcome_name(enum outcome o)
{
	return outcome_names[o];
}

enum outcome outcome_named(struct slice name)
{
	int o = 0;

	while (o < OUTCOMES && !slice_is(name, outcome_names[o]))
		o++;
	return (enum outcome)o;
}

unsigned outcome_set(const char *list)
{
	struct slice rest = slice_str(list);
	unsigned set = 0;

	do {
		struct slice one = slice_cut(rest, ',', &rest);
		enum outcome o = outcome_named(one);

		if (slice_is(one, "unanswered"))
			for (o = OUTCOME_ABANDONED; o <= OUTCOME_SYSCOMPAT; o++)
				set |= 1u << o;
		else if (o < OUTCOMES)
			set |= 1u << o;
		else
			return 0;
	} while (rest.n);
	return set;
}

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
static long long logged(struct slice s)
{
	long long n;

	return slice_int(s, false, &n) && n <= EVENT_TIME_MAX / WHEN_SECOND ? n : -1;
}

static long long position(struct slice s)
{
	long long n = logged(s);

	return n <= POSITION_MOST ? n : -1;
}

/* The clock's seconds between two times, cut, never negative. */
static long long between(int64_t from, int64_t to)
{
	return to > from ? (to - from) / WHEN_SECOND : 0;
}

static int64_t earlier(int64_t time, long long seconds)
{
	int64_t t = time - seconds * WHEN_SECOND;

	return t < EVENT_TIME_MIN ? EVENT_TIME_MIN : t;
}

static bool moment_ago(int64_t now, int64_t then)
{
	return now - then <= TWICE * WHEN_SECOND && then - now <= TWICE * WHEN_SECOND;
}

/*
 * Visits that are over, and their being given.
 */

static void fill(const struct stay *s, struct visit *v)
{
	bool answered = s->outcome == OUTCOME_ANSWERED;

	*v = (struct visit){
		.partition = s->server->name,
		.callid = store_text(s, s->callid),
		.queue = s->queue,
		.ordinal = s->ordinal,
		.outbound = s->outbound,
		.enter = s->enter,
		.connect = answered ? s->connect : -1,
		.end = s->end,
		.outcome = s->outcome,
		.cause = s->cause,
		.agent = answered && !slice_is(s->agent, "NONE") ? s->agent : (struct slice){ 0 },
		.wait = s->wait,
		.talk = s->talk,
		.ring = s->ring,
		.missed = s->missed,
		.ringmissed = s->ringmissed,
		.attempt = s->attempt,
		.caller = store_text(s, s->caller),
		.did = store_text(s, s->did),
		.url = store_text(s, s->url),
		.position_in = s->position_in,
		.position_out = s->position_out,
		.key = store_text(s, s->key),
		.target = store_text(s, s->target),
		.status = store_text(s, s->status),
		.rebuilt = s->rebuilt,
		.unfinished = s->unfinished,
		.ended_by = s->ended_by,
		.ended_verb = s->ended_verb,
		.call = s->call->id,
	};
}

static void drop_call(struct calls *c, struct call *call)
{
	if (!call->forgotten || call->held)
		return;
	if (c->forgotten)
		c->forgotten(c->arg, call->id);
	store_drop(&c->store, call);
}

static void give(struct calls *c, struct stay *s)
{
	struct call *call = s->call;
	struct visit v;

	fill(s, &v);
	c->counts.visits++;
	c->counts.rebuilt += s->rebuilt;
	c->counts.unfinished += s->unfinished;
	c->visit(c->arg, &v);
	store_give_back(&c->store, s);
	drop_call(c, call);
}

static void give_held(struct calls *c, bool all)
{
	while (c->held && (all || c->clock - c->held->clock > c->o.status_wait * WHEN_SECOND)) {
		struct stay *s = c->held;

		c->held = s->next_held;
		if (!c->held)
			c->tail = &c->held;
		give(c, s);
	}
}

/* A wait that nobody logged is the clock's, to the moment at which it ended; not where the entry
 * itself was reckoned. */
static void clock_wait(struct stay *s, int64_t ended)
{
	if (s->wait < 0 && !s->rebuilt)
		s->wait = between(s->enter, s->talking ? s->connect : ended);
}

/* The visit is over, with this outcome; what else is known of it stands in it already. */
static void end(struct calls *c, struct stay *s, enum outcome outcome, struct slice cause,
		int64_t time)
{
	struct call *call = s->call;
	struct visit v;

	s->outcome = outcome;
	s->cause = cause;
	s->end = time;
	s->clock = c->clock;
	store_close(&c->store, s);
	store_touch(call, time);
	if (c->o.ended) {
		fill(s, &v);
		c->o.ended(c->o.ended_arg, &v);
	}
	if (c->o.status_wait == 0) {
		give(c, s);
		return;
	}
	s->next_held = NULL;
	*c->tail = s;
	c->tail = &s->next_held;
}

/* A visit that no event of its own ended: what waits is lost, what talks was answered. */
static void lose(struct calls *c, struct stay *s, struct slice why, int64_t time)
{
	s->ended_verb = why;
	clock_wait(s, time);
	if (s->talking)
		end(c, s, OUTCOME_ANSWERED, SLICE("lost"), time);
	else
		end(c, s, OUTCOME_LOST, why, time);
}

/*
 * Ends that were logged a moment ago.
 */

static int remember(struct calls *c, struct step *st, struct call *call, bool answered, bool counts)
{
	const struct event *ev = st->ev;
	struct ending *e;
	size_t kept = 0;
	uint32_t id;

	for (size_t i = 0; i < call->endings; i++)
		if (ev->time - call->ending[i].time <= ENDS_KEPT * WHEN_SECOND)
			call->ending[kept++] = call->ending[i];
	call->endings = kept;
	if (!array_need(&call->ending, &call->endingcap, kept + 1, sizeof(*e)))
		return -1;
	e = &call->ending[call->endings++];
	*e = (struct ending){ .time = ev->time, .answered = answered, .counts = counts };
	e->leave = ev->verb == VERB_EXITEMPTY;
	e->queue = store_name(&c->store, ev->f[F_QUEUE], &id);
	e->agent = store_name(&c->store, ev->f[F_AGENT], &id);
	return e->queue.p && e->agent.p ? 0 : -1;
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
 * Openings.
 */

/* The callid's record, made where there is none. */
static bool need_call(struct calls *c, struct step *st)
{
	if (st->call)
		return true;
	st->call = store_call(&c->store, st->server, st->ev->f[F_CALLID], true);
	if (st->call)
		store_touch(st->call, st->ev->time);
	return st->call != NULL;
}

static struct stay *open_visit(struct calls *c, struct step *st, int64_t enter)
{
	struct stay *s;

	if (!need_call(c, st))
		return NULL;
	s = store_open(&c->store, st->call, st->ev->f[F_QUEUE], enter);
	if (s)
		store_touch(st->call, st->ev->time);
	return s;
}

static int did(struct calls *c, struct step *st)
{
	if (!need_call(c, st))
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
		lose(c, s, SLICE("reentered"), ev->time);
	s = open_visit(c, st, ev->time);
	if (!s || !store_keep(s, &s->url, ev->f[F_DATA1]) ||
	    !store_keep(s, &s->caller, ev->f[F_DATA2]))
		return -1;
	s->position_in = position(ev->f[F_DATA3]);
	s->outbound = outbound;
	return 0;
}

static int connect(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct stay *s = store_waiting(st->call, ev->f[F_QUEUE]);
	long long wait = logged(ev->f[F_DATA1]);

	if (!s) {
		if (store_talking(st->call, ev->f[F_QUEUE], ev->f[F_AGENT])) {
			c->counts.connects++;
			return 0;
		}
		s = open_visit(c, st, earlier(ev->time, wait < 0 ? 0 : wait));
		if (!s)
			return -1;
		s->rebuilt = true;
	}
	s->wait = wait;
	s->ring = logged(ev->f[F_DATA3]);
	return store_talk(&c->store, s, ev->f[F_AGENT], ev->time) ? 0 : -1;
}

/* Attempts that nobody took. milliseconds: empty where the verb logs none. */
static int missed(struct step *st, struct slice milliseconds)
{
	struct stay *s = store_waiting(st->call, st->ev->f[F_QUEUE]);
	long long ms = logged(milliseconds);

	return !s || store_attempt(s, ms < 0 ? 0 : (uint32_t)(ms / 1000)) ? 0 : -1;
}

static struct slice lower_verb(struct calls *c, const struct event *ev)
{
	unsigned char text[64];
	struct slice verb = ev->f[F_VERB];
	uint32_t id;

	if (verb.n > sizeof(text))
		verb.n = sizeof(text);
	for (size_t i = 0; i < verb.n; i++)
		text[i] = verb.p[i] >= 'A' && verb.p[i] <= 'Z' ? (unsigned char)(verb.p[i] | 0x20)
							       : verb.p[i];
	return store_name(&c->store, slice_of(text, verb.n), &id);
}

/* The event that is about to end the visit. */
static bool by(struct calls *c, struct stay *s, const struct event *ev)
{
	s->ended_by = ev->verb;
	s->ended_verb = lower_verb(c, ev);
	return s->ended_verb.p != NULL;
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
			e.wait = logged(data[3]);
			e.talk = logged(talk);
			e.position = position(place);
			return e;
		}
		if (slice_is(data[0], "APP"))
			e.target = data[1];
		break;
	default:
		e.cause = ev->verb == VERB_TRANSFER ? SLICE("transfer") : SLICE("blind");
		e.target = data[0];
	}
	e.wait = logged(data[first]);
	e.talk = logged(data[first + 1]);
	e.position = position(data[first + 2]);
	return e;
}

/* Does a talking visit's clock agree with the talk that was logged? */
static bool agrees(const struct stay *s, const void *arg)
{
	const struct talk_end *e = arg;
	long long d = between(s->connect, e->time) - e->talk;

	return d <= TWICE && d >= -TWICE;
}

/* A waiting visit's CONNECT was lost: it is reckoned from its end. */
static int connect_late(struct calls *c, struct stay *s, const struct event *ev,
			const struct talk_end *e)
{
	uint32_t id;

	s->agent = store_name(&c->store, ev->f[F_AGENT], &id);
	s->connect = earlier(ev->time, e->talk < 0 ? 0 : e->talk);
	s->wait = e->wait < 0 ? between(s->enter, s->connect) : e->wait;
	s->talk = e->talk;
	return s->agent.p ? 0 : -1;
}

/* A visit of which nothing but its end is known. */
static struct stay *rebuild(struct calls *c, struct step *st, long long wait, long long talk)
{
	struct stay *s = open_visit(c, st, earlier(st->ev->time, (wait < 0 ? 0 : wait) +
									 (talk < 0 ? 0 : talk)));

	if (s) {
		s->rebuilt = true;
		s->wait = wait;
		s->talk = talk;
	}
	return s;
}

static int rebuild_talk(struct calls *c, struct step *st, const struct talk_end *e, struct stay **s)
{
	uint32_t id;

	*s = rebuild(c, st, e->wait, e->talk);
	if (!*s)
		return -1;
	(*s)->connect = earlier(st->ev->time, e->talk < 0 ? 0 : e->talk);
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
		c->counts.doubled++;
		return 0;
	}
	if (e->talk >= 0)
		*s = store_talking_of(&c->store, st->server, ev->f[F_QUEUE], ev->f[F_AGENT], agrees, e);
	if (*s)
		return 0;
	*s = store_waiting(st->call, ev->f[F_QUEUE]);
	if (*s)
		return connect_late(c, *s, ev, e);
	if (e->wait >= 0 || e->talk >= 0)
		return rebuild_talk(c, st, e, s);
	c->counts.orphans++;
	return 0;
}

static int talk_ends(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct talk_end e = talk_end_of(ev);
	struct stay *s;

	if (find_talk(c, st, &e, &s) < 0)
		return -1;
	if (!s)
		return 0;
	if (s->wait < 0)
		s->wait = e.wait;
	clock_wait(s, ev->time);
	if (s->talking)
		s->talk = e.talk < 0 ? between(s->connect, ev->time) : e.talk;
	if (s->position_in < 0)
		s->position_in = e.position;
	if (!store_keep(s, &s->target, e.target) || !by(c, s, ev))
		return -1;
	/* a double is known by the callid it is logged under, which may not be the visit's own */
	if (!need_call(c, st) || remember(c, st, st->call, true, true) < 0 ||
	    (s->call != st->call && remember(c, st, s->call, true, true) < 0))
		return -1;
	end(c, s, OUTCOME_ANSWERED, e.cause, ev->time);
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
	e.position_out = position(data[0]);
	e.position_in = position(data[1]);
	e.wait = logged(data[2]);
	return e;
}

static int find_wait(struct calls *c, struct step *st, const struct wait_end *e, struct stay **s)
{
	*s = store_waiting(st->call, st->ev->f[F_QUEUE]);
	if (*s)
		return 0;
	if (doubled(st, false)) {
		c->counts.doubled++;
	} else if (e->wait >= 0) {
		*s = rebuild(c, st, e->wait, -1);
		return *s ? 0 : -1;
	} else {
		c->counts.orphans++;
	}
	return 0;
}

static int wait_ends(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	struct wait_end e = wait_end_of(ev);
	struct stay *s;

	if (ev->verb == VERB_LEAVEEMPTY && part_of_exit(st)) {
		c->counts.doubled++;
		return 0;
	}
	if (find_wait(c, st, &e, &s) < 0)
		return -1;
	if (s || ev->verb == VERB_EXITEMPTY)
		if (!need_call(c, st) || remember(c, st, st->call, false, s != NULL) < 0)
			return -1;
	if (!s)
		return 0;
	if (e.wait >= 0)
		s->wait = e.wait;
	clock_wait(s, ev->time);
	s->position_out = e.position_out;
	if (s->position_in < 0)
		s->position_in = e.position_in;
	if (!store_keep(s, &s->key, e.key) || !by(c, s, ev))
		return -1;
	end(c, s, e.outcome, (struct slice){ 0 }, ev->time);
	return 0;
}

/*
 * What is neither.
 */

static int refused(struct calls *c, struct step *st)
{
	struct stay *s = store_waiting(st->call, st->ev->f[F_QUEUE]);

	if (!s)
		s = open_visit(c, st, st->ev->time);
	if (!s || !by(c, s, st->ev))
		return -1;
	clock_wait(s, st->ev->time);
	end(c, s, OUTCOME_REFUSED, s->ended_verb, st->ev->time);
	return 0;
}

/* A whole call out, in one line. */
static int outcall(struct calls *c, struct step *st)
{
	const struct event *ev = st->ev;
	long long talk = logged(ev->f[F_DATA2]);
	bool answered = slice_begins(ev->f[F_DATA1], SLICE("ANSWER")) || talk > 0;
	struct stay *s = open_visit(c, st, earlier(ev->time, talk < 0 ? 0 : talk));
	uint32_t id;

	if (!s || !by(c, s, ev) || (!answered && remember(c, st, st->call, false, true) < 0))
		return -1;
	s->outbound = true;
	s->talk = talk;
	s->connect = s->enter;
	s->agent = store_name(&c->store, ev->f[F_AGENT], &id);
	if (!s->agent.p)
		return -1;
	end(c, s, answered ? OUTCOME_ANSWERED : OUTCOME_ABANDONED, (struct slice){ 0 }, ev->time);
	return 0;
}

static int call_status(struct step *st)
{
	struct stay *s = st->call ? st->call->last : NULL;

	if (!s || slice_is(st->ev->f[F_CALLID], "NONE") ||
	    (s->over && st->ev->time - s->end > REMEMBERED * WHEN_SECOND))
		return 0;
	return store_keep(s, &s->status, st->ev->f[F_DATA1]) ? 0 : -1;
}

/* The server began anew: what was open on it ended with the last thing it had said. */
static void restart(struct calls *c, struct step *st)
{
	int64_t time = st->server->logged == WHEN_MIN ? st->ev->time : st->server->logged;

	while (st->server->first)
		lose(c, st->server->first, SLICE("restart"), time);
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
	case VERB_ATTENDEDTRANSFER: return talk_ends(c, st);
	case VERB_ABANDON:
	case VERB_EXITEMPTY:
	case VERB_EXITWITHTIMEOUT:
	case VERB_EXITWITHKEY:
	case VERB_WITHDRAW:
	case VERB_LEAVEEMPTY:
	case VERB_SYSCOMPAT: return wait_ends(c, st);
	case VERB_CALLSTATUS: return call_status(st);
	default: return 0;
	}
}

/* The server's clock stands at `time`: visits open too long end, old callids are forgotten. */
static void advance(struct calls *c, struct server *s, int64_t time)
{
	while (s->first && time - s->first->enter > c->o.max_open * WHEN_SECOND)
		lose(c, s->first, SLICE("expired"),
		     s->first->enter + c->o.max_open * WHEN_SECOND);
	while (s->oldest && time - s->oldest->touched > REMEMBERED * WHEN_SECOND) {
		struct call *call = s->oldest;

		store_forget(&c->store, call);
		drop_call(c, call);
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
	give_held(c, false);
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

/* The input ends at `until`: what is open is given as far as it came. */
static void cut(struct calls *c, struct stay *s, int64_t until)
{
	s->unfinished = true;
	clock_wait(s, until);
	if (s->talking) {
		s->talk = between(s->connect, until);
		end(c, s, OUTCOME_ANSWERED, SLICE("ongoing"), until);
	} else {
		end(c, s, OUTCOME_WAITING, (struct slice){ 0 }, until);
	}
}

int calls_finish(struct calls *c)
{
	int64_t until = c->o.until == WHEN_MIN ? c->clock : c->o.until;

	for (size_t i = 0; i < c->store.servers; i++)
		while (c->store.server[i]->first)
			cut(c, c->store.server[i]->first, until);
	give_held(c, true);
	for (size_t i = 0; i < c->store.servers; i++)
		while (c->store.server[i]->oldest) {
			struct call *call = c->store.server[i]->oldest;

			store_forget(&c->store, call);
			drop_call(c, call);
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
