/*
 * Merging: several streams of events to one, in the order of time.
 *
 * Again and again the input whose next event has the smallest time is taken; of equal times the
 * input that was added first. The order within an input is never changed: one that runs backwards
 * is named (where it does, and from which time to which) and goes on.
 */
#ifndef STREAM_MERGE_H
#define STREAM_MERGE_H

#include "stream/inputs.h"

struct merge;

/*
 * Merges the inputs, which are the caller's and outlive it. dedup: among events of equal time, each
 * line as often as the input that has it most often, and no more. NULL: out of memory, told.
 */
struct merge *merge_new(struct inputs *in, bool dedup);

/* The next event, which lives until the next call; NULL: no more. Where the inputs are brief it has
 * no more than a line and a time. */
const struct event *merge_next(struct merge *m);

/* The lines of all events that are left, to `out`, or until that fails: how many. The inputs are
 * brief. */
unsigned long long merge_put(struct merge *m, struct out *out);

/* Events dropped by dedup. */
unsigned long long merge_repeats(const struct merge *m);

void merge_close(struct merge *m);

#endif
