/* qlstats: events to numbers: keys and measures, or reports that have a name, each a table. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/opt.h"
#include "fold/facts.h"
#include "report/partial.h"
#include "report/report.h"
#include "stream/select.h"
#include "stream/source.h"

enum { HELP_MEASURES = 256, HELP_REPORTS, JOIN, TOP, PARTIAL, COMBINE, EXPECT };

struct options {
	struct source_options in;
	struct facts_options facts;
	struct report_options report;
	struct table_options out;
	struct report_ask ask;
	struct buf reports, keys, measures; /* what it asks */
	struct names expect;
	bool partial, combine;
	char asked[32]; /* an option that says what is measured; empty: none was given */
	bool help_measures, help_reports;
};

static const struct opt own_opts[] = {
	{ 'r', 'r', "reports", "REPORT-LIST",
	  "reports that have a name (default: overview); with -o DIR/ each in a file of its own",
	  NULL },
	{ 'g', 'g', "keys", "KEY-LIST",
	  "a row for each of these: queue,day; with -r instead of the report's own", NULL },
	{ 'm', 'm', "measures", "MEASURE-LIST", "a column for each of these: offered,sla:20,wait:p95",
	  NULL },
	{ JOIN, 0, "join", NULL, "measure calls, the visits of each joined, not visits", NULL },
	{ TOP, 0, "top", "N",
	  "the N rows with the greatest first measure, and one of all others together", NULL },
	{ PARTIAL, 0, "partial", NULL,
	  "write the state of the reports, to be combined with that of other partitions; wants --until",
	  NULL },
	{ COMBINE, 0, "combine", NULL,
	  "the files are such states: write the reports of all of them together", NULL },
	{ EXPECT, 0, "expect", "NAME-LIST", "of these partitions it must be, and of no others", NULL },
	{ HELP_MEASURES, 0, "help-measures", NULL, "show all keys and measures, defined, and end",
	  NULL },
	{ HELP_REPORTS, 0, "help-reports", NULL, "show all reports and end", NULL },
	{ 0 },
};

/* Parts to be combined say themselves what was asked. */
static void note_asked(struct options *o, const char *what)
{
	size_t n = strlen(what);

	n = n < sizeof(o->asked) ? n : sizeof(o->asked) - 1;
	memcpy(o->asked, what, n);
	o->asked[n] = '\0';
}

static int take_report(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	note_asked(o, what);
	return report_take(&o->report, id, what, arg, d);
}

static int take_agents(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	note_asked(o, what);
	return agents_take(&o->facts.agents, id, what, arg, d);
}

static int take_facts(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	note_asked(o, what);
	return facts_take(&o->facts, id, what, arg, d);
}

/* One more of what is asked, in `all`: given again, -r, -g and -m add to their lists. */
static int take_asked(struct options *o, struct buf *all, const char **list, const char *what,
		      const char *arg, struct diag *d)
{
	note_asked(o, what);
	if (*list)
		buf_byte(all, ',');
	buf_str(all, arg);
	*list = buf_cstr(all);
	return *list ? 0 : diag_fail(d, "%s: out of memory", what);
}

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case 'r':
		return take_asked(o, &o->reports, &o->ask.reports, what, arg, d);
	case 'g':
		return take_asked(o, &o->keys, &o->ask.keys, what, arg, d);
	case 'm':
		return take_asked(o, &o->measures, &o->ask.measures, what, arg, d);
	case JOIN:
		note_asked(o, what);
		o->facts.join = true;
		return 0;
	case TOP:
		return opt_number(what, arg, 1, 1000000000, &o->report.top, d);
	case PARTIAL:
		o->partial = true;
		return 0;
	case COMBINE:
		o->combine = true;
		return 0;
	case EXPECT:
		return select_list(&o->expect, what, arg, d);
	case HELP_MEASURES:
		o->help_measures = true;
		return 0;
	case HELP_REPORTS:
		o->help_reports = true;
		return 0;
	default:
		return source_take(&o->in, id, what, arg, d);
	}
}

static void words(const char *arg, struct buf *b)
{
	if (strcmp(arg, "REPORT-LIST") == 0)
		preset_words(b);
	else if (strcmp(arg, "KEY-LIST") == 0)
		key_words(b);
	else if (strcmp(arg, "MEASURE-LIST") == 0)
		metric_words(b);
}

static const struct command command = {
	.name = "qlstats",
	.words = words,
	.summary = "events to numbers: calls and agents' time by keys and measures",
	.usage = "[option ...] [-r report[,...]] [file ...]\n"
		 "[option ...] [-g key[,...]] -m measure[,...] [file ...]\n"
		 "--partial --until time [option ...] [file ...]\n"
		 "--combine [--partial] [option ...] file ...",
	.tail = "  qlfetch -p A /var/log/asterisk |\n"
		"          qlstats -g queue,day -m offered,sla:20,wait:p95\n"
		"  qlcluster 'cluster:A|B' --day yesterday -- \\\n"
		"          qlstats -r overview,servers -o reports/",
};

static void refuse(const struct options *o, struct diag *d)
{
	if (o->ask.reports && o->ask.measures)
		diag_fail(d, "-m: -r has measures of its own");
	if (o->ask.keys && !o->ask.reports && !o->ask.measures)
		diag_fail(d, "-g: nothing to measure: add -m or -r");
	if (o->combine && o->asked[0])
		diag_fail(d, "%s: --combine has it from the files", o->asked);
	else if (o->partial && !o->combine && !o->facts.until_text)
		diag_fail(d, "--partial: needs --until, the same for all partitions: what goes on is "
			     "measured to it");
	if (o->partial && o->facts.incomplete)
		diag_fail(d, "--incomplete: a partial result is whole");
	if (o->partial && (o->out.format != TABLE_AUTO || o->out.no_header || o->out.hms ||
			   o->out.times || o->report.top))
		diag_fail(d, "--partial: has a form of its own: -F, -N, --durations, --times and --top "
			     "are for --combine");
	if (o->expect.n && !o->partial && !o->combine)
		diag_fail(d, "--expect: is for --partial and --combine");
}

static int help(const struct options *o, struct diag *d)
{
	struct out out;

	if (out_open(&out, NULL, d) < 0)
		return -1;
	if (o->help_measures)
		metric_help(&out);
	if (o->help_reports)
		preset_help(&out);
	return out_close(&out, true, d);
}

/* What agents do is recorded between the events that say so. 0; -1: told. */
static int fold_taped(struct facts *f, struct tape *tape, const struct event *ev, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		tape_event(tape, &ev[i]);
		if (facts_feed(f, &ev[i]) < 0)
			return -1;
	}
	return 0;
}

/* tape: NULL: none is recorded. 0; -1: told. */
static int fold(const struct options *o, struct reports *r, struct facts *f, struct tape *tape,
		struct diag *d)
{
	struct source *in = source_open(&o->in, d);
	struct event ev[SOURCE_SOME];
	int bad = in ? 0 : -1;
	size_t n;

	while (!bad && (n = source_some(in, ev, SOURCE_SOME))) {
		reports_events(r, ev, n);
		bad = tape ? fold_taped(f, tape, ev, n) : facts_feed_some(f, ev, n);
	}
	if (tape)
		tape_over(tape);
	if (in)
		source_close(in);
	return bad;
}

static void run(const struct options *o, struct diag *d)
{
	struct facts_options facts = o->facts;
	struct reports *r = reports_ask(&o->ask, &o->report, &o->facts, d);
	struct facts *f;

	if (!r)
		return;
	reports_facts(r, &facts);
	facts.unmet = true;
	f = facts_new(&facts, reports_visit,
		      reports_need(r) & REPORT_INTERVALS ? reports_interval : NULL, r, d);
	/* An incomplete table is not shown: it would look like a quiet day. */
	if (f && fold(o, r, f, NULL, d) == 0 && facts_finish(f) && reports_finish(r) == 0)
		reports_write(r, &o->out);
	facts_free(f);
	reports_free(r);
}

/* What agents do is not folded here, but recorded: it depends on the other partitions. */
static void partial(struct options *o, struct diag *d)
{
	struct facts_options facts = o->facts;
	struct reports *r;
	struct facts *f = NULL;
	struct tape *tape = NULL;
	bool good;

	o->report.keep = true;
	r = reports_ask(&o->ask, &o->report, &o->facts, d);
	good = r && partial_check(r) == 0;
	if (good && reports_need(r) & REPORT_INTERVALS) {
		tape = tape_new(&o->facts);
		good = tape || diag_fail(d, "out of memory") == 0;
		if (good)
			tape_listen(tape, &facts);
	}
	if (good) {
		reports_facts(r, &facts);
		f = facts_new(&facts, reports_visit, NULL, r, d);
	}
	if (f && fold(o, r, f, tape, d) == 0 && facts_finish(f) &&
	    partial_expect(r, &o->expect) == 0)
		partial_write(r, &o->ask, tape, o->out.output);
	facts_free(f);
	tape_free(tape);
	reports_free(r);
}

static void combine(struct options *o, struct diag *d)
{
	const char *const standard = "-";
	struct partial_options p = { &standard, 1, &o->expect, o->partial };

	if (o->in.operands) {
		p.path = o->in.operand;
		p.paths = o->in.operands;
	}
	partials_write(&p, &o->facts, &o->report, &o->out, d);
}

static void work(struct options *o, struct diag *d)
{
	o->report.now = time(NULL) * WHEN_SECOND;
	refuse(o, d);
	if (d->status)
		return;
	if (o->help_measures || o->help_reports)
		help(o, d);
	else if (o->combine)
		combine(o, d);
	else if (facts_resolve(&o->facts, o->report.now, d) == 0)
		o->partial ? partial(o, d) : run(o, d);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlstats");
	struct options o = { .facts = FACTS_DEFAULT, .report = REPORT_DEFAULT };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Measuring", report_opts, take_report, &o },
		{ "Agents", agents_opts, take_agents, &o },
		{ "Facts", facts_opts, take_facts, &o },
		{ "Input", source_event_opts, source_event_take, &o.in },
		{ "Output", table_opts, table_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		work(&o, &d);
		r = d.status;
	}
	buf_free(&o.reports);
	buf_free(&o.keys);
	buf_free(&o.measures);
	names_free(&o.expect);
	facts_options_free(&o.facts);
	free(o.in.operand);
	return r;
}
