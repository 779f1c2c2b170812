/* Agents as they are at this moment, for those who look while the input goes on. */
#include "fold/agent_state.h"

/* Is the agent on at a place by one of these? A static member is where a login says so. */
static bool on_there(const struct place *p, const struct slot *s)
{
	return p->said.on && (s->state == SLOT_OPEN || s->queue != NAME_NONE);
}

static bool add_slot(struct agents *a, const struct place *p, const struct slot *s, size_t n)
{
	const struct rows *r = &a->rows;

	if (!array_need(&a->look, &a->lookcap, n + 1, sizeof(*a->look)))
		return false;
	a->look[n] = (struct agent_slot){
		.partition = rows_text(r, a->partition[p->partition].name),
		.queue = rows_text(r, s->queue),
		.on = on_there(p, s),
		.paused = s->pause.on,
		.since = s->state == SLOT_OPEN ? s->member.start : WHEN_MIN,
		.paused_since = s->pause.start,
		.reason = rows_text(r, s->pause.on ? s->pause.reason : NAME_EMPTY)
	};
	return true;
}

/* What the places say together: as the tape's look, but of what was said last. */
static bool look(struct agents *a, const struct agent *ag, struct agent_now *now)
{
	unsigned long long turn = 0;
	bool any = false;

	now->paused = true;
	now->since = now->paused_since = WHEN_MIN;
	for (uint32_t n = ag->places; n != ID_NONE; n = a->place[n].next) {
		const struct place *p = &a->place[n];

		now->on |= p->said.on;
		if (p->said.any) {
			any = true;
			now->paused &= p->said.paused;
		}
		if (p->said.paused && p->said.turn > turn) {
			turn = p->said.turn;
			now->reason = rows_text(&a->rows, p->said.reason);
		}
		for (uint32_t k = p->slots; k != ID_NONE; k = a->slot[k].next) {
			const struct slot *s = &a->slot[k];

			if (s->state == SLOT_CLOSED)
				continue;
			if (!add_slot(a, p, s, now->slots++))
				return false;
			if (s->state == SLOT_OPEN && p->said.on &&
			    (now->since == WHEN_MIN || s->member.start < now->since))
				now->since = s->member.start;
			if (s->pause.on && s->pause.start > now->paused_since)
				now->paused_since = s->pause.start;
		}
	}
	now->paused &= any;
	return true;
}

int agents_now(struct agents *a, void (*take)(void *, const struct agent_now *), void *arg)
{
	for (size_t i = 0; i < a->agents; i++) {
		const struct agent *ag = &a->agent[i];
		struct agent_now now = { .agent = rows_text(&a->rows, ag->name),
					 .reason = rows_text(&a->rows, NAME_EMPTY) };

		if (!look(a, ag, &now))
			return -1;
		if (!now.slots)
			continue;
		/* what waits on the tape is not yet in these */
		if (ag->session.on)
			now.since = ag->session.start;
		if (ag->pause.on && !ag->taped)
			now.paused_since = ag->pause.start;
		if (!now.paused)
			now.reason = rows_text(&a->rows, NAME_EMPTY);
		now.slot = a->look;
		take(arg, &now);
	}
	return 0;
}
