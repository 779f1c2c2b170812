/* qlcalls: events to calls, a row for each visit of a queue. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/opt.h"
#include "fold/facts.h"
#include "report/listing.h"
#include "stream/source.h"

enum { JOIN = 256 };

struct options {
	struct source_options in;
	struct facts_options facts;
	struct list_options list;
	struct table_options out;
};

static const struct opt own_opts[] = {
	{ JOIN, 0, "join", NULL, "a row for each call, its visits joined", NULL },
	{ 0 },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	if (id != JOIN)
		return source_take(&o->in, id, what, arg, d);
	o->facts.join = true;
	return 0;
}

static const char *const columns[] = {
	"partition", "callid", "visit", "queue", "direction", "enter", "end", "outcome", "cause",
	"agent", "wait", "talk", "ring", "missed", "ringmissed", "caller", "did", "url",
	"position_in", "position_out", "key", "target", "status", "flags",
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void words(const char *arg, struct buf *b)
{
	for (size_t i = 0; strcmp(arg, "COLUMN-LIST") == 0 && i < COLUMNS; i++)
		buf_fmt(b, "%s ", columns[i]);
}

static const struct command command = {
	.name = "qlcalls",
	.words = words,
	.summary = "events to calls: a row for each visit of a queue",
	.usage = "[option ...] [file ...]",
	.tail = "Rows come in the order in which visits end, unless sorted.\n\n"
		"  qlfetch -p A /var/log/asterisk | qlcalls --day yesterday --outcome unanswered",
};

static void put_visit(void *arg, const struct visit *v)
{
	struct table *t = arg;

	table_text(t, v->partition);
	table_text(t, v->callid);
	table_integer(t, v->ordinal);
	table_text(t, v->queue);
	table_text(t, v->outbound ? SLICE("out") : SLICE("in"));
	table_time(t, v->enter);
	table_time(t, v->end);
	table_text(t, slice_str(outcome_name(v->outcome)));
	table_text(t, v->cause);
	table_text(t, v->agent);
	table_seconds(t, v->wait);
	table_seconds(t, v->talk);
	table_seconds(t, v->ring);
	table_integer(t, v->missed);
	table_seconds(t, v->ringmissed);
	table_text(t, v->caller);
	table_text(t, v->did);
	table_text(t, v->url);
	table_integer(t, v->position_in);
	table_integer(t, v->position_out);
	table_text(t, v->key);
	table_text(t, v->target);
	table_text(t, v->status);
	table_text(t, slice_str(v->rebuilt ? v->unfinished ? "<>" : "<" : v->unfinished ? ">" : ""));
	table_row(t);
}

static const struct listing listing = {
	.column = columns, .columns = COLUMNS, .visit = put_visit,
};

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlcalls");
	struct options o = { .facts = FACTS_DEFAULT };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Input", source_event_opts, source_event_take, &o.in },
		{ "Facts", facts_opts, facts_take, &o.facts },
		{ "List", list_opts, list_take, &o.list },
		{ "Output", table_opts, table_take, &o.out },
		{ NULL, NULL, NULL, NULL },
	};
	struct list *list = NULL;
	int r;

	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		if (facts_resolve(&o.facts, time(NULL) * WHEN_SECOND, &d) == 0 &&
		    list_new(&list, &o.list, columns, COLUMNS, "", &d) == 0)
			listing_write(&listing, &o.in, &o.facts, list, &o.out, &d);
		r = d.status;
	}
	list_free(list);
	facts_options_free(&o.facts);
	free(o.in.operand);
	return r;
}
