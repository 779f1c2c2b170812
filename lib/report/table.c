#include "report/table.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/utf8.h"
#include "report/list_own.h"
#include "report/table_form.h"
#include "stream/event.h"

enum { DURATIONS = 256, TIMES };

const struct opt table_opts[] = {
	{ 'F', 'F', "format", "FORMAT",
	  "tsv, csv, json (an object per line), table (for people), html; default: table on a "
	  "terminal, else tsv",
	  "tsv csv json table html" },
	{ 'N', 'N', "no-header", NULL, "without the line of headings", NULL },
	{ DURATIONS, 0, "durations", "FORM", "seconds as numbers: seconds (default), or as h:mm:ss: hms",
	  "seconds hms" },
	{ TIMES, 0, "times", "FORM",
	  "times as epoch, as local (2026-11-22 17:00:05; default of table and html), or as iso, which "
	  "is local with the offset from UTC",
	  "epoch local iso" },
	{ 'o', 'o', "output", "FILE", "write to FILE, which appears only when whole", NULL },
	{ 0 },
};

static const char *const format_names[] = { "", "tsv", "csv", "json", "table", "html" };
static const char *const times_names[] = { "", "epoch", "local", "iso" };

int table_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct table_options *o = to;
	enum table_format f;
	enum table_times i;

	switch (id) {
	case 'F':
		for (f = TABLE_TSV; f <= TABLE_HTML; f++) {
			if (strcmp(arg, format_names[f]) == 0) {
				o->format = f;
				return 0;
			}
		}
		return diag_fail(d, "%s: %s: no such format (tsv, csv, json, table, html)", what, arg);
	case 'N':
		o->no_header = true;
		return 0;
	case DURATIONS:
		o->hms = strcmp(arg, "hms") == 0;
		if (!o->hms && strcmp(arg, "seconds") != 0)
			return diag_fail(d, "%s: %s: neither seconds nor hms", what, arg);
		return 0;
	case TIMES:
		for (i = TABLE_EPOCH; i <= TABLE_ISO; i++) {
			if (strcmp(arg, times_names[i]) == 0) {
				o->times = i;
				return 0;
			}
		}
		return diag_fail(d, "%s: %s: none of epoch, local, iso", what, arg);
	default:
		o->output = arg;
		return 0;
	}
}

const char *table_extension(enum table_format f)
{
	return f == TABLE_AUTO ? "tsv" : f == TABLE_TABLE ? "txt" : format_names[f];
}

int table_open(struct table *t, const struct table_options *o, struct diag *d)
{
	const char *no_color = getenv("NO_COLOR");

	*t = (struct table){ .format = o->format, .header = !o->no_header, .hms = o->hms,
			     .times = o->times, .several = o->several, .prog = d->prog };
	if (out_open(&t->out, o->output, d) < 0)
		return -1;
	t->terminal = isatty(t->out.fd);
	if (t->format == TABLE_AUTO)
		t->format = t->terminal ? TABLE_TABLE : TABLE_TSV;
	if (t->times == TABLE_TIMES_AUTO)
		t->times = t->format == TABLE_TABLE || t->format == TABLE_HTML ? TABLE_LOCAL :
										 TABLE_EPOCH;
	t->plain = t->format == TABLE_TSV && !t->terminal;
	t->colour = t->terminal && !(no_color && *no_color);
	return 0;
}

static void push(struct table *t)
{
	t->failed |= t->text.failed;
	out_slice(&t->out, buf_all(&t->text));
	t->text.n = 0;
}

/* A line of our own, for people: its bytes may come from anywhere. */
static void put_line(struct table *t, struct buf *to, struct slice raw)
{
	t->scratch[1].n = 0;
	utf8_visible(&t->scratch[1], raw);
	if (t->format == TABLE_HTML)
		table_html(to, buf_all(&t->scratch[1]));
	else
		buf_slice(to, buf_all(&t->scratch[1]));
}

static void begin(struct table *t)
{
	if (t->format == TABLE_HTML && !t->begun) {
		buf_str(&t->text, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>");
		put_line(t, &t->text, slice_str(t->name && !t->several ? t->name : t->prog));
		buf_str(&t->text, "</title>\n<style>\n"
				  "body { font-family: sans-serif }\n"
				  "table { border-collapse: collapse }\n"
				  "th, td { border: 1px solid #ccc; padding: 2px 8px; text-align: left }\n"
				  "td.n { text-align: right }\n"
				  "tr.total { font-weight: bold }\n"
				  "</style>\n</head>\n<body>\n");
	}
	t->begun = true;
}

void table_title(struct table *t, const char *name)
{
	bool first = !t->begun;

	t->name = name;
	begin(t);
	if (t->format == TABLE_HTML) {
		buf_str(&t->text, "<h2>");
		put_line(t, &t->text, slice_str(name));
		buf_str(&t->text, "</h2>\n");
	} else if (t->format == TABLE_CSV && t->several) {
		if (!first)
			csv_end(&t->text);
		csv_text(&t->text, slice_str(name));
		csv_end(&t->text);
	} else if (t->format == TABLE_TABLE || (t->several && t->format != TABLE_JSON)) {
		if (!first)
			buf_byte(&t->text, '\n');
		put_line(t, &t->text, slice_str(name));
		buf_byte(&t->text, '\n');
	}
}

void table_note(struct table *t, const char *fmt, ...)
{
	struct buf line = { 0 }, *to = t->inside && t->format == TABLE_TABLE ? &t->below : &t->text;
	va_list ap;

	if (t->format != TABLE_TABLE && t->format != TABLE_HTML)
		return;
	begin(t);
	if (t->inside && t->format == TABLE_HTML && t->rows) {
		buf_str(to, "</table>\n");
		t->rows = false;
	}
	va_start(ap, fmt);
	buf_vfmt(&line, fmt, ap);
	va_end(ap);
	buf_str(to, t->format == TABLE_HTML ? "<p>" : "");
	put_line(t, to, buf_all(&line));
	buf_str(to, t->format == TABLE_HTML ? "</p>\n" : "\n");
	t->failed |= line.failed;
	buf_free(&line);
}

void table_prose(struct table *t)
{
	t->prose = true;
}

static void json_keys(struct table *t, const struct slice *column)
{
	struct buf *k = &t->keys;
	size_t i;

	k->n = 0;
	if (!array_need(&t->key_end, &t->keycap, t->columns, sizeof(*t->key_end))) {
		t->failed = true;
		t->columns = t->keycap;
	}
	for (i = 0; i < t->columns; i++) {
		buf_byte(k, i ? ',' : '{');
		if (!i && t->several && t->name) {
			buf_str(k, "\"report\":");
			json_text(k, slice_str(t->name));
			buf_byte(k, ',');
		}
		json_text(k, event_raw(column[i], &t->scratch[0]));
		buf_byte(k, ':');
		t->key_end[i] = k->n;
	}
}

void table_head(struct table *t, const struct slice *column, size_t n)
{
	size_t i;

	begin(t);
	if (t->format == TABLE_TABLE)
		push(t);
	t->inside = true;
	t->columns = n;
	t->at = t->cells = 0;
	if (t->format == TABLE_JSON) {
		json_keys(t, column);
		return;
	}
	if (t->format == TABLE_HTML) {
		buf_str(&t->text, t->header ? "<table>\n<tr>" : "<table>\n");
		t->rows = true;
	}
	if (!t->header)
		return;
	for (i = 0; i < n; i++) {
		if (t->format == TABLE_HTML) {
			buf_str(&t->text, "<th>");
			table_put(t, column[i]);
			buf_str(&t->text, "</th>");
		} else {
			table_text(t, column[i]);
		}
	}
	if (t->format == TABLE_HTML)
		buf_str(&t->text, "</tr>\n");
	else
		table_row(t);
	t->at = 0;
}

void table_total(struct table *t)
{
	t->total = true;
}

void table_row(struct table *t)
{
	if (t->list) {
		list_row(t->list);
		return;
	}
	switch (t->format) {
	case TABLE_CSV:
		csv_end(&t->text);
		break;
	case TABLE_JSON:
		buf_str(&t->text, "}\n");
		break;
	case TABLE_HTML:
		buf_str(&t->text, "</tr>\n");
		break;
	case TABLE_TABLE:
		break;
	default:
		if (t->plain && t->text.n)
			t->text.n--;
		buf_byte(&t->text, '\n');
	}
	t->at = 0;
	t->total = false;
	/* every row, so that whoever was lent `out` can flush what there is */
	if (t->format != TABLE_TABLE)
		push(t);
}

void table_list(struct table *t, struct list *l)
{
	t->list = l;
	t->plain &= !l;
}

static void end_list(struct table *t)
{
	struct list *l = t->list;

	t->list = NULL;
	t->plain = t->format == TABLE_TSV && !t->terminal;
	t->failed |= !list_put(l, t);
}

void table_end(struct table *t)
{
	if (t->list)
		end_list(t);
	if (t->format == TABLE_TABLE)
		table_align(t);
	if (t->rows)
		buf_str(&t->text, "</table>\n");
	t->rows = t->inside = false;
	t->cells = 0;
	t->name = NULL;
	push(t);
}

void table_flush(struct table *t)
{
	if (t->format == TABLE_TABLE && t->inside)
		return;
	push(t);
	out_flush(&t->out);
}

int table_close(struct table *t, bool keep, struct diag *d)
{
	int r;

	if (t->format == TABLE_HTML && t->begun)
		buf_str(&t->text, "</body>\n</html>\n");
	push(t);
	if (t->failed || t->below.failed || t->keys.failed || t->scratch[0].failed ||
	    t->scratch[1].failed) {
		diag_fail(d, "out of memory");
		keep = false;
	}
	r = out_close(&t->out, keep, d);
	buf_free(&t->text);
	buf_free(&t->below);
	buf_free(&t->keys);
	buf_free(&t->scratch[0]);
	buf_free(&t->scratch[1]);
	free(t->key_end);
	free(t->cell);
	*t = (struct table){ 0 };
	return r;
}
