#include "base/when.h"
#include "fold/call_fold.h"

void call_taken(struct calls *c, struct stay *s)
{
	if (c->o.connected)
		c->o.connected(c->o.ended_arg, store_show(s));
}

void call_drop(struct calls *c, struct call *call)
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

	c->counts.visits++;
	c->counts.rebuilt += s->v.rebuilt;
	c->counts.unfinished += s->v.unfinished;
	c->visit(c->arg, store_show(s));
	store_give_back(&c->store, s);
	call_drop(c, call);
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

/* A wait that nobody logged is the clock's, to the moment at which it ended; not where the entry
 * itself was reckoned. */
void call_clock_wait(struct stay *s, int64_t ended)
{
	if (s->v.wait < 0 && !s->v.rebuilt)
		s->v.wait = call_between(s->v.enter, s->talking ? s->v.connect : ended);
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
	s->clock = c->clock;
	settle(&s->v);
	store_close(&c->store, s);
	store_touch(call, time > store_touched(call) ? time : store_touched(call));
	if (c->o.ended)
		c->o.ended(c->o.ended_arg, store_show(s));
	if (c->o.status_wait == 0) {
		give(c, s);
		return;
	}
	s->next_held = NULL;
	*c->tail = s;
	c->tail = &s->next_held;
}

/* A visit that no event of its own ended: what waits is lost, what talks was answered. */
void call_lose(struct calls *c, struct stay *s, struct slice why, int64_t time)
{
	s->v.ended_verb = why;
	call_clock_wait(s, time);
	if (s->talking)
		call_over(c, s, OUTCOME_ANSWERED, SLICE("lost"), time);
	else
		call_over(c, s, OUTCOME_LOST, why, time);
}

void call_forget(struct calls *c, struct call *call)
{
	store_forget(&c->store, call);
	call_drop(c, call);
}

void call_advance(struct calls *c, struct server *server, int64_t time)
{
	const int64_t most = c->o.max_open * WHEN_SECOND;
	struct call *call;
	struct stay *s;

	while ((s = store_first(server)) && time - s->v.enter > most)
		call_lose(c, s, SLICE("expired"), s->v.enter + most);
	while ((call = store_oldest(server)) &&
	       time - store_touched(call) > CALL_REMEMBERED * WHEN_SECOND)
		call_forget(c, call);
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

/* The verb in lower case; of one that stands for many, interned. */
static struct slice lower_verb(struct calls *c, const struct event *ev)
{
	unsigned char text[64];
	struct slice verb = ev->f[F_VERB];
	uint32_t id;

	if (ev->verb != VERB_DIVERT)
		return verb_lower(ev->verb);
	if (verb.n > sizeof(text))
		verb.n = sizeof(text);
	for (size_t i = 0; i < verb.n; i++)
		text[i] = verb.p[i] >= 'A' && verb.p[i] <= 'Z' ? (unsigned char)(verb.p[i] | 0x20)
							       : verb.p[i];
	id = store_name(&c->store, slice_of(text, verb.n));
	return id == NAMES_NONE ? (struct slice){ 0 } : store_named(&c->store, id);
}

bool call_by(struct calls *c, struct stay *s, const struct event *ev)
{
	s->v.ended_by = ev->verb;
	s->v.ended_verb = lower_verb(c, ev);
	return s->v.ended_verb.p != NULL;
}
