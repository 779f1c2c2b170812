/*
 * A seeded hash of bytes, for tables whose keys come from outside: the seed is the process's own,
 * so nobody can choose keys that collide. No output depends on it.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/slice.h"

/* The process's seed; drawn from the system at the first call. */
uint64_t hash_seed(void);

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b) * 0x9e3779b97f4a7c15u;

	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 29;
}

static inline uint64_t hash_word(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
	return w;
}

/* Whole words only: the last one may lap over the one before it. */
static inline uint64_t hash_bytes(uint64_t seed, struct slice s)
{
	uint64_t h = seed + s.n;
	uint32_t a, b;

	if (s.n >= 8) {
		for (size_t i = 0; i + 8 < s.n; i += 8)
			h = hash_mix(h, hash_word(s.p + i));
		return hash_mix(h, hash_word(s.p + s.n - 8));
	}
	if (s.n >= 4) {
		memcpy(&a, s.p, 4);
		memcpy(&b, s.p + s.n - 4, 4);
		return hash_mix(h, (uint64_t)a << 32 | b);
	}
	if (s.n)
		return hash_mix(h, (uint64_t)s.p[0] << 16 | (uint64_t)s.p[s.n / 2] << 8 | s.p[s.n - 1]);
	return h;
}

#endif
