/*
 * Facts: the folds as qlcalls, qlagents, qlstats and qltop use them.
 *
 * It feeds the call and the agent fold with one stream, selects the facts that were asked for
 * (-p -q -a -c --hours --days --outcome --from --to), and keeps an eye on partitions that are
 * down. A selection of facts is not one of events: `-q sales` keeps the visits of sales and the
 * pauses of its agents, while the folds have seen everything.
 *
 *	                  visits                         intervals of agents
 *	-p                of the partition               that involve it
 *	-q                of the queue                   of the queue; sessions and pauses: of agents
 *	                                                 whom an event so far named with the queue
 *	-a                that the agent answered        of the agent
 *	-c --outcome      that are so                    (nothing: they have none)
 *	--min-wait ...    that are known to be so        (nothing)
 *	-f -t             that entered in it, whole,     cut to it
 *	                  with the end they came to
 *	--hours --days    that entered then              cut to them, a piece for each stretch
 *
 * A piece keeps reason and flags; `ended` is empty where it was cut before its end. The day of
 * 22:00-06:00 changes at midnight.
 */
#ifndef FOLD_FACTS_H
#define FOLD_FACTS_H

#include "fold/agent.h"
#include "fold/call.h"
#include "rule/period.h"

struct facts_options {
	struct calls_options calls;
	struct agents_options agents;
	struct period period;
	const char *until_text;                  /* --until, as given */
	int64_t from, to;                        /* made by facts_resolve, like agents.from and
						    .to and both until */
	struct names partition, queue, agent, callid; /* empty: any; escaped */
	int hours_from, hours_to;                /* minutes of the local day, half open, may wrap
						    midnight; both 0: any */
	unsigned days;                           /* bit 0 Monday .. bit 6 Sunday; 0: any */
	unsigned outcomes;                       /* bits 1 << enum outcome; 0: any */
	long long min_wait, max_wait, min_talk;  /* seconds, visits where they are known; -1: any */
	bool quiet;                              /* what the folds remark is told by somebody else:
						    only what makes the facts none is told */
	bool live;                               /* what is not over is what is looked at: how many
						    facts bear < and > is not told */
	bool unmet;                              /* names asked for of which there was nothing are
						    told */
	bool incomplete;                         /* --incomplete: a partition down is no failure */
	void (*forgotten)(void *arg, uint32_t call); /* as calls_new's, with facts_new's arg */
	bool join;                               /* visits given are joined calls (fold/join), and
						    selected as such */
	void (*single)(void *arg, const struct visit *v); /* where they are: each visit that would
						    have been given otherwise; or NULL */
};

#define FACTS_DEFAULT                                                                        \
	((struct facts_options){ .calls = CALLS_DEFAULT, .agents = AGENTS_DEFAULT,           \
				 .from = WHEN_MIN, .to = WHEN_MAX, .min_wait = -1,         \
				 .max_wait = -1, .min_talk = -1 })

/* -p -q -a -c -f -t --day --month -z --hours --days --outcome --until --max-open --status-wait
 * --min-wait --max-wait --min-talk --incomplete; `to` is a struct facts_options. Give agents_opts
 * beside it to commands that fold agents, with to = &facts.agents. */
extern const struct opt facts_opts[];
opt_take facts_take;

/* When all options were taken: sets the zone, and reads the times in it. 0; -1: told. */
int facts_resolve(struct facts_options *o, int64_t now, struct diag *d);

/* Does the event name an agent with one of the queues asked for? */
bool facts_names(const struct facts_options *o, const struct event *ev);

/* Does the local time of t lie in --hours and --days? And the first instant behind t at which that may
 * change: an hour away at most. */
bool facts_hour(const struct facts_options *o, int64_t t);
int64_t facts_turn(const struct facts_options *o, int64_t t);

/* Ten years. What lasts longer was made by a clock that was wrong: where time is cut into parts, only so
 * much of it, the end, is. */
#define FACTS_LONGEST (INT64_C(3660) * 86400 * WHEN_SECOND)

struct facts;

/* visit, interval: NULL where the command has no use for them (without interval, no agents are
 * folded). o and d must outlive it. NULL: told. */
struct facts *facts_new(const struct facts_options *o, void (*visit)(void *, const struct visit *),
			void (*interval)(void *, const struct interval *), void *arg,
			struct diag *d);

/* 0; -1: told. _some: n events, one behind the other. */
int facts_feed(struct facts *f, const struct event *ev);
int facts_feed_some(struct facts *f, const struct event *ev, size_t n);

/* What is at this moment, whatever was asked for: see calls_now and agents_now (for which agents
 * must be folded). 0; -1: told. */
int facts_now(struct facts *f, int64_t until, void (*visit)(void *, const struct visit *),
	      void (*agent)(void *, const struct agent_now *), void *arg);

/*
 * For who recorded what the fold of agents was told (report/tape): tells it again. An event goes to
 * that fold alone, and visits as calls_options.connected and .ended gave them. Names may be read beyond
 * their end (base/near). 0; -1: told.
 */
int facts_again(struct facts *f, const struct event *ev);
int facts_again_connected(struct facts *f, const struct visit *v);
int facts_again_ended(struct facts *f, const struct visit *v);

/* Says how many of them stick out at either end of the input, where any do. */
void facts_tell_flags(struct diag *d, const char *what, unsigned long long rebuilt,
		      unsigned long long unfinished);

/* Ends the folds, tells what they have to tell, names each partition that is down: that is status
 * 2 unless --incomplete. false: nothing may be put in place under an -o name. */
bool facts_finish(struct facts *f);
void facts_free(struct facts *f);
void facts_options_free(struct facts_options *o);

#endif
