#include "stream/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "stream/follow_own.h"

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

enum follow_got follow_no_memory(struct follow *f)
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
	if (!lf && (!f->last || (n == 0 && !f->too_long)))
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
bool follow_text_next(struct follow *f, struct event *ev)
{
	struct slice line;

	while (next_line(f, &line))
		if (event_of(f, line, ev))
			return true;
	return false;
}

/* Behind what is in text. The memory of the event that was given last may move. */
bool follow_text_room(struct follow *f, size_t n)
{
	if (f->at) {
		memmove(f->text.p, f->text.p + f->at, f->text.n - f->at);
		f->text.n -= f->at;
		f->at = 0;
	}
	return buf_room(&f->text, n);
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
	while (r == FOLLOW_GO_ON) {
		if (!f->started)
			r = follow_start(f);
		else if (f->front < f->queue.n)
			r = follow_front_next(f, ev, where, line);
		else
			r = follow_log_next(f, ev, where, line);
	}
	if (r != FOLLOW_EVENT || !begins_late(f))
		return (enum follow_got)r;
	f->held.event = true;
	f->held.ev = *ev;
	f->held.where = *where;
	f->held.line = *line;
	return FOLLOW_GAP;
}
