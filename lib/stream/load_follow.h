/*
 * The daemon: a log that is followed, into a partition; and how far it has come.
 */
#ifndef STREAM_LOAD_FOLLOW_H
#define STREAM_LOAD_FOLLOW_H

#include "stream/follow.h"
#include "stream/load.h"

struct load_follow_options {
	struct follow_options log; /* but for what is said of its beginning */
	bool accept_gap;     /* go on where lines are missing */
	long long resume;    /* seconds before the newest event stored at which a run begins */
	bool has_from;       /* --from was given: where an empty partition begins */
	int64_t from;        /* microseconds */
	const char *metrics; /* a file for Prometheus; NULL: none */
	long long max_lag;   /* seconds, of load_status */
};

/* Loads what the log holds and gets, until something ends it: always -1, told. */
int load_follow(struct load *l, const struct load_follow_options *o, const char *partition,
		struct diag *d);

/*
 * Writes to stdout how far the partition is: its newest event, and with a log also the log's, the lag
 * and what is missing of the last 24 hours; who has the lock. l: a dry run; o->log.path NULL: no log.
 * A lag beyond o->max_lag is status 1. 0; -1: told.
 */
int load_status(struct load *l, const struct load_follow_options *o, struct diag *d);

/* Tells the service manager that this process is alive. */
void load_alive(void);

#endif
