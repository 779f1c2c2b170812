/*
 * The parts of one rotated log, in the order in which they were written.
 *
 * That order is the order of their first event's time (equal: of their last event's, then that of
 * the operands), never that of their names: Asterisk's two numbered schemes run in opposite
 * directions. A part whose uncompressed content equals another's, or is the beginning of it, is
 * the same log and is left out.
 */
#ifndef STREAM_ROTATED_H
#define STREAM_ROTATED_H

#include "base/diag.h"

struct rotated {
	char **path; /* in order; owned */
	size_t n, cap;
	unsigned long long copies; /* left out, each named as a warning */
};

/*
 * The files of a directory that are parts of a log: whatever begins with "queue_log" and is no
 * directory itself. Calls f with the path of each, valid for the call, in no order, until it returns
 * something but 0, which is the result. -1: also that the directory cannot be read, or f failed;
 * errno says why.
 */
int rotated_each(const char *dir, int (*f)(void *arg, const char *path), void *arg);

/*
 * Adds an operand: a file as it is, of a directory those files.
 * 0; -1: told (a directory that cannot be read, or without any such file).
 */
int rotated_add(struct rotated *r, const char *path, struct diag *d);

/*
 * Puts the parts in order and leaves out copies. Where one of them is not a regular file (a pipe
 * cannot be looked at beforehand) the order of the operands stays. Parts in which no time is found
 * come last. Nothing is said of parts that cannot be read: that is said when they are.
 */
int rotated_order(struct rotated *r, struct diag *d);

void rotated_free(struct rotated *r);

#endif
