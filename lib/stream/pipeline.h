/*
 * Pipelines: commands joined by pipes, as text for a shell and as running processes.
 *
 * A pipeline is a tree: each command's output goes into one other command, the last one's to
 * stdout. One that takes the output of several gets each as an operand /dev/fd/N behind its own
 * arguments, in the order in which they were added (in the text: as -x COMMAND); one that takes a
 * single output reads it on stdin. No shell is involved in running it.
 *
 * A command that ends badly (a signal, 126, 127, a status of 2 or more) must not look like the end
 * of its data: SOURCEDOWN of its partition, or of all partitions where it carries all, is written
 * behind what it wrote, if what it wrote is events; its time is 0, which moves no clock, since it is
 * not known how far the command came. One that is ended by SIGPIPE because its reader has gone ends
 * quietly.
 */
#ifndef STREAM_PIPELINE_H
#define STREAM_PIPELINE_H

#include <stdint.h>

#include "base/diag.h"
#include "base/words.h"

#define PIPELINE_STDOUT SIZE_MAX

struct pipeline_command {
	struct words argv;     /* [0]: as it is shown */
	char *path;            /* the file to execute; owned */
	const char *partition; /* whose events it gives; NULL: those of all; borrowed */
	const char *zone;      /* TZ for it; NULL: as it is; borrowed */
	size_t into;           /* the number of the command that reads it, or PIPELINE_STDOUT */
	bool several;          /* it gets what it reads as operands */
	bool events;           /* what it writes are events */
	bool tells;            /* when it ends with status 2 it has written SOURCEDOWN itself */
};

struct pipeline {
	struct pipeline_command *command; /* each behind those that it reads */
	size_t n, cap;
	bool live;   /* its commands are not meant to end, but by the last one */
	bool failed; /* out of memory */
	bool lost;   /* it has run, and a command of one partition ended badly */
};

/* One command more, whose output goes to stdout; its number. path becomes the pipeline's. */
size_t pipeline_add(struct pipeline *p, const char *shown, char *path);
void pipeline_free(struct pipeline *p);

/* Appends the pipeline as a POSIX shell would have to read it, with a LF. */
void pipeline_text(const struct pipeline *p, struct buf *b);

/*
 * Runs it and waits for all of it. Its processes stay in the process group of the caller, so that
 * Ctrl-C and Ctrl-Z of a terminal reach them as in any pipeline; SIGINT, SIGTERM, SIGHUP and
 * SIGQUIT that reach the caller alone are passed on to each. Where the system can, they end with
 * the caller.
 *
 * Whoever ended badly is told to d, behind its partition, but for a status of 2 and more of the
 * last command; the worst status, at most 2, becomes d's.
 * tolerant: what went wrong before the last command counts as status 1 only.
 *
 * Of a live pipeline each command that ends before the last one, however, is told so and ends the
 * whole with 2: the commands that read nothing are ended, and the others come to the end of what
 * they read (tolerant: only what carries all partitions). When the last one has ended, or nobody
 * reads stdout any more, all are ended quietly. What does not end is killed after some seconds.
 * 0; else a signal by which the caller should end itself: one that it was sent, or SIGPIPE where
 * the last command ended so.
 */
int pipeline_run(struct pipeline *p, bool tolerant, struct diag *d);

#endif
