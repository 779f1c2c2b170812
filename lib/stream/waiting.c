#include "stream/waiting.h"

#include <stdlib.h>

/* KEPT: memory that is kept when nothing waits. */
enum { KEPT = 1 << 20, ALIGN = 8 };

static size_t size_of(const struct waiting_event *h)
{
	return sizeof(*h) + (h->n + ALIGN - 1) / ALIGN * ALIGN;
}

static struct waiting_event *held_at(const struct waiting *w, size_t at)
{
	return (struct waiting_event *)(void *)(w->held.p + at);
}

/* One of the ticks behind the last event. */
static bool is_last_tick(const struct waiting *w, const struct waiting_event *h)
{
	return h->verb == VERB_TICK && h->events == w->events;
}

uint32_t waiting_part(struct waiting *w, struct slice name)
{
	uint32_t id;

	if (w->parts && slice_eq(names_text(&w->names, w->last), name))
		return w->last;
	if (!array_need(&w->part, &w->cap, w->parts + 1, sizeof(*w->part)))
		return NAMES_NONE;
	id = names_put(&w->names, name);
	if (id == NAMES_NONE)
		return NAMES_NONE;
	if (id == w->parts)
		w->part[w->parts++] = (struct waiting_part){ 0 };
	return w->last = id;
}

/* So many bytes behind those that wait. */
static bool room(struct waiting *w, size_t n)
{
	struct buf *b = &w->held;
	size_t gone = w->at;

	if (gone == b->n && b->cap > KEPT) {
		buf_free(b);
	} else if (gone && (gone == b->n || (b->cap - b->n < n && gone > b->n / 2))) {
		memmove(b->p, b->p + gone, b->n - gone);
		b->n -= gone;
	} else {
		return buf_room(b, n);
	}
	w->gone += gone;
	w->at = 0;
	return buf_room(b, n);
}

/* Closes the ranks when more than half of them is not wanted. */
static void close_up(struct waiting *w)
{
	size_t to = w->at, n;

	if (w->unwanted <= (w->held.n - w->at) / 2)
		return;
	for (size_t at = w->at; at < w->held.n; at += n) {
		const struct waiting_event *h = held_at(w, at);

		n = size_of(h);
		if (h->part == NAMES_NONE)
			continue;
		if (is_last_tick(w, h))
			w->part[h->part].newest = w->gone + to;
		memmove(w->held.p + to, w->held.p + at, n);
		to += n;
	}
	w->held.n = to;
	w->unwanted = 0;
}

/* Another tick of the partition is about to come. */
static void drop_tick(struct waiting *w, struct waiting_part *p)
{
	struct waiting_event *second;

	if (p->events != w->events)
		p->ticks = 0;
	if (p->ticks < 2)
		return;
	second = held_at(w, p->newest - w->gone);
	second->part = NAMES_NONE;
	w->unwanted += size_of(second);
	w->dropped++;
	p->ticks--;
	close_up(w);
}

bool waiting_put(struct waiting *w, const struct event *ev, uint32_t part, int64_t reached,
		 int64_t now)
{
	struct waiting_event h = { reached, ev->time, now, (uint32_t)ev->line.n, part, 0, ev->verb };
	struct waiting_part *p = &w->part[part];
	size_t at;

	if (h.verb == VERB_TICK)
		drop_tick(w, p);
	if (!room(w, size_of(&h) + EVENT_SLACK))
		return false;
	w->events += h.verb != VERB_TICK;
	h.events = w->events;
	at = w->held.n;
	memcpy(w->held.p + at, &h, sizeof(h));
	memcpy(w->held.p + at + sizeof(h), ev->line.p, ev->line.n);
	w->held.n += size_of(&h);
	if (h.verb == VERB_TICK)
		*p = (struct waiting_part){ w->events, p->ticks + 1, w->gone + at };
	return true;
}

const struct waiting_event *waiting_first(const struct waiting *w)
{
	return w->at < w->held.n ? held_at(w, w->at) : NULL;
}

void waiting_take(struct waiting *w, struct event *ev)
{
	const struct waiting_event *h = held_at(w, w->at);
	struct slice rest = slice_of((const unsigned char *)(h + 1), h->n - 1);

	*ev = (struct event){ .time = h->time, .verb = h->verb, .line = slice_of(rest.p, h->n) };
	for (int f = 0; f < EVENT_FIELDS; f++)
		ev->f[f] = slice_cut(rest, '\t', &rest);
	if (is_last_tick(w, h))
		w->part[h->part].ticks--;
	w->at += size_of(h);
	while ((h = waiting_first(w)) && h->part == NAMES_NONE) {
		w->unwanted -= size_of(h);
		w->at += size_of(h);
	}
}

size_t waiting_bytes(const struct waiting *w)
{
	return w->held.n - w->at - w->unwanted;
}

void waiting_free(struct waiting *w)
{
	buf_free(&w->held);
	names_free(&w->names);
	free(w->part);
}
