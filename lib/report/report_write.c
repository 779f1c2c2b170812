#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/heading.h"
#include "report/report_one.h"

/* Behind this nothing can be known: --until; of a period that lasts on, now; never before the last
 * event. */
static int64_t known_until(const struct reports *r)
{
	int64_t until = r->facts->calls.until;

	if (until == WHEN_MIN)
		until = r->facts->to == WHEN_MAX ? r->last : r->o->now;
	return until > r->last ? until : r->last;
}

struct sweep_period report_period(const struct reports *r)
{
	struct sweep_period p = { r->facts->from, r->facts->to };

	if (p.from == WHEN_MIN)
		p.from = r->first;
	p.to = p.to < known_until(r) ? p.to : known_until(r);
	return p;
}

static void cover_hours(struct reports *r, struct tally *t, struct sweep_period p)
{
	int64_t at, end;

	for (at = p.from; at < p.to; at = end) {
		end = facts_turn(r->facts, at);
		end = end < p.to ? end : p.to;
		if (facts_hour(r->facts, at))
			tally_cover(t, at, end);
	}
}

static void cover(struct reports *r, struct tally *t)
{
	const struct facts_options *f = r->facts;
	struct sweep_period p = report_period(r);

	if (!(t->wants & (WANT_QUEUED | WANT_ON)) || r->first > r->last)
		return;
	if (f->days || f->hours_from || f->hours_to)
		cover_hours(r, t, p);
	else
		tally_cover(t, p.from, p.to);
}

struct row_period row_period(const struct reports *r, struct tally *t, uint32_t row)
{
	struct row_period p = { WHEN_MIN, WHEN_MAX, 0 };

	if (t->wants & (WANT_QUEUED | WANT_ON))
		p.length = tally_covered(t, row);
	if (t->wants & WANT_EVENTS && !t->timed) {
		p.from = r->facts->from;
		p.to = report_period(r).to;
	}
	return p;
}

/* The first cells of a row that is several rows together. */
static void put_name(const struct report *one, struct slice name, struct table *out)
{
	size_t i;

	if (one->keys)
		table_text(out, name);
	for (i = 1; i < one->keys; i++)
		table_text(out, SLICE(""));
}

static void put_line(struct reports *r, struct report *one, struct tally *t, uint32_t row,
		     size_t line, struct table *out)
{
	struct row_period p = row_period(r, t, row);
	size_t i;

	if (t == &one->all) {
		table_total(out);
		put_name(one, SLICE("total"), out);
	} else if (t == &one->other) {
		p.length = one->other_length;
		put_name(one, SLICE("other"), out);
	} else {
		for (i = 0; i < one->keys; i++)
			key_put(out, &r->labels, one->key[i].key, t->row_key[row * one->keys + i]);
	}
	if (one->steps)
		table_integer(out, one->step[line]);
	for (i = 0; i < one->per_line; i++)
		cell_put(metric_cell(one->metric + line * one->per_line + i, t, row, &p), out);
	table_row(out);
}

static void put_rows(struct reports *r, struct report *one, struct tally *t, uint32_t rows,
		     struct table *out)
{
	size_t line, lines = one->steps ? one->steps : 1;
	uint32_t i;

	for (i = 0; i < rows; i++)
		for (line = 0; line < lines; line++)
			put_line(r, one, t, t->order[i], line, out);
}

static void put_all_rows(struct reports *r, struct report *one, struct table *out)
{
	cover(r, &one->rows);
	one->shown = one->rows.rows;
	if (r->o->top && one->keys)
		report_top(r, one);
	put_rows(r, one, &one->rows, one->shown, out);
	put_rows(r, one, &one->other, one->other.rows, out);
	if (!r->o->total || !one->keys)
		return;
	cover(r, &one->all);
	put_rows(r, one, &one->all, one->all.rows, out);
}

/* What shares are shares of. */
static void sum_up(struct report *one)
{
	struct metric *m;
	uint32_t row;
	size_t i;

	for (i = 0; i < one->metrics; i++) {
		m = one->metric + i;
		for (row = 0; m->of && row < one->rows.rows; row++)
			m->all += metric_value(m->of, &one->rows, row);
	}
}

static int put_head(const struct report *one, struct table *out)
{
	size_t i, n = 0;
	struct slice *column = malloc((one->keys + one->per_line + 1) * sizeof(*column));

	if (!column)
		return -1;
	for (i = 0; i < one->keys; i++)
		column[n++] = buf_all(&one->key_heading[i]);
	if (one->steps)
		column[n++] = SLICE("within");
	for (i = 0; i < one->per_line; i++)
		column[n++] = buf_all(&one->metric[i].heading);
	table_head(out, column, n);
	free(column);
	return 0;
}

static void put_share(const struct metric *m, struct table *out)
{
	struct slice name = buf_all(&m->heading), text = buf_all(&m->text), of = buf_all(&m->of->text);
	bool other = !slice_eq(name, text);

	table_note(out, "%.*s%s%.*s: %.*s / the sum of %.*s over all rows", (int)name.n,
		   (const char *)name.p, other ? " is " : "", other ? (int)text.n : 0,
		   (const char *)text.p, (int)of.n, (const char *)of.p, (int)of.n,
		   (const char *)of.p);
}

static void put_formula(const struct metric *m, bool stepped, struct table *out)
{
	const char *shown = m->measure->shown ? m->measure->shown : m->measure->name;

	if (stepped || slice_eq(buf_all(&m->heading), buf_all(&m->text)))
		table_note(out, "%s: %s", shown, m->measure->text);
	else
		table_note(out, "%.*s is %.*s: %s", (int)m->heading.n, (const char *)m->heading.p,
			   (int)m->text.n, (const char *)m->text.p, m->measure->text);
}

/* For people: each measure that is a formula, once; a share says what it is of. */
static void put_formulas(const struct report *one, struct table *out)
{
	const struct measure *m;
	size_t i, k;

	for (i = 0; i < one->per_line; i++) {
		m = one->metric[i].measure;
		if (!metric_is_formula(m))
			continue;
		if (one->metric[i].of) {
			put_share(one->metric + i, out);
			continue;
		}
		for (k = 0; k < i && one->metric[k].measure != m; k++)
			;
		if (k == i)
			put_formula(one->metric + i, one->steps > 0, out);
	}
}

static void put_period(const struct reports *r, struct table *out)
{
	struct buf b = { 0 };

	heading_period(out, r->facts->from, r->facts->to);
	if (r->first > r->last || (r->facts->from != WHEN_MIN && r->facts->to != WHEN_MAX))
		return;
	when_put_local(&b, r->first);
	buf_str(&b, " to ");
	when_put_local(&b, r->last);
	table_note(out, "events from %.*s", (int)b.n, (const char *)b.p);
	buf_free(&b);
}

static void put_report(struct reports *r, struct report *one, struct table *out)
{
	if (one->name)
		table_title(out, one->name);
	put_period(r, out);
	if (put_head(one, out) < 0) {
		diag_fail(r->d, "out of memory");
		return;
	}
	sum_up(one);
	put_all_rows(r, one, out);
	put_formulas(one, out);
	table_end(out);
}

static int write_to(struct reports *r, const struct table_options *o, size_t from, size_t to)
{
	struct table t;

	if (table_open(&t, o, r->d) < 0)
		return -1;
	for (; from < to; from++)
		put_report(r, r->one + from, &t);
	return table_close(&t, r->d->status < 2, r->d);
}

static bool is_directory(const char *path)
{
	struct stat s;

	return path && path[0] &&
	       (path[strlen(path) - 1] == '/' || (stat(path, &s) == 0 && S_ISDIR(s.st_mode)));
}

static void write_files(struct reports *r, const struct table_options *o)
{
	struct table_options file = *o;
	struct buf path = { 0 };
	size_t i, n = strlen(o->output);

	if (mkdir(o->output, 0777) < 0 && errno != EEXIST) {
		diag_errno(r->d, "%s", o->output);
		return;
	}
	for (i = 0; i < r->n; i++) {
		path.n = 0;
		buf_fmt(&path, "%s%s%s.%s", o->output, o->output[n - 1] == '/' ? "" : "/",
			r->one[i].name ? r->one[i].name : "report", table_extension(o->format));
		file.output = buf_cstr(&path);
		if (!file.output)
			diag_fail(r->d, "out of memory");
		else if (write_to(r, &file, i, i + 1) < 0)
			break;
	}
	buf_free(&path);
}

void reports_write(struct reports *r, const struct table_options *o)
{
	struct table_options all = *o;

	if (is_directory(o->output)) {
		write_files(r, o);
		return;
	}
	all.several = r->n > 1;
	write_to(r, &all, 0, r->n);
}
