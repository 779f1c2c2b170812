/*
 * Finding separators and line ends many bytes at a time.
 *
 * One pass over a block makes three strings of bits, a bit per byte: where the separator stands,
 * where LF stands, and where a byte stands that keeps its line from the short way (a backslash, or
 * a control byte below 14 that is neither separator nor LF). Everything behind works on the bits:
 * the fields of a line are a few bit operations.
 */
#ifndef STREAM_SCAN_H
#define STREAM_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct scan {
	uint64_t *sep, *lf, *odd; /* bit i % 64 of word i / 64 is byte i */
	uint32_t *before;         /* how many separators stand before each word */
	size_t words, cap;        /* two more are there and 0, to be looked at beyond */
	bool any_odd;
};

/* Behind the n bytes given to scan_block so many must be readable (of any content). */
enum { SCAN_SLACK = 128 };

/* Scans the n bytes at p. false: out of memory (it grows with the largest n seen). */
bool scan_block(struct scan *s, const unsigned char *p, size_t n, unsigned char sep);
void scan_free(struct scan *s);

/* For what is compiled twice, with and without the bit instructions that came with AVX2. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* The 64 bits from bit `at` on. */
static inline uint64_t scan_window(const uint64_t *bits, size_t at)
{
	size_t w = at >> 6, shift = at & 63;

	/* shifted twice, because by 64 at once is undefined */
	return bits[w] >> shift | (bits[w + 1] << 1) << (63 - shift);
}

/* How many separators stand before byte `at`. */
static inline uint32_t scan_seps_before(const struct scan *s, size_t at)
{
	uint64_t below = ((uint64_t)1 << (at & 63)) - 1;

	return s->before[at >> 6] + (uint32_t)__builtin_popcountll(s->sep[at >> 6] & below);
}

/*
 * Where the LFs of the words from *word on stand, into ends, which has room for `most` (128 at least)
 * and two more: how many; *word moves on. 0: there is none any more.
 */
ALWAYS_INLINE size_t scan_ends(const struct scan *s, size_t *word, uint32_t *ends, size_t most)
{
	size_t n = 0;

	for (; *word < s->words && n <= most - 64; ++*word) {
		uint64_t lf = s->lf[*word];
		uint32_t base = (uint32_t)(*word * 64);
		size_t found = (size_t)__builtin_popcountll(lf);

		/* the first two in any case: no branch tells whether there are any */
		for (size_t i = 0; i < 2 || i < found; i++) {
			ends[n + i] = base + (uint32_t)__builtin_ctzll(lf | (uint64_t)1 << 63);
			lf &= lf - 1;
		}
		n += found;
	}
	return n;
}

/* Where the n-th separator from `at` on stands; it is known that there are so many. */
static inline size_t scan_nth(const struct scan *s, size_t at, int n)
{
	for (;; at++)
		if ((scan_window(s->sep, at) & 1) && --n == 0)
			return at;
}

/* Does an odd byte stand in [from, to)? */
static inline bool scan_odd(const struct scan *s, size_t from, size_t to)
{
	if (!s->any_odd)
		return false;
	for (; to - from > 64; from += 64)
		if (scan_window(s->odd, from))
			return true;
	return to > from && scan_window(s->odd, from) << (64 - (to - from));
}

/* Are the ten bytes at p digits? Ten digits are a time from 2001 on, as nearly every line has. */
static inline bool scan_ten_digits(const unsigned char *p)
{
	const uint64_t upper = 0xf0f0f0f0f0f0f0f0u, six = 0x0606060606060606u;
	uint64_t w;
	uint16_t v;

	memcpy(&w, p, 8);
	memcpy(&v, p + 8, 2);
	/* a digit's upper half is 3, and adding 6 does not carry into it */
	return ((w & upper) | ((w + six) & upper) >> 4) == 0x3333333333333333u &&
	       ((v & 0xf0f0u) | ((v + 0x0606u) & 0xf0f0u) >> 4) == 0x3333u;
}

/*
 * The kernels, for the tests: each fills the words of n bytes (rounded up to whole words; bits
 * beyond n may be anything). scan_kernel(i) is NULL where this machine has no i-th.
 */
typedef uint64_t scan_kernel_fn(const unsigned char *p, size_t words, unsigned char sep,
				uint64_t *seps, uint64_t *lfs, uint64_t *odds, uint32_t *before);
scan_kernel_fn *scan_kernel(int i, const char **name);

#endif
