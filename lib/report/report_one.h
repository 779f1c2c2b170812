/*
 * The inner half of report/report; nobody else includes it.
 */
#ifndef REPORT_REPORT_ONE_H
#define REPORT_REPORT_ONE_H

#include "report/report.h"

struct report {
	const char *name;            /* NULL: made of -g and -m */
	struct key_ask *key;
	struct buf *key_heading;     /* escaped */
	size_t keys, keycap, headingcap;
	struct metric *metric;       /* of each line of a row, one after the other */
	size_t metrics, metriccap, per_line;
	long long *step;             /* the threshold of each line; none: a row has one line */
	size_t steps, stepcap;
	bool inside, named, queues;  /* as the preset's */
	struct tally rows, all;      /* all: without keys, for --total */
	struct tally other;          /* of --top: likewise, the rows that are left out */
	uint32_t shown;              /* rows that are not */
	int64_t other_length;        /* for averages over time, the length of the period of `other` */
};

struct reports {
	const struct report_options *o;
	const struct facts_options *facts;
	struct diag *d;
	struct labels labels;
	struct pauses pauses;
	struct thresholds thresholds;
	struct report *one;
	size_t n, cap;
	struct forgotten forgotten;
	struct names partitions;     /* with `keep`: whose events there were */
	unsigned long long rebuilt, unfinished; /* visits, by flag */
	bool timed, events, callids; /* some have keys of time, look at events, count callids */
	uint32_t longest;            /* + 1: the label of an agent, of whose interval only FACTS_LONGEST
					counts; 0: there was none */
	int64_t clock, first, last;  /* of the events; first > last: there were none */
};

/* Without any report yet. NULL: told. */
struct reports *reports_new(const struct report_options *o, const struct facts_options *facts,
			    struct diag *d);
void report_free(struct report *one);

/* What the input, or what was asked for, says of the period; and of that of a row. */
struct sweep_period report_period(const struct reports *r);
struct row_period row_period(const struct reports *r, struct tally *t, uint32_t row);

/* --top: puts the rows with the greatest first figures in front, and the others together. The period
 * is covered. */
void report_top(struct reports *r, struct report *one);

#endif
