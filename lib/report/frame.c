#include "report/frame.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "base/when.h"
#include "report/frame_own.h"
#include "stream/event.h"

static void end_line(struct drawing *d)
{
	struct frame *f = d->f;

	if (!array_need(&f->end, &f->endcap, f->lines + 1, sizeof(*f->end))) {
		f->failed = true;
		return;
	}
	f->end[f->lines++] = f->text.n;
}

/* A line of text of our own and of what comes from outside. */
static void put_line(struct drawing *d, enum grid_style style)
{
	size_t most = d->size->columns ? d->size->columns : SIZE_MAX;

	d->raw[1].n = 0;
	utf8_visible(&d->raw[1], buf_all(&d->cell));
	if (d->size->colour)
		grid_style(&d->f->text, style, true);
	grid_cut(&d->f->text, buf_all(&d->raw[1]), most);
	if (d->size->colour)
		grid_style(&d->f->text, style, false);
	end_line(d);
}

/* So many are said why they are down; all are named. */
enum { DOWN_MOST = 5 };

static void head(struct drawing *d)
{
	const struct board_view *v = d->v;
	size_t said = 0;

	d->cell.n = 0;
	if (v->now != WHEN_MIN)
		when_put_local(&d->cell, v->now);
	else
		buf_str(&d->cell, "nothing yet");
	buf_fmt(&d->cell, " %s", when_zone_name());
	for (size_t i = 0; i < v->partitions; i++) {
		buf_str(&d->cell, i ? " " : "   ");
		buf_slice(&d->cell, v->partition[i].partition);
		if (v->partition[i].down)
			buf_str(&d->cell, " DOWN");
	}
	if (d->size->behind > 0) {
		buf_str(&d->cell, "   behind by ");
		when_put_hms(&d->cell, d->size->behind);
	}
	put_line(d, GRID_BOLD);
	if (d->size->note.n) {
		d->cell.n = 0;
		buf_slice(&d->cell, d->size->note);
		put_line(d, GRID_WARN);
	}
	for (size_t i = 0; i < v->partitions; i++) {
		const struct board_partition *p = v->partition + i;

		if (!p->down)
			continue;
		if (said++ == DOWN_MOST && v->down > said) {
			d->cell.n = 0;
			buf_fmt(&d->cell, "... %zu more are DOWN", v->down - DOWN_MOST);
			put_line(d, GRID_ALARM);
			break;
		}
		d->cell.n = 0;
		buf_slice(&d->cell, p->partition);
		buf_str(&d->cell, " DOWN");
		if (p->since != WHEN_MIN) {
			buf_str(&d->cell, " since ");
			when_put_local(&d->cell, p->since);
		}
		buf_str(&d->cell, ": ");
		buf_slice(&d->cell, event_raw(p->reason, &d->raw[0]));
		put_line(d, GRID_ALARM);
	}
}

/* The empty line over a panel: at its right end, where columns are missing, it says which. */
static void put_missing(struct drawing *d, size_t gap)
{
	size_t shown = grid_fit(d->g, gap, d->size->columns), width, i;
	struct buf names = { 0 };

	for (i = shown; i < d->g->columns; i++) {
		buf_byte(&names, ' ');
		buf_slice(&names, grid_heading(d->g, i));
	}
	width = strlen("no room for") + names.n;
	d->cell.n = 0;
	for (i = width; names.n && i < d->size->columns; i++)
		buf_byte(&d->cell, ' ');
	if (names.n)
		buf_str(&d->cell, "no room for");
	buf_slice(&d->cell, buf_all(&names));
	d->cell.failed |= names.failed;
	buf_free(&names);
	put_line(d, GRID_DIM);
}

void frame_panel(struct drawing *d, size_t left_out)
{
	size_t gap = !d->size->columns || grid_width(d->g, 2) <= d->size->columns ? 2 : 1;

	grid_squeeze(d->g, gap, d->size->columns);
	put_missing(d, gap);
	for (size_t i = 0; i < grid_rows(d->g); i++) {
		grid_line(d->g, i, gap, d->size->columns, d->size->colour, &d->f->text);
		end_line(d);
	}
	if (!left_out)
		return;
	d->cell.n = 0;
	buf_fmt(&d->cell, "... %zu more", left_out);
	put_line(d, GRID_DIM);
}

/* How many rows of each panel have room: shared evenly, and what one does not need goes to the
 * others. A panel that is cut needs a line to say so. */
static void share(const struct drawing *d, size_t rows[BOARD_PANELS])
{
	const struct board_view *v = d->v;
	size_t want[BOARD_PANELS] = { wall_rows(d->o, v->queues), wall_rows(d->o, v->calls),
				      wall_rows(d->o, v->agents) };
	size_t all[BOARD_PANELS] = { v->queues, v->calls, v->agents };
	/* two lines of each panel are an empty one and the headings; one may be the sum of queues */
	size_t used = d->f->lines + 2 * BOARD_PANELS + (v->queues > 1), left, line[BOARD_PANELS];
	bool more = true;

	for (int i = 0; i < BOARD_PANELS; i++) {
		rows[i] = want[i];
		line[i] = 0;
		want[i] += want[i] < all[i];
	}
	if (!d->size->lines)
		return;
	left = d->size->lines > used ? d->size->lines - used : 0;
	while (left && more) {
		more = false;
		for (int i = 0; i < BOARD_PANELS && left; i++) {
			if (line[i] >= want[i])
				continue;
			line[i]++;
			left--;
			more = true;
		}
	}
	for (int i = 0; i < BOARD_PANELS; i++)
		if (line[i] < want[i] && rows[i])
			rows[i] = line[i] ? line[i] - 1 : 0;
}

void frame_make(struct frame *f, const struct board_view *v, const struct wall_options *o,
		const struct frame_size *size)
{
	struct drawing d = { .f = f, .v = v, .o = o, .size = size };
	size_t rows[BOARD_PANELS];

	f->text.n = 0;
	f->lines = 0;
	if (!f->grid)
		f->grid = calloc(1, sizeof(*f->grid));
	d.g = f->grid;
	if (!d.g) {
		f->failed = true;
		return;
	}
	head(&d);
	share(&d, rows);
	frame_queues(&d, rows[BOARD_QUEUES]);
	frame_calls(&d, rows[BOARD_CALLS]);
	frame_agents(&d, rows[BOARD_AGENTS]);
	if (size->lines && f->lines > size->lines)
		f->lines = size->lines;
	f->failed |= f->text.failed || d.g->failed || d.g->text.failed || d.cell.failed ||
		     d.raw[0].failed || d.raw[1].failed;
	buf_free(&d.cell);
	buf_free(&d.raw[0]);
	buf_free(&d.raw[1]);
}

void frame_free(struct frame *f)
{
	buf_free(&f->text);
	free(f->end);
	if (f->grid)
		grid_free(f->grid);
	free(f->grid);
	*f = (struct frame){ 0 };
}
