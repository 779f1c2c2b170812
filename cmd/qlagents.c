/* qlagents: events to agents' time, a row for each interval. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/opt.h"
#include "fold/facts.h"
#include "report/heading.h"
#include "report/table.h"
#include "stream/source.h"

enum { SORT = 256 };

struct options {
	struct source_options in;
	struct facts_options facts;
	struct table_options out;
	bool sort;
};

/* The table, and the rows that wait to be sorted. */
struct rows {
	struct table table;
	struct interval *row;
	size_t n, cap;
	bool sort, failed;
};

static const struct opt own_opts[] = {
	{ SORT, 0, "sort", "end",
	  "sort all rows by end, start, kind, agent, partition, queue; keeps them in memory",
	  "end" },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	if (id != SORT)
		return source_take(&o->in, id, what, arg, d);
	if (!slice_is(SLICE("end"), arg))
		return diag_fail(d, "%s: %s: rows are sorted by end only", what, arg);
	o->sort = true;
	return 0;
}

static const struct command command = {
	.name = "qlagents",
	.summary = "events to agents' time: sessions, members, pauses, talk, ring, wrap-up",
	.usage = "[option ...] [file ...]",
	.tail = "Rows come in the order in which they become certain.\n\n"
		"  qlfetch -p A /var/log/asterisk | qlagents --day yesterday -a Agent/101",
};

static const char *const columns[] = {
	"kind", "agent", "partition", "queue", "start", "end", "seconds", "reason", "ended",
	"flags",
};

static void put_row(struct table *t, const struct interval *i)
{
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

static void put_interval(void *arg, const struct interval *i)
{
	struct rows *r = arg;

	if (!r->sort)
		put_row(&r->table, i);
	else if (array_need(&r->row, &r->cap, r->n + 1, sizeof(*r->row)))
		r->row[r->n++] = *i;
	else
		r->failed = true;
}

static int by_end(const void *a, const void *b)
{
	return interval_cmp(a, b);
}

/* 0; -1: told. */
static int put_sorted(struct rows *r, struct diag *d)
{
	if (r->failed)
		return diag_fail(d, "--sort: out of memory");
	if (r->n)
		qsort(r->row, r->n, sizeof(*r->row), by_end);
	for (size_t i = 0; i < r->n; i++)
		put_row(&r->table, &r->row[i]);
	return 0;
}

/* 0; -1: told. */
static int fold(const struct options *o, struct facts *f, struct table *t, struct diag *d)
{
	struct source *in = source_open(&o->in, d);
	struct event ev;
	int r = in ? 0 : -1;

	if (in)
		source_lend(in, &t->out);
	while (r == 0 && !t->out.err && source_next(in, &ev))
		r = facts_feed(f, &ev);
	if (in)
		source_close(in);
	return r;
}

static void run(const struct options *o, struct diag *d)
{
	struct rows r = { .sort = o->sort };
	struct facts *f = facts_new(&o->facts, NULL, put_interval, &r, d);
	bool whole;

	if (!f || table_open(&r.table, &o->out, d) < 0) {
		facts_free(f);
		return;
	}
	heading_period(&r.table, o->facts.from, o->facts.to);
	heading_columns(&r.table, columns, sizeof(columns) / sizeof(*columns));
	whole = fold(o, f, &r.table, d) == 0 && facts_finish(f);
	whole &= put_sorted(&r, d) == 0;
	table_end(&r.table);
	table_close(&r.table, whole && d->status < 2, d);
	facts_free(f);
	free(r.row);
}

static void refuse(const struct options *o, struct diag *d)
{
	if (o->in.input == SOURCE_QUEUELOG)
		diag_fail(d, "-I: queuelog: raw logs have no partition here: use qlfetch -p");
	if (o->facts.callid.n || o->facts.outcomes)
		diag_fail(d, "-c and --outcome select calls: use qlcalls");
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlagents");
	struct options o = { .facts = FACTS_DEFAULT };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Agents", agents_opts, agents_take, &o.facts.agents },
		{ "Facts", facts_opts, facts_take, &o.facts },
		{ "Input", source_opts, source_take, &o.in },
		{ "Output", table_opts, table_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		refuse(&o, &d);
		if (!d.status && facts_resolve(&o.facts, time(NULL) * WHEN_SECOND, &d) == 0)
			run(&o, &d);
		r = d.status;
	}
	facts_options_free(&o.facts);
	free(o.in.operand);
	return r;
}
