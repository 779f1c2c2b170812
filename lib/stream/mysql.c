#include <stdio.h>

#include "stream/mysql_own.h"

int db_fail(struct db *db, unsigned number, const char *text)
{
	db->number = number;
	snprintf(db->text, sizeof(db->text), "%s", text);
	for (char *c = db->text; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return -1;
}

int db_failed(struct db *db)
{
	const char *text = mysql_error(db->m);

	return db_fail(db, mysql_errno(db->m), *text ? text : "the client library says no reason");
}

int db_not_connected(struct db *db)
{
	return db_fail(db, CR_SERVER_GONE_ERROR, "not connected");
}

int db_run_n(struct db *db, struct slice sql)
{
	if (!db->m)
		return db_not_connected(db);
	if (mysql_real_query(db->m, (const char *)sql.p, (unsigned long)sql.n) != 0)
		return db_failed(db);
	if (mysql_field_count(db->m) > 0) {
		db->rows = mysql_use_result(db->m);
		if (!db->rows)
			return db_failed(db);
		return db_done(db);
	}
	return 0;
}

int db_run(struct db *db, const char *sql)
{
	return db_run_n(db, slice_str(sql));
}

int db_send(struct db *db, struct slice sql)
{
	if (!db->m)
		return db_not_connected(db);
	if (mysql_send_query(db->m, (const char *)sql.p, (unsigned long)sql.n) != 0)
		return db_failed(db);
	db->sent = true;
	return 0;
}

int db_receive(struct db *db)
{
	if (!db->m)
		return db_not_connected(db);
	db->sent = false;
	if (mysql_read_query_result(db->m) != 0)
		return db_failed(db);
	db->rows = mysql_use_result(db->m);
	if (!db->rows)
		return mysql_errno(db->m) ? db_failed(db) : db_fail(db, 0, "the server sent no rows");
	db->columns = mysql_num_fields(db->rows);
	return 0;
}

int db_select(struct db *db, const char *sql)
{
	if (db_send(db, slice_str(sql)) < 0)
		return -1;
	return db_receive(db);
}

size_t db_columns(const struct db *db)
{
	return db->columns;
}

static void end_rows(struct db *db)
{
	mysql_free_result(db->rows);
	db->rows = NULL;
}

int db_row(struct db *db, struct slice *field, size_t n)
{
	unsigned long *length;
	MYSQL_ROW row;

	if (!db->rows)
		return db->m ? 0 : db_not_connected(db);
	row = mysql_fetch_row(db->rows);
	if (!row) {
		int r = mysql_errno(db->m) ? db_failed(db) : 0;

		end_rows(db);
		return r;
	}
	length = mysql_fetch_lengths(db->rows);
	for (size_t i = 0; i < n; i++) {
		bool there = i < db->columns && row[i];

		field[i] = there ? slice_of(row[i], length[i]) : (struct slice){ 0 };
	}
	return 1;
}

int db_done(struct db *db)
{
	int r = 0;

	if (!db->rows)
		return 0;
	while (mysql_fetch_row(db->rows)) { }
	if (mysql_errno(db->m))
		r = db_failed(db);
	end_rows(db);
	return r;
}

int db_value(struct db *db, const char *sql, struct buf *to)
{
	struct slice field[1];
	int r;

	to->n = 0;
	if (db_select(db, sql) < 0)
		return -1;
	if (db->columns != 1) {
		db_done(db);
		return db_fail(db, 0, "not one column");
	}
	r = db_row(db, field, 1);
	if (r > 0 && !field[0].p)
		r = 0;
	if (r > 0)
		buf_slice(to, field[0]);
	if (r > 0 && (to->failed || !buf_cstr(to)))
		r = db_fail(db, 0, "out of memory");
	if (db_done(db) < 0)
		r = -1;
	return r;
}

int db_number(struct db *db, const char *sql, long long *to)
{
	struct buf text = { 0 };
	int r = db_value(db, sql, &text);

	if (r > 0 && !slice_int(buf_all(&text), true, to))
		r = db_fail(db, 0, "not a number where one was asked for");
	buf_free(&text);
	return r;
}

bool db_is_mariadb(const struct db *db)
{
	const char *text = db->m ? mysql_get_server_info(db->m) : NULL;

	return text && strstr(text, "MariaDB");
}

unsigned long db_version(const struct db *db)
{
	return db->m ? mysql_get_server_version(db->m) : 0;
}

const char *db_database(const struct db *db)
{
	return db->settings.text[DB_DATABASE];
}

unsigned db_errno(const struct db *db)
{
	return db->number;
}

const char *db_error(const struct db *db)
{
	return db->text;
}

bool db_is_lost(const struct db *db)
{
	return !db->m || (db->number >= CR_MIN_ERROR && db->number <= CR_MAX_ERROR);
}

int db_tell(const struct db *db, struct diag *d)
{
	if (db->number)
		return diag_fail(d, "%s: %s (error %u)", db->what, db->text, db->number);
	return diag_fail(d, "%s: %s", db->what, db->text);
}
