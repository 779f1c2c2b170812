/*
 * Signals as something to poll for: each that comes becomes a byte in a pipe, so that one poll(2)
 * waits for everything. One at a time in a process.
 */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Catches these signals, at most 8, instead of what was done on them; those that are ignored
 * (nohup, a shell's &) stay so, but for SIGCHLD. once: only the first of each; the next one does
 * what it did before. The descriptor to poll for POLLIN; -1: errno.
 */
int wake_on(const int *signals, size_t n, bool once);

/* One of the signals that came and were not given yet; 0: none. */
int wake_signal(void);

/* As before wake_on. */
void wake_off(void);

#endif
