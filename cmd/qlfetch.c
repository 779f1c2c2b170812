/* qlfetch: a server's log, as events. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/opt.h"
#include "base/progress.h"
#include "base/stop.h"
#include "report/database.h"
#include "rule/filter.h"
#include "stream/gunzip.h"
#include "stream/live_log.h"
#include "stream/mysql_follow.h"
#include "stream/operand.h"
#include "stream/sink.h"
#include "stream/source.h"

enum { OPT_REJECTS = 512, OPT_PROGRESS, OPT_DRY_RUN, OPT_LIST, OPT_NEWEST };
enum { OPT_FOLLOW = 544, OPT_TICK, OPT_STALE, OPT_POLL };

struct options {
	struct source_options in;
	struct sink_options out;
	struct filter filter;
	struct db_read_options db;
	const char *progress;
	struct live_source_options live;
	bool verbose, dry_run, list, newest, follow, live_only; /* an option that only --follow has */
};

static const struct opt fetch_opts[] = {
	{ 'p', 'p', "partition", "NAME", "the server whose log it is: stamps every raw line; of streams alone, selects", NULL },
	{ OPT_REJECTS, 0, "rejects", "FILE", "write the refused lines to FILE, byte for byte", NULL },
	{ OPT_PROGRESS, 0, "progress", "WHEN", "show progress on stderr: auto, always, never",
	  "auto always never" },
	{ OPT_DRY_RUN, 0, "dry-run", NULL, "of sql: write the SQL that would be sent, and read nothing",
	  NULL },
	{ OPT_LIST, 0, "list", NULL,
	  "of sql: the partitions that there are, each with its first and last event, rows and "
	  "engine",
	  NULL },
	{ OPT_NEWEST, 0, "newest", NULL,
	  "of sql: write the time of the newest row of a partition, in seconds, and end", NULL },
	{ 'v', 'v', "verbose", NULL, "say the counts at the end, and what inflates gzip", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static const struct opt follow_opts[] = {
	{ OPT_FOLLOW, 0, "follow", NULL,
	  "write what there is, and then for ever what comes, whatever becomes of the log", NULL },
	{ OPT_TICK, 0, "tick", "DURATION",
	  "every so often, when nothing comes, write a TICK: nothing older than that will", NULL },
	{ OPT_STALE, 0, "stale", "DURATION",
	  "of sql: SOURCEDOWN when nobody has loaded for so long (30s); 0: never", NULL },
	{ OPT_POLL, 0, "poll", "DURATION",
	  "look for what is new so often: 0.1s to 1h (of a log 0.1s, of sql 1s)", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take_follow(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case OPT_TICK: o->live_only = true; return opt_duration(what, arg, &o->live.tick, d);
	case OPT_STALE: o->live_only = true; return opt_duration(what, arg, &o->live.stale, d);
	case OPT_POLL: o->live_only = true; return live_source_poll(what, arg, &o->live.poll, d);
	default: o->follow = true; return 0;
	}
}

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case 'p': o->in.partition = arg; return 0;
	case OPT_REJECTS: o->in.rejects = arg; return 0;
	case OPT_PROGRESS: o->progress = arg; return 0;
	case OPT_DRY_RUN: o->dry_run = true; return 0;
	case OPT_LIST: o->list = true; return 0;
	case OPT_NEWEST: o->newest = true; return 0;
	case 'v': o->verbose = true; return 0;
	default: return source_take(&o->in, id, what, arg, d);
	}
}

static const struct command command = {
	.name = "qlfetch",
	.words = filter_words,
	.summary = "read the queue_log of a server, as events",
	.usage = "-p partition [option ...] [file | directory | events:file ...]\n"
		 "[option ...] sql:partition[?key=value[&key=value ...]] ...\n"
		 "--follow [option ...] -p partition log | directory\n"
		 "--follow [option ...] sql:partition",
	.tail = "  qlfetch -p A /var/log/asterisk | qlstats -r overview\n"
		"  qlfetch -p A --day yesterday -e ABANDON /var/log/asterisk\n"
		"  qlfetch --defaults-file db.cnf --day yesterday sql:A\n"
		"  qlfetch -p A --follow --tick 1 /var/log/asterisk/queue_log | qltop",
	.built = gunzip_built,
};

static void show_progress(void *arg, const struct source *in)
{
	unsigned long long done, all;

	source_progress(in, &done, &all);
	progress_show(arg, done, all, source_counts(in).read);
}

/* One street for all events; those that nobody has to look at go by in whole runs. */
static void fetch(struct source *in, struct sink *out, struct options *o)
{
	struct event ev;
	struct slice run;

	if (filter_is_all(&o->filter) && o->out.format == EVENT_TSV)
		while (!out->out.err && source_run(in, &run))
			out_run(&out->out, run);
	else
		while (!out->out.err && source_next(in, &ev))
			if (filter_match(&o->filter, &ev))
				sink_put(out, &ev);
}

/* read = passed + filtered + refused, the equation every line is held to. */
static void tell_counts(const struct source_counts *c, unsigned long long passed, struct diag *d)
{
	diag_note(d, "%llu lines read = %llu passed + %llu filtered + %llu refused; %llu blank, "
		     "%llu with CR; gzip by %s",
		  c->read, passed, c->read - c->refused - passed, c->refused, c->blank, c->cr,
		  gunzip_library(-1));
}

/* Reading a database ignores SIGPIPE; whoever stopped reading us is no error all the same. */
static void end_by_pipe(const struct out *out)
{
	signal(SIGPIPE, SIG_DFL);
	if (out->err == EPIPE && out->fd == STDOUT_FILENO)
		raise(SIGPIPE);
}

static bool is_stream(const struct options *o, const char *operand)
{
	const char *file;
	enum operand is = operand_text(operand, &file);

	return is == OPERAND_EVENTS || (is == OPERAND_FILE && o->in.input != SOURCE_QUEUELOG);
}

/* Streams have their partitions: where there is nothing else, none is to be stamped, and -p selects. */
static int select_partition(struct options *o, struct diag *d)
{
	if (!o->in.partition || (!o->in.operands && o->in.input == SOURCE_QUEUELOG))
		return 0;
	for (size_t i = 0; i < o->in.operands; i++)
		if (!is_stream(o, o->in.operand[i]))
			return 0;
	if (!partition_valid(slice_str(o->in.partition)))
		return diag_fail(d, "-p: %s: not a name of a partition", o->in.partition);
	return filter_partition(&o->filter, "-p", o->in.partition, d);
}

static int check_follow(const struct options *o, struct diag *d)
{
	const char *file;

	if (o->dry_run || o->list || o->newest)
		return diag_fail(d, "--follow excludes --dry-run, --list and --newest");
	if (o->out.output && strcmp(o->out.output, "-") != 0)
		return diag_fail(d, "--follow: a file of -o appears when it is whole, and it never is: use >");
	if (o->in.rejects)
		return diag_fail(d, "--follow excludes --rejects");
	if (o->in.input != SOURCE_QUEUELOG ||
	    (o->in.operands && operand_text(o->in.operand[0], &file) == OPERAND_EVENTS))
		return diag_fail(d, "--follow is for logs and for sql:");
	if (o->in.operands != 1)
		return diag_fail(d, o->in.operands ? "--follow: one log or partition; qlmerge -x joins several"
						   : "--follow: which log");
	return source_check(&o->in, o->in.operand[0], d);
}

/* Where a period is asked for, the parts that may hold it are looked through. */
static int open_feed(struct options *o, struct live_feed *feed, struct diag *d)
{
	const struct select *s = &o->filter.select;
	struct follow_options log = { .path = o->in.operand[0],
				      .partition = o->in.partition,
				      .max_line = o->in.max_line,
				      .from = WHEN_MIN,
				      .reach = WHEN_MIN };

	if (db_is_operand(log.path))
		return db_follow_open(feed, &o->db, log.path, d);
	if (live_log_check(log.path, STDOUT_FILENO, d) < 0)
		return -1;
	if (s->from != WHEN_MIN) {
		log.parts = true;
		if (!o->filter.not)
			log.from = select_first(s);
	}
	return live_log_open(feed, &log, d);
}

static void pass(struct options *o, struct live_source *in, struct sink *out, struct diag *d)
{
	unsigned long long passed = 0;
	struct live_counts c;
	struct event ev;

	while (!out->out.err && live_source_next(in, &ev))
		if (filter_match(&o->filter, &ev)) {
			passed += !verb_of_stream(ev.verb);
			sink_put(out, &ev);
		}
	if (filter_failed(&o->filter))
		diag_fail(d, "out of memory");
	c = live_source_counts(in);
	if (o->verbose)
		diag_note(d, "%llu lines read = %llu passed + %llu filtered + %llu refused; %llu late",
			  c.read, passed, c.read - c.refused - passed, c.refused, c.late);
}

static int follow(struct options *o, struct diag *d)
{
	struct live_source *in;
	struct live_feed feed;
	struct sink out;

	if (check_follow(o, d) < 0 || open_feed(o, &feed, d) < 0)
		return -1;
	if (sink_open(&out, &o->out, d) < 0) {
		feed.close(feed.of);
		return -1;
	}
	o->live.what = o->in.operand[0];
	if (o->verbose) {
		o->live.stop = &stop_signal;
		stop_catch();
	}
	in = live_source_open(&o->live, feed, &out.out, d);
	if (in)
		pass(o, in, &out, d);
	live_source_close(in);
	end_by_pipe(&out.out);
	sink_close(&out, d->status < 2);
	stop_end();
	return 0;
}

static int run(struct options *o, struct diag *d)
{
	struct source_counts c;
	struct progress p;
	struct source *in;
	struct sink out;

	if (progress_start(&p, o->progress, STDERR_FILENO, "qlfetch") < 0)
		return diag_fail(d, "--progress: %s: not one of auto, always, never", o->progress);
	o->in.more = show_progress;
	o->in.more_arg = &p;
	in = source_open(&o->in, d);
	if (!in)
		return -1;
	if (sink_open(&out, &o->out, d) < 0) {
		source_close(in);
		return -1;
	}
	source_lend(in, &out.out);
	filter_tell(&o->filter, in, out.format == EVENT_TSV);
	fetch(in, &out, o);
	progress_end(&p);
	if (filter_failed(&o->filter))
		diag_fail(d, "out of memory");
	c = source_counts(in);
	if (o->verbose)
		tell_counts(&c, filter_is_all(&o->filter) ? c.read - c.refused : out.events + c.passed - c.down, d);
	source_close(in);
	end_by_pipe(&out.out);
	sink_close(&out, d->status < 2);
	return 0;
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlfetch");
	struct options o = { .in = { .input = SOURCE_QUEUELOG, .set = true },
			     .filter = FILTER_ALL,
			     .progress = "auto",
			     .live.stale = 30 };
	struct opt_group groups[] = {
		{ NULL, fetch_opts, take, &o },
		{ "Following", follow_opts, take_follow, &o },
		{ "Selection", filter_opts, filter_take, &o.filter },
		{ "Input", source_opts, source_take, &o.in },
		{ "Output", sink_opts, sink_take, &o.out },
		{ "Database", db_read_opts, db_read_take, &o.db },
		{ "Connection", db_opts, db_take, &o.db.db },
		{ NULL, NULL, NULL, NULL },
	};
	int r;

	o.in.scheme = &db_scheme;
	o.in.scheme_arg = &o.db;
	signal(SIGPIPE, SIG_DFL);
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0 && select_partition(&o, &d) == 0 &&
	    filter_ready(&o.filter, time(NULL) * WHEN_SECOND, &d) == 0) {
		o.db.select = o.filter.not ? NULL : &o.filter.select;
		o.db.max_line = o.in.max_line;
		if (o.follow)
			follow(&o, &d);
		else if (o.live_only)
			diag_fail(&d, "--tick, --stale and --poll are for --follow");
		else if (o.list)
			database_list(&o.db, &o.in, o.out.output, &d);
		else if (o.newest)
			database_newest(&o.db, &o.in, o.out.output, &d);
		else if (o.dry_run)
			database_sql(&o.db, &o.in, o.out.output, &d);
		else
			run(&o, &d);
	}
	db_read_options_free(&o.db);
	filter_free(&o.filter);
	free(o.in.operand);
	return r < 0 ? d.status : r;
}
