/* Trees and timelines against an array that is searched from one end to the other. */
#include "base/timeline.h"

#include "dice.h"
#include "unit.h"

enum { MANY = 400, STEPS = 40000 };

static struct record {
	uint64_t order; /* of its putting */
	int64_t time;
	bool in;
	struct node node;
} record[MANY];

static struct dice dice = { 7 };

/* Does a stand before b? */
static bool before(const struct record *a, const struct record *b)
{
	if (a->node.major != b->node.major)
		return a->node.major < b->node.major;
	return a->node.minor != b->node.minor ? a->node.minor < b->node.minor : a->order < b->order;
}

static bool in_range(const struct record *r, uint64_t major, uint64_t low, uint64_t high)
{
	return r->in && r->node.major == major && r->node.minor >= low && r->node.minor <= high;
}

static const struct record *slow_from(uint64_t major, uint64_t low)
{
	const struct record *found = NULL;

	for (size_t i = 0; i < MANY; i++)
		if (in_range(&record[i], major, low, UINT64_MAX) &&
		    (!found || before(&record[i], found)))
			found = &record[i];
	return found;
}

static uint64_t slow_least(uint64_t major, uint64_t low, uint64_t high)
{
	uint64_t value = UINT64_MAX;

	for (size_t i = 0; i < MANY; i++)
		if (in_range(&record[i], major, low, high) && record[i].node.value < value)
			value = record[i].node.value;
	return value;
}

/* How many are out of order, or missing. */
static long disorder(struct node *root)
{
	const struct record *last = NULL;
	long wrong = 0, n = 0;

	for (struct node *k = tree_first(root); k; k = tree_next(k), n++) {
		const struct record *r = NODE_RECORD(k, struct record, node);

		wrong += !r->in || (last && !before(last, r));
		last = r;
	}
	for (size_t i = 0; i < MANY; i++)
		n -= record[i].in;
	return wrong + (n != 0);
}

static void test_tree(void)
{
	struct node *root = NULL;
	long order = 0, from = 0, least = 0;
	size_t low, high, major;
	bool stays = false; /* it is in, and is only moved */

	for (uint64_t step = 0; step < STEPS; step++) {
		struct record *r = &record[dice_throw(&dice, step % 5000 < 1000 ? 3 : MANY)];

		stays = r->in && dice_throw(&dice, 4) == 0;
		if (stays) {
			tree_move(&root, &r->node, dice_throw(&dice, 3));
			r->order = step;
		} else if (r->in) {
			tree_drop(&root, &r->node);
		} else {
			r->node.major = dice_throw(&dice, 3);
			r->node.minor = dice_throw(&dice, 30);
			r->node.value = dice_throw(&dice, 1000000);
			r->order = step;
			tree_put(&root, &r->node);
		}
		r->in = stays || !r->in;
		major = dice_throw(&dice, 4);
		low = dice_throw(&dice, 32);
		high = dice_throw(&dice, 32);
		struct node *found = tree_from(root, major, low);
		const struct record *want = slow_from(major, low);

		from += (found ? NODE_RECORD(found, struct record, node) : NULL) != want;
		found = tree_least(root, major, low, high);
		least += (found ? found->value : UINT64_MAX) != slow_least(major, low, high);
		if (step % 100 == 0)
			order += disorder(root);
	}
	CHECK_EQ_INT(order, 0, "a tree is in order");
	CHECK_EQ_INT(from, 0, "the first from somewhere on");
	CHECK_EQ_INT(least, 0, "the least value of a stretch");
}

static const struct record *slow_first(void)
{
	const struct record *first = NULL;

	for (size_t i = 0; i < MANY; i++)
		if (record[i].in && (!first || record[i].time < first->time ||
				     (record[i].time == first->time && record[i].order < first->order)))
			first = &record[i];
	return first;
}

static void clear(void)
{
	memset(record, 0, sizeof(record));
}

/* How far times go back: not at all, a little, at random, always. */
static void test_timeline(int kind, const char *name)
{
	struct timeline t;
	long first = 0, walk = 0;
	int64_t now = 1000000;

	timeline_init(&t);
	clear();
	for (uint64_t step = 0; step < STEPS; step++) {
		struct record *r = &record[dice_throw(&dice, MANY)];

		if (r->in) {
			timeline_drop(&t, &r->node);
		} else {
			now += kind == 3 ? -1 : (int64_t)dice_throw(&dice, 2);
			r->time = now - (int64_t)dice_throw(&dice, kind == 1 ? 4 : kind == 2 ? 900000 : 1);
			r->order = step;
			timeline_put(&t, &r->node, r->time);
		}
		r->in = !r->in;

		const struct record *want = slow_first();
		struct node *n = timeline_first(&t);

		first += (n ? NODE_RECORD(n, struct record, node) : NULL) != want;
		if (step % 100)
			continue;

		struct timeline_walk w = timeline_begin(&t);
		const struct record *last = NULL;
		size_t met = 0, in = 0;

		for (; (n = timeline_step(&w)); met++) {
			const struct record *k = NODE_RECORD(n, struct record, node);

			walk += timeline_time(n) != k->time || (last && !before(last, k));
			last = k;
		}
		for (size_t i = 0; i < MANY; i++)
			in += record[i].in;
		walk += met != in;
	}
	CHECK_EQ_INT(first, 0, "the earliest, %s", name);
	CHECK_EQ_INT(walk, 0, "all in order, %s", name);
}

int main(void)
{
	test_tree();
	test_timeline(0, "times in order");
	test_timeline(1, "nearly in order");
	test_timeline(2, "in any order");
	test_timeline(3, "backwards");
	return unit_done();
}
