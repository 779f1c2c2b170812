/*
 * Short names in memory that may be read beyond their end: taken as whole words, with zeros where
 * the name is over, so that comparing and hashing them has no branch on their length. Lines of
 * events are such memory (SCAN_SLACK).
 *
 * Two names without NUL bytes are equal if and only if their words are.
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include "base/slice.h"

enum { NEAR_MOST = 24 };

struct near {
	uint64_t word[3];
};

/* n <= NEAR_MOST; NEAR_MOST bytes are readable at p. */
static inline struct near near_of(const unsigned char *p, size_t n)
{
	static const unsigned char mask[2 * NEAR_MOST] = {
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	};
	const unsigned char *in = mask + NEAR_MOST - n;

	return (struct near){ { slice_word(p) & slice_word(in), slice_word(p + 8) & slice_word(in + 8),
				slice_word(p + 16) & slice_word(in + 16) } };
}

static inline bool near_eq(const struct near *a, const struct near *b)
{
	return !((a->word[0] ^ b->word[0]) | (a->word[1] ^ b->word[1]) | (a->word[2] ^ b->word[2]));
}

/* Its words as one, for near_place. */
static inline uint64_t near_one(const struct near *a)
{
	return a->word[0] ^ a->word[1] * 3 ^ a->word[2] * 5;
}

/* Where something that one word tells from most others has its place among 1 << bits, bits from 1: of
 * the product with an odd factor the upper bits are good. */
static inline size_t near_place(uint64_t one, unsigned bits)
{
	return (size_t)((one * 0x9e3779b97f4a7c15u) >> (64 - bits));
}

#endif
