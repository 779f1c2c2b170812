#include "fold/call_store.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/when.h"

bool store_init(struct store *s)
{
	s->seed = hash_seed();
	s->calls.size = sizeof(struct call);
	s->mores.size = sizeof(struct more);
	s->stays.size = sizeof(struct stay);
	s->endings.size = sizeof(struct ending);
	s->none = names_put(&s->names, SLICE("NONE"));
	return s->none != NAMES_NONE;
}

uint32_t store_recall(struct store *s, struct slice text)
{
	uint32_t name = names_recall(&s->names, &s->recent, text);
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
	v->seed = s->seed + v->id;
	v->logged = v->now = WHEN_MIN;
	v->due = WHEN_MAX;
	timeline_init(&v->open);
	timeline_init(&v->idle);
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
		s->met[near_place(near_one(&v->near), STORE_MET_BITS)] = v;
	}
	return v;
}

struct more *store_more(struct store *s, struct call *c)
{
	if (c->more)
		return c->more;
	c->more = pool_take(&s->mores);
	if (!c->more)
		return NULL;
	c->more->callid.n = c->more->did.n = 0;
	timeline_init(&c->more->endings);
	c->more->ending = NULL;
	return c->more;
}

APART bool store_is_long(const struct call *c, struct slice text)
{
	return slice_eq(store_callid_of(c), text);
}

struct call *store_new_call(struct store *s, struct server *server, const struct callid *callid,
			    struct slice text)
{
	struct call *c = pool_take(&s->calls);

	if (!c)
		return NULL;
	c->hash = (uint32_t)(callid->hash >> 32);
	c->near = callid->near;
	c->size = (uint32_t)text.n;
	c->server = server;
	c->more = NULL;
	c->open = NULL;
	c->last = NULL;
	c->visits = 0;
	c->held = 0;
	c->forgotten = c->idle = c->ended = false;
	if (text.n > NEAR_MOST) {
		if (!store_more(s, c))
			return NULL;
		buf_slice(&c->more->callid, text);
		if (c->more->callid.failed)
			return NULL;
	}
	return map_add(&s->by_callid, callid->hash, c->id) ? c : NULL;
}

struct stay *store_talking_since(const struct store *s, const struct server *server, uint32_t queue,
				 uint32_t agent, int64_t from, int64_t to)
{
	struct node *n = tree_least(s->named[agent].talking, store_key(server->id, queue), store_order(from),
				    store_order(to));

	return n ? NODE_RECORD(n, struct stay, of_agent) : NULL;
}

void store_lose_texts(struct stay *s)
{
	struct visit *v = &s->v;

	s->text.n = 0;
	s->texts = false;
	s->caller = s->did = s->url = s->key = s->target = s->status = (struct span){ 0 };
	v->caller = v->did = v->url = v->key = v->target = v->status = (struct slice){ 0 };
}

void store_drop_more(struct store *s, struct more *m)
{
	struct timeline_walk w = timeline_begin(&m->endings);
	struct node *n;

	while ((n = timeline_step(&w)))
		pool_back(&s->endings, NODE_RECORD(n, struct ending, by_time));
	pool_back(&s->mores, m);
}

static bool add_ending(struct store *s, struct call *c, uint64_t key, int64_t time)
{
	struct ending *e = store_more(s, c) ? pool_take(&s->endings) : NULL;

	if (!e)
		return false;
	timeline_put(&c->more->endings, &e->by_time, time);
	e->by_key.major = key;
	e->by_key.minor = store_order(time);
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

bool store_end_again(struct store *s, struct call *c, uint64_t key, int64_t time, int64_t oldest)
{
	struct node *n;

	if (!settle_ending(s, c))
		return false;
	while (c->more && (n = timeline_first(&c->more->endings)) && timeline_time(n) < oldest)
		store_unend(s, c, NODE_RECORD(n, struct ending, by_time));
	return add_ending(s, c, key, time);
}

bool store_ended(struct store *s, struct call *c, uint64_t key, int64_t from, int64_t to,
		 struct ending **found)
{
	struct node *n;

	*found = NULL;
	if (!settle_ending(s, c))
		return false;
	n = c->more ? tree_least(c->more->ending, key, store_order(from), store_order(to)) : NULL;
	if (n)
		*found = NODE_RECORD(n, struct ending, by_key);
	return true;
}

void store_unend(struct store *s, struct call *c, struct ending *e)
{
	timeline_drop(&c->more->endings, &e->by_time);
	tree_drop(&c->more->ending, &e->by_key);
	pool_back(&s->endings, e);
}

bool store_keep(struct stay *v, struct span *to, struct slice text)
{
	*to = (struct span){ (uint32_t)v->text.n, (uint32_t)text.n };
	buf_slice(&v->text, text);
	v->texts = true;
	return !v->text.failed;
}

static struct slice text_of(const struct stay *v, struct span s)
{
	return slice_of(v->text.p + s.at, s.n);
}

void store_show_texts(struct stay *v)
{
	v->v.caller = text_of(v, v->caller);
	v->v.did = text_of(v, v->did);
	v->v.url = text_of(v, v->url);
	v->v.key = text_of(v, v->key);
	v->v.target = text_of(v, v->target);
	v->v.status = text_of(v, v->status);
}

bool store_attempt(struct stay *v, uint32_t seconds)
{
	if (!array_need(&v->attempt, &v->attempts, (size_t)v->v.missed + 1, sizeof(*v->attempt)))
		return false;
	v->attempt[v->v.missed++] = seconds;
	v->v.attempt = v->attempt;
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
