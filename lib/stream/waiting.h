/*
 * The events of an input that wait for their turn, in the order in which they came, with their lines.
 *
 * Of what a partition's TICKs say the newest is all, and the oldest is what may have its turn first: of
 * those behind the last event no more than these two are kept.
 *
 * Zero-initialize it. Memory grows with what waits, at most to twice of it, and with the partitions.
 */
#ifndef STREAM_WAITING_H
#define STREAM_WAITING_H

#include "base/names.h"
#include "stream/event.h"

struct waiting_event {
	int64_t reached; /* by its input, with it */
	int64_t time, arrived;
	uint32_t n;      /* bytes of the line, which stands behind this */
	uint32_t part;   /* the number of its partition; NAMES_NONE: it is not wanted any more */
	uint32_t events; /* that had come, but for ticks */
	enum verb verb;
};

struct waiting {
	struct buf held; /* one behind the other, and EVENT_SLACK */
	size_t at;       /* the first; is wanted */
	size_t unwanted; /* bytes of those behind it that are not */
	size_t gone;     /* bytes that were dropped before held: places are counted with them */
	uint32_t events; /* so far, but for ticks */
	unsigned long long dropped; /* ticks, so far */
	struct names names; /* of partitions, by number */
	uint32_t last;   /* the partition asked for last */
	struct waiting_part {
		uint32_t events; /* when its last tick came */
		unsigned ticks;  /* that wait behind the last event, if there was none since */
		size_t newest;   /* where the second of these is */
	} *part;
	size_t parts, cap;
};

/* The number of a partition: 0, 1, 2 ... in the order of their first appearance. NAMES_NONE: out of
 * memory. */
uint32_t waiting_part(struct waiting *w, struct slice name);

/* Puts an event of a partition behind the others. reached, now: as above. false: out of memory. */
bool waiting_put(struct waiting *w, const struct event *ev, uint32_t part, int64_t reached,
		 int64_t now);

/* The one whose turn is first; NULL: none waits. */
const struct waiting_event *waiting_first(const struct waiting *w);

/* Takes that one: *ev lives until another is put. There must be one. */
void waiting_take(struct waiting *w, struct event *ev);

/* Bytes of those that wait. */
size_t waiting_bytes(const struct waiting *w);

void waiting_free(struct waiting *w);

#endif
