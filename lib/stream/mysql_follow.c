#include "stream/mysql_follow.h"

#include <stdio.h>
#include <stdlib.h>

#include "stream/mysql_open.h"
#include "stream/mysql_pages.h"
#include "stream/seen.h"

#define POLL WHEN_SECOND
#define MOST (15 * WHEN_SECOND)
#define SHORT_LOOK (120 * WHEN_SECOND)
#define LONG_LOOK (3600 * WHEN_SECOND)
#define LONG_EACH (60 * WHEN_SECOND)
#define MARGIN (5 * WHEN_SECOND)
#define SETTLED (5 * WHEN_SECOND)

enum { REMARKS = 1 << 16 };

struct db_follow {
	struct db_open open;
	struct diag *d, own;    /* own: keeps what is said, and does not say it */
	struct buf said, why;   /* lines, each ended by NUL */
	struct select lowest, period; /* what was asked for; and of a look */
	struct db_sql sql;
	char lock[DB_LOCK];
	bool connected, looking;

	struct db_pages pages;
	struct slice lines;     /* of the page, not yet given */
	struct seen seen, remarks;
	unsigned long long remarked, kept; /* in remarks */
	int64_t newest;         /* row seen that is not in the future; WHEN_MIN: none yet */
	int64_t newest_before;  /* the same when the look began */
	int64_t long_at;        /* by the clock, when the next long look is due */
	bool promised;          /* the look's promise, asked for when it began */
	int64_t promise;
	long long holder;       /* of the lock, its connection; 0: nobody */
	int64_t held_since;     /* by the clock */
	bool first;             /* nothing was read to its end yet */
	struct live_counts counts;
	struct buf scratch;
};

static void keep_said(void *arg, const char *line, size_t n)
{
	struct db_follow *f = arg;

	buf_put(&f->said, line + 2, n < 3 ? 0 : n - 3); /* between ": " and LF */
	buf_byte(&f->said, '\0');
}

/* The line said last. */
static enum live_got trouble(struct db_follow *f, const char **why)
{
	size_t at = f->said.n;

	while (at > 1 && f->said.p[at - 2])
		at--;
	f->why.n = 0;
	if (at && !f->said.failed)
		buf_str(&f->why, (char *)f->said.p + at - 1);
	*why = buf_cstr(&f->why) && f->why.n ? (char *)f->why.p : "out of memory";
	f->said.n = 0;
	if (f->looking)
		db_pages_free(&f->pages);
	f->looking = f->connected = false;
	db_disconnect(f->open.db);
	return LIVE_TROUBLE;
}

/* Whatever the server's own settings: each statement sees what is there now. */
static int connect(struct db_follow *f)
{
	if (db_open_connect(&f->open) < 0)
		return -1;
	if (!f->open.table.index)
		return diag_fail(&f->own, "%s: table %s has no index that begins with %s%s: following it "
					  "would read all of it each second",
				 f->open.operand, f->open.place.table,
				 f->open.place.column[F_PARTITION] ? "partition and " : "",
				 f->open.place.column[F_TIME]);
	if (db_run(f->open.db, "SET SESSION autocommit=1, net_write_timeout=3600, wait_timeout=86400") < 0 ||
	    db_run(f->open.db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") < 0)
		return db_tell(f->open.db, f->open.d);
	db_place_lock(f->lock, &f->open.place, db_database(f->open.db));
	f->connected = true;
	f->holder = 0;
	f->long_at = 0;
	return 0;
}

/*
 * Before the rows are read, so that it is true of all that came before it. A loader that has just got
 * the lock may have a backlog.
 */
static int ask_promise(struct db_follow *f, int64_t clock)
{
	struct slice field[2];
	long long t, holder;
	char sql[128];
	int r;

	snprintf(sql, sizeof(sql), "SELECT UNIX_TIMESTAMP(), IS_USED_LOCK('%s')", f->lock);
	f->promised = false;
	if (db_select(f->open.db, sql) < 0 || (r = db_row(f->open.db, field, sizeof(field) / sizeof(*field))) < 0)
		return db_tell(f->open.db, f->open.d);
	if (r > 0 && field[1].p && slice_int(field[0], false, &t) && slice_int(field[1], false, &holder)) {
		if (holder != f->holder)
			f->held_since = clock;
		f->holder = holder;
		f->promised = clock - f->held_since >= SETTLED;
		f->promise = t * WHEN_SECOND - MARGIN + f->open.place.shift;
	} else {
		f->holder = 0;
	}
	return db_done(f->open.db) < 0 ? db_tell(f->open.db, f->open.d) : 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int begin_look(struct db_follow *f, int64_t clock)
{
	const struct select *s = &f->lowest;

	if (ask_promise(f, clock) < 0)
		return -1;
	f->period = *s;
	if (!f->first && f->newest != WHEN_MIN) {
		bool is_long = clock >= f->long_at;
		int64_t at = f->newest - (is_long ? LONG_LOOK : SHORT_LOOK);

		f->period.from = later(at, s->from);
		if (s->agents_from < s->from)
			f->period.agents_from = later(at, s->agents_from);
		if (is_long)
			f->long_at = clock + LONG_EACH;
	}
	f->sql = f->open.sql;
	f->sql.names = NULL;
	f->sql.period = &f->period;
	f->pages = (struct db_pages){ 0 };
	db_pages_begin(&f->pages, f->open.db, &f->sql, f->open.operand, &f->own);
	f->pages.each = true;
	f->newest_before = f->newest;
	f->looking = true;
	seen_look(&f->seen);
	seen_look(&f->remarks);
	return 0;
}

/* Rows that cannot be events come up in each look; they are named once. */
static bool tell_remarks(struct db_follow *f)
{
	for (size_t at = 0; at < f->said.n && !f->said.failed;) {
		struct slice one = slice_str((char *)f->said.p + at);
		int r = seen_take(&f->remarks, 0, one);

		if (r < 0)
			return false;
		f->counts.read += r > 0;
		f->counts.refused += r > 0;
		f->kept += r > 0;
		if (r > 0 && diag_few(&f->remarked))
			diag_warn(f->d, "%s", (char *)f->said.p + at);
		at += one.n + 1;
	}
	f->said.n = 0;
	if (f->kept >= REMARKS) {
		seen_free(&f->remarks);
		f->kept = 0;
	}
	return !f->said.failed;
}

/* The next row of the page that was not seen. 1; 0: there is none; -1: out of memory. */
static int next_line(struct db_follow *f, int64_t now, struct event *ev)
{
	while (f->lines.n) {
		struct slice line = slice_cut(f->lines, '\n', &f->lines);
		int r;

		if (event_parse(line, ev, &f->scratch))
			continue;
		r = seen_take(&f->seen, ev->time, line);
		if (r < 0)
			return -1;
		if (ev->time > f->newest && ev->time <= now)
			f->newest = ev->time;
		if (r == 0)
			continue;
		f->counts.read++;
		f->counts.late += !f->first && ev->time < f->newest_before;
		return 1;
	}
	return 0;
}

static enum live_got end_look(struct db_follow *f, int64_t *promise)
{
	db_pages_free(&f->pages);
	f->looking = f->first = false;
	*promise = f->promised && f->promise > f->newest ? f->promise : f->newest;
	return LIVE_IDLE;
}

static enum live_got next(void *of, int64_t now, int64_t clock, struct event *ev, int64_t *promise,
			  const char **why)
{
	struct db_follow *f = of;
	unsigned long long read, refused;
	int r;

	if ((!f->connected && connect(f) < 0) || (!f->looking && begin_look(f, clock) < 0))
		return trouble(f, why);
	while ((r = next_line(f, now, ev)) == 0) {
		if (f->newest != WHEN_MIN)
			seen_forget(&f->seen, f->newest - LONG_LOOK - SHORT_LOOK);
		read = refused = 0;
		r = db_pages_next(&f->pages, &f->lines, &read, &refused);
		if (r < 0)
			return trouble(f, why);
		if (!tell_remarks(f))
			break;
		if (r == 0)
			return end_look(f, promise);
	}
	if (r > 0)
		return LIVE_EVENT;
	diag_fail(f->d, "out of memory");
	return LIVE_FAILED;
}

static struct live_counts counts(const void *of)
{
	return ((const struct db_follow *)of)->counts;
}

static void end(void *of)
{
	struct db_follow *f = of;

	if (f->looking)
		db_pages_free(&f->pages);
	diag_total(f->d, f->remarked, "rows refused");
	db_open_end(&f->open);
	seen_free(&f->seen);
	seen_free(&f->remarks);
	buf_free(&f->said);
	buf_free(&f->why);
	buf_free(&f->scratch);
	free(f);
}

int db_follow_open(struct live_feed *feed, const struct db_read_options *o, const char *operand,
		   struct diag *d)
{
	struct db_follow *f = calloc(1, sizeof(*f));

	if (!f)
		return diag_fail(d, "out of memory");
	f->d = d;
	f->first = true;
	f->newest = WHEN_MIN;
	f->lowest = SELECT_ALL;
	if (o->select) {
		f->lowest.from = o->select->from;
		f->lowest.agents_from = o->select->agents_from;
	}
	if (db_open_begin(&f->open, o, operand, d) < 0) {
		end(f);
		return -1;
	}
	f->own = (struct diag){ .prog = "", .emit = keep_said, .arg = f };
	f->open.d = &f->own;
	*feed = (struct live_feed){ f, f->open.place.partition, next, counts, end, POLL, POLL, MOST };
	return 0;
}
