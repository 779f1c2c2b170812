/*
 * Times: points and periods as people write them, and the calendar of a zone.
 *
 * A time is an int64_t of microseconds since 1970-01-01 UTC everywhere in ql. A process has one
 * zone, set once at its start.
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"

#define WHEN_SECOND INT64_C(1000000)
#define WHEN_MIN INT64_MIN /* before all */
#define WHEN_MAX INT64_MAX /* behind all */

/* A period, half open: from <= t < to. */
struct when {
	int64_t from, to;
};

/*
 * Sets the process's zone: a name of the zone database ("Europe/Rome", "UTC") or a POSIX TZ
 * string ("UTC0", "CET-1CEST"); NULL: TZ, else the system's. 0; -1: no such zone.
 */
int when_zone(const char *name);
/* What is in force, for headings: the name as set, TZ's value, or the system's ("UTC" where
 * nothing says, "localtime" where the system has a zone without a name). */
const char *when_zone_name(void);

/*
 * Reads what a person writes: an epoch ("1795369298", "1795369298.5"), ISO 8601 with or without
 * offset ("2026-11-22T17:41:38+01:00", "...Z"), "2026-11-22 17:00[:30[.5]]", "2026-11-22", "2026-11",
 * "2026", "2026-W47", "today", "yesterday", "tomorrow", "now", "17:00" (of today), "-2h", "-7d" (before
 * now; units s m h d w).
 * w becomes the period it names: a month from its first instant to that of the next; a point in
 * time is a period of no length. Local times are of the process's zone; one that DST skips is the
 * instant it would have been, of one that DST repeats the first. A day begins with its first
 * instant, also where DST skips midnight. "-7d" is 7 times 24 hours; "-1h30m" goes too. "20261122"
 * is neither a date nor an epoch.
 * 0; -1: not a time, or beyond 0 .. 2^33 s.
 */
int when_parse(const char *s, int64_t now, struct when *w);

/* The same, and "this" and "last" are the months of that kind. */
int when_parse_month(const char *s, int64_t now, struct when *w);

/* Behind "not a": some of what may be written, for whoever wrote something else. */
#define WHEN_TIME "time (2026-11-22, '2026-11-22 17:00', yesterday, -2h)"
#define WHEN_DAY "day (2026-11-22, today, yesterday)"
#define WHEN_MONTH "month (2026-11, this, last)"

/* The calendar in the process's zone. */
struct when_local {
	int year, month, day;     /* 2026, 1..12, 1..31 */
	int hour, minute, second;
	int weekday;              /* 1 Monday .. 7 Sunday */
	int week_year, week;      /* ISO 8601 */
	int again;                /* 1: the clocks showed this before; they were put back since */
};
void when_local(int64_t t, struct when_local *l);

/*
 * The second at which the clocks show `local` (seconds since 1970-01-01 00:00 on them): of two the
 * first. Where none does, the one it would have been had the clocks not been put forward, or, if
 * `first`, the one at which they were.
 */
int64_t when_second(int64_t local, bool first);

/* The first instant behind t at which the local hour, day, or `slot` seconds long part of the
 * day changes, or `again`: where intervals are cut at the borders of time keys. slot 0: none. */
int64_t when_next_slot(int64_t t, int slot);

/* Seconds with a fraction only where there is one: "1795369298", "1795369298.5". */
void when_put_epoch(struct buf *b, int64_t t);
/* "2026-11-22 17:41:38" in the process's zone. */
void when_put_local(struct buf *b, int64_t t);
/* "2026-11-22T17:41:38.5+01:00", the same with its offset from UTC, and the fraction where there is
 * one; t from 0. Of an offset that has seconds, as none has had since 1972, these are left out. */
void when_put_iso(struct buf *b, int64_t t);
/* "1:02:03" */
void when_put_hms(struct buf *b, long long seconds);

#endif
