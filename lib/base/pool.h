/*
 * A pool: records of one size, by number, at places that never change. They are taken one by one and
 * given back, the last back the first to be taken again; their memory stays until the pool is freed.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

enum { POOL_SLAB = 64 };

/* Set `size`, the rest 0. A record begins with its number, a uint32_t that the pool sets. */
struct pool {
	size_t size;         /* of a record; such a number of cache lines that it fits */
	unsigned char **slab;
	size_t slabs, slabcap;
	uint32_t n;          /* numbers are below */
	void **spare;
	size_t spares, sparecap;
};

static inline void *pool_at(const struct pool *p, uint32_t id)
{
	return p->slab[id / POOL_SLAB] + id % POOL_SLAB * p->size;
}

/* One that was never taken before. */
void *pool_new(struct pool *p);

/* A record: all zero where it is taken for the first time, else as it was given back. NULL: out of
 * memory. */
static inline void *pool_take(struct pool *p)
{
	return p->spares ? p->spare[--p->spares] : pool_new(p);
}

static inline void pool_back(struct pool *p, void *record)
{
	p->spare[p->spares++] = record;
}

void pool_free(struct pool *p);

#endif
