/*
 * The file of events refused: each is written once, also by runs that come upon it again, so that
 * the file can be loaded later, when the table was widened.
 */
#ifndef STREAM_LOAD_REJECT_H
#define STREAM_LOAD_REJECT_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/map.h"

struct load_rejected {
	uint64_t hash;
	uint32_t held, read; /* in the file; in this run */
};

/* Zero-initialize it. */
struct load_reject {
	int fd; /* 0: none */
	const char *path;
	struct map map;
	struct load_rejected *line;
	size_t n, cap;
};

/* Opens it, reads what it holds. 0; -1: told. */
int load_reject_open(struct load_reject *r, const char *path, struct diag *d);
/* One event line, with LF. 0; -1: told. */
int load_reject_put(struct load_reject *r, struct slice line, struct diag *d);
void load_reject_close(struct load_reject *r, struct diag *d);

#endif
