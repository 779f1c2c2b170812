#include "stream/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "base/words.h"
#include "stream/follow_parts.h"
#include "stream/qlog.h"
#include "stream/reader.h"

/* PATIENCE: so many calls may find files that are just being renamed. */
enum { CHUNK = 1 << 18, SEEN = 256, LONGEST = 1 << 20, PATIENCE = 30, DAY = 86400 };

/* By so much the first time of a log may lie before that of the one before it: clocks are set. */
#define SETBACK (3600 * WHEN_SECOND)

/* What a step came to, where it is not yet the caller's answer. */
enum { GO_ON = -1 };

struct follow {
	const struct follow_options *o;
	struct diag *d, own; /* own: keeps the reason */
	char why[512];
	bool started, skipping;
	int64_t oldest;      /* of the first event; WHEN_MAX: none yet */
	int64_t first;       /* time of the newest log that was begun; WHEN_MIN: none yet */
	struct follow_heads known;
	struct words names;  /* of files, for who remembers where a line stood */
	int tries;

	struct follow_parts queue; /* to be read before the log */
	size_t front;
	struct reader *reader;     /* of the front */
	struct follow_place skip;  /* of it: this was given already */

	int fd;                    /* of the log; -1: there is none */
	unsigned char tail[SEEN];  /* read last */
	size_t ntail;
	struct timespec looked;    /* the directory's change when successors were looked for */

	/* the file being read, a part or the log */
	const char *path;
	struct follow_head head;
	struct follow_place place; /* of whole lines, up to here given */
	struct buf text;           /* read, not yet given; the first `at` bytes of it are */
	size_t at;
	unsigned long long line;
	bool last;                 /* nothing more comes: a last line without LF counts */
	bool too_long;             /* what comes is the rest of a line that is */

	struct {                   /* given behind the gap before it */
		bool event;
		struct event ev;
		const char *where;
		unsigned long long line;
	} held;
	bool asked;

	struct follow_counts counts;
	unsigned long long named;
	struct qlog qlog;
	struct buf event, scratch;
};

/* `: reason`, as a diag without a name has it. */
static void keep_why(void *arg, const char *line, size_t n)
{
	struct follow *f = arg;

	snprintf(f->why, sizeof(f->why), "%.*s", (int)(n < 3 ? 0 : n - 3), line + 2);
}

static void set_why(struct follow *f, const char *why)
{
	snprintf(f->why, sizeof(f->why), "%s", why);
}

static enum follow_got no_memory(struct follow *f)
{
	diag_fail(f->d, "out of memory");
	return FOLLOW_FAILED;
}

/* A file is begun, or gone on with behind a place. */
static void begin_file(struct follow *f, const char *path, const struct follow_head *head)
{
	f->path = path;
	f->head = *head;
	if (head->n && follow_head_time(head) != WHEN_MAX)
		f->first = follow_head_time(head);
	f->text.n = f->at = f->ntail = 0;
	f->line = 0;
	f->last = f->too_long = false;
	follow_place_begin(&f->place);
}

struct follow *follow_open(const struct follow_options *o, struct diag *d)
{
	static const struct follow_head none;
	struct follow *f = calloc(1, sizeof(*f));

	if (!f) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	f->o = o;
	f->d = d;
	f->own = (struct diag){ .prog = "", .emit = keep_why, .arg = f };
	f->fd = -1;
	f->oldest = WHEN_MAX;
	f->first = WHEN_MIN;
	f->skipping = o->from != WHEN_MIN;
	begin_file(f, o->path, &none);
	qlog_init(&f->qlog, slice_str(o->partition), o->max_line ? (size_t)o->max_line : LONGEST);
	return f;
}

void follow_close(struct follow *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	diag_total(f->d, f->named, "lines refused");
	reader_close(f->reader);
	follow_parts_free(&f->queue);
	follow_heads_free(&f->known);
	qlog_free(&f->qlog);
	words_free(&f->names);
	buf_free(&f->text);
	buf_free(&f->event);
	buf_free(&f->scratch);
	free(f);
}

struct follow_counts follow_counts(const struct follow *f)
{
	return f->counts;
}

const char *follow_why(const struct follow *f)
{
	return f->why;
}

/* Lives as long as f. */
static const char *name(struct follow *f, const char *path)
{
	for (size_t i = f->names.n; i-- > 0;)
		if (strcmp(f->names.v[i], path) == 0)
			return f->names.v[i];
	words_add(&f->names, path);
	return f->names.failed ? "the log" : f->names.v[f->names.n - 1];
}

/*
 * Lines.
 */

/* Is it to be given? Before `from` nothing is, behind its first event everything. */
static bool wanted(struct follow *f, const struct event *ev)
{
	if (f->oldest == WHEN_MAX)
		f->oldest = ev->time;
	if (ev->time >= f->o->from)
		f->skipping = false;
	return !f->skipping;
}

static struct slice take(struct follow *f, size_t n)
{
	struct slice s = slice_of(f->text.p + f->at, n);

	follow_place_add(&f->place, s);
	f->at += n;
	return s;
}

/* The next whole line in text; of a file that is finished, also the last one. Of a line that is too
 * long nothing is kept but that it was. */
static bool next_line(struct follow *f, struct slice *line)
{
	const unsigned char *p = f->text.p + f->at, *lf;
	size_t n = f->text.n - f->at;

	lf = n ? memchr(p, '\n', n) : NULL;
	if (!lf && n > f->qlog.max_line) {
		take(f, n);
		f->too_long = true;
		return false;
	}
	if (!lf && (!f->last || n == 0))
		return false;
	*line = take(f, lf ? (size_t)(lf - p) + 1 : n);
	line->n -= lf != NULL;
	f->line++;
	return true;
}

static void refuse(struct follow *f, const char *why)
{
	f->counts.refused++;
	if (diag_few(&f->named))
		diag_warn(f->d, "%s:%llu: %s", f->path, f->line, why);
}

/* A line to an event. false: it is none, or not wanted. */
static bool event_of(struct follow *f, struct slice line, struct event *ev)
{
	static const unsigned char bom[] = { 0xef, 0xbb, 0xbf };
	const char *why;

	if (f->line == 1 && slice_begins(line, slice_of(bom, sizeof(bom))))
		line = slice_of(line.p + sizeof(bom), line.n - sizeof(bom));
	f->counts.read++;
	f->event.n = 0;
	if (f->too_long) {
		f->too_long = false;
		refuse(f, "longer than a line may be");
		return false;
	}
	switch (qlog_line(&f->qlog, line, &f->event, &why)) {
	case QLOG_BLANK:
		f->counts.blank++;
		f->counts.read--;
		return false;
	case QLOG_REFUSED:
		refuse(f, why);
		return false;
	default:
		break;
	}
	why = event_parse(slice_of(f->event.p, f->event.n - 1), ev, &f->scratch);
	if (why)
		refuse(f, why);
	return !why && wanted(f, ev);
}

/* Lines to events, until one is to be given. */
static bool next_of_text(struct follow *f, struct event *ev)
{
	struct slice line;

	while (next_line(f, &line))
		if (event_of(f, line, ev))
			return true;
	return false;
}

/* Behind what is in text. The memory of the event that was given last may move. */
static bool make_room(struct follow *f, size_t n)
{
	if (f->at) {
		memmove(f->text.p, f->text.p + f->at, f->text.n - f->at);
		f->text.n -= f->at;
		f->at = 0;
	}
	return buf_room(&f->text, n);
}

/*
 * The log, and what is beside it.
 */

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

static enum follow_got down(struct follow *f, const char *path)
{
	diag_errno(&f->own, "%s", path);
	return FOLLOW_DOWN;
}

static void see_head(int fd, struct follow_head *head)
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

/* The log first: if it is renamed from here on, it is seen that its name has another file. */
static int start(struct follow *f)
{
	struct follow_head head;
	int fd = open_log(f);

	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return down(f, f->o->path);
	see_head(fd, &head);
	begin_file(f, f->o->path, &head);
	f->fd = fd;
	follow_parts_free(&f->queue);
	if (follow_parts_list(&f->queue, f->o->path, fd, &f->own) < 0) {
		if (fd >= 0)
			close(fd);
		f->fd = -1;
		return FOLLOW_DOWN;
	}
	if (!know(f, &f->queue))
		return no_memory(f);
	if (!f->o->parts)
		follow_parts_free(&f->queue);
	follow_parts_keep(&f->queue, is_recent, f);
	if (follow_parts_order(&f->queue, f->d) < 0)
		return FOLLOW_FAILED;
	f->started = true;
	return GO_ON;
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

/* To the front of the queue. false: out of memory. */
static bool put_first(struct follow_parts *queue, struct follow_part part)
{
	if (!array_need(&queue->part, &queue->cap, queue->n + 1, sizeof(part))) {
		free(part.path);
		return false;
	}
	memmove(queue->part + 1, queue->part, queue->n * sizeof(part));
	queue->part[0] = part;
	queue->n++;
	return true;
}

/* Of the log that we have: has it no name any more? */
static bool nameless(const struct follow *f)
{
	struct stat st;

	return f->fd >= 0 && fstat(f->fd, &st) == 0 && st.st_nlink == 0;
}

/*
 * The files that come between our place and the log that fd is open on, whose head is given. First
 * what our place is in, if that is elsewhere by now; what was read to its end and has no name may have
 * been replaced by a copy, which was written to and rotated.
 */
static int make_queue(struct follow *f, int fd, const struct follow_head *head, bool drained)
{
	struct follow_part before = { 0 };
	struct follow_parts parts = { 0 };
	bool gap = false, failed;
	size_t at;

	if (follow_parts_list(&parts, f->o->path, fd, &f->own) < 0) {
		follow_parts_free(&parts);
		return FOLLOW_DOWN;
	}
	at = (drained && !nameless(f)) || !f->head.n ? parts.n : holder(f, &parts);
	if (at == parts.n && drained && !f->last) { /* first the line that has no LF */
		follow_parts_free(&parts);
		f->last = true;
		return FOLLOW_EVENT;
	}
	if (at == parts.n && !drained && f->head.n) {
		if (f->tries++ < PATIENCE / 2) {
			follow_parts_free(&parts);
			set_why(f, "it was truncated, and its copy is not there yet");
			return FOLLOW_LATER;
		}
		gap = true;
	}
	f->tries = 0;
	if (at < parts.n) {
		before = parts.part[at];
		parts.part[at].path = NULL;
	}
	failed = !follow_heads_add(&f->known, &f->head) || !follow_heads_add(&f->known, head);
	follow_parts_free(&f->queue);
	for (size_t i = 0; i < parts.n && !failed; i++)
		if (i != at && is_new(&parts.part[i], f)) {
			failed = !array_need(&f->queue.part, &f->queue.cap, f->queue.n + 1,
					     sizeof(*parts.part));
			if (!failed) {
				f->queue.part[f->queue.n++] = parts.part[i];
				parts.part[i].path = NULL;
			}
		}
	for (size_t i = 0; i < parts.n && !failed; i++)
		failed = !follow_heads_add(&f->known, &parts.part[i].head);
	failed = failed || follow_parts_order(&f->queue, &f->own) < 0 ||
		 (before.path && !put_first(&f->queue, before));
	follow_parts_free(&parts);
	if (failed)
		return no_memory(f);
	f->front = 0;
	if (before.path)
		f->skip = f->place;
	else
		follow_place_begin(&f->skip);
	if (gap)
		set_why(f, "the log was truncated, and what it held is in no other file");
	return gap ? FOLLOW_GAP : GO_ON;
}

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
static enum follow_got read_more(struct follow *f)
{
	off_t end;
	ssize_t n;

	if (!make_room(f, CHUNK))
		return no_memory(f);
	end = (off_t)f->place.n + (off_t)f->text.n;
	n = pread(f->fd, f->text.p + f->text.n, CHUNK, end);
	if (n < 0 && errno != ESTALE)
		return down(f, f->o->path);
	if (n < 0 || !same_content(f, end))
		return FOLLOW_GAP;
	if (n == 0)
		return FOLLOW_WAIT;
	f->text.n += (size_t)n;
	see_tail(f, (size_t)n);
	if (f->head.n < FOLLOW_HEAD) {
		see_head(f->fd, &f->head);
		if (f->first == WHEN_MIN && follow_head_time(&f->head) != WHEN_MAX)
			f->first = follow_head_time(&f->head);
	}
	return FOLLOW_EVENT;
}

/* Has the log by name the content that was given, so that it is gone on with? */
static bool is_ours(const struct follow *f, const struct follow_head *head)
{
	return f->place.n && follow_head_same(head, &f->head) &&
	       follow_part_holds(f->o->path, &f->place);
}

/*
 * The log that we had is left: drained, if it was read to its end, or not, if what it held is
 * elsewhere by now.
 */
static int move_on(struct follow *f, bool drained)
{
	struct follow_head head;
	int fd = open_log(f), r;

	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return down(f, f->o->path);
	see_head(fd, &head);
	if (fd >= 0 && is_ours(f, &head)) {
		if (f->fd >= 0)
			close(f->fd);
		f->fd = fd;
		f->text.n = f->at = f->ntail = 0;
		return GO_ON;
	}
	r = make_queue(f, fd, &head, drained);
	if (r != GO_ON && r != FOLLOW_GAP) {
		if (fd >= 0)
			close(fd);
		return r == FOLLOW_EVENT ? GO_ON : r;
	}
	if (f->fd >= 0)
		close(f->fd);
	f->fd = fd;
	f->looked = (struct timespec){ 0 };
	begin_file(f, f->o->path, &head);
	return r;
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

/* Did the directory change since this was asked last? */
static bool changed(struct follow *f)
{
	const char *slash = strrchr(f->o->path, '/');
	struct buf path = { 0 };
	struct stat dir;
	bool is;

	buf_put(&path, slash ? f->o->path : ".", slash ? (size_t)(slash - f->o->path) + 1 : 1);
	is = buf_cstr(&path) && stat((char *)path.p, &dir) == 0 &&
	     (dir.st_mtim.tv_sec != f->looked.tv_sec || dir.st_mtim.tv_nsec != f->looked.tv_nsec);
	buf_free(&path);
	/* within the grain of its clock a directory may change twice */
	if (is && time(NULL) - dir.st_mtim.tv_sec > 1)
		f->looked = dir.st_mtim;
	return is;
}

/* Are there parts that were not there before, or that hold what has no name here any more? */
static bool parts_came(struct follow *f)
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
static bool succeeded(struct follow *f)
{
	struct stat st;

	return (stat(f->o->path, &st) == 0 && st.st_size > 0) || (changed(f) && parts_came(f));
}

/* A log of which nothing was seen yet may have been filled, copied and truncated meanwhile: nothing
 * tells but the copy. */
static int begin_again(struct follow *f)
{
	f->text.n = f->at = f->ntail = 0;
	f->head.n = 0;
	return move_on(f, false);
}

static int next_of_log(struct follow *f, struct event *ev, const char **where,
		       unsigned long long *line)
{
	bool unseen = f->fd >= 0 && !f->head.n;
	enum follow_got got = FOLLOW_WAIT;
	int other, err;

	if (next_of_text(f, ev)) {
		*where = f->path;
		*line = f->line;
		return FOLLOW_EVENT;
	}
	if (f->last)
		return move_on(f, true);
	other = renamed(f);
	err = errno;
	if (f->fd >= 0)
		got = read_more(f);
	if (unseen && (got == FOLLOW_EVENT || (got == FOLLOW_WAIT && changed(f))) && parts_came(f))
		return begin_again(f);
	if (got == FOLLOW_WAIT && other > 0 && (f->fd < 0 || succeeded(f))) {
		/* once more to the end, now that nobody writes to it */
		if (f->fd >= 0)
			got = read_more(f);
		if (got == FOLLOW_WAIT)
			return move_on(f, true);
	}
	if (got == FOLLOW_EVENT)
		return GO_ON;
	if (got == FOLLOW_GAP)
		return move_on(f, false);
	if (got == FOLLOW_WAIT && other < 0) {
		errno = err;
		down(f, f->o->path);
		return err == ENOENT || err == ENOTDIR ? FOLLOW_LATER : FOLLOW_DOWN;
	}
	return got;
}

/*
 * Parts.
 */

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
	see_head(f->fd, &head);
	begin_file(f, f->o->path, &head);
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
	see_head(fd, &head);
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
static enum follow_got front_failed(struct follow *f)
{
	if (f->reader && f->place.n > f->skip.n)
		f->skip = f->place;
	reader_close(f->reader);
	f->reader = NULL;
	if (f->tries++ < PATIENCE) {
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

	f->reader = reader_open(part->path, LONGEST, &f->own);
	if (!f->reader)
		return front_failed(f);
	/* by now its name may be another's */
	follow_head_read(part->path, &now);
	if (part->head.n && !follow_head_same(&now, &part->head)) {
		reader_close(f->reader);
		f->reader = NULL;
		set_why(f, "its rotated parts cannot be found");
		return front_failed(f);
	}
	begin_file(f, name(f, part->path), &part->head);
	return GO_ON;
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

static int next_of_queue(struct follow *f, struct event *ev, const char **where,
			 unsigned long long *line)
{
	enum reader_got got;
	struct slice block;

	if (!f->reader)
		return open_front(f);
	if (next_of_text(f, ev)) {
		*where = f->path;
		*line = f->line;
		return FOLLOW_EVENT;
	}
	if (f->last) {
		leave_front(f);
		return GO_ON;
	}
	got = reader_next(f->reader, &block);
	if (got == READER_FAILED)
		return front_failed(f);
	if (got == READER_END) {
		f->last = !stay(f);
		return GO_ON;
	}
	block.n -= got == READER_TORN;
	block = skip(f, block);
	if (!make_room(f, block.n + 1))
		return no_memory(f);
	buf_slice(&f->text, block);
	return GO_ON;
}

/* Asked once, of the first event: does the log reach back to where it has to? */
static bool begins_late(struct follow *f)
{
	bool late = !f->asked && f->o->reach != WHEN_MIN && f->oldest > f->o->reach;

	f->asked = true;
	if (late)
		set_why(f, "it begins behind the newest event stored");
	return late;
}

enum follow_got follow_next(struct follow *f, struct event *ev, const char **where,
			    unsigned long long *line)
{
	int r = GO_ON;

	if (f->held.event) {
		f->held.event = false;
		*ev = f->held.ev;
		*where = f->held.where;
		*line = f->held.line;
		return FOLLOW_EVENT;
	}
	while (r == GO_ON) {
		if (!f->started)
			r = start(f);
		else if (f->front < f->queue.n)
			r = next_of_queue(f, ev, where, line);
		else
			r = next_of_log(f, ev, where, line);
	}
	if (r != FOLLOW_EVENT || !begins_late(f))
		return (enum follow_got)r;
	f->held.event = true;
	f->held.ev = *ev;
	f->held.where = *where;
	f->held.line = *line;
	return FOLLOW_GAP;
}
