/* Agents on the board: where they are on, what they do, since when. */
#include "report/board_own.h"

static bool slot_asked(const struct board *b, struct slice partition, struct slice queue)
{
	return board_asked(&b->o->partition, partition) && board_asked(&b->o->queue, queue);
}

/* What an agent counts for: on, and ready, paused, busy. */
static void count_agent(long long *value, bool paused, bool busy)
{
	value[BOARD_ON]++;
	value[BOARD_PAUSED] += paused;
	value[BOARD_BUSY] += busy;
	value[BOARD_READY] += !paused && !busy;
}

static void state_of(const struct board *b, const struct person *p, const struct agent_now *n,
		     struct board_agent *a)
{
	if (p->talks == b->look) {
		a->state = BOARD_TALKING;
		a->since = p->connect;
	} else if (n->paused) {
		a->state = BOARD_IN_PAUSE;
		a->since = n->paused_since;
		a->reason = n->reason;
	} else if (p->wrap_until > b->now) {
		a->state = BOARD_WRAPUP;
		a->since = p->last >= 0 ? p->last : WHEN_MIN;
	} else {
		a->state = BOARD_FREE;
		a->since = n->since > p->busy_until ? n->since : p->busy_until;
	}
}

static struct board_agent *add_agent(struct board *b, struct slice agent, struct person *p)
{
	struct board_agent *a;

	if (!array_need(&b->agent, &b->agentcap, b->agents + 1, sizeof(*b->agent)) ||
	    !array_need(&b->first_slot, &b->firstcap, b->agents + 1, sizeof(*b->first_slot))) {
		b->failed = true;
		return NULL;
	}
	p->shown = b->look;
	b->first_slot[b->agents] = b->slots;
	a = b->agent + b->agents++;
	*a = (struct board_agent){ .agent = agent, .last = p->last };
	if (p->last >= 0)
		a->last_queue = names_text(&b->name, p->last_queue);
	return a;
}

/* By queue, then partition. */
static bool before(const struct board_slot *a, const struct board_slot *b)
{
	int c = slice_cmp(a->queue, b->queue);

	return c < 0 || (c == 0 && slice_cmp(a->partition, b->partition) < 0);
}

static void add_slot(struct board *b, struct board_agent *a, struct board_slot s)
{
	size_t at = b->slots;

	if (!array_need(&b->slot, &b->slotcap, b->slots + 1, sizeof(*b->slot))) {
		b->failed = true;
		return;
	}
	for (; at > b->slots - a->slots && before(&s, b->slot + at - 1); at--)
		b->slot[at] = b->slot[at - 1];
	b->slot[at] = s;
	b->slots++;
	a->slots++;
}

/* In each queue once: paused there while all slots of that queue are. */
static void count_queues(struct board *b, size_t first, bool busy)
{
	size_t i = first, end;

	for (; i < b->slots; i = end) {
		struct slice queue = b->slot[i].queue;
		bool paused = true, asked = false;
		long long *value;

		for (end = i; end < b->slots && slice_eq(b->slot[end].queue, queue); end++) {
			if (!slot_asked(b, b->slot[end].partition, queue))
				continue;
			asked = true;
			paused &= b->slot[end].paused;
		}
		value = asked && !field_is_none(queue) ? board_row(b, queue) : NULL;
		if (value)
			count_agent(value, paused, busy);
	}
}

/* Is the agent on at a slot that is shown? */
static bool is_shown(const struct board *b, const struct agent_now *n)
{
	if (!n->on || !board_asked(&b->o->agent, n->agent))
		return false;
	for (size_t i = 0; i < n->slots; i++)
		if (n->slot[i].on && slot_asked(b, n->slot[i].partition, n->slot[i].queue))
			return true;
	return false;
}

void board_on_agent(void *arg, const struct agent_now *n)
{
	struct board *b = arg;
	struct person *p = is_shown(b, n) ? board_person(b, n->agent) : NULL;
	struct board_agent *a = p ? add_agent(b, n->agent, p) : NULL;
	size_t first = b->slots;
	bool busy;

	if (!a)
		return;
	busy = p->talks == b->look || p->wrap_until > b->now;
	a->on = true;
	state_of(b, p, n, a);
	for (size_t i = 0; i < n->slots; i++)
		if (n->slot[i].on)
			add_slot(b, a, (struct board_slot){ n->slot[i].partition,
							    n->slot[i].queue, n->slot[i].paused });
	count_queues(b, first, busy);
	count_agent(b->total, n->paused, busy);
}

void board_unseen(struct board *b)
{
	for (size_t i = 0; i < b->calls; i++) {
		const struct board_call *c = b->call + i;
		struct person *p = c->agent.n ? board_person(b, c->agent) : NULL;
		struct board_agent *a;

		if (!p || p->shown == b->look)
			continue;
		a = add_agent(b, c->agent, p);
		if (!a)
			return;
		a->state = BOARD_TALKING;
		a->since = p->connect;
		add_slot(b, a, (struct board_slot){ c->partition, c->queue, false });
	}
}
