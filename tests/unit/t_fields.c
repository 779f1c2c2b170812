#include "report/fields.h"

#include "unit.h"

static const struct {
	const char *text;
	bool good;
	long long v;
} numbers[] = {
	{ "0", true, 0 },
	{ "-1", true, -1 },
	{ "1795369298000000", true, 1795369298000000 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 },
	{ "-9223372036854775809", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1x", false, 0 },
}, times[] = {
	{ "0", true, 0 },
	{ "1795369298", true, 1795369298000000 },
	{ "1795369298.5", true, 1795369298500000 },
	{ "1795369298.000001", true, 1795369298000001 },
	{ "1.0000001", false, 0 },
	{ "1.x", false, 0 },
	{ "-1", false, 0 },
	{ "9223372036854775807", false, 0 },
	{ "", false, 0 },
};

static void read_line(void)
{
	struct fields f = fields_of(SLICE("row\t3:-4\t\tend"));
	long long a, b;

	CHECK(slice_is(fields_text(&f), "row"), "the first");
	CHECK(fields_pair(&f, &a, &b) && a == 3 && b == -4, "a pair");
	CHECK(fields_text(&f).n == 0 && f.more, "an empty one in the middle");
	CHECK(!fields_end(&f), "there is more");
	CHECK(slice_is(fields_text(&f), "end") && fields_end(&f), "the last");
	fields_text(&f);
	CHECK(f.bad, "one that is not there");
	f = fields_of(SLICE("3:"));
	CHECK(!fields_pair(&f, &a, &b), "half a pair");
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct fields f = fields_of(slice_str(numbers[i].text));

		CHECK_EQ_INT(fields_int(&f), numbers[i].v, "'%s'", numbers[i].text);
		CHECK(f.bad == !numbers[i].good, "'%s' is %s", numbers[i].text,
		      numbers[i].good ? "one" : "none");
	}
	for (i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct fields f = fields_of(slice_str(times[i].text));

		CHECK_EQ_INT(fields_time(&f), times[i].v, "'%s'", times[i].text);
		CHECK(f.bad == !times[i].good, "'%s' is %s", times[i].text,
		      times[i].good ? "one" : "none");
	}
	read_line();
	return unit_done();
}
