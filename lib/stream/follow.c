#include "stream/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "stream/follow_own.h"

enum { MADE = 1 << 18 };

/* `: reason`, as a diag without a name has it. */
static void keep_why(void *arg, const char *line, size_t n)
{
	struct follow *f = arg;

	snprintf(f->why, sizeof(f->why), "%.*s", (int)(n < 3 ? 0 : n - 3), line + 2);
}

void follow_set_why(struct follow *f, const char *why)
{
	snprintf(f->why, sizeof(f->why), "%s", why);
}

int follow_no_memory(struct follow *f)
{
	diag_fail(f->d, "out of memory");
	return FOLLOW_FAILED;
}

/* A file is begun, or gone on with behind a place. */
void follow_begin_file(struct follow *f, const char *path, const struct follow_head *head)
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
	const char *slash = strrchr(o->path, '/');
	struct follow *f = calloc(1, sizeof(*f));

	if (f)
		buf_put(&f->dir, slash ? o->path : ".", slash ? (size_t)(slash - o->path) + 1 : 1);
	if (!f || !buf_cstr(&f->dir)) {
		diag_fail(d, "out of memory");
		if (f)
			buf_free(&f->dir);
		free(f);
		return NULL;
	}
	f->o = o;
	f->d = d;
	f->own = (struct diag){ .prog = "", .emit = keep_why, .arg = f };
	f->fd = -1;
	f->oldest = WHEN_MAX;
	f->first = WHEN_MIN;
	f->skipping = o->from != WHEN_MIN;
	f->block.max_line = SIZE_MAX;
	follow_begin_file(f, o->path, &none);
	qlog_init(&f->qlog, slice_str(o->partition), o->max_line ? (size_t)o->max_line : FOLLOW_LONGEST);
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
	block_free(&f->block);
	buf_free(&f->dir);
	buf_free(&f->text);
	buf_free(&f->made);
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

const char *follow_name(struct follow *f, const char *path)
{
	for (size_t i = f->names.n; i-- > 0;)
		if (strcmp(f->names.v[i], path) == 0)
			return f->names.v[i];
	words_add(&f->names, path);
	return f->names.failed ? "the log" : f->names.v[f->names.n - 1];
}

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

static void refuse(struct follow *f, const char *why)
{
	f->line++;
	f->counts.refused++;
	if (diag_few(&f->named))
		diag_warn(f->d, "%s:%llu: %s", f->path, f->line, why);
}

/* Of a line that is too long nothing is kept but that it was. true: it is over. */
static bool pass_long(struct follow *f)
{
	const unsigned char *p = f->text.p + f->at, *lf;
	size_t n = f->text.n - f->at;

	lf = n ? memchr(p, '\n', n) : NULL;
	take(f, lf ? (size_t)(lf + 1 - p) : n);
	if (!lf && !f->last)
		return false;
	f->too_long = false;
	f->counts.read++;
	refuse(f, "longer than a line may be");
	return true;
}

/* Begins the whole lines in text; of a file that is finished also the last one, which gets a LF.
 * false: there are none, or f->failed. */
static bool begin_lines(struct follow *f)
{
	static const unsigned char bom[] = { 0xef, 0xbb, 0xbf };
	struct slice lines;
	size_t n, whole;

	if (f->too_long && !pass_long(f))
		return false;
	n = whole = f->text.n - f->at;
	while (whole && f->text.p[f->at + whole - 1] != '\n')
		whole--;
	if (!whole && n > f->qlog.max_line) {
		f->too_long = true;
		return pass_long(f);
	}
	if (!n || (!whole && !f->last))
		return false;
	f->failed = !buf_room(&f->text, SCAN_SLACK + 1);
	if (f->failed)
		return false;
	lines = take(f, whole ? whole : n);
	if (!whole) /* the room behind it is its own */
		f->text.p[f->at] = '\n';
	lines.n += !whole;
	if (f->line == 0 && slice_begins(lines, slice_of(bom, sizeof(bom))))
		lines = slice_of(lines.p + sizeof(bom), lines.n - sizeof(bom));
	f->failed = !qlog_block(&f->qlog, lines);
	f->converting = !f->failed;
	return f->converting;
}

/* Lines to events, up to one that is none. */
static bool convert(struct follow *f)
{
	unsigned long long lines;
	struct slice line;

	f->made.n = 0;
	if (!buf_room(&f->made, MADE))
		return false;
	f->converting = qlog_next(&f->qlog, &f->made, &lines, &f->remark, &line, &f->remark_why);
	f->counts.read += lines;
	if (f->converting && lines == 0) /* the room is too small for one line */
		return buf_room(&f->made, f->made.cap * 2);
	if (f->made.n == 0)
		return true;
	return buf_room(&f->made, SCAN_SLACK) && block_begin(&f->block, buf_all(&f->made));
}

/* The line behind those that were converted. */
static void remark(struct follow *f)
{
	if (f->remark == QLOG_REFUSED) {
		refuse(f, f->remark_why);
	} else {
		f->line++;
		f->counts.blank++;
		f->counts.read--;
	}
	f->remark = QLOG_EVENT;
}

bool follow_text_next(struct follow *f, struct event *ev)
{
	struct slice line;
	const char *why;

	for (;;) {
		switch (block_next(&f->block, ev, &line, &why)) {
		case BLOCK_EVENT:
			f->line++;
			if (wanted(f, ev))
				return true;
			continue;
		case BLOCK_REFUSED: refuse(f, why); continue;
		case BLOCK_BLANK: continue;
		case BLOCK_END: break;
		}
		if (f->remark != QLOG_EVENT)
			remark(f);
		else if (f->converting)
			f->failed = !convert(f);
		else if (!begin_lines(f))
			return false;
		if (f->failed)
			return false;
	}
}

/* Behind what is in text. The memory of the event that was given last may move. */
bool follow_text_room(struct follow *f, size_t n)
{
	if (f->at) {
		memmove(f->text.p, f->text.p + f->at, f->text.n - f->at);
		f->text.n -= f->at;
		f->at = 0;
	}
	return buf_room(&f->text, n + SCAN_SLACK);
}

/* Asked once, of the first event: does the log reach back to where it has to? */
static bool begins_late(struct follow *f)
{
	bool late = !f->asked && f->o->reach != WHEN_MIN && f->oldest > f->o->reach;

	f->asked = true;
	if (late)
		follow_set_why(f, "it begins behind the newest event stored");
	return late;
}

enum follow_got follow_next(struct follow *f, struct event *ev, const char **where,
			    unsigned long long *line)
{
	int r = FOLLOW_GO_ON;

	if (f->held.event) {
		f->held.event = false;
		*ev = f->held.ev;
		*where = f->held.where;
		*line = f->held.line;
		return FOLLOW_EVENT;
	}
	while (r == FOLLOW_GO_ON && !f->failed) {
		if (!f->started)
			r = follow_start(f);
		else if (f->front < f->queue.n)
			r = follow_front_next(f, ev, where, line);
		else
			r = follow_log_next(f, ev, where, line);
	}
	if (f->failed)
		r = follow_no_memory(f);
	if (r != FOLLOW_EVENT || !begins_late(f))
		return (enum follow_got)r;
	f->held.event = true;
	f->held.ev = *ev;
	f->held.where = *where;
	f->held.line = *line;
	return FOLLOW_GAP;
}
