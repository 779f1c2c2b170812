#include "report/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "report/sum.h"

static int by_time(const void *a, const void *b)
{
	const struct sweep_step *x = a, *y = b;

	return (x->t > y->t) - (x->t < y->t);
}

static bool in_order(const struct sweep_step *step, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (step[i].t < step[i - 1].t)
			return false;
	return true;
}

/* The last n of them, in order, are put in among those before, which are too, from behind. */
static void merge(struct sweep *s, const struct sweep_step *last, size_t n)
{
	size_t i = s->n - n, k = s->n;

	while (n && i) {
		k--;
		if (s->step[i - 1].t > last[n - 1].t)
			s->step[k] = s->step[--i];
		else
			s->step[k] = last[--n];
	}
	memcpy(s->step, last, n * sizeof(*last));
}

static void sort(struct sweep *s)
{
	size_t n = s->n - s->sorted;
	struct sweep_step *last = s->step + s->sorted, *copy;

	if (!in_order(last, n))
		qsort(last, n, sizeof(*last), by_time);
	if (!s->sorted || !n || last[-1].t <= last->t)
		return;
	copy = malloc(n * sizeof(*copy));
	if (copy) {
		memcpy(copy, last, n * sizeof(*copy));
		merge(s, copy, n);
	} else {
		qsort(s->step, s->n, sizeof(*s->step), by_time);
	}
	free(copy);
}

void sweep_compact(struct sweep *s)
{
	size_t i, k = 0;

	if (s->n == s->sorted)
		return;
	sort(s);
	for (i = 1; i < s->n; i++) {
		if (s->step[i].t == s->step[k].t)
			s->step[k].by += s->step[i].by;
		else
			s->step[++k] = s->step[i];
	}
	s->n = s->sorted = k + 1;
}

static void stay(struct sweep *s, int64_t until, struct sweep_period p)
{
	int64_t from = s->at > p.from ? s->at : p.from, to = until < p.to ? until : p.to;

	if (until <= s->at)
		return;
	s->at = until;
	if (s->now <= 0)
		return;
	s->max = s->now > s->max ? s->now : s->max;
	if (from >= to)
		return;
	s->active += to - from;
	s->area = sum_of(s->area, sum_times(to - from, s->now));
	s->least = !s->least || s->now < s->least ? s->now : s->least;
}

/* The steps before `before`; how many there are. */
static size_t walk(struct sweep *s, int64_t before, struct sweep_period p)
{
	size_t i;

	sweep_compact(s);
	for (i = 0; i < s->n && s->step[i].t < before; i++) {
		stay(s, s->step[i].t, p);
		s->now += s->step[i].by;
	}
	return i;
}

void sweep_settle(struct sweep *s, int64_t before, struct sweep_period p)
{
	struct sweep_step *step;
	size_t i = walk(s, before, p), left = s->n - i;

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
	s->n = s->sorted = left;
}

/* Many intervals may begin and end at the same times, the borders of hours: they are one step, which is
 * looked for before more memory is taken. */
static bool room(struct sweep *s)
{
	if (s->n < s->cap)
		return true;
	if (s->n >= 1024) {
		sweep_compact(s);
		if (s->n <= s->cap / 2)
			return true;
	}
	return array_need(&s->step, &s->cap, s->n + 1, sizeof(*s->step));
}

bool sweep_step(struct sweep *s, int64_t t, long long by)
{
	if (!room(s))
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

void sweep_finish(struct sweep *s, bool keep, struct sweep_period p)
{
	if (keep)
		walk(s, INT64_MAX, p);
	else
		sweep_settle(s, INT64_MAX, p);
}

void sweep_free(struct sweep *s)
{
	free(s->step);
	*s = (struct sweep){ 0 };
}
