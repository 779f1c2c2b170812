/*
 * What the fold of calls remembers, and how it is found: for fold/call alone.
 *
 * Servers hold their open visits by entry and their idle calls by the time at which they were heard
 * of last, which is the order in which they are forgotten; calls (one per partition and callid) hold
 * their open visits by queue and agent, and the ends of the last minute; names of agents hold the
 * visits at which they talk. Records are taken from pools and given back to them, with the memory of
 * their texts.
 */
#ifndef FOLD_CALL_STORE_H
#define FOLD_CALL_STORE_H

#include "base/hash.h"
#include "base/map.h"
#include "base/names.h"
#include "base/pool.h"
#include "base/timeline.h"
#include "fold/call.h"

/* A text in a record's own buffer. */
struct span {
	uint32_t at, n;
};

struct server;
struct call;

struct stay { /* a visit, from its opening to its being given */
	uint32_t id, queue, agent; /* queue, agent: numbers of names; agent where it talks */
	bool talking, over;
	struct server *server;
	struct call *call;
	struct stay *next_held;    /* ended ones */
	int64_t clock;             /* the stream's, when it ended */
	size_t attempts;           /* room for */
	struct node by_entry;      /* open ones of the server */
	struct node of_call;       /* open ones of the call: queue and agent, opening */
	struct node of_agent;      /* talking ones of the agent: server and queue, connect, opening */
	struct visit v;            /* as far as it is known; its texts when it is shown */
	uint32_t *attempt;
	struct buf text;           /* where it is empty, so are these and the texts of v */
	struct span caller, did, url, key, target, status;
};

/* An end that was logged a moment ago: another of its kind may be the same one logged twice. */
struct ending {
	struct node by_time; /* of the call; value: its number */
	struct node by_key;  /* of the call: queue and what kind, time, turn */
};

/* Kinds of endings of a queue; answered ones are of agents. */
enum { ENDING_WAIT, ENDING_LEAVE, ENDING_ANSWERED };

/* What few callids have. */
struct more {
	uint32_t id;
	struct buf callid, did;    /* callid: a long one */
	struct timeline endings;   /* of the last minute, but for one that stands alone */
	struct node *ending;       /* the same by key */
};

/* A callid of a server, until it is forgotten. Most lie idle, and there are many: it is small. */
struct call {
	uint64_t hash;
	struct near near;          /* a short callid */
	struct server *server;
	struct more *more;         /* or NULL */
	struct node *open;         /* open visits */
	struct stay *last;         /* the one opened last, as long as it is not given */
	uint64_t end_key;          /* of its only ending so far, if `ended`: most calls have one, and */
	int64_t end_time;          /* nobody ever asks for it */
	uint32_t id, size;         /* size: of the callid */
	uint32_t visits;           /* opened so far */
	unsigned held;             /* visits of it that are not given yet, open ones included */
	bool forgotten, idle, ended;
	struct node by_touch;      /* idle ones of the server, by their last DID, start or end */
};

static inline int64_t store_touched(const struct call *c)
{
	return timeline_time(&c->by_touch);
}

static inline struct slice store_callid_of(const struct call *c)
{
	return c->size > NEAR_MOST ? buf_all(&c->more->callid) : slice_of(c->near.word, c->size);
}

struct server { /* a partition */
	struct near near;          /* its name, if it is short */
	struct slice name;
	uint32_t id;
	int64_t logged;            /* the time of the last event it logged; WHEN_MIN: none */
	struct timeline open, idle;
};

enum { STORE_MET = 64 };

struct store {
	uint64_t seed;
	struct names names;        /* partitions, queues, agents, lower case verbs */
	struct names_recent recent;
	struct named {             /* by number of its name */
		struct server *server;
		struct node *talking; /* as an agent, everywhere */
	} *named;
	size_t namedcap;
	struct server **server;
	size_t servers, servercap;
	struct server *met[STORE_MET]; /* lately, by their names */
	struct pool calls, mores, stays, endings;
	struct map by_callid;
	unsigned long long opened;
};

void store_init(struct store *s);
void store_free(struct store *s);

/* The number of a name. NAMES_NONE: out of memory. */
uint32_t store_new_name(struct store *s, uint32_t name);
static inline uint32_t store_name(struct store *s, struct slice text)
{
	uint32_t name = names_again(&s->names, &s->recent, text);

	return name < s->namedcap ? name : store_new_name(s, name);
}

static inline struct slice store_named(const struct store *s, uint32_t name)
{
	return names_text(&s->names, name);
}

/* The server of that name. NULL: out of memory. */
struct server *store_meet(struct store *s, struct slice name);
static inline struct server *store_server(struct store *s, struct slice name)
{
	struct server *v;
	struct near near;

	if (name.n > NEAR_MOST)
		return store_meet(s, name);
	near = near_of(name.p, name.n);
	v = s->met[near_hash(&near) >> 58];
	return v && near_eq(&v->near, &near) ? v : store_meet(s, name);
}

/* A callid as it is looked for. */
struct callid {
	uint64_t hash;
	struct near near;          /* of a short one; else of nothing */
	struct slice text;
};

static inline struct callid store_callid(const struct store *s, const struct server *server,
					 struct slice text)
{
	struct callid c = { .text = text };
	uint64_t seed = s->seed + server->id;

	if (text.n <= NEAR_MOST) {
		c.near = near_of(text.p, text.n);
		c.hash = hash_pair(hash_pair(seed, c.near.word[0], c.near.word[1]), c.near.word[2], 0);
	} else {
		c.hash = hash_bytes(seed, text);
	}
	return c;
}

/* It is looked for soon: its place is fetched meanwhile. */
static inline void store_expect(const struct store *s, const struct callid *c)
{
#if defined(__GNUC__)
	if (s->by_callid.slots)
		__builtin_prefetch(s->by_callid.slots + map_first(&s->by_callid, c->hash));
#else
	(void)s;
	(void)c;
#endif
}

/* The record of a callid. NULL: there is none. */
static inline struct call *store_call(const struct store *s, const struct server *server,
				      const struct callid *callid)
{
	uint32_t id;

	MAP_EACH (&s->by_callid, i, callid->hash, id) {
		struct call *c = pool_at(&s->calls, id);

		if (c->hash == callid->hash && c->server == server && near_eq(&c->near, &callid->near) &&
		    (callid->text.n <= NEAR_MOST || slice_eq(store_callid_of(c), callid->text)))
			return c;
	}
	return NULL;
}
/* Makes it. NULL: out of memory, here and below. */
struct call *store_new_call(struct store *s, struct server *server, const struct callid *callid);

/* What few have, made. */
struct more *store_more(struct store *s, struct call *c);

struct stay *store_open(struct store *s, struct call *c, uint32_t queue, int64_t enter);

/* A visit whose connect is known begins to talk with an agent. */
void store_talk(struct store *s, struct stay *v, uint32_t agent);

/* What open visits of a call are found by: the one that waits at a queue comes before those that
 * talk there, with an agent. */
static inline uint64_t store_key(uint32_t queue, uint32_t agent)
{
	return (uint64_t)queue << 32 | agent;
}
static inline struct stay *store_of_call(const struct call *c, uint64_t key)
{
	struct node *n = c ? tree_of(c->open, key) : NULL;

	return n ? NODE_RECORD(n, struct stay, of_call) : NULL;
}

/* The open visit of a call at a queue that waits; the first that talks with an agent. NULL: none. */
static inline struct stay *store_waiting(const struct call *c, uint32_t queue)
{
	return store_of_call(c, store_key(queue, 0));
}
static inline struct stay *store_talking(const struct call *c, uint32_t queue, uint32_t agent)
{
	return store_of_call(c, store_key(queue, agent + 1));
}
/* The first opened of those at (server, queue, agent) that talk since some time in [from, to]. */
struct stay *store_talking_since(const struct store *s, const struct server *server, uint32_t queue,
				 uint32_t agent, int64_t from, int64_t to);

/* The open visit that entered first, of a server. NULL: none. */
static inline struct stay *store_first(const struct server *s)
{
	struct node *n = timeline_first(&s->open);

	return n ? NODE_RECORD(n, struct stay, by_entry) : NULL;
}

/* The visit is open no longer: it leaves its server, its call and the talking ones. */
void store_close(struct store *s, struct stay *v);
/* It was given: its record is spare again. */
void store_give_back(struct store *s, struct stay *v);

/* The call's last DID, start or end was at `time`; where nothing of it is open it is idle. */
void store_touch(struct call *c, int64_t time);
/* The one that is to be forgotten first. NULL: none is idle. */
static inline struct call *store_oldest(const struct server *s)
{
	struct node *n = timeline_first(&s->idle);

	return n ? NODE_RECORD(n, struct call, by_touch) : NULL;
}
/* An idle call is forgotten: it is found no more. */
void store_forget(struct store *s, struct call *c);
/* A forgotten call without visits that are to be given: its record is spare again. */
void store_drop(struct store *s, struct call *c);

/*
 * Ends of a call. kind: ENDING_WAIT, ENDING_LEAVE, or ENDING_ANSWERED + the number of the agent's
 * name. Those older than `oldest` are forgotten. false: out of memory.
 */
bool store_end(struct store *s, struct call *c, uint32_t queue, uint64_t kind, int64_t time,
	       int64_t oldest);
/* *found: the one logged first, of those from `from` to `to`; NULL: none. false: out of memory. */
bool store_ended(struct store *s, struct call *c, uint32_t queue, uint64_t kind, int64_t from,
		 int64_t to, struct ending **found);
void store_unend(struct store *s, struct call *c, struct ending *e);

/* Copies text into the visit's own memory. false: out of memory. */
bool store_keep(struct stay *v, struct span *to, struct slice text);
bool store_attempt(struct stay *v, uint32_t seconds);

/* The visit, its texts put where they are now. */
const struct visit *store_show(struct stay *v);

#endif
