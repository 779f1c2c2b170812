#include "rule/period.h"

#include <stdlib.h>
#include <time.h>

#include "unit.h"

/* 2026-11-23 06:30:00 UTC, a Monday */
#define NOW (INT64_C(1795415400) * WHEN_SECOND)
#define S(n) (INT64_C(n) * WHEN_SECOND)

static char said[256];

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	snprintf(said, sizeof(said), "%.*s", (int)n - 1, line);
}

static const struct {
	struct period p;
	int64_t from, to;
	const char *said; /* or, not NULL, the error */
} rows[] = {
	{ { .zone = NULL }, WHEN_MIN, WHEN_MAX, NULL },
	{ { .from = "1795400000" }, S(1795400000), WHEN_MAX, NULL },
	{ { .to = "1795400000.5" }, WHEN_MIN, S(1795400000) + 500000, NULL },
	{ { .from = "2026-10", .to = "2026-11", .zone = "UTC" }, S(1790812800), S(1793491200), NULL },
	{ { .from = "2026-11-22", .to = "2026-11-23", .zone = "UTC0" }, S(1795305600), S(1795392000),
	  NULL },
	{ { .day = "2026-11-22", .zone = "UTC0" }, S(1795305600), S(1795392000), NULL },
	{ { .day = "2026-11-22", .zone = "CET-1" }, S(1795302000), S(1795388400), NULL },
	{ { .day = "yesterday", .zone = "UTC0" }, S(1795305600), S(1795392000), NULL },
	{ { .month = "2026-11", .zone = "UTC0" }, S(1793491200), S(1796083200), NULL },
	{ { .month = "this", .zone = "UTC0" }, S(1793491200), S(1796083200), NULL },
	{ { .month = "last", .zone = "UTC0" }, S(1790812800), S(1793491200), NULL },
	{ { .month = "last", .zone = "CET-1CEST,M3.5.0,M10.5.0/3" }, S(1790805600), S(1793487600),
	  NULL },
	{ { .month = "next" }, 0, 0, "t: --month: next: not a " WHEN_MONTH },
	{ { .day = "last" }, 0, 0, "t: --day: last: not a " WHEN_DAY },
	{ { .from = "last" }, 0, 0, "t: --from: last: not a " WHEN_TIME },
	/* the clocks go back on 2026-10-25, forth on 2026-03-29 */
	{ { .day = "2026-10-25", .zone = "CET-1CEST,M3.5.0,M10.5.0/3" }, S(1792879200), S(1792969200),
	  NULL },
	{ { .day = "2026-03-29", .zone = "CET-1CEST,M3.5.0,M10.5.0/3" }, S(1774738800), S(1774821600),
	  NULL },
	{ { .month = "2026-10", .zone = "CET-1CEST,M3.5.0,M10.5.0/3" }, S(1790805600), S(1793487600),
	  NULL },
	{ { .from = "-2h", .to = "now" }, NOW - S(7200), NOW, NULL },
	{ { .from = "soon" }, 0, 0, "t: --from: soon: not a " WHEN_TIME },
	{ { .to = "" }, 0, 0, "t: --to: : not a " WHEN_TIME },
	{ { .zone = "Mars/Olympus" }, 0, 0, "t: --zone: Mars/Olympus: no such zone" },
	{ { .from = "11", .to = "10" }, 0, 0, "t: --from 11 --to 10: nothing is between them" },
	{ { .from = "10", .to = "10" }, 0, 0, "t: --from 10 --to 10: nothing is between them" },
	{ { .day = "2026-11" }, 0, 0, "t: --day: 2026-11: not a " WHEN_DAY },
	{ { .day = "now" }, 0, 0, "t: --day: now: not a " WHEN_DAY },
	{ { .month = "2026-11-22" }, 0, 0, "t: --month: 2026-11-22: not a " WHEN_MONTH },
	{ { .month = "2026" }, 0, 0, "t: --month: 2026: not a " WHEN_MONTH },
	{ { .month = "2026-W47" }, 0, 0, "t: --month: 2026-W47: not a " WHEN_MONTH },
	{ { .day = "today", .from = "10" }, 0, 0,
	  "t: --from and --to, --day and --month exclude each other" },
	{ { .day = "today", .month = "2026-11" }, 0, 0,
	  "t: --from and --to, --day and --month exclude each other" },
};

int main(void)
{
	setenv("TZ", "UTC0", 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag d = { "t", hear, NULL, 0 };
		struct when w = { 0, 0 };
		int r;

		said[0] = '\0';
		r = period_resolve(&rows[i].p, NOW, &w, &d);
		CHECK_EQ_INT(r, rows[i].said ? -1 : 0, "row %zu", i);
		CHECK_EQ_INT(d.status, rows[i].said ? 2 : 0, "row %zu: status", i);
		CHECK_EQ_STR(said, rows[i].said ? rows[i].said : "", "row %zu: what is said", i);
		if (rows[i].said)
			continue;
		CHECK_EQ_INT(w.from, rows[i].from, "row %zu: from", i);
		CHECK_EQ_INT(w.to, rows[i].to, "row %zu: to", i);
	}
	return unit_done();
}
