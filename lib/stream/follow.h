/*
 * Following a log that is written to and rotated: renamed, copied and truncated, compressed, deleted,
 * replaced.
 *
 * Nothing is kept on disk. What is the same log is told by content, never by inode or name: a place is
 * a number of bytes and their hash, and where the log was rotated away from it, the file that begins
 * with that content is gone on with; then come the files that were not there before, then the log. A
 * line is given when its LF is there; the last one of a file that is left behind also without.
 *
 * Nothing ends it but a lack of memory. What cannot be read is tried again at each call, from the
 * same place; how long to wait between them, and what is said of it, is the caller's.
 *
 *	f = follow_open(&o, d);
 *	for (;;)
 *		switch (follow_next(f, &ev, &where, &line)) ...
 */
#ifndef STREAM_FOLLOW_H
#define STREAM_FOLLOW_H

#include "base/diag.h"
#include "stream/event.h"

enum follow_got {
	FOLLOW_EVENT,
	FOLLOW_WAIT,  /* nothing new: all that was written has been given */
	FOLLOW_LATER, /* nothing, and there may be more: no log has that name, or it is just rotated */
	FOLLOW_DOWN,  /* it cannot be read */
	FOLLOW_GAP,   /* lines are missing; the next call goes on behind them */
	FOLLOW_FAILED /* out of memory, told */
};

struct follow_options {
	const char *path;      /* of the log; its rotated parts have names that begin with it */
	const char *partition; /* of the events */
	long long max_line;    /* bytes; 0: 1 MiB */
	bool parts;            /* begin with the parts that there are, else with the log; where that is
				* empty or not there, behind the newest part, which may be written to */
	/* Parts last written to a day before `from` are left out, and so are the events before the
	 * first one, in the order of the files, that is not older. WHEN_MIN: nothing is. */
	int64_t from;
	int64_t reach;         /* it is a gap if the first event is newer than that; WHEN_MIN: never */
};

struct follow_counts {
	unsigned long long read; /* lines, but for blank ones */
	unsigned long long refused, blank;
};

struct follow;

/* o and d outlive it; d is told of refused lines and skipped copies. NULL: out of memory, told. */
struct follow *follow_open(const struct follow_options *o, struct diag *d);

/* What ev borrows lives until the next call; *where as long as f. */
enum follow_got follow_next(struct follow *f, struct event *ev, const char **where,
			    unsigned long long *line);

/* The reason, behind LATER, DOWN and GAP; valid until the next call. */
const char *follow_why(const struct follow *f);

struct follow_counts follow_counts(const struct follow *f);

/* Says the total of what was refused, and frees it. */
void follow_close(struct follow *f);

#endif
