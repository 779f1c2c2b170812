#include "stream/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "base/words.h"
#include "stream/follow_parts.h"
#include "stream/qlog.h"
#include "stream/source.h"

enum { CHUNK = 1 << 18, SEEN = 256, LONGEST = 1 << 20, RETRIES = 30 };

/* Where a run is: in the parts rotated away, or in the log itself. */
enum phase { IN_PARTS, IN_LOG };

struct follow {
	const struct follow_options *o;
	struct diag *d, parts_diag;
	enum phase phase;
	int64_t from, stored, oldest; /* oldest: the first event's time; WHEN_MAX: none yet */
	bool skipping;                /* lines older than from */
	struct follow_parts parts;
	struct source_options in;
	struct source *source;
	struct words names; /* of files, for who remembers where a line stood */
	int tries;

	int fd;             /* of the log; -1: there is none */
	off_t offset;       /* of it: whole lines up to here were passed */
	struct follow_place place, lost; /* lost: a place in content that was truncated away */
	unsigned char head[SEEN], tail[SEEN];
	size_t nhead, ntail;
	struct buf text;    /* read, not yet passed; the first `at` bytes of it are */
	size_t at;
	unsigned long long line, refused, named;
	bool last;          /* nothing more is written to it: a last line without LF counts */
	struct qlog qlog;
	struct buf event, own;
	bool too_long;      /* what comes is the rest of a line that is */
	bool drained;       /* the run before ended where its file did, so nothing is missing */
};

struct follow *follow_open(const struct follow_options *o, struct diag *d)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (!f) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	f->o = o;
	f->d = d;
	f->fd = -1;
	qlog_init(&f->qlog, slice_str(o->partition), o->max_line ? (size_t)o->max_line : LONGEST);
	return f;
}

static void close_log(struct follow *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->offset = 0;
	f->text.n = f->at = f->nhead = f->ntail = 0;
	f->too_long = false;
	f->line = 0;
	f->last = false;
	follow_place_begin(&f->place);
}

static void close_parts(struct follow *f)
{
	source_close(f->source);
	f->source = NULL;
	follow_parts_free(&f->parts);
}

void follow_close(struct follow *f)
{
	if (!f)
		return;
	close_log(f);
	close_parts(f);
	diag_total(f->d, f->named, "lines refused");
	qlog_free(&f->qlog);
	words_free(&f->names);
	buf_free(&f->text);
	buf_free(&f->event);
	buf_free(&f->own);
	free(f);
}

unsigned long long follow_refused(const struct follow *f)
{
	return f->refused;
}

static const char *name(struct follow *f, const char *path)
{
	for (size_t i = f->names.n; i-- > 0;)
		if (strcmp(f->names.v[i], path) == 0)
			return f->names.v[i];
	words_add(&f->names, path);
	return f->names.failed ? "the log" : f->names.v[f->names.n - 1];
}

/* The first bytes of the log, to know it by before anything of it was passed. */
static void see_head(struct follow *f)
{
	ssize_t n = f->fd < 0 ? 0 : pread(f->fd, f->head, SEEN, 0);

	f->nhead = n < 0 ? 0 : (size_t)n;
}

int follow_begin(struct follow *f, int64_t from, int64_t stored)
{
	close_parts(f);
	close_log(f);
	f->from = from;
	f->stored = f->drained ? WHEN_MIN : stored;
	f->oldest = WHEN_MAX;
	f->skipping = true;
	f->phase = IN_PARTS;
	/* the log first: if it is renamed from here on, its parts' list is not the same twice */
	f->fd = open(f->o->path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0 && errno != ENOENT)
		return diag_errno(f->d, "%s", f->o->path);
	see_head(f);
	if (follow_parts_list(&f->parts, f->o->path, f->fd, from, f->d) < 0)
		return -1;
	f->parts_diag = *f->d;
	f->parts_diag.status = 0;
	f->in = (struct source_options){ .operand = (const char **)f->parts.order.path,
					 .operands = f->parts.order.n,
					 .input = SOURCE_QUEUELOG,
					 .partition = f->o->partition,
					 .max_line = f->o->max_line };
	if (f->in.operands) {
		f->source = source_open(&f->in, &f->parts_diag);
		if (!f->source)
			return -1;
	}
	return 0;
}

/* Is it to be passed? Before `from` nothing is, behind its first line everything. */
static bool wanted(struct follow *f, const struct event *ev)
{
	if (f->oldest == WHEN_MAX)
		f->oldest = ev->time;
	if (ev->time >= f->from)
		f->skipping = false;
	return !f->skipping;
}

static bool gap(struct follow *f, const char *why)
{
	if (f->o->accept_gap) {
		diag_warn(f->d, "%s: gap: %s; going on", f->o->path, why);
		return false;
	}
	diag_fail(f->d, "%s: gap: %s; --accept-gap goes on", f->o->path, why);
	return true;
}

/* A part changed while it was read, was just being compressed, or was gone: once more. */
static enum follow_got again(struct follow *f)
{
	if (f->tries++ < RETRIES) {
		nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
		return FOLLOW_AGAIN;
	}
	diag_fail(f->d, "%s: its rotated parts cannot be read", f->o->path);
	return FOLLOW_FAILED;
}

/* Behind the last part: are they still what they were, and is what was lost from the log there? */
static enum follow_got end_parts(struct follow *f)
{
	bool failed = f->parts_diag.status > 1, found = !f->lost.n;

	if (f->source)
		f->refused += source_counts(f->source).refused;
	if (failed || !follow_parts_same(&f->parts, f->o->path, f->fd))
		return again(f);
	if (f->parts_diag.status > f->d->status)
		f->d->status = f->parts_diag.status;
	if (!found)
		found = follow_parts_hold(&f->parts, &f->lost);
	if (!found && f->tries < 3)
		return again(f);
	f->lost.n = 0;
	f->tries = 0;
	f->drained = false;
	if (!found && gap(f, "the log was truncated, and what it held is in no other file"))
		return FOLLOW_FAILED;
	close_parts(f);
	f->phase = IN_LOG;
	return FOLLOW_WAIT;
}

static enum follow_got next_of_parts(struct follow *f, struct event *ev, const char **where,
				     unsigned long long *line)
{
	while (f->source && source_next(f->source, ev)) {
		if (verb_of_stream(ev->verb) || !wanted(f, ev))
			continue;
		*where = name(f, source_where(f->source, line));
		return FOLLOW_EVENT;
	}
	return end_parts(f);
}

/* Does the log still begin as it did, and hold before our place what it held? */
static bool same_content(struct follow *f, off_t read_to)
{
	unsigned char now[SEEN];
	struct stat st;

	if (fstat(f->fd, &st) < 0 || st.st_size < read_to)
		return false;
	if (f->nhead && (pread(f->fd, now, f->nhead, 0) != (ssize_t)f->nhead ||
			 memcmp(now, f->head, f->nhead) != 0))
		return false;
	return !f->ntail ||
	       (pread(f->fd, now, f->ntail, read_to - (off_t)f->ntail) == (ssize_t)f->ntail &&
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

/* More of the log behind what is in text. 1; 0: nothing; -1: what was read before is not there any
 * more. */
static int read_more(struct follow *f)
{
	off_t end;
	ssize_t n;

	if (f->at) {
		memmove(f->text.p, f->text.p + f->at, f->text.n - f->at);
		f->text.n -= f->at;
		f->at = 0;
	}
	end = f->offset + (off_t)f->text.n;
	if (!buf_room(&f->text, CHUNK))
		return 0;
	n = pread(f->fd, f->text.p + f->text.n, CHUNK, end);
	if (!same_content(f, end))
		return -1;
	if (n <= 0)
		return 0;
	f->text.n += (size_t)n;
	see_tail(f, (size_t)n);
	if (f->nhead < SEEN)
		see_head(f);
	return 1;
}

static struct slice take(struct follow *f, size_t n)
{
	struct slice s = slice_of(f->text.p + f->at, n);

	follow_place_add(&f->place, s);
	f->at += n;
	f->offset += (off_t)n;
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
	f->refused++;
	if (diag_few(&f->named))
		diag_warn(f->d, "%s:%llu: %s", f->o->path, f->line, why);
}

/* Lines to events, until one is to be passed. */
static bool next_of_text(struct follow *f, struct event *ev)
{
	struct slice line;
	const char *why;

	while (next_line(f, &line)) {
		f->event.n = 0;
		if (f->too_long) {
			f->too_long = false;
			refuse(f, "longer than a line may be");
			continue;
		}
		switch (qlog_line(&f->qlog, line, &f->event, &why)) {
		case QLOG_BLANK: continue;
		case QLOG_REFUSED: refuse(f, why); continue;
		default: break;
		}
		why = event_parse(slice_of(f->event.p, f->event.n - 1), ev, &f->own);
		if (why)
			refuse(f, why);
		else if (wanted(f, ev))
			return true;
	}
	return false;
}

/* At the end of what there is: has the name another file by now? */
static bool renamed(const struct follow *f)
{
	struct stat by_name, ours;

	if (stat(f->o->path, &by_name) < 0)
		return false; /* between two names, or deleted and not yet begun anew */
	return f->fd < 0 || fstat(f->fd, &ours) < 0 || by_name.st_dev != ours.st_dev ||
	       by_name.st_ino != ours.st_ino;
}

static enum follow_got next_of_log(struct follow *f, struct event *ev, const char **where,
				   unsigned long long *line)
{
	for (;;) {
		bool end = renamed(f);
		int r;

		if (next_of_text(f, ev)) {
			*where = f->o->path;
			*line = f->line;
			return FOLLOW_EVENT;
		}
		r = f->fd < 0 ? 0 : read_more(f);
		if (r > 0)
			continue;
		if (r < 0) {
			f->lost = f->place;
			return FOLLOW_AGAIN;
		}
		if (!end)
			return FOLLOW_WAIT;
		if (f->last || f->text.n == f->at) {
			f->drained = f->fd >= 0;
			return FOLLOW_AGAIN;
		}
		f->last = true;
	}
}

enum follow_got follow_next(struct follow *f, struct event *ev, const char **where,
			    unsigned long long *line)
{
	enum follow_got got;

	if (f->phase == IN_PARTS) {
		got = next_of_parts(f, ev, where, line);
		if (f->phase == IN_PARTS)
			return got;
	}
	got = next_of_log(f, ev, where, line);
	if (f->stored != WHEN_MIN && f->oldest != WHEN_MAX) {
		if (f->oldest > f->stored && gap(f, "it begins behind the newest event stored"))
			return FOLLOW_FAILED;
		f->stored = WHEN_MIN;
	}
	return got;
}
