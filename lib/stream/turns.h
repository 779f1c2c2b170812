/*
 * Merging streams that have no end: what of the order of a merge is known already.
 *
 * The order is that of stream/inputs: by the times that an input has reached, then by its number.
 * An event goes out when none can come any more that belongs before it: each other input has one
 * waiting itself, has shown such a time (by an event or by TICK), is over, or is down. Else it goes
 * out when it has waited for `wait`, together with what belongs before it and is there, whatever the
 * clocks of the servers say. What comes after that and belongs before what went out is late: it goes
 * out next, and is counted. So nothing is dropped, the order within an input is never changed, and
 * where all comes in time the order is that of the merge.
 *
 * An input of which nothing, not even a TICK, came for `stale` is silent: SOURCEDOWN of each of its
 * partitions, SOURCEUP when it speaks again. One that is silent, or whose partitions are all down by
 * their own word, holds back nothing, as long as there is nothing to be read of it.
 *
 * A TICK waits for its turn like an event. Of a partition only the oldest and the newest of those
 * behind the last event are kept, so that a quiet input takes no memory and its ticks go on coming.
 *
 * This touches neither clock nor file. The clock is told, in microseconds of any kind that does not
 * go back; whoever reads the inputs feeds what came and says when nothing more is to be read now:
 *
 *	turns_now(q, clock);
 *	for each input:   turns_feed(q, i, &ev) ...; turns_idle(q, i);
 *	while (turns_next(q, &ev)) ...
 *	and again when something can be read, or at turns_due(q).
 */
#ifndef STREAM_TURNS_H
#define STREAM_TURNS_H

#include "stream/event.h"

struct turns_options {
	size_t inputs;
	int64_t wait, stale; /* microseconds; stale 0: none is ever silent */
	size_t most;         /* bytes of an input that are kept waiting */
	/* Is told when input i has become silent, and when it speaks again; or NULL. */
	void (*told)(void *arg, size_t i, bool silent);
	void *arg;
};

#define TURNS_NEVER INT64_MAX

struct turns;

/* NULL: out of memory. */
struct turns *turns_new(const struct turns_options *o);
void turns_free(struct turns *q);

/* Input i has this partition, also if nothing comes of it. false: out of memory. */
bool turns_expect(struct turns *q, size_t i, struct slice partition);

/* It is `now`, and what came until now is about to be fed. false: out of memory. */
bool turns_now(struct turns *q, int64_t now);

/* The next event of input i, whose line is copied. false: out of memory. */
bool turns_feed(struct turns *q, size_t i, const struct event *ev);

/* As much of input i waits as may; it is not to be fed now. */
bool turns_full(const struct turns *q, size_t i);

/* Nothing of input i is to be read now; nothing of it will ever be. */
void turns_idle(struct turns *q, size_t i);
void turns_over(struct turns *q, size_t i);

/* The next event that may go out, which lives until something is fed; false: none now. */
bool turns_next(struct turns *q, struct event *ev);

/* When there may be one though nothing was fed: TURNS_NEVER, if so. */
int64_t turns_due(const struct turns *q);

struct turns_counts {
	unsigned long long late;
	unsigned long long ticks; /* left out */
	unsigned long long made;  /* SOURCEDOWN and SOURCEUP made here */
};
struct turns_counts turns_counts(const struct turns *q);

#endif
