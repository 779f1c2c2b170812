/* qlload: events into a partition of a database, each exactly once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/opt.h"
#include "base/progress.h"
#include "base/when.h"
#include "stream/block.h"
#include "stream/inbox.h"
#include "stream/load_opts.h"
#include "stream/operand.h"

enum { OPT_FOLLOW = 512, OPT_NEWEST, OPT_STATUS, OPT_COLUMN, OPT_PROGRESS };

enum { COLUMNS = 32, WAIT = 250 };

struct options {
	struct source_options in;
	struct load_options load;
	struct load_follow_options follow;
	const char *to, *show; /* where to, and when to show how far it is */
	const char *column[COLUMNS + 1]; /* ended by NULL */
	size_t columns;
	bool following, newest, status, verbose;
	struct db_place place; /* of `to` */
	struct diag reading; /* of the thread that reads the input */
	bool reads_on;       /* it was left alone with it */
};

static const struct opt own_opts[] = {
	{ OPT_FOLLOW, 0, "follow", NULL, "follow a log for ever, whatever becomes of it", NULL },
	{ OPT_NEWEST, 0, "newest", NULL, "write the time of the newest event stored, and end", NULL },
	{ OPT_STATUS, 0, "status", NULL, "write how far the partition is, compared with a log, and end",
	  NULL },
	{ 'p', 'p', "partition", "NAME", "of raw logs: the server's name, if it is not that of the "
	  "partition loaded", NULL },
	{ OPT_COLUMN, 0, "column", "OURS=THEIRS", "the table has another name for a column", NULL },
	{ OPT_PROGRESS, 0, "progress", "WHEN", "show progress on stderr: auto, always, never",
	  "auto always never" },
	{ 'v', 'v', "verbose", NULL, "say the counts at the end", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take_operand(struct options *o, const char *what, const char *arg, struct diag *d)
{
	if (!operand_is_sql(arg))
		return source_take(&o->in, OPT_OPERAND, what, arg, d);
	if (o->to)
		return diag_fail(d, "%s: one partition at a time", arg);
	o->to = arg;
	return 0;
}

static int take_column(struct options *o, const char *what, const char *arg, struct diag *d)
{
	if (o->columns == COLUMNS)
		return diag_fail(d, "%s: %s: too many", what, arg);
	o->column[o->columns++] = arg;
	return 0;
}

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case OPT_OPERAND: return take_operand(o, what, arg, d);
	case OPT_FOLLOW: o->following = true; return 0;
	case OPT_NEWEST: o->newest = true; return 0;
	case OPT_STATUS: o->status = true; return 0;
	case 'p': o->in.partition = arg; return 0;
	case OPT_COLUMN: return take_column(o, what, arg, d);
	case OPT_PROGRESS: o->show = arg; return 0;
	case 'v': o->verbose = true; return 0;
	default: return 0;
	}
}

static const struct command command = {
	.name = "qlload",
	.summary = "load events into a partition of a database, each exactly once",
	.usage = "[option ...] sql:partition[?key=value[&key=value ...]] [file ...]\n"
		 "--follow [option ...] sql:partition log\n"
		 "--newest [option ...] sql:partition\n"
		 "--status [option ...] sql:partition [log]",
	.tail = "  qlfetch -p A /var/log/asterisk | qlload --create sql:A\n"
		"  qlload -I queuelog sql:A queue_log.1 queue_log\n"
		"  qlload --follow --from all sql:A /var/log/asterisk/queue_log",
};

/* All of them, or it is said that they are not. */
static int put_all(struct load *l, struct block *b, const struct inbox_lines *got, struct diag *d)
{
	struct slice line;
	struct event ev;
	const char *why;
	size_t n = 0;

	if (!block_begin(b, got->lines))
		return diag_fail(d, "out of memory");
	for (; n < got->n && block_next(b, &ev, &line, &why) == BLOCK_EVENT; n++)
		if (load_put(l, &ev, got->where[n], got->line[n]) < 0)
			return -1;
	return n == got->n ? 0 : diag_fail(d, "out of memory");
}

static int pass(struct load *l, struct inbox *in, struct progress *p, struct diag *d)
{
	struct block b = { .max_line = SIZE_MAX };
	struct inbox_lines lines;
	enum inbox_got got;
	int status = 0;

	while (status == 0 && (got = inbox_take(in, WAIT, &lines)) != INBOX_END) {
		if (got == INBOX_FAILED)
			status = diag_fail(d, "out of memory");
		if (got == INBOX_LINES) {
			status = put_all(l, &b, &lines, d);
			progress_show(p, lines.done, lines.all, load_totals(l).read);
		}
		if (status == 0)
			status = load_tick(l);
	}
	block_free(&b);
	return load_flush(l) < 0 ? -1 : status;
}

/* read = inserted + there + refused + before, the equation every event is held to. */
static void tell_totals(const struct options *o, struct load_totals t, unsigned long long refused,
			struct diag *d)
{
	const char *would = o->load.dry_run ? "to be " : "";

	if (!o->verbose && !o->load.dry_run)
		return;
	diag_note(d, "%s: %llu events read = %llu %sinserted + %llu already there + %llu refused + "
		     "%llu before the limit",
		  o->to, t.read + refused, t.inserted, would, t.there, t.refused + refused, t.before);
}

static void load(struct options *o, const struct db_place *place, struct diag *d)
{
	struct source *in;
	struct load *l;
	struct progress p;
	struct inbox *box;
	int r = -1;

	if (progress_start(&p, o->show, STDERR_FILENO, "qlload") < 0) {
		diag_fail(d, "--progress: %s: not one of auto, always, never", o->show);
		return;
	}
	o->reading = *d;
	in = source_open(&o->in, &o->reading);
	l = in ? load_open(&o->load, place, d) : NULL;
	box = l ? inbox_open(in, d) : NULL;
	if (box) {
		r = pass(l, box, &p, d);
		progress_end(&p);
		o->reads_on = !inbox_close(box);
	}
	if (box && (r == 0 || o->verbose))
		tell_totals(o, load_totals(l), o->reads_on ? 0 : source_counts(in).refused, d);
	load_close(l);
	if (o->reads_on)
		return;
	if (in)
		source_close(in);
	if (o->reading.status > d->status)
		d->status = o->reading.status;
}

static void newest(struct options *o, const struct db_place *place, struct diag *d)
{
	int64_t second;
	struct load *l;
	struct buf b = { 0 };
	int r;

	o->load.dry_run = true;
	l = load_open(&o->load, place, d);
	if (!l)
		return;
	r = load_newest(l, &second);
	if (r < 0) {
		diag_fail(d, "%s: the newest row cannot be read", o->to);
	} else if (r == 0) {
		diag_fail(d, "%s: there is no event in it", o->to);
	} else {
		when_put_epoch(&b, second * WHEN_SECOND);
		buf_byte(&b, '\n');
		out_text(NULL, &b, d);
	}
	buf_free(&b);
	load_close(l);
}

static void follow(struct options *o, const struct db_place *place, struct diag *d)
{
	struct load *l;

	o->load.live = true;
	o->load.alive = load_alive;
	l = load_open(&o->load, place, d);
	if (l)
		load_follow(l, &o->follow, place->partition, d);
	load_close(l);
}

static void status(struct options *o, const struct db_place *place, struct diag *d)
{
	struct load *l;

	o->load.dry_run = true;
	o->load.near = LOAD_NEAR_INSERT;
	l = load_open(&o->load, place, d);
	if (l)
		load_status(l, &o->follow, d);
	load_close(l);
}

static int check(const struct options *o, struct diag *d)
{
	if (!o->to) {
		diag_fail(d, "no sql: operand: where to load");
		return opt_hint(&command, d);
	}
	if (o->following + o->newest + o->status > 1)
		return diag_fail(d, "--follow, --newest and --status exclude each other");
	if (o->newest && o->in.operands)
		return diag_fail(d, "--newest reads no file");
	if ((o->following && o->in.operands != 1) || (o->status && o->in.operands > 1))
		return diag_fail(d, "one log: %s", o->following ? "which is to be followed" : "no more");
	if (o->following && o->load.dry_run)
		return diag_fail(d, "--follow excludes --dry-run");
	if (!o->following && o->follow.has_from)
		return diag_fail(d, "--from is for --follow; see --not-before");
	if (o->load.append && o->load.near != LOAD_NEAR_STOP)
		return diag_fail(d, "--append compares nothing: it excludes --near");
	return 0;
}

static void run(struct options *o, struct diag *d)
{
	struct db_place *place = &o->place;

	if (check(o, d) < 0 || db_place_parse(place, o->to, o->column, false, d) < 0)
		return;
	o->load.what = o->to;
	if (!o->in.partition)
		o->in.partition = place->partition;
	o->follow.log.path = o->in.operands ? o->in.operand[0] : NULL;
	o->follow.log.partition = place->partition;
	o->follow.log.max_line = o->in.max_line;
	if (place->layout != DB_QUEUEMETRICS)
		diag_fail(d, "%s: only the layout queuemetrics is loaded", o->to);
	else if (place->shift)
		diag_fail(d, "%s: shift is for reading", o->to);
	else if (o->following)
		follow(o, place, d);
	else if (o->newest)
		newest(o, place, d);
	else if (o->status)
		status(o, place, d);
	else
		load(o, place, d);
	if (!o->reads_on)
		db_place_free(place);
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlload");
	struct options o = { .in = { .set = true }, .show = "auto", .load = LOAD_OPTIONS,
			     .follow = LOAD_FOLLOW_OPTIONS };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Loading", load_opts, load_take, &o.load },
		{ "Following", load_follow_opts, load_follow_take, &o.follow },
		{ "Input", source_opts, source_take, &o.in },
		{ "Connection", db_opts, db_take, &o.load.db },
		{ NULL, NULL, NULL, NULL },
	};
	int r = opt_parse(&command, groups, argc, argv, &d);

	if (r >= 0)
		return r;
	run(&o, &d);
	if (o.reads_on)
		exit(d.status); /* all that it uses is in o */
	free(o.in.operand);
	return d.status;
}
