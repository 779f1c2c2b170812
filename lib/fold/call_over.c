#include "base/when.h"
#include "fold/call_fold.h"

static void fill(const struct stay *s, struct visit *v)
{
	bool answered = s->outcome == OUTCOME_ANSWERED;

	*v = (struct visit){
		.partition = s->server->name,
		.callid = store_text(s, s->callid),
		.queue = s->queue,
		.ordinal = s->ordinal,
		.outbound = s->outbound,
		.enter = s->enter,
		.connect = answered ? s->connect : -1,
		.end = s->end,
		.outcome = s->outcome,
		.cause = s->cause,
		.agent = answered && !slice_is(s->agent, "NONE") ? s->agent : (struct slice){ 0 },
		.wait = s->wait,
		.talk = s->talk,
		.ring = s->ring,
		.missed = s->missed,
		.ringmissed = s->ringmissed,
		.attempt = s->attempt,
		.caller = store_text(s, s->caller),
		.did = store_text(s, s->did),
		.url = store_text(s, s->url),
		.position_in = s->position_in,
		.position_out = s->position_out,
		.key = store_text(s, s->key),
		.target = store_text(s, s->target),
		.status = store_text(s, s->status),
		.rebuilt = s->rebuilt,
		.unfinished = s->unfinished,
		.ended_by = s->ended_by,
		.ended_verb = s->ended_verb,
		.call = s->call->id,
	};
}

void call_taken(struct calls *c, const struct stay *s)
{
	struct visit v;

	if (!c->o.connected)
		return;
	fill(s, &v);
	c->o.connected(c->o.ended_arg, &v);
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
	struct visit v;

	fill(s, &v);
	c->counts.visits++;
	c->counts.rebuilt += s->rebuilt;
	c->counts.unfinished += s->unfinished;
	c->visit(c->arg, &v);
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
	if (s->wait < 0 && !s->rebuilt)
		s->wait = call_between(s->enter, s->talking ? s->connect : ended);
}

/* The visit is over, with this outcome; what else is known of it stands in it already. */
void call_over(struct calls *c, struct stay *s, enum outcome outcome, struct slice cause,
		int64_t time)
{
	struct call *call = s->call;
	struct visit v;

	s->outcome = outcome;
	s->cause = cause;
	s->end = time;
	s->clock = c->clock;
	store_close(&c->store, s);
	store_touch(call, time > call->touched ? time : call->touched);
	if (c->o.ended) {
		fill(s, &v);
		c->o.ended(c->o.ended_arg, &v);
	}
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
	s->ended_verb = why;
	call_clock_wait(s, time);
	if (s->talking)
		call_over(c, s, OUTCOME_ANSWERED, SLICE("lost"), time);
	else
		call_over(c, s, OUTCOME_LOST, why, time);
}

void call_cut(struct stay *s, int64_t until)
{
	s->unfinished = true;
	s->end = until;
	s->outcome = s->talking ? OUTCOME_ANSWERED : OUTCOME_WAITING;
	s->cause = s->talking ? SLICE("ongoing") : (struct slice){ 0 };
	call_clock_wait(s, until);
	if (s->talking)
		s->talk = call_between(s->connect, until);
}

void calls_now(const struct calls *c, int64_t until, void (*take)(void *, const struct visit *),
	       void *arg)
{
	for (size_t i = 0; i < c->store.servers; i++)
		for (struct stay *s = c->store.server[i]->first; s; s = s->behind) {
			struct stay now = *s;
			struct visit v;

			call_cut(&now, until);
			fill(&now, &v);
			take(arg, &v);
		}
}

/* The verb in lower case; of one that has no number of its own, interned. */
static struct slice lower_verb(struct calls *c, const struct event *ev)
{
	unsigned char text[64];
	struct slice verb = ev->f[F_VERB];
	uint32_t id;

	if (ev->verb != VERB_OTHER && ev->verb != VERB_DIVERT)
		return verb_lower(ev->verb);
	if (verb.n > sizeof(text))
		verb.n = sizeof(text);
	for (size_t i = 0; i < verb.n; i++)
		text[i] = verb.p[i] >= 'A' && verb.p[i] <= 'Z' ? (unsigned char)(verb.p[i] | 0x20)
							       : verb.p[i];
	return store_name(&c->store, slice_of(text, verb.n), &id);
}

bool call_by(struct calls *c, struct stay *s, const struct event *ev)
{
	s->ended_by = ev->verb;
	s->ended_verb = lower_verb(c, ev);
	return s->ended_verb.p != NULL;
}
