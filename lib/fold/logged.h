/*
 * What a log says in seconds, and what follows from it.
 */
#ifndef FOLD_LOGGED_H
#define FOLD_LOGGED_H

#include "base/when.h"
#include "stream/event.h"

/* Of 1 to 4 bytes, of which all 4 are readable: the number they are, or -1. All digits at once: how many
 * there are is what no processor guesses. */
static inline long long logged_few(const unsigned char *p, size_t n)
{
	uint32_t digits = slice_half(p);

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	digits = __builtin_bswap32(digits);
#elif !defined(__BYTE_ORDER__)
	digits = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
#endif
	digits = (digits ^ 0x30303030u) << (32 - 8 * n); /* the last one uppermost */
	if ((digits | (digits + 0x76767676u)) & 0x80808080u)
		return -1;
	digits = digits * 10 + (digits >> 8);
	return (digits & 0xff) * 100 + (digits >> 16 & 0xff);
}

/* Seconds (or whatever a field counts) that a clock can hold; -1: the field says none. It may be read
 * beyond its end (base/near). */
static inline long long logged_number(struct slice field)
{
	long long n;

	if (field.n - 1 < 4)
		return logged_few(field.p, field.n);
	return slice_int(field, false, &n) && n <= EVENT_TIME_MAX / WHEN_SECOND ? n : -1;
}

/* So many seconds before time, never before 1970. */
static inline int64_t logged_before(int64_t time, long long seconds)
{
	int64_t t = time - seconds * WHEN_SECOND;

	return t < EVENT_TIME_MIN ? EVENT_TIME_MIN : t;
}

#endif
