/*
 * Merging streams that have no end: the inputs are read as they come, and what may go out (see
 * stream/turns) is written and flushed at once.
 *
 * It ends when all inputs are over; when one failed, as soon as nothing more can be read from the
 * others at once; when whoever reads the output has gone, also while nothing is written; and by
 * SIGINT, SIGTERM or SIGHUP. What waits is written then, in its order, but where nobody reads it.
 */
#ifndef STREAM_MERGE_LIVE_H
#define STREAM_MERGE_LIVE_H

#include "stream/inputs.h"
#include "stream/turns.h"
#include "stream/sink.h"

/* Of all inputs together, about so many bytes wait at most. */
enum { MERGE_LIVE_MOST = 64 << 20 };

/*
 * in: opened `live`. wait, stale: microseconds, as in stream/turns. How many came late is told to
 * in->d, and who falls silent. 0; else the signal by which the caller should end when it has closed
 * what it opened; -1: told.
 */
int merge_live(struct inputs *in, struct sink *k, int64_t wait, int64_t stale,
	       struct turns_counts *counts);

#endif
