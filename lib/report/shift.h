/*
 * Shifts: what an agent's time was used for, where sessions, pauses, talk and wrap-up overlap.
 *
 * Spans of time are put in as they become known, in any order. When an account is settled, its time
 * is given in order, in stretches in which nothing changes, each with what was going on in it. So
 * whatever lies twice on the same second (two calls at once, a call within a pause) is there once; how
 * many talks there were at once is said beside.
 *
 * Times are microseconds; an account is a number from 0 of the caller's own: an agent, or an agent
 * at a queue.
 */
#ifndef REPORT_SHIFT_H
#define REPORT_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum span_kind {
	SPAN_ON,     /* a session, or membership of a slot */
	SPAN_PAUSE,  /* of the agent */
	SPAN_QPAUSE, /* of a slot: the agent is paused while all slots are that are on */
	SPAN_UNPAID, SPAN_BILLABLE, /* of a pause, beside it */
	SPAN_TALK, SPAN_WRAP,
	SPAN_KINDS
};

/* What goes on in a stretch: bits. */
enum { SHIFT_IS_ON = 1, SHIFT_IS_PAUSED = 2, SHIFT_IS_UNPAID = 4, SHIFT_IS_BILLABLE = 8,
       SHIFT_IS_BUSY = 16, SHIFT_IS_TALK = 32 };

/* Sums that are made of stretches. */
enum shift_time {
	SHIFT_ON,
	SHIFT_PAUSED, SHIFT_UNPAID, SHIFT_BUSY, /* of it */
	SHIFT_BOTH,                             /* of it: paused and busy */
	SHIFT_OFF,                              /* talk outside of it, each */
	SHIFT_TALK, SHIFT_BILLABLE,             /* wherever; talk: each */
	SHIFT_TIMES
};

/* How often is a stretch with these bits, and so many talks, part of the sum? */
int shift_counts(enum shift_time s, unsigned bits, int talks);

enum { SHIFT_AT_ONCE = INT16_MAX };

struct shift_edge {
	int64_t t;
	uint32_t slot;    /* its place among those of the account */
	int16_t by;       /* so many begin, or if negative end */
	int8_t kind;
};

struct shift_slot {
	uint32_t label;
	int on, paused;   /* while it is settled */
};

struct shift {
	struct shift_edge *edge;
	size_t n, cap;
	struct shift_slot *slot;
	size_t slots, slotcap;
	int64_t over;     /* the end of its last session; -1: none yet */
};

struct shifts {
	struct shift *shift;
	size_t n, cap;
};

/* Takes the stretches of an account, in order; bits are never 0. */
typedef void shift_take(void *arg, uint32_t account, int64_t from, int64_t to, unsigned bits,
			int talks);

/* So many times the same, from 1 to SHIFT_AT_ONCE. slot: of SPAN_ON and SPAN_QPAUSE, a number for
 * each; 0 where there are none. Empty spans count for nothing. false: out of memory. */
bool shifts_add(struct shifts *s, uint32_t account, enum span_kind kind, uint32_t slot, int64_t from,
		int64_t to, int times);

/*
 * Gives the account's time before `certain` (nothing that lies before it will be put in any more) up
 * to the end of the last session that was over then, and forgets it. WHEN_MAX: all there is; of slots
 * only that.
 */
void shift_settle(struct shifts *s, uint32_t account, int64_t certain, shift_take *take, void *arg);

/* Does it hold so much that settling it may be worth its while? */
static inline bool shift_is_long(const struct shifts *s, uint32_t account)
{
	return s->shift[account].n + 2 > s->shift[account].cap && s->shift[account].n >= 512;
}

void shifts_free(struct shifts *s);

#endif
