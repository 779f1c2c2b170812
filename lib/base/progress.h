/*
 * Progress: how far a long reading is, on a terminal, in one line that is drawn anew.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int fd;           /* where it is drawn; -1: nowhere */
	const char *what; /* heads the line */
	int64_t began, drawn; /* microseconds of a clock that only goes forward */
	bool shown;
};

/* mode: "auto" (where fd is a terminal), "always", "never"; another: -1. */
int progress_start(struct progress *p, const char *mode, int fd, const char *what);

/* Bytes read, of how many (0: not known), and events. Cheap; draws at most five times a second. */
void progress_show(struct progress *p, unsigned long long done, unsigned long long all,
		   unsigned long long events);

/* Takes the line away. */
void progress_end(struct progress *p);

#endif
