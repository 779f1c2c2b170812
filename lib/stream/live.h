/*
 * What a source that never ends says of itself: TICK, SOURCEDOWN, SOURCEUP.
 *
 * A state machine without a clock of its own: `clock` is any that never goes back, in microseconds;
 * times of events and promises are those of events. It decides, and whoever reads the source puts the
 * event into the stream:
 *
 *	while ((say = live_quiet(l, promise, clock)) != LIVE_NOTHING)
 *		... l->time is its time
 *
 * SOURCEDOWN bears the newest time that was given, for more is not known of the partition, and
 * SOURCEUP that of the event which it is said before, if that is newer. No two ticks bear the same
 * time, and none an older one than what was given before.
 */
#ifndef STREAM_LIVE_H
#define STREAM_LIVE_H

#include <stdbool.h>
#include <stdint.h>

enum live_say { LIVE_NOTHING, LIVE_TICK, LIVE_DOWN, LIVE_UP };

struct live {
	int64_t tick;    /* microseconds between ticks; 0: none */
	int64_t stale;   /* so long without an event or a newer promise is down; 0: never */
	int64_t time;    /* the newest that was given, of an event or a tick; 0: none yet */
	int64_t ticked;  /* of the last tick; -1: none yet */
	int64_t tick_at; /* by the clock, when the next may be */
	int64_t heard;   /* by the clock: an event, a promise, or that there was trouble no more */
	int64_t delay;   /* of the next try behind trouble */
	bool down, trouble;
};

/* tick, stale: seconds. */
void live_begin(struct live *l, long long tick, long long stale, int64_t clock);

/* An event came. LIVE_UP: to be said before it. now: the time of day; a time behind it (somebody's
 * clock is wrong) does not hold up the ticks. */
enum live_say live_event(struct live *l, int64_t time, int64_t now, int64_t clock);

/* The source was asked, and there was nothing new. promise: nothing older than that will come;
 * WHEN_MIN: none is given. To be asked again until it is LIVE_NOTHING. */
enum live_say live_quiet(struct live *l, int64_t promise, int64_t clock);

/* It could not be asked. l->delay: how long to wait before the next try; it doubles up to `most`. */
enum live_say live_trouble(struct live *l, int64_t least, int64_t most);

#endif
