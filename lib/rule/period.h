/*
 * The period that -f, -t, --day and --month name, in the zone that -z names.
 *
 * The options only remember what was said; period_resolve reads it when all have been seen, so -z
 * may come last. From and to are the first instants of what they name: --from 2026-10 --to 2026-11
 * is October.
 */
#ifndef RULE_PERIOD_H
#define RULE_PERIOD_H

#include "base/opt.h"
#include "base/when.h"

/* As given, and living as long as argv; NULL: not given. */
struct period {
	const char *from, *to, *day, *month, *zone;
};

/* The rows, for commands that have them in a table of their own, and their taker; `to` is a
 * struct period. The ids of --day and --month are no letters. */
enum { PERIOD_FROM = 'f', PERIOD_TO = 't', PERIOD_ZONE = 'z', PERIOD_DAY = 0x7d0, PERIOD_MONTH };

#define PERIOD_WORDS "today yesterday tomorrow"
#define PERIOD_OPTS                                                                          \
	{ PERIOD_FROM, 'f', "from", "TIME",                                                  \
	  "from TIME on: an epoch, 2026-11-22, '2026-11-22 17:00', 2026-11, 2026-W47, "      \
	  "today, yesterday, tomorrow, now, -2h, -7d",                                       \
	  PERIOD_WORDS " now" },                                                             \
	{ PERIOD_TO, 't', "to", "TIME", "before TIME", PERIOD_WORDS " now" },                \
	{ PERIOD_DAY, 0, "day", "DAY", "from the beginning of DAY to its end",               \
	  PERIOD_WORDS },                                                                    \
	{ PERIOD_MONTH, 0, "month", "MONTH", "the same for a month: 2026-11, this, last",    \
	  "this last" },                                                                     \
	{ PERIOD_ZONE, 'z', "zone", "ZONE",                                                  \
	  "the zone of local times (else TZ's, else the system's)", NULL }

opt_take period_take;

/*
 * Makes *w the half-open period, WHEN_MIN and WHEN_MAX where an end is open, and sets the process's
 * zone where one was named or a time has to be read. now: for times that count from it. 0; -1: told
 * to d.
 */
int period_resolve(const struct period *p, int64_t now, struct when *w, struct diag *d);

#endif
