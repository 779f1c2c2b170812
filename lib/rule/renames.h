/*
 * Files of names: a line is an old name, a TAB and the new one.
 *
 * Several old names may have one new one. Names are raw bytes, without escapes; empty lines are
 * skipped and a CR before the LF is dropped. An empty name, NONE, a second TAB, or an old name that
 * already has another new one make the line a bad one, which is told with its file and number.
 */
#ifndef RULE_RENAMES_H
#define RULE_RENAMES_H

#include "base/diag.h"
#include "base/names.h"

/* Zero-initialize it. All names are kept in the events' escaped form. */
struct renames {
	struct names old, new;
	uint32_t *to; /* to[number of old] is the number of new */
	size_t cap;
};

/* Adds what is in the file. 0; -1: told to d. */
int renames_load(struct renames *r, const char *path, struct diag *d);

/* The new name, living as long as r; p NULL: none. */
static inline struct slice renames_find(const struct renames *r, struct slice old)
{
	uint32_t id = names_find(&r->old, old);

	return id == NAMES_NONE ? slice_of(NULL, 0) : names_text(&r->new, r->to[id]);
}

void renames_free(struct renames *r);

#endif
