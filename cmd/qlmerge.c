/* qlmerge: several event streams to one, in the order of time. */
#include <signal.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/opt.h"
#include "base/program.h"
#include "base/when.h"
#include "stream/merge.h"
#include "stream/merge_live.h"
#include "stream/sink.h"

enum { OPT_DEDUP = 256, OPT_NEWEST, OPT_FOLLOW, OPT_WAIT, OPT_STALE };

struct options {
	struct source_options in; /* form and limits, for all inputs */
	struct sink_options out;
	struct {
		const char *text;
		bool command;
	} *input; /* in the order in which they were given */
	size_t inputs, cap;
	bool dedup, verbose, follow;
	long long newest; /* a file descriptor, or -1 */
	int64_t wait; /* microseconds; -1: not given */
	long long stale; /* seconds; -1: not given */
};

static const struct opt merge_opts[] = {
	{ 'x', 'x', "exec", "COMMAND",
	  "an input: what /bin/sh -c COMMAND writes; if it fails, so does the merge", NULL },
	{ OPT_DEDUP, 0, "dedup", NULL,
	  "among events of equal time, each line only as often as the input that has it most often",
	  NULL },
	{ OPT_NEWEST, 0, "newest", "FD",
	  "at the end, write each partition and the time of its newest event to this descriptor",
	  NULL },
	{ OPT_FOLLOW, 0, "follow", NULL, "of inputs that go on: write what has its place already",
	  NULL },
	{ OPT_WAIT, 0, "wait", "DURATION",
	  "with --follow: an event waits for other inputs no longer (10s)", NULL },
	{ OPT_STALE, 0, "stale", "DURATION",
	  "with --follow: an input silent for so long is SOURCEDOWN (30s, 0: never)", NULL },
	{ 'v', 'v', "verbose", NULL, "say the counts at the end", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case OPT_OPERAND:
	case 'x':
		if (!array_need(&o->input, &o->cap, o->inputs + 1, sizeof(*o->input)))
			return diag_fail(d, "out of memory");
		o->input[o->inputs].text = arg;
		o->input[o->inputs++].command = id == 'x';
		return 0;
	case OPT_DEDUP: o->dedup = true; return 0;
	case OPT_NEWEST: return opt_number(what, arg, 0, 1 << 20, &o->newest, d);
	case OPT_FOLLOW: o->follow = true; return 0;
	case OPT_WAIT: return opt_period(what, arg, &o->wait, d);
	case OPT_STALE: return opt_duration(what, arg, &o->stale, d);
	case 'v': o->verbose = true; return 0;
	default: return 0;
	}
}

static const struct command command = {
	.name = "qlmerge",
	.summary = "merge event streams in the order of time",
	.usage = "[option ...] [file ...]",
	.tail = "Equal times: the order of the inputs. Files and -x may be mixed.\n\n"
		"  qlmerge -x 'ssh a qlfetch -p A /var/log/asterisk' -x 'qlfetch -p B b.gz' |\n"
		"          qlstats -r overview",
};

static int add_inputs(struct inputs *in, const struct options *o)
{
	struct source_options one = o->in;

	for (size_t i = 0; i < o->inputs; i++) {
		int r;

		one.operand = &o->input[i].text;
		one.operands = 1;
		r = o->input[i].command ? inputs_add_command(in, o->input[i].text, &one)
					: inputs_add(in, &one);
		if (r < 0)
			return -1;
	}
	one.operands = 0;
	return o->inputs ? 0 : inputs_add(in, &one);
}

/* `partition TAB time` for each; whoever asked for it reads it. */
static void tell_newest(const struct inputs *in, int fd, struct diag *d)
{
	struct buf b = { 0 };

	for (uint32_t i = 0; i < in->newests; i++) {
		buf_slice(&b, names_text(&in->partitions, i));
		buf_byte(&b, '\t');
		when_put_epoch(&b, in->newest[i]);
		buf_byte(&b, '\n');
	}
	if (b.failed)
		diag_fail(d, "out of memory");
	else if (fd_write(fd, b.p, b.n) < 0)
		diag_errno(d, "--newest: %d", fd);
	buf_free(&b);
}

static int merge_all(const struct options *o, struct inputs *in, struct sink *k,
		     unsigned long long *repeats, struct diag *d)
{
	struct merge *m = merge_new(in, o->dedup);
	const struct event *ev;

	if (!m)
		return -1;
	if (in->brief)
		k->events = merge_put(m, &k->out);
	else
		while (!k->out.err && (ev = merge_next(m)))
			sink_put(k, ev);
	if (o->newest >= 0)
		tell_newest(in, (int)o->newest, d);
	*repeats = merge_repeats(m);
	merge_close(m);
	return 0;
}

static void tell_counts(const struct options *o, const struct source_counts *in,
			unsigned long long passed, unsigned long long left_out, struct diag *d)
{
	diag_note(d, "%llu lines read = %llu passed + %llu %s + %llu refused", in->read, passed, left_out,
		  o->follow ? "ticks left out" : "repeats dropped", in->refused);
}

static int refuse(const struct options *o, struct diag *d)
{
	if (!o->follow && (o->wait >= 0 || o->stale >= 0))
		return diag_fail(d, "%s: only with --follow", o->wait >= 0 ? "--wait" : "--stale");
	if (o->follow && (o->dedup || o->newest >= 0))
		return diag_fail(d, "%s: not with --follow", o->dedup ? "--dedup" : "--newest");
	return 0;
}

/* 0; -1: told; or a signal by which to end. */
static int run(const struct options *o, struct diag *d)
{
	struct inputs in = { .d = d, .keep_newest = o->newest >= 0, .live = o->follow,
			     .brief = o->follow || o->out.format == EVENT_TSV };
	struct turns_counts live = { 0 };
	unsigned long long repeats = 0, events = 0;
	struct sink k;
	int r = -1;

	if (refuse(o, d) < 0)
		return -1;
	program_files(2 * o->inputs); /* of a command its pipe, and that opened anew */
	if (add_inputs(&in, o) == 0 && sink_open(&k, &o->out, d) == 0) {
		inputs_lend(&in, &k.out);
		if (o->follow)
			r = merge_live(&in, &k, o->wait < 0 ? 10 * WHEN_SECOND : o->wait,
				       (o->stale < 0 ? 30 : o->stale) * WHEN_SECOND, &live);
		else
			r = merge_all(o, &in, &k, &repeats, d);
		events = k.events;
		sink_close(&k, d->status < 2);
	}
	inputs_close(&in);
	if (o->verbose && r >= 0)
		tell_counts(o, &in.sources, events - in.sources.down - live.made, repeats + live.ticks, d);
	else if (repeats)
		diag_note(d, "repeats dropped: %llu", repeats);
	return r;
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlmerge");
	struct options o = { .newest = -1, .wait = -1, .stale = -1 };
	struct opt_group groups[] = {
		{ NULL, merge_opts, take, &o },
		{ "Input", source_event_opts, source_event_take, &o.in },
		{ "Output", sink_opts, sink_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r, sig = 0;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0)
		sig = run(&o, &d);
	free(o.input);
	if (sig > 0) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
	return r < 0 ? d.status : r;
}
