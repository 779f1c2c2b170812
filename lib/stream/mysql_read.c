#include "stream/mysql_read.h"

#include <stdlib.h>

#include "stream/mysql_pages.h"

enum { OPT_COLUMN = 0x620, OPT_INPUT_ZONE };

const struct opt db_read_opts[] = {
	{ OPT_COLUMN, 0, "column", "OURS=THEIRS",
	  "what a table calls a column: OURS is one of time partition callid queue agent verb "
	  "data1 .. data5 data id; may be given several times",
	  NULL },
	{ OPT_INPUT_ZONE, 0, "input-zone", "ZONE", "the zone of a table's local times", NULL },
	{ 0 },
};

int db_read_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct db_read_options *o = to;

	switch (id) {
	case OPT_COLUMN:
		if (!array_need(&o->column, &o->cap, o->columns + 2, sizeof(*o->column)))
			return diag_fail(d, "out of memory");
		o->column[o->columns++] = arg;
		o->column[o->columns] = NULL;
		return 0;
	case OPT_INPUT_ZONE:
		o->zone = arg;
		return 0;
	default:
		return db_take(&o->db, id, what, arg, d);
	}
}

void db_read_options_free(struct db_read_options *o)
{
	free(o->column);
}

struct db_read {
	const struct db_read_options *o;
	struct diag *d;
	struct db_place place;
	struct db_table table;
	struct db *db;
	struct db_sql sql;
	struct db_pages pages;
};

static int parse(struct db_place *place, const struct db_read_options *o, const char *operand,
		 struct diag *d)
{
	return db_place_parse(place, operand, o->column, false, d);
}

/* Of a column of text: are its times seconds, or dates? */
static int look_at_text(struct db_read *r, const char *operand)
{
	struct buf sql = { 0 }, value = { 0 };
	size_t digits = 0;
	int got;

	db_sql_sample(&sql, &r->sql);
	got = buf_cstr(&sql) ? db_value(r->db, (char *)sql.p, &value) : 0;
	while (digits < value.n && value.p[digits] >= '0' && value.p[digits] <= '9')
		digits++;
	r->sql.times = digits && (digits == value.n || value.p[digits] == '.') ? DB_EPOCH_TEXT
									      : DB_LOCAL;
	buf_free(&value);
	if (sql.failed)
		got = diag_fail(r->d, "%s: out of memory", operand);
	else if (got < 0)
		db_tell(r->db, r->d);
	buf_free(&sql);
	return got;
}

/* What the times are, and by which index rows are read. */
static int find_times(struct db_read *r, const char *operand)
{
	const char *zone = r->place.zone ? r->place.zone : r->o->zone;

	r->sql.place = &r->place;
	r->sql.table = &r->table;
	r->sql.by_id = !r->table.index && r->table.primary && r->place.layout != DB_QUEUEMETRICS;
	switch (r->table.column[F_TIME].type) {
	case DB_NUMBER: r->sql.times = DB_EPOCH; break;
	case DB_DATETIME: r->sql.times = DB_LOCAL; break;
	case DB_TIMESTAMP: r->sql.times = DB_UTC; break;
	case DB_TEXT:
	case DB_BINARY:
		if (look_at_text(r, operand) < 0)
			return -1;
		break;
	case DB_OTHER:
		return diag_fail(r->d, "%s: column %s is of no type that times have", operand,
				 r->table.column[F_TIME].name);
	}
	if (r->sql.times != DB_LOCAL)
		return 0;
	if (!zone)
		return diag_fail(r->d, "%s: its times are local ones: of which zone, say as ?zone=ZONE or "
				       "--input-zone", operand);
	if (when_zone(zone) < 0)
		return diag_fail(r->d, "%s: %s: no such zone", operand, zone);
	if (strcmp(zone, "UTC") == 0)
		r->sql.times = DB_UTC;
	return 0;
}

/* What is asked of the server. Where rows have to be seen to know their time, all are read. */
static void choose(struct db_read *r)
{
	const struct select *s = r->o->select;
	bool names = s && (s->queue.n || s->agent.n || s->verb.n || s->callid.n || s->classes);

	r->sql.held = r->sql.by_id || r->sql.times != DB_EPOCH ||
		      (r->table.index && !r->table.index_id);
	r->sql.period = s;
	if (names && !(r->sql.by_id && r->sql.times == DB_LOCAL))
		r->sql.names = s;
}

/* A name that no row has is a mistake; one whose rows are all of other times is none. */
static int find_partition(struct db_read *r, const char *operand)
{
	struct buf sql = { 0 }, value = { 0 };
	int got;

	if (!r->table.column[F_PARTITION].name)
		return 0;
	db_sql_any(&sql, &r->sql);
	got = buf_cstr(&sql) ? db_value(r->db, (char *)sql.p, &value)
			     : diag_fail(r->d, "out of memory");
	if (got < 0 && !sql.failed)
		db_tell(r->db, r->d);
	else if (got == 0)
		got = diag_fail(r->d, "%s: no such partition in table %s", operand, r->place.table);
	buf_free(&sql);
	buf_free(&value);
	return got < 0 ? -1 : 0;
}

/* So that a slow reader downstream does not make the server hang up, and every page is of one
 * instant. */
static int begin_session(struct db_read *r)
{
	if (db_run(r->db, "SET SESSION net_write_timeout=3600, wait_timeout=86400") == 0 &&
	    db_run(r->db, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ") == 0 &&
	    (!r->table.snapshot ||
	     db_run(r->db, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY") == 0))
		return 0;
	return db_tell(r->db, r->d);
}

static void say_index(struct db_read *r, const char *operand)
{
	const struct select *s = r->o->select;

	if (r->table.index || !r->table.engine)
		return;
	if (!r->sql.by_id)
		diag_note(r->d, "%s: table %s has no index that begins with %s%s: the server reads and sorts "
				"all of it",
			  operand, r->place.table, r->place.column[F_PARTITION] ? "partition and " : "",
			  r->place.column[F_TIME]);
	else if (s && (s->from != WHEN_MIN || s->to != WHEN_MAX))
		diag_note(r->d, "%s: table %s has no index on %s: the server looks at all of it", operand,
			  r->place.table, r->place.column[F_TIME]);
}

enum { NEEDED = ((1u << EVENT_FIELDS) - 1) | 1u << DB_COLUMN_DATA };

static int begin(struct db_read *r, const char *operand)
{
	unsigned needed = NEEDED;

	if (parse(&r->place, r->o, operand, r->d) < 0)
		return -1;
	/* Asterisk's oldest script made tables without one */
	if (r->place.layout == DB_QUEUEMETRICS)
		needed |= 1u << DB_COLUMN_ID;
	r->db = db_new(&r->o->db, operand, r->d);
	if (!r->db)
		return -1;
	if (db_connect(r->db) < 0)
		return db_tell(r->db, r->d);
	if (db_table_read(&r->table, r->db, &r->place, needed, operand, r->d) < 0 ||
	    find_times(r, operand) < 0 || begin_session(r) < 0)
		return -1;
	choose(r);
	if (find_partition(r, operand) < 0)
		return -1;
	say_index(r, operand);
	db_pages_begin(&r->pages, r->db, &r->sql, operand, r->d);
	return 0;
}

static void end(void *of)
{
	struct db_read *r = of;

	if (r->pages.d)
		db_pages_free(&r->pages);
	db_free(r->db);
	db_table_free(&r->table);
	db_place_free(&r->place);
	free(r);
}

static void *open_operand(void *arg, const char *operand, struct diag *d)
{
	struct db_read *r = calloc(1, sizeof(*r));

	if (!r) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	r->o = arg;
	r->d = d;
	if (begin(r, operand) == 0)
		return r;
	end(r);
	return NULL;
}

static int check(void *arg, const char *operand, struct diag *d)
{
	struct db_place place;

	if (parse(&place, arg, operand, d) < 0)
		return -1;
	db_place_free(&place);
	return 0;
}

static int next(void *of, struct slice *lines, unsigned long long *read,
		unsigned long long *refused)
{
	return db_pages_next(&((struct db_read *)of)->pages, lines, read, refused);
}

const struct source_scheme db_scheme = { "sql:", check, open_operand, next, end };

int db_read_show(const struct db_read_options *o, const char *operand, struct buf *to,
		 struct diag *d)
{
	struct db_read *r = open_operand((void *)(size_t)o, operand, d);

	if (!r)
		return -1;
	db_pages_show(&r->pages, to);
	end(r);
	return 0;
}
