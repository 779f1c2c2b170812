#include "fold/call.h"

static const char *const outcome_names[OUTCOMES] = {
	[OUTCOME_ANSWERED] = "answered",   [OUTCOME_ABANDONED] = "abandoned",
	[OUTCOME_TIMEOUT] = "timeout",     [OUTCOME_KEY] = "key",
	[OUTCOME_EMPTY] = "empty",         [OUTCOME_WITHDRAWN] = "withdrawn",
	[OUTCOME_SYSCOMPAT] = "syscompat", [OUTCOME_REFUSED] = "refused",
	[OUTCOME_LOST] = "lost",           [OUTCOME_WAITING] = "waiting",
};

const char *outcome_name(enum outcome o)
{
	return outcome_names[o];
}

/* The outcome of that name, or OUTCOMES. */
static enum outcome outcome_named(struct slice name)
{
	int o = 0;

	while (o < OUTCOMES && !slice_is(name, outcome_names[o]))
		o++;
	return (enum outcome)o;
}

unsigned outcome_set(const char *list)
{
	struct slice rest = slice_str(list);
	unsigned set = 0;

	do {
		struct slice one = slice_cut(rest, ',', &rest);
		enum outcome o = outcome_named(one);

		if (slice_is(one, "unanswered"))
			for (o = OUTCOME_ABANDONED; o <= OUTCOME_SYSCOMPAT; o++)
				set |= 1u << o;
		else if (o < OUTCOMES)
			set |= 1u << o;
		else
			return 0;
	} while (rest.n);
	return set;
}
