/*
 * Ratios as they are printed: integers all the way, hundredths, half up.
 */
#ifndef REPORT_RATIO_H
#define REPORT_RATIO_H

/* a / b in hundredths, rounded half up; -1 where b is 0. a, b >= 0. */
static inline long long ratio_hundredths(long long a, long long b)
{
	long long whole, rest;

	if (b <= 0)
		return -1;
	whole = a / b;
	rest = a % b;
	while (rest > (1LL << 54)) { /* no log has so many: only not to overflow below */
		rest >>= 1;
		b >>= 1;
	}
	return whole * 100 + (rest * 200 + b) / (2 * b);
}

/* a / b in hundredths of a percent, rounded half up; -1 where b is 0. */
static inline long long ratio_percent(long long a, long long b)
{
	long long whole, rest;

	if (b <= 0)
		return -1;
	whole = a / b;
	rest = a % b;
	while (rest > (1LL << 47)) {
		rest >>= 1;
		b >>= 1;
	}
	return whole * 10000 + (rest * 20000 + b) / (2 * b);
}

#endif
