/*
 * Many rows in one exchange: bound to a statement that the server has parsed once. It is what
 * MariaDB's library and server can do, not MySQL's: elsewhere db_bulk_prepare says 0, and the rows go
 * as the text of an INSERT.
 *
 *	if (!db_bulk_ready(db) && (r = db_bulk_prepare(db, SLICE("INSERT INTO t VALUES (?,?)"))) <= 0)
 *		...
 *	if (db_bulk_run(db, &rows) < 0)
 *		...
 */
#ifndef STREAM_MYSQL_BULK_H
#define STREAM_MYSQL_BULK_H

#include "stream/mysql.h"

/* The values of n rows; theirs as long as db_bulk_run takes. */
struct db_bulk {
	size_t n, columns;               /* columns: as many as the statement has '?', at most 16 */
	const char *const *const *text;  /* text[column][row], bytes as they are */
	const unsigned long *const *length;
};

/*
 * sql: with a '?' for each value of a row. It lasts until the next one, or until the connection is lost
 * or closed: db_bulk_ready says whether there is one. 1; 0: this cannot be done here, and the
 * connection is as it was; -1.
 */
int db_bulk_prepare(struct db *db, struct slice sql);
bool db_bulk_ready(const struct db *db);

/* All rows, in order. 0; -1: some may have been taken. */
int db_bulk_run(struct db *db, const struct db_bulk *rows);

#endif
