#include "stream/block.h"

#include <stdlib.h>

#include "dice.h"
#include "unit.h"

static const char *const seeds[] = {
	"1795369298\tA\t1795369290.12\tsales\tAgent/101\tCONNECT\t8\t1795369290.14\t3\t\t",
	"1795369299\tB\tNONE\tNONE\tNONE\tQUEUESTART\t\t\t\t\t",
	"1795369300.25\tpbx.example:1\tc\tq\t\tENTERQUEUE\t\t0612345678\t1\t\t",
	"8589934592\tC\t\t\tPJSIP/101\tDIVERT_CA_RATIO\ta|b\\tc\\\\\t\xc3\xa9\t'\t\t\\0",
	"7\tABCDEFGHIJKLMNOPQRST\tc\tq\ta\tsomething unknown\t1\t2\t3\t4\t5|6|7",
	"1795369301\tA\tc\tq\ta\tRINGNOANSWER\t\x01\x08\x0b\x0c\x7f\xff\t\t\t\t",
};

static unsigned char odd_byte(struct dice *d)
{
	return dice_throw(d, 3) ? DICE_PICK(d, "\t\t\t\t\\\\\r\0\x01\v\f\b 0189.-AB\x0e\x80\x89\xff")
				: (unsigned char)dice_next(d);
}

/* One of the seeds, changed up to n times; never with LF in it. */
static void put_line(struct buf *b, struct dice *d, size_t n)
{
	const char *seed = seeds[dice_throw(d, sizeof(seeds) / sizeof(*seeds))];
	size_t from = b->n, at;
	unsigned char c;

	buf_str(b, seed);
	while (n--) {
		at = from + dice_throw(d, b->n - from + 1);
		c = odd_byte(d);
		switch (dice_throw(d, 8)) {
		case 0:
		case 1:
			if (at < b->n)
				b->p[at] = c;
			break;
		case 2:
		case 3:
			buf_byte(b, c);
			memmove(b->p + at + 1, b->p + at, b->n - 1 - at);
			b->p[at] = c;
			break;
		case 4:
			if (at < b->n) {
				memmove(b->p + at, b->p + at + 1, b->n - 1 - at);
				b->n--;
			}
			break;
		case 5:
			if (!dice_throw(d, 4))
				b->n = at;
			break;
		case 6:
			if (!dice_throw(d, 8))
				b->n = from;
			break;
		case 7:
			if (!dice_throw(d, 8))
				for (int i = 0; i < 200; i++)
					buf_byte(b, c);
			break;
		}
	}
	for (size_t i = from; i < b->n; i++)
		if (b->p[i] == '\n')
			b->p[i] = '?';
	buf_byte(b, '\n');
}

/* What block_next says of a line is what event_parse says of it. */
static bool same(enum block_got got, const struct event *ev, const char *why, struct slice line,
		 struct slice given, const struct block *b, struct buf *own)
{
	size_t max_line = b->max_line;
	struct event want;
	const char *reason;

	if (line.n == 0 || (line.n == 1 && line.p[0] == '\r'))
		return got == BLOCK_BLANK;
	reason = line.n > max_line ? "longer than a line may be" : event_parse(line, &want, own);
	if (reason)
		return got == BLOCK_REFUSED && strcmp(why, reason) == 0 && slice_eq(given, line);
	if (got != BLOCK_EVENT || ev->time != want.time || ev->verb != want.verb ||
	    !slice_eq(ev->line, want.line))
		return false;
	for (int f = 0; f < EVENT_FIELDS; f++)
		if (!slice_eq(ev->f[f], want.f[f]))
			return false;
	/* a canonical line is lent from where it stands, so that it need not be copied */
	return ev->line.n != line.n + 1 || memcmp(ev->line.p, line.p, line.n) != 0 ||
	       ev->line.p == line.p;
}

/* Now and then those that are given together, if there are any: how many. */
static size_t some(struct block *b, struct dice *d, struct slice *rest, struct buf *own, size_t *wrong)
{
	struct event ev[16];
	size_t n = 0;

	if (dice_throw(d, 4))
		return 0;
	if (dice_throw(d, 2))
		block_name(b);
	if (block_plain(b))
		n = block_events(b, ev, 1 + dice_throw(d, 16));
	for (size_t i = 0; i < n; i++)
		if (!same(BLOCK_EVENT, &ev[i], NULL, slice_cut(*rest, '\n', rest), (struct slice){ 0 }, b, own))
			++*wrong;
	return n;
}

static void test_random(const struct block_code *code, size_t most_changes, size_t max_line, uint64_t seed)
{
	struct block b = { .max_line = max_line, .code = code };
	struct dice d = { seed };
	struct buf text = { 0 }, own = { 0 };
	size_t wrong = 0, numbers = 0, events = 0, refused = 0;

	for (int i = 0; i < 1500; i++) {
		size_t lines = dice_throw(&d, 100);
		struct slice rest;

		text.n = 0;
		for (size_t k = 0; k < lines; k++)
			put_line(&text, &d, dice_throw(&d, most_changes + 1));
		rest = buf_all(&text);
		for (int k = 0; k < SCAN_SLACK; k++)
			buf_byte(&text, odd_byte(&d));
		rest.p = text.p;
		block_begin(&b, rest);
		for (size_t k = 0; k < lines; k++) {
			struct slice line, given = { 0 };
			struct event ev;

			k += some(&b, &d, &rest, &own, &wrong);
			if (k == lines)
				break;
			line = slice_cut(rest, '\n', &rest);
			const char *why = NULL;
			enum block_got got = block_next(&b, &ev, &given, &why);

			events += got == BLOCK_EVENT;
			refused += got == BLOCK_REFUSED;
			if (b.p + block_last(&b) != line.p ||
			    !same(got, &ev, why, line, given, &b, &own)) {
				if (!wrong++)
					unit_bytes("line", line.p, line.n);
				rest = slice_of(text.p + block_at(&b), b.n - block_at(&b));
			}
		}
		wrong += block_next(&b, &(struct event){ 0 }, &rest, &(const char *){ 0 }) != BLOCK_END;
		numbers += block_given(&b) != lines;
	}
	CHECK_EQ_INT(wrong, 0, "up to %zu changes: %zu events, %zu refused, as event_parse says",
		     most_changes, events, refused);
	CHECK_EQ_INT(numbers, 0, "up to %zu changes: how many lines", most_changes);
	CHECK(events > 1000 && refused > 1000, "up to %zu changes: some of both", most_changes);
	block_free(&b);
	buf_free(&text);
	buf_free(&own);
}

/* Used to pass when no valid name had been met before. */
static void test_first_partition_empty(void)
{
	static const char text[256] = "1795369298\t\tc\tq\ta\tV\t\t\t\t\t\n";
	struct block b = { .max_line = 1000 };
	struct event ev;
	struct slice line;
	const char *why = "";

	block_begin(&b, slice_str(text));
	CHECK_EQ_INT(block_next(&b, &ev, &line, &why), BLOCK_REFUSED, "an empty partition, first of all");
	CHECK_EQ_STR(why, "no valid name of a partition", "an empty partition, first of all: why");
	block_free(&b);
}

static void test_max_line(void)
{
	enum { MOST = 100 };
	struct buf text = { 0 };

	for (size_t n = MOST - 3; n < MOST + 3; n++)
		for (int odd = 0; odd < 2; odd++) {
			struct block b = { .max_line = MOST };
			struct event ev;
			struct slice line;
			const char *why;

			text.n = 0;
			buf_str(&text, "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t");
			while (text.n < n)
				buf_byte(&text, odd && text.n == 40 ? '\x01' : 'x');
			buf_byte(&text, '\n');
			line = buf_all(&text);
			buf_room(&text, SCAN_SLACK);
			line.p = text.p;
			block_begin(&b, line);
			CHECK_EQ_INT(block_next(&b, &ev, &line, &why),
				     n > MOST ? BLOCK_REFUSED : BLOCK_EVENT, "%zu of %d bytes%s", n, MOST,
				     odd ? ", the long way" : "");
			block_free(&b);
		}
	buf_free(&text);
}

int main(void)
{
	test_first_partition_empty();
	for (int i = 0; i < 2; i++) {
		if (!block_code(i))
			continue;
		test_random(block_code(i), 1, 1000, 1);
		test_random(block_code(i), 3, 1000, 2);
		test_random(block_code(i), 40, 150, 3);
	}
	test_max_line();
	return unit_done();
}
