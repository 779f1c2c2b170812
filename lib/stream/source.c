#include "stream/source_own.h"

#include <stdlib.h>

#include "base/inline.h"

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
	if (parts_add(o, &s->parts, &failed, d) < 0)
		goto fail;
	if (failed)
		source_lose(s);
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

/* Begins the lines that are ready as a block. */
static bool begin_block(struct source *s)
{
	if (!block_begin(&s->block, s->ready)) {
		source_no_memory(s);
		source_lose(s);
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

/* Is the next event, which is plain, one of these? */
ALWAYS_INLINE bool is_in(const struct block *b, const struct head *h, const struct mesh *these)
{
	const uint32_t *mark = block_marks(b);

	return mesh_but_verb(these, h->time, b->p, mark, false) &&
	       (!mesh_asks(these, mark[F_VERB + 1] - mark[F_VERB] - 1) || mesh_verb(these, block_verb(b)));
}

static void put_run(struct source *s, size_t from, size_t to)
{
	if (from < to)
		out_run(s->lent, slice_of(s->block.p + from, to - from));
}

/* Up to the next event that is to be given. */
static void sift(struct source *s)
{
	struct block *b = &s->block;
	bool passes = s->passes && !s->lent->err;
	bool by_verb = s->picks && s->only.of.f == F_TIME && s->only.lengths; /* of each line */
	const struct head *h = block_head(b);
	size_t from = block_at(b);

	for (; h && h->plain; h = block_head(b)) {
		if (b->next >= b->verbs && by_verb)
			block_name(b);
		if (s->picks && !is_in(b, h, &s->only)) {
			if (passes)
				put_run(s, from, block_at(b));
			block_pass(b);
			from = block_at(b);
		} else if (passes && is_in(b, h, &s->pass)) {
			s->counts.passed++;
			block_pass(b);
		} else {
			break;
		}
	}
	put_run(s, from, block_at(b));
}

static void be_careful(struct source *s)
{
	s->careful = s->picks || s->passes || s->passing;
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

/* Would the lines that are ready go to the out that was lent, all of them? */
static bool passes_whole(const struct source *s)
{
	const struct sieve *of = &s->pass.of;

	return s->kept && s->passes && !s->lent->err && of->from == INT64_MIN && of->to == INT64_MAX &&
	       of->verbs == UINT64_MAX && of->f == F_TIME;
}

/* Lines that are ready are given as they are. */
static struct slice take_ready(struct source *s)
{
	struct slice run = s->ready;

	s->ready.n = 0;
	note_last(s, run);
	return run;
}

static void pass_whole(struct source *s)
{
	s->counts.passed += s->kept;
	out_run(s->lent, take_ready(s));
}

/* The next line is none of a plain event, or there is none in the block. */
APART static bool next_rare(struct source *s, struct event *ev)
{
	struct slice line;
	const char *why;

	switch (block_next(&s->block, ev, &line, &why)) {
	case BLOCK_EVENT:
		s->passing = ev->line.p == s->block.own.p;
		be_careful(s);
		return true;
	case BLOCK_BLANK:
		s->counts.blank++;
		s->counts.read--;
		break;
	case BLOCK_REFUSED:
		source_refuse(s, s->line + block_given(&s->block) - 1, line, why);
		if (s->block.own.failed) { /* it is not the line's fault */
			source_no_memory(s);
			source_lose(s);
			buf_free(&s->block.own);
		}
		break;
	case BLOCK_END:
		s->over = !(s->ready.n || source_refill(s));
		if (!s->over && passes_whole(s))
			pass_whole(s);
		else if (!s->over)
			s->over = !begin_block(s);
		return s->over && say_down(s, ev);
	}
	return false;
}

/* The same where something is to be done before. */
APART static bool next_careful(struct source *s, struct event *ev)
{
	const struct head *h;

	if (s->passing)
		settle_own(s);
	be_careful(s);
	s->over = false;
	do {
		if (s->picks || s->passes)
			sift(s);
		h = block_head(&s->block);
		if (h && h->plain) {
			if (!s->picks && !s->passes)
				block_name(&s->block);
			block_one(&s->block, ev);
			return true;
		}
		if (next_rare(s, ev))
			return true;
	} while (!s->over);
	return false;
}

bool source_next(struct source *s, struct event *ev)
{
	if (s->careful || !block_plain(&s->block))
		return next_careful(s, ev);
	return block_events(&s->block, ev, 1);
}

size_t source_some(struct source *s, struct event *ev, size_t most)
{
	if (s->careful || !block_plain(&s->block))
		return next_careful(s, ev);
	return block_events(&s->block, ev, most);
}

bool source_stretch(struct source *s, struct stretch *st)
{
	settle_own(s);
	while (!block_head(&s->block))
		if (!(s->ready.n || source_refill(s)) || !begin_block(s))
			return false;
	return block_stretch(&s->block, st);
}

bool source_run(struct source *s, struct slice *run)
{
	struct stretch st;
	struct event ev;

	if (block_at(&s->block) >= s->block.n && s->ready.n == 0 && !source_refill(s)) {
		if (!say_down(s, &ev))
			return false;
		*run = ev.line;
		return true;
	}
	if (s->input == SOURCE_QUEUELOG && s->ready.n) {
		*run = take_ready(s);
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

void source_only(struct source *s, const struct sieve *these)
{
	mesh_make(&s->only, these);
	s->picks = true;
	/* raw lines have no partition of their own */
	s->qlog.only = s->only.of.f == F_PARTITION ? NULL : &s->only;
	be_careful(s);
}

void source_pass(struct source *s, const struct sieve *these)
{
	s->passes = mesh_make(&s->pass, these);
	be_careful(s);
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

const char *source_where(struct source *s, const struct event *ev, unsigned long long *line)
{
	const unsigned char *at = ev->line.p;

	/* what was made of a line, or by the source itself, stands elsewhere, and was given alone */
	if ((size_t)at - (size_t)s->block.p >= s->block.n)
		at = s->block.p + block_last(&s->block);
	return source_where_at(s, at, line);
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
	if (s->input == SOURCE_EVENTS)
		c.read += block_given(&s->block);
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
