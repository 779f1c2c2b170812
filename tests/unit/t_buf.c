#include <limits.h>
#include <stdlib.h>

#include "base/buf.h"
#include "unit.h"

static const struct {
	long long v;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ 7, "7" },
	{ -1, "-1" },
	{ 1795369298, "1795369298" },
	{ LLONG_MAX, "9223372036854775807" },
	{ LLONG_MIN, "-9223372036854775808" },
};

static void test_put(void)
{
	struct buf b = { 0 };

	buf_put(&b, NULL, 0);
	buf_str(&b, "");
	buf_slice(&b, (struct slice){ 0 });
	CHECK(b.n == 0 && !b.failed, "nothing put is nothing");
	CHECK_EQ_STR(buf_cstr(&b), "", "an empty C string");

	buf_str(&b, "one ");
	buf_slice(&b, SLICE("two "));
	buf_put(&b, "three", 3);
	buf_byte(&b, ' ');
	buf_fmt(&b, "%d-%s", 4, "four");
	buf_fmt(&b, "%s", "");
	CHECK_EQ_STR(buf_cstr(&b), "one two thr 4-four", "all kinds");
	CHECK_EQ_INT(b.n, 18, "the NUL does not count");
	buf_byte(&b, '\0');
	buf_byte(&b, 0xff);
	CHECK_EQ_MEM(b.p, b.n, "one two thr 4-four\0\xff", 20, "any byte");
	CHECK_EQ_SLICE(buf_all(&b).p, 7, "one two", "buf_all");

	buf_free(&b);
	CHECK(!b.p && !b.n && !b.cap, "freed");
	buf_str(&b, "again");
	CHECK_EQ_STR(buf_cstr(&b), "again", "and used again");
	buf_free(&b);
	buf_free(&b);
}

static void test_growth(void)
{
	struct buf b = { 0 };
	unsigned char block[37];
	long wrong = 0;

	for (size_t i = 0; i < 5000; i++) {
		memset(block, (int)(i & 0xff), sizeof(block));
		buf_put(&b, block, i % sizeof(block));
		wrong += b.n > b.cap;
	}
	for (size_t i = 0, at = 0; i < 5000; at += i++ % sizeof(block))
		for (size_t k = 0; k < i % sizeof(block); k++)
			wrong += b.p[at + k] != (i & 0xff);
	CHECK_EQ_INT(wrong, 0, "growing keeps what is there");

	b.n = b.cap;
	CHECK(buf_cstr(&b), "room for the NUL behind a full buffer");
	b.n = 0;
	CHECK(buf_room(&b, 1000000), "much room");
	CHECK(b.cap >= 1000000, "is there");
	buf_free(&b);

	buf_fmt(&b, "%0100d", 0);
	CHECK_EQ_INT(b.n, 100, "a format longer than the first buffer");
	CHECK(!buf_room(&b, SIZE_MAX - 10), "more than there can be");
	CHECK(b.failed, "is remembered");
	CHECK(!buf_cstr(&b), "and makes no string");
	CHECK_EQ_INT(b.n, 100, "what was there stays");
	buf_free(&b);
	CHECK(!b.failed, "forgotten with the memory");
}

static void test_array(void)
{
	long *a = NULL;
	size_t cap = 0, was;
	long wrong = 0;

	for (size_t i = 0; i < 10000; i++) {
		if (!array_need(&a, &cap, i + 1, sizeof(*a)))
			break;
		a[i] = (long)i;
	}
	CHECK(cap >= 10000, "an array grows");
	for (size_t i = 0; i < 10000; i++)
		wrong += a[i] != (long)i;
	CHECK_EQ_INT(wrong, 0, "and keeps its elements");
	was = cap;
	CHECK(array_need(&a, &cap, 5, sizeof(*a)) && cap == was, "it does not shrink");
	CHECK(!array_need(&a, &cap, SIZE_MAX / sizeof(*a) / 2 + 1, sizeof(*a) * 4),
	      "more than there can be");
	CHECK(cap == was && a[9999] == 9999, "leaves it as it was");
	free(a);
}

int main(void)
{
	test_put();
	test_growth();
	test_array();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct buf b = { 0 };

		buf_int(&b, numbers[i].v);
		CHECK_EQ_STR(buf_cstr(&b), numbers[i].text, "number %s", numbers[i].text);
		buf_free(&b);
	}
	return unit_done();
}
