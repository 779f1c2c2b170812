/*
 * Agents: from events to intervals of agents' time.
 *
 * A slot is a place where an agent can be on: (partition, queue) from ADDMEMBER to REMOVEMEMBER,
 * (partition, NONE) from a login to its logoff. An agent is on from the opening of the first slot
 * to the closing of the last, over all partitions, and paused while all slots are. The rules are
 * in qlagents(1).
 *
 * Feed it the events in the order of the stream, and the visits that fold/call makes of the same
 * events (talk, ring before CONNECT and wrap-up come from them). Intervals come by the callback in
 * the order in which they become certain; those made certain by one event by end, start, kind,
 * agent, partition, queue. Memory grows with agents and slots, never with lines.
 */
#ifndef FOLD_AGENT_H
#define FOLD_AGENT_H

#include "base/diag.h"
#include "base/names.h"
#include "base/opt.h"
#include "base/when.h"
#include "fold/call.h"
#include "fold/wrapup.h"
#include "stream/event.h"

enum interval_kind {
	INTERVAL_SESSION, /* agent-level */
	INTERVAL_MEMBER,  /* a slot */
	INTERVAL_PAUSE,   /* agent-level, one per reason */
	INTERVAL_QPAUSE,  /* of a slot */
	INTERVAL_TALK, INTERVAL_RING, INTERVAL_WRAP,
	INTERVAL_KINDS
};

const char *interval_kind_name(enum interval_kind k);

/* All slices live as long as the fold. */
struct interval {
	enum interval_kind kind;
	struct slice agent;
	struct slice partition; /* of agent-level kinds: those involved, sorted, by comma */
	struct slice queue;     /* agent-level: empty; a login's slot: NONE */
	int64_t start, end;     /* microseconds */
	struct slice reason;
	struct slice ended;     /* the verb that ended it, in lower case; restart, expired, "" */
	bool rebuilt;           /* flag <: its beginning was before the input */
	bool unfinished;        /* flag >: still going on at the end of the input */
	bool roster;            /* flag r */
	bool outbound;          /* talk, wrap: of a visit of direction out */
	bool missed;            /* ring: an attempt that was not taken */
};

/* Whole seconds of it: end less start, cut. */
static inline long long interval_seconds(const struct interval *i)
{
	return (i->end - i->start) / 1000000;
}

/* What is wrong with an agent's time, for those who look for that. */
enum agent_odd {
	AGENT_AGAIN,    /* added again after a restart, while still on */
	AGENT_UNKNOWN,  /* paused at a queue where no ADDMEMBER was seen, so a static member there or
			   one of before the input; once for each slot */
	AGENT_NEVER_ON  /* took calls, and had no session at all; at the end of the input */
};

struct agent_remark {
	enum agent_odd odd;
	int64_t time;                         /* AGENT_NEVER_ON: the end of the first call taken */
	struct slice partition, queue, agent; /* of that call, likewise */
	unsigned long long calls;             /* AGENT_NEVER_ON: how many */
};

struct agents_options {
	bool login_decides;          /* --login-decides */
	struct names no_persistent;  /* partitions whose members do not outlive a restart */
	const char *roster;          /* file of static members, or NULL */
	struct slice roster_text;    /* its bytes, where they are known already */
	const char **wrapup;         /* --wrapup, as given */
	size_t wrapupn, wrapupcap;
	struct wrapups wrapups;      /* made of that by agents_resolve */
	int64_t until;               /* as calls_options.until */
	int64_t from, to;            /* what lies outside is cut off; WHEN_MIN, WHEN_MAX: open */
	void (*remark)(void *arg, const struct agent_remark *r); /* NULL: nobody */
	void *remark_arg;
};
#define AGENTS_DEFAULT                                                                       \
	((struct agents_options){ .until = WHEN_MIN, .from = WHEN_MIN, .to = WHEN_MAX })

/* --login-decides, --no-persistent, --roster, --wrapup; `to` is a struct agents_options. */
extern const struct opt agents_opts[];
opt_take agents_take;
/* When all options were taken. 0; -1: told. */
int agents_resolve(struct agents_options *o, struct diag *d);
void agents_options_free(struct agents_options *o);

struct agents;

/* d: where restarts with members still on, and agents who took calls without any session, are
 * told. NULL: told. o must outlive it. */
struct agents *agents_new(const struct agents_options *o,
			  void (*interval)(void *, const struct interval *), void *arg,
			  struct diag *d);
/* As calls_feed. 0; -1: out of memory. */
int agents_feed(struct agents *a, const struct event *ev);

/* Gives the rows that are certain when the clock comes to an event, before that is fed. 0; -1: out of
 * memory. */
int agents_until(struct agents *a, const struct event *ev);

/* Does an event by itself say more to it than what time it is, and that its server is alive? */
bool agents_listen(const struct event *ev);
/* As calls_options.connected and .ended give them. */
int agents_connect(struct agents *a, const struct visit *v);
int agents_visit(struct agents *a, const struct visit *v);
int agents_finish(struct agents *a);

/* A slot that is open at this moment, or static. */
struct agent_slot {
	struct slice partition;
	struct slice queue;      /* a login's: NONE */
	bool on;                 /* the agent is on there; not: a static member who is not logged in */
	bool paused;
	int64_t since;           /* when it was opened; static: WHEN_MIN */
	int64_t paused_since;    /* where paused */
	struct slice reason;
};

/* An agent at this moment. */
struct agent_now {
	struct slice agent;
	bool on, paused;         /* paused: at every slot that counts for pauses */
	int64_t since;           /* where on: the session's beginning */
	int64_t paused_since;    /* where paused */
	struct slice reason;
	const struct agent_slot *slot;
	size_t slots;
};

/*
 * Every agent with a slot, in the order in which they were first seen; what take is given lives
 * until it returns, but for slices. It is what was said last: a change that is not certain yet
 * (at --no-persistent partitions) shows at once. 0; -1: out of memory.
 */
int agents_now(struct agents *a, void (*take)(void *, const struct agent_now *), void *arg);
/* What must be said of all that was read: members added again after a restart (status 1), agents
 * who took calls without any session. Those who select count < and >. */
void agents_tell(struct agents *a, struct diag *d);
void agents_free(struct agents *a);

#endif
