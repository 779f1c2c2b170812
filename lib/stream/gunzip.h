/*
 * Inflating gzip, in large blocks, with the caller doing all reading: several members one after
 * the other; a cut, a wrong check sum or anything behind the last member that is no member is an
 * error (gzread would report the end of the file for all of them).
 *
 * zlib does it, or ISA-L where that was there when ql was built: the same results and errors,
 * three times as fast.
 */
#ifndef STREAM_GUNZIP_H
#define STREAM_GUNZIP_H

#include "base/slice.h"

/* Is that what gzip begins with? Of a single byte, as far as it goes. */
static inline bool gunzip_magic(const unsigned char *p, size_t n)
{
	return n && p[0] == 0x1f && (n == 1 || p[1] == 0x8b);
}

struct gunzip;

/* library: a number from 0 up to gunzip_libraries() - 1, of which the last is the fastest; -1:
 * that one. NULL: out of memory. */
struct gunzip *gunzip_new(int library);
void gunzip_free(struct gunzip *g);

/*
 * Inflates from *in, which is moved on, to `to`, at most `room` bytes, *made of them. `last`:
 * nothing will follow *in. 1: go on (more room, or more input, is wanted); 0: the archive ended as
 * it should; -1: *why says what is wrong with it.
 */
int gunzip_run(struct gunzip *g, struct slice *in, bool last, unsigned char *to, size_t room,
	       size_t *made, const char **why);

int gunzip_libraries(void);
/* "zlib 1.2.13", "ISA-L 2.30.0"; of -1 that which is used. */
const char *gunzip_library(int library);
/* The same for --version: ", gzip by ...". */
const char *gunzip_built(void);

#endif
