/* qlcluster: runs the pipeline that a spec means. */
#include <signal.h>
#include <time.h>

#include "base/opt.h"
#include "rule/fresh.h"
#include "rule/period.h"
#include "rule/plan.h"
#include "rule/servers_sql.h"
#include "stream/live_source.h"
#include "stream/operand.h"

enum {
	OPT_ROOT = 256, OPT_CONFIG, OPT_DRY_RUN, OPT_FRESH, OPT_LOOKBACK, OPT_LOOKAHEAD,
	OPT_LOOKBACK_AGENTS, OPT_INCOMPLETE, OPT_FOLLOW, OPT_WAIT, OPT_STALE,
	OPT_POLL
};

struct options {
	struct plan plan;
	struct period period;
	const char *root, *config;
	int64_t fresh, poll, stale; /* of --follow: what plan says as text */
	bool dry_run, tolerant;
};

static const struct opt cluster_opts[] = {
	{ OPT_ROOT, 0, "root", "DIR", "the logs of a partition are DIR/NAME/queue_log*", NULL },
	{ OPT_CONFIG, 0, "config", "FILE", "where partitions are and how they are read", NULL },
	{ OPT_DRY_RUN, 0, "dry-run", NULL, "write the pipeline for a shell instead of running it",
	  NULL },
	{ OPT_FOLLOW, 0, "follow", NULL, "go on with what comes, until the command or a signal ends it",
	  NULL },
	{ OPT_WAIT, 0, "wait", "DURATION",
	  "with --follow: an event waits for other partitions no longer (10s; for qltop 0.3s)", NULL },
	{ OPT_STALE, 0, "stale", "DURATION",
	  "with --follow: a partition silent for so long is down (30s, 0: never)", NULL },
	{ OPT_POLL, 0, "poll", "DURATION",
	  "with --follow: look for what is new so often: 0.1s to 1h (of a log 0.1s, of sql 1s)", NULL },
	{ OPT_FRESH, 0, "fresh", "DURATION",
	  "name each partition with nothing for so long before the period's end (1h, 0: never)",
	  NULL },
	{ OPT_LOOKBACK, 0, "lookback", "DURATION",
	  "what a fold is given from before the period (24h)", NULL },
	{ OPT_LOOKAHEAD, 0, "lookahead", "DURATION", "and from behind it (24h)", NULL },
	{ OPT_LOOKBACK_AGENTS, 0, "lookback-agents", "DURATION",
	  "and of agents, from before --lookback (35d)", NULL },
	{ OPT_INCOMPLETE, 0, "incomplete", NULL,
	  "have a fold make do with the partitions that can be read", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

static const struct opt period_opts[] = { PERIOD_OPTS, { 0, 0, NULL, NULL, NULL, NULL } };

static int take_duration(int64_t *to, const char *what, const char *arg, struct diag *d)
{
	long long seconds;

	if (opt_duration(what, arg, &seconds, d) < 0)
		return -1;
	*to = seconds * WHEN_SECOND;
	return 0;
}

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;
	int64_t period;

	switch (id) {
	case OPT_OPERAND:
		if (o->plan.spec)
			return diag_fail(d, "%s: one spec only, and %s was it; a command stands behind --",
					 arg, o->plan.spec);
		o->plan.spec = arg;
		return 0;
	case OPT_ROOT:
		o->root = arg;
		return *arg ? 0 : diag_fail(d, "%s: an empty name", what);
	case OPT_CONFIG: o->config = arg; return 0;
	case OPT_DRY_RUN: o->dry_run = true; return 0;
	case OPT_FRESH: return take_duration(&o->fresh, what, arg, d);
	case OPT_LOOKBACK: return take_duration(&o->plan.lookback, what, arg, d);
	case OPT_LOOKAHEAD: return take_duration(&o->plan.lookahead, what, arg, d);
	case OPT_LOOKBACK_AGENTS: return take_duration(&o->plan.lookback_agents, what, arg, d);
	case OPT_INCOMPLETE: o->plan.incomplete = true; return 0;
	case OPT_FOLLOW: o->plan.follow = true; return 0;
	case OPT_WAIT: o->plan.wait = arg; return opt_period(what, arg, &period, d);
	case OPT_STALE: o->plan.stale = arg; return take_duration(&o->stale, what, arg, d);
	case OPT_POLL: o->plan.poll = arg; return live_source_poll(what, arg, &o->poll, d);
	default: return diag_fail(d, "%s: no such option", what);
	}
}

static void words(const char *arg, struct buf *b)
{
	if (strcmp(arg, "--") == 0)
		plan_folds_words(b);
}

static const struct command command = {
	.name = "qlcluster",
	.words = words,
	.summary = "run the pipeline that a cluster means",
	.usage = "[option ...] spec [-- command [argument ...]]",
	.tail = "A spec is A, sql:A, cluster:A|B|C, clustrw:A|B|C or cluster:*; a dash behind a\n"
		"name drops that partition's agent events. Without a command the events are\n"
		"written.\n\n"
		"  qlcluster --root /srv/logs --day yesterday 'cluster:A|B-' -- \\\n"
		"          qlstats -r overview",
};

/* What stands behind the first "--" is another command's. */
static int split(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		o->plan.command = argv + i + 1;
		return i;
	}
	return argc;
}

static int refuse_follow(const struct options *o, struct diag *d)
{
	const struct period *p = &o->period;
	const char *end = p->to ? "--to" : p->day ? "--day" : p->month ? "--month" : NULL;

	const char *only = o->plan.wait ? "--wait" : o->plan.stale ? "--stale" : o->plan.poll ? "--poll" : NULL;

	if (!o->plan.follow && only)
		return diag_fail(d, "%s: only with --follow", only);
	if (o->stale && o->poll >= o->stale)
		return diag_fail(d, "--poll: %s: who is silent for so long is down: say --stale, and more",
				 o->plan.poll);
	if (o->plan.follow && end)
		return diag_fail(d, "%s: not with --follow, which has no end", end);
	if (o->plan.follow && plan_folds(&o->plan) && !plan_shows(&o->plan))
		return diag_fail(d, "%s: writes when its input ends, which it does not with --follow: "
				    "qltop shows what goes on", o->plan.command[0]);
	for (size_t i = 1; o->plan.follow && plan_folds(&o->plan) && o->plan.command[i]; i++)
		if (strcmp(o->plan.command[i], "--once") == 0 || strcmp(o->plan.command[i], "--at") == 0)
			return diag_fail(d, "%s %s: not with --follow, which has no end",
					 o->plan.command[0], o->plan.command[i]);
	return 0;
}

static int refuse(struct options *o, struct diag *d)
{
	if (!o->plan.spec) {
		diag_fail(d, "no spec");
		return opt_hint(&command, d);
	}
	if (o->plan.command && !o->plan.command[0])
		return diag_fail(d, "--: no command behind it");
	if (o->plan.incomplete && !plan_folds(&o->plan))
		return diag_fail(d, "--incomplete: there is no fold that could be told");
	for (size_t i = 1; plan_folds(&o->plan) && o->plan.command[i]; i++)
		if (strcmp(o->plan.command[i], "--incomplete") == 0)
			o->tolerant = true;
	o->tolerant |= o->plan.incomplete;
	return refuse_follow(o, d);
}

static int show(const struct pipeline *p, struct diag *d)
{
	struct buf text = { 0 };
	int r;

	pipeline_text(p, &text);
	r = out_text(NULL, &text, d);
	buf_free(&text);
	return r;
}

/* Every partition there is: below a root, in a configuration, else in the database. */
static int all(const struct options *o, struct cluster *c, const struct servers *s, struct diag *d)
{
	if (s->root || s->config)
		return servers_all(s, o->plan.spec, c, d);
	return servers_of_database(o->plan.self, o->plan.spec, c, d);
}

/* Who meant files hears only of a database. */
static void hint(const struct options *o, const struct servers *s, struct diag *d)
{
	if (!s->root && !s->config && !operand_is_sql(o->plan.spec))
		diag_note(d, "%s: was looked for in the database, since there is neither --root nor a "
			     "configuration", o->plan.spec);
}

/* 0; or the signal by which to end. */
static int run(struct options *o, struct cluster *c, struct servers *s, struct pipeline *p,
	       struct diag *d)
{
	int64_t now = time(NULL) * WHEN_SECOND, end;
	struct plan *plan = &o->plan;
	int sig;

	plan->zone = o->period.zone;
	if (cluster_parse(c, plan->spec, d) < 0 || servers_open(s, o->root, o->config, d) < 0 ||
	    (c->all && all(o, c, s, d) < 0) ||
	    period_resolve(&o->period, now, &plan->period, d) < 0)
		return 0;
	if (plan->follow && plan_shows(plan) && plan->period.from == WHEN_MIN)
		plan->period.from = now;
	if (plan_build(p, plan, c, s, d) < 0)
		return 0;
	if (o->dry_run) {
		show(p, d);
		return 0;
	}
	end = plan->period.to < now ? plan->period.to : now;
	if (o->fresh && !plan->follow &&
	    (plan->period.from != WHEN_MIN || plan->period.to != WHEN_MAX) &&
	    fresh_check(c, s, plan->self, plan->spec, end - o->fresh, d) < 0)
		return 0;
	sig = pipeline_run(p, o->tolerant, d);
	if (p->lost && !sig)
		hint(o, s, d);
	return sig;
}

int main(int argc, char **argv)
{
	struct diag d = DIAG_STDERR("qlcluster");
	struct options o = { .plan = PLAN_DEFAULT, .fresh = 3600 * WHEN_SECOND,
			     .stale = 30 * WHEN_SECOND };
	struct opt_group groups[] = {
		{ NULL, cluster_opts, take, &o },
		{ "Period", period_opts, period_take, &o.period },
		{ NULL, NULL, NULL, NULL },
	};
	struct pipeline p = { 0 };
	struct servers s = { 0 };
	struct cluster c = { 0 };
	int r, sig = 0;

	o.plan.self = argv[0];
	r = opt_parse(&command, groups, split(argc, argv, &o), argv, &d);
	if (r >= 0)
		return r;
	if (refuse(&o, &d) == 0)
		sig = run(&o, &c, &s, &p, &d);
	pipeline_free(&p);
	servers_free(&s);
	cluster_free(&c);
	if (sig) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
	return d.status;
}
