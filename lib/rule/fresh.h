/*
 * Freshness: a dead loader must not look like a quiet day.
 */
#ifndef RULE_FRESH_H
#define RULE_FRESH_H

#include "base/when.h"
#include "rule/cluster.h"
#include "rule/servers.h"

/*
 * Warns of each partition whose newest event, anywhere in its log or table, is older than `limit`
 * (microseconds); a loader's HEARTBEAT is an event, too. Of one that cannot be looked at nothing is
 * said: whoever reads it will. self: argv[0]; see servers_sql.h. 0, or -1: told to d.
 */
int fresh_check(const struct cluster *c, const struct servers *s, const char *self, const char *spec,
		int64_t limit, struct diag *d);

#endif
