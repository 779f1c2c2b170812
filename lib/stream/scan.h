/*
 * Finding the places at which lines are cut, many bytes at a time.
 *
 * A mark is where the separator stands, or LF, or an odd byte, one that keeps its line from the
 * short way: a backslash, or a control byte below 14 that is neither. A block is scanned piece by
 * piece, so that its lines are looked at while they are near. The marks of a line stand side by side,
 * so its fields lie between neighbours, and a line that has as many marks as it should have
 * separators is an odd one only if the piece has odd bytes at all.
 */
#ifndef STREAM_SCAN_H
#define STREAM_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct scan;
typedef bool scan_kernel_fn(struct scan *s, size_t at, size_t words);

enum {
	SCAN_PIECE = 1 << 14, /* bytes; a piece has one line at least, and may be longer for that */
	SCAN_MARKS = 64,      /* of a line that is in two pieces or more, so many at least are kept */
	SCAN_SLACK = 128      /* so many bytes behind a block must be readable, of any content */
};

/* Zero-initialize it. */
struct scan {
	const unsigned char *p;
	size_t n, at;       /* bytes of the block; of those, scanned */
	unsigned char sep;
	bool odd;           /* there may be odd bytes among the marks */
	scan_kernel_fn *kernel; /* the best of this machine */
	uint32_t *mark;     /* where they stand; before a line's own, the LF of the line before, */
	size_t marks;       /* which of a block's first line is UINT32_MAX */
	uint32_t *end;      /* which mark is the LF, of each line of the piece */
	size_t lines;
};

/* Begins a block of n bytes, less than 4 GiB, that ends in LF. false: out of memory. */
bool scan_begin(struct scan *s, const unsigned char *p, size_t n, unsigned char sep);

/* On to the next piece. false: there is none. */
bool scan_more(struct scan *s);

void scan_free(struct scan *s);

/*
 * The kernels, for the tests: each adds to s the marks and lines of `words` times 64 bytes, which stand
 * at `at` of the block, and writes up to SCAN_OVER of either beyond. true: some are odd. scan_kernel(i)
 * is NULL where this machine has no i-th.
 */
enum { SCAN_OVER = 64 };
scan_kernel_fn *scan_kernel(int i, const char **name);

#endif
