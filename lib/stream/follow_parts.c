#include "stream/follow_parts.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/when.h"
#include "stream/reader.h"

enum { LONGEST = 1 << 20, DAY = 86400 };

void follow_place_begin(struct follow_place *p)
{
	*p = (struct follow_place){ .hash = UINT64_C(0xcbf29ce484222325) };
}

/* FNV-1a: however the bytes are cut. */
void follow_place_add(struct follow_place *p, struct slice bytes)
{
	uint64_t h = p->hash;

	for (size_t i = 0; i < bytes.n; i++)
		h = (h ^ bytes.p[i]) * UINT64_C(0x100000001b3);
	p->hash = h;
	p->n += bytes.n;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct follow_part *)a)->path, ((const struct follow_part *)b)->path);
}

/* Of parts whose events do not say it, which was written first. */
static int by_change(const void *a, const void *b)
{
	const struct timespec *s = &((const struct follow_part *)a)->changed;
	const struct timespec *t = &((const struct follow_part *)b)->changed;

	if (s->tv_sec != t->tv_sec)
		return s->tv_sec < t->tv_sec ? -1 : 1;
	return (s->tv_nsec > t->tv_nsec) - (s->tv_nsec < t->tv_nsec);
}

/* One name of the directory. false: out of memory. */
static bool add(struct follow_parts *p, const char *log, size_t dir, const char *name, int fd)
{
	struct stat st, of_log;
	struct buf path = { 0 };

	if (strncmp(name, log + dir, strlen(log + dir)) != 0 || strcmp(name, log + dir) == 0)
		return true;
	buf_put(&path, log, dir);
	buf_str(&path, name);
	if (!buf_cstr(&path))
		return false;
	if (stat((char *)path.p, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (fd >= 0 && fstat(fd, &of_log) == 0 && of_log.st_dev == st.st_dev &&
	     of_log.st_ino == st.st_ino)) {
		buf_free(&path);
		return true;
	}
	if (!array_need(&p->part, &p->cap, p->n + 1, sizeof(*p->part))) {
		buf_free(&path);
		return false;
	}
	p->part[p->n++] = (struct follow_part){ (char *)path.p, st.st_dev, st.st_ino, st.st_size,
						st.st_mtim };
	return true;
}

static int list(struct follow_parts *p, const char *log, int fd, struct diag *d)
{
	const char *slash = strrchr(log, '/');
	size_t n = slash ? (size_t)(slash - log) + 1 : 0;
	struct buf dir = { 0 };
	struct dirent *e;
	bool ok = true;
	DIR *in;

	if (n)
		buf_put(&dir, log, n);
	else
		buf_str(&dir, ".");
	in = buf_cstr(&dir) ? opendir((char *)dir.p) : NULL;
	if (!in) {
		diag_errno(d, "%s", dir.failed ? log : (char *)dir.p);
		buf_free(&dir);
		return -1;
	}
	while (ok && (e = readdir(in)))
		ok = add(p, log, n, e->d_name, fd);
	closedir(in);
	buf_free(&dir);
	if (p->n)
		qsort(p->part, p->n, sizeof(*p->part), by_name);
	return ok ? 0 : diag_fail(d, "out of memory");
}

int follow_parts_list(struct follow_parts *p, const char *log, int fd, int64_t from, struct diag *d)
{
	if (list(p, log, fd, d) < 0)
		return -1;
	if (p->n)
		qsort(p->part, p->n, sizeof(*p->part), by_change);
	for (size_t i = 0; i < p->n; i++)
		if ((from < DAY * WHEN_SECOND ||
		     p->part[i].changed.tv_sec >= from / WHEN_SECOND - DAY) &&
		    rotated_add(&p->order, p->part[i].path, d) < 0)
			return -1;
	if (p->n)
		qsort(p->part, p->n, sizeof(*p->part), by_name);
	return rotated_order(&p->order, d);
}

bool follow_parts_same(const struct follow_parts *p, const char *log, int fd)
{
	struct follow_parts now = { 0 };
	struct diag quiet = { .prog = "" };
	bool same = list(&now, log, fd, &quiet) == 0 && now.n == p->n;

	for (size_t i = 0; same && i < p->n; i++) {
		const struct follow_part *a = &p->part[i], *b = &now.part[i];

		same = strcmp(a->path, b->path) == 0 && a->dev == b->dev && a->ino == b->ino &&
		       a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
		       a->changed.tv_nsec == b->changed.tv_nsec;
	}
	follow_parts_free(&now);
	return same;
}

static bool holds(const char *path, const struct follow_place *place)
{
	struct diag quiet = { .prog = "" };
	struct reader *r = reader_open(path, LONGEST, &quiet);
	struct follow_place here;
	enum reader_got got;
	struct slice block;

	follow_place_begin(&here);
	while (r && here.n < place->n && (got = reader_next(r, &block)) != READER_END &&
	       got != READER_FAILED) {
		if (block.n > place->n - here.n)
			block.n = (size_t)(place->n - here.n);
		follow_place_add(&here, block);
	}
	reader_close(r);
	return here.n == place->n && here.hash == place->hash;
}

bool follow_parts_hold(const struct follow_parts *p, const struct follow_place *place)
{
	for (size_t i = 0; i < p->n; i++)
		if (holds(p->part[i].path, place))
			return true;
	return false;
}

void follow_parts_free(struct follow_parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->part[i].path);
	free(p->part);
	rotated_free(&p->order);
	*p = (struct follow_parts){ 0 };
}
