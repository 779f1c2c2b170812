/*
 * Figures of many durations: count, sum, least, greatest, and, where every value is remembered with
 * how often it came, exact percentiles.
 *
 * Values are whole numbers from 0 (seconds, positions, counts). Zero-initialize it; memory grows
 * with distinct values only: low ones stand in an array as soon as a quarter of it is of use, all
 * others are hashed. Percentiles are those of the nearest rank: the ceil(n * p / 100)-th of the n
 * values in their order.
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
	long long sum, min, max;   /* min, max: only where count is not 0 */
	uint32_t *low;             /* how often each value below `lows` came */
	struct hist_value *values; /* the others, and of those what is more than UINT32_MAX times */
	uint32_t lows, room;       /* powers of two, or 0 */
	uint32_t taken, others;    /* values remembered; of them in `values` */
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

/* Counts and remembers v. false: out of memory. */
static inline bool hist_add(struct hist *h, long long v)
{
	hist_sum(h, v);
	/* most values are low, and came before */
	if ((unsigned long long)v >= h->lows || !h->low[v] || h->low[v] == UINT32_MAX)
		return hist_remember(h, v < 0 ? 0 : v > HIST_MOST ? HIST_MOST : (uint32_t)v, 1);
	h->low[v]++;
	return true;
}

/* One of the two. */
static inline bool hist_put(struct hist *h, bool remember, long long v)
{
	if (remember)
		return hist_add(h, v);
	hist_sum(h, v);
	return true;
}

/* All that it remembers, in no order, into an array of h->taken. */
void hist_values(const struct hist *h, struct hist_value *to);

/* The percentile p / 10 (p in 1 .. 1000) of what hist_add took; -1: of nothing, or out of memory. */
long long hist_percentile(const struct hist *h, unsigned p);

/* Adds all of `from`. false: out of memory. */
bool hist_merge(struct hist *h, const struct hist *from);

/* sum / count, in hundredths, half up; -1 of nothing. */
long long hist_average(const struct hist *h);

void hist_free(struct hist *h);

#endif
