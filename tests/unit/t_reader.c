#include "stream/reader.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "dice.h"
#include "stream/scan.h"
#include "unit.h"

static struct buf said;

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	buf_put(&said, line, n);
}

static struct diag quiet(void)
{
	said.n = 0;
	return (struct diag){ "t_reader", hear, NULL, 0 };
}

/*
 * What came out of a reader: "=" and the bytes of a line; "~" and a torn one; "!" and one that was
 * too long; "X": it failed. So the pieces in which it came do not matter.
 */
static bool collect(struct reader *r, size_t max_line, struct buf *to)
{
	unsigned char slack[SCAN_SLACK];
	bool ok = true, inside = false;

	for (;;) {
		struct slice block = { 0 }, line;
		enum reader_got got = reader_next(r, &block);

		if (got == READER_LINES || got == READER_TORN) /* for the sanitizers */
			memcpy(slack, block.p + block.n, SCAN_SLACK);
		ok &= !inside || got == READER_LONG || got == READER_LONG_LAST || got == READER_LATER;
		switch (got) {
		case READER_END: return ok && reader_next(r, &block) == READER_END;
		case READER_FAILED:
			buf_byte(to, 'X');
			return ok && reader_next(r, &block) == READER_END;
		case READER_LONG:
		case READER_LONG_LAST:
			if (!inside)
				buf_byte(to, '!');
			buf_slice(to, block);
			inside = got == READER_LONG;
			ok &= !memchr(block.p, '\n', block.n) == (got == READER_LONG) ||
			      got == READER_LONG_LAST;
			break;
		case READER_TORN:
			ok &= block.n > 1 && block.p[block.n - 1] == '\n';
			buf_byte(to, '~');
			buf_put(to, block.p, block.n - 1);
			break;
		case READER_LINES:
			ok &= block.n > 0 && block.p[block.n - 1] == '\n';
			while (block.n) {
				line = slice_cut(block, '\n', &block);
				buf_byte(to, line.n > max_line ? '!' : '=');
				buf_slice(to, line);
				buf_byte(to, '\n');
			}
			break;
		case READER_LATER: break;
		}
	}
}

/* A wait that often says no. */
static bool sometimes(void *arg, int fd)
{
	(void)fd;
	return dice_throw(arg, 3) > 0;
}

/* The same, said of the bytes by looking at them. */
static void expect(struct slice text, size_t max_line, bool failed, struct buf *to)
{
	while (text.n) {
		size_t left = text.n;
		struct slice line = slice_cut(text, '\n', &text);
		bool whole = line.n < left;

		if (!whole && failed && line.n <= max_line)
			break; /* what was cut off is no line */
		buf_byte(to, line.n > max_line ? '!' : whole ? '=' : '~');
		buf_slice(to, line);
		if (whole)
			buf_byte(to, '\n');
	}
	if (failed)
		buf_byte(to, 'X');
}

/* A child that writes the bytes into a pipe in random pieces; the end to be read is opened anew
 * by its name. */
static pid_t feed(struct slice bytes, size_t piece, uint64_t seed, char *path, size_t room, int *fd)
{
	struct dice d = { seed };
	int ends[2];
	pid_t pid;

	if (pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		while (bytes.n) {
			size_t n = 1 + dice_throw(&d, piece);
			ssize_t w = write(ends[1], bytes.p, n < bytes.n ? n : bytes.n);

			if (w < 0)
				break;
			bytes = slice_of(bytes.p + w, bytes.n - (size_t)w);
		}
		_exit(0);
	}
	close(ends[1]);
	*fd = ends[0];
	snprintf(path, room, "/dev/fd/%d", ends[0]);
	return pid;
}

/* piece 0: from a file. */
static bool same(struct slice bytes, struct slice text, size_t max_line, size_t piece, uint64_t seed,
		 bool failed)
{
	char path[64] = "/tmp/t_reader.XXXXXX";
	struct diag d = quiet();
	struct buf got = { 0 }, want = { 0 };
	struct dice dice = { seed };
	struct reader *r;
	pid_t pid = 0;
	int fd;
	bool ok;

	if (piece) {
		pid = feed(bytes, piece, seed, path, sizeof(path), &fd);
	} else {
		fd = mkstemp(path);
		ok = write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n;
	}
	r = reader_open_wait(path, max_line, seed % 2 ? sometimes : NULL, &dice, &d);
	close(fd);
	if (!piece)
		unlink(path);
	ok = r && collect(r, max_line, &got);
	if (r && !piece)
		ok &= reader_size(r) == bytes.n && (failed || reader_at(r) == bytes.n);
	reader_close(r);
	if (piece)
		waitpid(pid, NULL, 0);
	expect(text, max_line, failed, &want);
	ok &= (d.status == 2) == failed;
	ok &= slice_eq(buf_all(&got), buf_all(&want));
	buf_free(&got);
	buf_free(&want);
	return ok;
}

/* Lines of lengths around what matters: the longest allowed, the block, the pages. */
static void random_text(struct buf *b, struct dice *d, size_t max_line, size_t most)
{
	static const size_t lengths[] = { 0, 1, 4095, 4096, 16383, 16384, 16385, 131072, 262143, 262144,
					  262145, 300000 };

	b->n = 0;
	while (b->n < most) {
		size_t n = dice_throw(d, 80);

		if (!dice_throw(d, 30))
			n = max_line - 2 + dice_throw(d, 5);
		else if (most > 100000 && !dice_throw(d, 30))
			n = lengths[dice_throw(d, sizeof(lengths) / sizeof(*lengths))];
		buf_room(b, n + 1);
		memset(b->p + b->n, (int)('a' + dice_throw(d, 26)), n);
		b->n += n;
		buf_byte(b, '\n');
	}
	if (dice_throw(d, 2))
		b->n -= dice_throw(d, b->n < 100 ? b->n : 100);
}

static void pack(struct buf *to, struct slice text)
{
	z_stream z = { 0 };

	deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	buf_room(to, deflateBound(&z, text.n) + 64);
	z.next_in = (unsigned char *)(size_t)text.p;
	z.avail_in = (unsigned)text.n;
	z.next_out = to->p + to->n;
	z.avail_out = (unsigned)(to->cap - to->n);
	deflate(&z, Z_FINISH);
	to->n += z.total_out;
	deflateEnd(&z);
}

static void test_random(const char *name, size_t max_line, size_t most, size_t piece, int times)
{
	struct dice d = { most + piece };
	struct buf text = { 0 }, packed = { 0 };
	size_t plain = 0, gzip = 0, cut = 0;

	for (int i = 0; i < times; i++) {
		size_t at;

		random_text(&text, &d, max_line, most);
		plain += !same(buf_all(&text), buf_all(&text), max_line, piece, dice_next(&d), false);
		packed.n = 0;
		at = dice_throw(&d, text.n + 1);
		pack(&packed, slice_of(text.p, at));
		pack(&packed, slice_of(text.p + at, text.n - at));
		gzip += !same(buf_all(&packed), buf_all(&text), max_line, piece, dice_next(&d), false);
		/* its second member cut off: the lines of the first, and not the unfinished one */
		packed.n = 0;
		pack(&packed, slice_of(text.p, at));
		buf_put(&packed, "\x1f\x8b\x08\0\0\0\0\0\0", 9);
		cut += !same(buf_all(&packed), slice_of(text.p, at), max_line, piece, dice_next(&d), true);
	}
	CHECK_EQ_INT(plain, 0, "%s: the lines", name);
	CHECK_EQ_INT(gzip, 0, "%s: the lines of a gzip", name);
	CHECK_EQ_INT(cut, 0, "%s: the lines of a gzip that is cut", name);
	buf_free(&text);
	buf_free(&packed);
}

#define BYTES(literal) { (const unsigned char *)(literal), sizeof(literal) - 1 }

static const struct {
	const char *what;
	struct slice bytes;
	const char *got;
	const char *said;
} rows[] = {
	{ "an empty file", { NULL, 0 }, "", "" },
	{ "one line", BYTES("abc\n"), "=abc\n", "" },
	{ "a line without LF", BYTES("abc"), "~abc", "" },
	{ "only LF", BYTES("\n"), "=\n", "" },
	{ "the longest line allowed", BYTES("12345678\n"), "=12345678\n", "" },
	{ "the longest line, without LF", BYTES("12345678"), "~12345678", "" },
	{ "a line too long", BYTES("123456789\nx\n"), "!123456789\n=x\n", "" },
	{ "a line too long, without LF", BYTES("123456789"), "!123456789", "" },
	{ "half a magic number of gzip", BYTES("\x1f"), "X", "byte 1: gzip: cut off" },
	{ "a magic number of gzip", BYTES("\x1f\x8b"), "X", "byte 2: gzip: cut off" },
	{ "a magic number of gzip, then rubbish", BYTES("\x1f\x8b\nabcdefghijklmno\n"), "X", "gzip: corrupt" },
	{ "the first byte alone is gzip's", BYTES("\x1f" "ab\n"), "=\x1f" "ab\n", "" },
	{ "bzip2", BYTES("BZh91AY&SY"), "X", "compressed in a way that is not read: use bzip2 -dc" },
	{ "xz", BYTES("\xfd" "7zXZ\0\0"), "X", "use xz -dc" },
	{ "zstd", BYTES("\x28\xb5\x2f\xfd\x04\0"), "X", "use zstd -dc" },
	{ "lz4", BYTES("\x04\x22\x4d\x18\x64\x40"), "X", "use lz4 -dc" },
	{ "compress", BYTES("\x1f\x9d\x90\x61\x62\x63"), "X", "use uncompress -c" },
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (size_t piece = 1; piece < 20; piece += 15) {
			char path[64];
			struct diag d = quiet();
			struct buf got = { 0 };
			struct reader *r;
			pid_t pid;
			int fd;

			pid = feed(rows[i].bytes, piece, i, path, sizeof(path), &fd);
			r = reader_open(path, 8, &d);
			close(fd);
			if (CHECK(r && collect(r, 8, &got), "%s, in pieces of up to %zu", rows[i].what,
				  piece)) {
				CHECK_EQ_SLICE(got.p, got.n, rows[i].got, "%s: what came", rows[i].what);
				buf_byte(&said, '\0');
				CHECK(rows[i].said[0] ? strstr((char *)said.p, rows[i].said) != NULL
						      : said.n == 1,
				      "%s: what was said: %s", rows[i].what, (char *)said.p);
			}
			reader_close(r);
			waitpid(pid, NULL, 0);
			buf_free(&got);
		}
}

static void test_open(void)
{
	struct diag d = quiet();
	unsigned char nul = 0;

	CHECK(!reader_open("/none/such", 8, &d), "a missing file");
	CHECK(!reader_open("/", 8, &d), "a directory");
	buf_put(&said, &nul, 1);
	CHECK_EQ_STR((char *)said.p,
		     "t_reader: /none/such: No such file or directory\nt_reader: /: Is a directory\n",
		     "what was said");
	CHECK_EQ_INT(d.status, 2, "status");
}

/* Writes the next word into the pipe that is read, up to the NULL. */
struct giver {
	int to;
	const char *const *word;
};

static bool give(void *arg, int fd)
{
	struct giver *g = arg;

	CHECK(fd != g->to, "the file that is read is told");
	if (!*g->word)
		return false;
	g->word++;
	return write(g->to, g->word[-1], strlen(g->word[-1])) > 0;
}

static void next_is(struct reader *r, enum reader_got want, const char *text)
{
	struct slice block = { 0 };

	CHECK_EQ_INT(reader_next(r, &block), want, "before %s", text);
	CHECK_EQ_SLICE(block.p, block.n, text, "what was given");
}

/* Between two words nothing is lost, also inside a line and in the first six bytes. */
static void test_wait(void)
{
	static const char *const words[] = { "o", NULL, "ne\n", "two\nthr", NULL, "ee\n", NULL };
	struct diag d = quiet();
	struct giver g = { .word = words };
	struct reader *r;
	int fd[2], in = dup(STDIN_FILENO);

	CHECK(pipe(fd) == 0, "a pipe");
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	g.to = fd[1];
	r = reader_open_wait("-", 100, give, &g, &d);
	next_is(r, READER_LATER, "");
	next_is(r, READER_LATER, "");
	g.word++;
	next_is(r, READER_LINES, "one\ntwo\n");
	next_is(r, READER_LATER, "");
	g.word++;
	next_is(r, READER_LINES, "three\n");
	next_is(r, READER_LATER, "");
	CHECK_EQ_INT(said.n, 0, "nothing is said");
	reader_close(r);
	close(fd[1]);
	dup2(in, STDIN_FILENO);
	close(in);
}

/* A FIFO that nobody writes is opened all the same, and asked for later. */
static void test_fifo(void)
{
	char path[] = "/tmp/t_reader.XXXXXX";
	struct giver never = { .to = -1, .word = (const char *const[]){ NULL } };
	struct diag d = quiet();
	struct reader *r;

	close(mkstemp(path));
	unlink(path);
	CHECK(mkfifo(path, 0600) == 0, "a FIFO");
	r = reader_open_wait(path, 100, give, &never, &d);
	next_is(r, READER_LATER, "");
	reader_close(r);
	unlink(path);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_open();
	test_wait();
	test_fifo();
	test_rows();
	test_random("a file, short lines", 100, 2000, 0, 300);
	test_random("a file", 20000, 1500000, 0, 8);
	test_random("a file, lines longer than the block", 290000, 2500000, 0, 6);
	test_random("a pipe, byte by byte", 100, 600, 1, 150);
	test_random("a pipe, in small pieces", 100, 5000, 9, 100);
	test_random("a pipe, in large pieces", 20000, 800000, 70000, 8);
	test_random("a pipe, long lines in small pieces", 200000, 800000, 3000, 4);
	buf_free(&said);
	return unit_done();
}
