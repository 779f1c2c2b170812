#include "stream/seen.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/hash.h"
#include "base/when.h"

#define PART (600 * WHEN_SECOND)

struct entry {
	uint64_t a, b;
	uint32_t had;       /* the most in one look */
	uint32_t look, now; /* in that look so many */
};

struct seen_part {
	int64_t number;
	struct map map;
	struct entry *entry;
	size_t n, cap;
};

void seen_look(struct seen *s)
{
	s->look++;
}

static struct seen_part *part_of(struct seen *s, int64_t number)
{
	if (s->last < s->n && s->part[s->last].number == number)
		return &s->part[s->last];
	for (s->last = 0; s->last < s->n; s->last++)
		if (s->part[s->last].number == number)
			return &s->part[s->last];
	if (!array_need(&s->part, &s->cap, s->n + 1, sizeof(*s->part)))
		return NULL;
	s->part[s->n] = (struct seen_part){ .number = number };
	return &s->part[s->n++];
}

static struct entry *entry_of(struct seen_part *p, struct slice line)
{
	uint64_t a = hash_bytes(hash_seed(), line), b = hash_bytes(~hash_seed(), line);
	uint32_t id;

	MAP_EACH (&p->map, i, a, id)
		if (p->entry[id].a == a && p->entry[id].b == b)
			return &p->entry[id];
	if (!array_need(&p->entry, &p->cap, p->n + 1, sizeof(*p->entry)) ||
	    !map_add(&p->map, a, (uint32_t)p->n))
		return NULL;
	p->entry[p->n] = (struct entry){ .a = a, .b = b };
	return &p->entry[p->n++];
}

int seen_take(struct seen *s, int64_t time, struct slice line)
{
	struct seen_part *p = part_of(s, floor_div(time, PART));
	struct entry *e = p ? entry_of(p, line) : NULL;

	if (!e)
		return -1;
	if (e->look != s->look)
		e->now = 0;
	e->look = s->look;
	if (++e->now <= e->had)
		return 0;
	e->had = e->now;
	return 1;
}

static void free_part(struct seen_part *p)
{
	map_free(&p->map);
	free(p->entry);
}

void seen_forget(struct seen *s, int64_t time)
{
	int64_t first = floor_div(time, PART);
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->part[i].number < first)
			free_part(&s->part[i]);
		else
			s->part[kept++] = s->part[i];
	}
	s->n = kept;
}

void seen_free(struct seen *s)
{
	for (size_t i = 0; i < s->n; i++)
		free_part(&s->part[i]);
	free(s->part);
	*s = (struct seen){ 0 };
}
