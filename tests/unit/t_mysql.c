/* What the reading of a database does without one: operands, local times, statements' literals. */
#include "base/when.h"
#include "stream/mysql.h"
#include "stream/mysql_clock.h"
#include "stream/mysql_place.h"
#include "unit.h"

static void keep(void *arg, const char *line, size_t n)
{
	snprintf(arg, 200, "%.*s", (int)n - 1, line);
}

static const struct {
	const char *operand, *partition, *table, *database, *time, *id;
	long long shift; /* seconds */
	const char *said; /* how it is refused; NULL: it is not */
} places[] = {
	{ "sql:A", "A", "queue_log", NULL, "time_id", "unique_row_count", 0, NULL },
	{ "sql:a.b:c-d_e", "a.b:c-d_e", "queue_log", NULL, "time_id", "unique_row_count", 0, NULL },
	{ "sql:A?", "A", "queue_log", NULL, "time_id", "unique_row_count", 0, NULL },
	{ "sql:A?table=t&db=d", "A", "t", "d", "time_id", "unique_row_count", 0, NULL },
	{ "sql:A?time=when&table=t&layout=asterisk", "A", "t", NULL, "when", "id", 0, NULL },
	{ "sql:A?layout=asterisk-data&table=t&id=", "A", "t", NULL, "time", NULL, 0, NULL },
	{ "sql:A?table=a%26b%3Dc%25%60", "A", "a&b=c%`", NULL, "time_id", "unique_row_count", 0, NULL },
	{ "sql:A?shift=-1h30m", "A", "queue_log", NULL, "time_id", "unique_row_count", -5400, NULL },
	{ "sql:A?shift=%2B3", "A", "queue_log", NULL, "time_id", "unique_row_count", 3, NULL },
	{ "sql:", NULL, NULL, NULL, NULL, NULL, 0, "t: sql:: not a name of a partition" },
	{ "sql:A'; drop table", NULL, NULL, NULL, NULL, NULL, 0,
	  "t: sql:A'; drop table: not a name of a partition" },
	{ "sql:A?x=1", NULL, NULL, NULL, NULL, NULL, 0,
	  "t: sql:A?x=1: x=1: neither table, db, layout, zone, shift nor a column" },
	{ "sql:A?table", NULL, NULL, NULL, NULL, NULL, 0, "t: sql:A?table: table: no = in it" },
	{ "sql:A?layout=asterisk", NULL, NULL, NULL, NULL, NULL, 0,
	  "t: sql:A?layout=asterisk: layout asterisk wants ?table=NAME" },
	{ "sql:A?layout=x", NULL, NULL, NULL, NULL, NULL, 0,
	  "t: sql:A?layout=x: layout=x: not one of queuemetrics, asterisk, asterisk-data" },
	{ "sql:A?verb=", NULL, NULL, NULL, NULL, NULL, 0,
	  "t: sql:A?verb=: verb=: a column that has to be there" },
	{ "sql:A?shift=1y", NULL, NULL, NULL, NULL, NULL, 0,
	  "t: sql:A?shift=1y: shift=1y: not a shift (+3s, -1h)" },
};

static void check_places(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const char *operand = places[i].operand;
		char said[200] = "";
		struct diag d = { "t", keep, said, 0 };
		struct db_place p;
		int r = db_place_parse(&p, operand, NULL, false, &d);

		CHECK_EQ_STR(r < 0 ? said : NULL, places[i].said, "%s: how it is taken", operand);
		if (r < 0)
			continue;
		CHECK_EQ_STR(p.partition, places[i].partition, "%s: its partition", operand);
		CHECK_EQ_STR(p.table, places[i].table, "%s: its table", operand);
		CHECK_EQ_STR(p.database, places[i].database, "%s: its database", operand);
		CHECK_EQ_STR(p.column[F_TIME], places[i].time, "%s: its column of time", operand);
		CHECK_EQ_STR(p.column[DB_COLUMN_ID], places[i].id, "%s: its column of id", operand);
		CHECK_EQ_INT(p.shift, places[i].shift * WHEN_SECOND, "%s: its shift", operand);
		db_place_free(&p);
	}
}

static const struct {
	const char *text;
	long long local, us; /* -1: not a time */
} texts[] = {
	{ "1970-01-01 00:00:00", 0, 0 },
	{ "2026-11-22 17:41:38", 1795369298, 0 },
	{ "2026-11-22T17:41:38.724407", 1795369298, 724407 },
	{ "2026-11-22 17:41:38.5", 1795369298, 500000 },
	{ "2024-02-29 23:59:59.000001", 1709251199, 1 },
	{ "0000-00-00 00:00:00", -1, 0 },
	{ "2026-02-29 00:00:00", -1, 0 },
	{ "2026-13-01 00:00:00", -1, 0 },
	{ "2026-11-22 24:00:00", -1, 0 },
	{ "2026-11-22 17:41:3", -1, 0 },
	{ "2026-11-22 17:41:38.7244071", -1, 0 },
	{ "2026-11-22 17:41:38,5", -1, 0 },
	{ "2026-11-22", -1, 0 },
	{ "1795369298", -1, 0 },
	{ "", -1, 0 },
};

static const struct {
	const char *zone, *text;
	long long first, second; /* seconds; second 0: there is none */
} locals[] = {
	{ "UTC", "2026-10-25 02:30:00", 1792895400, 0 },
	{ "Europe/Rome", "2026-11-22 17:41:38", 1795365698, 0 },
	{ "Europe/Rome", "2026-10-25 01:59:59", 1792886399, 0 },
	{ "Europe/Rome", "2026-10-25 02:00:00", 1792886400, 1792890000 },
	{ "Europe/Rome", "2026-10-25 02:59:59", 1792889999, 1792893599 },
	{ "Europe/Rome", "2026-10-25 03:00:00", 1792893600, 0 },
	{ "Europe/Rome", "2026-03-29 01:59:59", 1774745999, 0 },
	{ "Europe/Rome", "2026-03-29 03:00:00", 1774746000, 0 },
	{ "America/New_York", "2026-11-01 01:15:00", 1793510100, 1793513700 },
	{ "Australia/Lord_Howe", "2026-04-05 01:45:00", 1775313900, 1775315700 },
	{ "Antarctica/Troll", "2026-10-25 01:30:00", 1792884600, 1792891800 },
};

static void check_clock(void)
{
	struct db_clock c = { 0 };
	struct buf back = { 0 };
	int64_t local, t;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		bool is = db_clock_read(slice_str(texts[i].text), &local);

		if (CHECK(is == (texts[i].local >= 0), "'%s': a time or not", texts[i].text) && is)
			CHECK_EQ_INT(local, texts[i].local * WHEN_SECOND + texts[i].us, "'%s'", texts[i].text);
	}
	for (size_t i = 0; i < sizeof(locals) / sizeof(*locals); i++) {
		const char *zone = locals[i].zone, *text = locals[i].text;
		bool twice;

		if (!CHECK(when_zone(zone) == 0, "zone %s", zone))
			continue;
		c = (struct db_clock){ 0 };
		db_clock_read(slice_str(text), &local);
		twice = db_clock_at(&c, local, &t);
		CHECK_EQ_INT(t, locals[i].first * WHEN_SECOND, "%s %s: the first time", zone, text);
		CHECK_EQ_INT(twice ? t / WHEN_SECOND + c.end - c.begin : 0, locals[i].second,
			     "%s %s: the second time", zone, text);
		back.n = 0;
		db_clock_put(&back, db_clock_of(t));
		CHECK_EQ_SLICE(back.p, back.n, text, "%s: %s and back", zone, text);
	}
	buf_free(&back);
}

static void check_literals(void)
{
	struct buf b = { 0 };

	db_quote(&b, SLICE("it's \"\\\" a\nb\rc\0d\x1a" "e\xc3\xa9"));
	CHECK_EQ_SLICE(b.p, b.n, "'it\\'s \\\"\\\\\\\" a\\nb\\rc\\0d\\Ze\xc3\xa9'", "a literal");
	b.n = 0;
	db_name(&b, SLICE("a`b"));
	CHECK_EQ_SLICE(b.p, b.n, "`a``b`", "a name");
	buf_free(&b);
}

int main(void)
{
	check_places();
	check_clock();
	check_literals();
	return unit_done();
}
