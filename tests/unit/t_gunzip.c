#include "stream/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/buf.h"
#include "dice.h"
#include "unit.h"

/* A gzip member of the text; a header with everything that may be in it, if asked for. */
static void put_member(struct buf *to, struct slice text, bool full, int level)
{
	z_stream z = { 0 };
	gz_header head = { .time = 1795369298,
			   .os = 3,
			   .extra = (Bytef *)(size_t)"ab\4\0more",
			   .extra_len = 8,
			   .name = (Bytef *)(size_t)"queue_log.1",
			   .comment = (Bytef *)(size_t)"of a server",
			   .hcrc = 1 };

	deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	if (full)
		deflateSetHeader(&z, &head);
	buf_room(to, deflateBound(&z, text.n) + 64);
	z.next_in = (unsigned char *)(size_t)text.p;
	z.avail_in = (unsigned)text.n;
	z.next_out = to->p + to->n;
	z.avail_out = (unsigned)(to->cap - to->n);
	deflate(&z, Z_FINISH);
	to->n += z.total_out;
	deflateEnd(&z);
}

/*
 * Inflates the archive given in pieces of up to `piece` bytes with up to `room` bytes of room each
 * time. How it ended: 0 well, -1 *why. What was made before is in *to.
 */
static int inflate_all(struct slice archive, size_t piece, size_t room, struct dice *d, int library,
		       struct buf *to, const char **why)
{
	struct gunzip *g = gunzip_new(library);
	struct slice in = { 0 };
	unsigned char *out = malloc(room), *copy = NULL;
	size_t made, idle = 0;
	int r;

	to->n = 0;
	do {
		if (in.n == 0 && archive.n) {
			size_t n = 1 + dice_throw(d, piece);

			n = n < archive.n ? n : archive.n;
			/* a place of its own: whatever is read outside of it is seen */
			free(copy);
			copy = malloc(n);
			memcpy(copy, archive.p, n);
			in = slice_of(copy, n);
			archive = slice_of(archive.p + n, archive.n - n);
		}
		*why = NULL;
		r = gunzip_run(g, &in, archive.n == 0, out, 1 + dice_throw(d, room), &made, why);
		buf_put(to, out, made);
		idle = made || in.n || archive.n ? 0 : idle + 1;
	} while (r > 0 && idle < 10);
	free(out);
	free(copy);
	gunzip_free(g);
	return r;
}

enum { MEMBERS = 3 };

struct archive {
	struct buf text, packed;
	size_t end[MEMBERS];       /* of each member in packed */
	size_t text_end[MEMBERS];
};

static void make_archive(struct archive *a, struct dice *d)
{
	*a = (struct archive){ 0 };
	for (int m = 0; m < MEMBERS; m++) {
		size_t from = a->text.n;

		for (size_t i = 0; i < 40 * (size_t)(m + 1); i++)
			buf_fmt(&a->text, "%zu|c%zu|q|a|CONNECT|%zu\n", 1795369298 + i, dice_throw(d, 9),
				dice_throw(d, 1000));
		put_member(&a->packed, slice_of(a->text.p + from, a->text.n - from), m == 1, m * 4 + 1);
		a->end[m] = a->packed.n;
		a->text_end[m] = a->text.n;
	}
}

static void free_archive(struct archive *a)
{
	buf_free(&a->text);
	buf_free(&a->packed);
}

/* Cut anywhere it is an error, but where a member ends; and what was made is right so far. */
static void test_cut(int library)
{
	struct dice d = { 21 };
	struct archive a;
	struct buf to = { 0 };
	const char *why, *name = gunzip_library(library);
	size_t wrong = 0, other = 0;

	make_archive(&a, &d);
	for (size_t n = 1; n <= a.packed.n; n++)
		for (int small = 0; small < 3; small++) {
			size_t whole = 0;
			int r = inflate_all(slice_of(a.packed.p, n), small ? 5 : n, small == 1 ? 7 : 100000,
					    &d, library, &to, &why);

			for (int m = 0; m < MEMBERS; m++)
				if (a.end[m] == n)
					whole = a.text_end[m];
			wrong += whole ? r != 0 || to.n != whole : r != -1 || strcmp(why, "cut off") != 0;
			other += to.n > a.text.n || (to.n && memcmp(to.p, a.text.p, to.n) != 0);
		}
	CHECK_EQ_INT(wrong, 0, "%s: cut at every byte of %zu", name, a.packed.n);
	CHECK_EQ_INT(other, 0, "%s: cut at every byte: the beginning of the text", name);
	buf_free(&to);
	free_archive(&a);
}

/* Every bit of the check sums and lengths, and of the headers' first bytes, matters. */
static void test_flipped(int library)
{
	struct dice d = { 22 };
	struct archive a;
	struct buf to = { 0 };
	const char *why, *name = gunzip_library(library);
	size_t trailer = 0, header = 0, silent = 0;

	make_archive(&a, &d);
	for (int m = 0; m < MEMBERS; m++)
		for (size_t at = 1; at <= 8; at++)
			for (int bit = 0; bit < 8; bit++) {
				unsigned char *p = a.packed.p + a.end[m] - at;

				*p ^= (unsigned char)(1 << bit);
				trailer += inflate_all(buf_all(&a.packed), bit % 2 ? 3 : 100000, 500, &d,
						       library, &to, &why) != -1 || !why;
				*p ^= (unsigned char)(1 << bit);
			}
	CHECK_EQ_INT(trailer, 0, "%s: each bit of CRC and length", name);
	for (int m = 0; m < MEMBERS; m++)
		for (size_t at = 0; at < 3; at++)
			for (int bit = 0; bit < 8; bit++) {
				unsigned char *p = a.packed.p + (m ? a.end[m - 1] : 0) + at;

				*p ^= (unsigned char)(1 << bit);
				header += inflate_all(buf_all(&a.packed), 100000, 500, &d, library, &to,
						      &why) != -1 || !why;
				*p ^= (unsigned char)(1 << bit);
			}
	CHECK_EQ_INT(header, 0, "%s: each bit of the magic bytes and the method", name);
	for (int i = 0; i < 3000; i++) {
		unsigned char *p = a.packed.p + dice_throw(&d, a.packed.n), old = *p;
		int r;

		*p ^= (unsigned char)(1 << dice_throw(&d, 8));
		r = inflate_all(buf_all(&a.packed), 200, 500, &d, library, &to, &why);
		silent += r > 0 || (r == 0 && !slice_eq(buf_all(&to), buf_all(&a.text)));
		*p = old;
	}
	CHECK_EQ_INT(silent, 0, "%s: a flipped bit anywhere is an error, or changes nothing", name);
	buf_free(&to);
	free_archive(&a);
}

static const struct {
	const char *what;
	struct slice bytes;
	bool good;
} behind[] = {
	{ "nothing", { NULL, 0 }, true },
	{ "a text", { (const unsigned char *)"1795369298|c|q|a|V|\n", 20 }, false },
	{ "a LF", { (const unsigned char *)"\n", 1 }, false },
	{ "a NUL", { (const unsigned char *)"\0", 1 }, false },
	{ "half a magic number", { (const unsigned char *)"\x1f", 1 }, false },
	{ "another magic number", { (const unsigned char *)"\x1f\x9d\x90", 3 }, false },
	{ "a magic number and rubbish", { (const unsigned char *)"\x1f\x8b\x08rubbish rubbish", 18 }, false },
};

static void test_behind(int library)
{
	struct dice d = { 23 };
	struct archive a;
	struct buf to = { 0 };
	const char *why, *name = gunzip_library(library);

	make_archive(&a, &d);
	for (size_t i = 0; i < sizeof(behind) / sizeof(*behind); i++) {
		size_t n = a.packed.n, wrong = 0;

		buf_slice(&a.packed, behind[i].bytes);
		for (int small = 0; small < 2; small++) {
			int r = inflate_all(buf_all(&a.packed), small ? 2 : 100000, small ? 9 : 100000, &d,
					    library, &to, &why);

			wrong += r != (behind[i].good ? 0 : -1) || !slice_eq(buf_all(&to), buf_all(&a.text));
		}
		CHECK_EQ_INT(wrong, 0, "%s: behind the end: %s", name, behind[i].what);
		a.packed.n = n;
	}
	buf_free(&to);
	free_archive(&a);
}

/* Empty members, members as long as blocks and windows, stored and packed. */
static void test_sizes(int library)
{
	static const size_t sizes[] = { 0, 1, 0, 32767, 32768, 65535, 65536, 65537, 0, 300000, 5 };
	struct dice d = { 24 };
	struct buf text = { 0 }, packed = { 0 }, to = { 0 };
	const char *why = NULL;

	for (int level = 0; level <= 9; level += 3) {
		size_t wrong = 0;

		text.n = packed.n = 0;
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			size_t from = text.n;

			for (size_t k = 0; k < sizes[i]; k++)
				buf_byte(&text, DICE_PICK(&d, "abcdefghijklmnop"));
			put_member(&packed, slice_of(text.p + from, text.n - from), i % 2, level);
		}
		for (int i = 0; i < 6; i++) {
			int r = inflate_all(buf_all(&packed), i % 2 ? 4096 : 1 << 20, i < 3 ? 4096 : 1 << 20,
					    &d, library, &to, &why);

			wrong += r != 0 || !slice_eq(buf_all(&to), buf_all(&text));
		}
		CHECK_EQ_INT(wrong, 0, "%s: members of many sizes, level %d", gunzip_library(library), level);
	}
	buf_free(&text);
	buf_free(&packed);
	buf_free(&to);
}

int main(void)
{
	for (int library = 0; library < gunzip_libraries(); library++) {
		test_cut(library);
		test_flipped(library);
		test_behind(library);
		test_sizes(library);
	}
	return unit_done();
}
