/*
 * Which lines were seen, and how often: for a reader that looks at the same stretch of time again and
 * again, and takes what it has not seen yet.
 *
 * In each look a line counts from one; it is new when it comes up more often than in any look before.
 * So equal lines stay as many as they are. Of a line two hashes are kept, seeded by the process, in
 * parts of ten minutes of its time, which are forgotten whole.
 */
#ifndef STREAM_SEEN_H
#define STREAM_SEEN_H

#include "base/map.h"
#include "base/slice.h"

struct seen_part;

/* Zero-initialize it. */
struct seen {
	struct seen_part *part;
	size_t n, cap, last;
	uint32_t look;
};

/* A look begins. */
void seen_look(struct seen *s);
/* 1: it is new; 0: it is not; -1: out of memory. time: microseconds, of the line. */
int seen_take(struct seen *s, int64_t time, struct slice line);
/* What is older may be forgotten: it is not asked for again. */
void seen_forget(struct seen *s, int64_t time);
void seen_free(struct seen *s);

#endif
