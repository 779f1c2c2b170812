#include "stream/turns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "stream/inputs.h"

/* Memory that an input keeps when nothing of it waits. */
enum { KEPT = 1 << 20, ALIGN = 8 };

/* An event that waits; its line stands behind. */
struct held {
	int64_t reached; /* by its input, with it */
	int64_t time, arrived;
	uint32_t n;      /* bytes of the line */
	uint32_t part;
	enum verb verb;
};

struct part {
	unsigned char name[PARTITION_MOST];
	size_t n;
	bool down;       /* by its own word */
	bool said;       /* to be down, here */
};

struct waiting {
	struct buf held; /* one behind the other */
	size_t at;       /* the first that waits */
	size_t ticks;    /* behind the last event: where those begin */
	int64_t reached; /* the latest time shown */
	int64_t heard;   /* when something came */
	bool idle, over, silent;
	struct part *part;
	size_t parts, partcap, last; /* last: of the last event */
	size_t downs;    /* parts that are down by their own word */
};

struct turns {
	struct turns_options o;
	struct waiting *in;
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
		buf_free(&q->in[i].held);
		free(q->in[i].part);
	}
	buf_free(&q->own);
	free(q->in);
	free(q);
}

static size_t size_of(const struct held *h)
{
	return sizeof(*h) + (h->n + ALIGN - 1) / ALIGN * ALIGN;
}

static struct held *held_at(const struct waiting *in, size_t at)
{
	return (struct held *)(void *)(in->held.p + at);
}

static bool waits(const struct waiting *in)
{
	return in->at < in->held.n;
}

/* The partition's number; SIZE_MAX: out of memory. */
static size_t part_of(struct waiting *in, struct slice name)
{
	struct part *p = in->part;
	size_t i = 0;

	if (in->parts && slice_eq(slice_of(p[in->last].name, p[in->last].n), name))
		return in->last;
	while (i < in->parts && !slice_eq(slice_of(p[i].name, p[i].n), name))
		i++;
	if (i == in->parts) {
		if (!array_need(&in->part, &in->partcap, i + 1, sizeof(*p)))
			return SIZE_MAX;
		in->part[i] = (struct part){ .n = name.n };
		memcpy(in->part[i].name, name.p, name.n);
		in->parts++;
	}
	return in->last = i;
}

bool turns_expect(struct turns *q, size_t i, struct slice partition)
{
	return part_of(&q->in[i], partition) != SIZE_MAX;
}

/* Room behind those that wait. */
static bool room(struct waiting *in, size_t n)
{
	struct buf *b = &in->held;
	size_t gone = in->at;

	if (gone == b->n && b->cap > KEPT) {
		buf_free(b);
		in->at = in->ticks = 0;
	} else if (gone && (gone == b->n || (b->cap - b->n < n && gone > b->n / 2))) {
		memmove(b->p, b->p + gone, b->n - gone);
		b->n -= gone;
		in->at = 0;
		in->ticks = in->ticks > gone ? in->ticks - gone : 0;
	}
	return buf_room(b, n);
}

static bool hold(struct turns *q, struct waiting *in, const struct event *ev, size_t part)
{
	struct held h = { in->reached, ev->time, q->now, (uint32_t)ev->line.n, (uint32_t)part, ev->verb };
	size_t n = size_of(&h), at;

	if (!room(in, n))
		return false;
	at = in->held.n;
	memcpy(in->held.p + at, &h, sizeof(h));
	memcpy(in->held.p + at + sizeof(h), ev->line.p, ev->line.n);
	in->held.n += n;
	if (ev->verb != VERB_TICK)
		in->ticks = in->held.n;
	q->chosen = SIZE_MAX;
	return true;
}

/* Of the partition's ticks behind the last event, the second is not wanted any more. */
static void drop_tick(struct turns *q, struct waiting *in, size_t part)
{
	size_t at = in->ticks > in->at ? in->ticks : in->at, n;
	bool second = false;

	for (; at < in->held.n; at += n) {
		n = size_of(held_at(in, at));
		if (held_at(in, at)->part != part)
			continue;
		if (second) {
			memmove(in->held.p + at, in->held.p + at + n, in->held.n - at - n);
			in->held.n -= n;
			q->counts.ticks++;
			return;
		}
		second = true;
	}
}

/* An event of our own among those of an input. */
static bool say(struct turns *q, struct waiting *in, size_t part, enum verb verb, struct slice why)
{
	const struct part *p = &in->part[part];
	struct event ev;

	event_make(&ev, in->reached > 0 ? in->reached : 0, slice_of(p->name, p->n), verb, why, &q->own);
	q->counts.made++;
	return !q->own.failed && hold(q, in, &ev, part);
}

static void tell(struct turns *q, const struct waiting *in)
{
	if (q->o.told)
		q->o.told(q->o.arg, (size_t)(in - q->in), in->silent);
}

static bool fall_silent(struct turns *q, struct waiting *in)
{
	char why[48];
	bool ok = true;

	snprintf(why, sizeof(why), "silent for %lld s", (long long)(q->o.stale / WHEN_SECOND));
	in->silent = true;
	for (size_t i = 0; i < in->parts; i++) {
		in->part[i].said = !in->part[i].down;
		if (in->part[i].said)
			ok &= say(q, in, i, VERB_SOURCEDOWN, slice_str(why));
	}
	tell(q, in);
	return ok;
}

/* It speaks again; of `part` it says itself how it is, if it does. */
static bool speak(struct turns *q, struct waiting *in, size_t part, bool itself)
{
	bool ok = true;

	in->silent = false;
	for (size_t i = 0; i < in->parts; i++) {
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
		struct waiting *in = &q->in[i];

		if (in->idle && !in->over && !in->silent && q->now - in->heard >= q->o.stale)
			q->failed |= !fall_silent(q, in);
	}
}

bool turns_feed(struct turns *q, size_t i, const struct event *ev)
{
	struct waiting *in = &q->in[i];
	size_t part = part_of(in, ev->f[F_PARTITION]);
	bool down = ev->verb == VERB_SOURCEDOWN;

	if (part == SIZE_MAX)
		return false;
	in->idle = false;
	in->heard = q->now;
	if (ev->time > in->reached)
		in->reached = ev->time;
	if (in->silent && !speak(q, in, part, down || ev->verb == VERB_SOURCEUP))
		return false;
	in->downs = in->downs - in->part[part].down + down;
	in->part[part].down = down;
	if (ev->verb == VERB_TICK)
		drop_tick(q, in, part);
	return hold(q, in, ev, part);
}

bool turns_full(const struct turns *q, size_t i)
{
	return q->in[i].held.n - q->in[i].at >= q->o.most;
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
static bool absent(const struct waiting *in)
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

	q->limit = behind_all;
	for (size_t i = 0; i < q->o.inputs; i++) {
		const struct waiting *in = &q->in[i];
		struct turn t = { in->reached, i };

		if (waits(in)) {
			const struct held *h = held_at(in, in->at);

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

static void give(struct turns *q, struct waiting *in, struct event *ev)
{
	const struct held *h = held_at(in, in->at);
	struct turn t = { h->reached, (size_t)(in - q->in) };
	struct slice rest = slice_of((const unsigned char *)(h + 1), h->n - 1);

	*ev = (struct event){ .time = h->time, .verb = h->verb, .line = slice_of(rest.p, h->n) };
	for (int f = 0; f < EVENT_FIELDS; f++)
		ev->f[f] = slice_cut(rest, '\t', &rest);
	in->at += size_of(h);
	if (t.time < q->high.time && !verb_of_stream(ev->verb))
		q->counts.late++;
	if (turn_before(q->high, t))
		q->high = t;
}

bool turns_next(struct turns *q, struct event *ev)
{
	struct waiting *in;

	if (!q->listened)
		listen(q);
	if (q->chosen != SIZE_MAX) {
		in = &q->in[q->chosen];
		if (!waits(in) ||
		    !turn_before((struct turn){ held_at(in, in->at)->reached, q->chosen }, q->limit))
			q->chosen = SIZE_MAX;
	}
	if (q->chosen == SIZE_MAX)
		choose(q);
	if (q->chosen == SIZE_MAX)
		return false;
	give(q, &q->in[q->chosen], ev);
	return true;
}

int64_t turns_due(const struct turns *q)
{
	int64_t due = TURNS_NEVER, t;

	for (size_t i = 0; i < q->o.inputs; i++) {
		const struct waiting *in = &q->in[i];

		if (waits(in)) {
			t = held_at(in, in->at)->arrived + q->o.wait;
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
	return q->counts;
}
