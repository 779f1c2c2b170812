#include "base/when.h"
#include "fold/call_fold.h"

/* A forgotten call whose last visit was given goes. */
static inline void drop(struct calls *c, struct call *call)
{
	if (!call->forgotten || call->held)
		return;
	if (c->forgotten)
		c->forgotten(c->arg, call->id);
	store_drop(&c->store, call);
}

static void give(struct calls *c, struct stay *s)
{
	struct call *call = s->call;

	c->visit(c->arg, store_show(s));
	store_give_back(&c->store, s);
	drop(c, call);
}

void call_give(struct calls *c, bool all)
{
	while (c->held && (all || c->clock - c->held->clock > c->o.status_wait * WHEN_SECOND)) {
		struct stay *s = c->held;

		c->held = s->next_held;
		if (!c->held)
			c->tail = &c->held;
		give(c, s);
	}
}

/* What only an answered visit has. */
static void settle(struct visit *v)
{
	if (v->outcome == OUTCOME_ANSWERED)
		return;
	v->connect = -1;
	v->agent = (struct slice){ 0 };
}

/* The visit is over, with this outcome; what else is known of it stands in it already. */
void call_over(struct calls *c, struct stay *s, enum outcome outcome, struct slice cause,
		int64_t time)
{
	struct call *call = s->call;

	s->v.outcome = outcome;
	s->v.cause = cause;
	s->v.end = time;
	settle(&s->v);
	store_close(&c->store, s);
	call_touch(c, call, time > store_touched(call) ? time : store_touched(call));
	if (c->o.ended)
		c->o.ended(c->o.ended_arg, store_show(s));
	if (c->o.status_wait == 0) {
		give(c, s);
		return;
	}
	s->clock = c->clock;
	s->next_held = NULL;
	*c->tail = s;
	c->tail = &s->next_held;
}

/* A visit that no event of its own ended: what waits is lost, what talks was answered. */
void call_lose(struct calls *c, struct stay *s, struct slice why, int64_t time)
{
	s->v.ended_why = why;
	call_clock_wait(s, time);
	if (s->talking)
		call_over(c, s, OUTCOME_ANSWERED, SLICE("lost"), time);
	else
		call_over(c, s, OUTCOME_LOST, why, time);
}

struct call *call_forget(struct calls *c, struct call *call)
{
	store_forget(&c->store, call);
	drop(c, call);
	return NULL;
}

struct call *call_forget_old(struct calls *c, struct server *server, int64_t time)
{
	struct call *call;

	while ((call = store_oldest(server)) &&
	       time - store_touched(call) > CALL_REMEMBERED * WHEN_SECOND)
		call_forget(c, call);
	return call;
}

void call_advance(struct calls *c, struct server *server, int64_t time)
{
	const int64_t most = c->o.max_open * WHEN_SECOND;
	struct call *call;
	struct stay *s;

	while ((s = store_first(server)) && time - s->v.enter > most)
		call_lose(c, s, SLICE("expired"), s->v.enter + most);
	call = call_forget_old(c, server, time);
	server->due = s ? s->v.enter + most : WHEN_MAX;
	if (call && call_due(c, call) < server->due)
		server->due = call_due(c, call);
}

void call_cut(struct stay *s, int64_t until)
{
	struct visit *v = &s->v;

	v->unfinished = true;
	v->end = until;
	v->outcome = s->talking ? OUTCOME_ANSWERED : OUTCOME_WAITING;
	v->cause = s->talking ? SLICE("ongoing") : (struct slice){ 0 };
	call_clock_wait(s, until);
	if (s->talking)
		v->talk = call_between(v->connect, until);
	settle(v);
}

void calls_now(const struct calls *c, int64_t until, void (*take)(void *, const struct visit *),
	       void *arg)
{
	for (size_t i = 0; i < c->store.servers; i++) {
		struct timeline_walk w = timeline_begin(&c->store.server[i]->open);
		struct node *n;

		while ((n = timeline_step(&w))) {
			struct stay now = *NODE_RECORD(n, struct stay, by_entry);

			call_cut(&now, until);
			take(arg, store_show(&now));
		}
	}
}

bool call_by_many(struct calls *c, struct stay *s, struct slice verb)
{
	unsigned char text[64];
	uint32_t id;

	if (verb.n > sizeof(text))
		verb.n = sizeof(text);
	for (size_t i = 0; i < verb.n; i++)
		text[i] = verb.p[i] >= 'A' && verb.p[i] <= 'Z' ? (unsigned char)(verb.p[i] | 0x20)
							       : verb.p[i];
	id = store_name(&c->store, slice_of(text, verb.n));
	if (id == NAMES_NONE)
		return false;
	s->v.ended_why = store_named(&c->store, id);
	return true;
}
