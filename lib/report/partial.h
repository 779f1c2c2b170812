/*
 * Partial results: the state of reports over some whole partitions, as a text, and such texts put
 * together again.
 *
 * Several servers count for themselves; the parts, small, are sent to one place, and what comes out
 * there is, byte for byte, what one run over all of their events would give. So a part holds nothing
 * that was divided: counts, sums, least and greatest values, every value with how often it came,
 * distinct names, the steps of a queue's length, and, of agents, what makes their sessions (see
 * report/tape). What cannot be put together so is refused when the part is to be made.
 *
 *	qlstats-partial  1  0.1            format and version
 *	NAME  VALUE                        what was asked, a line each
 *	partition  NAME                    a line each, sorted
 *	events  FIRST  LAST                their times
 *	flags  REBUILT  UNFINISHED         of visits
 *	report  N                          its rows, then a line `total` and that one, where wanted:
 *	row  KEY ...                       and below it lines of its counts and values
 *	tape  PARTITION                    what its agents did
 *	end  LINES  CHECKSUM               how many lines stand before it; CRC-32 of their bytes
 *
 * Fields have a TAB between them; text is escaped as in events, times are microseconds.
 */
#ifndef REPORT_PARTIAL_H
#define REPORT_PARTIAL_H

#include "report/report.h"
#include "report/tape.h"

/* Can parts of this be put together? 0; -1: told. */
int partial_check(const struct reports *r);

/* r is of these partitions, also of those that logged nothing, and of no other. An empty list says
 * nothing. 0; -1: told. */
int partial_expect(struct reports *r, const struct names *expect);

/* Writes r, which is fed and not finished, and the tape (NULL: no report is of agents) to `output`.
 * Errors are told. */
void partial_write(struct reports *r, const struct report_ask *ask, const struct tape *tape,
		   const char *output);

/* Where parts are put together. */
struct partial_options {
	const char *const *path;
	size_t paths;
	const struct names *expect;  /* each of these partitions, and no other, must be in one of them;
					empty: whichever are */
	bool again;                  /* they become a part */
};

/* Writes the reports that the parts were asked, or one part of all; facts and o are the defaults, and
 * become what was asked. Which part is wrong, and why, is told. */
void partials_write(const struct partial_options *p, struct facts_options *facts,
		    struct report_options *o, const struct table_options *out, struct diag *d);

#endif
