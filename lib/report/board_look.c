/* One look at the board: what is open now, what is over today, and who is down. */
#include "report/board_own.h"

/* The row of a queue, made where there is none yet; NULL: out of memory. */
static long long *row_of(struct board *b, struct slice queue)
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

static bool no_queue(struct slice queue)
{
	return !queue.n || slice_is(queue, "NONE");
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
	value = row_of(b, v->queue);
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
 * Agents.
 */

static bool slot_asked(const struct board *b, const struct agent_slot *s)
{
	return s->on && board_asked(&b->o->partition, s->partition) &&
	       board_asked(&b->o->queue, s->queue);
}

/* What an agent counts for: on, and ready, paused, busy. */
static void count_agent(long long *value, bool paused, bool busy)
{
	value[BOARD_ON]++;
	value[BOARD_PAUSED] += paused;
	value[BOARD_BUSY] += busy;
	value[BOARD_READY] += !paused && !busy;
}

/* In each queue once: paused there while all slots of that queue are. */
static void count_slots(struct board *b, const struct agent_now *n, bool busy)
{
	for (size_t i = 0; i < n->slots; i++) {
		const struct agent_slot *s = n->slot + i;
		bool paused = true, first = true;
		long long *value;

		if (!slot_asked(b, s) || no_queue(s->queue))
			continue;
		for (size_t k = 0; k < n->slots; k++) {
			if (!slot_asked(b, n->slot + k) ||
			    !slice_eq(n->slot[k].queue, s->queue))
				continue;
			first &= k >= i;
			paused &= n->slot[k].paused;
		}
		value = first ? row_of(b, s->queue) : NULL;
		if (value)
			count_agent(value, paused, busy);
	}
}

static void state_of(const struct board *b, const struct person *p, const struct agent_now *n,
		     struct board_agent *a)
{
	if (p->talks == b->look) {
		a->state = BOARD_TALKING;
		a->since = p->connect;
	} else if (n->paused) {
		a->state = BOARD_IN_PAUSE;
		a->since = n->paused_since;
		a->reason = n->reason;
	} else if (p->wrap_until > b->now) {
		a->state = BOARD_WRAPUP;
		a->since = p->last >= 0 ? p->last : WHEN_MIN;
	} else {
		a->state = BOARD_FREE;
		a->since = n->since > p->busy_until ? n->since : p->busy_until;
	}
}

static struct board_agent *add_agent(struct board *b, struct slice agent, struct person *p)
{
	struct board_agent *a;

	if (!array_need(&b->agent, &b->agentcap, b->agents + 1, sizeof(*b->agent)) ||
	    !array_need(&b->first_slot, &b->firstcap, b->agents + 1, sizeof(*b->first_slot))) {
		b->failed = true;
		return NULL;
	}
	p->shown = b->look;
	b->first_slot[b->agents] = b->slots;
	a = b->agent + b->agents++;
	*a = (struct board_agent){ .agent = agent, .last = p->last };
	if (p->last >= 0)
		a->last_queue = names_text(&b->name, p->last_queue);
	return a;
}

/* By queue, then partition. */
static bool before(const struct board_slot *a, const struct board_slot *b)
{
	int c = slice_cmp(a->queue, b->queue);

	return c < 0 || (c == 0 && slice_cmp(a->partition, b->partition) < 0);
}

static void add_slot(struct board *b, struct board_agent *a, struct board_slot s)
{
	size_t at = b->slots;

	if (!array_need(&b->slot, &b->slotcap, b->slots + 1, sizeof(*b->slot))) {
		b->failed = true;
		return;
	}
	for (; at > b->slots - a->slots && before(&s, b->slot + at - 1); at--)
		b->slot[at] = b->slot[at - 1];
	b->slot[at] = s;
	b->slots++;
	a->slots++;
}

static void on_agent(void *arg, const struct agent_now *n)
{
	struct board *b = arg;
	struct board_agent *a;
	struct person *p;
	bool asked = false, busy;

	for (size_t i = 0; !asked && i < n->slots; i++)
		asked = slot_asked(b, n->slot + i);
	if (!n->on || !asked || !board_asked(&b->o->agent, n->agent))
		return;
	p = board_person(b, n->agent);
	a = p ? add_agent(b, n->agent, p) : NULL;
	if (!a)
		return;
	busy = p->talks == b->look || p->wrap_until > b->now;
	count_slots(b, n, busy);
	count_agent(b->total, n->paused, busy);
	a->on = true;
	state_of(b, p, n, a);
	for (size_t i = 0; i < n->slots; i++)
		if (n->slot[i].on)
			add_slot(b, a, (struct board_slot){ n->slot[i].partition,
							    n->slot[i].queue, n->slot[i].paused });
}

/* Those on the phone whom no event ever put into a queue: static members, or of before the input. */
static void add_unseen(struct board *b)
{
	for (size_t i = 0; i < b->calls; i++) {
		const struct board_call *c = b->call + i;
		struct person *p = c->agent.n ? board_person(b, c->agent) : NULL;
		struct board_agent *a;

		if (!p || p->shown == b->look)
			continue;
		a = add_agent(b, c->agent, p);
		if (!a)
			return;
		a->state = BOARD_TALKING;
		a->since = p->connect;
		add_slot(b, a, (struct board_slot){ c->partition, c->queue, false });
	}
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
		long long *value = row_of(b, queue);

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
	r = facts_now(f, b->now, on_call, on_agent, b);
	add_unseen(b);
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
