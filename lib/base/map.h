/*
 * A hash index: from a hash to the number of a record that the caller keeps in an array of its own.
 *
 * The map stores (hash, number) and nothing of the key, so records of any shape can be found by
 * any key. To find, walk the candidates and compare:
 *
 *	MAP_EACH (m, i, h, id)
 *		if (records[id].key == key)
 *			return id;
 *
 * Zero-initialize it. Nothing is allocated but when it grows.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAP_NONE UINT32_MAX

struct map_slot {
	uint32_t hash, id; /* the upper half of the hash; id + 1, 0: free */
};

struct map {
	struct map_slot *slots;
	size_t mask, n; /* slots - 1; how many are taken */
};

/* Numbers up to UINT32_MAX - 2. false: out of memory. The same (h, id) must not be there yet. */
bool map_add(struct map *m, uint64_t h, uint32_t id);

/* Takes (h, id) out; it must be there. */
void map_drop(struct map *m, uint64_t h, uint32_t id);

/* Takes all out; the memory stays. */
void map_clear(struct map *m);
void map_free(struct map *m);

static inline size_t map_first(const struct map *m, uint64_t h)
{
	return (size_t)(h >> 32) & m->mask;
}

static inline size_t map_next(const struct map *m, size_t i)
{
	return (i + 1) & m->mask;
}

/* The record at or behind place i (moved on to it) whose hash is h's; MAP_NONE: no more. */
static inline uint32_t map_at(const struct map *m, size_t *i, uint64_t h)
{
	if (!m->slots)
		return MAP_NONE;
	for (; m->slots[*i].id; *i = (*i + 1) & m->mask)
		if (m->slots[*i].hash == (uint32_t)(h >> 32))
			return m->slots[*i].id - 1;
	return MAP_NONE;
}

#define MAP_EACH(m, i, h, id)                                                                \
	for (size_t i = map_first(m, h); ((id) = map_at(m, &i, h)) != MAP_NONE; i = map_next(m, i))

#endif
