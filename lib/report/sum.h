/*
 * Sums of what is never negative. No honest log comes near the end of their range; one that does gets
 * a sum that stays there, not one that begins anew below 0.
 */
#ifndef REPORT_SUM_H
#define REPORT_SUM_H

#include <stdint.h>

/* So far from the end that a few sums may be added up, or a hundredfold taken of one of seconds. */
#define SUM_MOST (INT64_MAX / 16)

/* a, b in 0 .. SUM_MOST. */
static inline int64_t sum_of(int64_t a, int64_t b)
{
	return b > SUM_MOST - a ? SUM_MOST : a + b;
}

/* a, so many times. */
static inline int64_t sum_times(int64_t a, int64_t times)
{
	return a && times > SUM_MOST / a ? SUM_MOST : a * times;
}

#endif
