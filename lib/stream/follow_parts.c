#include "stream/follow_parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/when.h"
#include "stream/qlog.h"
#include "stream/reader.h"
#include "stream/rotated.h"

enum { LONGEST = 1 << 20 };

/* A byte for a byte, whatever the machine's order. */
static uint64_t le64(const unsigned char *p)
{
	uint64_t w = 0;

	for (int i = 0; i < 8; i++)
		w |= (uint64_t)p[i] << 8 * i;
	return w;
}

void follow_place_begin(struct follow_place *p)
{
	*p = (struct follow_place){ .hash = UINT64_C(0xcbf29ce484222325) };
}

static void add_byte(struct follow_place *p, unsigned char c)
{
	p->rest |= (uint64_t)c << p->n++ % 8 * 8;
	if (p->n % 8)
		return;
	p->hash = hash_mix(p->hash, p->rest);
	p->rest = 0;
}

void follow_place_add(struct follow_place *p, struct slice bytes)
{
	size_t i = 0;

	while (i < bytes.n && p->n % 8)
		add_byte(p, bytes.p[i++]);
	for (; i + 8 <= bytes.n; i += 8, p->n += 8)
		p->hash = hash_mix(p->hash, le64(bytes.p + i));
	while (i < bytes.n)
		add_byte(p, bytes.p[i++]);
}

bool follow_place_same(const struct follow_place *a, const struct follow_place *b)
{
	return a->n == b->n && a->hash == b->hash && a->rest == b->rest;
}

bool follow_head_same(const struct follow_head *a, const struct follow_head *b)
{
	size_t n = a->n < b->n ? a->n : b->n;

	return n && memcmp(a->p, b->p, n) == 0;
}

int64_t follow_head_time(const struct follow_head *h)
{
	struct slice rest = slice_of(h->p, h->n);
	int64_t t;

	while (rest.n)
		if (qlog_line_time(slice_cut(rest, '\n', &rest), &t))
			return t;
	return WHEN_MAX;
}

/* The bytes of a file from its beginning, until f has enough of them (false). */
static void each_block(const char *path, bool (*f)(void *arg, struct slice bytes), void *arg)
{
	struct diag quiet = { .prog = "" };
	struct reader *r = reader_open(path, LONGEST, &quiet);
	enum reader_got got;
	struct slice block;

	while (r && (got = reader_next(r, &block)) != READER_END && got != READER_FAILED) {
		block.n -= got == READER_TORN;
		if (!f(arg, block))
			break;
	}
	reader_close(r);
}

static bool fill_head(void *arg, struct slice bytes)
{
	struct follow_head *h = arg;
	size_t n = bytes.n < FOLLOW_HEAD - h->n ? bytes.n : FOLLOW_HEAD - h->n;

	memcpy(h->p + h->n, bytes.p, n);
	h->n += n;
	return h->n < FOLLOW_HEAD;
}

void follow_head_read(const char *path, struct follow_head *h)
{
	h->n = 0;
	each_block(path, fill_head, h);
}

struct look {
	const struct follow_place *place;
	struct follow_place here;
};

static bool fill_place(void *arg, struct slice bytes)
{
	struct look *l = arg;

	if (bytes.n > l->place->n - l->here.n)
		bytes.n = (size_t)(l->place->n - l->here.n);
	follow_place_add(&l->here, bytes);
	return l->here.n < l->place->n;
}

bool follow_part_holds(const char *path, const struct follow_place *place)
{
	struct look l = { .place = place };

	follow_place_begin(&l.here);
	if (place->n)
		each_block(path, fill_place, &l);
	return follow_place_same(&l.here, place);
}

struct lines {
	struct follow_place here, whole;
};

static bool add_lines(void *arg, struct slice bytes)
{
	struct lines *l = arg;

	follow_place_add(&l->here, bytes);
	if (bytes.n && bytes.p[bytes.n - 1] == '\n')
		l->whole = l->here;
	return true;
}

void follow_part_place(const char *path, struct follow_place *place)
{
	struct lines l;

	follow_place_begin(&l.here);
	l.whole = l.here;
	each_block(path, add_lines, &l);
	*place = l.whole;
}

/* One name of the directory. false: out of memory. */
static bool add(struct follow_parts *p, const char *log, size_t dir, const char *name, int fd)
{
	struct follow_part *part;
	struct stat st, of_log;
	struct buf path = { 0 };

	if (strncmp(name, log + dir, strlen(log + dir)) != 0 || strcmp(name, log + dir) == 0)
		return true;
	buf_put(&path, log, dir);
	buf_str(&path, name);
	if (!buf_cstr(&path)) {
		buf_free(&path);
		return false;
	}
	if (stat((char *)path.p, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    (fd >= 0 && fstat(fd, &of_log) == 0 && of_log.st_dev == st.st_dev &&
	     of_log.st_ino == st.st_ino)) {
		buf_free(&path);
		return true;
	}
	if (!array_need(&p->part, &p->cap, p->n + 1, sizeof(*p->part))) {
		buf_free(&path);
		return false;
	}
	part = &p->part[p->n++];
	part->path = (char *)path.p;
	part->changed = st.st_mtim;
	follow_head_read(part->path, &part->head);
	return true;
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
	if (s->tv_nsec != t->tv_nsec)
		return s->tv_nsec < t->tv_nsec ? -1 : 1;
	return by_name(a, b);
}

int follow_parts_list(struct follow_parts *p, const char *log, int fd, struct diag *d)
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
	while (ok && (errno = 0, e = readdir(in)))
		ok = add(p, log, n, e->d_name, fd);
	if (ok && errno) {
		diag_errno(d, "%s", (char *)dir.p);
		closedir(in);
		buf_free(&dir);
		return -1;
	}
	closedir(in);
	buf_free(&dir);
	if (p->n)
		qsort(p->part, p->n, sizeof(*p->part), by_change);
	return ok ? 0 : diag_fail(d, "out of memory");
}

void follow_parts_keep(struct follow_parts *p, bool (*is)(const struct follow_part *, void *arg),
		       void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (is(&p->part[i], arg))
			p->part[kept++] = p->part[i];
		else
			free(p->part[i].path);
	}
	p->n = kept;
}

int follow_parts_order(struct follow_parts *p, struct diag *d)
{
	struct rotated order = { 0 };
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->n; i++)
		r = rotated_add(&order, p->part[i].path, d);
	if (r == 0)
		r = rotated_order(&order, d);
	for (size_t i = 0; r == 0 && i < order.n; i++)
		for (size_t j = kept; j < p->n; j++)
			if (strcmp(order.path[i], p->part[j].path) == 0) {
				struct follow_part part = p->part[j];

				p->part[j] = p->part[kept];
				p->part[kept++] = part;
				break;
			}
	for (size_t i = kept; i < p->n; i++)
		free(p->part[i].path);
	p->n = kept;
	rotated_free(&order);
	return r;
}

void follow_parts_free(struct follow_parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->part[i].path);
	free(p->part);
	*p = (struct follow_parts){ 0 };
}

static struct follow_head *find(const struct follow_heads *h, const struct follow_head *head)
{
	for (size_t i = 0; i < h->n; i++)
		if (follow_head_same(&h->head[i], head))
			return &h->head[i];
	return NULL;
}

bool follow_heads_has(const struct follow_heads *h, const struct follow_head *head)
{
	return find(h, head);
}

bool follow_heads_add(struct follow_heads *h, const struct follow_head *head)
{
	struct follow_head *known = find(h, head);

	if (known) {
		if (known->n < head->n)
			*known = *head;
		return true;
	}
	if (head->n == 0)
		return true;
	if (!array_need(&h->head, &h->cap, h->n + 1, sizeof(*h->head)))
		return false;
	h->head[h->n++] = *head;
	return true;
}

void follow_heads_free(struct follow_heads *h)
{
	free(h->head);
	*h = (struct follow_heads){ 0 };
}
