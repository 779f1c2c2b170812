/*
 * Inflating gzip, in large blocks, with the caller doing all reading: several members one after
 * the other; a cut, a wrong check sum or anything behind the last member that is no member is an
 * error (gzread would report the end of the file for all of them).
 */
#ifndef STREAM_GUNZIP_H
#define STREAM_GUNZIP_H

#include "base/slice.h"

struct gunzip;

struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *g);

/*
 * Inflates from *in, which is moved on, to `to`, at most `room` bytes, *made of them. `last`:
 * nothing will follow *in. 1: go on (more room, or more input, is wanted); 0: the archive ended as
 * it should; -1: *why says what is wrong with it.
 */
int gunzip_run(struct gunzip *g, struct slice *in, bool last, unsigned char *to, size_t room,
	       size_t *made, const char **why);

/* Which library does it: "zlib 1.2.13". */
const char *gunzip_library(void);

#endif
