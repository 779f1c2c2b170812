#include "stream/load_opts.h"

#include <string.h>
#include <time.h>

#include "base/when.h"

enum { OPT_CREATE = 0x700, OPT_DRY_RUN, OPT_APPEND, OPT_SHARED, OPT_TRUNCATE, OPT_NEAR,
       OPT_NOT_BEFORE, OPT_HEARTBEAT, OPT_RETRY, OPT_REJECTS };

enum { OPT_RESUME = 0x740, OPT_GAP, OPT_METRICS, OPT_MAX_LAG };

const struct opt load_opts[] = {
	{ OPT_CREATE, 0, "create", NULL, "make the table if there is none", NULL },
	{ OPT_APPEND, 0, "append", NULL, "load only what is behind the newest event stored", NULL },
	{ OPT_NEAR, 0, "near", "WHAT", "events that stand in the table slightly changed: skip, insert",
	  "skip insert" },
	{ OPT_NOT_BEFORE, 0, "not-before", "TIME", "load nothing older", NULL },
	{ OPT_REJECTS, 0, "rejects", "FILE", "add the events that the table cannot hold to FILE", NULL },
	{ OPT_TRUNCATE, 0, "truncate", NULL, "cut values that are too long for their column", NULL },
	{ OPT_SHARED, 0, "shared", NULL, "others may write to the partition too", NULL },
	{ OPT_HEARTBEAT, 0, "heartbeat", "DURATION", "write a HEARTBEAT after so long without a row",
	  NULL },
	{ OPT_RETRY, 0, "retry-for", "DURATION", "how long a failing server is waited for (2m)", NULL },
	{ OPT_DRY_RUN, 0, "dry-run", NULL, "say what would be inserted, and insert nothing", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

const struct opt load_follow_opts[] = {
	{ 'f', 'f', "from", "TIME", "where to begin: of an empty partition it must be said; or all",
	  NULL },
	{ OPT_RESUME, 0, "resume", "DURATION",
	  "begin so long before the newest event stored (24h)", NULL },
	{ OPT_GAP, 0, "accept-gap", NULL, "go on where lines of the log are missing", NULL },
	{ OPT_METRICS, 0, "metrics", "FILE", "write figures to FILE, for Prometheus", NULL },
	{ OPT_MAX_LAG, 0, "max-lag", "DURATION", "of --status: more than that is status 1 (5m)", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static int take_near(struct load_options *o, const char *what, const char *arg, struct diag *d)
{
	if (strcmp(arg, "skip") != 0 && strcmp(arg, "insert") != 0)
		return diag_fail(d, "%s: %s: neither skip nor insert", what, arg);
	o->near = *arg == 's' ? LOAD_NEAR_SKIP : LOAD_NEAR_INSERT;
	return 0;
}

static int take_time(int64_t *t, const char *what, const char *arg, struct diag *d)
{
	struct when w;

	if (when_parse(arg, time(NULL) * WHEN_SECOND, &w) < 0)
		return diag_fail(d, "%s: %s: not a " WHEN_TIME, what, arg);
	*t = w.from;
	return 0;
}

int load_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct load_options *o = to;

	switch (id) {
	case OPT_CREATE: o->create = true; return 0;
	case OPT_APPEND: o->append = true; return 0;
	case OPT_NEAR: return take_near(o, what, arg, d);
	case OPT_NOT_BEFORE: return take_time(&o->not_before, what, arg, d);
	case OPT_REJECTS: o->rejects = arg; return 0;
	case OPT_TRUNCATE: o->truncate = true; return 0;
	case OPT_SHARED: o->shared = true; return 0;
	case OPT_HEARTBEAT: return opt_duration(what, arg, &o->heartbeat, d);
	case OPT_RETRY: return opt_duration(what, arg, &o->patience, d);
	case OPT_DRY_RUN: o->dry_run = true; return 0;
	default: return 0;
	}
}

int load_follow_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct load_follow_options *o = to;

	switch (id) {
	case 'f':
		o->has_from = true;
		return strcmp(arg, "all") == 0 ? 0 : take_time(&o->from, what, arg, d);
	case OPT_RESUME: return opt_duration(what, arg, &o->resume, d);
	case OPT_GAP: o->accept_gap = true; return 0;
	case OPT_METRICS: o->metrics = arg; return 0;
	case OPT_MAX_LAG: return opt_duration(what, arg, &o->max_lag, d);
	default: return 0;
	}
}
