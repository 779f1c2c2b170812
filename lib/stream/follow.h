/*
 * Following a log that is written to and rotated: renamed, copied and truncated, compressed, deleted.
 *
 * Nothing is kept on disk. A run begins at a time: at the first line, in the order in which the
 * rotated parts were written, that is not older; and everything behind it is passed, whatever its
 * time. When the log is rotated the run ends, and whoever follows begins another, from what it has
 * stored by then: so one way of finding a place serves starts and rotations alike. What is the same
 * file is told by content (the bytes before the place that was reached), never by inode or name.
 *
 *	follow_begin(f, from, stored)
 *	for (;;)
 *		switch (follow_next(f, &ev, &where, &line)) ...
 */
#ifndef STREAM_FOLLOW_H
#define STREAM_FOLLOW_H

#include "base/diag.h"
#include "stream/event.h"

enum follow_got {
	FOLLOW_EVENT,
	FOLLOW_WAIT,  /* nothing new: ask again in a while */
	FOLLOW_AGAIN, /* the log was rotated: begin again, when all that was passed is stored */
	FOLLOW_FAILED /* told */
};

struct follow_options {
	const char *path;      /* of the log; its rotated parts have names that begin with it */
	const char *partition; /* of the events */
	bool accept_gap;       /* go on where lines are missing */
	long long max_line;    /* bytes; 0: 1 MiB */
};

struct follow;

/* o and d outlive it. NULL: out of memory, told. */
struct follow *follow_open(const struct follow_options *o, struct diag *d);

/*
 * Begins a run at `from`; stored: the time that the log must reach back to, else there is a gap
 * (WHEN_MIN: no matter). Microseconds. 0; -1: told.
 */
int follow_begin(struct follow *f, int64_t from, int64_t stored);

/* What ev borrows lives until the next call; *where as long as f. */
enum follow_got follow_next(struct follow *f, struct event *ev, const char **where,
			    unsigned long long *line);

/* Lines of the log that were refused, and blank ones' like. */
unsigned long long follow_refused(const struct follow *f);

void follow_close(struct follow *f);

#endif
