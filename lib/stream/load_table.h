/*
 * The table that is loaded, on the server: its limits, its lock, and the statements by which rows
 * are looked at and inserted.
 *
 * Functions that ask the server return -1 where it failed, and the connection knows why (see
 * mysql.h); nothing is told then, since what failed may be tried again.
 */
#ifndef STREAM_LOAD_TABLE_H
#define STREAM_LOAD_TABLE_H

#include "stream/load_count.h"
#include "stream/load_fit.h"
#include "stream/mysql.h"
#include "stream/mysql_place.h"
#include "stream/mysql_table.h"

struct load_table {
	struct db *db;
	const struct db_place *place;
	const char *what; /* heads messages: "sql:A" */
	struct db_table table;
	struct load_limit limit[EVENT_FIELDS]; /* of F_CALLID .. F_DATA5 */
	long long time_most;                   /* seconds */
	unsigned long long packet;             /* bytes of the longest statement */
	char lock[32];
	struct buf sql;
};

/* One row: its second, and raw field[F_CALLID .. F_DATA5], valid for the call. */
typedef int load_row_take(void *arg, int64_t second, const struct slice *field);

/* Makes the table, if there is none: 0; -1: told to d. db: connected. */
int load_table_create(struct db *db, const struct db_place *place, const char *what, struct diag *d);

/* Looks at the table; db is connected. 0; -1: told to d. */
int load_table_open(struct load_table *t, struct db *db, const struct db_place *place,
		    const char *what, struct diag *d);
/* What a new connection has to be told. */
int load_table_session(struct load_table *t);
void load_table_free(struct load_table *t);

/* Names what is narrower than a log's fields may be, with the ALTER that would widen it. */
void load_table_advise(struct load_table *t, struct diag *d);

/* The lock of the partition, waited for that long: 1; 0: another has it. */
int load_table_lock(struct load_table *t, int seconds);
/* Is it still ours? 1; 0. */
int load_table_locked(struct load_table *t);
/* Who has the lock: the number of a connection; 0: nobody. */
int load_table_holder(struct load_table *t, long long *id);

/* All rows of the partition with from <= second < to (INT64_MAX: open), in the order of time, to f,
 * which returns -1 to end it. 0; -1. */
int load_table_rows(struct load_table *t, int64_t from, int64_t to, load_row_take *f, void *arg);

/* The newest second stored: 1; 0: there is none. event: of rows that are no HEARTBEAT and not
 * behind `now`. */
int load_table_newest(struct load_table *t, bool event, int64_t now, int64_t *second);

/* The beginning of an INSERT; then one row's part of it, in parentheses, or what stands for a row
 * whose time and fields are bound later. */
void load_table_insert(struct buf *b, const struct load_table *t);
void load_table_places(struct buf *b, const struct load_table *t);
void load_table_values(struct buf *b, const struct load_table *t, int64_t second,
		       const struct slice *field);

#endif
