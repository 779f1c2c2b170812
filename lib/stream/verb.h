/*
 * Verbs: what a queue_log line says has happened, and which class of things it belongs to.
 *
 * The set is open: a verb not named here is VERB_OTHER, of class call, and passes untouched. Names
 * are compared as bytes, case kept ("heartbeat" is not HEARTBEAT).
 * Sources: Asterisk's app_queue.c, logger.c, app_agent_pool.c and chan_agent.c (till 11); the
 * rows of QueueMetrics' loaders and of Wazo's patches; TICK, SOURCEDOWN and SOURCEUP are the
 * stream's own, see qlevent(5).
 */
#ifndef STREAM_VERB_H
#define STREAM_VERB_H

#include "base/near.h"

enum verb {
	VERB_OTHER,
	/* class call */
	VERB_ENTERQUEUE, VERB_CONNECT, VERB_COMPLETEAGENT, VERB_COMPLETECALLER, VERB_TRANSFER,
	VERB_BLINDTRANSFER, VERB_ATTENDEDTRANSFER, VERB_ABANDON, VERB_EXITEMPTY, VERB_EXITWITHKEY,
	VERB_EXITWITHTIMEOUT, VERB_WITHDRAW, VERB_AGENTDUMP, VERB_SYSCOMPAT, VERB_RINGNOANSWER,
	VERB_RINGCANCELED, VERB_DID, VERB_INFO, VERB_CALLSTATUS, VERB_CALLOUTBOUND, VERB_OUTCALL,
	VERB_JOINEMPTY, VERB_LEAVEEMPTY, VERB_FULL, VERB_CLOSED, VERB_CALLERONHOLD,
	VERB_CALLEROFFHOLD,
	VERB_DIVERT, /* DIVERT_CA_RATIO, DIVERT_HOLDTIME, DIVERT_ anything */
	/* class agent */
	VERB_AGENTLOGIN, VERB_AGENTLOGOFF, VERB_AGENTCALLBACKLOGIN, VERB_AGENTCALLBACKLOGOFF,
	VERB_ADDMEMBER, VERB_REMOVEMEMBER, VERB_PAUSE, VERB_UNPAUSE, VERB_PAUSEALL,
	VERB_UNPAUSEALL, VERB_PAUSEREASON, VERB_PENALTY, VERB_RINGINUSE, VERB_HOTDESK,
	VERB_WRAPUPSTART,
	/* class system */
	VERB_QUEUESTART, VERB_CONFIGRELOAD, VERB_HEARTBEAT, VERB_TICK, VERB_SOURCEDOWN,
	VERB_SOURCEUP,
	VERBS
};

/* Bits, so that a set of classes is an unsigned. */
enum verb_class { CLASS_CALL = 1, CLASS_AGENT = 2, CLASS_SYSTEM = 4 };

enum verb verb_of(struct slice name);

/* The same, where verb_near does not know it. */
enum verb verb_other(struct slice name);

/* Names of two words at most, each at a place of its own, but for some on some machines. */
enum { VERB_SHORT = 16, VERB_PLACES = 128 };
extern struct verb_place {
	uint64_t word[2];
	enum verb verb;
} verb_places[VERB_PLACES];

static inline struct verb_place *verb_place(const struct near *name)
{
	/* with this factor no two of the names meet, where words begin with their least byte */
	return &verb_places[((name->word[0] ^ name->word[1] * 3) * 0x84c517bcb3c4edbdu) >> 57];
}

/* verb_of, of a name without NUL bytes that may be read as base/near says. */
static inline enum verb verb_near(struct slice name)
{
	const struct verb_place *place;
	struct near words;

	if (name.n - 1 >= VERB_SHORT)
		return verb_other(name);
	words = near_of(name.p, name.n);
	place = verb_place(&words);
	if ((place->word[0] ^ words.word[0]) | (place->word[1] ^ words.word[1]))
		return verb_other(name);
	return place->verb;
}

enum verb_class verb_class(enum verb v);

/* The name; of VERB_OTHER and VERB_DIVERT "" and "DIVERT_". */
const char *verb_name(enum verb v);
/* The same in lower case, for tables. */
struct slice verb_lower(enum verb v);

/* The stream's own, never stored and no line of a queue_log: TICK, SOURCEDOWN, SOURCEUP. */
static inline bool verb_of_stream(enum verb v)
{
	return v >= VERB_TICK && v <= VERB_SOURCEUP;
}

/* Can a verb of this first byte be one of those? Few others can. */
static inline bool verb_may_be_of_stream(unsigned char first)
{
	return first == 'T' || first == 'S';
}

/* Moves a fold's clock and is no event of its server: those and HEARTBEAT. */
static inline bool verb_is_clock(enum verb v)
{
	return v >= VERB_HEARTBEAT && v <= VERB_SOURCEUP;
}

/* "call", "agent", "system": 0 where it is none of them. */
unsigned verb_class_named(struct slice name);

#endif
