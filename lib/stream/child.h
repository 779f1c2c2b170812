/*
 * A command whose output is read. There is nothing on its stdin.
 */
#ifndef STREAM_CHILD_H
#define STREAM_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"

struct child {
	pid_t pid;     /* the leader of a process group of its own; 0: none */
	int fd;        /* the end to be read, close-on-exec */
	char path[24]; /* the same as a file's name, "/dev/fd/N" */
	bool remarked; /* it ended with status 1: done, with remarks */
};

/*
 * What a user wrote for a shell: /bin/sh -c COMMAND. 0; -1: told. A signal that ends this process (INT,
 * TERM, HUP) ends the child's group, too.
 */
int child_start(struct child *c, const char *command, struct diag *d);

/*
 * The same of arguments, which a NULL ends and no shell reads; the first is looked for along PATH where
 * it has no slash. quiet: what it says on stderr goes nowhere.
 */
int child_exec(struct child *c, char *const *argv, bool quiet, struct diag *d);

/*
 * Waits for its end. NULL where it ended with a status of 0 or 1; else how it ended, "status 3",
 * "killed by signal 9". The text lives until the next call. SIGPIPE, when its reader has left it,
 * is told like any other signal.
 */
const char *child_end(struct child *c);

/* Has it ended, so that child_end need not wait? */
bool child_over(const struct child *c);

/* Asks it and its group to end, and leaves it alone. */
void child_stop(struct child *c);

#endif
