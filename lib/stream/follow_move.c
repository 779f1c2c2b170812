#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/when.h"
#include "stream/follow_own.h"

enum { DAY = 86400 };

/* By so much the first time of a log may lie before that of the one before it: clocks are set. */
#define SETBACK (3600 * WHEN_SECOND)

/* -1: see errno; ENOENT: there is none. */
static int open_log(const struct follow *f)
{
	int fd = open(f->o->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	close(fd);
	return -1;
}

int follow_down(struct follow *f, const char *path)
{
	diag_errno(&f->own, "%s", path);
	return FOLLOW_DOWN;
}

void follow_head_see(int fd, struct follow_head *head)
{
	ssize_t n = fd < 0 ? 0 : pread(fd, head->p, FOLLOW_HEAD, 0);

	head->n = n < 0 ? 0 : (size_t)n;
}

static bool is_recent(const struct follow_part *p, void *arg)
{
	const struct follow *f = arg;

	return !follow_head_same(&p->head, &f->head) &&
	       (f->o->from < DAY * WHEN_SECOND ||
		p->changed.tv_sec >= f->o->from / WHEN_SECOND - DAY);
}

static bool know(struct follow *f, const struct follow_parts *parts)
{
	for (size_t i = 0; i < parts->n; i++)
		if (!follow_heads_add(&f->known, &parts->part[i].head))
			return false;
	return follow_heads_add(&f->known, &f->head);
}

static bool is_plain(const struct follow_part *p)
{
	int fd = open(p->path, O_RDONLY | O_CLOEXEC);
	struct follow_head head;

	follow_head_see(fd, &head);
	if (fd >= 0)
		close(fd);
	return follow_head_same(&head, &p->head);
}

static bool is_part(const struct follow_part *p, void *part)
{
	return p == part;
}

/*
 * A log in which nothing stands may just have been renamed, and who writes goes on with that file
 * until the new one is opened. So the newest part is gone on with, behind the lines that it has.
 */
static void begin_behind(struct follow *f, struct follow_parts *parts)
{
	struct follow_part *newest = NULL;
	int64_t t, last = WHEN_MIN;

	for (size_t i = 0; i < parts->n; i++) {
		t = follow_head_time(&parts->part[i].head);
		if (t == WHEN_MAX || t < last || !is_plain(&parts->part[i]))
			continue;
		newest = &parts->part[i];
		last = t;
	}
	if (newest)
		follow_part_place(newest->path, &f->skip);
	follow_parts_keep(parts, is_part, newest);
}

/* The log first: if it is renamed from here on, it is seen that its name has another file. */
int follow_start(struct follow *f)
{
	struct follow_head head;
	int fd = open_log(f);

	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return follow_down(f, f->o->path);
	follow_head_see(fd, &head);
	follow_begin_file(f, f->o->path, &head);
	f->fd = fd;
	follow_parts_free(&f->queue);
	if (follow_parts_list(&f->queue, f->o->path, fd, &f->own) < 0) {
		if (fd >= 0)
			close(fd);
		f->fd = -1;
		return FOLLOW_DOWN;
	}
	if (!know(f, &f->queue))
		return follow_no_memory(f);
	if (f->o->parts)
		follow_parts_keep(&f->queue, is_recent, f);
	else if (f->head.n)
		follow_parts_free(&f->queue);
	else
		begin_behind(f, &f->queue);
	if (follow_parts_order(&f->queue, f->d) < 0)
		return FOLLOW_FAILED;
	f->started = true;
	return FOLLOW_GO_ON;
}

/* A part that was not there before, and not written before the log either. */
static bool is_new(const struct follow_part *p, void *arg)
{
	const struct follow *f = arg;
	int64_t t = follow_head_time(&p->head);

	return t != WHEN_MAX && !follow_heads_has(&f->known, &p->head) &&
	       (f->first == WHEN_MIN || t >= f->first - SETBACK);
}

/* Where our place is in; the number of parts: in none. */
static size_t holder(const struct follow *f, const struct follow_parts *parts)
{
	size_t i = 0;

	while (i < parts->n && !(follow_head_same(&parts->part[i].head, &f->head) &&
				 follow_part_holds(parts->part[i].path, &f->place)))
		i++;
	return i;
}

/* Of the log that we have: has it no name any more? */
static bool nameless(const struct follow *f)
{
	struct stat st;

	return f->fd >= 0 && fstat(f->fd, &st) == 0 && st.st_nlink == 0;
}

/* Appends it to the queue, whose it is then. false: out of memory. */
static bool put(struct follow *f, struct follow_part *part)
{
	if (!array_need(&f->queue.part, &f->queue.cap, f->queue.n + 1, sizeof(*part)))
		return false;
	f->queue.part[f->queue.n++] = *part;
	part->path = NULL;
	return true;
}

/* The parts that are new, in their order, and before them the one at `first` (parts->n: none). All
 * are known from here on. false: out of memory. */
static bool fill_queue(struct follow *f, struct follow_parts *parts, size_t first)
{
	struct follow_part before = { 0 };
	bool ok = true;

	follow_parts_free(&f->queue);
	f->front = 0;
	if (first < parts->n) {
		before = parts->part[first];
		parts->part[first].path = NULL;
	}
	for (size_t i = 0; ok && i < parts->n; i++)
		if (i != first && is_new(&parts->part[i], f))
			ok = put(f, &parts->part[i]);
	for (size_t i = 0; ok && i < parts->n; i++)
		ok = follow_heads_add(&f->known, &parts->part[i].head);
	ok = ok && follow_parts_order(&f->queue, &f->own) == 0;
	if (before.path && ok && (ok = put(f, &before))) {
		struct follow_part *q = f->queue.part;

		before = q[f->queue.n - 1];
		memmove(q + 1, q, (f->queue.n - 1) * sizeof(*q));
		q[0] = before;
	} else {
		free(before.path);
	}
	return ok;
}

/*
 * Where our place is in, if that is elsewhere by now: what was read to its end and has no name may
 * have been replaced by a copy, which was written to and rotated. parts->n: in none.
 */
static size_t find_place(const struct follow *f, const struct follow_parts *parts, bool drained)
{
	return (drained && !nameless(f)) || !f->head.n ? parts->n : holder(f, parts);
}

/* The queue of files that come between our place and the log that fd is open on, whose head is
 * given. FOLLOW_EVENT: first the line without LF that we have. */
static int make_queue(struct follow *f, int fd, const struct follow_head *head, bool drained)
{
	bool lost = !drained && f->head.n, ok;
	struct follow_parts parts = { 0 };
	int r = FOLLOW_GO_ON;
	size_t at = 0;

	if (follow_parts_list(&parts, f->o->path, fd, &f->own) < 0)
		r = FOLLOW_DOWN;
	else
		at = find_place(f, &parts, drained);
	if (r == FOLLOW_GO_ON && at == parts.n && drained && !f->last) {
		f->last = true;
		r = FOLLOW_EVENT;
	} else if (r == FOLLOW_GO_ON && at == parts.n && lost && f->tries++ < FOLLOW_PATIENCE / 2) {
		follow_set_why(f, "it was truncated, and its copy is not there yet");
		r = FOLLOW_LATER;
	} else if (r == FOLLOW_GO_ON) {
		f->tries = 0;
		if (at == parts.n && lost) {
			follow_set_why(f, "the log was truncated, and what it held is in no other file");
			r = FOLLOW_GAP;
		}
		follow_place_begin(&f->skip);
		if (at < parts.n)
			f->skip = f->place;
		ok = follow_heads_add(&f->known, &f->head) && follow_heads_add(&f->known, head) &&
		     fill_queue(f, &parts, at);
		if (!ok)
			r = follow_no_memory(f);
	}
	follow_parts_free(&parts);
	return r;
}

/* Has the log by name the content that was given, so that it is gone on with? */
static bool is_ours(const struct follow *f, const struct follow_head *head)
{
	return f->place.n && follow_head_same(head, &f->head) &&
	       follow_part_holds(f->o->path, &f->place);
}

int follow_move_on(struct follow *f, bool drained)
{
	struct follow_head head;
	int fd = open_log(f), r;

	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return follow_down(f, f->o->path);
	follow_head_see(fd, &head);
	if (fd >= 0 && is_ours(f, &head)) {
		if (f->fd >= 0)
			close(f->fd);
		f->fd = fd;
		f->path = f->o->path;
		f->text.n = f->at = f->ntail = 0;
		return FOLLOW_GO_ON;
	}
	r = make_queue(f, fd, &head, drained);
	if (r != FOLLOW_GO_ON && r != FOLLOW_GAP) {
		if (fd >= 0)
			close(fd);
		return r == FOLLOW_EVENT ? FOLLOW_GO_ON : r;
	}
	if (f->fd >= 0)
		close(f->fd);
	f->fd = fd;
	f->looked = (struct timespec){ 0 };
	follow_begin_file(f, f->o->path, &head);
	return r;
}

bool follow_changed(struct follow *f)
{
	struct stat dir;
	bool is = stat((char *)f->dir.p, &dir) == 0 &&
		  (dir.st_mtim.tv_sec != f->looked.tv_sec || dir.st_mtim.tv_nsec != f->looked.tv_nsec);

	/* within the grain of its clock a directory may change twice */
	if (is && time(NULL) - dir.st_mtim.tv_sec > 1)
		f->looked = dir.st_mtim;
	return is;
}

bool follow_parts_came(struct follow *f)
{
	struct follow_parts parts = { 0 };
	bool found = false;

	if (follow_parts_list(&parts, f->o->path, f->fd, &f->own) == 0)
		for (size_t i = 0; i < parts.n && !found; i++)
			found = follow_head_same(&parts.part[i].head, &f->head)
					? nameless(f) && follow_part_holds(parts.part[i].path, &f->place)
					: is_new(&parts.part[i], f);
	follow_parts_free(&parts);
	return found;
}

/*
 * Who writes goes on with the file that was renamed until it opens another. So that one is left only
 * when something stands in a later one.
 */
bool follow_succeeded(struct follow *f)
{
	struct stat st;

	if (stat(f->o->path, &st) == 0 && st.st_size > 0)
		return true;
	return follow_changed(f) && follow_parts_came(f);
}

int follow_begin_again(struct follow *f)
{
	f->text.n = f->at = f->ntail = 0;
	f->head.n = 0;
	return follow_move_on(f, false);
}

