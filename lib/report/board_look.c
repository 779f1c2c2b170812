/* One look at the board: what is open now, what is over today, and who is down. */
#include "report/board_own.h"

long long *board_row(struct board *b, struct slice queue)
{
	uint32_t id = names_put(&b->queue, queue);
	size_t had = b->row_ofcap, row = b->rows;
	long long *value;

	if (id == NAMES_NONE || !array_need(&b->row_of, &b->row_ofcap, id + 1, sizeof(*b->row_of)))
		goto fail;
	if (b->row_ofcap > had)
		memset(b->row_of + had, 0, (b->row_ofcap - had) * sizeof(*b->row_of));
	if (b->row_of[id].look == b->look)
		return b->value + b->row_of[id].row * b->figures;
	if (!array_need(&b->row, &b->rowcap, row + 1, sizeof(*b->row)) ||
	    !array_need(&b->value, &b->valuecap, (row + 1) * b->figures, sizeof(*b->value)))
		goto fail;
	b->rows++;
	b->row_of[id].look = b->look;
	b->row_of[id].row = row;
	b->row[row] = (struct board_queue){ .queue = names_text(&b->queue, id) };
	value = b->value + row * b->figures;
	memset(value, 0, b->figures * sizeof(*value));
	value[BOARD_LONGEST] = -1;
	return value;
fail:
	b->failed = true;
	return NULL;
}

/*
 * Calls.
 */

static long long seconds_since(const struct board *b, int64_t t)
{
	return t < b->now ? (b->now - t) / WHEN_SECOND : 0;
}

static bool is_stale(const struct board *b, const struct visit *v)
{
	if (v->outcome == OUTCOME_WAITING)
		return seconds_since(b, v->enter) > b->o->max_wait;
	return seconds_since(b, v->connect) > b->o->max_talk;
}

static void count_call(long long *value, const struct board_call *c)
{
	if (c->talking) {
		value[c->outbound ? BOARD_OUT : BOARD_IN]++;
		return;
	}
	value[BOARD_WAITING]++;
	if (c->waiting > value[BOARD_LONGEST])
		value[BOARD_LONGEST] = c->waiting;
}

static void add_call(struct board *b, const struct visit *v, long long *value)
{
	struct board_call *c;

	if (!array_need(&b->call, &b->callcap, b->calls + 1, sizeof(*b->call))) {
		b->failed = true;
		return;
	}
	c = b->call + b->calls++;
	*c = (struct board_call){
		.partition = v->partition, .callid = v->callid, .queue = v->queue,
		.caller = v->caller, .agent = v->agent, .outbound = v->outbound,
		.talking = v->outcome == OUTCOME_ANSWERED, .enter = v->enter,
		.connect = v->connect, .waiting = v->wait, .talked = v->talk
	};
	count_call(value, c);
	count_call(b->total, c);
}

static void on_call(void *arg, const struct visit *v)
{
	struct board *b = arg;
	bool stale = is_stale(b, v);
	struct person *p;
	long long *value;

	if (!stale && v->agent.n) {
		p = board_person(b, v->agent);
		if (p && (p->talks != b->look || v->connect < p->connect))
			p->connect = v->connect;
		if (p)
			p->talks = b->look;
	}
	if (!board_shows(b, v))
		return;
	value = board_row(b, v->queue);
	if (!value)
		return;
	if (stale) {
		value[BOARD_STALE]++;
		b->total[BOARD_STALE]++;
		return;
	}
	add_call(b, v, value);
	board_count(b, v);
}

/*
 * Today. What is open now is counted as what it is so far, and not when it is looked at again.
 */

static bool keep_counts(struct board *b, const struct tally *t, size_t *at, size_t *n)
{
	*at = *n;
	*n += t->rows * tally_counts(t);
	if (!array_need(&b->saved, &b->savedcap, *n + 1, sizeof(*b->saved)))
		return false;
	if (*n > *at)
		memcpy(b->saved + *at, tally_count(t, 0), (*n - *at) * sizeof(*b->saved));
	return true;
}

static void give_back_counts(struct board *b, const struct tally *t, size_t at, size_t end)
{
	size_t all = t->rows * tally_counts(t), n = end - at;

	if (!all)
		return;
	if (n)
		memcpy(tally_count(t, 0), b->saved + at, n * sizeof(*b->saved));
	memset(tally_count(t, 0) + n, 0, (all - n) * sizeof(*b->saved));
}

static void put_today(const struct board *b, const struct tally *t, uint32_t row, long long *value)
{
	for (size_t i = 0; i < b->metrics; i++)
		value[BOARD_TODAY + i] = metric_cell(b->metric + i, t, row, NULL).v;
}

static void take_today(struct board *b)
{
	for (uint32_t i = 0; i < b->today.rows; i++) {
		struct slice queue = label_text(&b->labels, b->today.row_key[i]);
		long long *value = board_row(b, queue);

		if (value)
			put_today(b, &b->today, i, value);
	}
	if (b->all.rows)
		put_today(b, &b->all, 0, b->total);
}

/* Queues in which nobody called today have shares of nothing. */
static void no_calls(struct board *b, long long *value)
{
	for (size_t i = BOARD_TODAY; i < b->figures; i++)
		if (b->figure[i].kind == BOARD_SHARE)
			value[i] = -1;
}

static int look_at_facts(struct board *b, struct facts *f)
{
	size_t n = 0, today, all;
	int r;

	if (!keep_counts(b, &b->today, &today, &n) || !keep_counts(b, &b->all, &all, &n))
		return diag_fail(b->d, "out of memory");
	r = facts_now(f, b->now, on_call, board_on_agent, b);
	board_unseen(b);
	for (size_t i = 0; i < b->rows; i++)
		no_calls(b, b->value + i * b->figures);
	take_today(b);
	give_back_counts(b, &b->today, today, all);
	give_back_counts(b, &b->all, all, n);
	return r;
}

static void look_at_sources(struct board *b, int64_t arrived, struct board_view *v)
{
	for (uint32_t i = 0; i < b->partition.n; i++) {
		const struct source_of *s = b->source + i;
		int64_t silence = arrived - s->heard;
		struct board_partition *p = b->part + b->parts;

		if (!board_asked(&b->o->partition, names_text(&b->partition, i)))
			continue;
		*p = (struct board_partition){
			.partition = names_text(&b->partition, i), .down = s->down,
			.since = s->down ? s->since : s->seen, .reason = buf_all(&s->reason)
		};
		if (!s->down && b->o->stale && silence >= b->o->stale * WHEN_SECOND) {
			p->down = true;
			p->since = s->heard_of ? b->now - silence : WHEN_MIN;
			p->reason = s->heard_of ? SLICE("nothing comes from it")
						: SLICE("nothing ever came from it");
		}
		v->down += p->down;
		b->parts++;
	}
}

int board_look(struct board *b, struct facts *f, int64_t now, int64_t arrived,
	       struct board_view *v)
{
	b->look++;
	b->now = now;
	b->rows = b->calls = b->agents = b->slots = b->parts = 0;
	board_expect(b, arrived);
	board_day(b, now);
	if (!array_need(&b->total, &b->totalcap, b->figures, sizeof(*b->total)) ||
	    !array_need(&b->part, &b->partcap, b->partition.n + 1, sizeof(*b->part)))
		return diag_fail(b->d, "out of memory");
	memset(b->total, 0, b->figures * sizeof(*b->total));
	b->total[BOARD_LONGEST] = -1;
	no_calls(b, b->total);
	*v = (struct board_view){ .now = now, .day = b->day };
	if (look_at_facts(b, f) < 0)
		return -1;
	look_at_sources(b, arrived, v);
	for (size_t i = 0; i < b->rows; i++) {
		b->row[i].value = b->value + i * b->figures;
		b->row[i].alarm = board_alarmed(b, b->row[i].value);
	}
	for (size_t i = 0; i < b->agents; i++)
		b->agent[i].slot = b->slot + b->first_slot[i];
	board_sort(b);
	if (b->failed)
		return diag_fail(b->d, "out of memory");
	v->figure = b->figure;
	v->figures = b->figures;
	v->queue = b->row;
	v->queues = b->rows;
	v->total = (struct board_queue){ .value = b->total };
	v->call = b->call;
	v->calls = b->calls;
	v->agent = b->agent;
	v->agents = b->agents;
	v->partition = b->part;
	v->partitions = b->parts;
	return 0;
}
