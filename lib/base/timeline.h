/*
 * A timeline: records by time, those of one time in the order in which they were put in; which is
 * the earliest?
 *
 * Times come nearly in order, so it is a list, and a record goes in at its end or a few places before.
 * Where they do not (a clock was set back, a beginning was reckoned from an end) the record strays
 * into a tree beside it, so that nothing walks far.
 */
#ifndef BASE_TIMELINE_H
#define BASE_TIMELINE_H

#include <stdbool.h>

#include "base/tree.h"

struct timeline {
	struct node ends;    /* of the list, a ring: right is its first, left its last, or both itself */
	struct node *strays;
	uint64_t turn;       /* of the record put in last */
};

/* It is not moved then. */
static inline void timeline_init(struct timeline *t)
{
	*t = (struct timeline){ .ends = { .major = 0, .left = &t->ends, .right = &t->ends } };
}

/* Its time, without being put in. */
static inline void timeline_set(struct node *n, int64_t time)
{
	n->major = (uint64_t)time ^ (uint64_t)1 << 63;
}

/* Not at its end. */
void timeline_put_before(struct timeline *t, struct node *n);

/* Into the list, behind `at`. */
static inline void timeline_link(struct node *at, struct node *n)
{
	n->stray = false;
	n->left = at;
	n->right = at->right;
	at->right->left = n;
	at->right = n;
}

/* n->value is the caller's; n must be in no other timeline or tree. */
static inline void timeline_put(struct timeline *t, struct node *n, int64_t time)
{
	timeline_set(n, time);
	n->minor = ++t->turn;
	if (t->ends.left->major > n->major)
		timeline_put_before(t, n);
	else
		timeline_link(t->ends.left, n);
}

static inline void timeline_drop(struct timeline *t, struct node *n)
{
	if (n->stray) {
		tree_drop(&t->strays, n);
		return;
	}
	n->left->right = n->right;
	n->right->left = n->left;
}

static inline int64_t timeline_time(const struct node *n)
{
	return (int64_t)(n->major ^ (uint64_t)1 << 63);
}

/* When it was put in among the others: from 1. */
static inline uint64_t timeline_turn(const struct node *n)
{
	return n->minor;
}

/* All of them in their order: begin, then step until it is NULL. Nothing is put or dropped
 * meanwhile. */
struct timeline_walk {
	const struct timeline *t;
	struct node *list, *stray;
};
struct timeline_walk timeline_begin(const struct timeline *t);
struct node *timeline_step(struct timeline_walk *w);

/* NULL: it is empty. */
static inline struct node *timeline_first(const struct timeline *t)
{
	struct timeline_walk w;

	if (!t->strays)
		return t->ends.right != &t->ends ? t->ends.right : NULL;
	w = timeline_begin(t);
	return timeline_step(&w);
}

#endif
