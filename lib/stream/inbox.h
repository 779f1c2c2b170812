/*
 * A source that is read by a thread of its own, so that its reader has time for something else
 * while nothing comes, and events come in while it writes.
 */
#ifndef STREAM_INBOX_H
#define STREAM_INBOX_H

#include "stream/source.h"

struct inbox;

/* What came: event lines, with SCAN_SLACK behind them, and where each stood. */
struct inbox_lines {
	struct slice lines;
	size_t n;
	const char *const *where;        /* [n]; live as long as the source */
	const unsigned long long *line;
	unsigned long long done, all;    /* bytes read when the first of them came; see source_progress */
};

/* s is the thread's until inbox_close. NULL: told to d. */
struct inbox *inbox_open(struct source *s, struct diag *d);

enum inbox_got { INBOX_NONE, INBOX_LINES, INBOX_END, INBOX_FAILED };

/*
 * Waits for events for at most so long. INBOX_LINES: they are valid until the next call; INBOX_NONE:
 * none came; INBOX_END: the source has ended, and all was given; INBOX_FAILED: out of memory, and
 * events are lost.
 */
enum inbox_got inbox_take(struct inbox *b, int milliseconds, struct inbox_lines *got);

/* The source is the caller's again: true. Where it has not ended, the thread is left alone with it:
 * it is not to be used or closed any more, and all that it uses lives as long as the process. */
bool inbox_close(struct inbox *b);

#endif
