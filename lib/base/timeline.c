#include "base/timeline.h"

#include <stdbool.h>

/* So many places before the end a record finds its own, or strays. */
enum { FEW = 32 };

void timeline_put_before(struct timeline *t, struct node *n)
{
	struct node *at = t->last;
	int steps = 0;

	while (at && at->major > n->major && ++steps <= FEW)
		at = at->left;
	n->stray = steps > FEW;
	if (n->stray) {
		tree_put(&t->strays, n);
		return;
	}
	n->left = at;
	n->right = at ? at->right : t->first;
	*(at ? &at->right : &t->first) = n;
	n->right->left = n;
}

struct timeline_walk timeline_begin(const struct timeline *t)
{
	return (struct timeline_walk){ t->first, tree_first(t->strays) };
}

struct node *timeline_step(struct timeline_walk *w)
{
	struct node *list = w->list, *stray = w->stray;

	if (list && (!stray || list->major < stray->major ||
		     (list->major == stray->major && list->minor < stray->minor))) {
		w->list = list->right;
		return list;
	}
	if (stray)
		w->stray = tree_next(stray);
	return stray;
}
