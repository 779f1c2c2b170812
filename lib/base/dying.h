/*
 * What must not outlive the process: files that are half written, groups of processes that work
 * for it. When a signal ends it (HUP, INT, PIPE, TERM, XFSZ, where they are not ignored or caught by
 * somebody else), files are removed and groups get TERM first.
 */
#ifndef BASE_DYING_H
#define BASE_DYING_H

#include <stdbool.h>
#include <sys/types.h>

/* path lives until it is taken out again. More than a thousand at once are left alone. */
void dying_file(const char *path, bool in);
void dying_group(pid_t leader, bool in);

#endif
