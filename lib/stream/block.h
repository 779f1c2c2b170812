/*
 * A block of event lines in memory, cut into events by bits (see scan.h).
 *
 * A line in canonical form is pointed into; the rare other one is read by event_parse into memory
 * of the block's own.
 */
#ifndef STREAM_BLOCK_H
#define STREAM_BLOCK_H

#include "stream/event.h"
#include "stream/scan.h"

enum block_got { BLOCK_END, BLOCK_EVENT, BLOCK_BLANK, BLOCK_REFUSED };

struct block {
	const unsigned char *p;
	size_t n, at;     /* at: where the next line begins */
	size_t last;      /* where the line given last began */
	unsigned long long lines; /* given so far */
	struct scan scan;
	struct buf own;
	size_t max_line;
	bool brief;       /* cut no more than time, partition and verb */
	unsigned char partition[PARTITION_MOST]; /* of the event given last */
	size_t npartition;
	enum block_got (*next)(struct block *b, struct event *ev, struct slice *line,
			       const char **why);
};

/* Whole lines, with SCAN_SLACK behind them, that live until they are used up. false: out of
 * memory, and there are none in it. */
bool block_begin(struct block *b, struct slice lines);

/* The next line: an event, which lives until the next call; or one refused, and why. */
static inline enum block_got block_next(struct block *b, struct event *ev, struct slice *line,
					const char **why)
{
	return b->at < b->n ? b->next(b, ev, line, why) : BLOCK_END;
}

void block_free(struct block *b);

#endif
