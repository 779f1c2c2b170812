/* Which rows come first, and which figures call for help: --sort and --alarm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/board_own.h"
#include "stream/event.h"

enum { CALL_QUEUE, CALL_CALLER, CALL_ENTERED, CALL_WAITING, CALL_TALKING, CALL_AGENT, CALL_PARTITION };
enum { AGENT_NAME, AGENT_STATE, AGENT_SINCE, AGENT_QUEUES, AGENT_PARTITION, AGENT_LAST, AGENT_REASON };

static const char *const panel_names[BOARD_PANELS] = { "queues", "calls", "agents" };

/* Columns of the other two panels, in the order of the enumerations above. */
static const char *const columns[BOARD_PANELS][8] = {
	[BOARD_CALLS] = { "queue", "caller", "entered", "waiting", "talking", "agent", "partition" },
	[BOARD_AGENTS] = { "agent", "state", "since", "queues", "partition", "last", "reason" },
};

/* -1: there is none of that name. Of queues: 0 the name, then the figures. */
static int column_named(const struct board *b, enum board_panel panel, struct slice name)
{
	if (panel == BOARD_QUEUES) {
		if (slice_is(name, "queue"))
			return 0;
		for (size_t i = 0; i < b->figures; i++)
			if (slice_eq(name, b->figure[i].name))
				return (int)i + 1;
		return -1;
	}
	for (int i = 0; columns[panel][i]; i++)
		if (slice_is(name, columns[panel][i]))
			return i;
	return -1;
}

void board_columns(struct buf *b)
{
	buf_str(b, "queue ");
	for (size_t i = 0; i < BOARD_TODAY; i++)
		buf_fmt(b, "%.*s ", (int)board_fixed[i].name.n, (const char *)board_fixed[i].name.p);
	for (int p = BOARD_CALLS; p < BOARD_PANELS; p++)
		for (int i = 0; columns[p][i]; i++)
			buf_fmt(b, "%s:%s ", panel_names[p], columns[p][i]);
}

static int sort_item(struct board *b, struct slice item, struct diag *d)
{
	enum board_panel panel = BOARD_QUEUES;
	struct slice name = item, rest;
	struct sorting s = { 0 };

	for (int i = 0; i < BOARD_PANELS; i++)
		if (slice_is(slice_cut(item, ':', &rest), panel_names[i]) && rest.n) {
			panel = (enum board_panel)i;
			name = rest;
		}
	s.down = name.n && *name.p == '-';
	if (s.down)
		name = slice_of(name.p + 1, name.n - 1);
	s.column = column_named(b, panel, name);
	if (s.column < 0)
		return diag_fail(d, "--sort: %.*s: no such column of %s", (int)item.n,
				 (const char *)item.p, panel_names[panel]);
	b->sort[panel] = s;
	return 0;
}

int board_sorts(struct board *b, struct diag *d)
{
	struct slice list = slice_str(b->o->sort ? b->o->sort : "");

	for (int i = 0; i < BOARD_PANELS; i++)
		b->sort[i] = (struct sorting){ .column = -1 };
	while (list.n)
		if (sort_item(b, slice_cut(list, ',', &list), d) < 0)
			return -1;
	return 0;
}

void board_resort(struct board *b, int by)
{
	struct sorting *s = b->sort + BOARD_QUEUES;
	int all = (int)b->figures + 1, column = s->column < 0 ? 0 : s->column;

	if (!by) {
		s->down = !s->down;
		return;
	}
	s->column = (column + by + all) % all;
	/* of numbers the greatest matter */
	s->down = s->column != 0;
}

/* Seconds as elsewhere ("90", "2m"); a share in percent; else a number. */
static int alarm_value(const char *what, struct slice text, enum board_kind kind, long long *v,
		       struct diag *d)
{
	struct slice part, whole = slice_cut(text, '.', &part);
	struct buf s = { 0 };
	long long n = 0;
	int r = 0;

	buf_slice(&s, text);
	if (kind == BOARD_SECONDS) {
		r = buf_cstr(&s) ? opt_duration(what, (char *)s.p, v, d) : -1;
	} else if (kind == BOARD_NUMBER) {
		if (!slice_int(text, false, v))
			r = diag_fail(d, "%s: not a number", what);
	} else if (!slice_int(whole, false, v) || *v > 1000000 || part.n > 2 ||
		   (part.n && !slice_int(part, false, &n))) {
		r = diag_fail(d, "%s: not a percentage", what);
	} else {
		*v = *v * 100 + (part.n == 1 ? n * 10 : n);
	}
	buf_free(&s);
	return r;
}

static int alarm_item(struct board *b, struct slice item, struct diag *d)
{
	struct slice name = item, rest = { 0 };
	char what[128];
	struct alarm a;
	int column;
	size_t n = 0;

	snprintf(what, sizeof(what), "--alarm: %.*s", (int)item.n, (const char *)item.p);
	while (n < item.n && !memchr("<>=", item.p[n], 3))
		n++;
	name.n = n;
	if (n == item.n)
		return diag_fail(d, "%s: not FIGURE>VALUE", what);
	a.op = (char)item.p[n++];
	if (a.op != '=' && n < item.n && item.p[n] == '=') {
		a.op = a.op == '<' ? '[' : ']';
		n++;
	}
	rest = slice_of(item.p + n, item.n - n);
	column = column_named(b, BOARD_QUEUES, name);
	if (column < 1)
		return diag_fail(d, "%s: no such figure of queues", what);
	a.figure = (size_t)column - 1;
	if (alarm_value(what, rest, b->figure[a.figure].kind, &a.value, d) < 0)
		return -1;
	if (!array_need(&b->alarm, &b->alarmcap, b->alarms + 1, sizeof(*b->alarm)))
		return diag_fail(d, "out of memory");
	b->alarm[b->alarms++] = a;
	return 0;
}

int board_alarms(struct board *b, struct diag *d)
{
	for (size_t i = 0; i < b->o->alarms; i++) {
		struct slice list = slice_str(b->o->alarm[i]);

		do
			if (alarm_item(b, slice_cut(list, ',', &list), d) < 0)
				return -1;
		while (list.n);
	}
	return 0;
}

static bool is_on(const struct alarm *a, long long v)
{
	switch (a->op) {
	case '<': return v < a->value;
	case '>': return v > a->value;
	case '[': return v <= a->value;
	case ']': return v >= a->value;
	default: return v == a->value;
	}
}

uint64_t board_alarmed(const struct board *b, const long long *value)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < b->alarms; i++) {
		const struct alarm *a = b->alarm + i;

		if (value[a->figure] >= 0 && is_on(a, value[a->figure]))
			bits |= UINT64_C(1) << a->figure;
	}
	return bits;
}

/*
 * Sorting.
 */

static int cmp_text(struct slice a, struct slice b)
{
	if (!a.n || !b.n) /* what is empty comes last */
		return !a.n - !b.n;
	return event_cmp(a, b);
}

static int cmp_up(const void *pa, const void *pb)
{
	const struct sort_key *a = pa, *b = pb;
	int c = cmp_text(a->text, b->text);

	if (c)
		return c;
	if ((a->value < 0) != (b->value < 0))
		return a->value < 0 ? 1 : -1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

static int cmp_down(const void *pa, const void *pb)
{
	const struct sort_key *a = pa, *b = pb;

	if (a->text.n && b->text.n && !slice_eq(a->text, b->text))
		return event_cmp(b->text, a->text);
	if (a->value >= 0 && b->value >= 0 && a->value != b->value)
		return a->value > b->value ? -1 : 1;
	return cmp_up(pa, pb);
}

static void queue_key(const struct board *b, int column, size_t row, struct sort_key *k)
{
	if (column == 0)
		k->text = b->row[row].queue;
	else
		k->value = b->row[row].value[column - 1];
}

static void call_key(const struct board *b, int column, size_t row, struct sort_key *k)
{
	const struct board_call *c = b->call + row;

	switch (column) {
	case CALL_QUEUE: k->text = c->queue; break;
	case CALL_CALLER: k->text = c->caller; break;
	case CALL_ENTERED: k->value = c->enter; break;
	case CALL_WAITING: k->value = c->waiting; break;
	case CALL_TALKING: k->value = c->talked; break;
	case CALL_AGENT: k->text = c->agent; break;
	case CALL_PARTITION: k->text = c->partition; break;
	default: /* those who wait, then those who talk, each for the longest first */
		k->value = c->talking ? INT64_MAX / 2 + c->connect / 2 : c->enter / 2;
	}
}

static void agent_key(const struct board *b, int column, size_t row, struct sort_key *k)
{
	const struct board_agent *a = b->agent + row;

	switch (column) {
	case AGENT_STATE: k->value = a->state; break;
	case AGENT_SINCE: k->value = a->since; break;
	case AGENT_QUEUES: k->text = a->slots ? a->slot->queue : a->agent; break;
	case AGENT_PARTITION: k->text = a->slots ? a->slot->partition : a->agent; break;
	case AGENT_LAST: k->value = a->last; break;
	case AGENT_REASON: k->text = a->reason; break;
	default: k->text = a->agent;
	}
}

static void sort_panel(struct board *b, enum board_panel panel, void *rows, size_t n, size_t size,
		       void (*key)(const struct board *, int, size_t, struct sort_key *))
{
	const struct sorting *s = b->sort + panel;
	int column = s->column < 0 && panel != BOARD_CALLS ? 0 : s->column;

	if (!n)
		return;
	if (!array_need(&b->key, &b->keycap, n, sizeof(*b->key)) ||
	    !array_need(&b->sorted, &b->sortedcap, n * size, 1)) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		b->key[i] = (struct sort_key){ .row = i };
		key(b, column, i, b->key + i);
	}
	qsort(b->key, n, sizeof(*b->key), s->down ? cmp_down : cmp_up);
	for (size_t i = 0; i < n; i++)
		memcpy(b->sorted + i * size, (unsigned char *)rows + b->key[i].row * size, size);
	memcpy(rows, b->sorted, n * size);
}

void board_sort(struct board *b)
{
	/* rows that are equal by what was asked for stay in the order of their names */
	struct sorting asked = b->sort[BOARD_QUEUES];

	b->sort[BOARD_QUEUES] = (struct sorting){ .column = 0 };
	sort_panel(b, BOARD_QUEUES, b->row, b->rows, sizeof(*b->row), queue_key);
	b->sort[BOARD_QUEUES] = asked;
	if (asked.column > 0 || asked.down)
		sort_panel(b, BOARD_QUEUES, b->row, b->rows, sizeof(*b->row), queue_key);
	sort_panel(b, BOARD_CALLS, b->call, b->calls, sizeof(*b->call), call_key);
	sort_panel(b, BOARD_AGENTS, b->agent, b->agents, sizeof(*b->agent), agent_key);
}
