/* qlfilter: the events that match. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/opt.h"
#include "rule/filter.h"
#include "stream/sink.h"
#include "stream/source.h"

struct options {
	struct source_options in;
	struct sink_options out;
	struct filter filter;
	bool verbose;
};

static const struct opt own_opts[] = {
	{ 'p', 'p', "partition", "LIST",
	  "only events of these partitions; with -I queuelog the name of the only one", NULL },
	{ 'v', 'v', "verbose", NULL, "say the counts at the end", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case 'p':
		o->in.partition = arg;
		return filter_partition(&o->filter, what, arg, d);
	case 'v':
		o->verbose = true;
		return 0;
	default:
		return source_take(&o->in, id, what, arg, d);
	}
}

static const struct command command = {
	.name = "qlfilter",
	.words = filter_words,
	.summary = "pass the events that match",
	.usage = "[option ...] [file ...]",
	.tail = "All that is given must hold; of a list, one. A LIST is names with commas\n"
		"between, or @FILE, a name per line. SOURCEDOWN, SOURCEUP and TICK pass always.\n\n"
		"  qlfilter -p A,B --class call --day yesterday events\n"
		"  qlfilter -e ENTERQUEUE --match 'data2~^0800' | qlfilter --not -q test",
};

/* Raw lines have no partition to select: -p is what they are stamped with, as in qlfetch. */
static int stamp(struct options *o, struct diag *d)
{
	if (o->in.input != SOURCE_QUEUELOG)
		return 0;
	if (o->filter.select.partition.n != 1 || *o->in.partition == '@')
		return diag_fail(d, "-I queuelog: -p must give the name of the one partition");
	names_free(&o->filter.select.partition);
	return 0;
}

/* Does nobody have to look at the events? */
static bool in_runs(const struct sink *out, const struct filter *f)
{
	return filter_is_all(f) && out->format == EVENT_TSV;
}

static void pass(struct source *in, struct sink *out, struct filter *f)
{
	struct event ev;
	struct slice run;

	if (in_runs(out, f)) {
		while (!out->out.err && source_run(in, &run))
			out_run(&out->out, run);
		return;
	}
	while (!out->out.err && source_next(in, &ev))
		if (filter_match(f, &ev))
			sink_put(out, &ev);
}

static void tell_counts(const struct source_counts *c, const struct sink *out,
			const struct filter *f, struct diag *d)
{
	unsigned long long passed = in_runs(out, f) ? c->read - c->refused : out->events + c->passed - c->down;

	diag_note(d, "%llu lines read = %llu passed + %llu filtered + %llu refused", c->read, passed,
		  c->read - c->refused - passed, c->refused);
}

static void run(struct options *o, struct diag *d)
{
	struct source *in = source_open(&o->in, d);
	struct source_counts c;
	struct sink out;

	if (!in)
		return;
	if (sink_open(&out, &o->out, d) == 0) {
		source_lend(in, &out.out);
		filter_tell(&o->filter, in, out.format == EVENT_TSV);
		pass(in, &out, &o->filter);
		if (filter_failed(&o->filter))
			diag_fail(d, "out of memory");
		c = source_counts(in);
		if (o->verbose)
			tell_counts(&c, &out, &o->filter, d);
		sink_close(&out, d->status < 2);
	}
	source_close(in);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlfilter");
	struct options o = { .filter = FILTER_ALL };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Selection", filter_opts, filter_take, &o.filter },
		{ "Input", source_opts, source_take, &o.in },
		{ "Output", sink_opts, sink_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0 && stamp(&o, &d) == 0 &&
	    filter_ready(&o.filter, time(NULL) * WHEN_SECOND, &d) == 0)
		run(&o, &d);
	filter_free(&o.filter);
	free(o.in.operand);
	return r < 0 ? d.status : r;
}
