#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/inline.h"

static size_t home(const struct map *m, uint32_t hash)
{
	return hash & m->mask;
}

static void put(struct map *m, struct map_slot s)
{
	size_t i = home(m, s.hash);

	while (m->slots[i].id)
		i = (i + 1) & m->mask;
	m->slots[i] = s;
}

APART static bool grow(struct map *m)
{
	size_t cap = m->slots ? (m->mask + 1) * 2 : 16;
	struct map bigger = { calloc(cap, sizeof(struct map_slot)), cap - 1, m->n };

	if (!bigger.slots)
		return false;
	for (size_t i = 0; m->slots && i <= m->mask; i++)
		if (m->slots[i].id)
			put(&bigger, m->slots[i]);
	free(m->slots);
	*m = bigger;
	return true;
}

bool map_add(struct map *m, uint64_t h, uint32_t id)
{
	if ((m->n + 1) * 4 > m->mask + 1 && !grow(m))
		return false;
	put(m, (struct map_slot){ (uint32_t)(h >> 32), id + 1 });
	m->n++;
	return true;
}

void map_drop(struct map *m, uint64_t h, uint32_t id)
{
	size_t hole = map_first(m, h), i;

	if (!m->slots)
		return;
	while (m->slots[hole].id != id + 1) {
		if (!m->slots[hole].id)
			return;
		hole = (hole + 1) & m->mask;
	}
	/* Close the gap: what stands behind moves up unless it is at or past its home already. */
	for (i = (hole + 1) & m->mask; m->slots[i].id; i = (i + 1) & m->mask) {
		size_t at = home(m, m->slots[i].hash);

		if (((i - at) & m->mask) >= ((i - hole) & m->mask)) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole] = (struct map_slot){ 0, 0 };
	m->n--;
}

void map_clear(struct map *m)
{
	if (m->n)
		memset(m->slots, 0, (m->mask + 1) * sizeof(*m->slots));
	m->n = 0;
}

void map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}
