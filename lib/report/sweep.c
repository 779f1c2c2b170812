#include "report/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { MANY = 4096 };

static int by_time(const void *a, const void *b)
{
	const struct sweep_step *x = a, *y = b;

	return (x->t > y->t) - (x->t < y->t);
}

/* The steps in order, one for each time. */
static void compact(struct sweep *s)
{
	size_t i, k = 0;

	if (!s->n)
		return;
	qsort(s->step, s->n, sizeof(*s->step), by_time);
	for (i = 1; i < s->n; i++) {
		if (s->step[i].t == s->step[k].t)
			s->step[k].by += s->step[i].by;
		else
			s->step[++k] = s->step[i];
	}
	s->n = k + 1;
}

static void stay(struct sweep *s, int64_t until)
{
	if (s->now > 0 && until > s->at) {
		s->active += until - s->at;
		s->area += (until - s->at) * s->now;
		s->max = s->now > s->max ? s->now : s->max;
		s->least = !s->least || s->now < s->least ? s->now : s->least;
	}
	if (until > s->at)
		s->at = until;
}

static void settle(struct sweep *s, int64_t before)
{
	size_t i, left;

	compact(s);
	for (i = 0; i < s->n && s->step[i].t < before; i++) {
		stay(s, s->step[i].t);
		s->now += s->step[i].by;
	}
	left = s->n - i;
	memmove(s->step, s->step + i, left * sizeof(*s->step));
	s->n = left;
}

bool sweep_add(struct sweep *s, int64_t from, int64_t to, int64_t settled)
{
	size_t need = s->n + 2;

	if (need > s->cap && s->n >= MANY) {
		settle(s, settled);
		if (s->n > s->cap / 2)
			need = s->cap + 1;
	}
	if (from < s->at)
		from = s->at;
	if (from >= to)
		return true;
	if (!array_need(&s->step, &s->cap, need, sizeof(*s->step)))
		return false;
	s->step[s->n++] = (struct sweep_step){ from, 1 };
	s->step[s->n++] = (struct sweep_step){ to, -1 };
	return true;
}

void sweep_finish(struct sweep *s)
{
	settle(s, INT64_MAX);
}

void sweep_free(struct sweep *s)
{
	free(s->step);
	*s = (struct sweep){ 0 };
}
