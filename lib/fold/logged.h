/*
 * What a log says in seconds, and what follows from it.
 */
#ifndef FOLD_LOGGED_H
#define FOLD_LOGGED_H

#include "base/when.h"
#include "stream/event.h"

/* Seconds (or whatever a field counts) that a clock can hold; -1: the field says none. */
static inline long long logged_number(struct slice field)
{
	long long n;

	return slice_int(field, false, &n) && n <= EVENT_TIME_MAX / WHEN_SECOND ? n : -1;
}

/* So many seconds before time, never before 1970. */
static inline int64_t logged_before(int64_t time, long long seconds)
{
	int64_t t = time - seconds * WHEN_SECOND;

	return t < EVENT_TIME_MIN ? EVENT_TIME_MIN : t;
}

#endif
