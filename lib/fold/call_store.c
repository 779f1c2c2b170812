#include "fold/call_store.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/when.h"

struct slice store_name(struct store *s, struct slice text, uint32_t *id)
{
	*id = names_put(&s->names, text);
	return *id == NAMES_NONE ? (struct slice){ NULL, 0 } : names_text(&s->names, *id);
}

struct server *store_server(struct store *s, struct slice name)
{
	struct server *v = s->recent;
	uint64_t h;
	uint32_t id;

	if (v && slice_eq(v->name, name))
		return v;
	h = hash_bytes(hash_seed(), name);
	MAP_EACH (&s->by_name, i, h, id)
		if (slice_eq(s->server[id]->name, name))
			return s->recent = s->server[id];
	v = calloc(1, sizeof(*v));
	if (!v || !array_need(&s->server, &s->servercap, s->servers + 1, sizeof(struct server *)))
		goto fail;
	v->name = store_name(s, name, &v->id);
	if (!v->name.p || !map_add(&s->by_name, h, (uint32_t)s->servers))
		goto fail;
	v->logged = WHEN_MIN;
	s->server[s->servers++] = v;
	return s->recent = v;
fail:
	free(v);
	return NULL;
}

static struct call *new_call(struct store *s)
{
	struct call *c;

	if (s->spare_calls)
		return s->spare_call[--s->spare_calls];
	if (!array_need(&s->call, &s->callcap, s->calls + 1, sizeof(struct call *)) ||
	    !array_need(&s->spare_call, &s->spare_callcap, s->calls + 1, sizeof(struct call *)))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->id = (uint32_t)s->calls;
	s->call[s->calls++] = c;
	return c;
}

struct call *store_call(struct store *s, struct server *server, struct slice callid, bool make)
{
	struct call *c = server->recent;
	uint64_t h;
	uint32_t id;

	if (c && slice_eq(buf_all(&c->callid), callid))
		return c;
	h = hash_bytes(hash_seed() + server->id, callid);
	MAP_EACH (&s->by_callid, i, h, id)
		if (s->call[id]->server == server && slice_eq(buf_all(&s->call[id]->callid), callid))
			return server->recent = s->call[id];
	if (!make)
		return NULL;
	c = new_call(s);
	if (!c || !map_add(&s->by_callid, h, c->id))
		return NULL;
	c->hash = h;
	c->server = server;
	c->callid.n = c->did.n = 0;
	buf_slice(&c->callid, callid);
	c->has_did = c->forgotten = c->idle = false;
	c->visits = 0;
	c->open = c->last = NULL;
	c->held = 0;
	c->touched = WHEN_MIN;
	c->endings = 0;
	return c->callid.failed ? NULL : (server->recent = c);
}

static struct stay *new_stay(struct store *s)
{
	struct stay *v;
	struct buf text;
	uint32_t *attempt;
	size_t attempts;
	uint32_t id;

	if (!s->spare_stays) {
		if (!array_need(&s->stay, &s->staycap, s->stays + 1, sizeof(struct stay *)) ||
		    !array_need(&s->spare_stay, &s->spare_staycap, s->stays + 1,
				sizeof(struct stay *)))
			return NULL;
		v = calloc(1, sizeof(*v));
		if (!v)
			return NULL;
		v->id = (uint32_t)s->stays;
		s->stay[s->stays++] = v;
	} else {
		v = s->spare_stay[--s->spare_stays];
	}
	id = v->id;
	text = v->text;
	text.n = 0;
	attempt = v->attempt;
	attempts = v->attempts;
	*v = (struct stay){ .id = id, .text = text, .attempt = attempt, .attempts = attempts };
	return v;
}

/* Into the server's open visits, by entry; those that entered at one time by opening. */
static void line_up(struct server *s, struct stay *v)
{
	struct stay *at = s->last;

	while (at && at->enter > v->enter)
		at = at->before;
	v->before = at;
	v->behind = at ? at->behind : s->first;
	*(v->before ? &v->before->behind : &s->first) = v;
	*(v->behind ? &v->behind->before : &s->last) = v;
}

static void leave_idle(struct call *c)
{
	if (!c->idle)
		return;
	*(c->before ? &c->before->behind : &c->server->oldest) = c->behind;
	*(c->behind ? &c->behind->before : &c->server->newest) = c->before;
	c->idle = false;
}

void store_touch(struct call *c, int64_t time)
{
	struct server *s = c->server;
	struct call *at;

	leave_idle(c);
	c->touched = time;
	if (c->open || c->forgotten)
		return;
	c->idle = true;
	at = s->newest;
	while (at && at->touched > c->touched)
		at = at->before;
	c->before = at;
	c->behind = at ? at->behind : s->oldest;
	*(c->before ? &c->before->behind : &s->oldest) = c;
	*(c->behind ? &c->behind->before : &s->newest) = c;
}

struct stay *store_open(struct store *s, struct call *c, struct slice queue, int64_t enter)
{
	struct stay *v = new_stay(s), **at = &c->open;

	if (!v)
		return NULL;
	v->opened = ++s->opened;
	v->server = c->server;
	v->call = c;
	v->queue = store_name(s, queue, &v->queue_id);
	if (!v->queue.p || !store_keep(v, &v->callid, buf_all(&c->callid)) ||
	    (c->has_did && !store_keep(v, &v->did, buf_all(&c->did))))
		return NULL;
	v->enter = enter;
	v->connect = -1;
	v->wait = v->talk = v->ring = v->position_in = v->position_out = -1;
	v->ordinal = ++c->visits;
	while (*at)
		at = &(*at)->next_of_call;
	*at = v;
	c->last = v;
	c->held++;
	line_up(c->server, v);
	return v;
}

static uint64_t talk_hash(const struct server *s, uint32_t queue, uint32_t agent)
{
	return hash_mix(hash_seed() ^ s->id, (uint64_t)queue << 32 | agent);
}

bool store_talk(struct store *s, struct stay *v, struct slice agent, int64_t connect)
{
	v->agent = store_name(s, agent, &v->agent_id);
	v->connect = connect;
	v->talking = true;
	return v->agent.p &&
	       map_add(&s->talking, talk_hash(v->server, v->queue_id, v->agent_id), v->id);
}

struct stay *store_waiting(const struct call *c, struct slice queue)
{
	for (struct stay *v = c ? c->open : NULL; v; v = v->next_of_call)
		if (!v->talking && slice_eq(v->queue, queue))
			return v;
	return NULL;
}

struct stay *store_talking(const struct call *c, struct slice queue, struct slice agent)
{
	for (struct stay *v = c ? c->open : NULL; v; v = v->next_of_call)
		if (v->talking && slice_eq(v->queue, queue) && slice_eq(v->agent, agent))
			return v;
	return NULL;
}

struct stay *store_talking_of(const struct store *s, const struct server *server,
			      struct slice queue, struct slice agent,
			      bool (*fits)(const struct stay *v, const void *arg), const void *arg)
{
	uint32_t q = names_find(&s->names, queue), a = names_find(&s->names, agent), id;
	struct stay *found = NULL;

	if (q == NAMES_NONE || a == NAMES_NONE)
		return NULL;
	MAP_EACH (&s->talking, i, talk_hash(server, q, a), id) {
		struct stay *v = s->stay[id];

		if (v->server == server && v->queue_id == q && v->agent_id == a && fits(v, arg) &&
		    (!found || v->opened < found->opened))
			found = v;
	}
	return found;
}

void store_close(struct store *s, struct stay *v)
{
	struct stay **at = &v->call->open;

	while (*at != v)
		at = &(*at)->next_of_call;
	*at = v->next_of_call;
	*(v->before ? &v->before->behind : &v->server->first) = v->behind;
	*(v->behind ? &v->behind->before : &v->server->last) = v->before;
	if (v->talking)
		map_drop(&s->talking, talk_hash(v->server, v->queue_id, v->agent_id), v->id);
	v->over = true;
}

void store_give_back(struct store *s, struct stay *v)
{
	if (v->call->last == v)
		v->call->last = NULL;
	v->call->held--;
	s->spare_stay[s->spare_stays++] = v;
}

void store_forget(struct store *s, struct call *c)
{
	leave_idle(c);
	map_drop(&s->by_callid, c->hash, c->id);
	c->forgotten = true;
	if (c->server->recent == c)
		c->server->recent = NULL;
}

void store_drop(struct store *s, struct call *c)
{
	s->spare_call[s->spare_calls++] = c;
}

bool store_keep(struct stay *v, struct span *to, struct slice text)
{
	*to = (struct span){ (uint32_t)v->text.n, (uint32_t)text.n };
	buf_slice(&v->text, text);
	return !v->text.failed;
}

bool store_attempt(struct stay *v, uint32_t seconds)
{
	if (!array_need(&v->attempt, &v->attempts, (size_t)v->missed + 1, sizeof(*v->attempt)))
		return false;
	v->attempt[v->missed++] = seconds;
	v->ringmissed += seconds;
	return true;
}

void store_free(struct store *s)
{
	for (size_t i = 0; i < s->servers; i++)
		free(s->server[i]);
	for (size_t i = 0; i < s->calls; i++) {
		buf_free(&s->call[i]->callid);
		buf_free(&s->call[i]->did);
		free(s->call[i]->ending);
		free(s->call[i]);
	}
	for (size_t i = 0; i < s->stays; i++) {
		buf_free(&s->stay[i]->text);
		free(s->stay[i]->attempt);
		free(s->stay[i]);
	}
	names_free(&s->names);
	map_free(&s->by_name);
	map_free(&s->by_callid);
	map_free(&s->talking);
	free(s->server);
	free(s->call);
	free(s->spare_call);
	free(s->stay);
	free(s->spare_stay);
	*s = (struct store){ 0 };
}
