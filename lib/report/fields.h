/*
 * The fields of a line, one after the other: what partial results are read with.
 */
#ifndef REPORT_FIELDS_H
#define REPORT_FIELDS_H

#include "base/slice.h"

struct fields {
	struct slice rest; /* behind the field last given */
	bool more;         /* there is another field */
	bool bad;          /* one was missing, or not what it should have been */
};

/* line: without its LF. */
static inline struct fields fields_of(struct slice line)
{
	return (struct fields){ .rest = line, .more = true };
}

static inline struct slice fields_text(struct fields *f)
{
	struct slice all = f->rest, one = slice_cut(all, '\t', &f->rest);

	f->bad |= !f->more;
	f->more = f->more && one.n < all.n;
	return one;
}

/* A whole number of a long long's range; a time as events have it, in microseconds; the numbers before
 * and behind a colon. 0 and bad where it is none. */
long long fields_int(struct fields *f);
int64_t fields_time(struct fields *f);
bool fields_pair(struct fields *f, long long *a, long long *b);

/* All of the line was as it should be, and there is no more of it. */
static inline bool fields_end(const struct fields *f)
{
	return !f->bad && !f->more;
}

/* The next line of *text, without its LF. false: no more. */
static inline bool fields_line(struct slice *text, struct slice *line)
{
	if (!text->n)
		return false;
	*line = slice_cut(*text, '\n', text);
	return true;
}

#endif
