/* qlagents: events to agents' time, a row for each interval. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/opt.h"
#include "fold/facts.h"
#include "report/listing.h"
#include "stream/source.h"

struct options {
	struct source_options in;
	struct facts_options facts;
	struct list_options list;
	struct table_options out;
};

static const char *const columns[] = {
	"kind", "agent", "partition", "queue", "start", "end", "seconds", "reason", "ended",
	"flags",
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void words(const char *arg, struct buf *b)
{
	for (size_t i = 0; strcmp(arg, "COLUMN-LIST") == 0 && i < COLUMNS; i++)
		buf_fmt(b, "%s ", columns[i]);
}

static const struct command command = {
	.name = "qlagents",
	.words = words,
	.summary = "events to agents' time: sessions, members, pauses, talk, ring, wrap-up",
	.usage = "[option ...] [file ...]",
	.tail = "Rows come in the order in which they become certain, unless sorted.\n\n"
		"  qlfetch -p A /var/log/asterisk | qlagents --day yesterday -a Agent/101",
};

/* All that tells two rows apart, so that a sorted table does not depend on when they became certain. */
static const char ties[] = "end,start,kind,agent,partition,queue";

static void put_interval(void *arg, const struct interval *i)
{
	struct table *t = arg;
	char flags[4];
	size_t n = 0;

	if (i->rebuilt)
		flags[n++] = '<';
	if (i->unfinished)
		flags[n++] = '>';
	if (i->roster)
		flags[n++] = 'r';
	table_text(t, slice_str(interval_kind_name(i->kind)));
	table_text(t, i->agent);
	table_text(t, i->partition);
	table_text(t, i->queue);
	table_time(t, i->start);
	table_time(t, i->end);
	table_seconds(t, interval_seconds(i));
	table_text(t, i->reason);
	table_text(t, i->ended);
	table_text(t, slice_of(flags, n));
	table_row(t);
}

static const struct listing listing = {
	.column = columns, .columns = COLUMNS, .interval = put_interval,
};

/* What of the options of facts is of use here. */
static const struct opt_use facts_of_use[] = {
	{ "partition", "rows in which these partitions are involved" },
	{ "queue", "of these queues (sessions and pauses: of their agents)" },
	{ "agent", "of these agents" },
	{ "from", "cut off what lies before TIME" },
	{ "to", "cut off what lies at TIME or behind it" },
	{ "day", NULL },
	{ "month", NULL },
	{ "zone", NULL },
	{ "hours", "what lies in these hours, a row for each stretch" },
	{ "days", NULL },
	{ "until", NULL },
	{ "max-open", NULL },
	{ "incomplete", NULL },
	{ NULL, NULL },
};

/* And the others, which somebody may try. */
static const struct opt of_calls[] = {
	{ 'c', 'c', "callid", "ID-LIST", NULL, NULL },
	{ 1, 0, "outcome", "OUTCOME-LIST", NULL, NULL },
	{ 2, 0, "min-wait", "DURATION", NULL, NULL },
	{ 3, 0, "max-wait", "DURATION", NULL, NULL },
	{ 4, 0, "min-talk", "DURATION", NULL, NULL },
	{ 5, 0, "status-wait", "SECONDS", NULL, NULL },
	{ 0 },
};

static int refuse(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	(void)to;
	(void)id;
	(void)arg;
	return diag_fail(d, "%s: is about calls: use qlcalls", what);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlagents");
	struct options o = { .facts = FACTS_DEFAULT };
	struct opt some_facts[sizeof(facts_of_use) / sizeof(*facts_of_use)];
	struct opt_group groups[] = {
		{ "Input", source_event_opts, source_event_take, &o.in },
		{ "Agents", agents_opts, agents_take, &o.facts.agents },
		{ "Facts", some_facts, facts_take, &o.facts },
		{ "Facts", of_calls, refuse, NULL },
		{ "List", list_opts, list_take, &o.list },
		{ "Output", table_opts, table_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	struct list *list = NULL;
	int r;

	opt_choose(some_facts, facts_opts, facts_of_use);
	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		if (facts_resolve(&o.facts, time(NULL) * WHEN_SECOND, &d) == 0 &&
		    list_new(&list, &o.list, columns, COLUMNS, ties, &d) == 0)
			listing_write(&listing, &o.in, &o.facts, list, &o.out, &d);
		r = d.status;
	}
	list_free(list);
	facts_options_free(&o.facts);
	free(o.in.operand);
	return r;
}
