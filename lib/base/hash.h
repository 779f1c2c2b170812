/*
 * A seeded hash of bytes, for tables whose keys come from outside: the seed is the process's own,
 * so nobody can choose keys that collide. No output depends on it.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/slice.h"

/* The process's seed; drawn from the system where it is asked for first. */
extern uint64_t hash_drawn; /* 0: not yet */
uint64_t hash_draw(void);
static inline uint64_t hash_seed(void)
{
	return hash_drawn ? hash_drawn : hash_draw();
}

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b) * 0x9e3779b97f4a7c15u;

	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 29;
}

/*
 * Two words at once: by the whole product of both, where the machine has it. Both factors have the seed
 * in them: a word that made one of them zero would make all the others of no account.
 */
static inline uint64_t hash_pair(uint64_t h, uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__)
	__extension__ unsigned __int128 product = (unsigned __int128)(h ^ a) * (b ^ (h >> 32 | h << 32));

	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	return hash_mix(hash_mix(h, a), b);
#endif
}

/* Whole words only: the last two may lap over those before them. */
static inline uint64_t hash_bytes(uint64_t seed, struct slice s)
{
	uint64_t h = seed + s.n, head, tail;

	if (s.n <= 16) {
		slice_words(s, &head, &tail);
		return hash_pair(h, head, tail);
	}
	for (size_t i = 0; i + 16 < s.n; i += 16)
		h = hash_pair(h, slice_word(s.p + i), slice_word(s.p + i + 8));
	return hash_pair(h, slice_word(s.p + s.n - 16), slice_word(s.p + s.n - 8));
}

#endif
