#include "report/shift.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int shift_counts(enum shift_time s, unsigned bits, int talks)
{
	bool on = bits & SHIFT_IS_ON, paused = bits & SHIFT_IS_PAUSED, busy = bits & SHIFT_IS_BUSY;

	switch (s) {
	case SHIFT_ON:
		return on;
	case SHIFT_PAUSED:
		return on && paused;
	case SHIFT_UNPAID:
		return on && paused && bits & SHIFT_IS_UNPAID;
	case SHIFT_BUSY:
		return on && busy;
	case SHIFT_BOTH:
		return on && busy && paused;
	case SHIFT_OFF:
		return on ? 0 : talks;
	case SHIFT_TALK:
		return talks;
	default:
		return (bits & SHIFT_IS_BILLABLE) != 0;
	}
}

static bool room_for(struct shifts *s, uint32_t account)
{
	size_t n = s->n;

	if (account < n)
		return true;
	if (!array_need(&s->shift, &s->cap, account + (size_t)1, sizeof(*s->shift)))
		return false;
	memset(s->shift + n, 0, (account + (size_t)1 - n) * sizeof(*s->shift));
	s->n = account + (size_t)1;
	for (; n < s->n; n++)
		s->shift[n].over = -1;
	return true;
}

/* The place of a slot among those of the account, of which there are few. UINT32_MAX: out of memory. */
static uint32_t place_of(struct shift *a, uint32_t label)
{
	uint32_t i;

	for (i = 0; i < a->slots; i++)
		if (a->slot[i].label == label)
			return i;
	if (!array_need(&a->slot, &a->slotcap, a->slots + 1, sizeof(*a->slot)))
		return UINT32_MAX;
	a->slot[a->slots++] = (struct shift_slot){ .label = label };
	return i;
}

bool shifts_add(struct shifts *s, uint32_t account, enum span_kind kind, uint32_t slot, int64_t from,
		int64_t to, int times)
{
	struct shift *a;

	if (!room_for(s, account))
		return false;
	if (from >= to)
		return true;
	a = s->shift + account;
	slot = place_of(a, slot);
	if (slot == UINT32_MAX || !array_need(&a->edge, &a->cap, a->n + 2, sizeof(*a->edge)))
		return false;
	a->edge[a->n++] = (struct shift_edge){ from, slot, (int16_t)times, (int8_t)kind };
	a->edge[a->n++] = (struct shift_edge){ to, slot, (int16_t)-times, (int8_t)kind };
	if (kind == SPAN_ON && to > a->over)
		a->over = to;
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct shift_edge *x = a, *y = b;

	return (x->t > y->t) - (x->t < y->t);
}

/* How many slots are on and not paused changes by this. */
static long turn(struct shift *a, const struct shift_edge *e)
{
	struct shift_slot *s = a->slot + e->slot;
	long before = s->on > 0 && !s->paused;

	if (e->kind == SPAN_ON)
		s->on += e->by;
	else if (e->kind == SPAN_QPAUSE)
		s->paused += e->by;
	return (s->on > 0 && !s->paused) - before;
}

static unsigned bits_of(const int n[SPAN_KINDS], long at_work)
{
	unsigned bits = 0;

	if (n[SPAN_ON])
		bits |= SHIFT_IS_ON;
	if (n[SPAN_PAUSE] || (n[SPAN_QPAUSE] && !at_work))
		bits |= SHIFT_IS_PAUSED;
	if (n[SPAN_UNPAID])
		bits |= SHIFT_IS_UNPAID;
	if (n[SPAN_BILLABLE])
		bits |= SHIFT_IS_BILLABLE;
	if (n[SPAN_TALK])
		bits |= SHIFT_IS_TALK;
	if (n[SPAN_TALK] || n[SPAN_WRAP])
		bits |= SHIFT_IS_BUSY;
	return bits;
}

/* Forgets the edges that are done; spans that reach over the border go on behind it. */
static void keep_open(struct shift *a, size_t done, int64_t border, const int n[SPAN_KINDS])
{
	size_t left = a->n - done, k = 0, open = 0;
	int kind, more;

	for (kind = 0; kind < SPAN_KINDS; kind++)
		open += ((size_t)n[kind] + SHIFT_AT_ONCE - 1) / SHIFT_AT_ONCE;
	if (left) /* each that is open began among the done, so there is room */
		memmove(a->edge + open, a->edge + done, left * sizeof(*a->edge));
	for (kind = 0; kind < SPAN_KINDS; kind++)
		for (more = n[kind]; more > 0; more -= SHIFT_AT_ONCE)
			a->edge[k++] = (struct shift_edge){
				border, 0, (int16_t)(more < SHIFT_AT_ONCE ? more : SHIFT_AT_ONCE),
				(int8_t)kind };
	a->n = left + k;
}

/* The end of the last session that was over at `certain`; -1: there was none. */
static int64_t last_over(const struct shift *a, int64_t certain)
{
	int64_t over = -1;

	for (size_t i = 0; i < a->n; i++) {
		const struct shift_edge *e = a->edge + i;

		if (e->kind == SPAN_ON && e->by < 0 && e->t <= certain && e->t > over)
			over = e->t;
	}
	return over;
}

void shift_settle(struct shifts *s, uint32_t account, int64_t certain, shift_take *take, void *arg)
{
	struct shift *a = s->shift + account;
	int n[SPAN_KINDS] = { 0 }, talks = 0;
	long at_work = 0;
	int64_t border = certain, at = 0;
	unsigned bits = 0;
	size_t i;

	if (border != INT64_MAX) {
		border = a->over <= border ? a->over : last_over(a, border);
		if (border < 0)
			return;
	}
	for (i = 0; i < a->slots; i++)
		a->slot[i].on = a->slot[i].paused = 0;
	if (a->n)
		qsort(a->edge, a->n, sizeof(*a->edge), by_time);
	for (i = 0; i < a->n && a->edge[i].t <= border; i++) {
		if (bits && a->edge[i].t > at)
			take(arg, account, at, a->edge[i].t, bits, talks);
		at = a->edge[i].t;
		n[a->edge[i].kind] += a->edge[i].by;
		at_work += turn(a, a->edge + i);
		bits = bits_of(n, at_work);
		talks = n[SPAN_TALK];
	}
	if (bits && border > at && border != INT64_MAX)
		take(arg, account, at, border, bits, talks);
	keep_open(a, i, border, n);
}

void shifts_free(struct shifts *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->shift[i].edge);
		free(s->shift[i].slot);
	}
	free(s->shift);
	*s = (struct shifts){ 0 };
}
