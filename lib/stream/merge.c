#include "stream/merge.h"

#include <stdlib.h>

#include "base/inline.h"
#include "base/when.h"

_Static_assert((int)OUT_LINE <= (int)SCAN_SLACK, "lines are put out without a look at their length");

/* Sorts behind every time; is no time. */
#define OVER INT64_MAX
#define UNKNOWN INT64_MIN

/* What --dedup knows of the lines of one time. */
struct met {
	int64_t time;
	struct names lines;
	unsigned long long *times; /* per line: given; then met in each input */
	size_t cap;
};

struct merge {
	struct inputs *in;
	int64_t *ahead;    /* per input: the time of the event behind the one at hand, or UNKNOWN */
	struct turn *turn; /* a tournament's, see replay; [0]: who won it */
	size_t leaves;     /* it is among so many: a power of two, some of them never there */
	bool taken;        /* the winner's event has been given */
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

/* The time of what stands in the stretch behind the event at hand. */
static inline int64_t time_ahead(const struct stretch *st)
{
	return st->head + 1 < st->end ? st->head[1].time : UNKNOWN;
}

/* An input at the end of its stretch has its next event at hand: its time, or OVER. */
static int64_t enter_stretch(struct merge *m, size_t i)
{
	struct stretch *st = &m->in->input[i]->stretch;

	if (!(m->in->brief ? inputs_stretch(m->in, i) : inputs_next(m->in, i)))
		return OVER;
	m->ahead[i] = time_ahead(st);
	return st->head->time;
}

/* The same of any input whose event was given. */
static inline int64_t enter(struct merge *m, size_t i)
{
	struct input *in = m->in->input[i];
	int64_t time = m->ahead[i];

	if (time == UNKNOWN)
		return enter_stretch(m, i);
	stretch_pass(&in->stretch);
	m->ahead[i] = time_ahead(&in->stretch);
	inputs_look(m->in, in, time);
	return time;
}

/*
 * A tournament of losers: of each match between two inputs the one whose event comes later stays
 * at its node, the other goes on. Whose event was given plays again those whom it had beaten: always
 * as many matches as the tree is high, and none with a branch that depends on who wins.
 *
 * Input i enters at node (leaves + i) / 2; the match of node k is followed by that of k / 2.
 */
static inline void replay(struct merge *m, struct turn up)
{
	for (size_t k = (m->leaves + up.i) / 2; k > 0; k /= 2) {
		struct turn *stays = &m->turn[k];
		uint64_t mask = 0 - (uint64_t)turn_before(*stays, up);
		uint64_t time = (uint64_t)(stays->time ^ up.time) & mask;
		size_t i = (stays->i ^ up.i) & (size_t)mask;

		/* changed places if the mask is all ones */
		stays->time ^= (int64_t)time;
		stays->i ^= i;
		up.time ^= (int64_t)time;
		up.i ^= i;
	}
	m->turn[0] = up;
}

/* Plays the whole tournament below node k; who wins it. */
static struct turn play(struct merge *m, size_t k)
{
	struct turn a, b;
	size_t i = k - m->leaves;

	if (k >= m->leaves)
		return (struct turn){ i < m->in->n ? enter(m, i) : OVER, i };
	a = play(m, 2 * k);
	b = play(m, 2 * k + 1);
	m->turn[k] = turn_before(a, b) ? b : a;
	return turn_before(a, b) ? a : b;
}

static bool begin(struct merge *m)
{
	for (m->leaves = 1; m->leaves < m->in->n; m->leaves *= 2)
		;
	m->ahead = calloc(m->leaves, sizeof(*m->ahead));
	m->turn = calloc(m->leaves, sizeof(*m->turn));
	if (!m->ahead || !m->turn) {
		diag_fail(m->in->d, "out of memory");
		return false;
	}
	for (size_t i = 0; i < m->in->n; i++)
		m->ahead[i] = UNKNOWN;
	m->turn[0] = play(m, 1);
	return true;
}

/* Has this line been given as often as this input has it? (true: it is a repeat) */
static bool repeat(struct merge *m, size_t i)
{
	const struct input *in = m->in->input[i];
	const struct head *head = in->stretch.head;
	struct met *met = &m->met;
	size_t before = met->lines.n, width = m->in->n + 1;
	unsigned long long *times;
	uint32_t id;

	if (in->special && verb_of_stream(in->ev.verb))
		return false;
	if (head->time != met->time) {
		names_free(&met->lines);
		met->time = head->time;
		before = 0;
	}
	id = names_put(&met->lines, stretch_line(&in->stretch));
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

/* The input whose event comes next; NULL: no more. */
ALWAYS_INLINE struct input *next(struct merge *m)
{
	if (!m->turn && !begin(m))
		return NULL;
	for (;;) {
		size_t i = m->turn[0].i;

		if (m->taken)
			replay(m, (struct turn){ enter(m, i), i });
		m->taken = m->turn[0].time != OVER;
		if (!m->taken)
			return NULL;
		i = m->turn[0].i;
		if (!m->dedup || !repeat(m, i))
			return m->in->input[i];
		m->repeats++;
	}
}

const struct event *merge_next(struct merge *m)
{
	struct input *in = next(m);

	if (!in)
		return NULL;
	in->ev.line = stretch_line(&in->stretch);
	in->ev.time = in->stretch.head->time;
	return &in->ev;
}

unsigned long long merge_put(struct merge *m, struct out *out)
{
	unsigned long long n = 0;
	struct input *in;

	for (; !out->err && (in = next(m)); n++)
		if (in->special)
			out_slice(out, in->ev.line);
		else
			out_line(out, stretch_line(&in->stretch));
	return n;
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
	free(m->ahead);
	free(m->turn);
	free(m);
}
