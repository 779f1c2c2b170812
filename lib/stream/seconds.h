/*
 * The time that nearly every line begins with: ten digits, whole seconds from 2001 on. Of lines in a row
 * the first eight of them change but every hundred seconds.
 */
#ifndef STREAM_SECONDS_H
#define STREAM_SECONDS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/inline.h"

enum { SECONDS_DIGITS = 10 };

/* Zero-initialize it. */
struct seconds {
	uint64_t digits;  /* the first eight of a time in range, as they stand in a line, */
	int64_t hundreds; /* and what they are, in microseconds */
};

/* Are the ten bytes at p such a time, in the range of an event's? Of the last 93 seconds of that range no
 * is said all the same. */
bool seconds_are(const unsigned char *p);

/* The first eight bytes at p are not those of s: if they are seconds_are, they are so now. */
bool seconds_new(struct seconds *s, const unsigned char *p);

/* seconds_are, and which, in microseconds. None of the bytes is NUL. */
ALWAYS_INLINE bool seconds_quick(struct seconds *s, const unsigned char *p, int64_t *time)
{
	unsigned tens = p[8] - (unsigned)'0', ones = p[9] - (unsigned)'0';
	uint64_t digits;

	memcpy(&digits, p, 8);
	if (digits != s->digits && !seconds_new(s, p))
		return false;
	*time = s->hundreds + (int64_t)(tens * 10 + ones) * 1000000;
	return tens <= 9 && ones <= 9;
}

#endif
