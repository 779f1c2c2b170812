#include "stream/mysql_open.h"

#include "stream/mysql_clock.h"
#include "stream/source_parts.h"

/* Counts those of a sample that are seconds, and those that are dates; the others are neither. */
static int count(struct db_open *r, bool last, size_t *seconds, size_t *dates)
{
	struct buf sql = { 0 };
	struct slice field[1];
	int64_t t;
	int got;

	db_sql_sample(&sql, &r->sql, last);
	if (!buf_cstr(&sql))
		return diag_fail(r->d, "%s: out of memory", r->operand);
	got = db_select(r->db, (char *)sql.p);
	while (got >= 0 && (got = db_row(r->db, field, 1)) > 0) {
		*seconds += event_time(field[0], &t);
		*dates += db_clock_read(field[0], &t);
	}
	buf_free(&sql);
	return got < 0 ? db_tell(r->db, r->d) : 0;
}

/* Of a column of text: are its times seconds, or dates? What is refused later may be among them, and in
 * the order of times it stands at the ends. */
static int look_at_text(struct db_open *r)
{
	size_t seconds = 0, dates = 0;

	if (count(r, false, &seconds, &dates) < 0 ||
	    (!r->sql.by_id && count(r, true, &seconds, &dates) < 0))
		return -1;
	r->sql.times = seconds > dates ? DB_EPOCH_TEXT : DB_LOCAL;
	return 0;
}

/* What the times are, and by which index rows are read. */
static int find_times(struct db_open *r)
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
		if (look_at_text(r) < 0)
			return -1;
		break;
	case DB_OTHER:
		return diag_fail(r->d, "%s: column %s is of no type that times have", r->operand,
				 r->table.column[F_TIME].name);
	}
	if (r->sql.times != DB_LOCAL)
		return 0;
	if (!zone)
		return diag_fail(r->d, "%s: its times are local ones: of which zone, say as ?zone=ZONE or "
				       "--input-zone", r->operand);
	if (when_zone(zone) < 0)
		return diag_fail(r->d, "%s: %s: no such zone", r->operand, zone);
	if (strcmp(zone, "UTC") == 0)
		r->sql.times = DB_UTC;
	return 0;
}

/* What is asked of the server. Where rows have to be seen to know their time, all are read. */
static void choose(struct db_open *r)
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
static int find_partition(struct db_open *r)
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
		got = diag_fail(r->d, "%s: no such partition in table %s", r->operand, r->place.table);
	buf_free(&sql);
	buf_free(&value);
	return got < 0 ? -1 : 0;
}

/* Nothing is converted on the way, and the bytes of these are no text. */
static int refuse_wide(const struct db_open *r)
{
	static const char *const wide[] = { "ucs2", "utf16", "utf16le", "utf32" };

	for (enum db_column i = 0; i < DB_COLUMNS; i++) {
		const struct db_table_column *c = &r->table.column[i];

		for (size_t w = 0; c->charset && w < sizeof(wide) / sizeof(*wide); w++)
			if (strcmp(c->charset, wide[w]) == 0)
				return diag_fail(r->d, "%s: column %s: character set %s is not one that is read",
						 r->operand, c->name, c->charset);
	}
	return 0;
}

enum { NEEDED = ((1u << EVENT_FIELDS) - 1) | 1u << DB_COLUMN_DATA };

int db_open_parse(struct db_place *place, const struct db_read_options *o, const char *operand,
		  struct diag *d)
{
	return db_place_parse(place, operand, o->column, false, d);
}

int db_open_begin(struct db_open *r, const struct db_read_options *o, const char *operand,
		  struct diag *d)
{
	r->o = o;
	r->operand = operand;
	r->d = d;
	if (db_open_parse(&r->place, o, operand, d) < 0)
		return -1;
	r->db = db_new(&o->db, operand, d);
	return r->db ? 0 : -1;
}

int db_open_connect(struct db_open *r)
{
	struct source_options in = { .max_line = r->o->max_line };
	unsigned needed = NEEDED;

	/* Asterisk's oldest script made tables without one */
	if (r->place.layout == DB_QUEUEMETRICS)
		needed |= 1u << DB_COLUMN_ID;
	db_table_free(&r->table);
	r->sql = (struct db_sql){ .longest = parts_longest(&in, SOURCE_EVENTS) };
	if (db_connect(r->db) < 0)
		return db_tell(r->db, r->d);
	if (db_table_read(&r->table, r->db, &r->place, needed, r->operand, r->d) < 0 ||
	    refuse_wide(r) < 0 || find_times(r) < 0)
		return -1;
	choose(r);
	return find_partition(r);
}

void db_open_end(struct db_open *r)
{
	db_free(r->db);
	db_table_free(&r->table);
	db_place_free(&r->place);
}
