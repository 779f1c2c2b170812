#include "fold/agent_state.h"

#include "base/hash.h"

static uint32_t lost(struct agents *a)
{
	a->rows.failed = true;
	return ID_NONE;
}

/* Of a name: which partition, which agent bears it. NULL: out of memory. */
static struct bearer *bearer_of(struct agents *a, uint32_t name)
{
	size_t had = a->bearercap;

	if (name >= had) {
		if (!array_need(&a->bearer, &a->bearercap, name + (size_t)1, sizeof(*a->bearer)))
			return NULL;
		for (; had < a->bearercap; had++)
			a->bearer[had] = (struct bearer){ ID_NONE, ID_NONE };
	}
	return &a->bearer[name];
}

uint32_t partition_of(struct agents *a, struct slice name)
{
	uint32_t key = rows_near(&a->rows, name), id = (uint32_t)a->partitions;
	struct bearer *b = bearer_of(a, key);

	if (b && b->partition != ID_NONE)
		return b->partition;
	if (!b || !array_need(&a->partition, &a->partitioncap, id + (size_t)1, sizeof(*a->partition)))
		return lost(a);
	a->partition[id] = (struct partition){
		.name = key, .places = ID_NONE, .waiting = ID_NONE, .first = WHEN_MIN,
		.last = WHEN_MIN, .mortal = names_find(&a->o->no_persistent, name) != NAMES_NONE
	};
	a->partitions++;
	return b->partition = id;
}

uint32_t agent_of(struct agents *a, struct slice name)
{
	uint32_t key = rows_near(&a->rows, name), id = (uint32_t)a->agents;
	struct bearer *b = bearer_of(a, key);

	if (b && b->agent != ID_NONE)
		return b->agent;
	if (!b || !array_need(&a->agent, &a->agentcap, id + (size_t)1, sizeof(*a->agent)))
		return lost(a);
	a->agent[id] = (struct agent){
		.name = key, .places = ID_NONE, .before = WHEN_MIN
	};
	a->agents++;
	return b->agent = id;
}

uint32_t place_of(struct agents *a, struct slice name, uint32_t partition)
{
	uint32_t agent = agent_of(a, name), id;
	uint64_t h = hash_mix(hash_seed(), (uint64_t)agent << 32 | partition);

	if (agent == ID_NONE)
		return ID_NONE;
	MAP_EACH (&a->place_map, i, h, id)
		if (a->place[id].agent == agent && a->place[id].partition == partition)
			return id;
	id = (uint32_t)a->places;
	if (!array_need(&a->place, &a->placecap, id + 1, sizeof(*a->place)) ||
	    !map_add(&a->place_map, h, id))
		return lost(a);
	a->place[id] = (struct place){
		.agent = agent, .partition = partition, .slots = ID_NONE, .login = ID_NONE,
		.paused_last = ID_NONE,
		.next = a->agent[agent].places, .sibling = a->partition[partition].places
	};
	a->agent[agent].places = a->partition[partition].places = id;
	a->places++;
	return id;
}

uint32_t slot_of(struct agents *a, uint32_t place, uint32_t queue, bool make)
{
	uint64_t h = hash_mix(hash_seed(), (uint64_t)place << 32 | queue);
	uint32_t id;

	MAP_EACH (&a->slot_map, i, h, id)
		if (a->slot[id].place == place && a->slot[id].queue == queue)
			return id;
	if (!make)
		return ID_NONE;
	id = (uint32_t)a->slots;
	if (!array_need(&a->slot, &a->slotcap, id + 1, sizeof(*a->slot)) ||
	    !map_add(&a->slot_map, h, id))
		return lost(a);
	a->slot[id] = (struct slot){
		.place = place, .queue = queue, .closed = WHEN_MIN, .next = a->place[place].slots
	};
	a->place[place].slots = id;
	if (queue == NAME_NONE)
		a->place[place].login = id;
	a->slots++;
	return id;
}

uint32_t agents_verb(struct agents *a, enum verb v)
{
	if (!a->verb[v]) {
		a->text.n = 0;
		buf_str(&a->text, verb_name(v));
		for (size_t i = 0; i < a->text.n; i++)
			if (a->text.p[i] >= 'A' && a->text.p[i] <= 'Z')
				a->text.p[i] = (unsigned char)(a->text.p[i] - 'A' + 'a');
		a->rows.failed |= a->text.failed;
		a->verb[v] = rows_name(&a->rows, buf_all(&a->text));
	}
	return a->verb[v];
}

static uint32_t partition_name(const struct agents *a, const struct slot *s)
{
	return a->partition[a->place[s->place].partition].name;
}

/* Its row of that kind, at c->t by c->what (NAME_EMPTY: it goes on). */
static void slot_row(struct agents *a, struct slot *s, enum interval_kind kind,
		     const struct change *c)
{
	const struct spell *l = kind == INTERVAL_MEMBER ? &s->member : &s->pause;
	const struct agent *ag = &a->agent[a->place[s->place].agent];
	const struct rows *r = &a->rows;
	struct interval i = {
		.kind = kind, .agent = rows_text(r, ag->name),
		.partition = rows_text(r, partition_name(a, s)), .queue = rows_text(r, s->queue),
		.start = l->start, .end = c->t > l->start ? c->t : l->start,
		.reason = rows_text(r, l->reason), .ended = rows_text(r, c->what),
		.rebuilt = l->rebuilt, .roster = l->roster, .unfinished = c->what == NAME_EMPTY
	};

	if (kind == INTERVAL_QPAUSE && !i.unfinished &&
	    i.end / WHEN_SECOND == a->clock / WHEN_SECOND)
		rows_hold(&a->rows, &s->held, &i, l);
	else
		rows_put(&a->rows, i);
}

/* One slot of a queue more, or less, that exists, that is open. */
static void count_slot(struct place *p, const struct slot *s, int by)
{
	p->here += (unsigned)by;
	if (s->queue == NAME_NONE)
		return;
	p->queues += (unsigned)by;
	if (s->state != SLOT_OPEN)
		return;
	p->open += (unsigned)by;
	if (s->member.roster)
		p->rostered += (unsigned)by;
}

/* An open slot is one of the roster. */
static void of_roster(struct agents *a, struct slot *s)
{
	if (!s->member.roster && s->queue != NAME_NONE)
		a->place[s->place].rostered++;
	s->member.roster = true;
}

/* Among the paused slots of queues of its place it comes last. */
static void paused_put(struct agents *a, struct slot *s)
{
	struct place *p = &a->place[s->place];
	uint32_t slot = (uint32_t)(s - a->slot);

	s->turn = ++a->turn;
	if (s->queue == NAME_NONE)
		return;
	s->paused_before = p->paused++ ? p->paused_last : ID_NONE;
	s->paused_behind = ID_NONE;
	if (s->paused_before != ID_NONE)
		a->slot[s->paused_before].paused_behind = slot;
	p->paused_last = slot;
}

static void paused_drop(struct agents *a, struct slot *s)
{
	struct place *p = &a->place[s->place];

	if (s->queue == NAME_NONE)
		return;
	if (s->paused_before != ID_NONE)
		a->slot[s->paused_before].paused_behind = s->paused_behind;
	if (s->paused_behind != ID_NONE)
		a->slot[s->paused_behind].paused_before = s->paused_before;
	else
		p->paused_last = s->paused_before;
	p->paused--;
}

static void slot_open(struct agents *a, struct slot *s, const struct change *c)
{
	struct place *p = &a->place[s->place];

	s->state = SLOT_OPEN;
	s->known = true;
	s->member = (struct spell){ .start = c->t };
	s->restarts = a->partition[p->partition].restarts;
	count_slot(p, s, 1);
}

/* An open or static slot ends. */
static void slot_shut(struct agents *a, struct slot *s, const struct change *c)
{
	struct place *p = &a->place[s->place];

	slot_unpause(a, (uint32_t)(s - a->slot), c);
	if (s->state == SLOT_OPEN) {
		slot_row(a, s, INTERVAL_MEMBER, c);
		s->closed = c->t;
	}
	count_slot(p, s, -1);
	s->state = SLOT_CLOSED;
}

void slot_odd(struct agents *a, uint32_t slot, enum agent_odd odd)
{
	const struct slot *s = &a->slot[slot];
	const struct agent_remark r = {
		.odd = odd, .time = a->clock,
		.partition = rows_text(&a->rows, partition_name(a, s)),
		.queue = rows_text(&a->rows, s->queue),
		.agent = rows_text(&a->rows, a->agent[a->place[s->place].agent].name)
	};

	if (a->o->remark)
		a->o->remark(a->o->remark_arg, &r);
}

/* Added again, and still on: after a restart that means that it had not outlived it. */
static void slot_again(struct agents *a, struct slot *s)
{
	struct place *p = &a->place[s->place];
	struct partition *part = &a->partition[p->partition];

	if (s->restarts != part->restarts && !s->member.roster) {
		a->agent[p->agent].again = part->again = true;
		slot_odd(a, (uint32_t)(s - a->slot), AGENT_AGAIN);
	}
	s->restarts = part->restarts;
}

void slot_join(struct agents *a, uint32_t slot, struct change *c, bool paused)
{
	struct slot *s = &a->slot[slot];

	if (s->state == SLOT_OPEN) {
		slot_again(a, s);
		return;
	}
	if (s->state == SLOT_STATIC)
		slot_shut(a, s, c);
	slot_open(a, s, c);
	if (paused)
		slot_pause(a, slot, c, NAME_EMPTY);
}

/* A closing of what was not seen to open. */
static void slot_rebuild(struct agents *a, struct slot *s, struct change *c, int64_t since)
{
	const struct place *p = &a->place[s->place];

	c->rebuilt = since < 0;
	if (c->rebuilt && s->known)
		return;
	if (c->rebuilt)
		since = a->partition[p->partition].first;
	if (since < s->closed)
		since = s->closed;
	if (since > c->t)
		since = c->t;
	s->member = (struct spell){ .start = since, .rebuilt = c->rebuilt };
	slot_row(a, s, INTERVAL_MEMBER, c);
	s->known = true;
	s->closed = c->t;
	c->extend = s->queue == NAME_NONE || !a->o->login_decides || !p->decided;
	c->since = since;
}

void slot_leave(struct agents *a, uint32_t slot, struct change *c, int64_t since)
{
	struct slot *s = &a->slot[slot];

	if (s->state == SLOT_OPEN) {
		slot_shut(a, s, c);
		return;
	}
	if (s->state == SLOT_STATIC)
		slot_shut(a, s, c);
	slot_rebuild(a, s, c, since);
}

void slot_static(struct agents *a, uint32_t slot)
{
	struct slot *s = &a->slot[slot];

	s->state = SLOT_STATIC;
	count_slot(&a->place[s->place], s, 1);
}

void slot_pause(struct agents *a, uint32_t slot, const struct change *c, uint32_t reason)
{
	struct slot *s = &a->slot[slot];

	if (s->pause.on && s->pause.reason == reason)
		return;
	slot_unpause(a, slot, c);
	if (!rows_take(&a->rows, &s->held, INTERVAL_QPAUSE, reason, c->t, &s->pause))
		s->pause = (struct spell){ .start = c->t, .reason = reason };
	s->pause.on = true;
	paused_put(a, s);
}

void slot_unpause(struct agents *a, uint32_t slot, const struct change *c)
{
	struct slot *s = &a->slot[slot];

	if (!s->pause.on)
		return;
	slot_row(a, s, INTERVAL_QPAUSE, c);
	paused_drop(a, s);
	s->pause.on = false;
}

void slot_rename(struct agents *a, uint32_t slot, struct change *c, uint32_t reason)
{
	struct slot *s = &a->slot[slot];

	if (!s->pause.on)
		return;
	c->rename = true;
	s->pause.reason = reason;
	paused_drop(a, s);
	paused_put(a, s);
	rows_take(&a->rows, &s->held, INTERVAL_QPAUSE, reason, s->pause.start, &s->pause);
}

void slot_roster(struct agents *a, const struct roster *r, struct change *c)
{
	uint32_t slot = slot_of(a, r->place, r->queue, true);
	struct slot *s;

	if (slot == ID_NONE)
		return;
	s = &a->slot[slot];
	s->rostered = r->open;
	if (r->open && s->state != SLOT_OPEN) {
		slot_join(a, slot, c, false);
		of_roster(a, s);
		s->member.rebuilt = c->extend = c->rebuilt = r->rebuilt;
		c->since = c->t;
	} else if (!r->open && s->state == SLOT_OPEN) {
		slot_shut(a, s, c);
	}
}

void slot_finish(struct agents *a, uint32_t slot, int64_t until)
{
	struct slot *s = &a->slot[slot];
	struct change c = { .t = until, .what = NAME_EMPTY };

	if (s->state == SLOT_OPEN)
		slot_row(a, s, INTERVAL_MEMBER, &c);
	if (s->pause.on)
		slot_row(a, s, INTERVAL_QPAUSE, &c);
}

/* All slots of the place end; those of the roster are there again when the server is. */
static void place_restart(struct agents *a, uint32_t place)
{
	struct change past = { .t = a->partition[a->place[place].partition].last,
			       .place = place, .what = NAME_RESTART };
	struct change now = { .t = a->clock, .place = place, .what = NAME_ROSTER };
	uint32_t slot;

	for (slot = a->place[place].slots; slot != ID_NONE; slot = a->slot[slot].next)
		if (a->slot[slot].state != SLOT_CLOSED)
			slot_shut(a, &a->slot[slot], &past);
	agent_change_back(a, &past);
	for (slot = a->place[place].slots; slot != ID_NONE; slot = a->slot[slot].next) {
		if (!a->slot[slot].rostered)
			continue;
		slot_open(a, &a->slot[slot], &now);
		of_roster(a, &a->slot[slot]);
	}
	agent_change(a, &now);
}

void partition_restart(struct agents *a, uint32_t partition)
{
	struct partition *p = &a->partition[partition];

	p->restarts++;
	if (p->last == WHEN_MIN || !p->mortal)
		return;
	for (uint32_t place = p->places; place != ID_NONE; place = a->place[place].sibling)
		if (a->place[place].here)
			place_restart(a, place);
}
