#include "base/near.h"

#include "dice.h"
#include "unit.h"

/* Names in the middle of other bytes, which must not be seen. */
static struct near put(struct dice *d, unsigned char *room, const unsigned char *name, size_t n)
{
	for (size_t i = 0; i < 64; i++)
		room[i] = (unsigned char)dice_next(d);
	memcpy(room + 7, name, n);
	return near_of(room + 7, n);
}

int main(void)
{
	struct dice d = { 5 };
	size_t wrong = 0, equal = 0;

	for (int i = 0; i < 200000; i++) {
		unsigned char room[64], a[NEAR_MOST], b[NEAR_MOST];
		size_t n = dice_throw(&d, NEAR_MOST + 1), m = dice_throw(&d, 4) ? n : dice_throw(&d, NEAR_MOST + 1);
		struct near na, nb;
		bool same;

		for (size_t k = 0; k < NEAR_MOST; k++) {
			a[k] = DICE_PICK(&d, "aab");
			b[k] = i % 2 ? a[k] : DICE_PICK(&d, "aab");
		}
		na = put(&d, room, a, n);
		nb = put(&d, room, b, m);
		same = slice_eq(slice_of(a, n), slice_of(b, m));
		equal += same;
		wrong += near_eq(&na, &nb) != same || (same && near_place(near_one(&na), 63) != near_place(near_one(&nb), 63));
	}
	CHECK_EQ_INT(wrong, 0, "names are equal if their words are");
	CHECK(equal > 20000 && equal < 180000, "some of both: %zu", equal);
	return unit_done();
}
