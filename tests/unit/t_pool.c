/* Pools: records stay where they are, and keep what they hold. */
#include "base/pool.h"

#include "dice.h"
#include "unit.h"

enum { MANY = 1000, STEPS = 20000 };

struct record {
	uint32_t id;
	unsigned long owner; /* 0: nobody's */
	unsigned char rest[100];
};

int main(void)
{
	static struct record *at[MANY];
	static size_t out[MANY];
	struct pool p = { .size = sizeof(struct record) };
	struct dice dice = { 3 };
	long wrong = 0, moved = 0, crooked = 0;
	size_t n = 0;

	for (unsigned long step = 1; step < STEPS; step++) {
		if (n == MANY || (n && dice_throw(&dice, 5) < 2)) {
			size_t k = dice_throw(&dice, n), which = out[k];

			wrong += at[which]->owner != which + 1;
			moved += pool_at(&p, at[which]->id) != at[which];
			at[which]->owner = 0;
			pool_back(&p, at[which]);
			at[which] = NULL;
			out[k] = out[--n];
		} else {
			size_t which = 0;

			while (at[which])
				which++;
			at[which] = pool_take(&p);
			wrong += at[which]->owner != 0;
			crooked += (uintptr_t)at[which] % 64 != 0;
			at[which]->owner = which + 1;
			out[n++] = which;
		}
	}
	CHECK_EQ_INT(wrong, 0, "nobody else has taken it");
	CHECK_EQ_INT(moved, 0, "it is where it was");
	CHECK_EQ_INT(crooked, 0, "it begins with a cache line");
	CHECK(p.n <= MANY, "given back, taken again: %lu", (unsigned long)p.n);
	pool_free(&p);
	return unit_done();
}
