#include "fold/agent_state.h"

#include <stdlib.h>

#include "fold/logged.h"

/* An event this much earlier than the latest counts as of the latest: threads write their lines
 * in any order. A larger step back is a clock that was set, and is believed. */
static const int64_t jitter = 2 * WHEN_SECOND;

struct agents *agents_new(const struct agents_options *o,
			  void (*interval)(void *, const struct interval *), void *arg,
			  struct diag *d)
{
	struct agents *a = calloc(1, sizeof(*a));

	if (!a || !rows_init(&a->rows, o->from, o->to, interval, arg)) {
		diag_fail(d, "agents: out of memory");
		agents_free(a);
		return NULL;
	}
	a->o = o;
	a->clock = a->greatest = WHEN_MIN;
	if (agents_setup(a, d) < 0) {
		agents_free(a);
		return NULL;
	}
	return a;
}

void agents_free(struct agents *a)
{
	if (!a)
		return;
	rows_free(&a->rows);
	free(a->bearer);
	map_free(&a->place_map);
	map_free(&a->slot_map);
	for (size_t i = 0; i < a->agents; i++) {
		free(a->agent[i].tape);
		free(a->agent[i].kept.row);
	}
	free(a->partition);
	free(a->agent);
	free(a->place);
	free(a->slot);
	free(a->roster);
	free(a->look);
	buf_free(&a->text);
	free(a);
}

/* The reason is the whole data, '|' included. */
static uint32_t reason_of(struct agents *a, const struct event *ev)
{
	int last = F_DATA5;

	while (last > F_DATA1 && !ev->f[last].n)
		last--;
	if (last == F_DATA1)
		return rows_near(&a->rows, ev->f[F_DATA1]);
	a->text.n = 0;
	for (int f = F_DATA1; f <= last; f++) {
		if (f > F_DATA1)
			buf_byte(&a->text, '|');
		buf_slice(&a->text, ev->f[f]);
	}
	a->rows.failed |= a->text.failed;
	return rows_name(&a->rows, buf_all(&a->text));
}

static uint32_t queue_of(struct agents *a, const struct event *ev)
{
	return field_is_none(ev->f[F_QUEUE]) ? NAME_NONE : rows_near(&a->rows, ev->f[F_QUEUE]);
}

static void member_event(struct agents *a, struct change *c, const struct event *ev)
{
	uint32_t slot = slot_of(a, c->place, rows_near(&a->rows, ev->f[F_QUEUE]), true);

	if (slot == ID_NONE)
		return;
	if (ev->verb == VERB_REMOVEMEMBER)
		slot_leave(a, slot, c, -1);
	else
		slot_join(a, slot, c, slice_eq(ev->f[F_DATA1], SLICE("PAUSED")));
	agent_change(a, c);
}

static void login_event(struct agents *a, struct change *c, const struct event *ev)
{
	uint32_t slot = slot_of(a, c->place, NAME_NONE, true);
	long long seconds = logged_number(ev->f[F_DATA2]);

	if (slot == ID_NONE)
		return;
	if (ev->verb == VERB_AGENTLOGIN || ev->verb == VERB_AGENTCALLBACKLOGIN)
		slot_join(a, slot, c, false);
	else
		slot_leave(a, slot, c, seconds < 0 ? -1 : logged_before(c->t, seconds));
	a->place[c->place].decided = true;
	agent_change(a, c);
}

static void pause_event(struct agents *a, struct change *c, const struct event *ev)
{
	uint32_t queue = queue_of(a, ev), slot;
	bool pause = ev->verb == VERB_PAUSE;

	if (queue == NAME_NONE)
		return;
	slot = slot_of(a, c->place, queue, pause);
	if (slot == ID_NONE)
		return;
	if (pause && a->slot[slot].state == SLOT_CLOSED) {
		if (!a->slot[slot].unknown && !a->slot[slot].known)
			slot_odd(a, slot, AGENT_UNKNOWN);
		a->slot[slot].unknown = true;
		slot_static(a, slot);
	}
	if (pause)
		slot_pause(a, slot, c, reason_of(a, ev));
	else
		slot_unpause(a, slot, c);
	agent_change(a, c);
}

static void pauseall_event(struct agents *a, struct change *c, const struct event *ev)
{
	bool pause = ev->verb == VERB_PAUSEALL;
	uint32_t reason = pause ? reason_of(a, ev) : NAME_EMPTY, slot;
	unsigned left;

	if (pause && !a->place[c->place].here) {
		slot = slot_of(a, c->place, NAME_NONE, true);
		if (slot != ID_NONE)
			slot_static(a, slot);
	}
	/* those that exist are mostly the latest: of those that are closed few are looked at */
	left = a->place[c->place].here;
	for (slot = a->place[c->place].slots; left; slot = a->slot[slot].next) {
		if (a->slot[slot].state == SLOT_CLOSED)
			continue;
		left--;
		if (pause)
			slot_pause(a, slot, c, reason);
		else
			slot_unpause(a, slot, c);
	}
	agent_change(a, c);
}

static void reason_event(struct agents *a, struct change *c, const struct event *ev)
{
	uint32_t queue = queue_of(a, ev), reason = reason_of(a, ev), slot;

	if (queue != NAME_NONE) {
		slot = slot_of(a, c->place, queue, false);
		if (slot != ID_NONE)
			slot_rename(a, slot, c, reason);
	} else {
		for (slot = a->place[c->place].slots; slot != ID_NONE; slot = a->slot[slot].next)
			slot_rename(a, slot, c, reason);
	}
	agent_change(a, c);
}

/* An interval of a partition and a queue, out of an event or a visit. */
static void put(struct agents *a, enum interval_kind kind, struct slice agent,
		struct slice partition, struct slice queue, struct interval i)
{
	struct rows *r = &a->rows;

	i.kind = kind;
	i.agent = rows_text(r, rows_near(r, agent));
	i.partition = rows_text(r, rows_near(r, partition));
	i.queue = rows_text(r, rows_near(r, queue));
	i.reason = rows_text(r, NAME_EMPTY);
	i.ended = i.ended.n ? rows_text(r, rows_name(r, i.ended)) : rows_text(r, NAME_EMPTY);
	rows_put(r, i);
}

/* An attempt that the agent did not take. */
static void missed_event(struct agents *a, const struct event *ev)
{
	struct interval i = { .end = ev->time, .missed = true };
	long long ms = ev->verb == VERB_AGENTDUMP ? 0 : logged_number(ev->f[F_DATA1]);

	if (field_is_none(ev->f[F_AGENT]))
		return;
	i.start = logged_before(i.end, ms < 0 ? 0 : ms / 1000);
	i.ended = rows_text(&a->rows, agents_verb(a, ev->verb));
	put(a, INTERVAL_RING, ev->f[F_AGENT], ev->f[F_PARTITION], ev->f[F_QUEUE], i);
}

static void wrapup_event(struct agents *a, const struct event *ev)
{
	struct interval i = { .start = ev->time };
	long long seconds = logged_number(ev->f[F_DATA1]);

	if (field_is_none(ev->f[F_AGENT]) || seconds < 0)
		return;
	i.end = i.start + seconds * WHEN_SECOND;
	put(a, INTERVAL_WRAP, ev->f[F_AGENT], ev->f[F_PARTITION], ev->f[F_QUEUE], i);
}

static void agent_event(struct agents *a, uint32_t partition, const struct event *ev)
{
	struct change c = { .t = a->clock, .what = agents_verb(a, ev->verb) };

	if (field_is_none(ev->f[F_AGENT]))
		return;
	c.place = place_of(a, ev->f[F_AGENT], partition);
	if (c.place == ID_NONE)
		return;
	switch (ev->verb) {
	case VERB_ADDMEMBER:
	case VERB_REMOVEMEMBER:
		member_event(a, &c, ev);
		break;
	case VERB_PAUSE:
	case VERB_UNPAUSE:
		pause_event(a, &c, ev);
		break;
	case VERB_PAUSEALL:
	case VERB_UNPAUSEALL:
		pauseall_event(a, &c, ev);
		break;
	case VERB_PAUSEREASON:
		reason_event(a, &c, ev);
		break;
	default:
		login_event(a, &c, ev);
	}
}

bool agents_listen(const struct event *ev)
{
	switch (ev->verb) {
	case VERB_QUEUESTART:
		return true;
	case VERB_RINGNOANSWER:
	case VERB_RINGCANCELED:
	case VERB_AGENTDUMP:
		return !field_is_none(ev->f[F_AGENT]);
	default:
		return verb_class(ev->verb) == CLASS_AGENT && !field_is_none(ev->f[F_AGENT]);
	}
}

static void server_event(struct agents *a, uint32_t partition, const struct event *ev)
{
	switch (ev->verb) {
	case VERB_RINGNOANSWER:
	case VERB_RINGCANCELED:
	case VERB_AGENTDUMP:
		missed_event(a, ev);
		break;
	case VERB_WRAPUPSTART:
		wrapup_event(a, ev);
		break;
	case VERB_ADDMEMBER:
	case VERB_REMOVEMEMBER:
	case VERB_AGENTLOGIN:
	case VERB_AGENTLOGOFF:
	case VERB_AGENTCALLBACKLOGIN:
	case VERB_AGENTCALLBACKLOGOFF:
	case VERB_PAUSE:
	case VERB_UNPAUSE:
	case VERB_PAUSEALL:
	case VERB_UNPAUSEALL:
	case VERB_PAUSEREASON:
		agent_event(a, partition, ev);
		break;
	default:
		break;
	}
}

/* What was held for a second is certain when the clock leaves it. */
static void leave_second(struct agents *a, int64_t t)
{
	if (a->clock != WHEN_MIN && t / WHEN_SECOND != a->clock / WHEN_SECOND)
		rows_settle(&a->rows);
}

static void clock_to(struct agents *a, int64_t t)
{
	leave_second(a, t);
	a->clock = t;
}

static void roster_until(struct agents *a, int64_t t)
{
	if (!a->begun)
		roster_begin(a, t);
	for (; a->rostered < a->rosters && a->roster[a->rostered].time <= t; a->rostered++) {
		const struct roster *r = &a->roster[a->rostered];
		struct change c = { .t = r->time, .place = r->place, .what = NAME_ROSTER };

		if (c.t > a->clock)
			clock_to(a, c.t);
		slot_roster(a, r, &c);
		agent_change(a, &c);
	}
}

/* An event that its server logged. */
static void logged(struct agents *a, const struct event *ev)
{
	uint32_t partition = partition_of(a, ev->f[F_PARTITION]);
	struct partition *p;

	if (partition == ID_NONE)
		return;
	p = &a->partition[partition];
	if (p->first == WHEN_MIN)
		p->first = a->clock;
	if (ev->verb == VERB_QUEUESTART)
		partition_restart(a, partition);
	p->event = a->event;
	p->second = a->rows.second;
	p->last = a->clock;
	partition_speaks(a, partition);
	server_event(a, partition, ev);
}

/* What the clock will be at an event. */
static int64_t clock_at(const struct agents *a, const struct event *ev)
{
	/* what the stream itself says is no clock that was set: SOURCEDOWN may have time 0 */
	if (a->clock != WHEN_MIN && ev->time < a->clock &&
	    (ev->time >= a->clock - jitter || verb_of_stream(ev->verb)))
		return a->clock;
	return ev->time;
}

int agents_until(struct agents *a, const struct event *ev)
{
	leave_second(a, clock_at(a, ev));
	if (a->rows.readies)
		rows_give(&a->rows);
	return a->rows.failed ? -1 : 0;
}

int agents_feed(struct agents *a, const struct event *ev)
{
	int64_t t = clock_at(a, ev);

	if (ev->time > a->greatest)
		a->greatest = ev->time;
	a->event++;
	/* who was down from the beginning says so at time 0, when nothing had begun */
	if (a->rostered < a->rosters &&
	    (a->begun || (ev->verb != VERB_SOURCEDOWN && ev->verb != VERB_SOURCEUP)))
		roster_until(a, t);
	clock_to(a, t);
	if (!verb_is_clock(ev->verb))
		logged(a, ev);
	if (a->rows.readies)
		rows_give(&a->rows);
	return a->rows.failed ? -1 : 0;
}

int agents_connect(struct agents *a, const struct visit *v)
{
	struct interval i = { .end = v->connect, .outbound = v->outbound };

	if (v->ring < 0 || field_is_none(v->agent))
		return 0;
	i.start = logged_before(i.end, v->ring);
	i.ended = rows_text(&a->rows, agents_verb(a, VERB_CONNECT));
	put(a, INTERVAL_RING, v->agent, v->partition, v->queue, i);
	return a->rows.failed ? -1 : 0;
}

static void wrapup_of(struct agents *a, const struct visit *v)
{
	struct interval i = { .start = v->end, .outbound = v->outbound };
	long long seconds = wrapups_of(&a->o->wrapups, v->queue);

	if (seconds < 0 || v->unfinished)
		return;
	i.end = i.start + seconds * WHEN_SECOND;
	put(a, INTERVAL_WRAP, v->agent, v->partition, v->queue, i);
}

static void call_taken_by(struct agents *a, struct agent *ag, const struct visit *v)
{
	if (ag->calls++)
		return;
	ag->first_call = v->end;
	ag->call_partition = rows_near(&a->rows, v->partition);
	ag->call_queue = rows_near(&a->rows, v->queue);
}

int agents_visit(struct agents *a, const struct visit *v)
{
	struct interval i = { .end = v->end, .unfinished = v->unfinished, .outbound = v->outbound };
	uint32_t agent;

	if (v->outcome != OUTCOME_ANSWERED || field_is_none(v->agent))
		return 0;
	if (v->talk >= 0) {
		i.start = logged_before(i.end, v->talk);
		i.ended = visit_ended_verb(v);
		put(a, INTERVAL_TALK, v->agent, v->partition, v->queue, i);
		wrapup_of(a, v);
	}
	agent = agent_of(a, v->agent);
	if (agent != ID_NONE && !v->outbound)
		call_taken_by(a, &a->agent[agent], v);
	return a->rows.failed ? -1 : 0;
}

static void never_on(const struct agents *a)
{
	for (size_t i = 0; a->o->remark && i < a->agents; i++) {
		const struct agent *ag = &a->agent[i];
		const struct agent_remark r = {
			.odd = AGENT_NEVER_ON, .time = ag->first_call, .calls = ag->calls,
			.partition = rows_text(&a->rows, ag->call_partition),
			.queue = rows_text(&a->rows, ag->call_queue),
			.agent = rows_text(&a->rows, ag->name)
		};

		if (ag->calls && !ag->sessions)
			a->o->remark(a->o->remark_arg, &r);
	}
}

int agents_finish(struct agents *a)
{
	int64_t until = a->o->until == WHEN_MIN ? a->greatest : a->o->until;

	if (until != WHEN_MIN) {
		if (a->rostered < a->rosters)
			roster_until(a, until);
		for (uint32_t n = 0; n < a->agents; n++)
			agent_finish(a, n, until);
	}
	rows_settle(&a->rows);
	rows_give(&a->rows);
	never_on(a);
	return a->rows.failed ? -1 : 0;
}
