/*
 * Small files that reports are given: the threshold of each queue, what a pause reason means, how
 * long the wrap-up of a queue lasts. Lines of fields separated by TAB, LF at the end (CR before it
 * is dropped); empty lines and those that begin with # are skipped.
 */
#ifndef REPORT_THRESHOLD_H
#define REPORT_THRESHOLD_H

#include "base/diag.h"
#include "base/names.h"

/* Within how many seconds a call is answered in time: one number for all queues, or each queue's
 * own. */
struct threshold {
	long long seconds;          /* where there is no file */
	char *file;                 /* as given; or NULL */
	struct names queues;        /* escaped */
	long long *of;              /* by number in queues */
	size_t cap;
	struct names missing;       /* queues of visits that the file does not name */
};

/* 0; -1: told. */
int threshold_read(struct threshold *th, const char *file, struct diag *d);
/* -1: the file does not say, which is remembered in `missing`. */
long long threshold_in_file(struct threshold *th, struct slice queue);
static inline long long threshold_of(struct threshold *th, struct slice queue)
{
	return th->file ? threshold_in_file(th, queue) : th->seconds;
}
/* Warns of those. */
void threshold_tell(const struct threshold *th, struct diag *d);
void threshold_free(struct threshold *th);

/* Reasons: paid or unpaid, billable or nonbillable. One that is not named is paid and nonbillable. */
struct pauses {
	struct names unpaid, billable; /* escaped */
};

/* A reason TAB paid|unpaid TAB billable|nonbillable. 0; -1: told. */
int pauses_read(struct pauses *p, const char *file, struct diag *d);
void pauses_free(struct pauses *p);

#endif
