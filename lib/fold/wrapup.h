/*
 * --wrapup QUEUE=SECONDS: how long the wrap-up after each talk in a queue lasts.
 */
#ifndef FOLD_WRAPUP_H
#define FOLD_WRAPUP_H

#include "base/diag.h"
#include "base/names.h"

/* Zero-initialize it. */
struct wrapups {
	struct names queue; /* escaped */
	long long *seconds; /* by number of the queue's name */
	size_t cap;
};

/* Adds a list of QUEUE=SECONDS by comma, or @FILE. 0; -1: told. */
int wrapups_read(struct wrapups *w, const char *list, struct diag *d);

/* The same of one queue, its name escaped. false: out of memory. */
bool wrapups_put(struct wrapups *w, struct slice queue, long long seconds);

/* -1: nothing is said of that queue. */
long long wrapups_of(const struct wrapups *w, struct slice queue);
void wrapups_free(struct wrapups *w);

#endif
