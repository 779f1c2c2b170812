#include "base/calendar.h"

/* Both count years from March, so that a leap day is the last of its year; 400 make a cycle. */
enum { CYCLE = 146097, FIRST_MARCH_0 = 719468 };

int64_t calendar_day(int64_t year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int months = month > 2 ? month - 3 : month + 9;

	return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) +
	       (153 * months + 2) / 5 + day - 1 - FIRST_MARCH_0;
}

void calendar_date(int64_t day, struct date *d)
{
	int64_t cycle = floor_div(day + FIRST_MARCH_0, CYCLE);
	int64_t in_cycle = day + FIRST_MARCH_0 - cycle * CYCLE;
	int64_t y = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / (CYCLE - 1)) / 365;
	int64_t in_year = in_cycle - (y * 365 + y / 4 - y / 100);
	int64_t months = (5 * in_year + 2) / 153;

	d->day = (int)(in_year - (153 * months + 2) / 5 + 1);
	d->month = (int)(months < 10 ? months + 3 : months - 9);
	d->year = (int)(y + cycle * 400 + (d->month <= 2));
}

int calendar_weekday(int64_t day)
{
	return (int)floor_mod(day + 3, 7) + 1;
}

void calendar_week(int64_t day, int *year, int *week)
{
	struct date d;

	/* A week belongs to the year of its Thursday. */
	day += 4 - calendar_weekday(day);
	calendar_date(day, &d);
	*year = d.year;
	*week = (int)((day - calendar_day(d.year, 1, 1)) / 7 + 1);
}
