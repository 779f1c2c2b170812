#include "base/tree.h"

#include <stdbool.h>

#include "base/hash.h"

/* A treap: in order from left to right, by rank from top to bottom; ranks are drawn. */

static bool below(const struct node *n, uint64_t major, uint64_t minor)
{
	return n->major < major || (n->major == major && n->minor < minor);
}

static void reckon(struct node *n)
{
	n->least = n->value;
	if (n->left && n->left->least < n->least)
		n->least = n->left->least;
	if (n->right && n->right->least < n->least)
		n->least = n->right->least;
}

/* What points to n. */
static struct node **place(struct node **root, const struct node *n)
{
	return !n->up ? root : n->up->left == n ? &n->up->left : &n->up->right;
}

/* n and the one above it change places. */
static void rise(struct node **root, struct node *n)
{
	struct node *up = n->up, **at = place(root, up), *between;

	if (up->left == n) {
		between = up->left = n->right;
		n->right = up;
	} else {
		between = up->right = n->left;
		n->left = up;
	}
	if (between)
		between->up = up;
	n->up = up->up;
	up->up = n;
	*at = n;
	reckon(up);
	reckon(n);
}

/* A leaf. */
static void plant(struct node *n)
{
	n->left = n->right = n->up = NULL;
	n->least = n->value;
	n->rank = (uint32_t)hash_mix(hash_seed(), (uintptr_t)n) | 1;
}

void tree_put_below(struct node **root, struct node *n)
{
	struct node **at = root, *up = NULL;

	if (!(*root)->rank)
		plant(*root);
	plant(n);
	while (*at) {
		up = *at;
		if (n->value < up->least)
			up->least = n->value;
		at = below(up, n->major, n->minor) || (up->major == n->major && up->minor == n->minor) ?
			     &up->right : &up->left;
	}
	*at = n;
	n->up = up;
	while (n->up && n->rank > n->up->rank)
		rise(root, n);
}

void tree_drop_below(struct node **root, struct node *n)
{
	struct node *up;

	while (n->left || n->right)
		rise(root, !n->right || (n->left && n->left->rank > n->right->rank) ? n->left
										    : n->right);
	*place(root, n) = NULL;
	for (up = n->up; up; up = up->up)
		reckon(up);
}

struct node *tree_first(struct node *root)
{
	while (root && root->rank && root->left)
		root = root->left;
	return root;
}

struct node *tree_next(const struct node *n)
{
	if (!n->rank)
		return NULL;
	if (n->right)
		return tree_first(n->right);
	while (n->up && n->up->right == n)
		n = n->up;
	return n->up;
}

struct node *tree_from(struct node *root, uint64_t major, uint64_t low)
{
	struct node *found = NULL;

	if (root && !root->rank)
		return root->major == major && root->minor >= low ? root : NULL;
	while (root) {
		if (below(root, major, low)) {
			root = root->right;
		} else {
			found = root;
			root = root->left;
		}
	}
	return found && found->major == major ? found : NULL;
}

/* The better of best and what is in the tree `in`, which may be empty: the tree that holds it. */
static void weigh(struct node **best, uint64_t *value, struct node *in, uint64_t of)
{
	if (in && of < *value) {
		*best = in;
		*value = of;
	}
}

struct node *tree_least(struct node *root, uint64_t major, uint64_t low, uint64_t high)
{
	struct node *best, *n;
	uint64_t value;

	if (root && !root->rank)
		return root->major == major && root->minor >= low && root->minor <= high ? root : NULL;
	/* down to where the ways to both ends part */
	while (root && (below(root, major, low) || root->major > major ||
			(root->major == major && root->minor > high)))
		root = below(root, major, low) ? root->right : root->left;
	if (!root)
		return NULL;
	best = root;
	value = root->value;
	for (n = root->left; n; n = below(n, major, low) ? n->right : n->left) {
		if (below(n, major, low))
			continue;
		weigh(&best, &value, n, n->value);
		weigh(&best, &value, n->right, n->right ? n->right->least : 0);
	}
	for (n = root->right; n;) {
		bool beyond = n->major > major || n->minor > high;

		if (!beyond) {
			weigh(&best, &value, n, n->value);
			weigh(&best, &value, n->left, n->left ? n->left->least : 0);
		}
		n = beyond ? n->left : n->right;
	}
	while (best->value != value)
		best = best->left && best->left->least == value ? best->left : best->right;
	return best;
}
