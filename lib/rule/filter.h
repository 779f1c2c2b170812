/*
 * The filter: which events pass.
 *
 * Its conditions are literal: they look at one event and know no call, so -q sales drops QUEUESTART
 * and AGENTLOGIN with the rest. All that are given must hold; in a list one of the names must.
 * --not turns the whole round. TICK, SOURCEDOWN and SOURCEUP are no events of a server but what
 * holds a pipeline together: they pass always.
 *
 *	struct filter f = FILTER_ALL;
 *
 *	... options, with filter_opts and filter_take ...
 *	if (filter_ready(&f, now, d) < 0)
 *		return 2;
 *	while (source_next(in, &ev))
 *		if (filter_match(&f, &ev))
 *			...
 */
#ifndef RULE_FILTER_H
#define RULE_FILTER_H

#include "rule/filter_regex.h"
#include "rule/period.h"
#include "stream/select.h"
#include "stream/source.h"

/* What a list was asked last: most often it is asked the same again. */
struct filter_last {
	unsigned char text[63], n; /* n > sizeof(text): nothing yet */
	bool found;
};

struct filter {
	struct select select; /* what of it is plain data; with `not` it may not be asked for alone */
	struct period period;
	const char *agents_from; /* as given; NULL: not */
	struct filter_regex *regex;
	size_t regexes, cap;
	bool not;

	/* made by filter_ready */
	bool all;
	uint64_t verbs, named; /* bits of enum verb: those that pass, those whose name decides */
	struct filter_last partition, queue, agent, verb, callid;
};

#define FILTER_ALL ((struct filter){ .select = SELECT_ALL })

/*
 * -q -a -e -c --class --match --not, the period's and --agents-from; `to` is a struct filter. Of a command to which
 * -p is a selection too, the taker calls filter_partition.
 */
extern const struct opt filter_opts[];
/* For completion, as in base/opt. */
void filter_words(const char *arg, struct buf *b);
opt_take filter_take;
int filter_partition(struct filter *f, const char *what, const char *list, struct diag *d);

/* When all options have been taken: reads the times. now: microseconds. 0; -1: told to d. */
int filter_ready(struct filter *f, int64_t now, struct diag *d);

/* Is there nothing that an event could fail? */
static inline bool filter_is_all(const struct filter *f)
{
	return f->all;
}

/* Does the event pass? In f nothing changes but what is remembered of the last answers. */
bool filter_match(struct filter *f, const struct event *ev);

/* Tells a source which events it need not give, because they would not pass; and where they would go
 * to an out as they are (`lines`), those that surely would. */
void filter_tell(const struct filter *f, struct source *in, bool lines);

/* Was there no memory for an answer? Then what passed is not to be trusted. */
bool filter_failed(const struct filter *f);

void filter_free(struct filter *f);

#endif
