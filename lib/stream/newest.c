#include "stream/newest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stream/gunzip.h"
#include "stream/qlog.h"
#include "stream/reader.h"
#include "stream/rotated.h"

enum { TAIL = 1 << 16, MAX_LINE = 1 << 20 };

struct search {
	int64_t time;
	bool found;
	bool unknown;
};

static void found(struct search *s, int64_t time)
{
	if (!s->found || time > s->time)
		s->time = time;
	s->found = true;
}

/* The last line of the block that has a time. */
static bool last_time(struct slice block, int64_t *time)
{
	while (block.n) {
		size_t n = block.n;

		while (n && block.p[n - 1] != '\n')
			n--;
		if (qlog_line_time(slice_of(block.p + n, block.n - n), time))
			return true;
		block.n = n ? n - 1 : 0;
	}
	return false;
}

/* From the beginning: *time is that of the last line that has one. */
static void read_all(struct search *s, const char *path)
{
	struct diag quiet = { .prog = "" };
	struct reader *r = reader_open(path, MAX_LINE, &quiet);
	enum reader_got got = READER_FAILED;
	struct slice block;
	int64_t time;

	while (r && (got = reader_next(r, &block)) != READER_END && got != READER_FAILED)
		if ((got == READER_LINES || got == READER_TORN) && last_time(block, &time))
			found(s, time);
	s->unknown |= got == READER_FAILED;
	reader_close(r);
}

/* From the end. false: it is gzip, or there is no time in the last lines of many. */
static bool read_tail(struct search *s, const char *path, off_t size)
{
	size_t want = size < TAIL ? (size_t)size : TAIL, skip = 0;
	unsigned char *buf = malloc(TAIL), magic[2] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, magic, 2, 0);
	bool done = false;
	int64_t time;

	if (buf && n >= 0 && !gunzip_magic(magic, (size_t)n) &&
	    pread(fd, buf, want, size - (off_t)want) == (ssize_t)want) {
		while (want < (size_t)size && skip < want && buf[skip++] != '\n') { }
		done = last_time(slice_of(buf + skip, want - skip), &time);
		if (done)
			found(s, time);
	}
	if (fd >= 0)
		close(fd);
	free(buf);
	return done;
}

/* tails: what can be told by the end of the file; else the other files, which are read. */
static void look(struct search *s, const char *path, bool tails)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		s->unknown = true;
	else if (tails)
		read_tail(s, path, st.st_size);
	else if (!read_tail(s, path, st.st_size))
		read_all(s, path);
}

struct walk {
	struct search *search;
	bool tails;
};

static int look_at(void *arg, const char *path)
{
	struct walk *w = arg;

	look(w->search, path, w->tails);
	return 0;
}

enum newest newest_event(const char *path, int64_t enough, int64_t *time)
{
	struct search s = { 0 };
	struct stat st;
	bool dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	for (int tails = 1; tails >= 0 && !(s.found && s.time >= enough); tails--) {
		struct walk w = { &s, tails };

		if (!dir)
			look(&s, path, tails);
		else if (rotated_each(path, look_at, &w) < 0)
			s.unknown = true;
	}
	*time = s.time;
	if (s.found && (!s.unknown || s.time >= enough))
		return NEWEST_FOUND;
	return s.unknown ? NEWEST_UNKNOWN : NEWEST_NONE;
}
