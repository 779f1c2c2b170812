/*
 * Lines that are held until their place in time is sure, and then given in its order.
 */
#ifndef STREAM_MYSQL_HOLD_H
#define STREAM_MYSQL_HOLD_H

#include <stdint.h>

#include "base/buf.h"

struct db_held {
	int64_t t;   /* microseconds */
	uint64_t id; /* orders those of one time */
	size_t at, n;
	bool open;   /* t may be another yet: for whoever put it */
};

struct db_hold {
	struct buf text;
	struct db_held *row;
	size_t n, cap;
	int64_t newest; /* t of any that was ever put */
};

/* Takes what stands in h->text from `at` on, a line but for its time. false: out of memory. */
bool db_hold_put(struct db_hold *h, int64_t t, uint64_t id, size_t at, bool open);
/* Forgets all but the first n that are held. */
void db_hold_cut(struct db_hold *h, size_t n);
/* Appends the lines whose time is before `before` to *to, with it. */
void db_hold_give(struct db_hold *h, int64_t before, struct buf *to);
void db_hold_free(struct db_hold *h);

#endif
