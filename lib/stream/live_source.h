/*
 * A source that never ends: what follows a log or a partition of a database gives events, or has
 * nothing new, or is in trouble; this waits in between, and puts TICK, SOURCEDOWN and SOURCEUP
 * (stream/live) between its events.
 *
 * Before it waits it flushes what was written, so that whoever reads downstream has it; and while it
 * waits it watches for that reader to go.
 */
#ifndef STREAM_LIVE_SOURCE_H
#define STREAM_LIVE_SOURCE_H

#include <signal.h>

#include "base/diag.h"
#include "stream/event.h"

enum live_got {
	LIVE_EVENT,
	LIVE_IDLE,    /* nothing new */
	LIVE_TROUBLE, /* it cannot be read: again, later */
	LIVE_GAP,     /* something is missing; the next call goes on behind it */
	LIVE_FAILED   /* out of memory, told */
};

struct live_counts {
	unsigned long long read; /* given and refused */
	unsigned long long refused;
	unsigned long long late; /* of those given: older than what had been said to be all */
};

/* What is followed. */
struct live_feed {
	void *of;
	const char *partition; /* of its events */
	/*
	 * What ev borrows lives until the next call. *promise, of LIVE_IDLE: nothing older than that
	 * (microseconds) will come, or WHEN_MIN. *why, of trouble and gaps: the reason, valid until the
	 * next call. clock: of the machine, never going back; now: the time of day; both microseconds.
	 */
	enum live_got (*next)(void *of, int64_t now, int64_t clock, struct event *ev,
			      int64_t *promise, const char **why);
	struct live_counts (*counts)(const void *of);
	void (*close)(void *of);
	int64_t poll;        /* microseconds to wait when nothing is new */
	int64_t least, most; /* in trouble */
};

struct live_source_options {
	const char *what;     /* the operand, for messages */
	long long tick, stale; /* seconds; 0: none, never */
	int64_t poll;         /* microseconds instead of the feed's; 0: as it has it */
	const volatile sig_atomic_t *stop; /* becomes true when it is to end; or NULL */
};

/* Reads an argument that is such a poll: 0.1s to 1h. 0; -1: told to d as `what`. */
int live_source_poll(const char *what, const char *arg, int64_t *us, struct diag *d);

struct live_source;

/* o, out and d outlive it; the feed is its own from here on. NULL: told, and the feed is closed. */
struct live_source *live_source_open(const struct live_source_options *o, struct live_feed feed,
				     struct out *out, struct diag *d);

/* Waits for the next event; what it borrows lives until the next call. false: told to stop, nothing
 * can be written any more (see out_wait), or out of memory (told). */
bool live_source_next(struct live_source *s, struct event *ev);

struct live_counts live_source_counts(const struct live_source *s);
void live_source_close(struct live_source *s);

#endif
