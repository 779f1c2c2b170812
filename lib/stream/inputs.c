#include "stream/inputs.h"

#include <poll.h>
#include <stdlib.h>

#include "base/when.h"
#include "stream/operand.h"

static struct input *add(struct inputs *all, const struct source_options *o)
{
	struct input *in = calloc(1, sizeof(*in));

	if (!in || !array_need(&all->input, &all->cap, all->n + 1, sizeof(struct input *))) {
		free(in);
		diag_fail(all->d, "out of memory");
		return NULL;
	}
	in->options = *o;
	in->time = in->newest = WHEN_MIN;
	all->input[all->n++] = in;
	return in;
}

/* Can be read without waiting? */
static bool ready(void *arg, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct input *in = arg;

	in->fd = fd;
	return poll(&p, 1, 0) != 0;
}

static int open_input(struct inputs *all, struct input *in)
{
	in->fd = -1;
	if (all->live) {
		in->options.wait = ready;
		in->options.wait_arg = in;
	}
	in->source = source_open(&in->options, all->d);
	if (in->source && all->lent)
		source_lend(in->source, all->lent);
	return in->source ? 0 : -1;
}

int inputs_add(struct inputs *all, const struct source_options *o)
{
	struct input *in = add(all, o);

	return in ? open_input(all, in) : -1;
}

int inputs_add_command(struct inputs *all, const char *command, const struct source_options *o)
{
	struct input *in = add(all, o);
	const char **operand = malloc(sizeof(*operand));

	if (!in || !operand || child_start(&in->child, command, all->d) < 0) {
		free(operand);
		return -1;
	}
	*operand = in->child.path;
	in->command = command;
	in->options.operand = operand;
	in->options.name = command;
	in->options.operands = in->options.cap = 1;
	return open_input(all, in);
}

void inputs_lend(struct inputs *all, struct out *out)
{
	all->lent = out;
	for (size_t i = 0; i < all->n; i++)
		if (all->input[i]->source)
			source_lend(all->input[i]->source, out);
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
 * The partition a command names by its own -p or sql:, for one that gives no event: the first behind
 * qlfetch, whatever ssh -p was given before.
 */
static struct slice named_partition(const char *command)
{
	struct slice rest = slice_str(command), word, name = { 0 }, behind, options;
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
		else if (operand_cut(word, &behind) == OPERAND_SQL)
			name = slice_cut(behind, '?', &options);
		else if (word.n > 2 && slice_begins(word, SLICE("-p")))
			name = slice_of(word.p + 2, word.n - 2);
		next = slice_is(word, "-p") || slice_is(word, "--partition") ||
		       slice_is(word, "--partition=");
	}
	return partition_valid(name) ? name : (struct slice){ 0 };
}

struct slice inputs_named(const struct inputs *all, size_t i)
{
	const char *command = all->input[i]->command;

	return command ? named_partition(command) : (struct slice){ 0 };
}

struct slice inputs_name(const struct inputs *all, size_t i)
{
	const struct input *in = all->input[i];
	struct slice named = inputs_named(all, i);

	return in->npartition ? slice_of(in->partition, in->npartition)
	       : named.n      ? named
	       : in->command  ? slice_str(in->command)
	       : in->options.operands ? slice_str(*in->options.operand)
				      : SLICE("stdin");
}

/* The command behind an ended input ended badly and nobody has said so downstream. */
static bool make_down(struct inputs *all, struct input *in, size_t number)
{
	const char *why = in->command ? child_end(&in->child) : NULL;
	struct slice partition = slice_of(in->partition, in->npartition);
	struct buf text = { 0 };

	if (in->command && in->child.remarked)
		diag_warn(all->d, "%s: status 1: done, with remarks", in->command);
	if (!why)
		return false;
	if (partition.n == 0)
		partition = named_partition(in->command);
	if (partition.n == 0) {
		buf_fmt(&text, "input-%zu", number + 1);
		memcpy(in->partition, text.p, text.n);
		partition = slice_of(in->partition, text.n);
	}
	diag_fail(all->d, "%.*s: %s: %s", (int)partition.n, partition.p, in->command, why);
	if (!in->down) {
		text.n = 0;
		buf_fmt(&text, "%s: %s", in->command, why);
		event_make(&in->ev, in->time == WHEN_MIN ? 0 : in->time, partition, VERB_SOURCEDOWN,
			   buf_all(&text), &in->own);
		all->sources.down++;
	}
	buf_free(&text);
	return !in->down;
}

static void count_source(struct inputs *all, struct input *in)
{
	struct source_counts c = source_counts(in->source);

	all->sources.read += c.read;
	all->sources.refused += c.refused;
	all->sources.blank += c.blank;
	all->sources.cr += c.cr;
	all->sources.copies += c.copies;
	all->sources.down += c.down;
}

static void close_input(struct inputs *all, struct input *in)
{
	if (in->source) {
		if (all->lent)
			out_settle(all->lent);
		count_source(all, in);
		source_close(in->source);
		in->source = NULL;
	}
}

static void note_newest(struct inputs *all, struct input *in)
{
	uint32_t id;

	if (in->newest == WHEN_MIN)
		return;
	id = names_put(&all->partitions, slice_of(in->partition, in->npartition));
	if (id == NAMES_NONE ||
	    !array_need(&all->newest, &all->newestcap, all->partitions.n, sizeof(*all->newest)))
		return;
	if (id == all->partitions.n - 1 && all->partitions.n > all->newests) {
		all->newest[id] = WHEN_MIN;
		all->newests = all->partitions.n;
	}
	if (in->newest > all->newest[id])
		all->newest[id] = in->newest;
	in->newest = WHEN_MIN;
}

static struct slice partition_of(struct slice line)
{
	struct slice rest;

	slice_cut(line, '\t', &rest);
	return slice_cut(rest, '\t', &rest);
}

static void remember(struct input *in, struct slice partition)
{
	in->npartition = partition.n;
	memcpy(in->partition, partition.p, partition.n);
}

void inputs_tell_backwards(struct inputs *all, struct input *in, int64_t time)
{
	struct slice line = stretch_line(&in->stretch), p = partition_of(line);
	struct buf text = { 0 };
	unsigned long long number;
	const char *path;

	if (!diag_few(&all->backwards))
		return;
	path = in->special ? source_where(in->source, &in->ev, &number)
			   : source_where_at(in->source, line.p, &number);
	when_put_epoch(&text, in->time);
	buf_str(&text, " to ");
	when_put_epoch(&text, time);
	diag_warn(all->d, "%s:%llu: %.*s goes back in time, from %.*s", path, number, (int)p.n, p.p,
		  (int)text.n, text.p);
	buf_free(&text);
}

void inputs_keep_newest(struct inputs *all, struct input *in, int64_t time)
{
	struct slice line = stretch_line(&in->stretch);
	const unsigned char *name = (const unsigned char *)memchr(line.p, '\t', line.n) + 1;

	/* a line shorter than the name remembered can be read beyond its end */
	if (memcmp(name, in->partition, in->npartition) != 0 || name[in->npartition] != '\t') {
		note_newest(all, in);
		remember(in, partition_of(line));
	}
	if (time > in->newest)
		in->newest = time;
}

/* Its event is a stretch of one line. */
static void alone(struct input *in)
{
	in->special = true;
	in->head = (struct head){ in->ev.time, (uint32_t)(in->ev.line.n - 1), true };
	in->stretch = (struct stretch){ in->ev.line.p, in->ev.line.p, &in->head, &in->head + 1 };
}

/* The source is at its end, or has nothing now. */
static bool end(struct inputs *all, struct input *in, size_t i)
{
	struct slice last;

	if (in->source && source_later(in->source))
		return false;
	if (all->keep_newest)
		note_newest(all, in);
	if (in->source && (last = source_partition(in->source)).n)
		remember(in, last);
	close_input(all, in);
	if (all->live && !child_over(&in->child))
		return false;
	in->over = true;
	in->down = make_down(all, in, i);
	if (in->down)
		alone(in);
	return in->down;
}

bool inputs_next(struct inputs *all, size_t i)
{
	struct input *in = all->input[i];

	if (in->over)
		return false;
	if (!in->source || !source_next(in->source, &in->ev))
		return end(all, in, i);
	all->read++;
	alone(in);
	in->down = in->ev.verb == VERB_SOURCEDOWN;
	if (!verb_of_stream(in->ev.verb))
		inputs_look(all, in, in->ev.time);
	if (all->live)
		remember(in, in->ev.f[F_PARTITION]);
	return true;
}

bool inputs_stretch(struct inputs *all, size_t i)
{
	struct input *in = all->input[i];
	struct stretch *st = &in->stretch;

	if (in->over || !in->source || !source_stretch(in->source, st))
		return inputs_next(all, i);
	all->read += (size_t)(st->end - st->head);
	in->special = in->down = false;
	inputs_look(all, in, st->head->time);
	return true;
}

void inputs_close(struct inputs *all)
{
	diag_total(all->d, all->backwards, "steps back in time");
	for (size_t i = 0; i < all->n; i++) {
		struct input *in = all->input[i];

		close_input(all, in);
		child_stop(&in->child);
		if (in->command)
			free(in->options.operand);
		buf_free(&in->own);
		free(in);
	}
	names_free(&all->partitions);
	free(all->newest);
	free(all->input);
}
