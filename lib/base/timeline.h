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

/* Zero-initialize it. */
struct timeline {
	struct node *first, *last; /* of the list: left is before, right behind */
	struct node *strays;
	uint64_t turn;             /* of the record put in last */
};

/* Its time, without being put in. */
static inline void timeline_set(struct node *n, int64_t time)
{
	n->major = (uint64_t)time ^ (uint64_t)1 << 63;
}

/* Not at its end. */
void timeline_put_before(struct timeline *t, struct node *n);

/* n->value is the caller's; n must be in no other timeline or tree. */
static inline void timeline_put(struct timeline *t, struct node *n, int64_t time)
{
	timeline_set(n, time);
	n->minor = ++t->turn;
	if (t->last && t->last->major > n->major) {
		timeline_put_before(t, n);
		return;
	}
	n->stray = false;
	n->left = t->last;
	n->right = NULL;
	*(t->last ? &t->last->right : &t->first) = n;
	t->last = n;
}

static inline void timeline_drop(struct timeline *t, struct node *n)
{
	if (n->stray) {
		tree_drop(&t->strays, n);
		return;
	}
	*(n->left ? &n->left->right : &t->first) = n->right;
	*(n->right ? &n->right->left : &t->last) = n->left;
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
	struct node *list, *stray;
};
struct timeline_walk timeline_begin(const struct timeline *t);
struct node *timeline_step(struct timeline_walk *w);

/* NULL: it is empty. */
static inline struct node *timeline_first(const struct timeline *t)
{
	struct timeline_walk w;

	if (!t->strays)
		return t->first;
	w = timeline_begin(t);
	return timeline_step(&w);
}

#endif
