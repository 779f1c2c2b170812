/*
 * Facts: the folds as qlcalls, qlagents, qlstats and qltop use them.
 *
 * It feeds the call and the agent fold with one stream, selects the facts that were asked for
 * (-p -q -a -c --hours --days --outcome --from --to), and keeps an eye on partitions that are
 * down. A selection of facts is not one of events: `-q sales` keeps the visits of sales and the
 * pauses of its agents, while the folds have seen everything.
 *
 * --from and --to: a visit belongs to the period in which it entered, whole, with the end it came
 * to later; intervals of agents are clipped to the period.
 */
#ifndef FOLD_FACTS_H
#define FOLD_FACTS_H

#include "fold/agent.h"
#include "fold/call.h"

struct facts_options {
	struct calls_options calls;
	struct agents_options agents;
	int64_t from, to;                        /* WHEN_MIN, WHEN_MAX: open */
	int64_t now;
	struct names partition, queue, agent, callid; /* empty: any; escaped */
	int hours_from, hours_to;                /* minutes of the local day, half open, may wrap
						    midnight; both 0: any */
	unsigned days;                           /* bit 0 Monday .. bit 6 Sunday; 0: any */
	unsigned outcomes;                       /* bits 1 << enum outcome; 0: any */
	bool incomplete;                         /* --incomplete: a partition down is no failure */
};

#define FACTS_DEFAULT                                                                        \
	((struct facts_options){ .calls = CALLS_DEFAULT, .agents = { .until = WHEN_MIN },    \
				 .from = WHEN_MIN, .to = WHEN_MAX })

/* -p -q -a -c -f -t --day --month -z --hours --days --outcome --until --max-open --status-wait
 * --incomplete; `to` is a struct facts_options whose `now` is set. Give agents_opts beside it to
 * commands that fold agents, with to = &facts.agents. */
extern const struct opt facts_opts[];
opt_take facts_take;

struct facts;

/* visit, interval: NULL where the command has no use for them (then that fold is not run). */
struct facts *facts_new(const struct facts_options *o, void (*visit)(void *, const struct visit *),
			void (*interval)(void *, const struct interval *), void *arg,
			struct diag *d);

/* 0; -1: told. */
int facts_feed(struct facts *f, const struct event *ev);

/* Ends the folds, tells what they have to tell, names each partition that is down: that is status
 * 2 unless --incomplete. false: nothing may be put in place under an -o name. */
bool facts_finish(struct facts *f);
void facts_free(struct facts *f);
void facts_options_free(struct facts_options *o);

#endif
