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

static inline uint64_t hash_bytes(uint64_t seed, struct slice s)
{
	uint64_t h = seed + s.n, w;

	while (s.n >= 8) {
		memcpy(&w, s.p, 8);
		h = hash_mix(h, w);
		s.p += 8;
		s.n -= 8;
	}
	if (s.n) {
		w = 0;
		memcpy(&w, s.p, s.n);
		h = hash_mix(h, w);
	}
	return h;
}

#endif
