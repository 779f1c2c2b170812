#include "stream/mysql_bulk.h"

#include "stream/mysql_own.h"

enum { COLUMNS = 16 };

#ifdef MARIADB_CLIENT_STMT_BULK_OPERATIONS
static bool takes_rows(struct db *db)
{
	unsigned long can = 0;

	mariadb_get_infov(db->m, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &can);
	return can & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32);
}

int db_bulk_prepare(struct db *db, struct slice sql)
{
	MYSQL_STMT *stmt;

	if (!db->m)
		return db_not_connected(db);
	if (db->bulk)
		mysql_stmt_close(db->bulk);
	db->bulk = NULL;
	if (!takes_rows(db))
		return 0;
	stmt = mysql_stmt_init(db->m);
	if (!stmt)
		return db_failed(db);
	if (mysql_stmt_prepare(stmt, (const char *)sql.p, (unsigned long)sql.n) != 0) {
		db_fail(db, mysql_stmt_errno(stmt), mysql_stmt_error(stmt));
		mysql_stmt_close(stmt);
		return db_is_lost(db) ? -1 : 0;
	}
	db->bulk = stmt;
	return 1;
}

int db_bulk_run(struct db *db, const struct db_bulk *rows)
{
	MYSQL_BIND bind[COLUMNS] = { { 0 } };
	unsigned n = (unsigned)rows->n;

	if (!db->bulk)
		return db_not_connected(db);
	if (rows->columns > COLUMNS)
		return db_fail(db, 0, "too many columns");
	for (size_t c = 0; c < rows->columns; c++) {
		bind[c].buffer_type = MYSQL_TYPE_STRING;
		bind[c].buffer = (void *)(size_t)rows->text[c];
		bind[c].length = (unsigned long *)(size_t)rows->length[c];
	}
	if (mysql_stmt_attr_set(db->bulk, STMT_ATTR_ARRAY_SIZE, &n) != 0 ||
	    mysql_stmt_bind_param(db->bulk, bind) != 0 || mysql_stmt_execute(db->bulk) != 0)
		return db_fail(db, mysql_stmt_errno(db->bulk), mysql_stmt_error(db->bulk));
	return 0;
}
#else
int db_bulk_prepare(struct db *db, struct slice sql)
{
	(void)sql;
	return db->m ? 0 : db_not_connected(db);
}

int db_bulk_run(struct db *db, const struct db_bulk *rows)
{
	(void)rows;
	return db_not_connected(db);
}
#endif

bool db_bulk_ready(const struct db *db)
{
	return db->bulk;
}
