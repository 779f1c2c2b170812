#include "stream/merge.h"

#include <stdlib.h>

#include "base/when.h"

/* What --dedup knows of the lines of one time. */
struct met {
	int64_t time;
	struct names lines;
	unsigned long long *times; /* per line: given; then met in each input */
	size_t cap;
};

struct merge {
	struct inputs *in;
	struct turn *heap;
	size_t alive;
	bool begun, taken; /* the event at the top has been given */
	bool dedup;
	unsigned long long repeats;
	struct met met;
};

struct merge *merge_new(struct inputs *in, bool dedup)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (!m) {
		diag_fail(in->d, "out of memory");
		return NULL;
	}
	m->in = in;
	m->dedup = dedup;
	m->met.time = WHEN_MIN;
	return m;
}

/* What stands at `at` finds its place below. */
static void sink_down(struct merge *m, size_t at)
{
	struct turn *heap = m->heap, moved = heap[at];
	size_t child;

	while ((child = at * 2 + 1) < m->alive) {
		if (child + 1 < m->alive)
			child += turn_before(heap[child + 1], heap[child]);
		if (!turn_before(heap[child], moved))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

static bool begin(struct merge *m)
{
	m->begun = true;
	m->heap = calloc(m->in->n + 1, sizeof(*m->heap));
	if (!m->heap) {
		diag_fail(m->in->d, "out of memory");
		return false;
	}
	for (size_t i = 0; i < m->in->n; i++)
		if (inputs_next(m->in, i))
			m->heap[m->alive++] = (struct turn){ m->in->input[i]->ev.time, i };
	for (size_t i = m->alive / 2; i-- > 0;)
		sink_down(m, i);
	return true;
}

/* The event at the top was given: its input's next one takes its place. */
static void refill(struct merge *m)
{
	size_t i = m->heap[0].i;

	if (inputs_next(m->in, i))
		m->heap[0].time = m->in->input[i]->ev.time;
	else
		m->heap[0] = m->heap[--m->alive];
	if (m->alive)
		sink_down(m, 0);
}

/* Has this line been given as often as this input has it? (true: it is a repeat) */
static bool repeat(struct merge *m, size_t i)
{
	const struct event *ev = &m->in->input[i]->ev;
	struct met *met = &m->met;
	size_t before = met->lines.n, width = m->in->n + 1;
	unsigned long long *times;
	uint32_t id;

	if (ev->time != met->time) {
		names_free(&met->lines);
		met->time = ev->time;
		before = 0;
	}
	id = names_put(&met->lines, ev->line);
	if (id == NAMES_NONE ||
	    !array_need(&met->times, &met->cap, met->lines.n * width, sizeof(*met->times))) {
		diag_fail(m->in->d, "out of memory");
		return false;
	}
	times = met->times + id * width;
	if (met->lines.n > before)
		memset(times, 0, width * sizeof(*times));
	if (++times[1 + i] <= times[0])
		return true;
	times[0]++;
	return false;
}

const struct event *merge_next(struct merge *m)
{
	const struct event *ev;

	if (!m->begun && !begin(m))
		return NULL;
	for (;;) {
		if (m->taken)
			refill(m);
		m->taken = m->alive > 0;
		if (!m->taken)
			return NULL;
		ev = &m->in->input[m->heap[0].i]->ev;
		if (!m->dedup || verb_of_stream(ev->verb) || !repeat(m, m->heap[0].i))
			return ev;
		m->repeats++;
	}
}

unsigned long long merge_repeats(const struct merge *m)
{
	return m->repeats;
}

void merge_close(struct merge *m)
{
	if (!m)
		return;
	names_free(&m->met.lines);
	free(m->met.times);
	free(m->heap);
	free(m);
}
