/* qlrewrite: agents and queues renamed, times shifted. */
#include <signal.h>
#include <stdlib.h>

#include "base/opt.h"
#include "rule/rewrite.h"
#include "stream/sink.h"
#include "stream/source.h"

struct options {
	struct source_options in;
	struct sink_options out;
	struct rewrite rewrite;
	bool verbose;
};

struct counts {
	unsigned long long changed, refused;
};

static const struct opt own_opts[] = {
	{ 'p', 'p', "partition", "NAME", "with -I queuelog: the server whose log it is", NULL },
	{ 'v', 'v', "verbose", NULL, "say the counts at the end", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case 'p':
		o->in.partition = arg;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	default:
		return source_take(&o->in, id, what, arg, d);
	}
}

static const struct command command = {
	.name = "qlrewrite",
	.summary = "rename agents and queues, shift times",
	.usage = "[option ...] [file ...]",
	.tail = "The rewrites are done in the order in which they are listed here.\n\n"
		"  qlmerge a b | qlrewrite --by-partition | qlagents\n"
		"  qlfetch -p A queue_log | qlrewrite --shift A=+3s --queues composite.map",
};

static void refuse(struct source *in, const struct event *ev, struct counts *c, struct diag *d)
{
	unsigned long long line;
	const char *file = source_where(in, ev, &line);

	if (diag_few(&c->refused))
		diag_warn(d, "%s:%llu: %.*s: shifted out of the range 0 to 2^33", file, line,
			  (int)ev->f[F_TIME].n, (const char *)ev->f[F_TIME].p);
}

static void rewrite(struct source *in, struct sink *out, struct rewrite *r, struct counts *c)
{
	struct event some[SOURCE_SOME], *ev;
	size_t n;

	while (!out->out.err && (n = source_some(in, some, SOURCE_SOME)))
		for (ev = some; ev < some + n; ev++) {
			if (!rewrite_event(r, ev)) {
				refuse(in, ev, c, out->d);
				continue;
			}
			c->changed += r->changed;
			sink_put(out, ev);
		}
}

static void tell_counts(const struct source_counts *in, const struct counts *c,
			const struct sink *out, struct diag *d)
{
	diag_note(d, "%llu lines read = %llu passed + %llu refused; %llu rewritten", in->read,
		  out->events - in->down, in->refused + c->refused, c->changed);
}

static void run(struct options *o, struct diag *d)
{
	struct source *in = source_open(&o->in, d);
	struct source_counts read;
	struct counts c = { 0, 0 };
	struct sink out;

	if (!in)
		return;
	if (sink_open(&out, &o->out, d) == 0) {
		source_lend(in, &out.out);
		rewrite(in, &out, &o->rewrite, &c);
		if (o->rewrite.failed)
			diag_fail(d, "out of memory");
		diag_total(d, c.refused, "events shifted out of range");
		read = source_counts(in);
		if (o->verbose)
			tell_counts(&read, &c, &out, d);
		sink_close(&out, d->status < 2);
	}
	source_close(in);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlrewrite");
	struct options o = { .verbose = false };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Rewrites, in their order", rewrite_opts, rewrite_take, &o.rewrite },
		{ "Input", source_opts, source_take, &o.in },
		{ "Output", sink_opts, sink_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0 && o.in.partition && o.in.input != SOURCE_QUEUELOG)
		diag_fail(&d, "-p: events have a partition: only with -I queuelog");
	else if (r < 0)
		run(&o, &d);
	rewrite_free(&o.rewrite);
	free(o.in.operand);
	return r < 0 ? d.status : r;
}
