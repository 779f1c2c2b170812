#include <stdlib.h>

#include "base/term.h"
#include "report/table_form.h"

enum { GAP = TABLE_GAP };

/* Columns of a table that stand side by side: the first `keys`, and [from, to). */
struct block {
	size_t keys, from, to;
};

static void spaces(struct out *o, size_t n)
{
	while (n--)
		out_byte(o, ' ');
}

/* How wide each column is, and whether it holds numbers alone and so stands at the right. */
static void layout(const struct table *t, struct table_cell *column)
{
	size_t i, c, body = t->header ? t->columns : 0;

	for (c = 0; c < t->columns; c++)
		column[c] = (struct table_cell){ .number = t->cells > body };
	for (i = 0; i < t->cells; i++) {
		c = i % t->columns;
		if (t->cell[i].width > column[c].width)
			column[c].width = t->cell[i].width;
		if (i >= body && !t->cell[i].number)
			column[c].number = false;
	}
}

static void put_row(struct table *t, const struct table_cell *column, size_t row,
		    const struct block *b)
{
	size_t c, gap = 0;

	for (c = b->keys ? 0 : b->from; c < b->to; c = c + 1 == b->keys ? b->from : c + 1) {
		size_t i = row * t->columns + c, at = i ? t->cell[i - 1].end : 0;
		size_t pad = column[c].width - t->cell[i].width;

		if (t->cell[i].width) {
			spaces(&t->out, gap + (column[c].number ? pad : 0));
			gap = 0;
			pad = column[c].number ? 0 : pad;
		}
		out_put(&t->out, t->text.p + at, t->cell[i].end - at);
		gap += (t->cell[i].width ? pad : column[c].width) + GAP;
	}
}

static void put_block(struct table *t, const struct table_cell *column, const struct block *b)
{
	size_t row, rows = t->cells / t->columns;

	for (row = 0; row < rows; row++) {
		bool bold = t->colour && t->header && row == 0;

		out_slice(&t->out, bold ? SLICE("\033[1m") : SLICE(""));
		put_row(t, column, row, b);
		out_slice(&t->out, bold ? SLICE("\033[0m\n") : SLICE("\n"));
	}
}

static size_t width(const struct table_cell *column, size_t from, size_t to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += column[from].width + GAP;
	return n;
}

/* What a row is told by: its first column, and those behind it that are text, while they leave room. */
static size_t keys(const struct table *t, const struct table_cell *column, size_t most)
{
	size_t n = 1, most_keys = t->cells > t->columns ? t->columns : 1;

	while (n < most_keys && !column[n].number && width(column, 0, n + 1) <= most / 2)
		n++;
	return width(column, 0, n) <= most / 2 ? n : 0;
}

/* On a terminal that is narrower than the table, what has no room stands below, with the keys again. */
static void put_aligned(struct table *t, const struct table_cell *column)
{
	struct block b = { .to = t->columns };
	size_t most = SIZE_MAX, lines;

	if (t->terminal)
		term_size(t->out.fd, &most, &lines);
	if (width(column, 0, t->columns) - GAP <= most) {
		put_block(t, column, &b);
		return;
	}
	if (t->prose) {
		table_fold(t, column, most);
		return;
	}
	b.keys = b.to = keys(t, column, most);
	for (b.from = b.to; b.from < t->columns; b.from = b.to) {
		if (b.from > b.keys)
			out_byte(&t->out, '\n');
		do
			b.to++;
		while (b.to < t->columns &&
		       width(column, 0, b.keys) + width(column, b.from, b.to + 1) - GAP <= most);
		put_block(t, column, &b);
	}
}

void table_align(struct table *t)
{
	struct table_cell *column = malloc((t->columns ? t->columns : 1) * sizeof(*column));

	if (column && t->columns && !t->failed) {
		layout(t, column);
		put_aligned(t, column);
	} else {
		t->failed = t->failed || t->columns;
	}
	free(column);
	t->failed |= t->text.failed;
	t->text.n = 0;
	buf_slice(&t->text, buf_all(&t->below));
	t->below.n = 0;
}
