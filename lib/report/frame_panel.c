/* The panels of a frame: what stands in which column. */
#include "base/when.h"
#include "report/frame_own.h"
#include "stream/event.h"

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
		if (t < d->v->day || d->v->day == WHEN_MIN || t - d->v->day >= 86400 * WHEN_SECOND)
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

void frame_queues(struct drawing *d, size_t rows)
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
	frame_panel(d, v->queues - rows);
}

void frame_calls(struct drawing *d, size_t rows)
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
	frame_panel(d, v->calls - rows);
}

/* Each queue once, in parentheses where the agent is paused there. */
static void put_queues(struct drawing *d, const struct board_agent *a)
{
	size_t i = 0, end;

	d->cell.n = 0;
	for (; i < a->slots; i = end) {
		struct slice queue = a->slot[i].queue;
		bool paused = true;

		for (end = i; end < a->slots && slice_eq(a->slot[end].queue, queue); end++)
			paused &= a->slot[end].paused;
		if (slice_is(queue, "NONE"))
			continue;
		if (d->cell.n)
			buf_byte(&d->cell, ',');
		if (paused)
			buf_byte(&d->cell, '(');
		buf_slice(&d->cell, event_raw(queue, &d->raw[0]));
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

void frame_agents(struct drawing *d, size_t rows)
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
	frame_panel(d, v->agents - rows);
}
