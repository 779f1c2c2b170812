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
#include "base/inline.h"
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

struct stay { /* a visit, from its opening to its being given: what all have is in front */
	uint32_t id;
	uint32_t queue, agent;     /* numbers of names; agent where it talks */
	bool talking, over;
	bool texts;                /* some of v are in `text` */
	struct server *server;
	struct call *call;
	struct node of_call;       /* open ones of the call: queue and agent, opening */
	struct node of_agent;      /* talking ones of the agent: server and queue, connect, opening */
	struct node by_entry;      /* open ones of the server */
	struct visit v;            /* as far as it is known; its texts when it is shown */
	struct buf text;
	struct span caller, did, url, key, target, status;
	uint32_t *attempt;
	size_t attempts;           /* room for */
	struct stay *next_held;    /* ended ones */
	int64_t clock;             /* the stream's, when it ended */
};

/* An end that was logged a moment ago: another of its kind may be the same one logged twice. */
struct ending {
	uint32_t id;
	struct node by_time; /* of the call */
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
	uint32_t id, size;         /* size: of the callid */
	uint32_t hash;             /* of the callid, the upper half */
	bool forgotten, idle, ended;
	struct near near;          /* a short callid; STORE_LONG: a longer one */
	struct server *server;
	struct node *open;         /* open visits */
	struct more *more;         /* or NULL */
	struct node by_touch;      /* idle ones of the server, by their last DID, start or end */
	struct stay *last;         /* the one opened last, as long as it is not given */
	uint64_t end_key;          /* of its only ending so far, if `ended`: most calls have one, and */
	int64_t end_time;          /* nobody ever asks for it */
	uint32_t visits;           /* opened so far */
	unsigned held;             /* visits of it that are not given yet, open ones included */
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
	uint64_t seed;             /* of its callids' hashes */
	int64_t logged;            /* the time of the last event it logged; WHEN_MIN: none */
	int64_t now;               /* the time of the event before; WHEN_MIN: there is none to count by */
	int64_t due;               /* up to here nothing need be ended or forgotten */
	struct timeline open, idle;
};

enum { STORE_MET_BITS = 6, STORE_MET = 1 << STORE_MET_BITS };

struct store {
	uint64_t seed;
	struct names names;        /* partitions, queues, agents, lower case verbs */
	struct names_recent recent;
	struct named {             /* by number of its name */
		struct server *server;
		struct node *talking; /* as an agent, everywhere */
	} *named;
	size_t namedcap;
	uint32_t none;             /* the number of "NONE" */
	struct server **server;
	size_t servers, servercap;
	struct server *met[STORE_MET]; /* lately, by their names */
	struct pool calls, mores, stays, endings;
	struct map by_callid;
	unsigned long long opened;
};

/* s is all zero. false: out of memory. */
bool store_init(struct store *s);
void store_free(struct store *s);

/* The number of a name. NAMES_NONE: out of memory. */
uint32_t store_recall(struct store *s, struct slice text);
static inline uint32_t store_name(struct store *s, struct slice text)
{
	uint32_t name = names_known(&s->recent, text);

	return name != NAMES_NONE ? name : store_recall(s, text);
}

static inline struct slice store_named(const struct store *s, uint32_t name)
{
	return names_text(&s->names, name);
}

/* The server of that name, if it was met lately; else NULL. Most are short: their first word says all,
 * also where they were met. */
static inline struct server *store_met(const struct store *s, struct slice name)
{
	static const unsigned char mask[16] = { 255, 255, 255, 255, 255, 255, 255, 255 };
	struct server *v;
	struct near near;
	uint64_t word;

	if (name.n > 8) {
		if (name.n > NEAR_MOST)
			return NULL;
		near = near_of(name.p, name.n);
		v = s->met[near_place(near_one(&near), STORE_MET_BITS)];
		return v && near_eq(&v->near, &near) ? v : NULL;
	}
	word = slice_word(name.p) & slice_word(mask + 8 - name.n);
	v = s->met[near_place(word, STORE_MET_BITS)];
	return v && v->near.word[0] == word && !v->near.word[1] ? v : NULL;
}
/* The same, looked for everywhere, and made. NULL: out of memory. */
struct server *store_meet(struct store *s, struct slice name);

/* A callid as it is looked for. */
struct callid {
	uint64_t hash;
	struct near near;          /* of a short one; else STORE_LONG */
};

/* The words of no text: without NUL bytes one is over where a zero word begins. */
#define STORE_LONG ((struct near){ { 0, 1, 0 } })

static inline struct callid store_short_callid(const struct server *server, struct slice text)
{
	struct callid c = { .near = near_of(text.p, text.n) };
	const uint64_t *word = c.near.word;

	c.hash = hash_pair(server->seed, word[0], word[1] ^ word[2] * (server->seed | 1));
	return c;
}

static inline struct callid store_callid(const struct server *server, struct slice text)
{
	if (text.n <= NEAR_MOST)
		return store_short_callid(server, text);
	return (struct callid){ hash_bytes(server->seed, text), STORE_LONG };
}

/* It is looked for soon: its place is fetched meanwhile. */
static inline void store_expect(const struct store *s, const struct callid *c)
{
#if defined(__GNUC__)
	__builtin_prefetch(s->by_callid.slots + map_first(&s->by_callid, c->hash));
#else
	(void)s;
	(void)c;
#endif
}

/* Is a long callid this one? */
bool store_is_long(const struct call *c, struct slice text);

/* The record of a callid. NULL: there is none. */
ALWAYS_INLINE struct call *store_call(const struct store *s, const struct server *server,
				      const struct callid *callid, struct slice text)
{
	uint32_t id;

	MAP_EACH (&s->by_callid, i, callid->hash, id) {
		struct call *c = pool_at(&s->calls, id);

		if (near_eq(&c->near, &callid->near) && c->server == server &&
		    (c->size <= NEAR_MOST || store_is_long(c, text)))
			return c;
	}
	return NULL;
}
/* Makes it. NULL: out of memory, here and below. */
struct call *store_new_call(struct store *s, struct server *server, const struct callid *callid,
			    struct slice text);

/* Copies text into the visit's own memory. false: out of memory. */
bool store_keep(struct stay *v, struct span *to, struct slice text);

/* What few have, made. */
struct more *store_more(struct store *s, struct call *c);

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
/* All that is not known is -1 or empty. One field after the other: to clear it as a whole is a slow
 * instruction. The texts are empty already. */
static inline void store_blank(struct visit *v)
{
	const struct slice none = { 0 };

	v->agent = none;
	v->cause = none;
	v->connect = v->end = -1;
	v->wait = v->talk = v->ring = v->position_in = v->position_out = -1;
	v->missed = v->ringmissed = 0;
	v->attempt = NULL;
	v->outcome = OUTCOME_ANSWERED;
	v->outbound = v->rebuilt = v->unfinished = false;
	v->ended_by = VERB_OTHER;
	v->ended_why = none;
}

static inline struct stay *store_open(struct store *s, struct call *c, uint32_t queue, int64_t enter)
{
	struct stay *v = pool_take(&s->stays);

	if (!v)
		return NULL;
	v->queue = queue;
	v->talking = v->over = false;
	v->server = c->server;
	v->call = c;
	store_blank(&v->v);
	v->v.partition = c->server->name;
	v->v.callid = store_callid_of(c);
	v->v.queue = store_named(s, queue);
	v->v.ordinal = ++c->visits;
	v->v.enter = enter;
	v->v.call = c->id;
	v->of_call.minor = ++s->opened;
	v->of_call.major = store_key(queue, 0);
	tree_put(&c->open, &v->of_call);
	timeline_put(&c->server->open, &v->by_entry, enter);
	c->last = v;
	c->held++;
	return c->more && c->more->did.n && !store_keep(v, &v->did, buf_all(&c->more->did)) ? NULL : v;
}

/* Times as the minor of a node: in order, negative ones too. */
static inline uint64_t store_order(int64_t time)
{
	return (uint64_t)time ^ (uint64_t)1 << 63;
}

/* A visit whose connect is known begins to talk with an agent. */
static inline void store_talk(struct store *s, struct stay *v, uint32_t agent)
{
	v->agent = agent;
	v->talking = true;
	tree_move(&v->call->open, &v->of_call, store_key(v->queue, agent + 1));
	v->of_agent.major = store_key(v->server->id, v->queue);
	v->of_agent.minor = store_order(v->v.connect);
	v->of_agent.value = v->of_call.minor;
	tree_put(&s->named[agent].talking, &v->of_agent);
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
static inline void store_close(struct store *s, struct stay *v)
{
	tree_drop(&v->call->open, &v->of_call);
	timeline_drop(&v->server->open, &v->by_entry);
	if (v->talking)
		tree_drop(&s->named[v->agent].talking, &v->of_agent);
	v->over = true;
}

void store_lose_texts(struct stay *v);
/* It was given: its record is spare again. */
static inline void store_give_back(struct store *s, struct stay *v)
{
	if (v->call->last == v)
		v->call->last = NULL;
	v->call->held--;
	if (v->texts)
		store_lose_texts(v);
	pool_back(&s->stays, v);
}

/* The call's last DID, start or end was at `time`; where nothing of it is open it is idle. */
static inline void store_touch(struct call *c, int64_t time)
{
	if (c->idle)
		timeline_drop(&c->server->idle, &c->by_touch);
	c->idle = !c->open && !c->forgotten;
	if (c->idle)
		timeline_put(&c->server->idle, &c->by_touch, time);
	else
		timeline_set(&c->by_touch, time);
}

/* The one that is to be forgotten first. NULL: none is idle. */
static inline struct call *store_oldest(const struct server *s)
{
	struct node *n = timeline_first(&s->idle);

	return n ? NODE_RECORD(n, struct call, by_touch) : NULL;
}
/* An idle call is forgotten: it is found no more. */
static inline void store_forget(struct store *s, struct call *c)
{
	timeline_drop(&c->server->idle, &c->by_touch);
	c->idle = false;
	c->forgotten = true;
	map_drop(&s->by_callid, (uint64_t)c->hash << 32, c->id);
}
/* A forgotten call without visits that are to be given: its record is spare again. */
void store_drop_more(struct store *s, struct more *m);
static inline void store_drop(struct store *s, struct call *c)
{
	if (c->more)
		store_drop_more(s, c->more);
	pool_back(&s->calls, c);
}

/* Ends of a call. kind: ENDING_WAIT, ENDING_LEAVE, or ENDING_ANSWERED + the number of the agent's
 * name. */
static inline uint64_t store_ending(uint32_t queue, uint64_t kind)
{
	return (uint64_t)queue << 32 | kind;
}
bool store_end_again(struct store *s, struct call *c, uint64_t key, int64_t time, int64_t oldest);
/* Those older than `oldest` are forgotten. false: out of memory. */
static inline bool store_end(struct store *s, struct call *c, uint64_t key, int64_t time,
			     int64_t oldest)
{
	if (c->ended || (c->more && c->more->ending))
		return store_end_again(s, c, key, time, oldest);
	c->ended = true;
	c->end_key = key;
	c->end_time = time;
	return true;
}
/* *found: the one logged first, of those from `from` to `to`; NULL: none. false: out of memory. */
bool store_ended(struct store *s, struct call *c, uint64_t key, int64_t from, int64_t to,
		 struct ending **found);
void store_unend(struct store *s, struct call *c, struct ending *e);

bool store_attempt(struct stay *v, uint32_t seconds);

void store_show_texts(struct stay *v);
/* The visit, its texts put where they are now. */
static inline const struct visit *store_show(struct stay *v)
{
	if (v->texts)
		store_show_texts(v);
	return &v->v;
}

#endif
