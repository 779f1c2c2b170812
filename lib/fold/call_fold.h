/*
 * The parts of the fold of calls, for its own files alone: call.c (openings, restarts, the feed),
 * call_end.c (which visit an end ends), call_over.c (what becomes of a visit that is over).
 */
#ifndef FOLD_CALL_FOLD_H
#define FOLD_CALL_FOLD_H

#include "fold/call.h"
#include "fold/call_store.h"
#include "fold/logged.h"

/* The event at hand, with what rules ask of it: call of call_look, and queue of call_look_there. */
struct step {
	const struct event *ev;
	int64_t logged;            /* the time of the event the server logged before it */
	struct server *server;
	struct callid callid;
	struct call *call;         /* NULL: nothing of the callid is remembered */
	uint32_t queue;            /* number of its name */
};

struct calls {
	struct calls_options o;
	void (*visit)(void *, const struct visit *);
	void (*forgotten)(void *, uint32_t);
	void *arg;
	struct step step;
	struct store store;
	int64_t late;              /* CALL_LATE in microseconds, or 0 */
	int64_t clock;             /* the stream's: the greatest time seen */
	struct stay *held, **tail; /* ended visits that wait for a status, in order of their end */
	unsigned long long doubled, connects, orphans; /* see enum call_odd */
};

/* Seconds; a callid with nothing open is remembered so long, and a late status taken. */
enum { CALL_REMEMBERED = 1800 };
/* Where nobody is told of each that is forgotten, they are so many seconds later, many at once; who
 * looks for one meanwhile does not find it (call_look), and before the clock goes back all are. */
enum { CALL_LATE = 60 };

enum { POSITION_MOST = 9999 };

/* What a field says as a position; -1: nothing. */
static inline long long call_position(struct slice field)
{
	long long n = logged_number(field);

	return n <= POSITION_MOST ? n : -1;
}

/* The clock's seconds between two times, cut, never negative. */
static inline long long call_between(int64_t from, int64_t to)
{
	return to > from ? (to - from) / WHEN_SECOND : 0;
}

/* Counts what is wrong with the event, and says it to whoever wants to know. */
void call_odd(struct calls *c, enum call_odd odd, const struct event *ev, int64_t enter);

/* When it is to be forgotten at the latest, if it is idle. */
static inline int64_t call_due(const struct calls *c, const struct call *call)
{
	return store_touched(call) + CALL_REMEMBERED * WHEN_SECOND + c->late;
}

/* The call's last DID, start or end was at `time`. */
static inline void call_touch(const struct calls *c, struct call *call, int64_t time)
{
	store_touch(call, time);
	if (call_due(c, call) < call->server->due)
		call->server->due = call_due(c, call);
}

/* An idle call is forgotten. NULL: its record from now on. */
struct call *call_forget(struct calls *c, struct call *call);
/* All of them whose time it is. The first of the others; NULL: there is none. */
struct call *call_forget_old(struct calls *c, struct server *server, int64_t time);

/* Looks up the event's callid; and its queue: false: out of memory. In each rule anew, so that where
 * the callid is known is guessed for each verb by itself. */
ALWAYS_INLINE void call_look(struct calls *c, struct step *st)
{
	st->call = store_call(&c->store, st->server, &st->callid, st->ev->f[F_CALLID]);
	if (st->call && st->call->idle &&
	    st->ev->time - store_touched(st->call) > CALL_REMEMBERED * WHEN_SECOND)
		st->call = call_forget(c, st->call);
}
ALWAYS_INLINE bool call_look_there(struct calls *c, struct step *st)
{
	call_look(c, st);
	st->queue = store_name(&c->store, st->ev->f[F_QUEUE]);
	return st->queue != NAMES_NONE;
}

/* The record of the event's callid, made, and heard of, where there is none. false: out of memory. */
static inline bool call_need(struct calls *c, struct step *st)
{
	if (st->call)
		return true;
	st->call = store_new_call(&c->store, st->server, &st->callid, st->ev->f[F_CALLID]);
	if (st->call)
		call_touch(c, st->call, st->ev->time);
	return st->call != NULL;
}
/* A visit of the event's callid and queue begins; st->call is there then. NULL: out of memory. */
struct stay *call_open(struct calls *c, struct step *st, int64_t enter);

/* Who answered the visit, and when. */
void call_answered_by(struct calls *c, struct stay *s, uint32_t agent, int64_t connect);
/* The event that is about to end the visit; of a verb that stands for many, its text in lower case,
 * too. false: out of memory. */
bool call_by_many(struct calls *c, struct stay *s, struct slice verb);
static inline bool call_by(struct calls *c, struct stay *s, const struct event *ev)
{
	s->v.ended_by = ev->verb;
	return ev->verb != VERB_DIVERT || call_by_many(c, s, ev->f[F_VERB]);
}
/* A wait that nobody logged is the clock's, to the moment at which it ended; not where the entry
 * itself was reckoned. */
static inline void call_clock_wait(struct stay *s, int64_t ended)
{
	if (s->v.wait < 0 && !s->v.rebuilt)
		s->v.wait = call_between(s->v.enter, s->talking ? s->v.connect : ended);
}
/* The visit is over, with this outcome; what else is known of it stands in it already. */
void call_over(struct calls *c, struct stay *s, enum outcome outcome, struct slice cause,
	       int64_t time);
/* A visit that no event of its own ended: what waits is lost, what talks was answered. */
void call_lose(struct calls *c, struct stay *s, struct slice why, int64_t time);
/* The server's clock stands at `time`: visits open too long end, old callids are forgotten. */
void call_advance(struct calls *c, struct server *server, int64_t time);
/* An open visit as far as it has come at `until`. */
void call_cut(struct stay *s, int64_t until);
/* A text of the event, if anybody wants to know it: VISIT_CALLER ... false: out of memory. */
static inline bool call_keep(const struct calls *c, struct stay *s, unsigned which, struct span *to,
			     struct slice text)
{
	return !(c->o.carry & which) || !text.n || store_keep(s, to, text);
}
/* Gives the visits whose status can come no more; all of them. */
void call_give(struct calls *c, bool all);

/* An event of an answered, of an unanswered end. 0; -1: out of memory. */
int call_talk_ends(struct calls *c, struct step *st);
int call_wait_ends(struct calls *c, struct step *st);
/* An unanswered end is remembered, of a visit or not: its double, or its LEAVEEMPTY, may come. */
int call_remember_wait(struct calls *c, struct step *st, bool of_visit);

#endif
