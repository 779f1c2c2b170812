/* Partial results, read and put together. */
#include <stdlib.h>

#include "report/partial_own.h"
#include "report/tally_rows.h"
#include "stream/reader.h"

enum { LINE_MOST = 1 << 24 };

struct part {
	const char *path;
	struct buf text;
	struct slice asked, rest; /* of it: what was asked; what stands behind that */
};

struct partials {
	struct part *part;
	size_t n;
	const struct part *first; /* that is good */
	struct names partition;   /* of all, each once */
	uint32_t *in;             /* which part it is in */
	size_t incap;
	struct names texts;
	struct pauses pauses;
	struct buf roster;
};

static int damaged(const struct part *p, const char *why, struct diag *d)
{
	return diag_fail(d, "%s: %s", p->path, why);
}

/* The bytes of the file; a torn last line is left out. */
static int read_text(struct part *p, struct diag *d)
{
	struct reader *r = reader_open(p->path, LINE_MOST, d);
	enum reader_got got = READER_END;
	struct slice block;

	if (!r)
		return -1;
	while (!p->text.failed && (got = reader_next(r, &block)) == READER_LINES)
		buf_slice(&p->text, block);
	buf_room(&p->text, NEAR_MOST); /* names in it are read as those of events are */
	reader_close(r);
	if (p->text.failed)
		return diag_fail(d, "%s: out of memory", p->path);
	if (got == READER_FAILED)
		return -1;
	return got == READER_LONG || got == READER_LONG_LAST ?
		       damaged(p, "no partial result: a line without end", d) : 0;
}

/* Its first line. */
static int check_magic(struct part *p, struct diag *d)
{
	struct slice line;
	struct fields f;
	struct slice version;

	if (!fields_line(&p->rest, &line))
		return damaged(p, "cut off, or no partial result: it is empty", d);
	f = fields_of(line);
	if (!slice_is(fields_text(&f), PARTIAL_MAGIC))
		return damaged(p, "no partial result of qlstats", d);
	if (fields_int(&f) != PARTIAL_VERSION || f.bad)
		return damaged(p, "a partial result of another form", d);
	version = fields_text(&f);
	if (!slice_is(version, QL_VERSION))
		return diag_fail(d, "%s: made by version %.*s, and this is " QL_VERSION, p->path,
				 (int)version.n, (const char *)version.p);
	return 0;
}

/* The last line: how many there are before it, and their checksum. */
static int check_end(struct part *p, struct diag *d)
{
	struct slice text = buf_all(&p->text), end;
	unsigned long long lines = 0;
	unsigned long sum;
	size_t at = text.n ? text.n - 1 : 0;
	struct buf want = { 0 };
	bool same;

	while (at && text.p[at - 1] != '\n')
		at--;
	end = slice_of(text.p + at, text.n - at);
	if (!slice_begins(end, SLICE("end\t")))
		return damaged(p, "cut off: it has no end line", d);
	sum = part_sum(0, slice_of(text.p, at), &lines);
	buf_fmt(&want, "end\t%llu\t%08lx\n", lines, sum);
	same = slice_eq(end, buf_all(&want));
	buf_free(&want);
	p->rest.n -= end.n;
	return same ? 0 : damaged(p, "damaged: its lines are not those that were written", d);
}

static int own(struct partials *parts, const struct part *p, struct slice name, struct diag *d)
{
	size_t known = parts->partition.n;
	uint32_t id = names_put(&parts->partition, name);

	if (id == NAMES_NONE ||
	    !array_need(&parts->in, &parts->incap, parts->partition.n, sizeof(*parts->in)))
		return diag_fail(d, "out of memory");
	if (id < known)
		return diag_fail(d, "%s: partition %.*s twice: it is in %s too", p->path,
				 (int)name.n, (const char *)name.p, parts->part[parts->in[id]].path);
	parts->in[id] = (uint32_t)(p - parts->part);
	return 0;
}

/* What stands between the first line and the partitions is what was asked. */
static int read_head(struct partials *parts, struct part *p, struct diag *d)
{
	struct slice rest = p->rest, line;

	p->asked = slice_of(rest.p, 0);
	while (fields_line(&rest, &line)) {
		if (slice_begins(line, SLICE("events\t")) || slice_begins(line, SLICE("flags\t")))
			return 0;
		if (slice_begins(line, SLICE("partition\t"))) {
			if (own(parts, p, slice_of(line.p + 10, line.n - 10), d) < 0)
				return -1;
		} else {
			p->asked.n = (size_t)(rest.p - p->asked.p);
		}
		p->rest = rest;
	}
	return damaged(p, "no partial result: there is nothing in it", d);
}

/* Names what one of them was asked otherwise than the first. */
static int check_same(struct partials *parts, const struct part *p, struct diag *d)
{
	struct slice a, b = p->asked, name;
	struct slice x = { 0 }, y = { 0 };
	bool more_a, more_b;

	if (!parts->first)
		parts->first = p;
	a = parts->first->asked;
	if (slice_eq(a, b))
		return 0;
	do {
		more_a = fields_line(&a, &x);
		more_b = fields_line(&b, &y);
	} while (more_a && more_b && slice_eq(x, y));
	name = slice_cut(more_b ? y : x, '\t', &y);
	return diag_fail(d, "%s: does not fit to %s: it was asked otherwise (%.*s)", p->path,
			 parts->first->path, (int)name.n, (const char *)name.p);
}

static int read_part(struct partials *parts, struct part *p, struct diag *d)
{
	if (read_text(p, d) < 0)
		return -1;
	p->rest = buf_all(&p->text);
	if (check_magic(p, d) < 0 || check_end(p, d) < 0 || read_head(parts, p, d) < 0)
		return -1;
	return check_same(parts, p, d);
}

struct partials *partials_read(const char *const *path, size_t n, struct diag *d)
{
	struct partials *parts = calloc(1, sizeof(*parts));
	size_t i;
	int bad = 0;

	if (parts)
		parts->part = calloc(n, sizeof(*parts->part));
	if (!parts || !parts->part) {
		diag_fail(d, "out of memory");
		free(parts);
		return NULL;
	}
	parts->n = n;
	for (i = 0; i < n; i++) {
		parts->part[i].path = path[i];
		if (read_part(parts, parts->part + i, d) < 0)
			bad = -1;
	}
	if (!bad)
		return parts;
	partials_free(parts);
	return NULL;
}

int partials_expect(const struct partials *p, const struct names *expect, struct diag *d)
{
	struct slice name;
	uint32_t i;
	int r = 0;

	for (i = 0; i < expect->n; i++) {
		name = names_text(expect, i);
		if (names_find(&p->partition, name) == NAMES_NONE)
			r = diag_fail(d, "%.*s: is missing: no part is of it", (int)name.n,
				      (const char *)name.p);
	}
	for (i = 0; expect->n && i < p->partition.n; i++) {
		name = names_text(&p->partition, i);
		if (names_find(expect, name) == NAMES_NONE)
			r = diag_fail(d, "%s: partition %.*s is not expected",
				      p->part[p->in[i]].path, (int)name.n, (const char *)name.p);
	}
	return r;
}

int partials_ask(struct partials *p, struct report_ask *ask, struct facts_options *facts,
	      struct report_options *o, struct diag *d)
{
	struct asked a = { ask, facts, o, &p->pauses, &p->roster, &p->texts };
	struct slice text = p->part->asked, line;

	while (fields_line(&text, &line))
		if (!partial_take_head(line, &a, d))
			return diag_fail(d, "%s: %.*s: not known", p->part->path, (int)line.n,
					 (const char *)line.p);
	ask->lines = p->part->asked;
	o->known = &p->pauses;
	if (p->roster.n) {
		facts->agents.roster = p->part->path;
		facts->agents.roster_text = buf_all(&p->roster);
	}
	return 0;
}

static bool take_events(struct slice line, struct reports *r)
{
	struct fields f = fields_of(line);
	int64_t first, last;

	fields_text(&f);
	first = fields_int(&f);
	last = fields_int(&f);
	r->first = first < r->first ? first : r->first;
	r->last = last > r->last ? last : r->last;
	return fields_end(&f) && first >= EVENT_TIME_MIN && first <= last && last <= EVENT_TIME_MAX;
}

static bool take_flags(struct slice line, struct reports *r)
{
	struct fields f = fields_of(line);
	long long rebuilt, unfinished;

	fields_text(&f);
	rebuilt = fields_int(&f);
	unfinished = fields_int(&f);
	r->rebuilt += (unsigned long long)rebuilt;
	r->unfinished += (unsigned long long)unfinished;
	return fields_end(&f) && rebuilt >= 0 && unfinished >= 0;
}

static bool take_report(struct slice line, struct reports *r, struct report **one,
			struct part_reader *in)
{
	struct fields f = fields_of(line);
	long long i;

	fields_text(&f);
	i = fields_int(&f);
	if (!fields_end(&f) || i < 0 || (size_t)i >= r->n)
		return false;
	*one = r->one + i;
	return partial_begin(in, &(*one)->rows);
}

/* The lines of a partition's tape, and behind them the rest. */
static struct slice take_tape(struct slice *rest)
{
	const unsigned char *from = rest->p;
	struct slice line, after = *rest;

	while (fields_line(&after, &line) && !slice_begins(line, SLICE("tape\t")))
		*rest = after;
	return slice_of(from, (size_t)(rest->p - from));
}

static bool add_rows(struct slice rest, struct reports *r, struct tape *tape,
		     struct part_reader *in)
{
	struct report *one = NULL;
	struct slice line;

	while (fields_line(&rest, &line)) {
		if (slice_begins(line, SLICE("report\t"))) {
			if (!take_report(line, r, &one, in))
				return false;
		} else if (slice_is(line, "total")) {
			if (!one || !partial_begin(in, &one->all))
				return false;
		} else if (slice_begins(line, SLICE("tape\t"))) {
			tape_add(tape, slice_of(line.p + 5, line.n - 5), take_tape(&rest));
		} else if (slice_is(line, "persons")) {
			if (!in->tally || !partial_take_persons(in))
				return false;
		} else if (!in->tally || !partial_take_line(in, line, &r->labels)) {
			return false;
		}
	}
	return partial_begin(in, NULL);
}

static bool add_part(struct part *p, struct reports *r, struct tape *tape, struct part_reader *in)
{
	struct slice rest = p->rest, line;

	if (!fields_line(&rest, &line))
		return false;
	if (slice_begins(line, SLICE("events\t")) &&
	    (!take_events(line, r) || !fields_line(&rest, &line)))
		return false;
	return slice_begins(line, SLICE("flags\t")) && take_flags(line, r) &&
	       add_rows(rest, r, tape, in);
}

int partials_add(struct partials *p, struct reports *r, struct tape *tape, struct diag *d)
{
	struct part_reader in = { 0 };
	size_t i;

	for (i = 0; i < p->n; i++)
		if (!add_part(p->part + i, r, tape, &in))
			return damaged(p->part + i, "damaged: a line is none", d);
	for (i = 0; i < p->partition.n; i++)
		if (names_put(&r->partitions, names_text(&p->partition, (uint32_t)i)) == NAMES_NONE)
			return diag_fail(d, "out of memory");
	return tape_failed(tape) || r->labels.failed ? diag_fail(d, "out of memory") : 0;
}

void partials_free(struct partials *p)
{
	size_t i;

	if (!p)
		return;
	for (i = 0; i < p->n; i++)
		buf_free(&p->part[i].text);
	free(p->part);
	free(p->in);
	names_free(&p->partition);
	names_free(&p->texts);
	pauses_free(&p->pauses);
	buf_free(&p->roster);
	free(p);
}
