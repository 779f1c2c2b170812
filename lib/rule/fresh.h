/*
 * Freshness: a dead loader must not look like a quiet day.
 */
#ifndef RULE_FRESH_H
#define RULE_FRESH_H

#include "base/when.h"
#include "rule/cluster.h"
#include "rule/servers.h"

/*
 * Warns of each partition whose newest event, anywhere in its log, is older than `limit`
 * (microseconds). Of one whose log cannot be looked at, like a database, nothing is said here.
 * 0, or -1: told to d.
 */
int fresh_check(const struct cluster *c, const struct servers *s, const char *spec, int64_t limit,
		struct diag *d);

#endif
