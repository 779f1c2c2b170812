/*
 * How many there were at once, over time: from half-open intervals in any order.
 */
#ifndef REPORT_SWEEP_H
#define REPORT_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sweep_step {
	int64_t t;
	long long by;
};

/* Zero-initialize it. Times in microseconds. */
struct sweep {
	struct sweep_step *step;
	size_t n, cap, sorted; /* sorted: so many are in order, one for each time */
	int64_t at;           /* all before it is settled */
	long long now;        /* how many there are at `at` */
	long long max, least; /* least: of the times when there was any; 0: there was none */
	int64_t active;       /* for how long there was any */
	int64_t area;         /* sum of the lengths of all intervals, at most SUM_MOST */
};

/* What is averaged over time is so over a period: what lies outside of it is in `max` alone. */
struct sweep_period {
	int64_t from, to;
};

/* Counts one in [from, to); nothing where that is empty. What lies before what was settled is
 * counted from there on. false: out of memory. */
bool sweep_add(struct sweep *s, int64_t from, int64_t to);

/* The same in parts: at t there are `by` more. And the steps that are not settled, in order, one for
 * each time. */
bool sweep_step(struct sweep *s, int64_t t, long long by);
void sweep_compact(struct sweep *s);

/* Makes final what is before `before`, and gives back the memory that it took. */
void sweep_settle(struct sweep *s, int64_t before, struct sweep_period p);

/* Makes everything final; the steps stay, or do not. */
void sweep_finish(struct sweep *s, bool keep, struct sweep_period p);
void sweep_free(struct sweep *s);

#endif
