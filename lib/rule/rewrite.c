#include "rule/rewrite.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/inline.h"
#include "base/near.h"
#include "rule/channel.h"

/* In which place a name stands, for what is done to it depends on that. */
enum place { AGENT, LOGIN, HOTDESK_AGENT, HOTDESK_DATA1 }; /* in two bits */

struct rewrite_known {
	struct slice partition, old, new; /* new.p == NULL: it stays */
	enum place place;
	unsigned era;
};

static bool renames_agents(const struct rewrite *r)
{
	return r->strip_channel || r->local_to_agent || r->login_to_agent || r->hotdesk ||
	       r->agents.old.n || r->by_partition;
}

/*
 * In front of the map, for names as short as nearly all are: by words, without a branch on lengths. A
 * place of the table has whichever came there last.
 */
enum { LATELY_BITS = 10, LATELY = 1 << LATELY_BITS };
struct rewrite_lately {
	struct near partition, name;
	uint64_t as;      /* its era and place */
	struct slice new; /* as rewrite_known's */
};

bool rewrite_is_none(const struct rewrite *r)
{
	return !renames_agents(r) && !r->queues.old.n && !r->shifted.n;
}

/* What of a channel's name is not of one call alone. It is a part of name. */
static struct slice lasting(const struct rewrite *r, struct slice partition, struct slice name)
{
	if (r->strip_channel)
		name = channel_strip(name, partition);
	return r->local_to_agent ? channel_local_head(name) : name;
}

/* Steps 2 to 5 and 7. */
static struct slice rewrite_name(struct rewrite *r, struct slice partition, struct slice name,
				 enum place place)
{
	struct slice other = { 0 };

	if (r->local_to_agent)
		name = channel_local_to_agent(name, &r->text[0]);
	if (r->login_to_agent && place == LOGIN)
		name = channel_bare_to_agent(name, &r->text[0]);
	if (r->hotdesk && (place == AGENT || place == LOGIN)) {
		other = hotdesk_find(&r->desks, partition, name);
		name = other.n ? other : name;
	}
	if (place != HOTDESK_DATA1) {
		other = renames_find(&r->agents, name);
		name = other.p ? other : name;
	}
	if (r->by_partition)
		name = channel_partition(name, partition, &r->text[1]);
	return name;
}

static bool intern(struct rewrite *r, struct slice *s)
{
	uint32_t id = names_put(&r->names, *s);

	if (id == NAMES_NONE)
		return false;
	*s = names_text(&r->names, id);
	return true;
}

static bool answer(struct rewrite *r, struct rewrite_known *k)
{
	struct slice new = rewrite_name(r, k->partition, k->old, k->place);

	k->era = r->era;
	k->new = slice_of(NULL, 0);
	if (slice_eq(new, k->old))
		return true;
	if (r->text[0].failed || r->text[1].failed || !intern(r, &new))
		return false;
	k->new = new;
	return true;
}

static struct rewrite_known *learn(struct rewrite *r, uint64_t h, struct slice partition,
				   struct slice old, enum place place)
{
	struct rewrite_known *k;

	if (r->n >= MAP_NONE - 1 || !array_need(&r->known, &r->cap, r->n + 1, sizeof(*r->known)))
		return NULL;
	k = &r->known[r->n];
	*k = (struct rewrite_known){ .partition = partition, .old = old, .place = place };
	if (!intern(r, &k->partition) || !intern(r, &k->old) || !answer(r, k) ||
	    !map_add(&r->map, h, (uint32_t)r->n))
		return NULL;
	r->n++;
	return k;
}

static struct rewrite_known *find(struct rewrite *r, uint64_t h, struct slice partition,
				  struct slice old, enum place place)
{
	uint32_t id;

	MAP_EACH (&r->map, i, h, id) {
		struct rewrite_known *k = &r->known[id];

		if (k->place == place && slice_eq(k->old, old) && slice_eq(k->partition, partition))
			return k;
	}
	return NULL;
}

static const struct rewrite_known *known(struct rewrite *r, struct slice partition, struct slice old,
					 enum place place)
{
	uint64_t h = hash_bytes(hash_bytes(hash_seed() + place, partition), old);
	struct rewrite_known *k = find(r, h, partition, old, place);

	if (!k)
		return learn(r, h, partition, old, place);
	return k->era == r->era || answer(r, k) ? k : NULL;
}

/* What became of a name goes to its place. NULL: out of memory. */
APART static const struct rewrite_lately *learn_lately(struct rewrite *r, struct rewrite_lately *l,
						       struct slice partition, struct slice old, enum place place)
{
	const struct rewrite_known *k = known(r, partition, old, place);

	if (!k)
		return NULL;
	*l = (struct rewrite_lately){ .as = (uint64_t)r->era << 2 | place, .new = k->new };
	if (old.n <= NEAR_MOST && partition.n <= NEAR_MOST) {
		l->partition = near_of(partition.p, partition.n);
		l->name = near_of(old.p, old.n);
	}
	return l;
}

/* What becomes of a name. Fields of a line that was read can be read so. NULL: out of memory. */
static inline const struct rewrite_lately *lately(struct rewrite *r, struct slice partition, struct slice old,
						  enum place place)
{
	struct rewrite_lately *l;
	struct near name, owner;

	if (old.n > NEAR_MOST || partition.n > NEAR_MOST)
		return learn_lately(r, &r->lately[LATELY], partition, old, place);
	name = near_of(old.p, old.n);
	owner = near_of(partition.p, partition.n);
	l = &r->lately[near_place(near_one(&name) ^ near_one(&owner) * 7, LATELY_BITS)];
	if (near_eq(&l->name, &name) && near_eq(&l->partition, &owner) && l->as == ((uint64_t)r->era << 2 | place))
		return l;
	return learn_lately(r, l, partition, old, place);
}

/* The field becomes what stands behind it, were it the same: a branch on whether it is would be guessed
 * wrong all the time. */
static void rewrite_field(struct rewrite *r, struct event *ev, enum field f, enum place place)
{
	struct slice was = ev->f[f], old = was, new;
	const struct rewrite_lately *l;

	if (!channel_is_name(was))
		return;
	if (r->strip_channel || r->local_to_agent)
		old = lasting(r, ev->f[F_PARTITION], was);
	l = lately(r, ev->f[F_PARTITION], old, place);
	if (!l) {
		r->failed = true;
		return;
	}
	new = l->new.p ? l->new : old;
	r->changed |= (new.p != was.p) | (new.n != was.n);
	event_change(ev, f, new);
}

/* What a HOTDESK row says of the desks, before it is rewritten itself. */
static void take_seat(struct rewrite *r, const struct event *ev)
{
	struct slice partition = ev->f[F_PARTITION];
	struct slice agent = lasting(r, partition, ev->f[F_AGENT]);
	struct slice data1 = lasting(r, partition, ev->f[F_DATA1]);
	bool changed = false;

	if (r->local_to_agent) {
		agent = channel_local_to_agent(agent, &r->text[0]);
		data1 = channel_local_to_agent(data1, &r->text[1]);
	}
	if (!hotdesk_row(&r->desks, partition, agent, data1, &changed))
		r->failed = true;
	r->era += changed;
}

static void rewrite_agent(struct rewrite *r, struct event *ev)
{
	switch (ev->verb) {
	case VERB_HOTDESK:
		if (r->hotdesk)
			take_seat(r, ev);
		rewrite_field(r, ev, F_DATA1, HOTDESK_DATA1);
		rewrite_field(r, ev, F_AGENT, HOTDESK_AGENT);
		return;
	case VERB_AGENTLOGIN:
	case VERB_AGENTLOGOFF:
	case VERB_AGENTCALLBACKLOGIN:
	case VERB_AGENTCALLBACKLOGOFF:
		rewrite_field(r, ev, F_AGENT, r->login_to_agent ? LOGIN : AGENT);
		return;
	default:
		rewrite_field(r, ev, F_AGENT, AGENT);
	}
}

static void rewrite_queue(struct rewrite *r, struct event *ev)
{
	struct slice new = renames_find(&r->queues, ev->f[F_QUEUE]);

	if (!new.p || slice_eq(new, ev->f[F_QUEUE]))
		return;
	event_change(ev, F_QUEUE, new);
	r->changed = true;
}

static bool move(struct rewrite *r, struct event *ev)
{
	uint32_t id = names_find(&r->shifted, ev->f[F_PARTITION]);
	int64_t time;

	if (id == NAMES_NONE || r->shift[id] == 0)
		return true;
	time = ev->time + r->shift[id];
	if (time < EVENT_TIME_MIN || time > EVENT_TIME_MAX) {
		if (!verb_of_stream(ev->verb))
			return false;
		time = time < EVENT_TIME_MIN ? EVENT_TIME_MIN : EVENT_TIME_MAX;
	}
	event_move(ev, time, r->time);
	r->changed = true;
	return true;
}

static bool prepare(struct rewrite *r)
{
	r->lately = calloc(LATELY + 1, sizeof(*r->lately));
	r->renaming = renames_agents(r);
	r->only_agents = r->lately && !r->queues.old.n && !r->shifted.n;
	r->failed |= !r->lately;
	return r->lately;
}

APART static bool rewrite_more(struct rewrite *r, struct event *ev)
{
	if (!r->lately && !prepare(r))
		return true;
	if (!verb_of_stream(ev->verb)) {
		if (r->renaming)
			rewrite_agent(r, ev);
		if (r->queues.old.n)
			rewrite_queue(r, ev);
	}
	return !r->shifted.n || move(r, ev);
}

bool rewrite_event(struct rewrite *r, struct event *ev)
{
	r->changed = false;
	/* nobody's, as most of a log's lines are */
	if (r->only_agents && !channel_is_name(ev->f[F_AGENT]) && ev->verb != VERB_HOTDESK)
		return true;
	return rewrite_more(r, ev);
}

void rewrite_free(struct rewrite *r)
{
	renames_free(&r->agents);
	renames_free(&r->queues);
	names_free(&r->shifted);
	free(r->shift);
	hotdesk_free(&r->desks);
	map_free(&r->map);
	free(r->known);
	free(r->lately);
	names_free(&r->names);
	buf_free(&r->text[0]);
	buf_free(&r->text[1]);
	*r = (struct rewrite){ 0 };
}
