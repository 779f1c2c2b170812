#include "stream/load_count.h"
#include "stream/load_fit.h"
#include "unit.h"

static const struct {
	enum load_charset charset;
	long long most;
	bool bytes, pads;
	const char *value;
	const char *why; /* NULL: it fits */
	const char *cut;
} fits[] = {
	{ LOAD_BYTES, 3, false, false, "abc", NULL, "abc" },
	{ LOAD_BYTES, 3, false, false, "abcd", "4 characters, the column holds 3", "abc" },
	{ LOAD_BYTES, 3, false, false, "\xe9\xff\x80", NULL, "\xe9\xff\x80" },
	{ LOAD_ASCII, 3, false, false, "a\x80", "byte 2, 80, is not ASCII", "a\x80" },
	{ LOAD_UTF8_4, 2, false, false, "\xc3\xa9\xc3\xa9", NULL, "\xc3\xa9\xc3\xa9" },
	{ LOAD_UTF8_4, 2, false, false, "\xc3\xa9\xc3\xa9z", "3 characters, the column holds 2", "\xc3\xa9\xc3\xa9" },
	{ LOAD_UTF8_4, 3, true, false, "\xc3\xa9\xc3\xa9", "4 bytes, the column holds 3", "\xc3\xa9" },
	{ LOAD_UTF8_4, 9, false, false, "a\xc3", "byte 2, c3, is not UTF-8", "a\xc3" },
	{ LOAD_UTF8_4, 9, false, false, "\xf0\x9f\x98\x80", NULL, "\xf0\x9f\x98\x80" },
	{ LOAD_UTF8_3, 9, false, false, "\xf0\x9f\x98\x80", "byte 1, f0, is not UTF-8 of three bytes", "\xf0\x9f\x98\x80" },
	{ LOAD_BYTES, 3, false, true, "ab ", "ends with a byte that the column's type does not keep", "ab " },
	{ LOAD_BYTES, 3, false, false, "ab ", NULL, "ab " },
	{ LOAD_BYTES, 0, false, false, "", NULL, "" },
	{ LOAD_UTF8_4, 20, false, false, "12345678abcdefgh\xc3\xa9z", NULL, "12345678abcdefgh\xc3\xa9z" },
	{ LOAD_UTF8_4, 17, false, false, "12345678abcdefgh\xc3\xa9z", "18 characters, the column holds 17",
	  "12345678abcdefgh\xc3\xa9" },
	{ LOAD_UTF8_4, 20, false, false, "1234567\x80", "byte 8, 80, is not UTF-8", "1234567\x80" },
	{ LOAD_ASCII, 20, false, false, "12345678\x80", "byte 9, 80, is not ASCII", "12345678\x80" },
};

static void check_fits(void)
{
	struct buf why = { 0 };

	for (size_t i = 0; i < sizeof(fits) / sizeof(*fits); i++) {
		struct load_limit l = { fits[i].charset, fits[i].most, fits[i].bytes, fits[i].pads, ' ' };
		struct slice value = slice_str(fits[i].value), cut = load_cut(&l, value);

		CHECK_EQ_STR(load_fit(&l, value, &why), fits[i].why, "fit %zu", i);
		CHECK_EQ_SLICE(cut.p, cut.n, fits[i].cut, "cut %zu", i);
	}
	buf_free(&why);
	CHECK_EQ_INT(load_charset_named("utf8"), LOAD_UTF8_3, "utf8 has three bytes");
	CHECK_EQ_INT(load_charset_named("LATIN1"), LOAD_BYTES, "latin1");
	CHECK_EQ_INT(load_charset_named("utf16"), LOAD_UNKNOWN, "utf16");
	CHECK_EQ_INT(load_charset_named(NULL), LOAD_BYTES, "binary");
}

static struct load_key key(int64_t second, const char *callid, const char *data1)
{
	struct slice field[EVENT_FIELDS] = { [F_CALLID] = slice_str(callid), [F_VERB] = SLICE("INFO"),
					     [F_DATA1] = slice_str(data1) };
	struct load_key k;

	load_key_make(&k, second, field);
	return k;
}

/* The same letters are not the same row where their number, or their field, is another. */
static void check_keys(void)
{
	static const char *const texts[] = { "", "1", "11", "111", "1111", "12", "aab", "abb" };
	enum { N = sizeof(texts) / sizeof(*texts) };

	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++) {
			struct load_key a = key(7, "c", texts[i]), b = key(7, "c", texts[j]);
			struct load_key c = key(7, texts[i], texts[j]), d = key(7, texts[j], texts[i]);

			CHECK_EQ_INT(a.a == b.a && a.b == b.b, i == j, "%s %s", texts[i], texts[j]);
			CHECK_EQ_INT(c.a == d.a && c.b == d.b, i == j, "%s|%s", texts[i], texts[j]);
			CHECK(a.kin == b.kin, "kin whatever data is: %s %s", texts[i], texts[j]);
		}
}

static void check_counts(void)
{
	static struct load_counts c;
	struct load_key a = key(3599, "c1", "1"), b = key(3599, "c1", "2"), far = key(3600, "c1", "1");

	load_entry_of(&c, &a)->have = 1;
	CHECK(load_entry_of(&c, &b)->have == 0, "another row of the second");
	CHECK(load_entry_of(&c, &far)->have == 0, "the same row, a second later");
	CHECK(load_kin_of(&c, &b) != NULL, "a near twin");
	CHECK(load_kin_of(&c, &far) == NULL, "not of another second");
	load_entry_of(&c, &a)->read = 1;
	CHECK(load_kin_of(&c, &b) == NULL, "its own event explains it");
	load_counts_doubt(&c);
	CHECK_EQ_INT(load_entry_of(&c, &a)->have, 0, "in doubt");
	CHECK_EQ_INT(load_entry_of(&c, &a)->read, 1, "what was read was read");
	for (int64_t i = 0; i < LOAD_HOURS; i++)
		load_hour_of(&c, (100 + i) * LOAD_HOUR);
	CHECK_EQ_INT(c.hours, LOAD_HOURS, "no more hours than these");
	CHECK_EQ_INT(load_entry_of(&c, &a)->read, 0, "forgotten");
	CHECK(c.dropped >= 2 * LOAD_HOUR, "and it is known: %lld", (long long)c.dropped);
	load_counts_free(&c);
}

int main(void)
{
	check_fits();
	check_keys();
	check_counts();
	return unit_done();
}
