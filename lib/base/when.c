#include "base/when.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, QUARTER = 900 };

static char zone_name[256];

/* A quarter hour, counted from the epoch, in which the offset is the same all the time. */
struct quarter {
	int64_t number;
	int32_t offset;
	bool known, again;
};
enum { QUARTERS = 64 };
static _Thread_local struct quarter quarters[QUARTERS];

static const char *tz_word(const char *s)
{
	const char *p = s;

	if (*s == '<') {
		for (p = ++s; isalnum((unsigned char)*p) || *p == '+' || *p == '-'; p++)
			;
		return *p == '>' && p - s >= 3 ? p + 1 : NULL;
	}
	while (isalpha((unsigned char)*p))
		p++;
	return p - s >= 3 ? p : NULL;
}

static const char *tz_number(const char *s, int least, int most)
{
	int n = 0, digits = 0;

	for (; isdigit((unsigned char)*s) && digits < 4; s++, digits++)
		n = n * 10 + (*s - '0');
	return digits && n >= least && n <= most ? s : NULL;
}

static const char *tz_time(const char *s, int hours)
{
	s = tz_number(s + (*s == '+' || *s == '-'), 0, hours);
	if (s && *s == ':')
		s = tz_number(s + 1, 0, 59);
	if (s && *s == ':')
		s = tz_number(s + 1, 0, 59);
	return s;
}

static const char *tz_rule(const char *s)
{
	if (*s == 'M') {
		s = tz_number(s + 1, 1, 12);
		s = s && *s == '.' ? tz_number(s + 1, 1, 5) : NULL;
		s = s && *s == '.' ? tz_number(s + 1, 0, 6) : NULL;
	} else if (*s == 'J') {
		s = tz_number(s + 1, 1, 365);
	} else {
		s = tz_number(s, 0, 365);
	}
	return s && *s == '/' ? tz_time(s + 1, 167) : s;
}

/* Is it a TZ string as POSIX writes them: std offset [dst [offset] [,start[/time],end[/time]]]? */
static bool is_tz(const char *s)
{
	s = tz_word(s);
	s = s ? tz_time(s, 24) : NULL;
	if (!s || !*s)
		return s;
	s = tz_word(s);
	if (s && *s && *s != ',')
		s = tz_time(s, 24);
	if (s && *s == ',') {
		s = tz_rule(s + 1);
		s = s && *s == ',' ? tz_rule(s + 1) : NULL;
	}
	return s && !*s;
}

static bool is_zone_file(const char *path)
{
	char magic[4];
	FILE *fp = fopen(path, "rb");
	bool is = fp && fread(magic, 1, 4, fp) == 4 && memcmp(magic, "TZif", 4) == 0;

	if (fp)
		fclose(fp);
	return is;
}

static bool in_database(const char *name)
{
	const char *dir = getenv("TZDIR");
	char path[1024];
	int n;

	if (*name == '/' || strstr(name, ".."))
		return false;
	n = snprintf(path, sizeof(path), "%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", name);
	return n > 0 && (size_t)n < sizeof(path) && is_zone_file(path);
}

static bool is_zone(const char *name)
{
	/* UTC works without a database. */
	return strlen(name) < sizeof(zone_name) &&
	       (strcmp(name, "UTC") == 0 || in_database(name) || is_tz(name));
}

static void system_name(char *name, size_t cap)
{
	static const char link[] = "/etc/localtime", dir[] = "zoneinfo/";
	char to[1024];
	ssize_t n = readlink(link, to, sizeof(to) - 1);
	const char *s;

	if (n > 0) {
		to[n] = '\0';
		s = strstr(to, dir);
		snprintf(name, cap, "%.*s", (int)cap - 1, s ? s + strlen(dir) : "localtime");
	} else {
		snprintf(name, cap, "%s", is_zone_file(link) ? "localtime" : "UTC");
	}
}

int when_zone(const char *name)
{
	const char *tz = getenv("TZ");

	if (name) {
		if (!is_zone(name) || setenv("TZ", name, 1) < 0)
			return -1;
		snprintf(zone_name, sizeof(zone_name), "%s", name);
	} else if (tz && *tz) {
		tz += *tz == ':';
		if (!is_zone(tz) && !(*tz == '/' && is_zone_file(tz)))
			return -1;
		snprintf(zone_name, sizeof(zone_name), "%.*s", (int)sizeof(zone_name) - 1, tz);
	} else if (tz) {
		strcpy(zone_name, "UTC");
	} else {
		system_name(zone_name, sizeof(zone_name));
	}
	tzset();
	memset(quarters, 0, sizeof(quarters));
	return 0;
}

const char *when_zone_name(void)
{
	if (!*zone_name && when_zone(NULL) < 0)
		return "UTC";
	return zone_name;
}

/* Seconds east of UTC, as the system says. */
static int32_t ask(int64_t second)
{
	time_t t = (time_t)second;
	struct tm tm;

	if (!localtime_r(&t, &tm))
		return 0;
	return (int32_t)(calendar_day(tm.tm_year + INT64_C(1900), tm.tm_mon + 1, tm.tm_mday) * DAY +
			 tm.tm_hour * HOUR + tm.tm_min * MINUTE + tm.tm_sec - second);
}

/* Was it as late before, under the offset of the day before? */
static bool ask_again(int64_t second, int32_t offset)
{
	int32_t before = ask(second - DAY);

	return before > offset && ask(second - (before - offset)) == before;
}

static int32_t offset_of(int64_t second, bool *again)
{
	int64_t number = floor_div(second, QUARTER), first = number * QUARTER,
		last = first + QUARTER - 1;
	struct quarter *q = &quarters[number & (QUARTERS - 1)];
	int32_t offset;

	if (q->known && q->number == number) {
		*again = q->again;
		return q->offset;
	}
	offset = ask(second);
	*again = ask_again(second, offset);
	if (ask(first) == offset && ask(last) == offset && ask_again(first, offset) == *again &&
	    ask_again(last, offset) == *again)
		*q = (struct quarter){ number, offset, true, *again };
	return offset;
}

/* The first second behind `from` at which the offset, or `again`, is another; it is at `to`. */
static int64_t change(int64_t from, int64_t to)
{
	bool again, then;
	int32_t offset = offset_of(from, &again);

	while (to - from > 1) {
		int64_t mid = from + (to - from) / 2;

		if (offset_of(mid, &then) == offset && then == again)
			from = mid;
		else
			to = mid;
	}
	return to;
}

int64_t when_second(int64_t local, bool first)
{
	/* No zone is further from UTC than a day. */
	int32_t before = ask(local - DAY - HOUR), behind = ask(local + DAY + HOUR);

	if (ask(local - before) == before)
		return local - before;
	if (ask(local - behind) == behind)
		return local - behind;
	return first ? change(local - behind, local - before) : local - before;
}

void when_local(int64_t t, struct when_local *l)
{
	static _Thread_local struct when_local date;
	static _Thread_local int64_t date_day = INT64_MIN;
	int64_t second = floor_div(t, WHEN_SECOND), day;
	bool again;
	int of_day;

	second += offset_of(second, &again);
	day = floor_div(second, DAY);
	of_day = (int)(second - day * DAY);
	if (day != date_day) {
		struct date d;

		calendar_date(day, &d);
		date = (struct when_local){ .year = d.year, .month = d.month, .day = d.day };
		date.weekday = calendar_weekday(day);
		calendar_week(day, &date.week_year, &date.week);
		date_day = day;
	}
	*l = date;
	l->hour = of_day / HOUR;
	l->minute = of_day / MINUTE % 60;
	l->second = of_day % 60;
	l->again = again;
}

/* What the time keys are made of. */
struct part {
	int64_t hour; /* of the whole calendar: says the day too */
	int slot;
	bool again;
};

static struct part part_at(int64_t second, int slot)
{
	struct part p;
	int64_t local = second + offset_of(second, &p.again);

	p.hour = floor_div(local, HOUR);
	p.slot = slot > 0 ? (int)(floor_mod(local, DAY) / slot) : 0;
	return p;
}

int64_t when_next_slot(int64_t t, int slot)
{
	int64_t second = floor_div(t, WHEN_SECOND);
	struct part was = part_at(second, slot), is;

	do {
		bool again, then;
		int32_t offset = offset_of(second, &again);
		int of_day = (int)floor_mod(second + offset, DAY);
		int left = HOUR - of_day % HOUR;

		if (slot > 0 && left > slot - of_day % slot)
			left = slot - of_day % slot;
		if (second > INT64_MAX / WHEN_SECOND - left)
			return WHEN_MAX;
		if (offset_of(second + left, &then) == offset && then == again)
			second += left;
		else
			second = change(second, second + left);
		is = part_at(second, slot);
	} while (is.hour == was.hour && is.slot == was.slot && is.again == was.again);
	return second * WHEN_SECOND;
}
