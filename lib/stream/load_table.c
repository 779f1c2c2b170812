#include "stream/load_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "stream/mysql_sql.h"

enum { PACKET_LEAST = 1024, SPARE = 512 };

/* The fields that a row is made of, and those that have to be there. */
#define FIELDS ((1u << EVENT_FIELDS) - 1)

static bool begins(struct slice s, const char *word)
{
	return s.n >= strlen(word) && strncasecmp((const char *)s.p, word, strlen(word)) == 0;
}

static bool has(struct slice s, const char *word)
{
	for (; s.n >= strlen(word); s.p++, s.n--)
		if (begins(s, word))
			return true;
	return false;
}

/* The statement built in t->sql, as a C string; NULL: out of memory. */
static const char *sql(struct load_table *t)
{
	const char *text = buf_cstr(&t->sql);

	return text ? text : "out of memory";
}

static void name(struct buf *b, const struct load_table *t, enum field f)
{
	db_name(b, slice_str(t->table.column[f].name));
}

/* WHERE this partition: = for the index, BINARY because it compares without case. */
static void where(struct buf *b, const struct load_table *t)
{
	struct slice value = slice_str(t->place->partition);

	buf_str(b, " FROM ");
	db_place_table(b, t->place);
	if (t->table.index) {
		buf_str(b, " FORCE INDEX (");
		db_name(b, slice_str(t->table.index));
		buf_byte(b, ')');
	}
	buf_str(b, " WHERE ");
	name(b, t, F_PARTITION);
	buf_str(b, " = ");
	db_quote(b, value);
	buf_str(b, " AND BINARY ");
	name(b, t, F_PARTITION);
	buf_str(b, " = ");
	db_quote(b, value);
}

/* The greatest number that a column of that type holds. */
static long long most_of(struct slice type)
{
	static const struct {
		const char *begin;
		long long plain, whole;
	} types[] = {
		{ "int", 2147483647, 4294967295 },
		{ "integer", 2147483647, 4294967295 },
		{ "bigint", 8589934592, 8589934592 },
		{ "decimal", 8589934592, 8589934592 },
		{ "double", 8589934592, 8589934592 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (begins(type, types[i].begin))
			return has(type, "unsigned") ? types[i].whole : types[i].plain;
	return 0;
}

static int is_ours(const struct load_table *t, struct slice column)
{
	for (enum db_column c = 0; c < DB_COLUMNS; c++)
		if (t->table.column[c].name && strlen(t->table.column[c].name) == column.n &&
		    strncasecmp(t->table.column[c].name, (const char *)column.p, column.n) == 0)
			return (int)c;
	return -1;
}

/* A row of SHOW COLUMNS: what db_table does not know of it. */
static int one_column(struct load_table *t, const struct slice *f, struct diag *d)
{
	int c = is_ours(t, f[0]);
	const struct db_table_column *column = c < 0 ? NULL : &t->table.column[c];
	struct load_limit *l;

	if (c == F_TIME) {
		t->time_most = most_of(f[1]);
		return t->time_most ? 0
				    : diag_fail(d, "%s: column %s is no number of seconds", t->what,
						column->name);
	}
	if (c < 0 || c >= EVENT_FIELDS) {
		if (slice_is(f[2], "NO") && !f[4].p && !has(f[5], "auto_increment") &&
		    !has(f[5], "GENERATED"))
			return diag_fail(d, "%s: column %.*s wants a value and has no default", t->what,
					 (int)f[0].n, (const char *)f[0].p);
		return 0;
	}
	l = &t->limit[c];
	if (column->type != DB_TEXT && column->type != DB_BINARY)
		return diag_fail(d, "%s: column %s is no text", t->what, column->name);
	l->charset = load_charset_named(column->type == DB_TEXT ? column->charset : NULL);
	if (l->charset == LOAD_UNKNOWN)
		return diag_fail(d, "%s: column %s: character set %s is not one that is loaded into",
				 t->what, column->name, column->charset);
	l->most = column->length;
	l->bytes = has(f[1], "text");
	l->pads = begins(f[1], "char") || begins(f[1], "binary");
	l->pad = begins(f[1], "char") ? ' ' : '\0';
	return 0;
}

static int read_columns(struct load_table *t, struct diag *d)
{
	struct slice field[16] = { { 0 } };
	int r, status = 0;

	t->sql.n = 0;
	buf_str(&t->sql, "SHOW COLUMNS FROM ");
	db_place_table(&t->sql, t->place);
	if (db_select(t->db, sql(t)) < 0 || db_columns(t->db) > 16)
		return db_tell(t->db, d);
	while ((r = db_row(t->db, field, sizeof(field) / sizeof(*field))) > 0)
		if (status == 0)
			status = one_column(t, field, d);
	return r < 0 ? db_tell(t->db, d) : status;
}

int load_table_session(struct load_table *t)
{
	long long n;

	/* a connection whose other end is gone gives the lock back in a minute */
	if (db_run(t->db, "SET SESSION wait_timeout=60") < 0)
		return -1;
	if (db_is_mariadb(t->db) && db_version(t->db) >= 100300 &&
	    db_run(t->db, "SET SESSION idle_transaction_timeout=30") < 0)
		return -1;
	if (db_number(t->db, "SELECT @@max_allowed_packet", &n) < 0)
		return -1;
	n -= SPARE;
	t->packet = n < PACKET_LEAST ? PACKET_LEAST : (unsigned long long)n;
	return 0;
}

int load_table_open(struct load_table *t, struct db *db, const struct db_place *place,
		    const char *what, struct diag *d)
{
	struct buf why = { 0 };
	const char *bad;

	*t = (struct load_table){ .db = db, .place = place, .what = what };
	if (db_table_read(&t->table, db, place, FIELDS, what, d) < 0 || read_columns(t, d) < 0) {
		if (db_errno(db) == DB_NO_TABLE)
			diag_note(d, "%s: --create makes the table, but for --dry-run", what);
		return -1;
	}
	if (load_table_session(t) < 0)
		return db_tell(db, d);
	bad = load_fit(&t->limit[F_PARTITION], slice_str(place->partition), &why);
	if (bad)
		diag_fail(d, "%s: column %s: %s", what, t->table.column[F_PARTITION].name, bad);
	buf_free(&why);
	db_place_lock(t->lock, place, db_database(db));
	return bad ? -1 : 0;
}

void load_table_free(struct load_table *t)
{
	db_table_free(&t->table);
	buf_free(&t->sql);
}

/* What a field may need: channels and queues have names of up to 80 characters. */
void load_table_advise(struct load_table *t, struct diag *d)
{
	static const struct {
		enum field f;
		long long need;
	} needs[] = { { F_CALLID, 80 }, { F_QUEUE, 80 },  { F_AGENT, 80 },  { F_VERB, 30 },
		      { F_DATA1, 80 },  { F_DATA2, 80 },  { F_DATA3, 80 },  { F_DATA4, 80 },
		      { F_DATA5, 80 } };
	struct buf narrow = { 0 };

	t->sql.n = 0;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		const struct db_table_column *c = &t->table.column[needs[i].f];

		if (c->length >= needs[i].need)
			continue;
		buf_fmt(&narrow, "%s%s holds %lld", narrow.n ? ", " : "", c->name, c->length);
		buf_str(&t->sql, t->sql.n ? ", MODIFY " : " MODIFY ");
		db_name(&t->sql, slice_str(c->name));
		buf_fmt(&t->sql, " varchar(%lld) %s", needs[i].need, c->charset ? "CHARACTER SET " : "");
		buf_fmt(&t->sql, "%s NOT NULL DEFAULT ''", c->charset ? c->charset : "");
	}
	if (narrow.n && buf_cstr(&narrow) && buf_cstr(&t->sql))
		diag_note(d, "%s: column %s characters, more may come; to widen: ALTER TABLE %s%s",
			  t->what, (char *)narrow.p, t->place->table, (char *)t->sql.p);
	buf_free(&narrow);
}

int load_table_lock(struct load_table *t, int seconds)
{
	long long got = 0;

	t->sql.n = 0;
	buf_fmt(&t->sql, "SELECT GET_LOCK('%s', %d)", t->lock, seconds);
	return db_number(t->db, sql(t), &got) < 0 ? -1 : got == 1;
}

int load_table_locked(struct load_table *t)
{
	long long ours = 0;

	t->sql.n = 0;
	buf_fmt(&t->sql, "SELECT IS_USED_LOCK('%s') = CONNECTION_ID()", t->lock);
	return db_number(t->db, sql(t), &ours) < 0 ? -1 : ours == 1;
}

int load_table_holder(struct load_table *t, long long *id)
{
	*id = 0;
	t->sql.n = 0;
	buf_fmt(&t->sql, "SELECT IS_USED_LOCK('%s')", t->lock);
	return db_number(t->db, sql(t), id) < 0 ? -1 : 0;
}

/* Columns of a row to the fields they are, NULL as empty. */
static int give_row(const struct slice *got, const enum db_column *take, size_t n, load_row_take *f,
		    void *arg)
{
	struct slice field[EVENT_FIELDS] = { { 0 } };
	long long second;

	if (!got[0].p || !slice_int(got[0], true, &second))
		return 0;
	for (size_t i = 1; i < n; i++)
		if (take[i] < (enum db_column)EVENT_FIELDS)
			field[take[i]] = got[i];
	return f(arg, second, field);
}

int load_table_rows(struct load_table *t, int64_t from, int64_t to, load_row_take *f, void *arg)
{
	struct select period = SELECT_ALL;
	struct db_sql q = { .place = t->place, .table = &t->table, .times = DB_EPOCH,
			    .period = &period };
	struct db_place plain = *t->place;
	struct db_from all = { .behind = false };
	enum db_column take[DB_COLUMNS];
	struct slice got[DB_COLUMNS];
	size_t n = db_sql_columns(&q, take);
	int r, status = 0;

	plain.shift = 0;
	q.place = &plain;
	period.from = from * WHEN_SECOND;
	if (to != INT64_MAX)
		period.to = to * WHEN_SECOND;
	t->sql.n = 0;
	db_sql_page(&t->sql, &q, &all, 0);
	if (db_select(t->db, sql(t)) < 0)
		return -1;
	while ((r = db_row(t->db, got, DB_COLUMNS)) > 0)
		if (status == 0)
			status = give_row(got, take, n, f, arg);
	return r < 0 ? -1 : status;
}

int load_table_newest(struct load_table *t, bool event, int64_t now, int64_t *second)
{
	long long got;
	int r;

	t->sql.n = 0;
	buf_str(&t->sql, "SELECT ");
	name(&t->sql, t, F_TIME);
	where(&t->sql, t);
	if (event) {
		buf_str(&t->sql, " AND ");
		name(&t->sql, t, F_TIME);
		buf_fmt(&t->sql, " <= %lld AND BINARY ", (long long)now);
		name(&t->sql, t, F_VERB);
		buf_fmt(&t->sql, " <> '%s'", verb_name(VERB_HEARTBEAT));
	}
	buf_str(&t->sql, " ORDER BY ");
	name(&t->sql, t, F_TIME);
	buf_str(&t->sql, " DESC LIMIT 1");
	r = db_number(t->db, sql(t), &got);
	if (r > 0)
		*second = got;
	return r;
}

void load_table_insert(struct buf *b, const struct load_table *t)
{
	buf_str(b, "INSERT INTO ");
	db_place_table(b, t->place);
	for (enum field f = F_TIME; f < EVENT_FIELDS; f++) {
		buf_str(b, f == F_TIME ? " (" : ",");
		name(b, t, f);
	}
	buf_str(b, ") VALUES ");
}

void load_table_places(struct buf *b, const struct load_table *t)
{
	buf_str(b, "(?,");
	db_quote(b, slice_str(t->place->partition));
	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++)
		buf_str(b, ",?");
	buf_byte(b, ')');
}

void load_table_values(struct buf *b, const struct load_table *t, int64_t second,
		       const struct slice *field)
{
	buf_byte(b, '(');
	buf_int(b, second);
	buf_byte(b, ',');
	db_quote(b, slice_str(t->place->partition));
	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++) {
		buf_byte(b, ',');
		db_quote(b, field[f]);
	}
	buf_byte(b, ')');
}

int load_table_create(struct db *db, const struct db_place *place, const char *what, struct diag *d)
{
	static const struct {
		enum db_column c;
		const char *type;
	} made[] = {
		{ (enum db_column)F_PARTITION, "varchar(20) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_TIME, "int(11) unsigned NOT NULL DEFAULT 0" },
		{ (enum db_column)F_CALLID, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_QUEUE, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_AGENT, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_VERB, "varchar(30) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_DATA1, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_DATA2, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_DATA3, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_DATA4, "varchar(200) NOT NULL DEFAULT ''" },
		{ (enum db_column)F_DATA5, "varchar(200) NOT NULL DEFAULT ''" },
	};
	const char *id = place->column[DB_COLUMN_ID] ? place->column[DB_COLUMN_ID] : "unique_row_count";
	struct buf b = { 0 };
	int r = 0;

	buf_str(&b, "SHOW COLUMNS FROM ");
	db_place_table(&b, place);
	if (!buf_cstr(&b))
		return diag_fail(d, "out of memory");
	if (db_select(db, (char *)b.p) == 0 && db_done(db) == 0) {
		buf_free(&b);
		return 0;
	}
	if (db_errno(db) != DB_NO_TABLE) {
		buf_free(&b);
		return db_tell(db, d);
	}
	b.n = 0;
	buf_str(&b, "CREATE TABLE IF NOT EXISTS ");
	db_place_table(&b, place);
	buf_str(&b, " (");
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		db_name(&b, slice_str(place->column[made[i].c]));
		buf_fmt(&b, " %s, ", made[i].type);
	}
	buf_str(&b, "serverid varchar(10) NOT NULL DEFAULT '', ");
	db_name(&b, slice_str(id));
	buf_str(&b, " int(10) unsigned NOT NULL AUTO_INCREMENT, KEY idx_sel (");
	db_name(&b, slice_str(place->column[F_PARTITION]));
	buf_byte(&b, ',');
	db_name(&b, slice_str(place->column[F_TIME]));
	buf_byte(&b, ',');
	db_name(&b, slice_str(place->column[F_QUEUE]));
	buf_str(&b, "(2)), KEY partizione_b (");
	db_name(&b, slice_str(place->column[F_PARTITION]));
	buf_byte(&b, ',');
	db_name(&b, slice_str(place->column[F_TIME]));
	buf_byte(&b, ',');
	db_name(&b, slice_str(id));
	buf_str(&b, "), KEY by_hotdesk (");
	db_name(&b, slice_str(place->column[F_VERB]));
	buf_byte(&b, ',');
	db_name(&b, slice_str(place->column[F_TIME]));
	buf_str(&b, "), KEY by_row (");
	db_name(&b, slice_str(id));
	buf_str(&b, ")) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
	if (!buf_cstr(&b))
		r = diag_fail(d, "%s: out of memory", what);
	else if (db_run(db, (char *)b.p) < 0)
		r = db_tell(db, d);
	buf_free(&b);
	return r;
}
