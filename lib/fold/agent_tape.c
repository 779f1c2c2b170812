/* What an agent's places say, put together: the session and the pause; and when that is certain. */
#include "fold/agent_state.h"

/* A tape longer than this is believed: the partition that it waits for is gone for good. */
enum { TAPE_MOST = 4096 };

/* The places of an agent, seen together. */
struct look {
	struct sum sum;
	uint32_t on_set, pause_set;
};

static struct look look_at(struct agents *a, const struct agent *ag)
{
	struct look l = { .sum.paused = true };

	for (uint32_t n = ag->places; n != ID_NONE; n = a->place[n].next) {
		const struct place *p = &a->place[n];
		uint32_t name = a->partition[p->partition].name;

		if (p->seen.on) {
			l.sum.on = true;
			l.sum.roster |= p->seen.roster;
			l.on_set = rows_union(&a->rows, l.on_set, name);
		}
		if (!p->seen.any)
			continue;
		l.sum.any = true;
		l.sum.paused &= p->seen.paused;
		l.pause_set = rows_union(&a->rows, l.pause_set, name);
		if (p->seen.paused && p->seen.turn > l.sum.turn) {
			l.sum.turn = p->seen.turn;
			l.sum.reason = p->seen.reason;
		}
	}
	l.sum.paused &= l.sum.any;
	return l;
}

static bool same_second(int64_t a, int64_t b)
{
	return a / WHEN_SECOND == b / WHEN_SECOND;
}

static void agent_row(struct agents *a, struct agent *ag, enum interval_kind kind, int64_t end,
		      uint32_t ended)
{
	const struct spell *s = kind == INTERVAL_SESSION ? &ag->session : &ag->pause;
	const struct rows *r = &a->rows;
	struct interval i = {
		.kind = kind, .agent = rows_text(r, ag->name), .partition = rows_text(r, s->set),
		.queue = rows_text(r, NAME_EMPTY), .start = s->start,
		.end = end > s->start ? end : s->start, .reason = rows_text(r, s->reason),
		.ended = rows_text(r, ended), .rebuilt = s->rebuilt, .roster = s->roster,
		.unfinished = ended == NAME_EMPTY
	};

	if (i.unfinished || !same_second(i.end, end))
		rows_put(&a->rows, i);
	else
		rows_hold(&a->rows, &ag->held, &i, s);
}

static void session_begin(struct agents *a, struct agent *ag, int64_t start)
{
	if (!rows_take(&a->rows, &ag->held, INTERVAL_SESSION, NAME_EMPTY, start, &ag->session))
		ag->session = (struct spell){ .start = start, .before = ag->before };
	ag->session.on = ag->sessions = true;
}

/* A session that had begun before, and nobody saw it; not before the one before it ended. */
static void session_extend(struct agents *a, struct agent *ag, const struct change *c)
{
	struct spell *s = &ag->session;
	int64_t since = c->since;
	bool anew = !s->on;

	if (anew)
		session_begin(a, ag, c->t);
	if (since < s->before)
		since = s->before;
	if (since < s->start || (anew && s->start == c->t)) {
		s->start = since < s->start ? since : s->start;
		s->rebuilt |= c->rebuilt;
	}
	s->set = rows_union(&a->rows, s->set,
			    a->partition[a->place[c->place].partition].name);
}

static void session_follow(struct agents *a, struct agent *ag, const struct look *l,
			   const struct change *c)
{
	struct spell *s = &ag->session;

	if (c->extend)
		session_extend(a, ag, c);
	if (!s->on && l->sum.on)
		session_begin(a, ag, c->t);
	if (s->on && l->sum.on) {
		s->set = rows_union(&a->rows, s->set, l->on_set);
		s->roster |= l->sum.roster;
	} else if (s->on) {
		agent_row(a, ag, INTERVAL_SESSION, c->t, c->what);
		ag->before = c->t > s->start ? c->t : s->start;
		s->on = false;
	}
}

static void pause_rename(struct agents *a, struct agent *ag, uint32_t reason)
{
	ag->pause.reason = reason;
	rows_take(&a->rows, &ag->held, INTERVAL_PAUSE, reason, ag->pause.start, &ag->pause);
}

static void pause_follow(struct agents *a, struct agent *ag, const struct look *l,
			 const struct change *c)
{
	struct spell *s = &ag->pause;

	if (s->on && l->sum.paused && c->rename && s->reason != l->sum.reason)
		pause_rename(a, ag, l->sum.reason);
	if (s->on && (!l->sum.paused || s->reason != l->sum.reason)) {
		agent_row(a, ag, INTERVAL_PAUSE, c->t, c->what);
		s->on = false;
	}
	if (!l->sum.paused)
		return;
	if (!s->on && !rows_take(&a->rows, &ag->held, INTERVAL_PAUSE, l->sum.reason, c->t, s))
		*s = (struct spell){ .reason = l->sum.reason, .start = c->t };
	s->on = true;
	s->set = rows_union(&a->rows, s->set, l->pause_set);
}

static void take_effect(struct agents *a, struct agent *ag, const struct change *c)
{
	struct look l;

	a->place[c->place].seen = c->sum;
	l = look_at(a, ag);
	session_follow(a, ag, &l, c);
	pause_follow(a, ag, &l, c);
}

/* The first n changes of the tape; what ended in their seconds is certain, but for the running. */
static void tape_run(struct agents *a, struct agent *ag, size_t n)
{
	if (n)
		rows_put_back(&a->rows, &ag->held, &ag->kept);
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &ag->tape[i];

		take_effect(a, ag, c);
		if (c->second != a->rows.second &&
		    (i + 1 == n || c->second != ag->tape[i + 1].second))
			rows_release(&a->rows, &ag->held, c->t);
	}
	ag->taped -= n;
	if (ag->taped)
		memmove(ag->tape, ag->tape + n, ag->taped * sizeof(*ag->tape));
}

/*
 * A partition that the change has to wait for; ID_NONE: none. One where the agent is, and which may
 * still turn out to have ended before the change, or in the same second, so that what ends there
 * and begins again is one. The first change of a place alone needs not wait for itself.
 */
static uint32_t blocker(const struct agents *a, const struct agent *ag, const struct change *c)
{
	uint32_t own = ID_NONE;
	unsigned here = 0;

	for (uint32_t n = ag->places; n != ID_NONE; n = a->place[n].next) {
		uint32_t id = a->place[n].partition;
		const struct partition *p = &a->partition[id];

		if (!a->place[n].here)
			continue;
		here++;
		if (!p->mortal || (p->event > c->event && p->second != c->second))
			continue;
		if (n != c->place)
			return id;
		own = id;
	}
	return here > 1 || ag->taped ? own : ID_NONE;
}

/* Runs what is certain, whole seconds at a time, and waits with the rest. */
static void tape_drain(struct agents *a, uint32_t agent)
{
	struct agent *ag = &a->agent[agent];
	uint32_t waits_for = ID_NONE;
	size_t n = 0;

	while (n < ag->taped && (waits_for = blocker(a, ag, &ag->tape[n])) == ID_NONE)
		n++;
	while (n && n < ag->taped && ag->tape[n - 1].second == ag->tape[n].second)
		n--;
	if (ag->taped > TAPE_MOST)
		n = ag->taped;
	tape_run(a, ag, n);
	if (ag->taped && !ag->waits) {
		ag->waits = true;
		ag->waiting = a->partition[waits_for].waiting;
		a->partition[waits_for].waiting = agent;
	}
}

static bool tape_put(struct agents *a, struct agent *ag, size_t at, const struct change *c)
{
	if (!array_need(&ag->tape, &ag->tapecap, ag->taped + 1, sizeof(*ag->tape))) {
		a->rows.failed = true;
		return false;
	}
	/* what ended in the second of the first one that waits, waits with it */
	if (!ag->taped && !rows_keep(&a->rows, &ag->held, &ag->kept, c->t))
		return false;
	memmove(ag->tape + at + 1, ag->tape + at, (ag->taped - at) * sizeof(*ag->tape));
	ag->tape[at] = *c;
	ag->taped++;
	return true;
}

void partition_speaks(struct agents *a, uint32_t partition)
{
	uint32_t agent = a->partition[partition].waiting, next;

	a->partition[partition].waiting = ID_NONE;
	for (; agent != ID_NONE; agent = next) {
		next = a->agent[agent].waiting;
		a->agent[agent].waits = false;
		tape_drain(a, agent);
	}
}

/* What slots of queues say is counted as it changes; here it is put together with the login's. */
static struct sum sum_of(const struct agents *a, const struct place *p)
{
	const struct slot *login = p->login == ID_NONE ? NULL : &a->slot[p->login];
	struct sum sum = { .any = p->queues, .paused = p->queues && p->paused == p->queues };

	if (!a->o->login_decides || !p->decided) {
		sum.on = p->open;
		sum.roster = p->rostered;
	}
	if (p->queues && p->paused) {
		sum.turn = a->slot[p->paused_last].turn;
		sum.reason = a->slot[p->paused_last].pause.reason;
	}
	if (!login || login->state == SLOT_CLOSED)
		return sum;
	if (login->state == SLOT_OPEN) {
		sum.on = true;
		sum.roster |= login->member.roster;
	}
	if (!p->queues) {
		sum.any = true;
		sum.paused = login->pause.on;
		sum.turn = login->pause.on ? login->turn : 0;
		sum.reason = login->pause.on ? login->pause.reason : NAME_EMPTY;
	}
	return sum;
}

static bool same_sum(const struct sum *a, const struct sum *b)
{
	return a->on == b->on && a->roster == b->roster && a->any == b->any &&
	       a->paused == b->paused && (!a->paused || a->turn == b->turn);
}

/* Whether a rebuilt slot says that the agent was on is known by now. */
static void weigh(const struct agents *a, struct change *c, struct place *p)
{
	c->sum = sum_of(a, p);
	c->event = a->event;
	c->second = a->rows.second;
	p->said = c->sum;
}

void agent_change(struct agents *a, struct change *c)
{
	struct place *p = &a->place[c->place];
	struct agent *ag = &a->agent[p->agent];
	struct sum said = p->said;

	weigh(a, c, p);
	if (same_sum(&said, &c->sum) && !c->extend && !c->rename)
		return;
	if (!ag->taped && blocker(a, ag, c) == ID_NONE)
		take_effect(a, ag, c);
	else if (tape_put(a, ag, ag->taped, c))
		tape_drain(a, p->agent);
}

void agent_change_back(struct agents *a, struct change *c)
{
	struct place *p = &a->place[c->place];
	struct agent *ag = &a->agent[p->agent];
	size_t at = 0;

	weigh(a, c, p);
	c->event = a->partition[p->partition].event;
	c->second = a->partition[p->partition].second;
	while (at < ag->taped && ag->tape[at].event <= c->event)
		at++;
	if (tape_put(a, ag, at, c))
		tape_drain(a, p->agent);
}

void agent_finish(struct agents *a, uint32_t agent, int64_t until)
{
	struct agent *ag = &a->agent[agent];

	tape_run(a, ag, ag->taped);
	for (uint32_t p = ag->places; p != ID_NONE; p = a->place[p].next)
		for (uint32_t s = a->place[p].slots; s != ID_NONE; s = a->slot[s].next)
			slot_finish(a, s, until);
	if (ag->session.on)
		agent_row(a, ag, INTERVAL_SESSION, until, NAME_EMPTY);
	if (ag->pause.on)
		agent_row(a, ag, INTERVAL_PAUSE, until, NAME_EMPTY);
}
