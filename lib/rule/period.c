#include "rule/period.h"

#include <stdlib.h>

#define HOUR (3600 * WHEN_SECOND)

int period_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct period *p = to;

	switch (id) {
	case PERIOD_FROM:
		p->from = arg;
		return 0;
	case PERIOD_TO:
		p->to = arg;
		return 0;
	case PERIOD_DAY:
		p->day = arg;
		return 0;
	case PERIOD_MONTH:
		p->month = arg;
		return 0;
	case PERIOD_ZONE:
		p->zone = arg;
		return 0;
	default:
		return diag_fail(d, "%s: no such option", what);
	}
}

static int point(const char *what, const char *arg, int64_t now, int64_t *t, struct diag *d)
{
	struct when w;

	if (when_parse(arg, now, &w) < 0)
		return diag_fail(d, "%s: %s: not a " WHEN_TIME, what, arg);
	*t = w.from;
	return 0;
}

/* A day or a month, and r: whether it could be read; with a change of the clocks it may be an hour or two out. */
static int whole(const char *what, const char *shape, const char *arg, int r, int least_days,
		 int most_days, const struct when *w, struct diag *d)
{
	int64_t hours;

	if (r == 0) {
		hours = (w->to - w->from) / HOUR;
		if (hours >= 24 * least_days - 3 && hours <= 24 * most_days + 3)
			return 0;
	}
	return diag_fail(d, "%s: %s: not a %s", what, arg, shape);
}

int period_resolve(const struct period *p, int64_t now, struct when *w, struct diag *d)
{
	*w = (struct when){ WHEN_MIN, WHEN_MAX };
	if (p->zone && when_zone(p->zone) < 0)
		return diag_fail(d, "--zone: %s: no such zone", p->zone);
	if (!p->from && !p->to && !p->day && !p->month)
		return 0;
	if (!p->zone && when_zone(NULL) < 0)
		return diag_fail(d, "TZ: %s: no such zone", getenv("TZ"));
	if ((p->from || p->to) + !!p->day + !!p->month > 1)
		return diag_fail(d, "--from and --to, --day and --month exclude each other");
	if (p->day)
		return whole("--day", WHEN_DAY, p->day, when_parse(p->day, now, w), 1, 1, w, d);
	if (p->month)
		return whole("--month", WHEN_MONTH, p->month, when_parse_month(p->month, now, w),
			     28, 31, w, d);
	if (p->from && point("--from", p->from, now, &w->from, d) < 0)
		return -1;
	if (p->to && point("--to", p->to, now, &w->to, d) < 0)
		return -1;
	if (w->from >= w->to)
		return diag_fail(d, "--from %s --to %s: nothing is between them", p->from, p->to);
	return 0;
}
