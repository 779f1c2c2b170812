#include <stdlib.h>

#include "report/table_form.h"

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

static void put_aligned(struct table *t, const struct table_cell *column)
{
	size_t i, c, at = 0, gap = 0;

	for (i = 0; i < t->cells; i++) {
		size_t pad = column[c = i % t->columns].width - t->cell[i].width;

		if (t->colour && t->header && i == 0)
			out_slice(&t->out, SLICE("\033[1m"));
		if (t->cell[i].width) {
			spaces(&t->out, gap + (column[c].number ? pad : 0));
			gap = 0;
			pad = column[c].number ? 0 : pad;
		}
		out_put(&t->out, t->text.p + at, t->cell[i].end - at);
		at = t->cell[i].end;
		gap += (t->cell[i].width ? pad : column[c].width) + 2;
		if (c + 1 < t->columns)
			continue;
		gap = 0;
		if (t->colour && t->header && i + 1 == t->columns)
			out_slice(&t->out, SLICE("\033[0m"));
		out_byte(&t->out, '\n');
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
