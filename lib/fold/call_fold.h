/*
 * The parts of the fold of calls, for its own files alone: call.c (openings, restarts, the feed),
 * call_end.c (which visit an end ends), call_over.c (what becomes of a visit that is over).
 */
#ifndef FOLD_CALL_FOLD_H
#define FOLD_CALL_FOLD_H

#include "fold/call.h"
#include "fold/call_store.h"
#include "fold/logged.h"

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
	struct callid callid;
	uint32_t queue;    /* number of its name */
};

/* Seconds; a callid with nothing open is remembered so long, and a late status taken. */
enum { CALL_REMEMBERED = 1800 };

/* What a field says as a position; -1: nothing. */
long long call_position(struct slice field);
/* The clock's seconds between two times, cut, never negative. */
long long call_between(int64_t from, int64_t to);

/* Counts what is wrong with the event, and says it to whoever wants to know. */
void call_odd(struct calls *c, enum call_odd odd, const struct event *ev, int64_t enter);

/* The record of the event's callid, made, and heard of, where there is none. false: out of memory. */
bool call_need(struct calls *c, struct step *st);
/* A visit of the event's callid and queue begins; st->call is there then. NULL: out of memory. */
struct stay *call_open(struct calls *c, struct step *st, int64_t enter);

/* Who answered the visit, and when. */
void call_answered_by(struct calls *c, struct stay *s, uint32_t agent, int64_t connect);
/* An agent has taken the visit. */
void call_taken(struct calls *c, struct stay *s);
/* The event that is about to end the visit. false: out of memory. */
bool call_by(struct calls *c, struct stay *s, const struct event *ev);
/* A wait that nobody logged is the clock's, to the moment at which it ended; not where the entry
 * itself was reckoned. */
void call_clock_wait(struct stay *s, int64_t ended);
/* The visit is over, with this outcome; what else is known of it stands in it already. */
void call_over(struct calls *c, struct stay *s, enum outcome outcome, struct slice cause,
	       int64_t time);
/* A visit that no event of its own ended: what waits is lost, what talks was answered. */
void call_lose(struct calls *c, struct stay *s, struct slice why, int64_t time);
/* An idle call is forgotten. */
void call_forget(struct calls *c, struct call *call);
/* The server's clock stands at `time`: visits open too long end, old callids are forgotten. */
void call_advance(struct calls *c, struct server *server, int64_t time);
/* An open visit as far as it has come at `until`. */
void call_cut(struct stay *s, int64_t until);
/* A text of the event, if anybody wants to know it: VISIT_CALLER ... false: out of memory. */
static inline bool call_keep(const struct calls *c, struct stay *s, unsigned which, struct span *to,
			     struct slice text)
{
	return !text.n || !(c->o.texts & which) || store_keep(s, to, text);
}
/* Gives the visits whose status can come no more; all of them. */
void call_give(struct calls *c, bool all);
/* A forgotten call whose last visit was given goes. */
void call_drop(struct calls *c, struct call *call);

/* An event of an answered, of an unanswered end. 0; -1: out of memory. */
int call_talk_ends(struct calls *c, struct step *st);
int call_wait_ends(struct calls *c, struct step *st);
/* An unanswered end is remembered, of a visit or not: its double, or its LEAVEEMPTY, may come. */
int call_remember_wait(struct calls *c, struct step *st, bool of_visit);

#endif
