#include "stream/rotated.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/when.h"
#include "stream/qlog.h"
#include "stream/reader.h"

enum { LONGEST = 1 << 20 };

/* What is known of a part before it is read. */
struct part {
	char *path;
	int64_t first, last; /* times; WHEN_MAX: none found, WHEN_MIN: last not looked for */
	size_t operand;
	bool copy;
};

static int add(struct rotated *r, char *path)
{
	if (!path || !array_need(&r->path, &r->cap, r->n + 1, sizeof(*r->path))) {
		free(path);
		return -1;
	}
	r->path[r->n++] = path;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int rotated_each(const char *dir, int (*f)(void *arg, const char *path), void *arg)
{
	const char *slash = *dir && dir[strlen(dir) - 1] == '/' ? "" : "/";
	struct buf path = { 0 };
	DIR *dp = opendir(dir);
	struct dirent *e;
	struct stat st;
	int r = 0, err;

	if (!dp)
		return -1;
	while (r == 0 && (errno = 0, e = readdir(dp))) {
		if (!slice_begins(slice_str(e->d_name), SLICE("queue_log")))
			continue;
		path.n = 0;
		buf_fmt(&path, "%s%s%s", dir, slash, e->d_name);
		if (!buf_cstr(&path)) {
			errno = ENOMEM;
			r = -1;
		} else if (stat((char *)path.p, &st) < 0 || !S_ISDIR(st.st_mode)) {
			r = f(arg, (char *)path.p);
		}
	}
	err = errno;
	if (r == 0 && err)
		r = -1;
	closedir(dp);
	buf_free(&path);
	errno = err;
	return r;
}

static int add_one(void *arg, const char *path)
{
	if (add(arg, strdup(path)) == 0)
		return 0;
	errno = ENOMEM;
	return -1;
}

static int add_directory(struct rotated *r, const char *path, struct diag *d)
{
	size_t before = r->n;

	if (rotated_each(path, add_one, r) < 0)
		return diag_errno(d, "%s", path);
	if (r->n == before)
		return diag_fail(d, "%s: no file in it whose name begins with queue_log", path);
	qsort(r->path + before, r->n - before, sizeof(*r->path), by_name);
	return 0;
}

int rotated_add(struct rotated *r, const char *path, struct diag *d)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return add_directory(r, path, d);
	return add(r, strdup(path)) < 0 ? diag_fail(d, "out of memory") : 0;
}

/* The time of the first line that has one, and of the last where `last` is asked for. */
static void look(struct part *p, bool last)
{
	struct diag quiet = { .prog = "" };
	struct reader *r = reader_open(p->path, LONGEST, &quiet);
	enum reader_got got;
	struct slice block, line;
	int64_t t;

	if (!r)
		return;
	while ((got = reader_next(r, &block)) != READER_END && got != READER_FAILED)
		while (block.n) {
			line = slice_cut(block, '\n', &block);
			if (!qlog_line_time(line, &t))
				continue;
			if (p->first == WHEN_MAX)
				p->first = t;
			p->last = t;
			if (!last)
				goto done;
		}
done:
	reader_close(r);
}

/* The bytes of the file that follow; none at its end. false: it cannot be read. */
static bool bytes(struct reader *r, struct slice *rest)
{
	while (rest->n == 0)
		switch (reader_next(r, rest)) {
		case READER_END: return true;
		case READER_FAILED: return false;
		case READER_TORN: rest->n--; break;
		default: break;
		}
	return true;
}

/* -1: the two differ (or cannot be read), 0: the same, 1: b goes on where a ends, 2: a does. */
static int compare(const struct part *a, const struct part *b)
{
	struct diag quiet = { .prog = "" };
	struct reader *ra = reader_open(a->path, LONGEST, &quiet);
	struct reader *rb = reader_open(b->path, LONGEST, &quiet);
	struct slice sa = { 0 }, sb = { 0 };
	int r = -1;

	while (ra && rb && bytes(ra, &sa) && bytes(rb, &sb)) {
		size_t n = sa.n < sb.n ? sa.n : sb.n;

		if (n == 0) {
			r = sa.n ? 2 : sb.n ? 1 : 0;
			break;
		}
		if (memcmp(sa.p, sb.p, n) != 0)
			break;
		sa = slice_of(sa.p + n, sa.n - n);
		sb = slice_of(sb.p + n, sb.n - n);
	}
	reader_close(ra);
	reader_close(rb);
	return r;
}

static int by_time(const void *va, const void *vb)
{
	const struct part *a = va, *b = vb;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	if (a->last != b->last)
		return a->last < b->last ? -1 : 1;
	return a->operand < b->operand ? -1 : a->operand > b->operand;
}

/* Among parts that begin at one time: their last times, and which of them are copies. */
static void settle(struct rotated *r, struct part *p, size_t n, struct diag *d)
{
	for (size_t i = 0; i < n; i++)
		look(&p[i], true);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n && !p[i].copy; j++) {
			int c = p[j].copy ? -1 : compare(&p[i], &p[j]);
			size_t k = c == 1 ? i : j;

			if (c < 0)
				continue;
			p[k].copy = true;
			r->copies++;
			diag_warn(d, "%s: skipped: %s %s", p[k].path,
				  c == 0 ? "the same log as" : "the beginning of", p[i + j - k].path);
		}
}

static bool regular(const struct rotated *r)
{
	struct stat st;

	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->path[i], "-") == 0 ||
		    (stat(r->path[i], &st) == 0 && !S_ISREG(st.st_mode)))
			return false;
	return true;
}

int rotated_order(struct rotated *r, struct diag *d)
{
	struct part *p;
	size_t kept = 0;

	if (r->n < 2 || !regular(r))
		return 0;
	p = calloc(r->n, sizeof(*p));
	if (!p)
		return diag_fail(d, "out of memory");
	for (size_t i = 0; i < r->n; i++) {
		p[i] = (struct part){ r->path[i], WHEN_MAX, WHEN_MIN, i, false };
		look(&p[i], false);
	}
	qsort(p, r->n, sizeof(*p), by_time);
	for (size_t i = 0, j; i < r->n; i = j) {
		for (j = i + 1; j < r->n && p[j].first == p[i].first; j++)
			;
		if (j - i > 1 && p[i].first != WHEN_MAX)
			settle(r, p + i, j - i, d);
	}
	qsort(p, r->n, sizeof(*p), by_time);
	for (size_t i = 0; i < r->n; i++) {
		if (p[i].copy)
			free(p[i].path);
		else
			r->path[kept++] = p[i].path;
	}
	r->n = kept;
	free(p);
	return 0;
}

void rotated_free(struct rotated *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->path[i]);
	free(r->path);
	*r = (struct rotated){ 0 };
}
