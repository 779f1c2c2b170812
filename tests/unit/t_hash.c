#include "base/hash.h"

#include "dice.h"
#include "unit.h"

/* Names that differ where `at` is, and of which the rest is one word again and again: whatever word. */
static size_t collisions(struct dice *d, uint64_t word, size_t words, size_t at)
{
	uint64_t name[8], seen[64], seed = dice_next(d);
	size_t n = 0;

	for (size_t i = 0; i < 64; i++) {
		for (size_t k = 0; k < words; k++)
			name[k] = word;
		name[at] ^= i + 1;
		seen[i] = hash_bytes(seed, slice_of(name, words * 8));
		for (size_t k = 0; k < i; k++)
			n += seen[k] == seen[i];
	}
	return n;
}

int main(void)
{
	static const uint64_t odd[] = { 0, UINT64_MAX, UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd6e8feb86659fd93) };
	struct dice d = { 7 };
	struct slice a = SLICE("a"), empty = { 0 };
	size_t n = 0;

	/* a word that is the same in all of them never hides what the others are */
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		for (size_t words = 2; words <= 8; words++)
			for (size_t at = 0; at < words; at++)
				n += collisions(&d, odd[i], words, at);
	/* of two words, the halves that are taken together */
	for (int i = 0; i < 1000; i++) {
		uint64_t seed = dice_next(&d), u = dice_next(&d), v = dice_next(&d);

		n += hash_pair(seed, u, UINT64_C(0x9e3779b97f4a7c15)) ==
		     hash_pair(seed, v, UINT64_C(0x9e3779b97f4a7c15));
		n += hash_pair(seed, u, v) == hash_pair(seed, ~v, ~u);
		n += hash_pair(seed, u, v) == hash_pair(seed, v, u);
	}
	CHECK_EQ_INT(n, 0, "no word of a name makes its others of no account");
	CHECK(hash_bytes(1, a) != hash_bytes(2, a), "the seed tells");
	CHECK(hash_bytes(1, empty) == hash_bytes(1, slice_of(a.p, 0)), "an empty name has no place");
	return unit_done();
}
