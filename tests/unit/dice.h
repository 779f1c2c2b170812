/* Random numbers for tests (splitmix64): the same seed, the same throws everywhere. */
#ifndef DICE_H
#define DICE_H

#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t dice_next(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0 .. sides - 1 */
static inline size_t dice_throw(struct dice *d, size_t sides)
{
	return (size_t)(dice_next(d) % sides);
}

/* One of the n bytes of a string, which may hold NULs: DICE_PICK(d, "a\0b"). */
#define DICE_PICK(d, literal) ((unsigned char)(literal)[dice_throw((d), sizeof(literal) - 1)])

#endif
