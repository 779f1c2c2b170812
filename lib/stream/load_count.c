#include "stream/load_count.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/hash.h"

/* The length too: of up to three bytes hash_bytes takes "1" for "11". */
static uint64_t hash_field(uint64_t h, uint64_t seed, struct slice s)
{
	return hash_mix(hash_mix(h, s.n), hash_bytes(seed, s));
}

void load_key_make(struct load_key *k, int64_t second, const struct slice *field)
{
	uint64_t seed = hash_seed();

	k->second = second;
	k->a = seed;
	k->b = ~seed;
	for (enum field f = F_CALLID; f <= F_DATA5; f++) {
		k->a = hash_field(k->a, seed + f, field[f]);
		k->b = hash_field(k->b, seed ^ 0xa5a5a5a5a5a5a5a5u, field[f]);
	}
	k->kin = (uint32_t)(hash_field(hash_field(seed, seed, field[F_CALLID]), seed, field[F_VERB]) >> 16);
}

static uint64_t row_hash(uint64_t a, uint32_t second)
{
	return hash_mix(a, second);
}

static uint64_t kin_hash(uint32_t kin, uint32_t second)
{
	return hash_mix(hash_seed() ^ kin, second + 1);
}

static void empty(struct load_hour *h)
{
	map_free(&h->rows);
	map_free(&h->kins);
	free(h->entry);
	*h = (struct load_hour){ .hour = -1 };
}

/* A free place, or that of the hour which was not asked for the longest. */
static struct load_hour *place(struct load_counts *c)
{
	struct load_hour *oldest = &c->hour[0];

	if (c->hours < LOAD_HOURS)
		return &c->hour[c->hours++];
	for (size_t i = 1; i < LOAD_HOURS; i++)
		if (c->hour[i].used < oldest->used)
			oldest = &c->hour[i];
	if ((oldest->hour + 1) * LOAD_HOUR > c->dropped)
		c->dropped = (oldest->hour + 1) * LOAD_HOUR;
	empty(oldest);
	return oldest;
}

struct load_hour *load_hour_of(struct load_counts *c, int64_t second)
{
	int64_t hour = floor_div(second, LOAD_HOUR);
	struct load_hour *h = &c->hour[c->last];

	if (c->hours && h->hour == hour)
		return h;
	for (size_t i = 0; i < c->hours; i++)
		if (c->hour[i].hour == hour) {
			c->last = i;
			c->hour[i].used = ++c->clock;
			return &c->hour[i];
		}
	h = place(c);
	c->last = (size_t)(h - c->hour);
	*h = (struct load_hour){ .hour = hour, .used = ++c->clock };
	return h;
}

struct load_entry *load_entry_of(struct load_counts *c, const struct load_key *k)
{
	struct load_hour *h = load_hour_of(c, k->second);
	uint32_t second = (uint32_t)floor_mod(k->second, LOAD_HOUR), id;
	uint64_t hash = row_hash(k->a, second);

	MAP_EACH (&h->rows, i, hash, id) {
		struct load_entry *e = &h->entry[id];

		if (e->a == k->a && e->b == k->b && e->second == second)
			return e;
	}
	if (!array_need(&h->entry, &h->cap, h->n + 1, sizeof(*h->entry)) ||
	    !map_add(&h->rows, hash, (uint32_t)h->n) ||
	    !map_add(&h->kins, kin_hash(k->kin, second), (uint32_t)h->n))
		return NULL;
	h->entry[h->n] = (struct load_entry){ .a = k->a, .b = k->b, .kin = k->kin, .second = second };
	return &h->entry[h->n++];
}

struct load_entry *load_kin_of(struct load_counts *c, const struct load_key *k)
{
	struct load_hour *h = load_hour_of(c, k->second);
	uint32_t second = (uint32_t)floor_mod(k->second, LOAD_HOUR), id;

	MAP_EACH (&h->kins, i, kin_hash(k->kin, second), id) {
		struct load_entry *e = &h->entry[id];

		if (e->kin == k->kin && e->second == second && e->have > e->read &&
		    e->have - e->read > e->near)
			return e;
	}
	return NULL;
}

void load_hour_begin(struct load_hour *h)
{
	for (size_t i = 0; i < h->n; i++)
		h->entry[i].have = h->entry[i].near = 0;
	h->loaded = true;
}

void load_counts_doubt(struct load_counts *c)
{
	for (size_t i = 0; i < c->hours; i++) {
		load_hour_begin(&c->hour[i]);
		c->hour[i].loaded = false;
	}
}

void load_counts_free(struct load_counts *c)
{
	for (size_t i = 0; i < c->hours; i++)
		empty(&c->hour[i]);
	*c = (struct load_counts){ 0 };
}
