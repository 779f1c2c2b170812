#include "stream/merge.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"

struct input {
	struct source_options options;
	struct source *source;
	struct child child;
	const char *command; /* NULL: an operand */
	struct event ev;
	int64_t time;        /* of the event before */
	bool down;           /* its last event was SOURCEDOWN */
	unsigned char partition[PARTITION_MOST]; /* of the event before */
	size_t npartition;
	int64_t newest;      /* of that partition, since it was last noted */
	struct buf own;      /* the SOURCEDOWN made here */
	bool over;           /* nothing follows ev */
};

/* What --dedup knows of the lines of one time. */
struct met {
	int64_t time;
	struct names lines;
	unsigned long long *times; /* per line: given; then met in each input */
	size_t cap;
};

struct merge {
	struct diag *d;
	struct input **input;
	size_t n, cap;
	struct next {
		int64_t time; /* of the input's event */
		size_t i;
	} *heap;             /* by time, then by number of the input */
	size_t alive;
	bool begun, taken;   /* the event at the top has been given */
	bool dedup, keep_newest, brief;
	struct met met;
	struct out *lent;
	struct merge_counts counts;
	struct source_counts sources; /* of inputs closed */
	struct names partitions;
	int64_t *newest;
	size_t newestcap;
};

struct merge *merge_new(bool dedup, struct diag *d)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (!m) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	m->d = d;
	m->dedup = dedup;
	m->met.time = WHEN_MIN;
	return m;
}

static struct input *add(struct merge *m, const struct source_options *o)
{
	struct input *in = calloc(1, sizeof(*in));

	if (!in || !array_need(&m->input, &m->cap, m->n + 1, sizeof(struct input *))) {
		free(in);
		diag_fail(m->d, "out of memory");
		return NULL;
	}
	in->options = *o;
	in->time = in->newest = WHEN_MIN;
	m->input[m->n++] = in;
	return in;
}

static int open_input(struct merge *m, struct input *in)
{
	in->source = source_open(&in->options, m->d);
	if (in->source && m->brief)
		source_brief(in->source);
	if (in->source && m->lent)
		source_lend(in->source, m->lent);
	return in->source ? 0 : -1;
}

int merge_add(struct merge *m, const struct source_options *o)
{
	struct input *in = add(m, o);

	return in ? open_input(m, in) : -1;
}

int merge_add_command(struct merge *m, const char *command, const struct source_options *o)
{
	struct input *in = add(m, o);
	const char **operand = malloc(sizeof(*operand));

	if (!in || !operand || child_start(&in->child, command, m->d) < 0) {
		free(operand);
		return -1;
	}
	*operand = in->child.path;
	in->command = command;
	in->options.operand = operand;
	in->options.operands = in->options.cap = 1;
	return open_input(m, in);
}

/* A word of a command: what a shell gives a meaning stands between words here. */
static struct slice next_word(struct slice *rest)
{
	static const char between[] = " \t\n;|&()<>'\"";
	struct slice word;
	size_t n = 0;

	while (rest->n && strchr(between, *rest->p))
		*rest = slice_of(rest->p + 1, rest->n - 1);
	while (n < rest->n && !strchr(between, rest->p[n]))
		n++;
	word = slice_of(rest->p, n);
	*rest = slice_of(rest->p + n, rest->n - n);
	return word;
}

/*
 * The partition a command names by its own -p, for one that ended before it gave an event: the first
 * behind qlfetch, whatever ssh -p was given before.
 */
static struct slice named_partition(const char *command)
{
	struct slice rest = slice_str(command), word, name = { 0 };
	bool next = false;

	while ((word = next_word(&rest)).n) {
		if (word.n >= 7 && slice_is(slice_of(word.p + word.n - 7, 7), "qlfetch"))
			name.n = 0;
		if (name.n)
			continue;
		if (next)
			name = word;
		else if (slice_begins(word, SLICE("--partition=")))
			name = slice_of(word.p + 12, word.n - 12);
		else if (word.n > 2 && slice_begins(word, SLICE("-p")))
			name = slice_of(word.p + 2, word.n - 2);
		next = slice_is(word, "-p") || slice_is(word, "--partition") ||
		       slice_is(word, "--partition=");
	}
	return partition_valid(name) ? name : (struct slice){ 0 };
}

/* The command behind an ended input ended badly and nobody has said so downstream. */
static bool make_down(struct merge *m, struct input *in, size_t number)
{
	const char *why = in->command ? child_end(&in->child) : NULL;
	struct slice partition = slice_of(in->partition, in->npartition);
	struct buf text = { 0 };

	if (in->command && in->child.remarked)
		diag_warn(m->d, "%s: status 1: done, with remarks", in->command);
	if (!why)
		return false;
	if (partition.n == 0)
		partition = named_partition(in->command);
	if (partition.n == 0) {
		buf_fmt(&text, "input-%zu", number + 1);
		memcpy(in->partition, text.p, text.n);
		partition = slice_of(in->partition, text.n);
	}
	diag_fail(m->d, "%.*s: %s: %s", (int)partition.n, partition.p, in->command, why);
	if (!in->down) {
		text.n = 0;
		buf_fmt(&text, "%s: %s", in->command, why);
		event_make(&in->ev, in->time == WHEN_MIN ? 0 : in->time, partition, VERB_SOURCEDOWN,
			   buf_all(&text), &in->own);
		m->sources.down++;
	}
	buf_free(&text);
	return !in->down;
}

static void count_source(struct merge *m, struct input *in)
{
	struct source_counts c = source_counts(in->source);

	m->sources.read += c.read;
	m->sources.refused += c.refused;
	m->sources.blank += c.blank;
	m->sources.cr += c.cr;
	m->sources.copies += c.copies;
	m->sources.down += c.down;
}

static void close_input(struct merge *m, struct input *in)
{
	if (in->source) {
		if (m->lent)
			out_settle(m->lent);
		count_source(m, in);
		source_close(in->source);
		in->source = NULL;
	}
}

static void note_newest(struct merge *m, struct input *in)
{
	uint32_t id;

	if (in->newest == WHEN_MIN)
		return;
	id = names_put(&m->partitions, slice_of(in->partition, in->npartition));
	if (id == NAMES_NONE ||
	    !array_need(&m->newest, &m->newestcap, m->partitions.n, sizeof(*m->newest)))
		return;
	if (id == m->partitions.n - 1 && m->partitions.n > m->counts.partitions) {
		m->newest[id] = WHEN_MIN;
		m->counts.partitions = m->partitions.n;
	}
	if (in->newest > m->newest[id])
		m->newest[id] = in->newest;
	in->newest = WHEN_MIN;
}

/* What is to be remembered of an input's new event. */
static void look(struct merge *m, struct input *in)
{
	struct slice p = in->ev.f[F_PARTITION];

	if (!slice_eq(p, slice_of(in->partition, in->npartition))) {
		if (m->keep_newest)
			note_newest(m, in);
		memcpy(in->partition, p.p, p.n);
		in->npartition = p.n;
	}
	if (verb_of_stream(in->ev.verb))
		return;
	if (in->ev.time > in->newest)
		in->newest = in->ev.time;
	if (in->ev.time < in->time && diag_few(&m->counts.backwards)) {
		struct buf text = { 0 };
		unsigned long long line;
		const char *path = source_where(in->source, &line);

		when_put_epoch(&text, in->time);
		buf_str(&text, " to ");
		when_put_epoch(&text, in->ev.time);
		diag_warn(m->d, "%s:%llu: %.*s goes back in time, from %.*s",
			  in->command ? in->command : path, line, (int)p.n, p.p, (int)text.n,
			  text.p);
		buf_free(&text);
	}
	in->time = in->ev.time;
}

/* The next event of an input. */
static bool advance(struct merge *m, size_t i)
{
	struct input *in = m->input[i];

	if (in->over)
		return false;
	if (source_next(in->source, &in->ev)) {
		m->counts.read++;
		in->down = in->ev.verb == VERB_SOURCEDOWN;
		look(m, in);
		return true;
	}
	in->over = true;
	if (m->keep_newest)
		note_newest(m, in);
	close_input(m, in);
	return make_down(m, in, i);
}

static inline bool before(struct next a, struct next b)
{
	return a.time < b.time || (a.time == b.time && a.i < b.i);
}

/* What stands at `at` finds its place below. */
static void sink_down(struct merge *m, size_t at)
{
	struct next *heap = m->heap, moved = heap[at];
	size_t child;

	while ((child = at * 2 + 1) < m->alive) {
		if (child + 1 < m->alive)
			child += before(heap[child + 1], heap[child]);
		if (!before(heap[child], moved))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

static bool begin(struct merge *m)
{
	m->begun = true;
	m->heap = calloc(m->n ? m->n : 1, sizeof(*m->heap));
	if (!m->heap) {
		diag_fail(m->d, "out of memory");
		return false;
	}
	for (size_t i = 0; i < m->n; i++)
		if (advance(m, i))
			m->heap[m->alive++] = (struct next){ m->input[i]->ev.time, i };
	for (size_t i = m->alive / 2; i-- > 0;)
		sink_down(m, i);
	return true;
}

/* The event at the top was given: its input's next one takes its place. */
static void refill(struct merge *m)
{
	size_t i = m->heap[0].i;

	if (advance(m, i))
		m->heap[0].time = m->input[i]->ev.time;
	else
		m->heap[0] = m->heap[--m->alive];
	if (m->alive)
		sink_down(m, 0);
}

/* Has this line been given as often as this input has it? (true: it is a repeat) */
static bool repeat(struct merge *m, size_t i)
{
	const struct event *ev = &m->input[i]->ev;
	struct met *met = &m->met;
	size_t before = met->lines.n, width = m->n + 1;
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
		diag_fail(m->d, "out of memory");
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
		ev = &m->input[m->heap[0].i]->ev;
		if (!m->dedup || verb_of_stream(ev->verb) || !repeat(m, m->heap[0].i))
			return ev;
		m->counts.repeats++;
	}
}

void merge_brief(struct merge *m)
{
	m->brief = true;
}

void merge_lend(struct merge *m, struct out *out)
{
	m->lent = out;
	for (size_t i = 0; i < m->n; i++)
		if (m->input[i]->source)
			source_lend(m->input[i]->source, out);
}

void merge_keep_newest(struct merge *m)
{
	m->keep_newest = true;
}

const struct names *merge_newest(const struct merge *m, const int64_t **times)
{
	*times = m->newest;
	return &m->partitions;
}

struct merge_counts merge_counts(const struct merge *m)
{
	return m->counts;
}

struct source_counts merge_sources(const struct merge *m)
{
	return m->sources;
}

void merge_close(struct merge *m)
{
	if (!m)
		return;
	diag_total(m->d, m->counts.backwards, "steps back in time");
	for (size_t i = 0; i < m->n; i++) {
		struct input *in = m->input[i];

		close_input(m, in);
		if (in->command)
			free(in->options.operand);
		buf_free(&in->own);
		free(in);
	}
	names_free(&m->met.lines);
	names_free(&m->partitions);
	free(m->met.times);
	free(m->newest);
	free(m->heap);
	free(m->input);
	free(m);
}
