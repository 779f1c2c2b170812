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

/* Short names are compared all the time: by words, the last of them overlapping. */
static inline bool slice_eq(struct slice a, struct slice b)
{
	uint64_t u, v;
	size_t i = 0;

	if (a.n != b.n)
		return false;
	if (a.n < 8) {
		for (; i < a.n; i++)
			if (a.p[i] != b.p[i])
				return false;
		return true;
	}
	if (a.n > 64)
		return memcmp(a.p, b.p, a.n) == 0;
	for (; i + 8 < a.n; i += 8) {
		memcpy(&u, a.p + i, 8);
		memcpy(&v, b.p + i, 8);
		if (u != v)
			return false;
	}
	memcpy(&u, a.p + a.n - 8, 8);
	memcpy(&v, b.p + a.n - 8, 8);
	return u == v;
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
bool slice_int(struct slice a, bool sign, long long *v);

#endif
