/* What an agent's slots mean together: the session, and the pause. */
#include "fold/agent_state.h"

/* The slots of an agent, seen together. */
struct look {
	bool on, roster;      /* any that says so; any of the roster among these */
	int64_t opened;       /* the first of these to open */
	uint32_t on_set;
	bool any, paused;     /* any that counts for pauses; all of these paused */
	int64_t since;        /* the last of these to be */
	uint32_t reason, pause_set;
	unsigned long long turn;
};

bool slot_counts(const struct agents *a, const struct slot *s)
{
	return s->queue == NAME_NONE || !a->o->login_decides || !a->place[s->place].decided;
}

static void look_slot(struct agents *a, const struct slot *s, struct look *l)
{
	const struct place *p = &a->place[s->place];
	uint32_t partition = a->partition[p->partition].name;

	if (s->state == SLOT_OPEN && slot_counts(a, s)) {
		if (!l->on || s->member.start < l->opened)
			l->opened = s->member.start;
		l->on = true;
		l->roster |= s->member.roster;
		l->on_set = rows_union(&a->rows, l->on_set, partition);
	}
	if (s->queue == NAME_NONE && p->queues)
		return;
	l->any = true;
	l->paused &= s->pause.on;
	if (!s->pause.on)
		return;
	l->pause_set = rows_union(&a->rows, l->pause_set, partition);
	if (s->pause.start > l->since)
		l->since = s->pause.start;
	if (s->turn > l->turn) {
		l->turn = s->turn;
		l->reason = s->pause.reason;
	}
}

static struct look look_at(struct agents *a, const struct agent *ag)
{
	struct look l = { .paused = true, .since = WHEN_MIN };
	uint32_t place, slot;

	for (place = ag->places; place != ID_NONE; place = a->place[place].next)
		for (slot = a->place[place].slots; slot != ID_NONE; slot = a->slot[slot].next)
			if (a->slot[slot].state != SLOT_CLOSED)
				look_slot(a, &a->slot[slot], &l);
	l.paused &= l.any;
	return l;
}

static void agent_row(struct agents *a, struct agent *ag, enum interval_kind kind, int64_t end,
		      uint32_t ended)
{
	const struct spell *l = kind == INTERVAL_SESSION ? &ag->session : &ag->pause;
	const struct rows *r = &a->rows;
	struct interval i = {
		.kind = kind, .agent = rows_text(r, ag->name), .partition = rows_text(r, l->set),
		.queue = rows_text(r, NAME_EMPTY), .start = l->start,
		.end = end > l->start ? end : l->start, .reason = rows_text(r, l->reason),
		.ended = rows_text(r, ended), .rebuilt = l->rebuilt, .roster = l->roster,
		.unfinished = ended == NAME_EMPTY
	};

	rows_hold(&a->rows, &ag->held, &i, l, NAME_EMPTY, a->clock);
}

static void session_begin(struct agents *a, struct agent *ag, int64_t start)
{
	struct spell none = { 0 };

	if (!rows_take(&a->rows, &ag->held, INTERVAL_SESSION, &none, NAME_EMPTY, start,
		       &ag->session))
		ag->session = (struct spell){ .start = start, .before = ag->before };
	ag->session.on = ag->sessions = true;
}

static void session_end(struct agents *a, struct agent *ag, int64_t end, uint32_t ended)
{
	agent_row(a, ag, INTERVAL_SESSION, end, ended);
	ag->session.on = false;
	ag->before = end > ag->session.start ? end : ag->session.start;
}

static void session_settle(struct agents *a, struct agent *ag, const struct look *l, struct at at)
{
	if (ag->session.on && !l->on)
		session_end(a, ag, at.t, at.what);
	else if (!ag->session.on && l->on)
		session_begin(a, ag, at.t);
	if (ag->session.on) {
		ag->session.set = rows_union(&a->rows, ag->session.set, l->on_set);
		ag->session.roster |= l->roster;
	}
}

static void pause_settle(struct agents *a, struct agent *ag, const struct look *l, struct at at,
			 int64_t start)
{
	struct spell like = { .on = true, .reason = l->reason, .start = start };

	if (ag->pause.on && (!l->paused || ag->pause.reason != l->reason)) {
		agent_row(a, ag, INTERVAL_PAUSE, at.t, at.what);
		ag->pause.on = false;
	}
	if (!l->paused)
		return;
	if (!ag->pause.on && !rows_take(&a->rows, &ag->held, INTERVAL_PAUSE, &like, NAME_EMPTY,
					start, &ag->pause))
		ag->pause = like;
	ag->pause.on = true;
	ag->pause.set = rows_union(&a->rows, ag->pause.set, l->pause_set);
}

void agent_settle(struct agents *a, struct at at)
{
	struct agent *ag = &a->agent[a->place[at.place].agent];
	struct look l = look_at(a, ag);

	session_settle(a, ag, &l, at);
	pause_settle(a, ag, &l, at, at.t);
}

/*
 * The place's slots ended in the past. Where others are left that all opened later than any of
 * the agent's closed, the agent was off in between.
 */
void agent_settle_back(struct agents *a, struct at at)
{
	struct agent *ag = &a->agent[a->place[at.place].agent];
	struct look l = look_at(a, ag);

	if (ag->session.on && l.on && l.opened > ag->gone) {
		session_end(a, ag, ag->gone, at.what);
		session_begin(a, ag, l.opened);
	}
	if (!l.any)
		at.t = ag->gone;
	pause_settle(a, ag, &l, at, at.t > l.since ? at.t : l.since);
	at.t = ag->gone;
	session_settle(a, ag, &l, at);
}

void agent_extend(struct agents *a, struct at at, int64_t since, bool rebuilt)
{
	const struct place *p = &a->place[at.place];
	struct agent *ag = &a->agent[p->agent];
	struct spell *s = &ag->session;
	bool anew = !s->on;

	if (anew)
		session_begin(a, ag, at.t);
	if (since < s->before)
		since = s->before;
	if (since < s->start || (anew && s->start == at.t)) {
		s->start = since < s->start ? since : s->start;
		s->rebuilt |= rebuilt;
	}
	s->set = rows_union(&a->rows, s->set, a->partition[p->partition].name);
}

void agent_rename(struct agents *a, struct at at)
{
	struct agent *ag = &a->agent[a->place[at.place].agent];
	struct look l = look_at(a, ag);
	struct spell like = ag->pause;

	if (!ag->pause.on || like.reason == l.reason)
		return;
	like.reason = l.reason;
	ag->pause.reason = l.reason;
	rows_take(&a->rows, &ag->held, INTERVAL_PAUSE, &like, NAME_EMPTY, like.start, &ag->pause);
}

void agent_finish(struct agents *a, uint32_t agent, int64_t until)
{
	struct agent *ag = &a->agent[agent];
	struct at at = { .t = until, .what = NAME_EMPTY };
	uint32_t place, slot;

	for (place = ag->places; place != ID_NONE; place = a->place[place].next)
		for (slot = a->place[place].slots; slot != ID_NONE; slot = a->slot[slot].next) {
			if (a->slot[slot].state == SLOT_OPEN)
				slot_row(a, &a->slot[slot], INTERVAL_MEMBER, at);
			if (a->slot[slot].pause.on)
				slot_row(a, &a->slot[slot], INTERVAL_QPAUSE, at);
		}
	if (ag->session.on)
		agent_row(a, ag, INTERVAL_SESSION, until, NAME_EMPTY);
	if (ag->pause.on)
		agent_row(a, ag, INTERVAL_PAUSE, until, NAME_EMPTY);
}
