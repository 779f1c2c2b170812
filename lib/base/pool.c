#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { LINE = 64 };

static int more(struct pool *p)
{
	void *slab;

	p->size = (p->size + LINE - 1) / LINE * LINE;
	if (!array_need(&p->slab, &p->slabcap, p->slabs + 1, sizeof(*p->slab)) ||
	    !array_need(&p->spare, &p->sparecap, p->n + (size_t)POOL_SLAB, sizeof(void *)) ||
	    posix_memalign(&slab, LINE, POOL_SLAB * p->size) != 0)
		return -1;
	memset(slab, 0, POOL_SLAB * p->size);
	p->slab[p->slabs++] = slab;
	return 0;
}

void *pool_new(struct pool *p)
{
	void *record;

	if (p->n == p->slabs * POOL_SLAB && more(p) < 0)
		return NULL;
	record = pool_at(p, p->n);
	*(uint32_t *)record = p->n++;
	return record;
}

void pool_free(struct pool *p)
{
	for (size_t i = 0; i < p->slabs; i++)
		free(p->slab[i]);
	free(p->slab);
	free(p->spare);
	*p = (struct pool){ .size = p->size };
}
