/*
 * What the fold of calls remembers, and how it is found: for fold/call alone.
 *
 * Servers hold their open visits in the order of entry and their idle calls in the order in which
 * they will be forgotten; calls (one per partition and callid) hold their open visits; talking
 * visits are found by (partition, queue, agent); visits that are over stand in a row until they
 * may be given. Records are taken from a pool and given back to it, with the memory of their texts.
 */
#ifndef FOLD_CALL_STORE_H
#define FOLD_CALL_STORE_H

#include "base/map.h"
#include "base/names.h"
#include "fold/call.h"

/* A text in a record's own buffer. */
struct span {
	uint32_t at, n;
};

struct server;
struct call;

struct stay { /* a visit, from its opening to its being given */
	uint32_t id;
	unsigned long long opened; /* the how-manieth opening of the fold */
	struct server *server;
	struct call *call;
	struct stay *next_of_call;            /* open ones of the call, in order of opening */
	struct stay *before, *behind;         /* open ones of the server, by entry */
	struct stay *next_held;               /* ended ones */
	struct slice queue, agent;            /* interned */
	uint32_t queue_id, agent_id;
	bool talking, over, given, outbound, rebuilt, unfinished;
	int64_t enter, connect, end;          /* connect -1: unknown */
	int64_t clock;                        /* the stream's, when it ended */
	long long ordinal, wait, talk, ring, position_in, position_out;
	enum outcome outcome;
	struct slice cause, ended_verb;       /* constants or interned */
	enum verb ended_by;
	long long missed, ringmissed;
	uint32_t *attempt;
	size_t attempts;                      /* room for */
	struct buf text;
	struct span callid, caller, did, url, key, target, status;
};

/* An end that was logged a moment ago: another of its kind may be the same one logged twice. */
struct ending {
	int64_t time;
	struct slice queue, agent; /* interned */
	bool answered;
	bool leave;                /* an EXITEMPTY whose LEAVEEMPTY has not come yet */
	bool counts;               /* it ended a visit */
};

struct call { /* a callid of a server, until it is forgotten */
	uint32_t id;
	uint64_t hash;
	struct server *server;
	struct buf callid, did;
	bool has_did, forgotten, idle;
	long long visits;          /* opened so far */
	struct stay *open, *last;  /* open visits; the one opened last, as long as it is not given */
	unsigned held;             /* visits of it that are not given yet, open ones included */
	int64_t touched;           /* its last DID, start or end */
	struct call *before, *behind; /* idle ones of the server, by that time */
	struct ending *ending;
	size_t endings, endingcap;
};

struct server { /* a partition */
	struct slice name;
	uint32_t id;
	int64_t logged;            /* the time of the last event it logged; WHEN_MIN: none */
	struct stay *first, *last; /* open visits */
	struct call *oldest, *newest; /* idle calls */
	struct call *recent;       /* asked for last: the next line is often of the same */
};

struct store {
	struct names names;        /* partitions, queues, agents, lower case verbs */
	struct server **server;
	size_t servers, servercap;
	struct server *recent;     /* of the event before */
	struct call **call;
	size_t calls, callcap;
	struct call **spare_call;
	size_t spare_calls, spare_callcap;
	struct stay **stay;
	size_t stays, staycap;
	struct stay **spare_stay;
	size_t spare_stays, spare_staycap;
	struct map by_name, by_callid; /* servers; calls */
	struct map talking;            /* stays by (server, queue, agent) */
	unsigned long long opened;
};

/* NULL: out of memory, in all of these. */
struct server *store_server(struct store *s, struct slice name);
struct call *store_call(struct store *s, struct server *server, struct slice callid, bool make);
struct stay *store_open(struct store *s, struct call *c, struct slice queue, int64_t enter);

/* The interned text. An empty one with a NULL pointer: out of memory. */
struct slice store_name(struct store *s, struct slice text, uint32_t *id);

/* A waiting visit begins to talk with an agent, or one just opened does. false: out of memory. */
bool store_talk(struct store *s, struct stay *v, struct slice agent, int64_t connect);

/* The open visit of a call at a queue that waits; that talks with an agent. NULL: none. */
struct stay *store_waiting(const struct call *c, struct slice queue);
struct stay *store_talking(const struct call *c, struct slice queue, struct slice agent);
/* The first opened of those at (server, queue, agent) that talk and fit. */
struct stay *store_talking_of(const struct store *s, const struct server *server,
			      struct slice queue, struct slice agent,
			      bool (*fits)(const struct stay *v, const void *arg), const void *arg);

/* The visit is open no longer: it leaves its server, its call and the talking ones. */
void store_close(struct store *s, struct stay *v);
/* It was given: its record is spare again. */
void store_give_back(struct store *s, struct stay *v);

/* The call's last DID, start or end was at `time`; where nothing of it is open it is idle. */
void store_touch(struct call *c, int64_t time);
/* An idle call is forgotten: it is found no more. */
void store_forget(struct store *s, struct call *c);
/* A forgotten call without visits that are to be given: its record is spare again. */
void store_drop(struct store *s, struct call *c);

/* Copies text into the visit's own memory. false: out of memory. */
bool store_keep(struct stay *v, struct span *to, struct slice text);
static inline struct slice store_text(const struct stay *v, struct span s)
{
	return slice_of(v->text.p + s.at, s.n);
}
bool store_attempt(struct stay *v, uint32_t seconds);

void store_free(struct store *s);

#endif
