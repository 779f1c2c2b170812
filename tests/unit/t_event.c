#include "stream/event.h"

#include "dice.h"
#include "unit.h"

#define TIMES "no time from 0 to 2^33"
#define NAMES "no valid name of a partition"
#define ESCAPE "a backslash that is no escape"
#define FEWER "fewer than 11 fields"
#define RAW FEWER ": raw logs are read by qlfetch -p NAME"
#define MORE "more than 11 fields"

/* A line, and its canonical form (NULL: the same) or why it is refused. */
static const struct {
	const char *line, *canonical, *why;
} parsed[] = {
	{ "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t5", NULL, NULL },
	{ "1\tA\t\t\t\tV\t\t\t\t\t", NULL, NULL },
	{ "0\tA\t\t\t\tV\t\t\t\t\t", NULL, NULL },
	{ "1.5\tA\t\t\t\tV\t\t\t\t\t", NULL, NULL },
	{ "1.000001\tA\t\t\t\tV\t\t\t\t\t", NULL, NULL },
	{ "8589934592\tA\t\t\t\tV\t\t\t\t\t", NULL, NULL },
	{ "1.50\tA\t\t\t\tV\t\t\t\t\t", "1.5\tA\t\t\t\tV\t\t\t\t\t", NULL },
	{ "1.0\tA\t\t\t\tV\t\t\t\t\t", "1\tA\t\t\t\tV\t\t\t\t\t", NULL },
	{ "0000000001\tA\t\t\t\tV\t\t\t\t\t", "1\tA\t\t\t\tV\t\t\t\t\t", NULL },
	{ "8589934592.000000\tA\t\t\t\tV\t\t\t\t\t", "8589934592\tA\t\t\t\tV\t\t\t\t\t", NULL },
	{ "1\tA\ta\\tb\\nc\\rd\\\\e\\0f\tq\ta\tV\t\t\t\t\t", NULL, NULL },
	{ "1\tA\tc\tq\ta\tV\\t\t\t\t\t\t\\\\", NULL, NULL },
	{ "1\tA\tc\\b\tq\\f\ta\\v\tV\\'\t\\N\tx\\Ny\t\t\t", "1\tA\tc\b\tq\f\ta\v\tV'\t\txy\t\t\t", NULL },
	{ "1\tA\tc\rd\tq\ta\tV\t\t\t\t\t\r", "1\tA\tc\\rd\tq\ta\tV\t\t\t\t\t\\r", NULL },
	{ "1\tA\t\x01\x7f\xc3\xa9\xff\tq\ta\tV\t\t\t\t\t", NULL, NULL },
	{ "", NULL, FEWER },
	{ "\t\t\t\t\t\t\t\t\t", NULL, FEWER },
	{ "\t\t\t\t\t\t\t\t\t\t", NULL, TIMES },
	{ "1\tA\tc\tq\ta\tV\t1\t2\t3\t4", NULL, FEWER },
	{ "1\tA\tc\tq\ta\tV\t1\t2\t3\t4\t5\t", NULL, MORE },
	{ "1|A|c|q|a|V|1|2|3|4|5", NULL, RAW },
	{ "1|A|c\tq", NULL, FEWER },
	{ "\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "-1\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "+1\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ " 1\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "1 \tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "1.\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ ".5\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "1.1234567\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "8589934592.000001\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "8589934593\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "99999999999999999999999\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "1e9\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, TIMES },
	{ "1\t\tc\tq\ta\tV\t\t\t\t\t", NULL, NAMES },
	{ "1\tA B\tc\tq\ta\tV\t\t\t\t\t", NULL, NAMES },
	{ "1\tA-\tc\tq\ta\tV\t\t\t\t\t", NULL, NAMES },
	{ "1\tA\\N\tc\tq\ta\tV\t\t\t\t\t", NULL, NAMES },
	{ "1\tABCDEFGHIJKLMNOPQRSTU\tc\tq\ta\tV\t\t\t\t\t", NULL, NAMES },
	{ "1\tA\tc\tq\ta\t\t\t\t\t\t", NULL, "no verb" },
	{ "1\tA\tc\tq\ta\t\\N\t\t\t\t\t", NULL, "no verb" },
	{ "1\tA\tc\\\tq\ta\tV\t\t\t\t\t", NULL, ESCAPE },
	{ "1\tA\tc\\x\tq\ta\tV\t\t\t\t\t", NULL, ESCAPE },
	{ "1\tA\tc\tq\ta\tV\t\t\t\t\t\\", NULL, ESCAPE },
	{ "1\tA\tc\tq\ta\tV\t\t\t\t\t\\\\\\", NULL, ESCAPE },
};

static void test_parse(void)
{
	struct buf own = { 0 }, want = { 0 };

	for (size_t i = 0; i < sizeof(parsed) / sizeof(*parsed); i++) {
		const char *text = parsed[i].canonical ? parsed[i].canonical : parsed[i].line;
		struct event ev;
		struct slice line = slice_str(parsed[i].line), rest;
		const char *why = event_parse(line, &ev, &own);

		CHECK_EQ_STR(why, parsed[i].why, "why not: %s", parsed[i].line);
		if (why || parsed[i].why)
			continue;
		want.n = 0;
		buf_str(&want, text);
		buf_byte(&want, '\n');
		CHECK_EQ_MEM(ev.line.p, ev.line.n, want.p, want.n, "line of %s", parsed[i].line);
		rest = slice_str(text);
		for (int f = 0; f < EVENT_FIELDS; f++) {
			struct slice s = slice_cut(rest, '\t', &rest);

			if (!slice_eq(s, ev.f[f]))
				CHECK_EQ_MEM(ev.f[f].p, ev.f[f].n, s.p, s.n, "field %d of %s", f, text);
		}
	}
	buf_free(&own);
	buf_free(&want);
}

/* Every byte value in every field, raw and behind a backslash. */
static void test_bytes(void)
{
	struct buf line = { 0 }, own = { 0 }, again = { 0 };
	size_t wrong = 0;

	for (int f = F_CALLID; f < EVENT_FIELDS; f++)
		for (int c = 0; c < 256; c++)
			for (int behind = 0; behind < 2; behind++) {
				const unsigned char byte = (unsigned char)c;
				const char *letters = "tnr\\0bfv'N";
				struct event ev, ev2;
				const char *why, *letter = c ? strchr(letters, c) : NULL;
				bool bad = behind ? !letter : c == '\t' || c == '\\';

				line.n = 0;
				for (int k = 0; k < EVENT_FIELDS; k++) {
					buf_str(&line, k ? "\t" : "1795369298");
					buf_str(&line, k == 0 ? "" : k == 1 ? "A" : "x");
					if (k == f && behind)
						buf_byte(&line, '\\');
					if (k == f)
						buf_byte(&line, byte);
				}
				if (!behind && c == '\n')
					continue;
				why = event_parse(buf_all(&line), &ev, &own);
				wrong += bad != (why != NULL);
				if (why)
					continue;
				/* canonical: what is read again is the same, and nothing raw is left */
				wrong += event_parse(slice_of(ev.line.p, ev.line.n - 1), &ev2, &again) != NULL ||
					 !slice_eq(ev.line, ev2.line) || memchr(own.p, '\r', own.n) ||
					 memchr(own.p, '\0', own.n);
			}
	CHECK_EQ_INT(wrong, 0, "every byte in every field, raw and behind a backslash");
	buf_free(&line);
	buf_free(&own);
	buf_free(&again);
}

static void test_escape(void)
{
	struct buf b = { 0 }, scratch = { 0 };
	struct dice d = { 5 };
	unsigned char raw[2][24];
	size_t wrong = 0;

	for (int c = 0; c < 256; c++) {
		raw[0][0] = (unsigned char)c;
		b.n = 0;
		event_escape(&b, slice_of(raw[0], 1));
		wrong += b.n != 1u + (c == '\t' || c == '\n' || c == '\r' || c == '\\' || c == 0);
		wrong += !slice_eq(event_raw(buf_all(&b), &scratch), slice_of(raw[0], 1));
	}
	CHECK_EQ_INT(wrong, 0, "escape: every byte there and back");
	b.n = 0;
	event_escape(&b, slice_of("\t\n\r\\\0\b'\x7f\xff", 9));
	CHECK_EQ_SLICE(b.p, b.n, "\\t\\n\\r\\\\\\0\b'\x7f\xff", "escape: just these");
	for (int i = 0; i < 200000; i++) {
		size_t n = dice_throw(&d, 24), m = dice_throw(&d, 24), cut;
		struct slice x, y;
		int want, got;

		for (int k = 0; k < 2; k++)
			for (size_t at = 0; at < sizeof(*raw); at++)
				raw[k][at] = DICE_PICK(&d, "\0\0\t\n\r\\\\nt0x\xff\x01");
		memcpy(raw[1], raw[0], dice_throw(&d, m + 1));
		b.n = 0;
		event_escape(&b, slice_of(raw[0], n));
		cut = b.n;
		event_escape(&b, slice_of(raw[1], m));
		x = slice_of(b.p, cut);
		y = slice_of(b.p + cut, b.n - cut);
		want = slice_cmp(slice_of(raw[0], n), slice_of(raw[1], m));
		got = event_cmp(x, y);
		wrong += (want > 0) != (got > 0) || (want < 0) != (got < 0);
		wrong += !slice_eq(event_raw(x, &scratch), slice_of(raw[0], n));
	}
	CHECK_EQ_INT(wrong, 0, "escape, raw and cmp of random bytes");
	buf_free(&b);
	buf_free(&scratch);
}

static const struct {
	const char *text;
	int64_t time; /* -1: none */
} times[] = {
	{ "0", 0 },
	{ "1", 1000000 },
	{ "1795369298", INT64_C(1795369298000000) },
	{ "1795369298.5", INT64_C(1795369298500000) },
	{ "1795369298.000001", INT64_C(1795369298000001) },
	{ "1.100000", 1100000 },
	{ "007", 7000000 },
	{ "000000000000000007", 7000000 },
	{ "0.0", 0 },
	{ "8589934592", EVENT_TIME_MAX },
	{ "8589934592.0", EVENT_TIME_MAX },
	{ "8589934591.999999", EVENT_TIME_MAX - 1 },
	{ "8589934592.000001", -1 },
	{ "8589934593", -1 },
	{ "9223372036854775807", -1 },
	{ "18446744073709551617", -1 },
	{ "1.0000001", -1 },
	{ "", -1 },
	{ ".", -1 },
	{ "1.", -1 },
	{ ".1", -1 },
	{ "1..1", -1 },
	{ "1.1.1", -1 },
	{ "-1", -1 },
	{ "+1", -1 },
	{ "1.-1", -1 },
	{ "1.+1", -1 },
	{ " 1", -1 },
	{ "1 ", -1 },
	{ "1x", -1 },
	{ "0x1", -1 },
	{ "1e3", -1 },
	{ "1,5", -1 },
};

static void test_time(void)
{
	struct dice d = { 9 };
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		int64_t t = -1;
		bool ok = event_time(slice_str(times[i].text), &t);

		CHECK_EQ_INT(ok ? t : -1, times[i].time, "time %s", times[i].text);
	}
	for (int i = 0; i < 100000; i++) {
		unsigned char text[EVENT_TIME_ROOM];
		struct event ev = { .line = SLICE("x") };
		int64_t t = (int64_t)(dice_next(&d) % ((uint64_t)EVENT_TIME_MAX + 1)), back;

		if (i % 3)
			t -= t % (i % 3 == 1 ? 1000000 : 1000);
		event_move(&ev, t, text);
		wrong += ev.changed != 1u << F_TIME || ev.time != t || !event_time(ev.f[F_TIME], &back) || back != t;
		wrong += t % 1000000 ? ev.f[F_TIME].p[ev.f[F_TIME].n - 1] == '0'
				     : memchr(text, '.', ev.f[F_TIME].n) != NULL;
	}
	CHECK_EQ_INT(wrong, 0, "times there and back");
}

/* Every byte as the only, first, middle and last one of a name. */
static void test_partition(void)
{
	size_t wrong = 0;

	for (int c = 0; c < 256; c++) {
		bool inner = c == '.' || c == '-';
		bool outer = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c == '_' || c == ':';
		unsigned char name[3] = "aaa";

		name[1] = (unsigned char)c;
		wrong += partition_valid(slice_of(name, 3)) != (outer || inner);
		wrong += partition_valid(slice_of(name, 2)) != outer;
		wrong += partition_valid(slice_of(name + 1, 2)) != outer;
		wrong += partition_valid(slice_of(name + 1, 1)) != outer;
	}
	CHECK_EQ_INT(wrong, 0, "partition: every byte");
	CHECK(!partition_valid(SLICE("")), "partition: empty");
	CHECK(partition_valid(SLICE("abcdefghijklmnopqrst")), "partition: 20 bytes");
	CHECK(!partition_valid(SLICE("abcdefghijklmnopqrstu")), "partition: 21 bytes");
	CHECK(partition_valid(SLICE("a.-b")), "partition: a.-b");
	CHECK(!partition_valid(SLICE("..")), "partition: ..");
}

static void test_make(void)
{
	struct buf own = { 0 }, b = { 0 };
	struct event ev;
	const char *line = "1.5\tA\tNONE\tNONE\tNONE\tSOURCEDOWN\ta\\tb\t\t\t\t\n";

	event_make(&ev, 1500000, SLICE("A"), VERB_SOURCEDOWN, SLICE("a\tb"), &own);
	CHECK_EQ_SLICE(ev.line.p, ev.line.n, line, "make");
	CHECK_EQ_INT(ev.verb, VERB_SOURCEDOWN, "make: verb");
	CHECK_EQ_INT(ev.time, 1500000, "make: time");
	event_put(&b, &ev);
	CHECK_EQ_SLICE(b.p, b.n, line, "put: as it stands");
	event_change(&ev, F_QUEUE, SLICE("q"));
	b.n = 0;
	event_put(&b, &ev);
	CHECK_EQ_SLICE(b.p, b.n, "1.5\tA\tNONE\tq\tNONE\tSOURCEDOWN\ta\\tb\t\t\t\t\n", "put: changed");
	for (int f = 0; f < EVENT_FIELDS; f++)
		CHECK_EQ_INT(field_named(slice_str(field_name((enum field)f))), f, "field %d", f);
	CHECK_EQ_INT(field_named(SLICE("data6")), EVENT_FIELDS, "no field");
	CHECK_EQ_INT(field_named(SLICE("")), EVENT_FIELDS, "no field without a name");
	buf_free(&own);
	buf_free(&b);
}

int main(void)
{
	test_parse();
	test_bytes();
	test_escape();
	test_time();
	test_partition();
	test_make();
	return unit_done();
}
