/*
 * Grids: cells of text in aligned columns, for a frame. A row is put cell by cell; when all are
 * there each is written as a line, cut to a width.
 */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "base/buf.h"

enum grid_style { GRID_PLAIN, GRID_BOLD, GRID_DIM, GRID_GOOD, GRID_WARN, GRID_ALARM };

struct grid_cell {
	size_t end, width;       /* in text; columns of the terminal */
	enum grid_style style;
	bool number;             /* stands at the right */
	bool cut;                /* a heading that is narrower than its text */
};

/* Zero-initialize it. */
struct grid {
	struct buf text;
	struct grid_cell *cell;
	size_t cells, cellcap, columns;
	size_t *width;           /* of each column */
	size_t widthcap;
	bool failed;             /* out of memory */
};

void grid_begin(struct grid *g, size_t columns);
/* Raw bytes, shown as a terminal may see them; a long text is cut. */
void grid_text(struct grid *g, struct slice raw, enum grid_style style);
void grid_number(struct grid *g, struct slice digits, enum grid_style style);

/* All cells are there: how wide a line is with `gap` between columns. */
size_t grid_width(const struct grid *g, size_t gap);
static inline size_t grid_rows(const struct grid *g)
{
	return g->columns ? g->cells / g->columns : 0;
}

/*
 * Where a line is wider than `columns`, cuts headings (the first row) that are wider than all below
 * them and have no digit, all alike, to no less than four columns. Then: how many columns of the grid have room, if
 * text may be cut; the whole text of a heading.
 */
void grid_squeeze(struct grid *g, size_t gap, size_t columns);
size_t grid_fit(const struct grid *g, size_t gap, size_t columns);
struct slice grid_heading(const struct grid *g, size_t column);

/* Appends a row as a line without LF, without the columns from the first one of numbers on that has
 * not room for all of them. columns 0: however wide. */
void grid_line(const struct grid *g, size_t row, size_t gap, size_t columns, bool colour,
	       struct buf *to);

/* Appends visible text (see utf8_visible), as much of it as fits. The columns it takes. */
size_t grid_cut(struct buf *to, struct slice visible, size_t columns);
/* Begins a style, and ends it. */
void grid_style(struct buf *to, enum grid_style style, bool begin);

void grid_free(struct grid *g);

#endif
