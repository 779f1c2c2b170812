#include "stream/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "stream/gunzip.h"
#include "stream/scan.h"

/*
 * Memory: [front, where an unfinished line is put][block, page aligned][slack]. The front grows
 * when a line wants it to, up to the longest line allowed.
 */
enum { PAGE = 4096, BLOCK = 1 << 17, FRONT = 1 << 14, FIRST = 1 << 15, PACKED = 1 << 17 };

struct reader {
	int fd;
	const char *path, *name; /* name: in messages */
	struct diag *d;
	size_t max_line;
	unsigned char *mem, *block; /* block is mem + front */
	size_t front;
	const unsigned char *rest; /* the unfinished line */
	size_t nrest;
	reader_wait *wait;
	void *wait_arg;
	size_t begun;  /* bytes in the block from before it started */
	bool started, ended, failed;
	bool later;    /* the wait said so */
	bool skipping; /* inside a line that is too long */
	bool lines_left; /* the rest may hold whole lines: it stood behind a line too long */
	unsigned long long at, size;
	struct gunzip *gunzip;
	unsigned char *packed;
	struct slice in; /* compressed, not yet inflated */
	bool in_ended;
};

static bool set_front(struct reader *r, size_t front)
{
	void *mem = NULL;

	front = (front + PAGE - 1) / PAGE * PAGE;
	if (posix_memalign(&mem, PAGE, front + BLOCK + SCAN_SLACK + 1)) {
		errno = ENOMEM;
		return false;
	}
	if (r->nrest) {
		memcpy((unsigned char *)mem + front - r->nrest, r->rest, r->nrest);
		r->rest = (unsigned char *)mem + front - r->nrest;
	}
	free(r->mem);
	r->mem = mem;
	r->block = r->mem + front;
	r->front = front;
	return true;
}

struct reader *reader_open(const char *path, size_t max_line, struct diag *d)
{
	return reader_open_wait(path, max_line, NULL, NULL, d);
}

struct reader *reader_open_wait(const char *path, size_t max_line, reader_wait *wait, void *arg,
				struct diag *d)
{
	struct reader *r = calloc(1, sizeof(*r));
	struct stat st;

	if (!r) {
		diag_fail(d, "%s: out of memory", path);
		return NULL;
	}
	*r = (struct reader){ .fd = STDIN_FILENO, .path = path, .name = path, .d = d, .max_line = max_line,
			      .wait = wait, .wait_arg = arg };
	if (strcmp(path, "-") == 0)
		r->name = "stdin";
	else
		r->fd = open(path, O_RDONLY | O_CLOEXEC | (wait ? O_NONBLOCK : 0));
	if (r->fd < 0 || fstat(r->fd, &st) < 0 || !set_front(r, FRONT))
		goto fail;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	if (S_ISREG(st.st_mode)) {
		r->size = (unsigned long long)st.st_size;
#ifdef POSIX_FADV_SEQUENTIAL
		posix_fadvise(r->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
	}
	if (S_ISFIFO(st.st_mode))
		fd_widen(r->fd);
	return r;
fail:
	diag_errno(d, "%s", r->name);
	reader_close(r);
	return NULL;
}

/* May the read that failed be tried again? Of a pipe that somebody made non-blocking, when it can be read. */
static bool try_again(const struct reader *r)
{
	if (errno != EAGAIN)
		return errno == EINTR;
	if (!r->wait)
		poll(&(struct pollfd){ .fd = r->fd, .events = POLLIN }, 1, -1);
	return true;
}

/* read(2): bytes, 0 at the end, -1 told. */
static ssize_t take(struct reader *r, unsigned char *to, size_t room)
{
	ssize_t n;

	do {
		if (r->wait && !r->wait(r->wait_arg, r->fd)) {
			r->later = true;
			return 0;
		}
		n = read(r->fd, to, room);
	} while (n < 0 && try_again(r));
	if (n < 0) {
		diag_errno(r->d, "%s", r->name);
		r->failed = true;
	} else {
		r->at += (unsigned long long)n;
	}
	return n;
}

static const char *other_packer(struct slice s)
{
	return slice_begins(s, SLICE("BZh"))                    ? "bzip2 -dc"
	       : slice_begins(s, SLICE("\xfd\x37zXZ"))         ? "xz -dc"
	       : slice_begins(s, SLICE("\x28\xb5\x2f\xfd"))    ? "zstd -dc"
	       : slice_begins(s, SLICE("\x04\x22\x4d\x18"))    ? "lz4 -dc"
	       : slice_begins(s, SLICE("\x1f\x9d"))            ? "uncompress -c"
							       : NULL;
}

static bool begin_gzip(struct reader *r, struct slice first)
{
	r->gunzip = gunzip_new(-1);
	r->packed = malloc(PACKED);
	if (!r->gunzip || !r->packed) {
		diag_fail(r->d, "%s: out of memory", r->name);
		r->failed = true;
		return false;
	}
	memcpy(r->packed, first.p, first.n);
	r->in = slice_of(r->packed, first.n);
	return true;
}

/* The first bytes say what the file is. Those of a plain file lie in the block: how many. */
static size_t begin(struct reader *r)
{
	size_t n = r->begun;
	ssize_t got;
	const char *packer;

	do {
		got = take(r, r->block + n, FIRST - n);
		n += got > 0 ? (size_t)got : 0;
	} while (got > 0 && n < 6 && r->block[0] != '1');
	r->begun = n;
	if (r->later)
		return 0;
	r->started = true;
	r->ended = got == 0;
	if (gunzip_magic(r->block, n)) {
		r->in_ended = r->ended;
		r->ended = false;
		begin_gzip(r, slice_of(r->block, n));
		return 0;
	}
	packer = other_packer(slice_of(r->block, n));
	if (packer) {
		diag_fail(r->d, "%s: compressed in a way that is not read: use %s", r->name, packer);
		r->failed = true;
		return 0;
	}
	if (n == 0 && r->ended && strlen(r->path) > 3 &&
	    strcmp(r->path + strlen(r->path) - 3, ".gz") == 0) {
		diag_fail(r->d, "%s: an empty file is no gzip archive", r->name);
		r->failed = true;
	}
	return n;
}

static size_t inflate_block(struct reader *r)
{
	size_t n = 0, made;
	const char *why;
	int more = 1;

	while (n == 0 && more > 0) {
		if (r->in.n == 0 && !r->in_ended) {
			ssize_t got = take(r, r->packed, PACKED);

			if (got < 0 || r->later)
				return 0;
			r->in_ended = got == 0;
			r->in = slice_of(r->packed, (size_t)got);
		}
		more = gunzip_run(r->gunzip, &r->in, r->in_ended, r->block + n, BLOCK - n, &made,
				  &why);
		n += made;
	}
	if (more < 0) {
		diag_fail(r->d, "%s: byte %llu: gzip: %s", r->name, r->at - r->in.n, why);
		r->failed = true;
	}
	r->ended = more == 0;
	return n;
}

/* More bytes into the block: how many; none at the end or when it failed. */
static size_t fill(struct reader *r)
{
	size_t n = 0;

	if (!r->started)
		n = begin(r);
	if (n || r->ended || r->failed || r->later)
		return n;
	if (r->gunzip)
		return inflate_block(r);
	ssize_t got = take(r, r->block, BLOCK);

	r->ended = got == 0 && !r->later;
	return got > 0 ? (size_t)got : 0;
}

static const unsigned char *last_lf(const unsigned char *p, size_t n)
{
	while (n && p[n - 1] != '\n')
		n--;
	return n ? p + n - 1 : NULL;
}

/* The input is over: what is left has no LF. */
static enum reader_got finish(struct reader *r, struct slice *block)
{
	size_t n = r->nrest;
	unsigned char *p = r->block - n;

	if (r->skipping || n > r->max_line) {
		r->skipping = false;
		*block = slice_of(p, n);
		r->nrest = 0;
		return READER_LONG_LAST;
	}
	if (r->failed) {
		r->nrest = 0;
		r->failed = false;
		r->ended = true;
		return READER_FAILED;
	}
	if (n == 0)
		return READER_END;
	memmove(p, r->rest, n);
	p[n] = '\n';
	*block = slice_of(p, n + 1);
	r->nrest = 0;
	return READER_TORN;
}

/* n new bytes, none of them LF: the unfinished line grows, or is given up piece by piece. */
static enum reader_got grow(struct reader *r, size_t n, struct slice *block)
{
	const unsigned char *p = r->block - r->nrest;

	n += r->nrest;
	if (r->skipping || n > r->max_line) {
		r->skipping = true;
		*block = slice_of(p, n);
		r->nrest = 0;
		return READER_LONG;
	}
	r->rest = p;
	r->nrest = n;
	return READER_LINES;
}

/* The whole lines of the rest, where there are any. */
static bool left_lines(struct reader *r, struct slice *block)
{
	const unsigned char *last = last_lf(r->rest, r->nrest);

	r->lines_left = false;
	if (!last)
		return false;
	*block = slice_of(r->rest, (size_t)(last + 1 - r->rest));
	r->rest += block->n;
	r->nrest -= block->n;
	return true;
}

/* Puts the unfinished line in front of the block. */
static bool pull(struct reader *r)
{
	if (r->nrest > r->front)
		return set_front(r, r->nrest + r->nrest / 2 + BLOCK);
	if (r->nrest && r->rest != r->block - r->nrest)
		memmove(r->block - r->nrest, r->rest, r->nrest);
	r->rest = r->block - r->nrest;
	return true;
}

enum reader_got reader_next(struct reader *r, struct slice *block)
{
	r->later = false;
	if (r->lines_left && left_lines(r, block))
		return READER_LINES;
	for (;;) {
		const unsigned char *begin, *first, *last;
		enum reader_got got;
		size_t n;

		if (!pull(r)) {
			diag_fail(r->d, "%s: out of memory", r->name);
			r->nrest = 0;
			return READER_FAILED;
		}
		n = fill(r);
		if (n == 0)
			return r->later ? READER_LATER : finish(r, block);
		last = last_lf(r->block, n);
		if (!last) {
			got = grow(r, n, block);
			if (got == READER_LONG)
				return got;
			continue;
		}
		begin = r->block - r->nrest;
		first = r->nrest || r->skipping ? memchr(r->block, '\n', n) : NULL;
		if (first && (r->skipping || (size_t)(first - begin) > r->max_line)) {
			/* the end of a line that is too long; what stands behind it is not */
			r->skipping = false;
			r->lines_left = true;
			*block = slice_of(begin, (size_t)(first + 1 - begin));
			r->rest = first + 1;
			r->nrest = (size_t)(r->block + n - first - 1);
			return READER_LONG_LAST;
		}
		r->rest = last + 1;
		r->nrest = (size_t)(r->block + n - last - 1);
		*block = slice_of(begin, (size_t)(last + 1 - begin));
		return READER_LINES;
	}
}

void reader_set_wait(struct reader *r, reader_wait *wait, void *arg)
{
	r->wait = wait;
	r->wait_arg = arg;
}

bool reader_is(const struct reader *r, int fd)
{
	struct stat in, out;

	return fstat(r->fd, &in) == 0 && S_ISREG(in.st_mode) && in.st_size > 0 && fstat(fd, &out) == 0 &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

void reader_set_name(struct reader *r, const char *name)
{
	r->name = name;
}

unsigned long long reader_at(const struct reader *r)
{
	return r->at;
}

unsigned long long reader_size(const struct reader *r)
{
	return r->size;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	if (r->fd > STDIN_FILENO)
		close(r->fd);
	gunzip_free(r->gunzip);
	free(r->packed);
	free(r->mem);
	free(r);
}
