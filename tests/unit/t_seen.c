#include "stream/seen.h"

#include "base/when.h"
#include "unit.h"

/* Looks, each a row of lines of one letter; and which of them are new: an upper-case letter. */
static const struct {
	const char *look, *fresh;
} rows[] = {
	{ "abc", "ABC" },
	{ "abc", "abc" },
	{ "aabc", "aAbc" },   /* one more of it */
	{ "abc", "abc" },     /* one less */
	{ "aabc", "aabc" },   /* the same again */
	{ "xaabccc", "XaabcCC" },
	{ "", "" },
	{ "cccx", "cccx" },
	{ "dddd", "DDDD" },
};

static void check_looks(void)
{
	struct seen s = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char got[16] = "";
		size_t n = strlen(rows[i].look);

		seen_look(&s);
		for (size_t j = 0; j < n; j++) {
			char c = rows[i].look[j];
			int fresh = seen_take(&s, c * 400 * WHEN_SECOND, slice_of(&c, 1));

			got[j] = (char)(fresh ? c - 'a' + 'A' : c);
		}
		CHECK_EQ_STR(got, rows[i].fresh, "look %zu", i);
	}
	seen_free(&s);
}

/* A day of a row each second, of which an hour is looked at: memory is that of the hour. */
static void check_memory(void)
{
	struct seen s = { 0 };
	size_t most = 0;
	int bad = 0;

	for (int64_t t = 0; t < 86400; t++) {
		seen_look(&s);
		for (int64_t u = t < 2 ? 0 : t - 2; u <= t; u++)
			bad += seen_take(&s, u * WHEN_SECOND, slice_of(&u, sizeof(u))) != (u == t);
		seen_forget(&s, (t - 3600) * WHEN_SECOND);
		if (s.n > most)
			most = s.n;
	}
	CHECK_EQ_INT(bad, 0, "new once each");
	CHECK_EQ_INT(most, 7, "parts of ten minutes");
	seen_free(&s);
}

static void check_forgotten(void)
{
	struct seen s = { 0 };

	seen_look(&s);
	seen_take(&s, 100 * WHEN_SECOND, SLICE("a"));
	seen_take(&s, 5000 * WHEN_SECOND, SLICE("a"));
	seen_forget(&s, 4000 * WHEN_SECOND);
	seen_look(&s);
	CHECK_EQ_INT(seen_take(&s, 5000 * WHEN_SECOND, SLICE("a")), 0, "kept");
	CHECK_EQ_INT(seen_take(&s, 100 * WHEN_SECOND, SLICE("a")), 1, "forgotten");
	seen_free(&s);
}

int main(void)
{
	check_looks();
	check_memory();
	check_forgotten();
	return unit_done();
}
