#include "report/grid.h"

#include <stdlib.h>

#include "base/utf8.h"

/* A text takes no more columns than this: one long name must not push all others out. */
enum { TEXT_MOST = 40 };

enum { HEADING_LEAST = 4 };

void grid_begin(struct grid *g, size_t columns)
{
	g->text.n = 0;
	g->cells = 0;
	g->columns = columns;
	if (!array_need(&g->width, &g->widthcap, columns, sizeof(*g->width))) {
		g->failed = true;
		g->columns = 0;
	}
	for (size_t i = 0; i < g->widthcap; i++)
		g->width[i] = 0;
}

size_t grid_cut(struct buf *to, struct slice visible, size_t columns)
{
	size_t width = 0;

	while (visible.n) {
		size_t before = to->n, n = utf8_at(visible), w;

		n = n ? n : 1;
		w = utf8_visible(to, slice_of(visible.p, n));
		if (width + w > columns) {
			to->n = before;
			break;
		}
		width += w;
		visible = slice_of(visible.p + n, visible.n - n);
	}
	return width;
}

static void add(struct grid *g, size_t width, enum grid_style style, bool number)
{
	size_t column = g->columns ? g->cells % g->columns : 0;

	if (!g->columns || !array_need(&g->cell, &g->cellcap, g->cells + 1, sizeof(*g->cell))) {
		g->failed = true;
		return;
	}
	g->cell[g->cells++] = (struct grid_cell){ g->text.n, width, style, number, false };
	if (width > g->width[column])
		g->width[column] = width;
}

void grid_text(struct grid *g, struct slice raw, enum grid_style style)
{
	size_t at = g->text.n, width = utf8_visible(&g->text, raw), keep;
	struct buf all = { 0 };

	if (width > TEXT_MOST) {
		buf_put(&all, g->text.p + at, g->text.n - at);
		g->text.n = at;
		keep = grid_cut(&g->text, buf_all(&all), TEXT_MOST - 1);
		buf_byte(&g->text, '~');
		width = keep + 1;
		g->failed |= all.failed;
		buf_free(&all);
	}
	add(g, width, style, false);
}

void grid_number(struct grid *g, struct slice digits, enum grid_style style)
{
	buf_slice(&g->text, digits);
	add(g, digits.n, style, true);
}

size_t grid_width(const struct grid *g, size_t gap)
{
	size_t width = 0;

	for (size_t i = 0; i < g->columns; i++)
		width += g->width[i] + (i ? gap : 0);
	return width;
}

struct slice grid_heading(const struct grid *g, size_t column)
{
	size_t at = column ? g->cell[column - 1].end : 0;

	return slice_of(g->text.p + at, g->cell[column].end - at);
}

static bool has_digit(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

/* No wider than `most`, if what is below it is not either. Half a number is another one, here too. */
static void cut_heading(struct grid *g, size_t column, size_t most)
{
	struct grid_cell *heading = g->cell + column;
	size_t n;

	for (n = column + g->columns; n < g->cells; n += g->columns)
		most = g->cell[n].width > most ? g->cell[n].width : most;
	if (heading->width <= most || has_digit(grid_heading(g, column)))
		return;
	heading->width = g->width[column] = most;
	heading->cut = true;
}

void grid_squeeze(struct grid *g, size_t gap, size_t columns)
{
	size_t most = TEXT_MOST, i;

	while (columns && grid_width(g, gap) > columns && most-- > HEADING_LEAST)
		for (i = 0; i < g->columns; i++)
			cut_heading(g, i, most);
}

size_t grid_fit(const struct grid *g, size_t gap, size_t columns)
{
	size_t left = columns ? columns : SIZE_MAX, i, before;

	for (i = 0; i < g->columns; i++) {
		before = i ? gap : 0;
		if (left <= before || (g->cell[i].number && left < before + g->width[i]))
			return i;
		left -= before;
		left -= g->width[i] < left ? g->width[i] : left;
	}
	return i;
}

void grid_style(struct buf *to, enum grid_style style, bool begin)
{
	static const char *const codes[] = {
		[GRID_PLAIN] = "", [GRID_BOLD] = "\033[1m", [GRID_DIM] = "\033[2m",
		[GRID_GOOD] = "\033[32m", [GRID_WARN] = "\033[33m", [GRID_ALARM] = "\033[1;41;37m"
	};

	if (style != GRID_PLAIN)
		buf_str(to, begin ? codes[style] : "\033[0m");
}

static size_t spaces(struct buf *to, size_t n, size_t left)
{
	n = n < left ? n : left;
	for (size_t i = 0; i < n; i++)
		buf_byte(to, ' ');
	return n;
}

void grid_line(const struct grid *g, size_t row, size_t gap, size_t columns, bool colour,
	       struct buf *to)
{
	size_t left = columns ? columns : SIZE_MAX, owed = 0;

	for (size_t i = 0; i < g->columns && left; i++) {
		size_t n = row * g->columns + i, at = n ? g->cell[n - 1].end : 0;
		const struct grid_cell *c = g->cell + n;
		size_t pad = g->width[i] - c->width;

		owed += i ? gap : 0;
		if (c->number)
			owed += pad;
		/* half a number is another one */
		if (c->number && owed + c->width > left)
			return;
		if (c->width) {
			left -= spaces(to, owed, left);
			owed = 0;
			if (!left)
				return;
			if (colour)
				grid_style(to, c->style, true);
			if (c->cut) {
				left -= grid_cut(to, slice_of(g->text.p + at, c->end - at),
						 c->width < left ? c->width : left);
			} else if (c->width <= left) {
				buf_put(to, g->text.p + at, c->end - at);
				left -= c->width;
			} else {
				grid_cut(to, slice_of(g->text.p + at, c->end - at), left);
				left = 0;
			}
			if (colour)
				grid_style(to, c->style, false);
		}
		if (!c->number)
			owed += pad;
	}
}

void grid_free(struct grid *g)
{
	buf_free(&g->text);
	free(g->cell);
	free(g->width);
	*g = (struct grid){ 0 };
}
