/*
 * The Gregorian calendar, without zones: days counted from 1970-01-01, which is day 0.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdint.h>

struct date {
	int year, month, day; /* 2026, 1..12, 1..31 */
};

int64_t calendar_day(int64_t year, int month, int day);
void calendar_date(int64_t day, struct date *d);

/* 1 Monday .. 7 Sunday */
int calendar_weekday(int64_t day);

/* The week of ISO 8601 and the year that it belongs to. */
void calendar_week(int64_t day, int *year, int *week);

/* a / b and what is left, both towards the past also where a is negative; b > 0. */
static inline int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static inline int64_t floor_mod(int64_t a, int64_t b)
{
	return a % b + (a % b < 0 ? b : 0);
}

#endif
