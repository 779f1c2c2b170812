/*
 * Local times of a table: what the clocks of a zone showed, to instants.
 *
 * The zone is the process's (base/when). Where the clocks are put back they show an hour twice;
 * which of the two a row was written in, only the order of writing tells.
 */
#ifndef STREAM_MYSQL_CLOCK_H
#define STREAM_MYSQL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Remembers the last quarter of an hour that was asked for. Zero-initialize it. */
struct db_clock {
	bool known;
	int64_t quarter, offset; /* of the clocks, seconds */
	int64_t begin, end;      /* the period shown twice, on the clocks, seconds; begin == end: none */
};

/* "2026-11-22 17:41:38.724407", up to 6 digits behind the point or none: microseconds on the
 * clocks since 1970-01-01 00:00 on them. false: not a time. */
bool db_clock_read(struct slice text, int64_t *local);
/* The same backwards, whole seconds, appended. */
void db_clock_put(struct buf *b, int64_t local);

/* What the clocks show at t, both in microseconds. */
int64_t db_clock_of(int64_t t);

/*
 * The instant at which the clocks show `local`. true: they do so twice, it is the first, the
 * second is c->end - c->begin seconds later, and c->begin <= local < c->end in seconds.
 */
bool db_clock_at(struct db_clock *c, int64_t local, int64_t *t);

/* Tells the first time from the second while rows come in the order in which they were written.
 * Zero-initialize it. */
struct db_pass {
	bool known, second;
	int64_t begin, high; /* the period shown twice; the latest time in it so far */
};

/* Is it the second time? c: as db_clock_at, which said true, left it. */
bool db_pass_second(struct db_pass *p, const struct db_clock *c, int64_t local);

#endif
