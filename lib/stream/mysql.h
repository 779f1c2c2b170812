/*
 * A connection to a MySQL or MariaDB server.
 *
 * The names begin with db_, because mysql_ is the client library's own. Its header is included only
 * by stream/mysql_own.h; where that is not installed, stream/mysql_none.c is built in the place of
 * what includes it, and db_new says "built without MySQL". Whoever uses this module is linked with
 * the library (see Makefile).
 *
 * Every session speaks bytes (SET NAMES binary: nothing is converted on the way), UTC and strict
 * SQL, in which a backslash escapes inside a literal. Nothing reconnects by itself, LOAD DATA LOCAL
 * is refused whatever the server asks, and all time-outs are set. Where TLS is asked for (see
 * mysql_options.h), the server's certificate is verified and the cipher looked at before anything
 * is sent behind the login.
 *
 * The library ignores SIGPIPE from db_new on: writing to a closed pipe is EPIPE from there.
 *
 *	db = db_new(&options, "sql:A", d);
 *	if (!db || db_connect(db) < 0 || db_select(db, "SELECT ...") < 0)
 *		return db ? db_tell(db, d) : -1;
 *	while ((r = db_row(db, field, n)) > 0)
 *		...
 *	if (r < 0)
 *		return db_tell(db, d);
 */
#ifndef STREAM_MYSQL_H
#define STREAM_MYSQL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "stream/mysql_options.h"

struct db;

/* Numbers of errors, the server's and the client library's, that somebody decides by. */
enum {
	DB_NO_RIGHT_DB = 1044, DB_WRONG_LOGIN = 1045, DB_NO_DATABASE = 1046, DB_BAD_NULL = 1048,
	DB_UNKNOWN_DATABASE = 1049, DB_TABLE_EXISTS = 1050, DB_BAD_FIELD = 1054,
	DB_DISK_FULL = 1114, DB_NO_RIGHT_TABLE = 1142, DB_NO_RIGHT_COLUMN = 1143, DB_NO_TABLE = 1146,
	DB_PACKET_TOO_LARGE = 1153, DB_LOCK_TIMEOUT = 1205, DB_DEADLOCK = 1213, DB_READ_ONLY = 1290,
	DB_DATA_TOO_LONG = 1406, DB_GONE = 2006, DB_NO_MEMORY = 2008, DB_LOST = 2013
};

/*
 * Reads the option files and prepares; nothing is sent. what: heads the messages ("sql:A"); it and
 * o outlive the connection. NULL: told to d.
 */
struct db *db_new(const struct db_options *o, const char *what, struct diag *d);

/*
 * Connects, or connects anew (whatever was open, also in the middle of a result, is closed first).
 * 0; -1: see db_errno; db_tell says it.
 */
int db_connect(struct db *db);
/* Closes the connection without waiting for the server; db_connect opens another. */
void db_disconnect(struct db *db);
void db_free(struct db *db);

/* One statement that gives no rows. 0; -1. */
int db_run(struct db *db, const char *sql);
int db_run_n(struct db *db, struct slice sql);

/*
 * One statement that gives rows, which come one by one, straight from the server: 0; -1. Before the
 * next statement the rows are read to the end, or dropped by db_done.
 * db_send and db_receive are its two halves, so that something can be done while the server works.
 */
int db_select(struct db *db, const char *sql);
int db_send(struct db *db, struct slice sql);
int db_receive(struct db *db);

/* How many columns the rows have. */
size_t db_columns(const struct db *db);

/*
 * The next row: 1, its first columns in field[0 .. n - 1], valid until the next call; NULL, and a column
 * that the server did not send, is a slice whose p is NULL. 0: no more. -1: an error, and what came so
 * far is not all.
 */
int db_row(struct db *db, struct slice *field, size_t n);
/* Reads what is left of the rows and drops it. 0; -1: the connection was lost meanwhile. */
int db_done(struct db *db);

/* One row of one column, the first of its kind, copied into *to (emptied first): 1; 0: there is no
 * row, or it is NULL; -1. */
int db_value(struct db *db, const char *sql, struct buf *to);
/* The same as a number. */
int db_number(struct db *db, const char *sql, long long *to);

/* MariaDB, not MySQL; and 101106 for 10.11.6. */
bool db_is_mariadb(const struct db *db);
unsigned long db_version(const struct db *db);
/* The database of the session, as option files or options say; NULL: none. */
const char *db_database(const struct db *db);

/* Of the call that failed last: the number, and a text of one line. 0: it was this side's memory or
 * TLS that failed, see the text. */
unsigned db_errno(const struct db *db);
const char *db_error(const struct db *db);
/* Is the connection gone, so that only db_connect helps? */
bool db_is_lost(const struct db *db);
/* Says it: "sql:A: reason". Status 2, -1. */
int db_tell(const struct db *db, struct diag *d);

/* A literal, 'it\'s', and a name, `queue_log`, appended to b. The bytes of a literal may be any. */
void db_quote(struct buf *b, struct slice s);
void db_name(struct buf *b, struct slice name);

#endif
