/*
 * Where the client library is not installed, in the place of all that includes mysql_own.h: there is
 * never a connection, and behind db_new only db_free is called.
 */
#include "stream/mysql_bulk.h"

struct db *db_new(const struct db_options *o, const char *what, struct diag *d)
{
	(void)o;
	diag_fail(d, "%s: built without MySQL", what);
	return NULL;
}

void db_free(struct db *db)
{
	(void)db;
}

int db_connect(struct db *db)
{
	(void)db;
	return -1;
}

void db_disconnect(struct db *db)
{
	(void)db;
}

int db_run(struct db *db, const char *sql)
{
	(void)db;
	(void)sql;
	return -1;
}

int db_run_n(struct db *db, struct slice sql)
{
	(void)db;
	(void)sql;
	return -1;
}

int db_bulk_prepare(struct db *db, struct slice sql)
{
	(void)db;
	(void)sql;
	return -1;
}

bool db_bulk_ready(const struct db *db)
{
	(void)db;
	return false;
}

int db_bulk_run(struct db *db, const struct db_bulk *rows)
{
	(void)db;
	(void)rows;
	return -1;
}

int db_select(struct db *db, const char *sql)
{
	(void)db;
	(void)sql;
	return -1;
}

int db_send(struct db *db, struct slice sql)
{
	(void)db;
	(void)sql;
	return -1;
}

int db_receive(struct db *db)
{
	(void)db;
	return -1;
}

size_t db_columns(const struct db *db)
{
	(void)db;
	return 0;
}

int db_row(struct db *db, struct slice *field, size_t n)
{
	(void)db;
	(void)field;
	(void)n;
	return -1;
}

int db_done(struct db *db)
{
	(void)db;
	return -1;
}

int db_value(struct db *db, const char *sql, struct buf *to)
{
	(void)db;
	(void)sql;
	(void)to;
	return -1;
}

int db_number(struct db *db, const char *sql, long long *to)
{
	(void)db;
	(void)sql;
	(void)to;
	return -1;
}

bool db_is_mariadb(const struct db *db)
{
	(void)db;
	return false;
}

unsigned long db_version(const struct db *db)
{
	(void)db;
	return 0;
}

const char *db_database(const struct db *db)
{
	(void)db;
	return NULL;
}

unsigned db_errno(const struct db *db)
{
	(void)db;
	return 0;
}

const char *db_error(const struct db *db)
{
	(void)db;
	return "built without MySQL";
}

bool db_is_lost(const struct db *db)
{
	(void)db;
	return true;
}

int db_tell(const struct db *db, struct diag *d)
{
	(void)db;
	(void)d;
	return -1;
}
