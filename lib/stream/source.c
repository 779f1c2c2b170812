#include "stream/source.h"

#include <stdlib.h>

#include "stream/block.h"
#include "stream/qlog.h"
#include "stream/source_parts.h"

enum { MADE = 1 << 18 };

#define BOM SLICE("\xef\xbb\xbf")

/* From an offset of the block on, lines are numbered from `line`. */
struct numbering {
	size_t offset;
	unsigned long long line;
};

struct source {
	const struct source_options *o;
	struct diag *d;
	struct rotated parts; /* the operands */
	size_t part;          /* the next of them */
	struct reader *reader;
	void *foreign;        /* of a part with the scheme: what reads it, instead of the reader */
	const char *path;
	enum source_input input; /* of the part being read */
	bool fresh;              /* nothing of the part has been read yet */
	bool bom;                /* it began with a byte order mark */
	bool torn;               /* what was read last is its last line, without LF */
	size_t max_line;         /* of the part */

	struct qlog qlog;
	bool converting;   /* qlog has lines left */
	struct slice rest; /* JSON lines left */
	struct buf made;   /* event lines made of lines of another form */
	struct slice ready; /* event lines, made or read, not yet begun as a block */
	struct block block;

	struct numbering *numbering;
	size_t numbers, numbercap;
	struct numbering asked; /* the line that was asked for last; line 0: none in this block */
	unsigned long long line; /* of the first line not yet in a block */

	struct source_counts counts;
	unsigned long long named; /* refused lines named */
	struct out *lent, rejects;
	bool has_rejects;
	bool passing; /* the line given last lies in memory that the next event may use */
	unsigned long long done_bytes, all_bytes;

	bool later; /* the wait said so */
	bool failed, down;
	bool foreign_down; /* the foreign part that was read last failed, and it is not said yet */
	struct slice stamp;        /* of raw lines; empty: none was given, or no valid one */
	unsigned char partition[PARTITION_MOST]; /* of the foreign part that was read last */
	size_t npartition;
	unsigned char lost[PARTITION_MOST]; /* of the first other part that failed */
	size_t nlost;
	int64_t from, to;          /* plain events outside are passed over; */
	bool picks;                /* are there any? */
	enum field only;           /* not F_TIME: and those whose field this is */
	struct near is;            /* something else */
	struct buf own;
};

static int no_memory(struct source *s)
{
	return diag_fail(s->d, "out of memory");
}

/* The part at hand is not read to its end. Whose it is: the stamp's; that of its events. */
static void lose(struct source *s)
{
	struct slice name = s->stamp;

	block_remember(&s->block);
	if (s->input != SOURCE_QUEUELOG)
		name = slice_of(s->block.partition, s->block.npartition);
	if (name.n == 0)
		name = SLICE("unknown");
	if (!s->failed) {
		memcpy(s->lost, name.p, name.n);
		s->nlost = name.n;
	}
	s->failed = true;
}

struct source *source_open(const struct source_options *o, struct diag *d)
{
	struct source *s = calloc(1, sizeof(*s));
	bool failed = false;

	if (!s) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	s->o = o;
	s->d = d;
	if (o->partition && partition_valid(slice_str(o->partition)))
		s->stamp = slice_str(o->partition);
	s->input = o->input;
	s->from = INT64_MIN;
	s->to = INT64_MAX;
	s->block.event = BLOCK_NOWHERE;
	if (parts_add(o, &s->parts, &failed, d) < 0)
		goto fail;
	if (failed)
		lose(s);
	if (s->stamp.n)
		qlog_init(&s->qlog, s->stamp,
			  parts_longest(s->o, SOURCE_QUEUELOG));
	if (o->rejects) {
		if (out_open(&s->rejects, o->rejects, d) < 0)
			goto fail;
		s->has_rejects = true;
	}
	s->all_bytes = parts_bytes(o, &s->parts);
	return s;
fail:
	source_close(s);
	return NULL;
}

/* The part that was being read is done with. */
static void end_part(struct source *s)
{
	s->done_bytes += reader_at(s->reader);
	reader_close(s->reader);
	s->reader = NULL;
}

/* Its lines are canonical already, as those made of other lines are: they are treated alike. */
static bool begin_foreign(struct source *s, const char *operand)
{
	const struct source_scheme *of = s->o->scheme;
	const char *name = operand + strlen(of->prefix);

	s->path = operand;
	s->input = SOURCE_QUEUELOG;
	s->block.time = 0;
	s->npartition = strcspn(name, "?");
	memcpy(s->partition, name, s->npartition);
	s->numbers = 0;
	s->foreign = of->open(s->o->scheme_arg, operand, s->d);
	s->foreign_down = !s->foreign;
	return s->foreign;
}

/* Makes lines of a foreign part ready, or ends it. false: it failed. */
static bool next_foreign(struct source *s)
{
	int r = s->o->scheme->next(s->foreign, &s->ready, &s->counts.read, &s->counts.refused);

	if (r > 0) {
		s->done_bytes += s->ready.n;
		return true;
	}
	s->o->scheme->close(s->foreign);
	s->foreign = NULL;
	s->foreign_down = r < 0;
	return r == 0;
}

/* Before a read that has to wait, also inside a line, whoever reads downstream gets what there is. */
static bool before_read(void *arg, int fd)
{
	struct source *s = arg;

	return !s->lent || out_wait(s->lent, fd, -1);
}

static bool begin_part(struct source *s)
{
	const char *path;

	while (s->part < s->parts.n) {
		path = s->parts.path[s->part++];
		if (parts_foreign(s->o, path))
			return begin_foreign(s, path);
		s->input = parts_input(s->o, &path);
		s->path = strcmp(path, "-") == 0 ? "stdin" : path;
		s->max_line = parts_longest(s->o, s->input);
		s->block.npartition = 0;
		s->reader = reader_open_wait(path, s->max_line, s->o->wait, s->o->wait_arg, s->d);
		if (s->reader && !s->o->wait)
			reader_set_wait(s->reader, before_read, s);
		if (s->reader) {
			s->fresh = true;
			s->bom = s->torn = false;
			s->line = 1;
			return true;
		}
		lose(s);
	}
	return false;
}

static void reject(struct source *s, struct slice bytes)
{
	if (s->has_rejects)
		out_slice(&s->rejects, bytes);
}

static void tell_refused(struct source *s, unsigned long long line, const char *why)
{
	s->counts.refused++;
	if (s->o->refused)
		s->o->refused(s->o->refused_arg, s->path, line, why);
	else if (diag_few(&s->named))
		diag_warn(s->d, "%s:%llu: %s", s->path, line, why);
}

static void refuse(struct source *s, unsigned long long line, struct slice bytes, const char *why)
{
	tell_refused(s, line, why);
	if (s->bom && line == 1)
		reject(s, BOM);
	reject(s, bytes);
	if (!s->torn)
		reject(s, SLICE("\n"));
}

/* From here on in the block being made, lines count from `line`. */
static bool number(struct source *s, size_t offset, unsigned long long line)
{
	if (!array_need(&s->numbering, &s->numbercap, s->numbers + 1, sizeof(*s->numbering)))
		return false;
	s->numbering[s->numbers++] = (struct numbering){ offset, line };
	return true;
}

/* Raw lines to event lines, as many as the room takes. */
static bool convert(struct source *s)
{
	unsigned long long lines;
	enum qlog_got got;
	struct slice line;
	const char *why;

	do {
		if (!number(s, s->made.n, s->line))
			return false;
		s->converting = qlog_next(&s->qlog, &s->made, &lines, &got, &line, &why);
		s->line += lines;
		s->counts.read += lines;
		if (got == QLOG_REFUSED) {
			refuse(s, s->line - 1, line, why);
		} else if (got == QLOG_BLANK) {
			s->counts.blank++;
			s->counts.read--;
		} else if (s->converting && s->made.n == 0) {
			/* the room is too small for one line */
			if (!buf_room(&s->made, s->made.cap * 2))
				return false;
		} else {
			break;
		}
	} while (s->converting);
	s->counts.cr = s->qlog.cr;
	return true;
}

static bool convert_json(struct source *s)
{
	const char *why;

	while (s->rest.n && s->made.n < MADE) {
		struct slice whole = slice_cut(s->rest, '\n', &s->rest), line = whole;
		size_t before = s->made.n;

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!number(s, before, s->line++))
			return false;
		if (line.n == 0) {
			s->counts.blank++;
			continue;
		}
		s->counts.read++;
		s->own.n = 0;
		why = line.n > s->max_line ? "longer than a line may be"
					   : event_parse_json(line, &s->own);
		if (s->own.failed)
			return false;
		if (why)
			refuse(s, s->line - 1, whole, why);
		else
			buf_slice(&s->made, buf_all(&s->own));
	}
	return !s->made.failed;
}

/* The bytes behind `made` must be readable for the scan. */
static bool make(struct source *s)
{
	bool ok;

	s->numbers = 0;
	s->made.n = 0;
	if (!buf_room(&s->made, MADE))
		return false;
	ok = s->rest.n ? convert_json(s) : convert(s);
	if (!ok || !buf_room(&s->made, SCAN_SLACK))
		return false;
	s->ready = buf_all(&s->made);
	return true;
}

/* Lines as they were read become lines that are ready, or that are to be converted. */
static bool lines(struct source *s, struct slice block)
{
	s->bom |= s->fresh && slice_begins(block, BOM);
	if (s->fresh && s->bom)
		block = slice_of(block.p + 3, block.n - 3);
	s->fresh = false;
	if (s->input == SOURCE_JSON) {
		s->rest = block;
		return make(s);
	}
	if (s->input == SOURCE_QUEUELOG) {
		s->converting = true;
		return qlog_block(&s->qlog, block) && make(s);
	}
	s->numbers = 0;
	s->ready = block;
	return number(s, 0, s->line);
}

/* Part of a line without its LF, where there has to be one. */
static void torn(struct source *s, struct slice line)
{
	diag_fail(s->d, "%s:%llu: ends inside a line: its writer was cut off", s->path, s->line);
	lose(s);
	s->counts.read++;
	s->counts.refused++;
	reject(s, line);
}

static void too_long(struct source *s, struct slice piece, bool last)
{
	if (last && s->input != SOURCE_QUEUELOG && (!piece.n || piece.p[piece.n - 1] != '\n')) {
		torn(s, piece);
		return;
	}
	reject(s, piece);
	if (!last)
		return;
	s->fresh = false;
	s->counts.read++;
	tell_refused(s, s->line, "longer than a line may be");
	s->line++;
}

/* The memory of what was given is about to change; whoever waits for it should have it. */
static void settle(struct source *s)
{
	if (!s->lent)
		return;
	out_settle(s->lent);
	if (s->foreign)
		out_flush(s->lent);
}

/* Makes event lines ready. false: there are no more. */
static bool refill(struct source *s)
{
	struct slice block;

	settle(s);
	s->later = false;
	block_remember(&s->block);
	if (s->input == SOURCE_EVENTS)
		s->line += s->block.lines;
	s->block.lines = 0;
	for (;;) {
		bool ok = true;

		if (s->reader && (s->converting || s->rest.n)) {
			ok = make(s);
		} else if (!s->reader && !s->foreign && !begin_part(s)) {
			return false;
		} else if (s->foreign) {
			if (!next_foreign(s))
				return false;
		} else {
			switch (reader_next(s->reader, &block)) {
			case READER_END: end_part(s); break;
			case READER_FAILED:
				lose(s);
				end_part(s);
				break;
			case READER_LATER: s->later = true; return false;
			case READER_LINES: ok = lines(s, block); break;
			case READER_TORN:
				s->torn = true;
				if (s->input == SOURCE_QUEUELOG)
					ok = lines(s, block);
				else
					torn(s, slice_of(block.p, block.n - 1));
				break;
			case READER_LONG: too_long(s, block, false); break;
			case READER_LONG_LAST: too_long(s, block, true); break;
			}
		}
		if (!ok) {
			no_memory(s);
			lose(s);
			return false;
		}
		if (s->o->more)
			s->o->more(s->o->more_arg, s);
		if (s->ready.n)
			return true;
	}
}

/* Begins the lines that are ready as a block. */
static bool begin_block(struct source *s)
{
	if (!block_begin(&s->block, s->ready)) {
		no_memory(s);
		lose(s);
		return false;
	}
	/* what was made of other lines has their limit behind it, and may be longer */
	s->block.max_line = s->input == SOURCE_EVENTS ? s->max_line : SIZE_MAX;
	s->ready.n = 0;
	s->asked.line = 0;
	return true;
}

/* The number of the line at an offset of the block. */
static unsigned long long line_at(struct source *s, size_t offset)
{
	size_t i = s->numbers, at;
	unsigned long long line;

	while (i > 1 && s->numbering[i - 1].offset > offset)
		i--;
	if (i == 0)
		return 0;
	at = s->numbering[i - 1].offset;
	line = s->numbering[i - 1].line;
	if (s->asked.line && s->asked.offset >= at && s->asked.offset <= offset) {
		at = s->asked.offset;
		line = s->asked.line;
	}
	for (; at < offset; at++)
		line += s->block.p[at] == '\n';
	s->asked = (struct numbering){ offset, line };
	return line;
}

/* Of a source that failed, the last word; of a foreign part, where it stands. */
static bool say_down(struct source *s, struct event *ev)
{
	struct slice name = slice_of(s->lost, s->nlost);

	if (s->later)
		return false;
	if (s->foreign_down) {
		s->foreign_down = false;
		name = slice_of(s->partition, s->npartition);
	} else if (s->failed && !s->down) {
		s->down = true;
	} else {
		return false;
	}
	s->counts.down++;
	block_remember(&s->block);
	event_make(ev, s->block.time, name.n ? name : SLICE("unknown"), VERB_SOURCEDOWN,
		   SLICE("not read to its end"), &s->own);
	return true;
}

/* The memory of an event that was given is its block's own: before that changes, the out that was
 * lent has it. */
static void settle_own(struct source *s)
{
	if (s->passing && s->lent)
		out_settle(s->lent);
	s->passing = false;
}

/* Can it be told already that nobody wants the next event, which is plain? */
static inline bool unwanted(const struct source *s, const struct head *h)
{
	struct slice field;
	struct near name;

	if (h->time < s->from || h->time >= s->to)
		return true;
	if (s->only == F_TIME)
		return false;
	field = block_field(&s->block, s->only);
	if (field.n > NEAR_MOST)
		return field.n != SIZE_MAX;
	name = near_of(field.p, field.n);
	return !near_eq(&name, &s->is);
}

static void pass_over(struct source *s)
{
	const struct head *h;

	while ((h = block_head(&s->block)) && h->plain && unwanted(s, h)) {
		block_pass(&s->block);
		s->counts.read += s->input == SOURCE_EVENTS;
	}
}

bool source_next(struct source *s, struct event *ev)
{
	struct slice line;
	const char *why;

	if (s->passing)
		settle_own(s);
	for (;;) {
		if (s->picks)
			pass_over(s);
		switch (block_next(&s->block, ev, &line, &why)) {
		case BLOCK_EVENT:
			s->counts.read += s->input == SOURCE_EVENTS;
			s->passing = ev->line.p == s->block.own.p;
			return true;
		case BLOCK_BLANK: s->counts.blank++; break;
		case BLOCK_REFUSED:
			s->counts.read++;
			refuse(s, s->line + s->block.lines - 1, line, why);
			if (s->block.own.failed) { /* it is not the line's fault */
				no_memory(s);
				lose(s);
				buf_free(&s->block.own);
			}
			break;
		case BLOCK_END:
			if (s->ready.n ? begin_block(s) : refill(s) && begin_block(s))
				break;
			return say_down(s, ev);
		}
	}
}

bool source_stretch(struct source *s, struct stretch *st)
{
	settle_own(s);
	while (!block_head(&s->block))
		if (!(s->ready.n || refill(s)) || !begin_block(s))
			return false;
	if (!block_stretch(&s->block, st))
		return false;
	if (s->input == SOURCE_EVENTS)
		s->counts.read += (size_t)(st->end - st->head);
	return true;
}

/* What say_down wants to know, of the last of these event lines. */
static void note_last(struct source *s, struct slice lines)
{
	const unsigned char *p = lines.p + lines.n - 1;
	struct slice rest;

	block_remember(&s->block);
	while (p > lines.p && p[-1] != '\n')
		p--;
	event_time(slice_cut(slice_of(p, (size_t)(lines.p + lines.n - p)), '\t', &rest),
		   &s->block.time);
}

bool source_run(struct source *s, struct slice *run)
{
	struct stretch st;
	struct event ev;

	if (s->block.at >= s->block.n && s->ready.n == 0 && !refill(s)) {
		if (!say_down(s, &ev))
			return false;
		*run = ev.line;
		return true;
	}
	if (s->input == SOURCE_QUEUELOG && s->ready.n) {
		*run = s->ready;
		s->ready.n = 0;
		note_last(s, *run);
		return true;
	}
	if (source_stretch(s, &st)) {
		*run = slice_of(st.line, (size_t)(st.block + st.end[-1].end + 1 - st.line));
		return true;
	}
	if (!source_next(s, &ev))
		return false;
	*run = ev.line;
	return true;
}

bool source_later(const struct source *s)
{
	return s->later;
}

void source_only(struct source *s, int64_t from, int64_t to, enum field f, struct slice is)
{
	unsigned char text[NEAR_MOST] = { 0 };

	s->from = from;
	s->to = to;
	s->picks = from != INT64_MIN || to != INT64_MAX || f != F_TIME;
	s->only = F_TIME;
	if (f == F_TIME || is.n > NEAR_MOST)
		return;
	memcpy(text, is.p, is.n);
	s->only = f;
	s->is = near_of(text, is.n);
}

void source_brief(struct source *s)
{
	s->block.brief = true;
}

void source_lend(struct source *s, struct out *out)
{
	s->lent = out;
}

struct slice source_partition(struct source *s)
{
	block_remember(&s->block);
	return slice_of(s->block.partition, s->block.npartition);
}

const char *source_where(struct source *s, unsigned long long *line)
{
	return source_where_at(s, s->block.p + s->block.last, line);
}

const char *source_where_at(struct source *s, const unsigned char *at, unsigned long long *line)
{
	*line = line_at(s, (size_t)(at - s->block.p));
	return s->path ? s->path : "stdin";
}

struct source_counts source_counts(const struct source *s)
{
	struct source_counts c = s->counts;

	c.copies = s->parts.copies;
	return c;
}

void source_progress(const struct source *s, unsigned long long *done, unsigned long long *all)
{
	*done = s->done_bytes + (s->reader ? reader_at(s->reader) : 0);
	*all = s->all_bytes;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	diag_total(s->d, s->named, "lines refused");
	if (s->lent)
		out_settle(s->lent);
	if (s->has_rejects)
		out_close(&s->rejects, true, s->d);
	reader_close(s->reader);
	if (s->foreign)
		s->o->scheme->close(s->foreign);
	rotated_free(&s->parts);
	qlog_free(&s->qlog);
	block_free(&s->block);
	buf_free(&s->made);
	buf_free(&s->own);
	free(s->numbering);
	free(s);
}
