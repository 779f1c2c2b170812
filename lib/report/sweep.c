#include "report/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static int by_time(const void *a, const void *b)
{
	const struct sweep_step *x = a, *y = b;

	return (x->t > y->t) - (x->t < y->t);
}

void sweep_compact(struct sweep *s)
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

/* The steps before `before`; how many there are. */
static size_t walk(struct sweep *s, int64_t before)
{
	size_t i;

	sweep_compact(s);
	for (i = 0; i < s->n && s->step[i].t < before; i++) {
		stay(s, s->step[i].t);
		s->now += s->step[i].by;
	}
	return i;
}

void sweep_settle(struct sweep *s, int64_t before)
{
	struct sweep_step *step;
	size_t i = walk(s, before), left = s->n - i;

	if (!left) {
		free(s->step);
		s->step = NULL;
		s->cap = 0;
	} else if (i) {
		memmove(s->step, s->step + i, left * sizeof(*s->step));
		step = realloc(s->step, left * sizeof(*s->step));
		s->step = step ? step : s->step;
		s->cap = step ? left : s->cap;
	}
	s->n = left;
}

bool sweep_step(struct sweep *s, int64_t t, long long by)
{
	if (!array_need(&s->step, &s->cap, s->n + 1, sizeof(*s->step)))
		return false;
	s->step[s->n++] = (struct sweep_step){ t, by };
	return true;
}

bool sweep_add(struct sweep *s, int64_t from, int64_t to)
{
	if (from < s->at)
		from = s->at;
	if (from >= to)
		return true;
	return sweep_step(s, from, 1) && sweep_step(s, to, -1);
}

void sweep_finish(struct sweep *s, bool keep)
{
	if (keep)
		walk(s, INT64_MAX);
	else
		sweep_settle(s, INT64_MAX);
}

void sweep_free(struct sweep *s)
{
	free(s->step);
	*s = (struct sweep){ 0 };
}
