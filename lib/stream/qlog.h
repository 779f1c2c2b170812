/*
 * Raw queue_log lines to event lines.
 *
 * `epoch|callid|queue|agent|verb|data...` becomes the canonical line of 11 fields, stamped with a
 * partition. What is taken and what is refused is said in qlevent(5); the shape of the lines is
 * that of Asterisk's ast_queue_log (main/logger.c), which escapes nothing.
 */
#ifndef STREAM_QLOG_H
#define STREAM_QLOG_H

#include "base/buf.h"
#include "stream/event.h"
#include "stream/scan.h"
#include "stream/seconds.h"
#include "stream/sieve.h"

/* What one line came to. */
enum qlog_got { QLOG_EVENT, QLOG_BLANK, QLOG_REFUSED };

struct qlog {
	unsigned char stamp[32]; /* TAB partition TAB */
	size_t nstamp;
	struct scan scan;        /* of the block begun last */
	const unsigned char *p;
	size_t n, at;            /* of it: what is done already */
	size_t line;             /* the next one, of those of the piece at hand */
	struct seconds seconds;
	size_t max_line;
	unsigned long long cr;   /* CRs dropped before LF */
	/* Lines that do not pass it are dropped: all of the common shape; it asks for no partition. NULL:
	 * none are. */
	const struct mesh *only;
	unsigned long long dropped, unasked; /* and how many of another shape became events */
	bool behind;             /* the last line was dropped, */
	int64_t time;            /* and this is its time */
	bool plainly;            /* by the code for any machine, for the tests */
};

/* partition: a valid name. */
void qlog_init(struct qlog *q, struct slice partition, size_t max_line);
void qlog_free(struct qlog *q);

/* Begins a block of whole lines, with SCAN_SLACK behind it, that lives until it is used up.
 * false: out of memory. */
bool qlog_block(struct qlog *q, struct slice block);

/*
 * Appends the event lines of the block's next lines to *to, without growing it, until the block
 * is used up, the room is, or a line wants a remark: *got and *line (without LF) are that one's,
 * if it was refused (*why) or blank; lines: how many were taken in all, the remarked one included.
 * *got QLOG_EVENT: nothing to remark. true: the block is not used up.
 */
bool qlog_next(struct qlog *q, struct buf *to, unsigned long long *lines, enum qlog_got *got,
	       struct slice *line, const char **why);

/* Room that `to` must have for a line of n bytes. */
static inline size_t qlog_room(size_t n)
{
	return 2 * n + 256;
}

/*
 * The time that a line begins with, of a raw log or an event stream (its byte order mark before it),
 * whatever the rest of it is worth: by it the parts of a log are put in order, and a log's age told.
 */
bool qlog_line_time(struct slice line, int64_t *time);

/* One line (without LF), the slow way; the twin of the scanning one. Appends to *to. */
enum qlog_got qlog_line(struct qlog *q, struct slice line, struct buf *to, const char **why);

#endif
