#include "stream/scan.h"

#include <stdlib.h>

#include "dice.h"
#include "unit.h"

enum { WORDS = 6, ROOM = WORDS * 64 + 64 };

/* What each bit means, said once more and as plainly as can be. */
static bool is_odd(unsigned char c, unsigned char sep)
{
	return c != sep && c != '\n' && (c < 14 || c == '\\');
}

static size_t wrong_bits(scan_kernel_fn *kernel, const unsigned char *p, size_t words,
			 unsigned char sep)
{
	uint64_t seps[WORDS], lfs[WORDS], odds[WORDS], any = 0;
	uint32_t before[WORDS], seen = 0;
	uint64_t said = kernel(p, words, sep, seps, lfs, odds, before);
	size_t wrong = 0;

	for (size_t i = 0; i < words * 64; i++) {
		uint64_t s = seps[i / 64] >> i % 64 & 1, l = lfs[i / 64] >> i % 64 & 1;
		uint64_t o = odds[i / 64] >> i % 64 & 1;

		wrong += i % 64 == 0 && before[i / 64] != seen;
		seen += p[i] == sep;
		wrong += s != (p[i] == sep) || l != (p[i] == '\n') || o != is_odd(p[i], sep);
		any |= o;
	}
	return wrong + ((said != 0) != (any != 0));
}

static void test_kernel(scan_kernel_fn *kernel, const char *name, unsigned char sep)
{
	static _Alignas(64) unsigned char room[ROOM];
	struct dice d = { 7 };
	size_t wrong = 0;

	for (int c = 0; c < 256; c++)
		for (size_t at = 0; at < 64; at++) {
			memset(room, 'x', sizeof(room));
			room[at] = (unsigned char)c;
			wrong += wrong_bits(kernel, room, 1, sep);
		}
	CHECK_EQ_INT(wrong, 0, "%s, separator %02x: every byte at every place of a word", name, sep);
	wrong = 0;
	for (int i = 0; i < 20000; i++) {
		size_t from = dice_throw(&d, 64), words = dice_throw(&d, WORDS + 1);
		bool near = i % 2;

		for (size_t k = 0; k < sizeof(room); k++)
			room[k] = near ? DICE_PICK(&d, "\0\1\x08\t\n\v\f\r\x0e\x1f [\\]{|}\x7f\x80\x89"
						       "\x8a\x8d\xdc\xfc\xff")
				       : (unsigned char)dice_next(&d);
		wrong += wrong_bits(kernel, room + from, words, sep);
	}
	CHECK_EQ_INT(wrong, 0, "%s, separator %02x: random bytes, all alignments and sizes", name, sep);
}

/* Blocks of many sizes one after the other: what a larger one left must not be seen. */
static void test_block(void)
{
	struct dice d = { 11 };
	struct scan s = { 0 };
	size_t wrong = 0, odd = 0;
	unsigned char *p = malloc(200000 + SCAN_SLACK);

	for (int i = 0; i < 300; i++) {
		size_t n = i % 3 ? dice_throw(&d, 700) : dice_throw(&d, 200000);
		bool any = false;

		for (size_t k = 0; k < n; k++)
			p[k] = DICE_PICK(&d, "aaaaaaaaaaaaaaaaaaaaaa|||\n\\");
		memset(p + n, i % 2 ? '|' : '\n', SCAN_SLACK);
		if (!scan_block(&s, p, n, '|')) {
			wrong++;
			break;
		}
		uint32_t seen = 0;

		for (size_t k = 0; k < n; k++) {
			size_t to = k + dice_throw(&d, n - k);

			wrong += scan_seps_before(&s, k) != seen;
			seen += p[k] == '|';
			if (k % 50 == 0)
				wrong += scan_odd(&s, k, to) != (memchr(p + k, '\\', to - k) != NULL);
			wrong += (scan_window(s.sep, k) & 1) != (p[k] == '|') ||
				 (scan_window(s.lf, k) & 1) != (p[k] == '\n') ||
				 (scan_window(s.odd, k) & 1) != (p[k] == '\\');
			any |= p[k] == '\\';
		}
		for (size_t k = n; k < n + 128; k++)
			wrong += (scan_window(s.sep, k) | scan_window(s.lf, k)) & 1;
		odd += any != s.any_odd;
	}
	CHECK_EQ_INT(wrong, 0, "the bits of blocks, and none behind them");
	CHECK_EQ_INT(odd, 0, "any odd");
	free(p);
	scan_free(&s);
}

/* Line ends as one that looks at each byte finds them, however few are asked for at a time. */
static void test_ends(void)
{
	static unsigned char p[20000 + SCAN_SLACK];
	struct dice d = { 13 };
	struct scan s = { 0 };
	size_t wrong = 0;

	for (int i = 0; i < 200; i++) {
		size_t n = dice_throw(&d, 20000), word = 0, at = 0, got, lines = 1 + dice_throw(&d, 100);
		size_t most = 128 + dice_throw(&d, 400);
		uint32_t ends[128 + 400 + 2];

		for (size_t k = 0; k < sizeof(p); k++)
			p[k] = dice_throw(&d, lines) ? DICE_PICK(&d, "a|") : '\n';
		scan_block(&s, p, n, '|');
		while ((got = scan_ends(&s, &word, ends, most)))
			for (size_t k = 0; k < got; k++, at++) {
				while (at < n && p[at] != '\n')
					at++;
				wrong += at != ends[k] || got > most;
			}
		wrong += memchr(p + at, '\n', n > at ? n - at : 0) != NULL;
	}
	CHECK_EQ_INT(wrong, 0, "the ends of lines");
	wrong = 0;
	for (size_t k = 0, at = 0; k < 1000; k++) {
		const unsigned char *q = memchr(p + at, '|', 20000 - at);

		scan_block(&s, p, 20000, '|');
		wrong += !q || scan_nth(&s, at, 1) != (size_t)(q - p);
		wrong += scan_nth(&s, 0, (int)k + 1) != (size_t)(q - p);
		at = (size_t)(q - p) + 1;
	}
	CHECK_EQ_INT(wrong, 0, "the n-th separator");
	scan_free(&s);
}

static void test_window(void)
{
	uint64_t bits[4] = { 0x8000000000000001u, 0x8000000000000001u, 0xf00000000000000fu, 0 };
	size_t wrong = 0;

	for (size_t at = 0; at < 128; at++) {
		uint64_t w = scan_window(bits, at);

		for (size_t i = 0; i < 64; i++)
			wrong += (w >> i & 1) != (bits[(at + i) / 64] >> (at + i) % 64 & 1);
	}
	CHECK_EQ_INT(wrong, 0, "a window at every bit");
}

static void test_ten_digits(void)
{
	unsigned char p[10];
	struct dice d = { 3 };
	size_t wrong = 0;

	for (size_t at = 0; at < 10; at++)
		for (int c = 0; c < 256; c++) {
			memcpy(p, "1795369298", 10);
			p[at] = (unsigned char)c;
			wrong += scan_ten_digits(p) != (c >= '0' && c <= '9');
		}
	CHECK_EQ_INT(wrong, 0, "ten digits: every byte at every place");
	for (int i = 0; i < 100000; i++) {
		bool all = true;

		for (size_t k = 0; k < 10; k++) {
			p[k] = DICE_PICK(&d, "000012345678999999999999/:\x39");
			all &= p[k] >= '0' && p[k] <= '9';
		}
		wrong += scan_ten_digits(p) != all;
	}
	CHECK_EQ_INT(wrong, 0, "ten digits: random ones");
}

int main(void)
{
	const char *name;
	scan_kernel_fn *kernel;

	for (int i = 0; i < 4; i++) {
		kernel = scan_kernel(i, &name);
		if (!kernel)
			continue;
		test_kernel(kernel, name, '\t');
		test_kernel(kernel, name, '|');
	}
	CHECK(scan_kernel(0, &name), "there is a portable kernel");
	test_block();
	test_ends();
	test_window();
	test_ten_digits();
	return unit_done();
}
