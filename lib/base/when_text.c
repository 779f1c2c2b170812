#include <ctype.h>
#include <string.h>

#include "base/calendar.h"
#include "base/when.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

#define LAST_SECOND (INT64_C(1) << 33)

static int64_t day_begins(int64_t day)
{
	return when_second(day * DAY, true) * WHEN_SECOND;
}

static int64_t day_at(int64_t t)
{
	struct when_local l;

	when_local(t, &l);
	return calendar_day(l.year, l.month, l.day);
}

/* A text being read; each reader moves it on, or says false. */
struct text {
	const char *s;
};

static bool byte(struct text *x, char c)
{
	if (*x->s != c)
		return false;
	x->s++;
	return true;
}

/* Exactly n digits, in least..most. */
static bool digits(struct text *x, int n, int least, int most, int *v)
{
	for (*v = 0; n; n--, x->s++) {
		if (!isdigit((unsigned char)*x->s))
			return false;
		*v = *v * 10 + (*x->s - '0');
	}
	return *v >= least && *v <= most;
}

/* ".5" and the like, or nothing: microseconds. */
static bool fraction(struct text *x, int64_t *us)
{
	int64_t unit = WHEN_SECOND / 10;

	*us = 0;
	if (!byte(x, '.'))
		return true;
	if (!isdigit((unsigned char)*x->s))
		return false;
	for (; isdigit((unsigned char)*x->s); x->s++, unit /= 10) {
		if (!unit)
			return false;
		*us += unit * (*x->s - '0');
	}
	return true;
}

/* "17:00", "17:00:30", "17:00:30.5": of the day, in microseconds. */
static bool clock_time(struct text *x, int64_t *us)
{
	int64_t part = 0;
	int h, m, s = 0;

	if (!digits(x, 2, 0, 23, &h) || !byte(x, ':') || !digits(x, 2, 0, 59, &m))
		return false;
	if (byte(x, ':') && (!digits(x, 2, 0, 59, &s) || !fraction(x, &part)))
		return false;
	*us = (h * HOUR + m * MINUTE + s) * WHEN_SECOND + part;
	return true;
}

/* "Z", "+01:00", "+0100", "+01": seconds east. */
static bool utc_offset(struct text *x, int *east)
{
	bool west = *x->s == '-';
	int h, m = 0;

	*east = 0;
	if (byte(x, 'Z'))
		return true;
	if (!byte(x, '+') && !byte(x, '-'))
		return false;
	if (!digits(x, 2, 0, 23, &h))
		return false;
	if ((byte(x, ':') || *x->s) && !digits(x, 2, 0, 59, &m))
		return false;
	*east = (h * HOUR + m * MINUTE) * (west ? -1 : 1);
	return true;
}

static bool parse_week(struct text *x, int year, struct when *w)
{
	int64_t monday;
	int week, last;

	/* The 28th of December is in the last week of its year, the 4th of January in the first. */
	calendar_week(calendar_day(year, 12, 28), &year, &last);
	if (!digits(x, 2, 1, last, &week))
		return false;
	monday = calendar_day(year, 1, 4);
	monday += 1 - calendar_weekday(monday) + (week - 1) * 7;
	*w = (struct when){ day_begins(monday), day_begins(monday + 7) };
	return true;
}

/* Behind a date: nothing, or a time of that day, local or with an offset from UTC. */
static bool parse_day(struct text *x, int64_t day, struct when *w)
{
	int64_t us;
	int east;

	if (!*x->s) {
		*w = (struct when){ day_begins(day), day_begins(day + 1) };
		return true;
	}
	if ((!byte(x, 'T') && !byte(x, ' ')) || !clock_time(x, &us))
		return false;
	if (!*x->s)
		w->from = when_second(day * DAY + us / WHEN_SECOND, false) * WHEN_SECOND +
			  us % WHEN_SECOND;
	else if (utc_offset(x, &east))
		w->from = (day * DAY - east) * WHEN_SECOND + us;
	else
		return false;
	w->to = w->from;
	return true;
}

/* month 0: December of the year before. */
static struct when month_of(int year, int month)
{
	year -= !month;
	month = month ? month : 12;
	return (struct when){ day_begins(calendar_day(year, month, 1)),
			      day_begins(month < 12 ? calendar_day(year, month + 1, 1) :
						      calendar_day(year + 1, 1, 1)) };
}

static bool parse_date(struct text *x, struct when *w)
{
	struct date d;
	int year, month, day;

	if (!digits(x, 4, 1970, 9999, &year))
		return false;
	if (!*x->s) {
		*w = (struct when){ day_begins(calendar_day(year, 1, 1)),
				    day_begins(calendar_day(year + 1, 1, 1)) };
		return true;
	}
	if (!byte(x, '-'))
		return false;
	if (byte(x, 'W'))
		return parse_week(x, year, w);
	if (!digits(x, 2, 1, 12, &month))
		return false;
	if (!*x->s) {
		*w = month_of(year, month);
		return true;
	}
	if (!byte(x, '-') || !digits(x, 2, 1, 31, &day))
		return false;
	calendar_date(calendar_day(year, month, day), &d);
	return d.month == month && parse_day(x, calendar_day(year, month, day), w);
}

static bool point(struct when *w, int64_t t)
{
	*w = (struct when){ t, t };
	return true;
}

/* Eight digits that read as a date are none: who writes 20261122 does not mean August 1970. */
static bool is_basic_date(const char *s)
{
	struct text x = { s };
	int v;

	return digits(&x, 4, 1970, 2242, &v) && digits(&x, 2, 1, 12, &v) &&
	       digits(&x, 2, 1, 31, &v) && !*x.s;
}

static bool parse_epoch(struct text *x, struct when *w)
{
	int64_t second = 0, us;

	if (is_basic_date(x->s))
		return false;
	for (; isdigit((unsigned char)*x->s); x->s++) {
		second = second * 10 + (*x->s - '0');
		if (second > LAST_SECOND)
			return false;
	}
	return fraction(x, &us) && point(w, second * WHEN_SECOND + us);
}

/* "2h", "1h30m": before now. */
static bool parse_ago(struct text *x, int64_t now, struct when *w)
{
	static const char units[] = "wdhms";
	static const int length[] = { 7 * DAY, DAY, HOUR, MINUTE, 1 };
	const char *least = units, *unit;
	int64_t n, sum = 0;

	do {
		const char *s = x->s;

		for (n = 0; isdigit((unsigned char)*x->s); x->s++) {
			n = n * 10 + (*x->s - '0');
			if (n > LAST_SECOND)
				return false;
		}
		unit = *x->s ? strchr(least, *x->s) : NULL;
		if (x->s == s || !unit)
			return false;
		if (n > (LAST_SECOND - sum) / length[unit - units])
			return false;
		sum += n * length[unit - units];
		least = unit + 1;
		x->s++;
	} while (*x->s);
	return point(w, now - sum * WHEN_SECOND);
}

static bool parse(struct text *x, int64_t now, struct when *w)
{
	size_t n = strspn(x->s, "0123456789");
	int64_t today, us;

	if (n == 4)
		return parse_date(x, w);
	if (n == 2 && x->s[2] == ':') {
		if (!clock_time(x, &us))
			return false;
		us += day_at(now) * DAY * WHEN_SECOND;
		return point(w, when_second(us / WHEN_SECOND, false) * WHEN_SECOND +
					us % WHEN_SECOND);
	}
	if (n)
		return parse_epoch(x, w);
	if (byte(x, '-'))
		return parse_ago(x, now, w);

	today = day_at(now);
	if (strcmp(x->s, "now") == 0)
		point(w, now);
	else if (strcmp(x->s, "today") == 0)
		*w = (struct when){ day_begins(today), day_begins(today + 1) };
	else if (strcmp(x->s, "yesterday") == 0)
		*w = (struct when){ day_begins(today - 1), day_begins(today) };
	else if (strcmp(x->s, "tomorrow") == 0)
		*w = (struct when){ day_begins(today + 1), day_begins(today + 2) };
	else
		return false;
	x->s = "";
	return true;
}

int when_parse(const char *s, int64_t now, struct when *w)
{
	struct text x = { s };
	struct when found;

	if (!parse(&x, now, &found) || *x.s || found.from < 0 ||
	    found.to > LAST_SECOND * WHEN_SECOND)
		return -1;
	*w = found;
	return 0;
}

int when_parse_month(const char *s, int64_t now, struct when *w)
{
	bool last = strcmp(s, "last") == 0;
	struct when_local l;
	struct when found;

	if (!last && strcmp(s, "this") != 0)
		return when_parse(s, now, w);
	when_local(now, &l);
	found = month_of(l.year, l.month - last);
	if (found.from < 0 || found.to > LAST_SECOND * WHEN_SECOND)
		return -1;
	*w = found;
	return 0;
}

static void put_two(struct buf *b, int v, unsigned char before)
{
	unsigned char text[] = { before, (unsigned char)('0' + v / 10),
				 (unsigned char)('0' + v % 10) };

	buf_put(b, text + !before, sizeof(text) - !before);
}

/* ".5" and the like, or nothing. */
static void put_fraction(struct buf *b, uint64_t us)
{
	uint64_t unit = WHEN_SECOND;

	for (us %= unit; us; us %= unit) {
		if (unit == WHEN_SECOND)
			buf_byte(b, '.');
		unit /= 10;
		buf_byte(b, (unsigned char)('0' + us / unit));
	}
}

void when_put_epoch(struct buf *b, int64_t t)
{
	uint64_t u = t < 0 ? 0 - (uint64_t)t : (uint64_t)t;

	if (t < 0)
		buf_byte(b, '-');
	buf_int(b, (long long)(u / WHEN_SECOND));
	put_fraction(b, u);
}

static void put_local(struct buf *b, const struct when_local *l, unsigned char between)
{
	if (l->year >= 0 && l->year <= 9999) {
		put_two(b, l->year / 100, 0);
		put_two(b, l->year % 100, 0);
	} else {
		buf_int(b, l->year);
	}
	put_two(b, l->month, '-');
	put_two(b, l->day, '-');
	put_two(b, l->hour, between);
	put_two(b, l->minute, ':');
	put_two(b, l->second, ':');
}

void when_put_local(struct buf *b, int64_t t)
{
	struct when_local l;

	when_local(t, &l);
	put_local(b, &l, ' ');
}

void when_put_iso(struct buf *b, int64_t t)
{
	struct when_local l;
	int64_t east;

	when_local(t, &l);
	east = calendar_day(l.year, l.month, l.day) * DAY + l.hour * HOUR + l.minute * MINUTE +
	       l.second - t / WHEN_SECOND;
	put_local(b, &l, 'T');
	put_fraction(b, (uint64_t)t);
	put_two(b, (int)((east < 0 ? -east : east) / HOUR), east < 0 ? '-' : '+');
	put_two(b, (int)((east < 0 ? -east : east) / MINUTE % 60), ':');
}

void when_put_hms(struct buf *b, long long seconds)
{
	unsigned long long u = seconds < 0 ? 0ULL - (unsigned long long)seconds :
					     (unsigned long long)seconds;

	if (seconds < 0)
		buf_byte(b, '-');
	buf_int(b, (long long)(u / HOUR));
	put_two(b, (int)(u / MINUTE % 60), ':');
	put_two(b, (int)(u % 60), ':');
}
