#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/when.h"
#include "stream/follow_own.h"

enum { CHUNK = 1 << 18, SEEN = sizeof(((struct follow *)NULL)->tail) };

/* Does the log still begin as it did, and hold before `end` what it held? */
static bool same_content(const struct follow *f, off_t end)
{
	unsigned char now[FOLLOW_HEAD];
	struct stat st;

	if (fstat(f->fd, &st) < 0 || st.st_size < end)
		return false;
	if (f->head.n && (pread(f->fd, now, f->head.n, 0) != (ssize_t)f->head.n ||
			  memcmp(now, f->head.p, f->head.n) != 0))
		return false;
	return !f->ntail ||
	       (pread(f->fd, now, f->ntail, end - (off_t)f->ntail) == (ssize_t)f->ntail &&
		memcmp(now, f->tail, f->ntail) == 0);
}

/* Behind n bytes more. */
static void see_tail(struct follow *f, size_t n)
{
	size_t keep;

	if (n > SEEN)
		n = SEEN;
	keep = f->ntail + n > SEEN ? SEEN - n : f->ntail;
	memmove(f->tail, f->tail + f->ntail - keep, keep);
	memcpy(f->tail + keep, f->text.p + f->text.n - n, n);
	f->ntail = keep + n;
}

/* More of the log behind what is in text: FOLLOW_EVENT; FOLLOW_WAIT: nothing; FOLLOW_GAP: what was
 * read before is not there any more. */
static int read_more(struct follow *f)
{
	off_t end;
	ssize_t n;

	if (!follow_text_room(f, CHUNK))
		return follow_no_memory(f);
	end = (off_t)f->place.n + (off_t)f->text.n;
	n = pread(f->fd, f->text.p + f->text.n, CHUNK, end);
	if (n < 0 && errno != ESTALE)
		return follow_down(f, f->o->path);
	if (n < 0 || !same_content(f, end))
		return FOLLOW_GAP;
	if (n == 0)
		return FOLLOW_WAIT;
	f->text.n += (size_t)n;
	see_tail(f, (size_t)n);
	if (f->head.n < FOLLOW_HEAD) {
		follow_head_see(f->fd, &f->head);
		if (f->first == WHEN_MIN && follow_head_time(&f->head) != WHEN_MAX)
			f->first = follow_head_time(&f->head);
	}
	return FOLLOW_EVENT;
}

/* Has the name another file by now? -1: none, see errno. */
static int renamed(const struct follow *f)
{
	struct stat by_name, ours;

	if (stat(f->o->path, &by_name) < 0)
		return -1;
	return f->fd < 0 || fstat(f->fd, &ours) < 0 || by_name.st_dev != ours.st_dev ||
	       by_name.st_ino != ours.st_ino;
}

int follow_log_next(struct follow *f, struct event *ev, const char **where,
		    unsigned long long *line)
{
	bool unseen = f->fd >= 0 && !f->head.n;
	int got = FOLLOW_WAIT, other, err;

	if (follow_text_next(f, ev)) {
		*where = f->path;
		*line = f->line;
		return FOLLOW_EVENT;
	}
	if (f->last)
		return follow_move_on(f, true);
	other = renamed(f);
	err = errno;
	if (f->fd >= 0)
		got = read_more(f);
	if (unseen && (got == FOLLOW_EVENT || (got == FOLLOW_WAIT && follow_changed(f))) &&
	    follow_parts_came(f))
		return follow_begin_again(f);
	if (got == FOLLOW_WAIT && other > 0 && (f->fd < 0 || follow_succeeded(f))) {
		/* once more to the end, now that nobody writes to it */
		if (f->fd >= 0)
			got = read_more(f);
		if (got == FOLLOW_WAIT)
			return follow_move_on(f, true);
	}
	if (got == FOLLOW_EVENT)
		return FOLLOW_GO_ON;
	if (got == FOLLOW_GAP)
		return follow_move_on(f, false);
	if (got == FOLLOW_WAIT && other < 0) {
		errno = err;
		follow_down(f, f->o->path);
		return err == ENOENT || err == ENOTDIR ? FOLLOW_LATER : FOLLOW_DOWN;
	}
	return got;
}

/* The front by another name, if it was renamed meanwhile. */
static bool find_again(struct follow *f)
{
	struct follow_parts parts = { 0 };
	struct follow_part *front = &f->queue.part[f->front];
	bool found = false;

	if (follow_parts_list(&parts, f->o->path, f->fd, &f->own) == 0)
		for (size_t i = 0; i < parts.n && !found; i++)
			if (follow_head_same(&parts.part[i].head, &front->head)) {
				char *path = front->path;

				found = true;
				front->path = parts.part[i].path;
				parts.part[i].path = path;
			}
	follow_parts_free(&parts);
	return found;
}

static void leave_front(struct follow *f)
{
	struct follow_head head;

	reader_close(f->reader);
	f->reader = NULL;
	f->front++;
	f->tries = 0;
	follow_place_begin(&f->skip);
	follow_head_see(f->fd, &head);
	follow_begin_file(f, f->o->path, &head);
}

/*
 * The last part may still be written to, as long as nothing stands in the log: then it is what we
 * follow, by the name that it had or another.
 */
static bool stay(struct follow *f)
{
	const struct follow_part *part = &f->queue.part[f->front];
	struct follow_head head;
	struct stat st;
	int fd;

	if (f->front + 1 < f->queue.n || (f->fd >= 0 && fstat(f->fd, &st) == 0 && st.st_size > 0))
		return false;
	fd = open(part->path, O_RDONLY | O_CLOEXEC);
	follow_head_see(fd, &head);
	if (!part->head.n || !follow_head_same(&head, &part->head)) { /* gzip, or another by now */
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (f->fd >= 0)
		close(f->fd);
	f->fd = fd;
	f->head = head;
	f->ntail = 0;
	f->looked = (struct timespec){ 0 };
	reader_close(f->reader);
	f->reader = NULL;
	f->front++;
	follow_place_begin(&f->skip);
	return true;
}

/* The front cannot be read, or not to its end: again, from where it was given; then it is left. */
static int front_failed(struct follow *f)
{
	if (f->reader && f->place.n > f->skip.n)
		f->skip = f->place;
	reader_close(f->reader);
	f->reader = NULL;
	if (f->tries++ < FOLLOW_PATIENCE) {
		find_again(f);
		return FOLLOW_LATER;
	}
	leave_front(f);
	return FOLLOW_GAP;
}

static int open_front(struct follow *f)
{
	const struct follow_part *part = &f->queue.part[f->front];
	struct follow_head now = { 0 };

	f->reader = reader_open(part->path, FOLLOW_LONGEST, &f->own);
	if (!f->reader)
		return front_failed(f);
	/* by now its name may be another's */
	follow_head_read(part->path, &now);
	if (part->head.n && !follow_head_same(&now, &part->head)) {
		reader_close(f->reader);
		f->reader = NULL;
		follow_set_why(f, "its rotated parts cannot be found");
		return front_failed(f);
	}
	follow_begin_file(f, follow_name(f, part->path), &part->head);
	return FOLLOW_GO_ON;
}

/* What was given of it before. */
static struct slice skip(struct follow *f, struct slice bytes)
{
	unsigned long long left = f->skip.n > f->place.n ? f->skip.n - f->place.n : 0;
	size_t n = bytes.n < left ? bytes.n : (size_t)left;

	follow_place_add(&f->place, slice_of(bytes.p, n));
	for (size_t i = 0; i < n; i++)
		f->line += bytes.p[i] == '\n';
	if (n) /* within a line no place is but in one that is too long */
		f->too_long = bytes.p[n - 1] != '\n';
	return slice_of(bytes.p + n, bytes.n - n);
}

int follow_front_next(struct follow *f, struct event *ev, const char **where,
		      unsigned long long *line)
{
	enum reader_got got;
	struct slice block;

	if (!f->reader)
		return open_front(f);
	if (follow_text_next(f, ev)) {
		*where = f->path;
		*line = f->line;
		return FOLLOW_EVENT;
	}
	if (f->last) {
		leave_front(f);
		return FOLLOW_GO_ON;
	}
	got = reader_next(f->reader, &block);
	if (got == READER_FAILED)
		return front_failed(f);
	if (got == READER_END) {
		f->last = !stay(f);
		return FOLLOW_GO_ON;
	}
	block.n -= got == READER_TORN;
	block = skip(f, block);
	if (!follow_text_room(f, block.n + 1))
		return follow_no_memory(f);
	buf_slice(&f->text, block);
	return FOLLOW_GO_ON;
}

