#include "report/frame.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "base/when.h"
#include "report/grid.h"
#include "stream/event.h"

struct drawing {
	struct frame *f;
	const struct board_view *v;
	const struct wall_options *o;
	const struct frame_size *size;
	struct grid *g;
	struct buf cell, raw[2];
	bool stale;              /* the column is shown */
};

/*
 * Cells.
 */

static void put_text(struct drawing *d, struct slice field, enum grid_style style)
{
	grid_text(d->g, event_raw(field, &d->raw[0]), style);
}

static void put_number(struct drawing *d, long long v, enum board_kind kind, enum grid_style style)
{
	d->cell.n = 0;
	if (style == GRID_ALARM)
		buf_byte(&d->cell, '!');
	if (v >= 0 && kind == BOARD_SHARE)
		buf_fmt(&d->cell, "%lld.%02lld", v / 100, v % 100);
	else if (v >= 0 && kind == BOARD_SECONDS && d->o->hms)
		when_put_hms(&d->cell, v);
	else if (v >= 0)
		buf_int(&d->cell, v);
	grid_number(d->g, buf_all(&d->cell), style);
}

/* Of today the hour alone; of another day the month and day too. */
static void put_clock(struct drawing *d, int64_t t, enum grid_style style)
{
	struct when_local l;

	d->cell.n = 0;
	if (t != WHEN_MIN && t >= 0) {
		when_local(t, &l);
		if (t < d->v->day || t - d->v->day >= 86400 * WHEN_SECOND)
			buf_fmt(&d->cell, "%02d-%02d ", l.month, l.day);
		buf_fmt(&d->cell, "%02d:%02d:%02d", l.hour, l.minute, l.second);
	}
	grid_number(d->g, buf_all(&d->cell), style);
}

static void put_age(struct drawing *d, int64_t since)
{
	long long age = since == WHEN_MIN ? -1 : (d->v->now - since) / WHEN_SECOND;

	put_number(d, since == WHEN_MIN || age >= 0 ? age : 0, BOARD_SECONDS, GRID_PLAIN);
}

/* Appends it to the cell. Is it down? */
static bool add_partition(struct drawing *d, struct slice partition)
{
	if (d->cell.n)
		buf_byte(&d->cell, ',');
	buf_slice(&d->cell, partition);
	for (size_t i = 0; i < d->v->partitions; i++)
		if (d->v->partition[i].down && slice_eq(d->v->partition[i].partition, partition)) {
			buf_str(&d->cell, " DOWN");
			return true;
		}
	return false;
}

static void put_partition(struct drawing *d, struct slice partition)
{
	bool down;

	d->cell.n = 0;
	down = add_partition(d, partition);
	grid_text(d->g, buf_all(&d->cell), down ? GRID_ALARM : GRID_PLAIN);
}

static void put_heading(struct drawing *d, const char *name, bool number)
{
	(number ? grid_number : grid_text)(d->g, slice_str(name), GRID_BOLD);
}

/*
 * Lines.
 */

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

/* The grid's first rows, headings among them; what else there would be is said in a number. */
static void put_panel(struct drawing *d, size_t rows, size_t left_out)
{
	size_t gap = !d->size->columns || grid_width(d->g, 2) <= d->size->columns ? 2 : 1;

	d->cell.n = 0;
	put_line(d, GRID_PLAIN);
	for (size_t i = 0; i < rows && i < grid_rows(d->g); i++) {
		grid_line(d->g, i, gap, d->size->columns, d->size->colour, &d->f->text);
		end_line(d);
	}
	if (!left_out)
		return;
	d->cell.n = 0;
	buf_fmt(&d->cell, "... %zu more", left_out);
	put_line(d, GRID_DIM);
}

/*
 * Panels.
 */

static bool shown(const struct drawing *d, size_t figure)
{
	return figure != BOARD_STALE || d->stale;
}

static void put_figures(struct drawing *d, const struct board_queue *q, enum grid_style style)
{
	for (size_t i = 0; i < d->v->figures; i++)
		if (shown(d, i))
			put_number(d, q->value[i], d->v->figure[i].kind,
				   q->alarm >> i & 1 ? GRID_ALARM : style);
}

static void queues(struct drawing *d, size_t rows)
{
	const struct board_view *v = d->v;
	size_t columns = 1;

	d->stale = v->total.value[BOARD_STALE] > 0;
	for (size_t i = 0; i < v->figures; i++)
		columns += shown(d, i);
	grid_begin(d->g, columns);
	put_heading(d, "queue", false);
	for (size_t i = 0; i < v->figures; i++)
		if (shown(d, i))
			grid_number(d->g, event_raw(v->figure[i].name, &d->raw[0]), GRID_BOLD);
	for (size_t i = 0; i < rows; i++) {
		put_text(d, v->queue[i].queue, GRID_PLAIN);
		put_figures(d, v->queue + i, GRID_PLAIN);
	}
	if (v->queues > 1) {
		put_heading(d, "all", false);
		put_figures(d, &v->total, GRID_BOLD);
	}
	put_panel(d, SIZE_MAX, v->queues - rows);
}

static void calls(struct drawing *d, size_t rows)
{
	const struct board_view *v = d->v;

	grid_begin(d->g, 7);
	put_heading(d, "queue", false);
	put_heading(d, "caller", false);
	put_heading(d, "entered", true);
	put_heading(d, "waiting", true);
	put_heading(d, "talking", true);
	put_heading(d, "agent", false);
	put_heading(d, "partition", false);
	for (size_t i = 0; i < rows; i++) {
		const struct board_call *c = v->call + i;

		put_text(d, c->queue, GRID_PLAIN);
		grid_text(d->g, wall_caller(d->o, c->caller, d->raw), GRID_PLAIN);
		put_clock(d, c->enter, GRID_PLAIN);
		put_number(d, c->waiting, BOARD_SECONDS, c->talking ? GRID_DIM : GRID_WARN);
		put_number(d, c->talked, BOARD_SECONDS, GRID_GOOD);
		put_text(d, c->agent, GRID_PLAIN);
		put_partition(d, c->partition);
	}
	put_panel(d, SIZE_MAX, v->calls - rows);
}

/* Each queue once, in parentheses where the agent is paused there. */
static void put_queues(struct drawing *d, const struct board_agent *a)
{
	d->cell.n = 0;
	for (size_t i = 0; i < a->slots; i++) {
		bool paused = a->slot[i].paused, first = true;

		for (size_t k = 0; k < a->slots; k++) {
			if (!slice_eq(a->slot[k].queue, a->slot[i].queue))
				continue;
			first &= k >= i;
			paused &= a->slot[k].paused;
		}
		if (!first || slice_is(a->slot[i].queue, "NONE"))
			continue;
		if (d->cell.n)
			buf_byte(&d->cell, ',');
		if (paused)
			buf_byte(&d->cell, '(');
		buf_slice(&d->cell, event_raw(a->slot[i].queue, &d->raw[0]));
		if (paused)
			buf_byte(&d->cell, ')');
	}
	grid_text(d->g, buf_all(&d->cell), GRID_PLAIN);
}

static void put_partitions(struct drawing *d, const struct board_agent *a)
{
	bool down = false;

	d->cell.n = 0;
	for (size_t i = 0; i < a->slots; i++) {
		bool first = true;

		for (size_t k = 0; k < i; k++)
			first &= !slice_eq(a->slot[k].partition, a->slot[i].partition);
		if (first)
			down |= add_partition(d, a->slot[i].partition);
	}
	grid_text(d->g, buf_all(&d->cell), down ? GRID_ALARM : GRID_PLAIN);
}

static void agents(struct drawing *d, size_t rows)
{
	static const enum grid_style styles[BOARD_STATES] = {
		[BOARD_TALKING] = GRID_GOOD, [BOARD_IN_PAUSE] = GRID_WARN,
		[BOARD_WRAPUP] = GRID_DIM, [BOARD_FREE] = GRID_PLAIN
	};
	const struct board_view *v = d->v;

	grid_begin(d->g, 8);
	put_heading(d, "agent", false);
	put_heading(d, "state", false);
	put_heading(d, "since", true);
	put_heading(d, "for", true);
	put_heading(d, "queues", false);
	put_heading(d, "partition", false);
	put_heading(d, "last", true);
	put_heading(d, "reason", false);
	for (size_t i = 0; i < rows; i++) {
		const struct board_agent *a = v->agent + i;

		put_text(d, a->agent, GRID_PLAIN);
		put_text(d, slice_str(board_state_name(a->state)), styles[a->state]);
		put_clock(d, a->since, GRID_PLAIN);
		put_age(d, a->since);
		put_queues(d, a);
		put_partitions(d, a);
		put_clock(d, a->last, GRID_PLAIN);
		put_text(d, a->reason, GRID_PLAIN);
	}
	put_panel(d, SIZE_MAX, v->agents - rows);
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
	queues(&d, rows[BOARD_QUEUES]);
	calls(&d, rows[BOARD_CALLS]);
	agents(&d, rows[BOARD_AGENTS]);
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
