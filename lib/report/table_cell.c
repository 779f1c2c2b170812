#include "base/csv.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/when.h"
#include "report/list_own.h"
#include "report/table_form.h"
#include "stream/event.h"

void table_html(struct buf *b, struct slice s)
{
	static const char *const entity[] = { ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;",
					      ['"'] = "&quot;", ['\''] = "&#39;" };
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] < sizeof(entity) / sizeof(*entity) && entity[s.p[i]])
			buf_str(b, entity[s.p[i]]);
		else
			buf_byte(b, s.p[i]);
	}
}

size_t table_put(struct table *t, struct slice field)
{
	struct slice raw = t->format == TABLE_TSV ? field : event_raw(field, &t->scratch[0]);
	struct buf *seen = &t->scratch[1];

	seen->n = 0;
	switch (t->format) {
	case TABLE_CSV:
		if (t->terminal) {
			utf8_visible(seen, raw);
			raw = buf_all(seen);
		}
		csv_text(&t->text, raw);
		return 0;
	case TABLE_JSON:
		json_text(&t->text, raw);
		return 0;
	case TABLE_HTML:
		utf8_visible(seen, raw);
		table_html(&t->text, buf_all(seen));
		return 0;
	case TABLE_TABLE:
		return utf8_visible(&t->text, raw);
	default:
		if (t->terminal)
			utf8_visible(&t->text, raw);
		else
			buf_slice(&t->text, raw);
		return 0;
	}
}

static void cell_begin(struct table *t, bool number)
{
	size_t i = t->at++;

	if (t->plain)
		return;
	switch (t->format) {
	case TABLE_CSV:
		if (i)
			buf_byte(&t->text, ',');
		return;
	case TABLE_JSON:
		if (i < t->columns)
			buf_put(&t->text, t->keys.p + (i ? t->key_end[i - 1] : 0),
				t->key_end[i] - (i ? t->key_end[i - 1] : 0));
		return;
	case TABLE_HTML:
		if (!i)
			buf_str(&t->text, t->total ? "<tr class=\"total\">" : "<tr>");
		buf_str(&t->text, number ? "<td class=\"n\">" : "<td>");
		return;
	case TABLE_TABLE:
		return;
	default:
		if (i)
			buf_byte(&t->text, '\t');
		return;
	}
}

static void keep_cell(struct table *t, size_t width, bool number)
{
	if (!array_need(&t->cell, &t->cellcap, t->cells + 1, sizeof(*t->cell))) {
		t->failed = true;
		return;
	}
	t->cell[t->cells++] = (struct table_cell){ t->text.n, width, number };
}

/* width: of a `table`, the columns of a terminal that the cell takes. */
static void cell_end(struct table *t, size_t width, bool number)
{
	if (t->plain)
		buf_byte(&t->text, '\t');
	else if (t->format == TABLE_HTML)
		buf_str(&t->text, "</td>");
	else if (t->format == TABLE_TABLE)
		keep_cell(t, width, number);
}

/*
 * tsv that no terminal sees is the form of large outputs: its cells are put with the TAB behind
 * them, which the end of the row makes a LF.
 */
static void plain_bytes(struct table *t, const unsigned char *p, size_t n)
{
	struct buf *b = &t->text;

	if (b->cap - b->n <= n && !buf_room(b, n + 1))
		return;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n++] = '\t';
}

static void plain_integer(struct table *t, long long v)
{
	unsigned char digits[24], *p = digits + sizeof(digits);

	if (v >= 0) {
		do
			*--p = (unsigned char)('0' + v % 10);
		while (v /= 10);
	}
	plain_bytes(t, p, (size_t)(digits + sizeof(digits) - p));
}

void table_text(struct table *t, struct slice field)
{
	size_t width;

	if (t->plain) {
		plain_bytes(t, field.p, field.n);
		return;
	}
	if (t->list) {
		list_text(t->list, field);
		return;
	}
	cell_begin(t, false);
	if (t->format == TABLE_CSV && t->columns == 1 && !field.n)
		buf_str(&t->text, "\"\""); /* a line of nothing would be no record */
	width = table_put(t, field);
	cell_end(t, width, false);
}

void table_empty(struct table *t)
{
	if (t->plain) {
		plain_bytes(t, NULL, 0);
		return;
	}
	if (t->list) {
		list_value(t->list, LIST_EMPTY, 0);
		return;
	}
	cell_begin(t, true);
	if (t->format == TABLE_JSON)
		buf_str(&t->text, "null");
	else if (t->format == TABLE_CSV && t->columns == 1)
		buf_str(&t->text, "\"\"");
	cell_end(t, 0, true);
}

void table_integer(struct table *t, long long v)
{
	size_t at;

	if (t->plain) {
		plain_integer(t, v);
		return;
	}
	if (v < 0) {
		table_empty(t);
		return;
	}
	if (t->list) {
		list_value(t->list, LIST_INTEGER, v);
		return;
	}
	cell_begin(t, true);
	at = t->text.n;
	buf_int(&t->text, v);
	cell_end(t, t->text.n - at, true);
}

/* h:mm:ss is no number in JSON. */
static void put_hms(struct table *t, long long seconds)
{
	size_t at;

	cell_begin(t, true);
	if (t->format == TABLE_JSON)
		buf_byte(&t->text, '"');
	at = t->text.n;
	when_put_hms(&t->text, seconds);
	if (t->format == TABLE_JSON)
		buf_byte(&t->text, '"');
	cell_end(t, t->text.n - at, true);
}

void table_seconds(struct table *t, long long seconds)
{
	if (t->list && seconds >= 0)
		list_value(t->list, LIST_SECONDS, seconds);
	else if (t->hms && seconds >= 0)
		put_hms(t, seconds);
	else
		table_integer(t, seconds);
}

void table_hundredths(struct table *t, long long v)
{
	unsigned long long u = v < 0 ? 0ULL - (unsigned long long)v : (unsigned long long)v;
	size_t at;

	cell_begin(t, true);
	at = t->text.n;
	if (v < 0)
		buf_byte(&t->text, '-');
	buf_int(&t->text, (long long)(u / 100));
	buf_byte(&t->text, '.');
	buf_byte(&t->text, (unsigned char)('0' + u % 100 / 10));
	buf_byte(&t->text, (unsigned char)('0' + u % 10));
	cell_end(t, t->text.n - at, true);
}

void table_average(struct table *t, long long v)
{
	if (t->hms && v >= 0)
		put_hms(t, (v + 50) / 100);
	else
		table_hundredths(t, v);
}

void table_time(struct table *t, int64_t us)
{
	bool quoted;
	size_t at;

	if (us < 0) {
		table_empty(t);
		return;
	}
	if (t->list) {
		list_value(t->list, LIST_TIME, us);
		return;
	}
	cell_begin(t, false);
	quoted = t->format == TABLE_JSON && t->times != TABLE_EPOCH;
	if (quoted)
		buf_byte(&t->text, '"');
	at = t->text.n;
	if (t->times == TABLE_LOCAL)
		when_put_local(&t->text, us);
	else if (t->times == TABLE_ISO)
		when_put_iso(&t->text, us);
	else
		when_put_epoch(&t->text, us);
	if (quoted)
		buf_byte(&t->text, '"');
	cell_end(t, t->text.n - at, false);
}
