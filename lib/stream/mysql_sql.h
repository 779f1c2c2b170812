/*
 * The statements by which a place is read.
 *
 * Every one names the partition by `=`, which an index serves, and by BINARY, which knows upper
 * from lower case; and the index that was found is forced, since ORDER BY is most of a server's
 * work without it. Pages begin and end with whole times: no key of the product's table is unique,
 * so nothing less says where a page ended.
 */
#ifndef STREAM_MYSQL_SQL_H
#define STREAM_MYSQL_SQL_H

#include "base/buf.h"
#include "stream/mysql_table.h"
#include "stream/select.h"

/* How the column of the time is to be read and compared. */
enum db_times {
	DB_EPOCH,       /* a number of seconds */
	DB_EPOCH_TEXT,  /* the same in a column of text */
	DB_UTC,         /* YYYY-MM-DD HH:MM:SS */
	DB_LOCAL        /* the same, as the clocks of a zone showed */
};

struct db_sql {
	const struct db_place *place;
	const struct db_table *table;
	enum db_times times;
	bool by_id;                  /* read by the table's own key, in the order of id */
	bool held;                   /* rows are put in order on this side, and id is wanted */
	const struct select *period; /* whose times go into WHERE; NULL: none */
	const struct select *names;  /* whose names and classes do; NULL: none */
	size_t longest;              /* bytes of an event's line */
};

/* What the statement gives, in this order: take[0 .. the result - 1]. The first is the time. */
size_t db_sql_columns(const struct db_sql *q, enum db_column take[DB_COLUMNS]);

/* From where a page is, as the column had it: its time, or of by_id its id. */
struct db_from {
	struct slice at; /* p NULL: from the beginning */
	bool behind;     /* only what is behind it, else it too */
	struct slice to; /* up to this time and with it; p NULL: open */
};

/* SELECT ... LIMIT limit (0: none). */
void db_sql_page(struct buf *b, const struct db_sql *q, const struct db_from *from, size_t limit);
/* One time: that of the row `limit` rows behind the beginning of the page, whatever its names. */
void db_sql_bound(struct buf *b, const struct db_sql *q, const struct db_from *from, size_t limit);
/* The time of the newest row before q->period's end (read by_id: of the one with the last id). */
void db_sql_newest(struct buf *b, const struct db_sql *q);
/* Of a column of text, some rows that may have a time: the first ones, or the last. */
void db_sql_sample(struct buf *b, const struct db_sql *q, bool last);
/* A row if there is any of this partition. */
void db_sql_any(struct buf *b, const struct db_sql *q);
/* Time and id of all rows that local times in begin <= time < end (seconds) have, by id. */
void db_sql_twice(struct buf *b, const struct db_sql *q, int64_t begin, int64_t end);

#endif
