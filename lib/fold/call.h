/*
 * Calls: from events to visits.
 *
 * A visit is one passage of one call through one queue (QueueMetrics: a stint); its key is
 * (partition, callid, queue), and all state is kept per partition, because servers log the same
 * callid for different calls. When a visit opens and which event ends it is said once, here and in
 * call.c; the rules and the traps behind them are in qlcalls(1).
 *
 * Feed events in the order of the stream; visits come by the callback, in the order in which they
 * ended, each `status_wait` of the stream's clock after its end (a CALLSTATUS may come that late)
 * or when the input ends. Memory grows with open calls and those of the last half hour, and with
 * distinct names; nothing is allocated per event and no step walks all that is open.
 */
#ifndef FOLD_CALL_H
#define FOLD_CALL_H

#include "base/diag.h"
#include "base/when.h"
#include "stream/event.h"

enum outcome {
	OUTCOME_ANSWERED,
	/* unanswered: */
	OUTCOME_ABANDONED, OUTCOME_TIMEOUT, OUTCOME_KEY, OUTCOME_EMPTY, OUTCOME_WITHDRAWN,
	OUTCOME_SYSCOMPAT,
	OUTCOME_REFUSED, /* never entered */
	OUTCOME_LOST,    /* its end was never logged, or its server restarted while it waited */
	OUTCOME_WAITING, /* at the end of the input */
	OUTCOMES
};

const char *outcome_name(enum outcome o);
/* A set of outcomes from a list of names by comma; "unanswered" is all of those, "unclear"
 * does not exist. 0: one of them is no outcome. */
unsigned outcome_set(const char *list);

static inline bool outcome_unanswered(enum outcome o)
{
	return o >= OUTCOME_ABANDONED && o <= OUTCOME_SYSCOMPAT;
}

/*
 * A visit that is over (or, at the end of the input, as far as it came). All slices are escaped
 * text that lives during the callback only, names (partition, queue, agent) as long as the fold.
 * Numbers that are not known are -1.
 */
struct visit {
	struct slice partition, callid, queue;
	struct slice agent;         /* who answered; empty for other outcomes and for NONE */
	struct slice cause;         /* agent caller transfer blind attended ongoing lost restart
				       reentered expired joinempty full closed divert_..., or empty */
	int64_t enter, connect, end; /* microseconds; connect only where answered, else -1 */
	long long wait, talk, ring; /* seconds */
	long long position_in, position_out;
	long long missed;           /* attempts that nobody took */
	long long ringmissed;       /* their ring seconds */
	const uint32_t *attempt;    /* ring seconds of each missed attempt, `missed` of them */
	long long ordinal;          /* of its opening within (partition, callid), from 1 */
	enum outcome outcome;
	uint32_t call;              /* the same for visits of one (partition, callid), until the
				       callid is forgotten; then it may be another call's */
	bool outbound;              /* direction out */
	bool rebuilt;               /* flag <: its beginning was before the input */
	bool unfinished;            /* flag >: its end is behind the input */
	enum verb ended_by;         /* VERB_OTHER where no event ended it */
	struct slice ended_why;     /* "restart", "expired", or a verb that ended_by does not tell; see
				       visit_ended_verb */
	struct slice caller, did, url, key, target, status;
};

/* `agent`, where the outcome is answered: of a joined call (fold/join) it need not be. */
static inline struct slice visit_answered_by(const struct visit *v)
{
	return v->outcome == OUTCOME_ANSWERED ? v->agent : (struct slice){ 0 };
}

/* What is wrong with an event, for those who look for that. */
enum call_odd {
	CALL_END_AGAIN,     /* an end logged twice */
	CALL_CONNECT_AGAIN, /* a CONNECT logged twice */
	CALL_ORPHAN,        /* the end of a call never seen, counted nowhere */
	CALL_NO_ENTRY,      /* the entry was not seen: reckoned (flag <) */
	CALL_NO_CONNECT     /* a talk ends whose CONNECT was not seen: reckoned */
};

struct call_remark {
	enum call_odd odd;
	const struct event *ev;
	int64_t enter;         /* CALL_NO_ENTRY: as reckoned */
};

/* The verb in lower case of the event that ended it; "restart", "expired", "". */
static inline struct slice visit_ended_verb(const struct visit *v)
{
	return v->ended_why.n ? v->ended_why : verb_lower(v->ended_by);
}

/* What visits carry for those who ask: bits. */
enum {
	VISIT_CALLER = 1, VISIT_DID = 2, VISIT_URL = 4, VISIT_KEY = 8, VISIT_TARGET = 16,
	VISIT_STATUS = 32,
	VISIT_POSITIONS = 64, /* both */
	VISIT_RING = 128,
	VISIT_MISSED = 256,   /* and ringmissed, and each attempt */
	VISIT_ALL = 511
};

struct calls_options {
	long long max_open;    /* seconds; 86400 */
	long long status_wait; /* seconds; 1800; 0: at once */
	unsigned carry;        /* the others are as if not logged: for those who would not look at them */
	int64_t until;         /* what is open at the end is measured to it; WHEN_MIN: the greatest
				  time seen */
	/* The visit at the very moment at which an agent takes it (its CONNECT was logged and is no
	 * double), and at which it ends, its status not yet known: for the fold of agents, whose
	 * rows do not wait for a CALLSTATUS. NULL: nobody. */
	void (*connected)(void *arg, const struct visit *v);
	void (*ended)(void *arg, const struct visit *v);
	void *ended_arg; /* of both */
	void (*remark)(void *arg, const struct call_remark *r); /* NULL: nobody */
	void *remark_arg;
};
#define CALLS_DEFAULT                                                                        \
	((struct calls_options){ .max_open = 86400, .status_wait = 1800,                     \
				 .carry = VISIT_ALL, .until = WHEN_MIN })

struct calls;

/*
 * visit: takes each visit. forgotten (may be NULL): the call number of a callid that is forgotten,
 * after its last visit was given. NULL: out of memory. */
struct calls *calls_new(const struct calls_options *o, void (*visit)(void *, const struct visit *),
			void (*forgotten)(void *, uint32_t call), void *arg);

/* As a source gives it: its names may be read beyond their end (base/near). 0; -1: out of memory. */
int calls_feed(struct calls *c, const struct event *ev);

/* What is open at this moment, as calls_finish would give it were the input over at `until`; but it
 * stays open. Of each partition in the order of entry. */
void calls_now(const struct calls *c, int64_t until, void (*take)(void *, const struct visit *),
	       void *arg);

/* The input is over: all that is open is given. Once, and nothing is fed behind it. */
int calls_finish(struct calls *c);

/* Says doubles and orphans, where there are any. Of < and > those speak who select (fold/facts). */
void calls_tell(const struct calls *c, struct diag *d);
void calls_free(struct calls *c);

#endif
