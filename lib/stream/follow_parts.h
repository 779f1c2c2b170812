/*
 * The files that a followed log was rotated into, and places in content.
 */
#ifndef STREAM_FOLLOW_PARTS_H
#define STREAM_FOLLOW_PARTS_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/diag.h"
#include "base/slice.h"
#include "stream/rotated.h"

/* So many bytes from the beginning of a content, and their hash. */
struct follow_place {
	unsigned long long n;
	uint64_t hash;
};

void follow_place_begin(struct follow_place *p);
void follow_place_add(struct follow_place *p, struct slice bytes);

struct follow_part {
	char *path;
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

/* Zero-initialize it. */
struct follow_parts {
	struct follow_part *part; /* by name */
	size_t n, cap;
	struct rotated order;     /* those to be read, as they were written */
};

/*
 * The files beside `log` whose names begin with its own, but for the log itself, which fd is open on
 * (-1: there is none). Those last written to a day before `from` (microseconds) are left out of the
 * order. 0; -1: told.
 */
int follow_parts_list(struct follow_parts *p, const char *log, int fd, int64_t from, struct diag *d);
/* Would the list be the same now? */
bool follow_parts_same(const struct follow_parts *p, const char *log, int fd);
/* Does one of them begin with the content that the place ends? */
bool follow_parts_hold(const struct follow_parts *p, const struct follow_place *place);
void follow_parts_free(struct follow_parts *p);

#endif
