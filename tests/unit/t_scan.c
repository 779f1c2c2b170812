#include "stream/scan.h"

#include <stdlib.h>

#include "dice.h"
#include "unit.h"

/* What is marked, said once more and as plainly as can be. */
static bool is_mark(unsigned char c, unsigned char sep)
{
	return c == sep || c < 14 || c == '\\';
}

static bool is_odd(unsigned char c, unsigned char sep)
{
	return is_mark(c, sep) && c != sep && c != '\n';
}

enum { WORDS = 6, ROOM = WORDS * 64 + 64 };

/* What a kernel adds behind what is there already. */
static size_t wrong_marks(scan_kernel_fn *kernel, const unsigned char *p, size_t from, size_t words,
			  unsigned char sep)
{
	static uint32_t mark[3 + ROOM + SCAN_OVER], end[3 + ROOM + SCAN_OVER];
	struct scan s = { .p = p, .n = ROOM, .sep = sep, .mark = mark, .marks = 3, .end = end, .lines = 2 };
	size_t wrong = 0, marks = 3, lines = 2;
	bool odd = kernel(&s, from, words), any = false;

	for (size_t i = from; i < from + words * 64; i++) {
		if (!is_mark(p[i], sep))
			continue;
		any |= is_odd(p[i], sep);
		if (p[i] == '\n')
			wrong += end[lines++] != marks;
		wrong += mark[marks++] != i;
	}
	return wrong + (s.marks != marks) + (s.lines != lines) + (odd != any);
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
			wrong += wrong_marks(kernel, room, 0, 1, sep);
		}
	CHECK_EQ_INT(wrong, 0, "%s, separator %02x: every byte at every place of a word", name, sep);
	wrong = 0;
	for (int i = 0; i < 20000; i++) {
		size_t from = dice_throw(&d, 64), words = dice_throw(&d, WORDS + 1);
		int kind = i % 3;

		for (size_t k = 0; k < sizeof(room); k++)
			room[k] = kind == 0 ? (unsigned char)dice_next(&d)
				  : kind == 1 ? DICE_PICK(&d, "\0\1\x08\t\n\v\f\r\x0e\x1f [\\]{|}\x7f\x80"
							     "\x89\x8a\x8d\xdc\xfc\xff")
					      : DICE_PICK(&d, "abcdefghij\t|\n");
		wrong += wrong_marks(kernel, room, from, words, sep);
	}
	CHECK_EQ_INT(wrong, 0, "%s, separator %02x: random bytes, all alignments and sizes", name, sep);
}

/* The pieces of a block against one that looks at each byte. Lines may be as long as they like. */
static void test_block(void)
{
	enum { MOST = 200000 };
	struct dice d = { 11 };
	struct scan s = { 0 };
	size_t wrong = 0, long_lines = 0, pieces = 0;
	unsigned char *p = malloc(MOST + SCAN_SLACK);

	for (int i = 0; i < 400; i++) {
		size_t n = 1 + (i % 3 ? dice_throw(&d, 700) : dice_throw(&d, MOST)), at = 0;
		size_t often = 1 + dice_throw(&d, i % 4 ? 100 : 100000);
		bool odd = i % 5 == 0;

		for (size_t k = 0; k < n; k++)
			p[k] = !dice_throw(&d, often) ? '\n' : DICE_PICK(&d, "aaaaaaaaaaaaaaaaaaaaaa|||");
		for (size_t k = 0; odd && k < n; k += 1 + dice_throw(&d, 5000))
			p[k] = '\\';
		p[n - 1] = '\n';
		memset(p + n, i % 2 ? '|' : '\n', SCAN_SLACK);
		if (!scan_begin(&s, p, n, '|')) {
			wrong++;
			break;
		}
		while (scan_more(&s)) {
			uint32_t before = 0;

			pieces++;
			for (size_t k = 0; k < s.lines; k++) {
				const uint32_t *mark = s.mark + before;
				size_t marks = s.end[k] - before, begin = at, seen = 0;
				bool any = false;

				wrong += (uint32_t)(mark[0] + 1) != at;
				for (; p[at] != '\n'; at++) {
					if (!is_mark(p[at], '|'))
						continue;
					any |= p[at] == '\\';
					if (++seen < SCAN_MARKS - 1)
						wrong += mark[seen] != at;
				}
				/* of one that began in a piece before, perhaps only the first ones and the LF */
				wrong += marks != seen + 1 && (k || marks < SCAN_MARKS || marks > seen);
				long_lines += at - begin > SCAN_PIECE && seen > SCAN_MARKS;
				wrong += mark[marks] != at || (any && !s.odd);
				at++;
				before = s.end[k];
			}
			wrong += s.odd && !odd;
		}
		wrong += at != n;
	}
	CHECK_EQ_INT(wrong, 0, "the marks and lines of blocks, and none behind them");
	CHECK(long_lines > 20 && pieces > 500, "long lines (%zu) and many pieces (%zu)", long_lines, pieces);
	CHECK(!scan_more(&s), "no more behind the last piece");
	free(p);
	scan_free(&s);
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
	return unit_done();
}
