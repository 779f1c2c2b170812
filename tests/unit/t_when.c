#include <stdlib.h>
#include <time.h>

#include "base/when.h"
#include "unit.h"

#define US(s) ((s) * WHEN_SECOND)

/* Sun 2026-11-22 17:41:38.25 in Rome */
static const int64_t now = US(INT64_C(1795365698)) + 250000;

static const struct {
	const char *zone, *text;
	long long from, to; /* seconds; to -1: a point */
	long us;
} good[] = {
	{ "UTC", "0", 0, -1, 0 },
	{ "UTC", "1795369298", 1795369298, -1, 0 },
	{ "UTC", "1795369298.5", 1795369298, -1, 500000 },
	{ "UTC", "1795369298.000001", 1795369298, -1, 1 },
	{ "UTC", "8589934592", 8589934592, -1, 0 },
	{ "UTC", "86400000", 86400000, -1, 0 },
	{ "UTC", "2026", 1767225600, 1798761600, 0 },
	{ "UTC", "2026-11", 1793491200, 1796083200, 0 },
	{ "UTC", "2026-12", 1796083200, 1798761600, 0 },
	{ "UTC", "2024-02", 1706745600, 1709251200, 0 },
	{ "UTC", "2024-02-29", 1709164800, 1709251200, 0 },
	{ "UTC", "2000-02-29", 951782400, 951868800, 0 },
	{ "UTC", "1970-01-01", 0, 86400, 0 },
	{ "UTC", "2026-11-22T17:41:38+01:00", 1795365698, -1, 0 },
	{ "UTC", "2026-11-22T17:41:38+0100", 1795365698, -1, 0 },
	{ "UTC", "2026-11-22T17:41:38+01", 1795365698, -1, 0 },
	{ "UTC", "2026-11-22 17:41:38.25-03:30", 1795381898, -1, 250000 },
	{ "UTC", "2026-11-22T17:41Z", 1795369260, -1, 0 },
	{ "Europe/Rome", "2026-11-22T17:41:38Z", 1795369298, -1, 0 },
	{ "Europe/Rome", "2026-11-22 17:41:38.999999", 1795365698, -1, 999999 },
	{ "Europe/Rome", "2026-11-22 17:00", 1795363200, -1, 0 },
	{ "Europe/Rome", "2026-11-22", 1795302000, 1795388400, 0 },
	{ "Europe/Rome", "2026-W47", 1794783600, 1795388400, 0 },
	/* 2020 has 53 weeks, and its first begins in 2019 */
	{ "UTC", "2020-W53", 1609113600, 1609718400, 0 },
	{ "UTC", "2020-W01", 1577664000, 1578268800, 0 },
	{ "UTC", "2026-W01", 1766966400, 1767571200, 0 },
	{ "Europe/Rome", "now", 1795365698, -1, 250000 },
	{ "Europe/Rome", "today", 1795302000, 1795388400, 0 },
	{ "Europe/Rome", "yesterday", 1795215600, 1795302000, 0 },
	{ "Europe/Rome", "tomorrow", 1795388400, 1795474800, 0 },
	{ "Pacific/Kiritimati", "today", 1795341600, 1795428000, 0 },
	{ "Europe/Rome", "17:00", 1795363200, -1, 0 },
	{ "Europe/Rome", "00:00:00.5", 1795302000, -1, 500000 },
	{ "Europe/Rome", "23:59:59", 1795388399, -1, 0 },
	{ "UTC", "-2h", 1795358498, -1, 250000 },
	{ "UTC", "-7d", 1794760898, -1, 250000 },
	{ "UTC", "-1w", 1794760898, -1, 250000 },
	{ "UTC", "-90s", 1795365608, -1, 250000 },
	{ "UTC", "-1h30m", 1795360298, -1, 250000 },
	{ "UTC", "-0s", 1795365698, -1, 250000 },
	/* the days on which the clocks change have 23 and 25 hours */
	{ "Europe/Rome", "2026-03-29", 1774738800, 1774821600, 0 },
	{ "Europe/Rome", "2026-10-25", 1792879200, 1792969200, 0 },
	{ "Europe/Rome", "2026-10", 1790805600, 1793487600, 0 },
	/* skipped: what it would have been; repeated: the first */
	{ "Europe/Rome", "2026-03-29 02:30", 1774747800, -1, 0 },
	{ "Europe/Rome", "2026-03-29 03:00", 1774746000, -1, 0 },
	{ "Europe/Rome", "2026-10-25 02:30", 1792888200, -1, 0 },
	{ "Europe/Rome", "2026-10-25 03:00", 1792893600, -1, 0 },
	{ "Europe/Rome", "2026-10-25 02:30+01:00", 1792891800, -1, 0 },
	{ "America/New_York", "2026-11-01 01:30", 1793511000, -1, 0 },
	{ "Australia/Lord_Howe", "2026-04-05 01:45", 1775313900, -1, 0 },
	{ "Australia/Lord_Howe", "2026-10-04 02:15", 1791042300, -1, 0 },
	/* midnight skipped: the day begins at one */
	{ "America/Sao_Paulo", "2018-11-04", 1541300400, 1541383200, 0 },
	{ "America/Sao_Paulo", "2018-02-17", 1518832800, 1518922800, 0 },
	/* a day that was not */
	{ "Pacific/Apia", "2011-12-30", 1325239200, 1325239200, 0 },
	{ "Pacific/Apia", "2011-12-29", 1325152800, 1325239200, 0 },
	/* clocks put forward at 23:30: the day begins with what comes behind, 00:30 */
	{ "XXX0YYY,J100/23:30,J300/3", "2026-04-11", 1775863800, 1775948400, 0 },
	/* put back over midnight: the first of the two */
	{ "XXX0YYY,J100/3,J300/0:30", "2026-10-27", 1793055600, 1793145600, 0 },
	{ "Asia/Kathmandu", "2026-11-22 17:00", 1795346100, -1, 0 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25", 1792879200, 1792969200, 0 },
};

static const char *const bad[] = {
	"", " ", "x", "-", "--", "-2", "-h", "-2x", "-2h ", "-1m2h", "-1h1h", "-99999999999w",
	"+2h", "2026-", "2026-1", "2026-13", "2026-00", "2026-02-30", "2025-02-29", "2100-02-29",
	"2026-11-31", "2026-11-00", "2026-11-1", "2026-11-22T", "2026-11-22 ", "2026-11-22 1",
	"2026-11-22 17", "2026-11-22 17:", "2026-11-22 17:0", "2026-11-22 24:00",
	"2026-11-22 12:60", "2026-11-22 12:00:60", "2026-11-22 12:00:00.", "2026-11-22 12:00.5",
	"2026-11-22 12:00:00.1234567", "2026-11-22 12:00 ", "2026-11-22  12:00",
	"2026-11-22 12:00x", "2026-11-22 12:00Zx", "2026-11-22 12:00+", "2026-11-22 12:00+1",
	"2026-11-22 12:00+24:00", "2026-11-22 12:00+01:60", "2026-11-22 12:00+01:",
	"2026-11-22 12:00+01:0", "2026-11-22 12:00+01:000", "2026-11-22Z", "2026-W", "2026-W4",
	"2026-W00", "2026-W54", "2025-W53", "2026-W47-1", "2026-W475", "12:60", "24:00", "1:00",
	"12:00Z", "12:00 ", "1969", "1969-12-31", "2243", "2242", "9999", "0000", "8589934593",
	"8589934592.5", "99999999999999999999999999", "1.", ".5", "1.5.5", "1795369298.1234567",
	"1795369298s", "1e9", "0x10", " 1", "1 ", "20261122", "Today", "nowx", "now ",
	"todays", "\xff",
};

static void test_parse(void)
{
	struct when w;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		int64_t from = US(good[i].from) + good[i].us;
		int64_t to = good[i].to < 0 ? from : US(good[i].to);
		bool done;

		if (!CHECK_EQ_INT(when_zone(good[i].zone), 0, "zone %s", good[i].zone))
			continue;
		done = when_parse(good[i].text, now, &w) == 0;
		if (!CHECK(done, "%s: \"%s\"", good[i].zone, good[i].text))
			continue;
		CHECK_EQ_INT(w.from, from, "%s: \"%s\": from", good[i].zone, good[i].text);
		CHECK_EQ_INT(w.to, to, "%s: \"%s\": to", good[i].zone, good[i].text);
	}

	when_zone("UTC");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		w = (struct when){ 1, 2 };
		CHECK_EQ_INT(when_parse(bad[i], now, &w), -1, "\"%s\" is no time", bad[i]);
		CHECK(w.from == 1 && w.to == 2, "\"%s\" leaves the period alone", bad[i]);
	}
	CHECK_EQ_INT(when_parse("-1h", US(3599), &w), -1, "before the epoch");
	CHECK_EQ_INT(when_parse("-1h", US(3600), &w), 0, "the epoch");
	when_zone("Europe/Rome");
	CHECK_EQ_INT(when_parse("1970", now, &w), -1, "a year that begins before the epoch");
}

static const struct {
	const char *name;
	bool there;
} zones[] = {
	{ "UTC", true },
	{ "Europe/Rome", true },
	{ "America/Argentina/Buenos_Aires", true },
	{ "UTC0", true },
	{ "CET-1CEST", true },
	{ "EST5EDT,M3.2.0,M11.1.0", true },
	{ "<+0330>-3:30", true },
	{ "AAA1:02:03BBB0:02,J60/-1,300/167:59:59", true },
	{ "", false },
	{ "Europe", false },
	{ "Europe/", false },
	{ "Europe/Romo", false },
	{ "europe/rome ", false },
	{ "/usr/share/zoneinfo/Europe/Rome", false },
	{ "../zoneinfo/Europe/Rome", false },
	{ "Europe/../Europe/Rome", false },
	{ "zone.tab", false },
	{ ":UTC", false },
	{ "CE-1", false },
	{ "CET", true }, /* in the database; as a TZ string it lacks the offset */
	{ "QLT", false },
	{ "CET-25", false },
	{ "CET-1:60", false },
	{ "CET-1CEST,M3.5.0", false },
	{ "CET-1CEST,M13.5.0,M10.5.0", false },
	{ "CET-1CEST,M3.6.0,M10.5.0", false },
	{ "CET-1CEST,M3.5.7,M10.5.0", false },
	{ "CET-1CEST,J0,J1", false },
	{ "CET-1CEST,0,366", false },
	{ "CET-1CEST,M3.5.0,M10.5.0x", false },
	{ "<CET-1", false },
	{ "CET-1\n", false },
};

/* By the clocks of the zone, also where UTC has another month or year. */
static void test_months(void)
{
	static const struct {
		const char *zone, *now, *which, *from;
	} months[] = {
		{ "UTC", "2027-01-01", "last", "2026-12" },
		{ "UTC", "2027-01-31 23:59:59", "last", "2026-12" },
		{ "UTC", "2027-01-01", "this", "2027-01" },
		{ "UTC", "2026-12-31 23:59:59", "this", "2026-12" },
		{ "UTC", "2028-03-31", "last", "2028-02" },
		{ "Asia/Kathmandu", "2026-12-31T18:15:00Z", "this", "2027-01" },
		{ "Asia/Kathmandu", "2026-12-31T18:14:59Z", "last", "2026-11" },
		{ "America/New_York", "2027-01-01T04:59:59Z", "this", "2026-12" },
	};
	struct when w, at, want;

	for (size_t i = 0; i < sizeof(months) / sizeof(*months); i++) {
		when_zone(months[i].zone);
		CHECK_EQ_INT(when_parse(months[i].now, 0, &at), 0, "%s", months[i].now);
		CHECK_EQ_INT(when_parse(months[i].from, 0, &want), 0, "%s", months[i].from);
		CHECK_EQ_INT(when_parse_month(months[i].which, at.from, &w), 0, "%s", months[i].which);
		CHECK_EQ_INT(w.from, want.from, "%s month at %s, %s", months[i].which,
			     months[i].now, months[i].zone);
		CHECK_EQ_INT(w.to, want.to, "its end");
	}
	when_zone("UTC");
	CHECK_EQ_INT(when_parse_month("last", 0, &w), -1, "no month before the first");
	CHECK_EQ_INT(when_parse_month("2026-11", 0, &w), 0, "a month by its number");
	CHECK_EQ_INT(when_parse_month("", 0, &w), -1, "nothing");
	CHECK_EQ_INT(when_parse("last", 0, &w), -1, "of months alone");
}

static void test_zones(void)
{
	char longest[400];
	struct when w;

	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		when_zone("Asia/Tokyo");
		CHECK_EQ_INT(when_zone(zones[i].name), zones[i].there ? 0 : -1, "zone \"%s\"",
			     zones[i].name);
		CHECK_EQ_STR(when_zone_name(), zones[i].there ? zones[i].name : "Asia/Tokyo",
			     "the zone in force after \"%s\"", zones[i].name);
	}
	memset(longest, 'x', sizeof(longest));
	memcpy(longest + sizeof(longest) - 3, "-1", 3);
	CHECK_EQ_INT(when_zone(longest), -1, "a name too long");

	setenv("TZ", "Asia/Kathmandu", 1);
	CHECK_EQ_INT(when_zone(NULL), 0, "TZ");
	CHECK_EQ_STR(when_zone_name(), "Asia/Kathmandu", "TZ's name");
	when_parse("1970-01-02", 0, &w);
	CHECK_EQ_INT(w.from, US(86400 - 19800), "TZ's offset, of 1970");
	setenv("TZ", ":Europe/Rome", 1);
	CHECK_EQ_INT(when_zone(NULL), 0, "TZ with a colon");
	CHECK_EQ_STR(when_zone_name(), "Europe/Rome", "its name");
	setenv("TZ", "No/Where", 1);
	CHECK_EQ_INT(when_zone(NULL), -1, "an unknown TZ");
	setenv("TZ", "", 1);
	CHECK_EQ_INT(when_zone(NULL), 0, "an empty TZ");
	CHECK_EQ_STR(when_zone_name(), "UTC", "an empty TZ is UTC");
	unsetenv("TZ");
	CHECK_EQ_INT(when_zone(NULL), 0, "the system's zone");
	CHECK(*when_zone_name(), "the system's zone has a name");

	setenv("TZDIR", "/nonexistent", 1);
	CHECK_EQ_INT(when_zone("Europe/Rome"), -1, "no zone database");
	CHECK_EQ_INT(when_zone("UTC"), 0, "UTC needs none");
	unsetenv("TZDIR");
}

static const struct {
	const char *zone;
	long long t;
	const char *text;
	int weekday, week_year, week, again;
} points[] = {
	{ "UTC", 0, "1970-01-01 00:00:00", 4, 1970, 1, 0 },
	{ "UTC", -1, "1969-12-31 23:59:59", 3, 1970, 1, 0 },
	{ "UTC", 951782400, "2000-02-29 00:00:00", 2, 2000, 9, 0 },
	{ "UTC", 1609459199, "2020-12-31 23:59:59", 4, 2020, 53, 0 },
	{ "UTC", 1609459200, "2021-01-01 00:00:00", 5, 2020, 53, 0 },
	{ "UTC", 1735603200, "2024-12-31 00:00:00", 2, 2025, 1, 0 },
	{ "UTC", 4107542400, "2100-03-01 00:00:00", 1, 2100, 9, 0 },
	{ "UTC", 253402300800, "10000-01-01 00:00:00", 6, 9999, 52, 0 },
	{ "Europe/Rome", 1795365698, "2026-11-22 17:41:38", 7, 2026, 47, 0 },
	{ "Europe/Rome", 1774745999, "2026-03-29 01:59:59", 7, 2026, 13, 0 },
	{ "Europe/Rome", 1774746000, "2026-03-29 03:00:00", 7, 2026, 13, 0 },
	{ "Europe/Rome", 1792886400, "2026-10-25 02:00:00", 7, 2026, 43, 0 },
	{ "Europe/Rome", 1792889999, "2026-10-25 02:59:59", 7, 2026, 43, 0 },
	{ "Europe/Rome", 1792890000, "2026-10-25 02:00:00", 7, 2026, 43, 1 },
	{ "Europe/Rome", 1792893599, "2026-10-25 02:59:59", 7, 2026, 43, 1 },
	{ "Europe/Rome", 1792893600, "2026-10-25 03:00:00", 7, 2026, 43, 0 },
	{ "Australia/Lord_Howe", 1775314799, "2026-04-05 01:59:59", 7, 2026, 14, 0 },
	{ "Australia/Lord_Howe", 1775314800, "2026-04-05 01:30:00", 7, 2026, 14, 1 },
	{ "Australia/Lord_Howe", 1775316599, "2026-04-05 01:59:59", 7, 2026, 14, 1 },
	{ "Australia/Lord_Howe", 1775316600, "2026-04-05 02:00:00", 7, 2026, 14, 0 },
	{ "Asia/Kathmandu", 1795346100, "2026-11-22 17:00:00", 7, 2026, 47, 0 },
	{ "Asia/Pyongyang", 1525446000, "2018-05-05 00:00:00", 6, 2018, 18, 0 },
	{ "America/Caracas", 1197183600, "2007-12-09 02:30:00", 7, 2007, 49, 1 },
	/* offsets and changes that keep to no quarter of an hour */
	{ "Africa/Monrovia", 63593069, "1972-01-06 23:59:59", 4, 1972, 1, 0 },
	{ "Africa/Monrovia", 63593070, "1972-01-07 00:44:30", 5, 1972, 1, 0 },
	{ "XXX-1:07YYY-1:09,J100/2:02,J300/3:03", 1793066039, "2026-10-27 03:02:59", 2, 2026, 44, 0 },
	{ "XXX-1:07YYY-1:09,J100/2:02,J300/3:03", 1793066040, "2026-10-27 03:01:00", 2, 2026, 44, 1 },
	{ "XXX-1:07YYY-1:09,J100/2:02,J300/3:03", 1793066159, "2026-10-27 03:02:59", 2, 2026, 44, 1 },
	{ "XXX-1:07YYY-1:09,J100/2:02,J300/3:03", 1793066160, "2026-10-27 03:03:00", 2, 2026, 44, 0 },
};

/* What is written with its offset is read as the same instant. */
static void test_iso(int64_t t, const char *zone)
{
	struct buf b = { 0 };
	struct when w = { 0 };

	when_put_iso(&b, t);
	CHECK(when_parse(buf_cstr(&b), 0, &w) == 0 && w.from == t, "%s: %s", zone, buf_cstr(&b));
	buf_free(&b);
}

static void test_local(void)
{
	struct buf b = { 0 };
	struct when_local l;

	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		const char *zone = points[i].zone;
		long long t = points[i].t;

		when_zone(zone);
		b.n = 0;
		when_put_local(&b, US(t));
		CHECK_EQ_STR(buf_cstr(&b), points[i].text, "%s: %lld", zone, t);
		if (t >= 0 && t < 1LL << 33 && strcmp(zone, "Africa/Monrovia") != 0) {
			test_iso(US(t), zone);
			test_iso(US(t) + 250000, zone);
		}
		when_local(US(t) + 999999, &l);
		CHECK_EQ_INT(l.weekday, points[i].weekday, "%s: %lld: weekday", zone, t);
		CHECK_EQ_INT(l.week_year, points[i].week_year, "%s: %lld: week's year", zone, t);
		CHECK_EQ_INT(l.week, points[i].week, "%s: %lld: week", zone, t);
		CHECK_EQ_INT(l.again, points[i].again, "%s: %lld: again", zone, t);
	}
	when_local(WHEN_MIN, &l);
	when_local(WHEN_MAX, &l);
	CHECK(true, "the ends of time do no harm");
	buf_free(&b);
}

/* Random times, mostly close together, against the system's own calendar. */
static void test_against_system(const char *zone)
{
	uint64_t x = 88172645463325252u;
	long long wrong = 0;
	time_t t = 0;

	if (when_zone(zone) < 0) {
		unit_skip(zone);
		return;
	}
	for (int i = 0; i < 300000; i++) {
		char week[16], mine[24];
		struct when_local l;
		struct tm tm;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		t = i % 50 ? t + (time_t)(x % 2000) - 900 : (time_t)(x % 4102444800u);
		localtime_r(&t, &tm);
		when_local(US((int64_t)t), &l);
		strftime(week, sizeof(week), "%G-%V-%u", &tm);
		snprintf(mine, sizeof(mine), "%04d-%02d-%d", l.week_year, l.week, l.weekday);
		if (l.year != tm.tm_year + 1900 || l.month != tm.tm_mon + 1 ||
		    l.day != tm.tm_mday || l.hour != tm.tm_hour || l.minute != tm.tm_min ||
		    l.second != tm.tm_sec || strcmp(week, mine) != 0)
			wrong++;
	}
	CHECK_EQ_INT(wrong, 0, "%s: like localtime_r", zone);
}

static bool cut_between(int64_t a, int64_t b, int slot)
{
	struct when_local p, q;

	when_local(US(a), &p);
	when_local(US(b), &q);
	if (p.hour != q.hour || p.day != q.day || p.again != q.again)
		return true;
	return slot && (p.hour * 3600 + p.minute * 60 + p.second) / slot !=
			       (q.hour * 3600 + q.minute * 60 + q.second) / slot;
}

/* Second by second over two days. */
static void test_slots(const char *zone, const char *day, int slot)
{
	struct when w;
	int64_t t, next;
	int wrong = 0;

	if (when_zone(zone) < 0 || when_parse(day, now, &w) < 0) {
		unit_skip(zone);
		return;
	}
	next = when_next_slot(w.from - 1, slot);
	for (t = w.from / WHEN_SECOND; t < w.to / WHEN_SECOND + 86400; t++) {
		if (cut_between(t - 1, t, slot) != (next == US(t)))
			wrong++;
		if (next == US(t))
			next = when_next_slot(US(t), slot);
		else if (t % 97 == 0 && next != when_next_slot(US(t) + 5, slot))
			wrong++;
	}
	CHECK_EQ_INT(wrong, 0, "%s, %s: slots of %d", zone, day, slot);
}

static void test_again(const char *zone, const char *day)
{
	static unsigned char seen[4 * 86400];
	struct when w;
	int wrong = 0;

	if (when_zone(zone) < 0 || when_parse(day, now, &w) < 0) {
		unit_skip(zone);
		return;
	}
	memset(seen, 0, sizeof(seen));
	for (int64_t t = w.from / WHEN_SECOND - 7200; t < w.to / WHEN_SECOND; t++) {
		struct when_local l;
		size_t at;

		when_local(US(t), &l);
		at = (size_t)(l.day % 4 * 86400 + l.hour * 3600 + l.minute * 60 + l.second);
		wrong += l.again != seen[at];
		seen[at] = 1;
	}
	CHECK_EQ_INT(wrong, 0, "%s, %s: again where the clocks showed it before", zone, day);
}

static const struct {
	int64_t t;
	const char *text;
} epochs[] = {
	{ 0, "0" },
	{ US(INT64_C(1795369298)), "1795369298" },
	{ US(INT64_C(1795369298)) + 500000, "1795369298.5" },
	{ US(INT64_C(1795369298)) + 1, "1795369298.000001" },
	{ 10, "0.00001" },
	{ 999999, "0.999999" },
	{ -1, "-0.000001" },
	{ US(-3) / 2, "-1.5" },
	{ WHEN_MIN, "-9223372036854.775808" },
	{ WHEN_MAX, "9223372036854.775807" },
};

static const struct {
	long long seconds;
	const char *text;
} spans[] = {
	{ 0, "0:00:00" },	{ 59, "0:00:59" },	   { 3723, "1:02:03" },
	{ 360000, "100:00:00" }, { -61, "-0:01:01" },
};

static void test_put(void)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(epochs) / sizeof(*epochs); i++) {
		b.n = 0;
		when_put_epoch(&b, epochs[i].t);
		CHECK_EQ_STR(buf_cstr(&b), epochs[i].text, "epoch %s", epochs[i].text);
	}
	when_zone("America/St_Johns");
	b.n = 0;
	when_put_iso(&b, US(1795369298) + 500000);
	CHECK_EQ_STR(buf_cstr(&b), "2026-11-22T14:11:38.5-03:30", "west of UTC");
	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		b.n = 0;
		when_put_hms(&b, spans[i].seconds);
		CHECK_EQ_STR(buf_cstr(&b), spans[i].text, "%lld s", spans[i].seconds);
	}
	buf_free(&b);
}

int main(void)
{
	static const char *const places[] = {
		"UTC", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
		"Pacific/Apia", "America/St_Johns", "Africa/Monrovia", "Africa/Casablanca",
		"Antarctica/Troll", "XXX-1:07YYY-1:09,J100/2:02,J300/3:03",
	};
	static const struct {
		const char *zone, *day;
	} days[] = {
		{ "UTC", "2026-11-22" },
		{ "Europe/Rome", "2026-03-29" },
		{ "Europe/Rome", "2026-10-25" },
		{ "Australia/Lord_Howe", "2026-04-05" },
		{ "Australia/Lord_Howe", "2026-10-04" },
		{ "Asia/Kathmandu", "2026-11-22" },
		{ "America/St_Johns", "2006-10-29" },
		{ "America/Sao_Paulo", "2018-02-17" },
		{ "America/Sao_Paulo", "2018-11-04" },
		{ "Antarctica/Troll", "2026-10-25" },
		{ "America/Caracas", "2007-12-09" },
		{ "Pacific/Apia", "2011-12-29" },
	};
	static const int slots[] = { 0, 3600, 1800, 900, 7000, 60, 86400 };

	test_parse();
	test_months();
	test_zones();
	test_local();
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		test_against_system(places[i]);
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		test_again(days[i].zone, days[i].day);
		for (size_t k = 0; k < sizeof(slots) / sizeof(*slots); k++)
			test_slots(days[i].zone, days[i].day, slots[k]);
	}
	test_put();
	return unit_done();
}
