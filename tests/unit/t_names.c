#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/names.h"
#include "unit.h"

/* The names in their order, each in <>. */
static const char *joined(const struct names *t, struct buf *b)
{
	b->n = 0;
	for (uint32_t id = 0; id < t->n; id++) {
		buf_byte(b, '<');
		buf_slice(b, names_text(t, id));
		buf_byte(b, '>');
	}
	return buf_cstr(b);
}

static const struct {
	const char *list, *names;
} lists[] = {
	{ "sales", "<sales>" },
	{ "sales,support", "<sales><support>" },
	{ "b,a,b,c,a", "<b><a><c>" },
	{ "", "<>" },
	{ ",", "<>" },
	{ "a,", "<a><>" },
	{ ",a", "<><a>" },
	{ "a,,b", "<a><><b>" },
	{ " a , b", "< a >< b>" },
	{ "a,@b", "<a><@b>" },
	{ "SIP/100,Local/1@ctx/n", "<SIP/100><Local/1@ctx/n>" },
	{ "caf\xc3\xa9", "<caf\xc3\xa9>" },
};

static const struct {
	const char *text, *names;
} files[] = {
	{ "", "" },
	{ "\n\n", "" },
	{ "sales\nsupport\n", "<sales><support>" },
	{ "sales\nsupport", "<sales><support>" },
	{ "sales\r\n\r\nsupport\r\n", "<sales><support>" },
	{ "a,b\n@c\n# d\n e \n", "<a,b><@c><# d>< e >" },
	{ "a\rb\r\r\n", "<a\rb\r>" },
	{ "b\na\nb\n", "<b><a>" },
};

static void test_lists(void)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct names t = { 0 };

		CHECK_EQ_INT(names_list(&t, lists[i].list), 0, "list \"%s\"", lists[i].list);
		CHECK_EQ_STR(joined(&t, &b), lists[i].names, "its names");
		names_free(&t);
	}
	buf_free(&b);
}

static void test_files(void)
{
	char path[] = "@/tmp/t_names.XXXXXX";
	int fd = mkstemp(path + 1);
	struct names t = { 0 };
	struct buf b = { 0 };

	if (!CHECK(fd >= 0, "a file of our own"))
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		ssize_t n = (ssize_t)strlen(files[i].text);

		CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, files[i].text, (size_t)n, 0) == n,
		      "file %zu", i);
		CHECK_EQ_INT(names_list(&t, path), 0, "is read");
		CHECK_EQ_STR(joined(&t, &b), files[i].names, "its names");
		names_free(&t);
	}
	names_list(&t, "a");
	CHECK_EQ_INT(names_list(&t, "b,a"), 0, "lists add up");
	CHECK_EQ_STR(joined(&t, &b), "<a><b>", "to one");
	close(fd);
	unlink(path + 1);
	errno = 0;
	CHECK_EQ_INT(names_list(&t, path), -1, "a missing file");
	CHECK_EQ_INT(errno, ENOENT, "its reason");
	errno = 0;
	CHECK_EQ_INT(names_list(&t, "@/tmp"), -1, "a directory");
	CHECK_EQ_INT(errno, EISDIR, "its reason");
	CHECK_EQ_INT(names_list(&t, "@"), -1, "no file named");
	CHECK_EQ_STR(joined(&t, &b), "<a><b>", "nothing added by these");
	names_free(&t);
	buf_free(&b);
}

/* Names live at one place; numbers are given in the order of the first appearance. */
static void test_many(void)
{
	enum { MANY = 50000 };
	static const unsigned char *at[MANY];
	static unsigned char longest[40000];
	struct names t = { 0 };
	long wrong = 0;
	char text[32];

	CHECK_EQ_INT(names_find(&t, SLICE("a")), NAMES_NONE, "an empty table has nothing");
	CHECK_EQ_INT(names_find(&t, (struct slice){ 0 }), NAMES_NONE, "not even the empty name");
	for (uint32_t i = 0; i < MANY; i++) {
		/* number 0 is the empty name */
		int n = i ? snprintf(text, sizeof(text), "name %u", (unsigned)(i * 7919 % MANY)) : 0;

		wrong += names_put(&t, slice_of(text, (size_t)n)) != i;
		at[i] = names_text(&t, i).p;
		if (i == 1000)
			names_put(&t, slice_of(text, (size_t)n));
	}
	CHECK_EQ_INT(wrong, 0, "numbers in order");
	for (uint32_t i = 0; i < MANY; i++) {
		int n = i ? snprintf(text, sizeof(text), "name %u", (unsigned)(i * 7919 % MANY)) : 0;
		struct slice s = slice_of(text, (size_t)n);

		wrong += names_find(&t, s) != i || names_put(&t, s) != i;
		wrong += names_text(&t, i).p != at[i] || !slice_eq(names_text(&t, i), s);
	}
	CHECK_EQ_INT(wrong, 0, "found again, in the same place");
	CHECK_EQ_INT(t.n, MANY, "none twice");

	memset(longest, 'x', sizeof(longest));
	CHECK_EQ_INT(names_put(&t, slice_of(longest, sizeof(longest))), MANY, "a very long name");
	longest[sizeof(longest) - 1] = 0;
	CHECK_EQ_INT(names_put(&t, slice_of(longest, sizeof(longest))), MANY + 1,
		     "one that differs in its last byte, a NUL");
	CHECK_EQ_INT(names_put(&t, SLICE("x")), MANY + 2, "a short one behind");
	CHECK_EQ_INT(names_find(&t, slice_of(longest, sizeof(longest))), MANY + 1, "all found");
	names_free(&t);
	CHECK_EQ_INT(names_find(&t, SLICE("x")), NAMES_NONE, "freed");
	CHECK_EQ_INT(names_put(&t, SLICE("x")), 0, "and used again");
	names_free(&t);
}

/* Names of all lengths, more of them than are remembered: the same numbers as without remembering. */
static void test_again(void)
{
	static struct names_recent recent;
	unsigned char text[40 + NEAR_MOST];
	struct names t = { 0 }, plain = { 0 };
	long wrong = 0;

	for (unsigned i = 0; i < 200000; i++) {
		unsigned n = i * 2654435761u >> 8, length = n % 40;
		struct slice s = slice_of(text, length);

		memset(text, 'a', sizeof(text));
		if (length)
			text[n / 64 % length] = (unsigned char)('A' + n / 4096 % 7);
		wrong += names_again(&t, &recent, s) != names_put(&plain, s);
	}
	CHECK_EQ_INT(wrong, 0, "remembered or not");
	CHECK(t.n > NAMES_RECENT, "more than are remembered: %zu", t.n);
	names_free(&t);
	names_free(&plain);
}

int main(void)
{
	alarm(20); /* a list that ends in a comma was read for ever */
	test_lists();
	test_files();
	test_many();
	test_again();
	return unit_done();
}
