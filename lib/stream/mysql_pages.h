/*
 * A place's rows, page by page, as event lines in the order of time.
 *
 * A page is taken over whole before any of it is given out. It ends where a time ends, and the next
 * begins with the next time: the rows of one time that a full page may have cut are read again.
 */
#ifndef STREAM_MYSQL_PAGES_H
#define STREAM_MYSQL_PAGES_H

#include "stream/mysql_clock.h"
#include "stream/mysql_hold.h"
#include "stream/mysql_rows.h"

struct db_pages {
	struct db *db;
	const char *what; /* "sql:A", for messages */
	struct diag *d;
	const struct db_sql *sql;
	struct db_rows rows;

	bool paged;   /* else one statement, whose rows come as they are asked for */
	bool bounded; /* a page ends at a time that was asked for first */
	size_t limit, most;   /* rows; most: of a page whose rows are of several times */
	struct buf at, to;    /* where the page begins and ends, as the column has it */
	bool begun, behind, ends;
	bool sent, reading, over, broken;

	/* the page as far as it was read */
	struct buf lines;
	struct db_hold hold;
	size_t got;            /* rows */
	struct buf remarks;    /* on rows that were refused, each ended by NUL */
	struct buf group;      /* the time of the last of them, or their id */
	struct {               /* how things were when it began */
		size_t got, lines, held, remarks;
	} before;
	int64_t last;          /* the earliest instant that rows to come may have */

	struct db_clock clock;
	struct db_pass pass;
	struct { bool known; int64_t begin; unsigned long long id; } split;
	bool said_twice;
	bool each;             /* the caller's to set: all rows refused are told, not the first ten */
	unsigned long long remarked;
	struct buf text;       /* a statement */
};

/* Zero-initialize p; what, d and sql outlive it. names: does sql ask for less than a period? */
void db_pages_begin(struct db_pages *p, struct db *db, const struct db_sql *sql, const char *what,
		    struct diag *d);

/* The statements of the page to come, appended, a line each. */
void db_pages_show(struct db_pages *p, struct buf *to);

/*
 * The next lines, with SCAN_SLACK behind them, valid until the next call: 1; 0: no more; -1: told,
 * and what came so far is not all. *read, *refused: rows, added.
 */
int db_pages_next(struct db_pages *p, struct slice *lines, unsigned long long *read,
		  unsigned long long *refused);

/* Says how many were refused, where not all were named. */
void db_pages_free(struct db_pages *p);

#endif
