/*
 * Checks: what is wrong with a log, as findings.
 *
 * Events go through both folds, which say what is wrong with calls and agents' time; beside them
 * each partition's lines are looked at as lines, the names of agents for persons who have several,
 * and callers who go from one server to another for clocks that differ. What is a finding is said
 * in qlcheck(1).
 *
 *	c = check_new(&o, put, arg, d);
 *	while (source_next(in, &ev))
 *		check_feed(c, &ev);
 *	check_finish(c);
 *	check_tell(c);
 *
 * Memory grows with open calls, the callers of the last two hours and distinct names, and holds
 * the lines of one second for each partition.
 */
#ifndef REPORT_CHECK_H
#define REPORT_CHECK_H

#include "fold/facts.h"

enum finding_kind {
	/* calls */
	FINDING_DOUBLED, FINDING_CONNECT, FINDING_ORPHAN, FINDING_UNENDED,
	/* lines */
	FINDING_REFUSED, FINDING_TWIN, FINDING_BACK, FINDING_SILENCE, FINDING_HEARTBEAT,
	FINDING_VERB, FINDING_CASE,
	/* agents */
	FINDING_NAME, FINDING_NEVER, FINDING_AGAIN, FINDING_STATIC,
	/* servers */
	FINDING_SYSTEM, FINDING_MIXED, FINDING_CLOCK,
	FINDING_KINDS
};

const char *finding_name(enum finding_kind k);
/* All of them, a line each: its name, and what it is. */
void finding_help(struct buf *b);
/* A list of names by comma as bits; 0: one of them is none. */
unsigned finding_set(const char *list);

/* Slices are escaped and live during the callback only; what does not apply is empty, a time that
 * is not known -1. */
struct finding {
	enum finding_kind kind;
	int64_t time;
	struct slice partition, callid, queue, agent, detail;
};

struct check_options {
	struct facts_options facts; /* select findings; --hours and --days also what silence is */
	unsigned kinds;             /* bits; 0: all */
	long long most;             /* findings given of each kind; 0: all */
	long long silence;          /* seconds: longer ones are findings; -1: as qlcheck(1) says */
};
#define CHECK_DEFAULT ((struct check_options){ .facts = FACTS_DEFAULT, .most = 10, .silence = -1 })

struct check;

/* NULL: told to d. All but arg outlive it. */
struct check *check_new(const struct check_options *o,
			void (*put)(void *arg, const struct finding *f), void *arg, struct diag *d);

/* 0; -1: told. */
int check_feed(struct check *c, const struct event *ev);

/* As source_options.refused, with the check as its arg. partition: of the lines, or empty. */
void check_refused(struct check *c, struct slice partition, const char *path,
		   unsigned long long line, const char *why);

/* The input is over: what only now is known is given. false: it was not whole, which was told. */
bool check_finish(struct check *c);

/* Says how many there are of each kind (status 1, where there are any), and of each partition its
 * events and the longest silence. */
void check_tell(struct check *c);

/* Appends pairs of names to `to`, as rule/renames reads them; behind check_finish. 0; -1: told. */
int check_suggest(const struct check *c, struct buf *to);

void check_free(struct check *c);

#endif
