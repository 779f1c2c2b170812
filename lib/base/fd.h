/*
 * All of it to a descriptor, or all that is in one: a write may take less, a read give less than it was
 * asked for, and a signal may come between.
 */
#ifndef BASE_FD_H
#define BASE_FD_H

#include "base/buf.h"

/*
 * Writes n bytes; a descriptor that does not block (somebody who has it too made it so) is waited for.
 * 0; -1: errno, and it is not known how much of it went out.
 */
int fd_write(int fd, const void *p, size_t n);

/* Of a pipe: makes it hold more, where the system can and will, so that its two ends seldom wait. */
void fd_widen(int fd);

/* Appends what can be read until the end. 0; -1: errno; ENOMEM: there is no room for more. */
int fd_read(int fd, struct buf *to);

#endif
