#include "stream/turns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "stream/inputs.h"
#include "stream/waiting.h"

struct part {
	bool down;       /* by its own word */
	bool said;       /* to be down, here */
};

struct turns_input {
	struct waiting waiting;
	int64_t reached; /* the latest time shown */
	int64_t heard;   /* when something came */
	bool idle, over, silent;
	struct part *part; /* by their numbers in waiting */
	size_t parts, cap;
	size_t downs;    /* parts that are down by their own word */
};

struct turns {
	struct turns_options o;
	struct turns_input *in;
	int64_t now;
	size_t chosen;      /* whose turn it is, as long as it is before limit; or SIZE_MAX */
	struct turn limit;
	struct turn high;   /* the latest that went out */
	bool listened;      /* to all of them, since it is now */
	bool failed;        /* out of memory */
	struct turns_counts counts;
	struct buf own;
};

static const struct turn before_all = { INT64_MIN, 0 }, behind_all = { INT64_MAX, SIZE_MAX };

struct turns *turns_new(const struct turns_options *o)
{
	struct turns *q = calloc(1, sizeof(*q));

	if (q)
		q->in = calloc(o->inputs + 1, sizeof(*q->in));
	if (!q || !q->in) {
		free(q);
		return NULL;
	}
	q->o = *o;
	q->now = INT64_MIN;
	q->chosen = SIZE_MAX;
	q->high = before_all;
	for (size_t i = 0; i < o->inputs; i++)
		q->in[i].reached = INT64_MIN;
	return q;
}

void turns_free(struct turns *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->o.inputs; i++) {
		waiting_free(&q->in[i].waiting);
		free(q->in[i].part);
	}
	buf_free(&q->own);
	free(q->in);
	free(q);
}

/* The partition's number; NAMES_NONE: out of memory. */
static uint32_t part_of(struct turns_input *in, struct slice name)
{
	uint32_t id = waiting_part(&in->waiting, name);

	if (id == NAMES_NONE || id < in->parts)
		return id;
	if (!array_need(&in->part, &in->cap, in->parts + 1, sizeof(*in->part)))
		return NAMES_NONE;
	in->part[in->parts++] = (struct part){ 0 };
	return id;
}

bool turns_expect(struct turns *q, size_t i, struct slice partition)
{
	return part_of(&q->in[i], partition) != NAMES_NONE;
}

static bool hold(struct turns *q, struct turns_input *in, const struct event *ev, uint32_t part)
{
	q->chosen = SIZE_MAX;
	return waiting_put(&in->waiting, ev, part, in->reached, q->now);
}

/* An event of our own among those of an input. */
static bool say(struct turns *q, struct turns_input *in, uint32_t part, enum verb verb, struct slice why)
{
	struct event ev;

	event_make(&ev, in->reached > 0 ? in->reached : 0, names_text(&in->waiting.names, part), verb,
		   why, &q->own);
	q->counts.made++;
	return !q->own.failed && hold(q, in, &ev, part);
}

static void tell(struct turns *q, const struct turns_input *in)
{
	if (q->o.told)
		q->o.told(q->o.arg, (size_t)(in - q->in), in->silent);
}

static bool fall_silent(struct turns *q, struct turns_input *in)
{
	char why[48];
	bool ok = true;

	snprintf(why, sizeof(why), "silent for %lld s", (long long)(q->o.stale / WHEN_SECOND));
	in->silent = true;
	for (uint32_t i = 0; i < in->parts; i++) {
		in->part[i].said = !in->part[i].down;
		if (in->part[i].said)
			ok &= say(q, in, i, VERB_SOURCEDOWN, slice_str(why));
	}
	tell(q, in);
	return ok;
}

/* It speaks again; of `part` it says itself how it is, if it does. */
static bool speak(struct turns *q, struct turns_input *in, uint32_t part, bool itself)
{
	bool ok = true;

	in->silent = false;
	for (uint32_t i = 0; i < in->parts; i++) {
		if (in->part[i].said && !(itself && i == part))
			ok &= say(q, in, i, VERB_SOURCEUP, SLICE(""));
		in->part[i].said = false;
	}
	tell(q, in);
	return ok;
}

bool turns_now(struct turns *q, int64_t now)
{
	for (size_t i = 0; q->now == INT64_MIN && i < q->o.inputs; i++)
		q->in[i].heard = now;
	q->now = now;
	q->listened = false;
	q->chosen = SIZE_MAX;
	return !q->failed;
}

/* Of whom nothing was heard, now that everything has been read that came while nobody listened. */
static void listen(struct turns *q)
{
	q->listened = true;
	for (size_t i = 0; q->o.stale && i < q->o.inputs; i++) {
		struct turns_input *in = &q->in[i];

		if (in->idle && !in->over && !in->silent && q->now - in->heard >= q->o.stale)
			q->failed |= !fall_silent(q, in);
	}
}

bool turns_feed(struct turns *q, size_t i, const struct event *ev)
{
	struct turns_input *in = &q->in[i];
	uint32_t part = part_of(in, ev->f[F_PARTITION]);
	bool down = ev->verb == VERB_SOURCEDOWN;

	if (part == NAMES_NONE)
		return false;
	in->idle = false;
	in->heard = q->now;
	if (ev->time > in->reached)
		in->reached = ev->time;
	if (in->silent && !speak(q, in, part, down || ev->verb == VERB_SOURCEUP))
		return false;
	in->downs = in->downs - in->part[part].down + down;
	in->part[part].down = down;
	return hold(q, in, ev, part);
}

bool turns_full(const struct turns *q, size_t i)
{
	return waiting_bytes(&q->in[i].waiting) >= q->o.most;
}

void turns_idle(struct turns *q, size_t i)
{
	q->in[i].idle = true;
	q->chosen = SIZE_MAX;
}

void turns_over(struct turns *q, size_t i)
{
	q->in[i].over = true;
	q->chosen = SIZE_MAX;
}

/* Nothing of it waits, and what may still come is not waited for. */
static bool absent(const struct turns_input *in)
{
	return in->over || (in->idle && (in->silent || (in->parts && in->downs == in->parts)));
}

/*
 * Whose turn it is. An input of which nothing waits stands in the order with the time that it has
 * shown: what it gives next does not belong before that; or where the output is already, since what
 * belongs before that is late and waits for nobody.
 */
static void choose(struct turns *q)
{
	struct turn held = behind_all, empty = behind_all, unread = behind_all;
	bool expired = false;

	q->chosen = SIZE_MAX;
	q->limit = behind_all;
	for (size_t i = 0; i < q->o.inputs; i++) {
		const struct turns_input *in = &q->in[i];
		const struct waiting_event *h = waiting_first(&in->waiting);
		struct turn t = { in->reached, i };

		if (h) {
			t.time = h->reached;
			expired |= q->now - h->arrived >= q->o.wait;
			q->limit = turn_before(t, held) ? held : turn_before(t, q->limit) ? t : q->limit;
			held = turn_before(t, held) ? t : held;
		} else if (!absent(in)) {
			t = turn_before(t, q->high) ? q->high : t;
			empty = turn_before(t, empty) ? t : empty;
			if (!in->idle)
				unread = turn_before(t, unread) ? t : unread;
		}
	}
	if (held.i == SIZE_MAX)
		return;
	if (!turn_before(empty, held)) {
		q->chosen = held.i;
		q->limit = turn_before(empty, q->limit) ? empty : q->limit;
	} else if (expired && turn_before(held, unread)) {
		q->chosen = held.i;
		q->limit = held; /* the next one is asked for anew */
	}
}

static void give(struct turns *q, size_t i, struct event *ev)
{
	struct turn t = { waiting_first(&q->in[i].waiting)->reached, i };

	waiting_take(&q->in[i].waiting, ev);
	if (t.time < q->high.time && !verb_of_stream(ev->verb))
		q->counts.late++;
	if (turn_before(q->high, t))
		q->high = t;
}

/* Is it still the turn of the one that was chosen? */
static bool goes_on(const struct turns *q)
{
	const struct waiting_event *h;

	if (q->chosen == SIZE_MAX)
		return false;
	h = waiting_first(&q->in[q->chosen].waiting);
	return h && turn_before((struct turn){ h->reached, q->chosen }, q->limit);
}

bool turns_next(struct turns *q, struct event *ev)
{
	if (!q->listened)
		listen(q);
	if (!goes_on(q))
		choose(q);
	if (q->chosen == SIZE_MAX)
		return false;
	give(q, q->chosen, ev);
	return true;
}

int64_t turns_due(const struct turns *q)
{
	int64_t due = TURNS_NEVER, t;

	for (size_t i = 0; i < q->o.inputs; i++) {
		const struct turns_input *in = &q->in[i];
		const struct waiting_event *h = waiting_first(&in->waiting);

		if (h) {
			t = h->arrived + q->o.wait;
			due = t < due ? t : due;
		}
		if (q->o.stale && in->idle && !in->over && !in->silent) {
			t = in->heard + q->o.stale;
			due = t < due ? t : due;
		}
	}
	return due;
}

struct turns_counts turns_counts(const struct turns *q)
{
	struct turns_counts c = q->counts;

	for (size_t i = 0; i < q->o.inputs; i++)
		c.ticks += q->in[i].waiting.dropped;
	return c;
}
