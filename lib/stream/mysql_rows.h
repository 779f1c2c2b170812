/*
 * Rows to event lines.
 *
 * What a table holds is bytes; here they become fields in the events' escaped form, stamped with
 * the place's partition.
 */
#ifndef STREAM_MYSQL_ROWS_H
#define STREAM_MYSQL_ROWS_H

#include "stream/mysql_sql.h"

struct db_rows {
	enum db_times times;
	int64_t shift;
	enum db_column take[DB_COLUMNS]; /* the columns of a row */
	size_t n;
	size_t id;                       /* which of them is the id; n: none */
	size_t longest;                  /* bytes of a line */
	unsigned char stamp[PARTITION_MOST + 2];
	size_t nstamp;
};

void db_rows_init(struct db_rows *r, const struct db_sql *q);

/*
 * The time of a row, microseconds with the place's shift; of DB_LOCAL what the clocks showed,
 * without it. NULL, or why the row cannot be an event.
 */
const char *db_rows_time(const struct db_rows *r, struct slice text, int64_t *t);

/* Appends a row's line but for the time that it begins with. NULL, or why not. */
const char *db_rows_body(const struct db_rows *r, const struct slice *field, struct buf *b);

/* Appends a whole line: DB_EPOCH, for which nothing else has to be known. NULL, or why not, and
 * nothing is appended. */
const char *db_rows_line(const struct db_rows *r, const struct slice *field, struct buf *b);

#endif
