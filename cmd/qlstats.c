/* qlstats: events to numbers: keys and measures, or reports that have a name, each a table. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/opt.h"
#include "fold/facts.h"
#include "report/report.h"
#include "stream/source.h"

enum { HELP_MEASURES = 256, HELP_REPORTS, JOIN };

struct options {
	struct source_options in;
	struct facts_options facts;
	struct report_options report;
	struct table_options out;
	const char *keys, *measures, *reports;
	bool help_measures, help_reports;
};

static const struct opt own_opts[] = {
	{ 'r', 'r', "reports", "REPORT-LIST",
	  "reports that have a name (default: overview); with -o DIR/ each in a file of its own",
	  "overview answered answered-within unanswered unanswered-within service-level "
	  "causes-answered causes-unanswered transfers visits positions dids directions areas "
	  "statuses servers by-day by-hour by-dow by-slot traffic agents agents-calls "
	  "agents-by-hour pauses attempts attempts-queue attempts-agent" },
	{ 'g', 'g', "keys", "KEY-LIST",
	  "a row for each of these: queue,day; with -r instead of the report's own",
	  "queue partition agent caller did url direction outcome cause status target key position "
	  "missed visit area: reason year month week day dow hour slot" },
	{ 'm', 'm', "measures", "MEASURE-LIST", "a column for each of these: offered,sla:20,wait:p95",
	  NULL },
	{ JOIN, 0, "join", NULL, "measure calls, the visits of each joined, not visits", NULL },
	{ HELP_MEASURES, 0, "help-measures", NULL, "show all keys and measures, defined, and end",
	  NULL },
	{ HELP_REPORTS, 0, "help-reports", NULL, "show all reports and end", NULL },
	{ 0 },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case 'r':
		o->reports = arg;
		return 0;
	case 'g':
		o->keys = arg;
		return 0;
	case 'm':
		o->measures = arg;
		return 0;
	case JOIN:
		o->facts.join = true;
		return 0;
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

static const struct command command = {
	.name = "qlstats",
	.summary = "events to numbers: calls and agents' time by keys and measures",
	.usage = "[option ...] [-r report[,...]] [file ...]\n"
		 "[option ...] [-g key[,...]] -m measure[,...] [file ...]",
	.tail = "  qlfetch -p A /var/log/asterisk |\n"
		"          qlstats -g queue,day -m offered,sla:20,wait:p95\n"
		"  qlcluster 'cluster:A|B' --day yesterday --\n"
		"            qlstats -r overview,servers -o reports/",
};

static void refuse(const struct options *o, struct diag *d)
{
	if (o->in.input == SOURCE_QUEUELOG)
		diag_fail(d, "-I: queuelog: raw logs have no partition here: use qlfetch -p");
	if (o->reports && o->measures)
		diag_fail(d, "-m: -r has measures of its own");
	if (o->keys && !o->reports && !o->measures)
		diag_fail(d, "-g: nothing to measure: add -m or -r");
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

static struct reports *ask(const struct options *o, struct diag *d)
{
	struct reports *r = reports_new(&o->report, &o->facts, d);
	int bad;

	if (!r)
		return NULL;
	if (o->measures)
		bad = reports_add(r, o->keys, o->measures);
	else
		bad = reports_add_presets(r, o->reports ? o->reports : "overview", o->keys);
	if (!bad)
		return r;
	reports_free(r);
	return NULL;
}

/* 0; -1: told. */
static int fold(const struct options *o, struct reports *r, struct facts *f, struct diag *d)
{
	struct source *in = source_open(&o->in, d);
	struct event ev;
	int bad = in ? 0 : -1;

	while (!bad && source_next(in, &ev)) {
		reports_event(r, &ev);
		bad = facts_feed(f, &ev);
	}
	if (in)
		source_close(in);
	return bad;
}

static void run(const struct options *o, struct diag *d)
{
	struct facts_options facts = o->facts;
	struct reports *r = ask(o, d);
	struct facts *f;

	if (!r)
		return;
	facts.calls.texts = reports_texts(r);
	/* nobody asks for a status: no visit has to wait for one */
	if (!(reports_need(r) & REPORT_STATUS))
		facts.calls.status_wait = 0;
	f = facts_new(&facts, reports_visit,
		      reports_need(r) & REPORT_INTERVALS ? reports_interval : NULL, r, d);
	/* An incomplete table is not shown: it would look like a quiet day. */
	if (f && fold(o, r, f, d) == 0 && facts_finish(f) && reports_finish(r) == 0)
		reports_write(r, &o->out);
	facts_free(f);
	reports_free(r);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlstats");
	struct options o = { .facts = FACTS_DEFAULT, .report = REPORT_DEFAULT };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Measuring", report_opts, report_take, &o.report },
		{ "Agents", agents_opts, agents_take, &o.facts.agents },
		{ "Facts", facts_opts, facts_take, &o.facts },
		{ "Input", source_opts, source_take, &o.in },
		{ "Output", table_opts, table_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	o.facts.forgotten = reports_forgotten;
	o.facts.single = reports_single;
	if (r < 0) {
		o.report.now = time(NULL) * WHEN_SECOND;
		refuse(&o, &d);
		if (!d.status && (o.help_measures || o.help_reports))
			help(&o, &d);
		else if (!d.status && facts_resolve(&o.facts, o.report.now, &d) == 0)
			run(&o, &d);
		r = d.status;
	}
	facts_options_free(&o.facts);
	free(o.in.operand);
	return r;
}
