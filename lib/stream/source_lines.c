#include "stream/source_own.h"

#include <sys/stat.h>

enum { MADE = 1 << 18 };

#define BOM SLICE("\xef\xbb\xbf")

int source_no_memory(struct source *s)
{
	return diag_fail(s->d, "out of memory");
}

/* Whose the part is: the stamp's; that of its events. */
void source_lose(struct source *s)
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

	return out_wait(s->lent, fd, -1);
}

/* Whoever names a directory has the raw logs in it in mind. */
static bool is_directory(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool open_part(struct source *s, const char *path)
{
	if (s->input != SOURCE_QUEUELOG && is_directory(path)) {
		diag_fail(s->d, "%s: Is a directory: its raw logs are read by qlfetch -p NAME", s->path);
		return false;
	}
	s->reader = reader_open_wait(path, s->max_line, s->o->wait, s->o->wait_arg, s->d);
	if (!s->reader)
		return false;
	reader_set_name(s->reader, s->path);
	if (s->lent && reader_is(s->reader, s->lent->fd)) {
		diag_fail(s->d, "%s: is where the output goes", s->path);
		reader_close(s->reader);
		s->reader = NULL;
		return false;
	}
	if (s->lent && !s->o->wait)
		reader_set_wait(s->reader, before_read, s);
	return true;
}

static bool begin_part(struct source *s)
{
	const char *path;

	while (s->part < s->parts.n) {
		path = s->parts.path[s->part++];
		if (parts_foreign(s->o, path))
			return begin_foreign(s, path);
		s->input = parts_input(s->o, &path);
		s->path = s->o->name ? s->o->name : strcmp(path, "-") == 0 ? "stdin" : path;
		s->max_line = parts_longest(s->o, s->input);
		s->block.npartition = 0;
		if (open_part(s, path)) {
			s->fresh = true;
			s->bom = s->torn = false;
			s->line = 1;
			return true;
		}
		source_lose(s);
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

void source_refuse(struct source *s, unsigned long long line, struct slice bytes, const char *why)
{
	tell_refused(s, line, why);
	if (s->bom && line == 1)
		reject(s, BOM);
	reject(s, bytes);
	if (!s->torn)
		reject(s, SLICE("\n"));
}

/* From here on in the block being made, lines count from `line`; what was said of the same place is void. */
static bool number(struct source *s, size_t offset, unsigned long long line)
{
	if (s->numbers && s->numbering[s->numbers - 1].offset == offset)
		s->numbers--;
	if (!array_need(&s->numbering, &s->numbercap, s->numbers + 1, sizeof(*s->numbering)))
		return false;
	s->numbering[s->numbers++] = (struct numbering){ offset, line };
	return true;
}

/* How many raw lines became events. */
static unsigned long long converted(const struct source *s)
{
	return s->counts.read - s->counts.refused - s->qlog.dropped;
}

/* Raw lines to event lines, as many as the room takes. */
static bool convert(struct source *s)
{
	const unsigned long long before = converted(s), unasked = s->qlog.unasked;
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
			source_refuse(s, s->line - 1, line, why);
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
	s->kept = s->qlog.only && s->qlog.unasked == unasked ? converted(s) - before : 0;
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
			source_refuse(s, s->line - 1, whole, why);
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
	source_lose(s);
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

/* Raw lines that were dropped behind all that became events: the time has come to theirs. */
static void note_dropped(struct source *s)
{
	if (s->qlog.behind)
		s->block.time = s->qlog.time;
	s->qlog.behind = false;
}

bool source_refill(struct source *s)
{
	struct slice block;

	settle(s);
	s->later = false;
	s->kept = 0;
	block_remember(&s->block);
	if (s->input == SOURCE_EVENTS) {
		s->line += block_given(&s->block);
		s->counts.read += block_given(&s->block);
	}
	block_end(&s->block);
	for (;;) {
		bool ok = true;

		note_dropped(s);
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
				source_lose(s);
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
			source_no_memory(s);
			source_lose(s);
			return false;
		}
		if (s->o->more)
			s->o->more(s->o->more_arg, s);
		if (s->ready.n)
			return true;
	}
}
