/*
 * Merging: several streams of events to one, in the order of time.
 *
 * Again and again the input whose next event has the smallest time is taken; of equal times the
 * input that was added first. The order within an input is never changed: one that runs backwards
 * is named (where it does, and from which time to which) and goes on.
 */
#ifndef STREAM_MERGE_H
#define STREAM_MERGE_H

#include "base/names.h"
#include "stream/child.h"
#include "stream/source.h"

struct merge_counts {
	unsigned long long read;      /* events of all inputs */
	unsigned long long repeats;   /* dropped by dedup */
	unsigned long long backwards; /* steps back in time within an input */
	size_t partitions;            /* met, where merge_keep_newest was asked for */
};

struct merge;

/* d must outlive it. dedup: among events of equal time, each line as often as the input that has
 * it most often, and no more. NULL: out of memory, told. */
struct merge *merge_new(bool dedup, struct diag *d);

/*
 * Adds an input, which the merge owns from now on. With a command: the input is what `command`
 * writes; if it ends badly (status 2 or more, a signal) and has not said SOURCEDOWN itself, that
 * is the input's last event, of the partition its events were of; of none: that named by the
 * command's own -p, else "input-N". Its status 1 becomes d's. 0; -1: told.
 */
int merge_add(struct merge *m, const struct source_options *o);
int merge_add_command(struct merge *m, const char *command, const struct source_options *o);

/* The next event, which lives until the next call; NULL: no more. */
const struct event *merge_next(struct merge *m);

/* As source_brief. Before any input is added. */
void merge_brief(struct merge *m);

/* As source_lend, for all inputs, those already added and those to come. */
void merge_lend(struct merge *m, struct out *out);

/* Has the newest time of each partition kept, from now on; at the end: their names, and with the
 * i-th its time. */
void merge_keep_newest(struct merge *m);
const struct names *merge_newest(const struct merge *m, const int64_t **times);

struct merge_counts merge_counts(const struct merge *m);
/* The inputs' own counts, added up, as far as they are closed. */
struct source_counts merge_sources(const struct merge *m);

/* Closes the inputs and says the totals; behind the out that was lent, which may hold their lines. */
void merge_close(struct merge *m);

#endif
