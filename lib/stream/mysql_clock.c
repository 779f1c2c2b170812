#include "stream/mysql_clock.h"

#include "base/calendar.h"
#include "base/when.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, QUARTER = 900 };

static bool digits(const unsigned char *p, size_t n, int *to)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (p[i] - '0');
	}
	*to = v;
	return true;
}

static bool fraction(struct slice s, int *us)
{
	*us = 0;
	if (s.n == 0)
		return true;
	if (s.p[0] != '.' || s.n < 2 || s.n > 7 || !digits(s.p + 1, s.n - 1, us))
		return false;
	for (size_t i = s.n; i < 7; i++)
		*us *= 10;
	return true;
}

bool db_clock_read(struct slice s, int64_t *local)
{
	int year, month, day, hour, minute, second, us;
	struct date back;
	int64_t days;

	if (s.n < 19 || s.p[4] != '-' || s.p[7] != '-' || (s.p[10] != ' ' && s.p[10] != 'T') ||
	    s.p[13] != ':' || s.p[16] != ':' || !digits(s.p, 4, &year) ||
	    !digits(s.p + 5, 2, &month) || !digits(s.p + 8, 2, &day) ||
	    !digits(s.p + 11, 2, &hour) || !digits(s.p + 14, 2, &minute) ||
	    !digits(s.p + 17, 2, &second) || !fraction(slice_of(s.p + 19, s.n - 19), &us))
		return false;
	if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60)
		return false;
	days = calendar_day(year, month, day);
	calendar_date(days, &back);
	if (back.day != day)
		return false;
	*local = (days * DAY + hour * HOUR + minute * MINUTE + second) * WHEN_SECOND + us;
	return true;
}

void db_clock_put(struct buf *b, int64_t local)
{
	int64_t second = floor_div(local, WHEN_SECOND), day = floor_div(second, DAY);
	int of_day = (int)floor_mod(second, DAY);
	struct date date;

	calendar_date(day, &date);
	buf_fmt(b, "%04d-%02d-%02d %02d:%02d:%02d", date.year, date.month, date.day, of_day / HOUR,
		of_day / MINUTE % 60, of_day % MINUTE);
}

/* Seconds. */
static int64_t shown(int64_t second, bool *again)
{
	struct when_local l;

	when_local(second * WHEN_SECOND, &l);
	*again = l.again;
	return calendar_day(l.year, l.month, l.day) * DAY + l.hour * HOUR + l.minute * MINUTE +
	       l.second;
}

int64_t db_clock_of(int64_t t)
{
	int64_t second = floor_div(t, WHEN_SECOND);
	bool again;

	return shown(second, &again) * WHEN_SECOND + (t - second * WHEN_SECOND);
}

/* Is what the clocks show at `first` shown again within hours? Then the period that is. */
static void find_twice(struct db_clock *c, int64_t first)
{
	int64_t local, t = first;
	bool again;

	c->begin = c->end = 0;
	local = shown(first, &again);
	/* no zone puts its clocks back by more than three hours */
	while (!again && t <= first + 3 * HOUR) {
		t = floor_div(when_next_slot(t * WHEN_SECOND, 0), WHEN_SECOND);
		c->begin = shown(t, &again);
	}
	if (again)
		c->end = shown(t - 1, &again) + 1;
	if (local < c->begin || local >= c->end)
		c->begin = c->end = 0;
}

bool db_clock_at(struct db_clock *c, int64_t local, int64_t *t)
{
	int64_t second = floor_div(local, WHEN_SECOND), quarter = floor_div(second, QUARTER);

	if (!c->known || c->quarter != quarter) {
		int64_t first = when_second(second, false);

		c->known = true;
		c->quarter = quarter;
		c->offset = second - first;
		find_twice(c, first);
	}
	*t = local - c->offset * WHEN_SECOND;
	return c->begin <= second && second < c->end;
}

/* What threads write late is late by less, and clocks are put back by more. */
#define STEP_BACK (60 * WHEN_SECOND)

bool db_pass_second(struct db_pass *p, const struct db_clock *c, int64_t local)
{
	if (!p->known || p->begin != c->begin)
		*p = (struct db_pass){ .known = true, .begin = c->begin, .high = local };
	else if (local < p->high - STEP_BACK)
		p->second = true;
	if (local > p->high)
		p->high = local;
	return p->second;
}
