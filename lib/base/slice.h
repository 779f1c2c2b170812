/*
 * A slice: some bytes that belong to somebody else.
 *
 * It says nothing of how long they live: whoever hands one out says that. Bytes are unsigned and
 * may be any, NUL included. An empty slice may have any pointer, NULL too.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const unsigned char *p;
	size_t n;
};

/* The slice of a C string's bytes; of a literal at compile time with SLICE. */
#define SLICE(literal) ((struct slice){ (const unsigned char *)(literal), sizeof(literal) - 1 })

static inline struct slice slice_of(const void *p, size_t n)
{
	return (struct slice){ p, n };
}

static inline struct slice slice_str(const char *s)
{
	return (struct slice){ (const unsigned char *)s, strlen(s) };
}

/* Some bytes as a number, in the machine's order. */
static inline uint64_t slice_word(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
	return w;
}

static inline uint32_t slice_half(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, 4);
	return w;
}

/*
 * Two words out of a slice: of up to 16 bytes, together with their number, they say all of it. From 4
 * bytes on it is four halves that overlap as they must, so that nothing branches on how long a name
 * is, which no processor guesses.
 */
static inline void slice_words(struct slice a, uint64_t *u, uint64_t *v)
{
	if (a.n >= 4) {
		const unsigned char *last = a.p + a.n - 4;
		size_t step = a.n >> 3 << 2; /* 0 up to 7 bytes, 4 up to 15, 8 of 16 */

		*u = (uint64_t)slice_half(a.p) << 32 | slice_half(a.p + step);
		*v = (uint64_t)slice_half(last) << 32 | slice_half(last - step);
	} else if (a.n) {
		*u = a.p[0];
		*v = (uint64_t)a.p[a.n / 2] << 8 | a.p[a.n - 1];
	} else {
		*u = *v = 0;
	}
}

/* Short names are compared all the time: by words, the last of them overlapping. */
static inline bool slice_eq(struct slice a, struct slice b)
{
	uint64_t u, v, w, x;
	size_t n = a.n;

	if (n != b.n)
		return false;
	if (n <= 16) {
		slice_words(a, &u, &v);
		slice_words(b, &w, &x);
		return u == w && v == x;
	}
	if (n > 64)
		return memcmp(a.p, b.p, n) == 0;
	for (size_t i = 0; i + 8 < n; i += 8)
		if (slice_word(a.p + i) != slice_word(b.p + i))
			return false;
	return slice_word(a.p + n - 8) == slice_word(b.p + n - 8);
}

static inline bool slice_is(struct slice a, const char *s)
{
	return slice_eq(a, slice_str(s));
}

static inline bool slice_begins(struct slice a, struct slice with)
{
	return a.n >= with.n && (with.n == 0 || memcmp(a.p, with.p, with.n) == 0);
}

/* <0, 0, >0 as the bytes of a sort before, with or behind b's; a beginning sorts first. */
static inline int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

/* What stands before the first `at`; the whole, with *rest empty, where there is none. */
static inline struct slice slice_cut(struct slice a, unsigned char at, struct slice *rest)
{
	const unsigned char *q = a.n ? memchr(a.p, at, a.n) : NULL;

	if (!q) {
		*rest = slice_of(a.p + a.n, 0);
		return a;
	}
	*rest = slice_of(q + 1, (size_t)(a.p + a.n - q - 1));
	return slice_of(a.p, (size_t)(q - a.p));
}

/*
 * The whole slice as a decimal number of at most 18 digits, with a '-' before it where `sign` is
 * true. false, and *v untouched, where it is anything else.
 */
static inline bool slice_int(struct slice a, bool sign, long long *v)
{
	bool minus = sign && a.n && a.p[0] == '-';
	long long n = 0;

	if (minus)
		a = slice_of(a.p + 1, a.n - 1);
	if (a.n == 0 || a.n > 18)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		unsigned digit = a.p[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		n = n * 10 + digit;
	}
	*v = minus ? -n : n;
	return true;
}

#endif
