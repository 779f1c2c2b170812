#include "stream/seconds.h"

#include "dice.h"
#include "unit.h"

/* What it says of ten bytes, the slow way: microseconds; -1: no such time. */
static int64_t slow(const unsigned char *p)
{
	int64_t n = 0;

	for (int i = 0; i < SECONDS_DIGITS; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		n = n * 10 + (p[i] - '0');
	}
	return n >= 1000000000 && n < 8589934500 ? n * 1000000 : -1;
}

static bool right(struct seconds *s, const unsigned char *p)
{
	int64_t time = -1, want = slow(p);

	return seconds_are(p) == (want >= 0) && seconds_quick(s, p, &time) == (want >= 0) &&
	       (want < 0 || time == want);
}

int main(void)
{
	static const char *const edges[] = { "0999999999", "1000000000", "8589934499", "8589934500",
					     "8589934592", "9999999999", "0000000000" };
	unsigned char p[SECONDS_DIGITS];
	struct seconds s = { 0 };
	struct dice d = { 3 };
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(edges) / sizeof(*edges); i++) {
		memcpy(p, edges[i], sizeof(p));
		CHECK(right(&s, p), "%s", edges[i]);
	}
	for (size_t at = 0; at < sizeof(p); at++)
		for (int c = 0; c < 256; c++) {
			memcpy(p, "1795369298", sizeof(p));
			p[at] = (unsigned char)c;
			wrong += !right(&s, p);
		}
	CHECK_EQ_INT(wrong, 0, "every byte at every place");
	for (int i = 0; i < 100000; i++) {
		/* most often of the same hundred seconds as the one before */
		for (size_t k = i % 4 ? 8 : 0; k < sizeof(p); k++)
			p[k] = DICE_PICK(&d, "000012345678999999999999/:\x39");
		wrong += !right(&s, p);
	}
	CHECK_EQ_INT(wrong, 0, "random ones");
	return unit_done();
}
