#include "stream/mysql_pages.h"

#include "stream/scan.h"

/* Rows of a page, and about how many bytes of them. */
enum { PAGE = 16384, PAGE_BYTES = 1 << 28 };

/* By so much at most rows that are read in the order of writing are older than those before them. */
#define LATE (60 * WHEN_SECOND)

static int no_memory(struct db_pages *p)
{
	return diag_fail(p->d, "out of memory");
}

static int tell(struct db_pages *p)
{
	return db_tell(p->db, p->d);
}

static size_t rows_of_page(const struct db_table *t)
{
	size_t n = t->row ? PAGE_BYTES / t->row : PAGE;

	return n < 1 ? 1 : n < PAGE ? n : PAGE;
}

void db_pages_begin(struct db_pages *p, struct db *db, const struct db_sql *sql, const char *what,
		    struct diag *d)
{
	const struct db_table *t = sql->table;
	const struct select *s = sql->period;

	*p = (struct db_pages){ .db = db, .sql = sql, .what = what, .d = d };
	p->limit = p->most = rows_of_page(t);
	db_rows_init(&p->rows, sql);
	p->paged = sql->by_id || t->index;
	/* rows that are not asked for lock a table as long as those that are */
	p->bounded = p->paged && !sql->by_id && !t->snapshot &&
		     (sql->names || (s && s->agents_from < s->from));
}

/* The text of a statement, kept in p->text. */
static const char *statement(struct db_pages *p)
{
	return p->text.failed || !buf_cstr(&p->text) ? NULL : (char *)p->text.p;
}

static struct db_from from_of(const struct db_pages *p)
{
	struct db_from f = { .behind = p->behind };

	if (p->begun)
		f.at = slice_of(p->at.p ? p->at.p : (const unsigned char *)"", p->at.n);
	if (p->ends)
		f.to = slice_of(p->to.p, p->to.n);
	return f;
}

static void page_text(struct db_pages *p)
{
	struct db_from f = from_of(p);

	p->text.n = 0;
	db_sql_page(&p->text, p->sql, &f, p->paged && !p->bounded ? p->limit : 0);
}

/* Up to which time the page goes. */
static int ask_bound(struct db_pages *p)
{
	struct db_from f;
	int r;

	p->ends = false;
	f = from_of(p);
	p->text.n = 0;
	db_sql_bound(&p->text, p->sql, &f, p->limit);
	if (!statement(p))
		return no_memory(p);
	r = db_value(p->db, statement(p), &p->to);
	p->ends = r > 0;
	return r < 0 ? tell(p) : 0;
}

void db_pages_show(struct db_pages *p, struct buf *to)
{
	struct db_from f = from_of(p);

	if (p->bounded) {
		db_sql_bound(to, p->sql, &f, p->limit);
		buf_str(to, ";\n");
	}
	page_text(p);
	buf_slice(to, buf_all(&p->text));
	buf_str(to, ";\n");
}

static int send(struct db_pages *p)
{
	if (p->bounded && ask_bound(p) < 0)
		return -1;
	page_text(p);
	if (!statement(p))
		return no_memory(p);
	p->sent = true;
	return db_send(p->db, buf_all(&p->text)) < 0 ? tell(p) : 0;
}

static int receive(struct db_pages *p)
{
	if (!p->sent && send(p) < 0)
		return -1;
	p->sent = false;
	if (db_receive(p->db) < 0)
		return tell(p);
	p->reading = true;
	p->got = 0;
	p->group.n = 0;
	return 0;
}

/* What a row is known by: some of it, where it is longer than any such is. */
static void put_name(struct buf *b, struct slice s)
{
	enum { MOST = 60 };

	if (!s.p)
		buf_str(b, "NULL");
	for (size_t i = 0; i < s.n && i < MOST; i++)
		buf_byte(b, s.p[i] ? s.p[i] : '?');
	if (s.n > MOST)
		buf_str(b, "...");
}

/* A row that cannot be an event. It is told when it is sure that it is not read again. */
static void refuse(struct db_pages *p, const struct slice *field, const char *why)
{
	struct buf *b = &p->remarks;

	buf_str(b, "row of time ");
	put_name(b, field[0]);
	if (p->rows.id < p->rows.n) {
		buf_fmt(b, ", %s ", p->sql->place->column[DB_COLUMN_ID]);
		put_name(b, field[p->rows.id]);
	}
	buf_fmt(b, ": %s", why);
	buf_byte(b, '\0');
}

static unsigned long long number(struct slice s)
{
	long long v = 0;

	slice_int(s, true, &v);
	return (unsigned long long)v;
}

/* From which id on the period that the clocks show twice is the second time: asked for all rows,
 * since those that are selected may not show it. */
static int find_split(struct db_pages *p)
{
	struct db_clock clock = p->clock;
	struct db_pass pass = { 0 };
	struct slice field[2];
	int64_t local, t;
	int r;

	p->text.n = 0;
	db_sql_twice(&p->text, p->sql, clock.begin, clock.end);
	if (!statement(p))
		return no_memory(p);
	p->split.known = true;
	p->split.begin = clock.begin;
	p->split.id = UINT64_MAX;
	if (db_select(p->db, statement(p)) < 0)
		return tell(p);
	while ((r = db_row(p->db, field, sizeof(field) / sizeof(*field))) > 0)
		if (p->split.id == UINT64_MAX && db_clock_read(field[0], &local) &&
		    db_clock_at(&clock, local, &t) && db_pass_second(&pass, &clock, local))
			p->split.id = number(field[1]);
	return r < 0 ? tell(p) : 0;
}

static void say_twice(struct db_pages *p)
{
	if (p->said_twice)
		return;
	p->said_twice = true;
	diag_warn(p->d, "%s: nothing in the table tells the second from the first of the hours that "
			"the clocks showed twice: taken for the first", p->what);
}

/* A row that has a local time: of two instants the first, to be looked at again where *open. */
static const char *instant(struct db_pages *p, int64_t local, int64_t *t, bool *open)
{
	bool twice = db_clock_at(&p->clock, local, t);

	*open = twice && !p->sql->by_id;
	if (twice && p->sql->by_id && db_pass_second(&p->pass, &p->clock, local))
		*t += (p->clock.end - p->clock.begin) * WHEN_SECOND;
	*t += p->rows.shift;
	if (*t < EVENT_TIME_MIN || *t > EVENT_TIME_MAX)
		return "its time is out of range";
	return NULL;
}

/* To the lines that are held. */
static const char *hold_row(struct db_pages *p, const struct slice *field)
{
	size_t at = p->hold.text.n;
	bool open = false;
	const char *why;
	int64_t t;

	why = db_rows_time(&p->rows, field[0], &t);
	if (!why && p->sql->times == DB_LOCAL)
		why = instant(p, t, &t, &open);
	if (!why)
		p->last = t;
	if (!why)
		why = db_rows_body(&p->rows, field, &p->hold.text);
	if (!why && !db_hold_put(&p->hold, t, p->rows.id < p->rows.n ? number(field[p->rows.id]) : 0,
				 at, open))
		p->lines.failed = true;
	return why;
}

static void take_row(struct db_pages *p, const struct slice *field)
{
	struct slice key = field[p->sql->by_id ? p->rows.id : 0];
	const char *why;

	if (p->got == 0 || !slice_eq(key, buf_all(&p->group))) {
		p->group.n = 0;
		buf_slice(&p->group, key);
		p->before.got = p->got;
		p->before.lines = p->lines.n;
		p->before.held = p->hold.n;
		p->before.remarks = p->remarks.n;
	}
	p->got++;
	why = p->sql->held ? hold_row(p, field) : db_rows_line(&p->rows, field, &p->lines);
	if (why)
		refuse(p, field, why);
}

static void begin_at(struct db_pages *p, const struct buf *at, bool behind)
{
	p->at.n = 0;
	buf_slice(&p->at, buf_all(at));
	p->at.failed |= at->failed;
	p->begun = true;
	p->behind = behind;
}

/* The rows of the last time may not be all; they come again. */
static void cut(struct db_pages *p)
{
	p->lines.n = p->before.lines;
	db_hold_cut(&p->hold, p->before.held);
	p->remarks.n = p->before.remarks;
	p->limit = p->before.got ? p->most : p->limit * 2;
	p->got = p->before.got;
	if (p->got)
		begin_at(p, &p->group, false);
}

/* The statement has given all its rows. */
static void end_page(struct db_pages *p)
{
	p->reading = false;
	if (!p->paged || (p->bounded ? !p->ends : p->got < p->limit))
		p->over = true;
	else if (p->bounded)
		begin_at(p, &p->to, true);
	else if (p->sql->by_id)
		begin_at(p, &p->group, true);
	else
		cut(p);
}

static int fill(struct db_pages *p)
{
	struct slice field[DB_COLUMNS];
	size_t rows = 0;
	int r = 1;

	while ((p->paged || rows++ < p->most) && (r = db_row(p->db, field, sizeof(field) / sizeof(*field))) > 0)
		take_row(p, field);
	if (r < 0)
		return tell(p);
	if (p->lines.failed || p->hold.text.failed || p->group.failed || p->remarks.failed)
		return no_memory(p);
	if (r == 0)
		end_page(p);
	return 0;
}

/* Rows of a period that the clocks showed twice are of its second time from some id on. */
static int settle_twice(struct db_pages *p)
{
	bool can = p->paged && p->rows.id < p->rows.n;

	for (size_t i = 0; i < p->hold.n; i++) {
		struct db_held *row = &p->hold.row[i];
		int64_t t;

		if (!row->open)
			continue;
		row->open = false;
		if (!can) {
			say_twice(p);
			continue;
		}
		db_clock_at(&p->clock, db_clock_of(row->t - p->rows.shift), &t);
		if ((!p->split.known || p->split.begin != p->clock.begin) && find_split(p) < 0)
			return -1;
		if (row->id >= p->split.id)
			row->t += (p->clock.end - p->clock.begin) * WHEN_SECOND;
	}
	return 0;
}

static unsigned long long tell_remarks(struct db_pages *p)
{
	unsigned long long n = 0;

	for (size_t at = 0; at < p->remarks.n; at += strlen((char *)p->remarks.p + at) + 1) {
		n++;
		if (p->each || diag_few(&p->remarked))
			diag_warn(p->d, "%s: %s", p->what, (char *)p->remarks.p + at);
	}
	p->remarks.n = 0;
	return n;
}

static int give_held(struct db_pages *p)
{
	int64_t before = p->over ? INT64_MAX : p->sql->by_id ? p->hold.newest - LATE : p->last;

	if (settle_twice(p) < 0)
		return -1;
	db_hold_give(&p->hold, before, &p->lines);
	return p->lines.failed || p->hold.text.failed ? no_memory(p) : 0;
}

int db_pages_next(struct db_pages *p, struct slice *lines, unsigned long long *read,
		  unsigned long long *refused)
{
	p->lines.n = 0;
	if (p->broken)
		return -1;
	while (p->lines.n == 0) {
		if (p->over)
			return 0;
		if ((!p->reading && receive(p) < 0) || fill(p) < 0)
			return -1;
		*read += p->got;
		p->got = 0;
		*refused += tell_remarks(p);
		if (p->sql->held && give_held(p) < 0)
			return -1;
	}
	/* these lines are good all the same */
	if (!p->over && p->paged && p->sql->table->snapshot)
		p->broken = send(p) < 0;
	if (!buf_room(&p->lines, SCAN_SLACK))
		return no_memory(p);
	*lines = buf_all(&p->lines);
	return 1;
}

void db_pages_free(struct db_pages *p)
{
	diag_total(p->d, p->remarked, "rows refused");
	buf_free(&p->at);
	buf_free(&p->to);
	buf_free(&p->lines);
	buf_free(&p->group);
	buf_free(&p->remarks);
	buf_free(&p->text);
	db_hold_free(&p->hold);
}
