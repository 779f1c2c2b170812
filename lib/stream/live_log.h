/*
 * A log as a source that never ends (see stream/follow and stream/live_source).
 *
 * Its promise is the time of day less two seconds, whenever all that was written has been read:
 * Asterisk writes a line at once.
 */
#ifndef STREAM_LIVE_LOG_H
#define STREAM_LIVE_LOG_H

#include "stream/follow.h"
#include "stream/live_source.h"

/* Is it an operand that can be followed: a log, there yet or not, plain; or a directory? And is its log not
 * what `out` writes to? 0; -1: told. */
int live_log_check(const char *operand, int out, struct diag *d);

/* o->path is the operand; of a directory its queue_log is followed, and begun with all its parts. d
 * outlives it. 0; -1: told. */
int live_log_open(struct live_feed *feed, const struct follow_options *o, struct diag *d);

#endif
