/* qlcheck: what is wrong with a log. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/opt.h"
#include "report/check.h"
#include "report/heading.h"
#include "report/table.h"
#include "stream/source.h"

enum { KINDS = 512, HELP_KINDS, SILENCE, SUGGEST, REJECTS };

struct options {
	struct source_options in;
	struct check_options check;
	struct table_options out;
	bool suggest, help_kinds;
};

/* What refused lines are told to. */
struct told {
	struct check *check;
	struct slice partition;
};

static const struct opt own_opts[] = {
	{ KINDS, 0, "kinds", "KIND-LIST", "findings of these kinds", NULL },
	{ HELP_KINDS, 0, "help-kinds", NULL, "show the kinds of findings, and end", NULL },
	{ 'n', 'n', "limit", "N", "at most so many of each kind (10; 0: all)", NULL },
	{ SILENCE, 0, "silence", "DURATION",
	  "a longer silence is a finding (5d; 1h of office hours)", NULL },
	{ REJECTS, 0, "rejects", "FILE", "write the refused lines to FILE, byte for byte", NULL },
	{ SUGGEST, 0, "suggest-agents", NULL,
	  "instead of findings: other names of agents and the one that calls are connected to,\n"
	  "as qlrewrite --agents reads them",
	  NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take_kinds(struct options *o, const char *what, const char *arg, struct diag *d)
{
	unsigned set = finding_set(arg);

	o->check.kinds |= set;
	return set ? 0 : diag_fail(d, "%s: %s: no such kind; see --help-kinds", what, arg);
}

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case KINDS:
		return take_kinds(o, what, arg, d);
	case HELP_KINDS:
		o->help_kinds = true;
		return 0;
	case 'n':
		return opt_number(what, arg, 0, 1000000000, &o->check.most, d);
	case SILENCE:
		return opt_duration(what, arg, &o->check.silence, d);
	case REJECTS:
		o->in.rejects = arg;
		return 0;
	case SUGGEST:
		o->suggest = true;
		return 0;
	default:
		return source_take(&o->in, id, what, arg, d);
	}
}

/* -p selects and, of raw logs, says whose they are. */
static int take_facts(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	if (id == 'p')
		o->in.partition = arg;
	return facts_take(&o->check.facts, id, what, arg, d);
}

/* What of the options of facts is of use here, and what it means here where that is another thing. */
static const struct opt_use facts_of_use[] = {
	{ "partition", "findings at these partitions; of raw logs (-I queuelog): whose log it is" },
	{ "queue", "about these queues" },
	{ "agent", "about these agents" },
	{ "callid", "about these call ids" },
	{ "from", NULL },
	{ "to", NULL },
	{ "day", NULL },
	{ "month", NULL },
	{ "zone", NULL },
	{ "hours", "when the office is open: findings, and what of a silence lies in these hours" },
	{ "days", "the same for days of the week: mon-fri, sat,sun" },
	{ "until", "look for silence up to TIME (else to the last event)" },
	{ "max-open", NULL },
	{ "incomplete", NULL },
	{ NULL, NULL },
};

static const struct opt_use agents_of_use[] = {
	{ "no-persistent", NULL },
	{ "roster", NULL },
	{ NULL, NULL },
};

static void words(const char *arg, struct buf *b)
{
	for (enum finding_kind k = 0; strcmp(arg, "KIND-LIST") == 0 && k < FINDING_KINDS; k++)
		buf_fmt(b, "%s ", finding_name(k));
}

static const struct command command = {
	.name = "qlcheck",
	.words = words,
	.summary = "what is wrong with a log: a row for each finding",
	.usage = "[option ...] [file ...]\n-I queuelog -p partition [option ...] [file | directory ...]",
	.tail = "-p, -q, -a, -c, -f and their like select findings.\n\n"
		"  qlcheck -I queuelog -p A /var/log/asterisk\n"
		"  qlmerge a.events b.events | qlcheck --hours 08:00-18:00 --days mon-fri",
};

static const char *const columns[] = { "kind", "partition", "time", "callid", "queue", "agent",
				       "detail" };

static void put_finding(void *arg, const struct finding *f)
{
	struct table *t = arg;

	table_text(t, slice_str(finding_name(f->kind)));
	table_text(t, f->partition);
	table_time(t, f->time);
	table_text(t, f->callid);
	table_text(t, f->queue);
	table_text(t, f->agent);
	table_text(t, f->detail);
	table_row(t);
}

static void drop_finding(void *arg, const struct finding *f)
{
	(void)arg;
	(void)f;
}

static void on_refused(void *arg, const char *path, unsigned long long line, const char *why)
{
	struct told *t = arg;

	check_refused(t->check, t->partition, path, line, why);
}

/* out: where the findings go. true: all was read. */
static bool feed(struct options *o, struct check *c, struct out *out, struct diag *d)
{
	struct told told = { .check = c };
	struct source *in;
	struct event ev;
	int r = 0;

	o->in.set = o->in.input == SOURCE_QUEUELOG;
	if (o->in.set && o->in.partition)
		told.partition = slice_str(o->in.partition);
	if (!o->suggest) {
		o->in.refused = on_refused;
		o->in.refused_arg = &told;
	}
	in = source_open(&o->in, d);
	if (!in)
		return false;
	source_lend(in, out);
	while (r == 0 && !out->err && source_next(in, &ev))
		r = check_feed(c, &ev);
	source_close(in);
	return check_finish(c) && r == 0;
}

static void find(struct options *o, struct diag *d)
{
	struct table t;
	struct check *c = check_new(&o->check, put_finding, &t, d);
	bool whole;

	if (!c || table_open(&t, &o->out, d) < 0) {
		check_free(c);
		return;
	}
	heading_period(&t, o->check.facts.from, o->check.facts.to);
	table_prose(&t);
	heading_columns(&t, columns, sizeof(columns) / sizeof(*columns));
	whole = feed(o, c, &t.out, d);
	table_end(&t);
	check_tell(c);
	table_close(&t, whole && d->status < 2, d);
	check_free(c);
}

static void suggest(struct options *o, struct diag *d)
{
	struct check *c = check_new(&o->check, drop_finding, NULL, d);
	struct buf text = { 0 };
	struct out out;

	if (c && out_open(&out, o->out.output, d) == 0) {
		bool whole = feed(o, c, &out, d) && check_suggest(c, &text) == 0;

		if (whole)
			out_slice(&out, buf_all(&text));
		out_close(&out, whole && d->status < 2, d);
	}
	buf_free(&text);
	check_free(c);
}

static void help_kinds(struct diag *d)
{
	struct buf text = { 0 };

	finding_help(&text);
	out_text(NULL, &text, d);
	buf_free(&text);
}

static void run(struct options *o, struct diag *d)
{
	if (o->help_kinds)
		help_kinds(d);
	else if (facts_resolve(&o->check.facts, time(NULL) * WHEN_SECOND, d) < 0)
		return;
	else if (o->suggest)
		suggest(o, d);
	else
		find(o, d);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlcheck");
	struct options o = { .check = CHECK_DEFAULT };
	struct opt some_facts[sizeof(facts_of_use) / sizeof(*facts_of_use)], 
		   some_agents[sizeof(agents_of_use) / sizeof(*agents_of_use)];
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Findings", some_facts, take_facts, &o },
		{ "Agents", some_agents, agents_take, &o.check.facts.agents },
		{ "Input", source_opts, source_take, &o.in },
		{ "Output", table_opts, table_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	opt_choose(some_facts, facts_opts, facts_of_use);
	opt_choose(some_agents, agents_opts, agents_of_use);
	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		run(&o, &d);
		r = d.status;
	}
	facts_options_free(&o.check.facts);
	free(o.in.operand);
	return r;
}
