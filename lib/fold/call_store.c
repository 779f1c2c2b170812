#include "fold/call_store.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/when.h"

void store_init(struct store *s)
{
	*s = (struct store){
		.seed = hash_seed(), .calls.size = sizeof(struct call),
		.mores.size = sizeof(struct more),
		.stays.size = sizeof(struct stay), .endings.size = sizeof(struct ending)
	};
}

uint32_t store_new_name(struct store *s, uint32_t name)
{
	size_t had = s->namedcap;

	if (name == NAMES_NONE || !array_need(&s->named, &s->namedcap, name + (size_t)1, sizeof(*s->named)))
		return NAMES_NONE;
	memset(s->named + had, 0, (s->namedcap - had) * sizeof(*s->named));
	return name;
}

static struct server *new_server(struct store *s, uint32_t name)
{
	struct server *v = calloc(1, sizeof(*v));

	if (!v || !array_need(&s->server, &s->servercap, s->servers + 1, sizeof(struct server *))) {
		free(v);
		return NULL;
	}
	v->name = store_named(s, name);
	v->id = (uint32_t)s->servers;
	v->logged = WHEN_MIN;
	s->server[s->servers++] = v;
	return s->named[name].server = v;
}

struct server *store_meet(struct store *s, struct slice text)
{
	uint32_t name = store_name(s, text);
	struct server *v;

	if (name == NAMES_NONE)
		return NULL;
	v = s->named[name].server;
	if (!v)
		v = new_server(s, name);
	if (v && text.n <= NEAR_MOST) {
		v->near = near_of(text.p, text.n);
		s->met[near_hash(&v->near) >> 58] = v;
	}
	return v;
}

struct more *store_more(struct store *s, struct call *c)
{
	uint32_t id;

	if (c->more)
		return c->more;
	c->more = pool_take(&s->mores, &id);
	if (!c->more)
		return NULL;
	c->more->id = id;
	c->more->callid.n = c->more->did.n = 0;
	c->more->endings = (struct timeline){ 0 };
	c->more->ending = NULL;
	return c->more;
}

struct call *store_new_call(struct store *s, struct server *server, const struct callid *callid)
{
	uint32_t id;
	struct call *c = pool_take(&s->calls, &id);

	if (!c)
		return NULL;
	c->id = id;
	c->hash = callid->hash;
	c->near = callid->near;
	c->size = (uint32_t)callid->text.n;
	c->server = server;
	c->more = NULL;
	c->open = NULL;
	c->last = NULL;
	c->visits = 0;
	c->held = 0;
	c->forgotten = c->idle = c->ended = false;
	if (callid->text.n > NEAR_MOST) {
		if (!store_more(s, c))
			return NULL;
		buf_slice(&c->more->callid, callid->text);
		if (c->more->callid.failed)
			return NULL;
	}
	return map_add(&s->by_callid, callid->hash, id) ? c : NULL;
}

void store_touch(struct call *c, int64_t time)
{
	if (c->idle)
		timeline_drop(&c->server->idle, &c->by_touch);
	c->idle = !c->open && !c->forgotten;
	if (c->idle)
		timeline_put(&c->server->idle, &c->by_touch, time);
	else
		timeline_set(&c->by_touch, time);
}

/* Times as the minor of a node: in order, negative ones too. */
static uint64_t order_of(int64_t time)
{
	return (uint64_t)time ^ (uint64_t)1 << 63;
}

/* All that is not known is -1 or empty. One field after the other: to clear it as a whole is a slow
 * instruction. The texts are empty already. */
static void blank(struct visit *v)
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
	v->ended_verb = none;
}

struct stay *store_open(struct store *s, struct call *c, uint32_t queue, int64_t enter)
{
	uint32_t id;
	struct stay *v = pool_take(&s->stays, &id);

	if (!v)
		return NULL;
	v->id = id;
	v->queue = queue;
	v->talking = v->over = false;
	v->server = c->server;
	v->call = c;
	blank(&v->v);
	v->v.partition = c->server->name;
	v->v.callid = store_callid_of(c);
	v->v.queue = store_named(s, queue);
	v->v.ordinal = ++c->visits;
	v->v.enter = enter;
	v->v.call = c->id;
	v->of_call.minor = v->of_call.value = ++s->opened;
	v->of_call.major = store_key(queue, 0);
	tree_put(&c->open, &v->of_call);
	timeline_put(&c->server->open, &v->by_entry, enter);
	c->last = v;
	c->held++;
	return c->more && c->more->did.n && !store_keep(v, &v->did, buf_all(&c->more->did)) ? NULL : v;
}

void store_talk(struct store *s, struct stay *v, uint32_t agent)
{
	v->agent = agent;
	v->talking = true;
	tree_drop(&v->call->open, &v->of_call);
	v->of_call.major = store_key(v->queue, agent + 1);
	tree_put(&v->call->open, &v->of_call);
	v->of_agent.major = store_key(v->server->id, v->queue);
	v->of_agent.minor = order_of(v->v.connect);
	v->of_agent.value = v->of_call.minor;
	tree_put(&s->named[agent].talking, &v->of_agent);
}

struct stay *store_talking_since(const struct store *s, const struct server *server, uint32_t queue,
				 uint32_t agent, int64_t from, int64_t to)
{
	struct node *n = tree_least(s->named[agent].talking, store_key(server->id, queue), order_of(from),
				    order_of(to));

	return n ? NODE_RECORD(n, struct stay, of_agent) : NULL;
}

void store_close(struct store *s, struct stay *v)
{
	tree_drop(&v->call->open, &v->of_call);
	timeline_drop(&v->server->open, &v->by_entry);
	if (v->talking)
		tree_drop(&s->named[v->agent].talking, &v->of_agent);
	v->over = true;
}

static void lose_texts(struct stay *s)
{
	struct visit *v = &s->v;

	s->text.n = 0;
	s->caller = s->did = s->url = s->key = s->target = s->status = (struct span){ 0 };
	v->caller = v->did = v->url = v->key = v->target = v->status = (struct slice){ 0 };
}

void store_give_back(struct store *s, struct stay *v)
{
	if (v->call->last == v)
		v->call->last = NULL;
	v->call->held--;
	if (v->text.n)
		lose_texts(v);
	pool_back(&s->stays, v->id);
}

static void prefetch(const struct node *n)
{
#if defined(__GNUC__)
	if (n) {
		__builtin_prefetch(n);
		__builtin_prefetch(NODE_RECORD(n, const struct call, by_touch));
	}
#else
	(void)n;
#endif
}

void store_forget(struct store *s, struct call *c)
{
	timeline_drop(&c->server->idle, &c->by_touch);
	c->idle = false;
	c->forgotten = true;
	map_drop(&s->by_callid, c->hash, c->id);
	/* it lay idle for half an hour, and so did the next, which is wanted soon */
	if (c->server->idle.first)
		prefetch(c->server->idle.first->right);
}

void store_drop(struct store *s, struct call *c)
{
	struct node *n;

	if (c->more) {
		while ((n = timeline_first(&c->more->endings)))
			store_unend(s, c, NODE_RECORD(n, struct ending, by_time));
		pool_back(&s->mores, c->more->id);
	}
	pool_back(&s->calls, c->id);
}

static bool add_ending(struct store *s, struct call *c, uint64_t key, int64_t time)
{
	uint32_t id;
	struct ending *e = store_more(s, c) ? pool_take(&s->endings, &id) : NULL;

	if (!e)
		return false;
	e->by_time.value = id;
	timeline_put(&c->more->endings, &e->by_time, time);
	e->by_key.major = key;
	e->by_key.minor = order_of(time);
	e->by_key.value = timeline_turn(&e->by_time);
	tree_put(&c->more->ending, &e->by_key);
	return true;
}

/* Somebody asks, or there is another one: the first becomes one like all. */
static bool settle_ending(struct store *s, struct call *c)
{
	bool ended = c->ended;

	c->ended = false;
	return !ended || add_ending(s, c, c->end_key, c->end_time);
}

bool store_end(struct store *s, struct call *c, uint32_t queue, uint64_t kind, int64_t time,
	       int64_t oldest)
{
	uint64_t key = (uint64_t)queue << 32 | kind;
	struct node *n;

	if (!c->ended && (!c->more || !c->more->ending)) {
		c->ended = true;
		c->end_key = key;
		c->end_time = time;
		return true;
	}
	if (!settle_ending(s, c))
		return false;
	while ((n = timeline_first(&c->more->endings)) && timeline_time(n) < oldest)
		store_unend(s, c, NODE_RECORD(n, struct ending, by_time));
	return add_ending(s, c, key, time);
}

bool store_ended(struct store *s, struct call *c, uint32_t queue, uint64_t kind, int64_t from,
		 int64_t to, struct ending **found)
{
	uint64_t key = (uint64_t)queue << 32 | kind;
	struct node *n;

	*found = NULL;
	if (!settle_ending(s, c))
		return false;
	n = c->more ? tree_least(c->more->ending, key, order_of(from), order_of(to)) : NULL;
	if (n)
		*found = NODE_RECORD(n, struct ending, by_key);
	return true;
}

void store_unend(struct store *s, struct call *c, struct ending *e)
{
	timeline_drop(&c->more->endings, &e->by_time);
	tree_drop(&c->more->ending, &e->by_key);
	pool_back(&s->endings, (uint32_t)e->by_time.value);
}

bool store_keep(struct stay *v, struct span *to, struct slice text)
{
	*to = (struct span){ (uint32_t)v->text.n, (uint32_t)text.n };
	buf_slice(&v->text, text);
	return !v->text.failed;
}

static struct slice text_of(const struct stay *v, struct span s)
{
	return slice_of(v->text.p + s.at, s.n);
}

const struct visit *store_show(struct stay *v)
{
	v->v.attempt = v->attempt;
	if (v->text.n) {
		v->v.caller = text_of(v, v->caller);
		v->v.did = text_of(v, v->did);
		v->v.url = text_of(v, v->url);
		v->v.key = text_of(v, v->key);
		v->v.target = text_of(v, v->target);
		v->v.status = text_of(v, v->status);
	}
	return &v->v;
}

bool store_attempt(struct stay *v, uint32_t seconds)
{
	if (!array_need(&v->attempt, &v->attempts, (size_t)v->v.missed + 1, sizeof(*v->attempt)))
		return false;
	v->attempt[v->v.missed++] = seconds;
	v->v.ringmissed += seconds;
	return true;
}

void store_free(struct store *s)
{
	for (uint32_t i = 0; i < s->mores.n; i++) {
		struct more *m = pool_at(&s->mores, i);

		buf_free(&m->callid);
		buf_free(&m->did);
	}
	for (uint32_t i = 0; i < s->stays.n; i++) {
		struct stay *v = pool_at(&s->stays, i);

		buf_free(&v->text);
		free(v->attempt);
	}
	for (size_t i = 0; i < s->servers; i++)
		free(s->server[i]);
	pool_free(&s->calls);
	pool_free(&s->mores);
	pool_free(&s->stays);
	pool_free(&s->endings);
	names_free(&s->names);
	map_free(&s->by_callid);
	free(s->named);
	free(s->server);
}
