#include "report/board.h"

#include <stdlib.h>

#include "report/board_own.h"

const struct board_figure board_fixed[BOARD_TODAY] = {
#define NAME(s) { (const unsigned char *)(s), sizeof(s) - 1 }
	[BOARD_ON] = { NAME("on"), BOARD_NUMBER, "agents on" },
	[BOARD_READY] = { NAME("ready"), BOARD_NUMBER, "agents on, neither paused nor busy" },
	[BOARD_PAUSED] = { NAME("paused"), BOARD_NUMBER, "agents on and paused" },
	[BOARD_BUSY] = { NAME("busy"), BOARD_NUMBER, "agents on who talk or wrap up" },
	[BOARD_WAITING] = { NAME("waiting"), BOARD_NUMBER, "callers who wait" },
	[BOARD_LONGEST] = { NAME("longest"), BOARD_SECONDS, "the longest of their waits" },
	[BOARD_IN] = { NAME("in"), BOARD_NUMBER, "calls on the phone that came in" },
	[BOARD_OUT] = { NAME("out"), BOARD_NUMBER, "calls on the phone that went out" },
	[BOARD_STALE] = { NAME("stale"), BOARD_NUMBER,
			  "calls open for too long to be believed, in no other figure" },
#undef NAME
};

static const struct key_ask by_queue = { .key = KEY_QUEUE };

const char *board_state_name(enum board_state s)
{
	static const char *const names[BOARD_STATES] = { "talking", "paused", "wrapup", "ready" };

	return names[s];
}

static int add_figure(struct board *b, struct board_figure f)
{
	if (!array_need(&b->figure, &b->figurecap, b->figures + 1, sizeof(*b->figure)))
		return diag_fail(b->d, "out of memory");
	b->figure[b->figures++] = f;
	return 0;
}

bool board_measures(const struct measure *m)
{
	return m->how == HOW_VISITS || m->how == HOW_RATIO;
}

static int add_measure(struct board *b, struct slice text)
{
	enum metric_how how;
	struct metric *m;

	if (!array_need(&b->metric, &b->metriccap, b->metrics + 1, sizeof(*b->metric)))
		return diag_fail(b->d, "out of memory");
	m = b->metric + b->metrics++;
	if (metric_parse(m, text, true, false, &b->thresholds, "-m", b->d) < 0)
		return -1;
	how = m->measure->how;
	if (!board_measures(m->measure))
		return diag_fail(b->d, "-m: %.*s: neither a count nor a share of visits",
				 (int)text.n, (const char *)text.p);
	return add_figure(b, (struct board_figure){ buf_all(&m->heading),
						    how == HOW_RATIO ? BOARD_SHARE : BOARD_NUMBER,
						    m->measure->text });
}

/* A set of bits has room for so many figures. */
enum { FIGURES_MOST = 64 };

static int setup(struct board *b)
{
	struct slice list = slice_str(b->o->measures);

	for (size_t i = 0; i < BOARD_TODAY; i++)
		if (add_figure(b, board_fixed[i]) < 0)
			return -1;
	while (list.n)
		if (add_measure(b, slice_cut(list, ',', &list)) < 0)
			return -1;
	if (b->figures > FIGURES_MOST)
		return diag_fail(b->d, "-m: more than %d measures", FIGURES_MOST - BOARD_TODAY);
	return board_alarms(b, b->d) < 0 ? -1 : board_sorts(b, b->d);
}

static void begin_tallies(struct board *b)
{
	tally_free(&b->today);
	tally_free(&b->all);
	tally_init(&b->today, &b->labels, &by_queue, 1);
	tally_init(&b->all, &b->labels, NULL, 0);
	for (size_t i = 0; i < b->metrics; i++) {
		metric_bind(b->metric + i, &b->today);
		metric_bind(b->metric + i, &b->all);
	}
	b->today.to = b->all.to = WHEN_MAX;
}

static struct source_of *source_of(struct board *b, struct slice partition, int64_t arrived)
{
	uint32_t id = names_find(&b->partition, partition);

	if (id != NAMES_NONE)
		return b->source + id;
	if (!array_need(&b->source, &b->sourcecap, b->partition.n + 1, sizeof(*b->source)))
		return NULL;
	id = names_put(&b->partition, partition);
	if (id == NAMES_NONE)
		return NULL;
	b->source[id] = (struct source_of){ .since = WHEN_MIN, .seen = WHEN_MIN, .heard = arrived };
	return b->source + id;
}

struct board *board_new(const struct board_options *o, struct diag *d)
{
	struct board *b = calloc(1, sizeof(*b));

	if (!b) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	b->o = o;
	b->d = d;
	b->clock = b->day = b->tomorrow = WHEN_MIN;
	b->clock_arrived = WHEN_MIN;
	b->horizon = WHEN_MAX;
	labels_init(&b->labels, 900);
	if (setup(b) < 0) {
		board_free(b);
		return NULL;
	}
	begin_tallies(b);
	return b;
}

/* Those that are asked for are expected, from the moment on when somebody listens. */
void board_expect(struct board *b, int64_t arrived)
{
	if (b->expects)
		return;
	b->expects = true;
	for (uint32_t i = 0; i < b->o->partition.n; i++)
		if (!source_of(b, names_text(&b->o->partition, i), arrived))
			b->failed = true;
}

void board_day(struct board *b, int64_t t)
{
	struct when w;

	if (t == WHEN_MIN || t < b->tomorrow || when_parse("today", t, &w) < 0)
		return;
	b->day = w.from;
	b->tomorrow = w.to;
	begin_tallies(b);
}

static void too_late(struct board *b, const struct event *ev)
{
	struct slice p = ev->f[F_PARTITION];

	if (diag_few(&b->ahead))
		diag_warn(b->d, "%.*s: an event of %.*s, far ahead of the clock here: its time is not "
			  "believed",
			  (int)p.n, (const char *)p.p, (int)ev->f[F_TIME].n,
			  (const char *)ev->f[F_TIME].p);
}

int board_event(struct board *b, const struct event *ev, int64_t arrived)
{
	struct source_of *s;

	board_expect(b, arrived);
	s = source_of(b, ev->f[F_PARTITION], arrived);
	if (!s || b->failed)
		return diag_fail(b->d, "out of memory");
	s->heard = arrived;
	s->heard_of = true;
	if (ev->verb == VERB_SOURCEDOWN || ev->verb == VERB_SOURCEUP) {
		s->down = ev->verb == VERB_SOURCEDOWN;
		s->reason.n = 0;
		buf_slice(&s->reason, ev->f[F_DATA1]);
		s->since = ev->time ? ev->time : s->seen;
		if (!ev->time) /* when is not known */
			return 0;
	}
	if (ev->time > b->horizon) {
		too_late(b, ev);
		return 0;
	}
	if (ev->time > s->seen)
		s->seen = ev->time;
	if (ev->time > b->clock) {
		b->clock = ev->time;
		b->clock_arrived = arrived;
		board_day(b, ev->time);
	}
	return 0;
}

void board_horizon(struct board *b, int64_t t)
{
	b->horizon = t;
}

void board_deaf(struct board *b, int64_t microseconds)
{
	for (size_t i = 0; i < b->partition.n; i++)
		b->source[i].heard += microseconds;
}

int64_t board_clock(const struct board *b, int64_t *arrived)
{
	*arrived = b->clock_arrived;
	return b->clock;
}

struct person *board_person(struct board *b, struct slice agent)
{
	uint32_t id = names_put(&b->name, agent);
	size_t had = b->personcap;

	if (id == NAMES_NONE ||
	    !array_need(&b->person, &b->personcap, id + 1, sizeof(*b->person))) {
		b->failed = true;
		return NULL;
	}
	for (; had < b->personcap; had++)
		b->person[had] = (struct person){ .last = -1, .busy_until = WHEN_MIN,
						  .wrap_until = WHEN_MIN };
	return b->person + id;
}

bool board_shows(const struct board *b, const struct visit *v)
{
	return board_asked(&b->o->partition, v->partition) &&
	       board_asked(&b->o->queue, v->queue) &&
	       board_asked(&b->o->agent, visit_answered_by(v));
}

void board_count(struct board *b, const struct visit *v)
{
	struct moment m = { 0 };

	if (v->enter < b->day || v->enter >= b->tomorrow)
		return;
	tally_visit(&b->today, v, &m, WANT_VISITS);
	tally_visit(&b->all, v, &m, WANT_VISITS);
	b->failed |= b->today.failed || b->all.failed || b->labels.failed;
}

void board_visit(void *arg, const struct visit *v)
{
	struct board *b = arg;
	struct person *p;

	if (v->unfinished)
		return;
	if (v->outcome == OUTCOME_ANSWERED && v->agent.n) {
		p = board_person(b, v->agent);
		if (p && v->end >= p->last) {
			uint32_t queue = names_put(&b->name, v->queue);

			b->failed |= queue == NAMES_NONE;
			p->last = v->end;
			p->last_queue = queue;
		}
	}
	if (board_shows(b, v))
		board_count(b, v);
}

void board_interval(void *arg, const struct interval *i)
{
	struct board *b = arg;
	struct person *p;

	if (i->unfinished || (i->kind != INTERVAL_TALK && i->kind != INTERVAL_PAUSE &&
			      i->kind != INTERVAL_WRAP))
		return;
	p = board_person(b, i->agent);
	if (!p)
		return;
	if (i->kind == INTERVAL_WRAP && i->end > p->wrap_until)
		p->wrap_until = i->end;
	if (i->end > p->busy_until)
		p->busy_until = i->end;
}

void board_tell(struct board *b, struct diag *d)
{
	for (uint32_t i = 0; i < b->o->partition.n; i++) {
		struct slice name = names_text(&b->o->partition, i);
		uint32_t id = names_find(&b->partition, name);

		if (id == NAMES_NONE || !b->source[id].heard_of)
			diag_warn(d, "%.*s: nothing was ever heard of it", (int)name.n,
				  (const char *)name.p);
	}
	diag_total(d, b->ahead, "events far ahead");
	for (size_t i = 0; i < b->thresholds.n; i++)
		threshold_tell(b->thresholds.v[i], d);
}

void board_free(struct board *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->partition.n; i++)
		buf_free(&b->source[i].reason);
	for (size_t i = 0; i < b->metrics; i++)
		metric_free(b->metric + i);
	tally_free(&b->today);
	tally_free(&b->all);
	labels_free(&b->labels);
	thresholds_free(&b->thresholds);
	names_free(&b->name);
	names_free(&b->partition);
	names_free(&b->queue);
	free(b->metric);
	free(b->person);
	free(b->source);
	free(b->figure);
	free(b->alarm);
	free(b->row_of);
	free(b->row);
	free(b->value);
	free(b->total);
	free(b->call);
	free(b->agent);
	free(b->slot);
	free(b->first_slot);
	free(b->part);
	free(b->saved);
	free(b->key);
	free(b->sorted);
	free(b);
}
