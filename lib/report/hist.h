/*
 * Figures of many durations: count, sum, least, greatest, and, where every value is remembered with
 * how often it came, exact percentiles.
 *
 * Values are whole numbers from 0 (seconds, positions, counts). Zero-initialize it; memory grows
 * with distinct values only. Percentiles are those of the nearest rank: the ceil(n * p / 100)-th of
 * the n values in their order.
 */
#ifndef REPORT_HIST_H
#define REPORT_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values beyond this are remembered as this; least, greatest and sum are exact all the same. */
#define HIST_MOST (UINT32_MAX - 1)

struct hist_value {
	uint32_t value, times; /* times 0: free */
};

struct hist {
	unsigned long long count;
	long long sum, min, max; /* min, max: only where count is not 0 */
	struct hist_value *values;
	uint32_t taken, room;    /* room: a power of two, or 0 */
};

/* Counts v, from 0, without remembering it. A sum beyond all that is possible stays at the greatest
 * number there is. */
static inline void hist_sum(struct hist *h, long long v)
{
	if (!h->count || v < h->min)
		h->min = v;
	if (!h->count || v > h->max)
		h->max = v;
	h->count++;
	h->sum = v > INT64_MAX - h->sum ? INT64_MAX : h->sum + v;
}

/* Remembers it so many times more, without counting it. false: out of memory. */
bool hist_remember(struct hist *h, uint32_t value, uint32_t times);

/* Where a value is looked for first. */
static inline uint32_t hist_place(const struct hist *h, uint32_t value)
{
	return (value * 0x9e3779b1u) >> 7 & (h->room - 1);
}

/* Counts and remembers v. false: out of memory. */
static inline bool hist_add(struct hist *h, long long v)
{
	uint32_t value = v < 0 ? 0 : v > HIST_MOST ? HIST_MOST : (uint32_t)v;
	struct hist_value *at = h->room ? h->values + hist_place(h, value) : NULL;

	hist_sum(h, v);
	/* most values came before, and are where they are looked for first */
	if (!at || at->value != value || !at->times || at->times == UINT32_MAX)
		return hist_remember(h, value, 1);
	at->times++;
	return true;
}

/* The percentile p / 10 (p in 1 .. 1000) of what hist_add took; -1: of nothing, or out of memory. */
long long hist_percentile(const struct hist *h, unsigned p);

/* Adds all of `from`. false: out of memory. */
bool hist_merge(struct hist *h, const struct hist *from);

/* sum / count, in hundredths, half up; -1 of nothing. */
long long hist_average(const struct hist *h);

void hist_free(struct hist *h);

#endif
