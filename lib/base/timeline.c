#include "base/timeline.h"

/* So many places before the end a record finds its own, or strays. */
enum { FEW = 32 };

void timeline_put_before(struct timeline *t, struct node *n)
{
	struct node *at = t->ends.left;
	int steps = 0;

	while (at->major > n->major && ++steps <= FEW)
		at = at->left;
	if (steps <= FEW) {
		timeline_link(at, n);
		return;
	}
	n->stray = true;
	tree_put(&t->strays, n);
}

struct timeline_walk timeline_begin(const struct timeline *t)
{
	return (struct timeline_walk){ t, t->ends.right, tree_first(t->strays) };
}

struct node *timeline_step(struct timeline_walk *w)
{
	struct node *list = w->list != &w->t->ends ? w->list : NULL, *stray = w->stray;

	if (list && (!stray || list->major < stray->major ||
		     (list->major == stray->major && list->minor < stray->minor))) {
		w->list = list->right;
		return list;
	}
	if (stray)
		w->stray = tree_next(stray);
	return stray;
}
