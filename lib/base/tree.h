/*
 * A tree: records in order, each holding its own node.
 *
 * A record stands where its `major`, then its `minor` say, behind those of the same; both, and
 * `value`, are set before it is put in and left alone while it is there. Beside the order the tree
 * knows the least value of any stretch.
 *
 * Its shape is left to chance, which the process draws for itself, so that no order of puts makes it
 * slow: every step takes time by the logarithm of how many there are. The trees of the folds mostly
 * hold one: it is the root, and no more is said of it.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node {
	uint64_t major, minor, value;
	uint32_t rank;  /* above those of lower rank; 0: alone in its tree, and nothing below is set */
	bool stray;     /* a timeline's */
	struct node *left, *right, *up;
	uint64_t least; /* value, of it and all below it */
};

/* The record of this type that holds the node as this member. */
#define NODE_RECORD(node, type, member) ((type *)(void *)((char *)(node) - offsetof(type, member)))

/* The root is the tree; NULL: an empty one. */
void tree_put_below(struct node **root, struct node *n);
void tree_drop_below(struct node **root, struct node *n);

static inline void tree_put(struct node **root, struct node *n)
{
	if (*root) {
		tree_put_below(root, n);
		return;
	}
	n->rank = 0;
	*root = n;
}

/* n must be in it. */
static inline void tree_drop(struct node **root, struct node *n)
{
	if (*root == n && !n->rank)
		*root = NULL;
	else
		tree_drop_below(root, n);
}

/* n, which is in it, stands where this major says from now on. */
static inline void tree_move(struct node **root, struct node *n, uint64_t major)
{
	if (*root == n && !n->rank) {
		n->major = major;
		return;
	}
	tree_drop_below(root, n);
	n->major = major;
	tree_put(root, n);
}

/* The first of all, the one behind n; NULL: there is none. */
struct node *tree_first(struct node *root);
struct node *tree_next(const struct node *n);

/* The first of this major whose minor is at least `low`; NULL: there is none. */
struct node *tree_from(struct node *root, uint64_t major, uint64_t low);

/* The first of this major. */
static inline struct node *tree_of(struct node *root, uint64_t major)
{
	if (root && root->rank)
		return tree_from(root, major, 0);
	return root && root->major == major ? root : NULL;
}

/* Of this major and minors from low to high, the one of the least value; NULL: there is none. */
struct node *tree_least(struct node *root, uint64_t major, uint64_t low, uint64_t high);

#endif
