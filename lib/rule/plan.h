/*
 * Plans: the pipeline that a spec means.
 *
 * A leg per partition: qlfetch with all that it can drop by itself, and behind it, only where the
 * configuration asks for it, qlrewrite (and qlfilter where something may be dropped only after
 * that). Several legs are merged; clustrw rewrites agents behind the merge; the command comes last.
 *
 * A fold (qlcalls, qlagents, qlstats, qltop) looks at more than the period that is asked for: what
 * is open at its beginning and its end. So the legs give more, and the fold itself is given the
 * period (qltop, which shows an instant, its last). Any other command, or none, gets exactly the
 * period.
 *
 * With `follow` the legs go on for ever: qlfetch --follow with a TICK each second, qlmerge --follow.
 * Of the folds only qltop has a use for that.
 */
#ifndef RULE_PLAN_H
#define RULE_PLAN_H

#include "base/when.h"
#include "rule/cluster.h"
#include "rule/servers.h"
#include "stream/pipeline.h"

struct plan {
	const char *spec;
	const char *self;          /* argv[0]: commands are looked for beside it */
	struct when period;        /* WHEN_MIN, WHEN_MAX: open */
	const char *zone;          /* as asked for; NULL: not */
	int64_t lookback;          /* before the period, microseconds: everything */
	int64_t lookahead;         /* behind it */
	int64_t lookback_agents;   /* before lookback: class agent and QUEUESTART */
	bool follow;
	const char *wait, *stale, *poll; /* durations for --follow, as asked for; NULL: not */
	bool incomplete;           /* the fold shall make do with what there is */
	char **command;            /* what comes last, ended by NULL; NULL: nothing */
};

#define PLAN_DEFAULT                                                                         \
	((struct plan){ .period = { WHEN_MIN, WHEN_MAX }, .lookback = 86400 * WHEN_SECOND,   \
			.lookahead = 86400 * WHEN_SECOND,                                    \
			.lookback_agents = 35 * 86400 * WHEN_SECOND })

/* Does the command fold? And does it show an instant, so that its input need not end? */
bool plan_folds(const struct plan *p);
bool plan_shows(const struct plan *p);
/* The names of those that fold, each with a space behind. */
void plan_folds_words(struct buf *b);

/* Puts the pipeline into *to, which borrows from all three. 0, or -1: told to d. */
int plan_build(struct pipeline *to, const struct plan *p, const struct cluster *c,
	       const struct servers *s, struct diag *d);

#endif
