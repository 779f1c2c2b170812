#include "stream/turns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "dice.h"
#include "stream/inputs.h"
#include "unit.h"

/*
 * Scenes of up to three inputs, A, B and C, --wait 10, --stale 30. In words, from left to right:
 * A12.5 an event of A; At12 TICK; Ad12 SOURCEDOWN; Au12 SOURCEUP; Aq12 an event of A's partition Aq;
 * A12! more of A can be read at once; A. it is over; +7 seven seconds pass. What comes out, each behind
 * the second at which it does.
 */
static const struct {
	const char *steps, *out;
	int late;
} rows[] = {
	/* each has shown a later time, or the same and stands behind */
	{ "A10 B11 C12", "0:A10", 0 },
	{ "A10 B10 C10", "0:A10", 0 },
	{ "A10 B10 C10 A11", "0:A10 0:B10", 0 },
	{ "A10 B10 C10 A11 B10.5", "0:A10 0:B10 0:C10", 0 },
	{ "C10 B10 A10.5", "0:B10", 0 },
	{ "C10 B10 A10.5 B11", "0:B10 0:C10", 0 },
	{ "A10 Bt10 Ct10", "0:A10", 0 },
	{ "C10 At10 Bt10", "0:At10", 0 },
	{ "C10 At10.1 Bt10.1", "0:C10", 0 },
	{ "A10 A10 A10 B20 C20", "0:A10 0:A10 0:A10", 0 },
	/* or after the wait from its arrival */
	{ "A10 +9.9", "", 0 },
	{ "A10 +10", "10:A10", 0 },
	{ "A10 +4 A11 +6 +4", "10:A10 14:A11", 0 },
	{ "A10 +4 A10 +6", "10:A10 10:A10", 0 },
	{ "A20 B20 +10 B20", "10:A20 10:B20 10:B20", 0 },
	{ "A10 +4 B20 +6 +4", "10:A10 14:B20", 0 },
	{ "B20 +4 A10 +6", "10:A10 10:B20", 0 },
	/* what comes then is late, and goes out at once */
	{ "B20 +10 A19 A20", "10:B20 10:A19 10:A20", 1 },
	{ "A20 +10 B19 B20 B21", "10:A20 10:B19", 1 },
	{ "A20 +10 B19 C20 B20", "10:A20 10:B19", 1 },
	{ "A20 +10 B5 C6 B7", "10:A20 10:B5 10:C6 10:B7", 3 },
	/* the order within an input is never changed: a step back goes with what is before it */
	{ "A12 A11 B11.5 B20 C20", "0:B11.5 0:A12 0:A11", 0 },
	{ "A12 A11 B12 B20 C20 A13", "0:A12 0:A11 0:B12 0:A13", 0 },
	/* what is over holds back nothing */
	{ "A10 B. C.", "0:A10", 0 },
	{ "A10 B11 C. B. A.", "0:A10 0:B11", 0 },
	{ "C10 B9 A. B.", "0:B9 0:C10", 0 },
	{ "A. B. C.", "", 0 },
	/* nor what is down by its own word, until it gives something else */
	{ "A10 Bd9 Cd9", "0:Bd9 0:Cd9 0:A10", 0 },
	{ "A10 Bd0 Cd0", "0:Bd0 0:Cd0 0:A10", 0 },
	{ "A10 Bd9 Cd9 A11 Bu9 A12", "0:Bd9 0:Cd9 0:A10 0:A11 0:Bu9", 0 },
	{ "A10 Bd9 Cd9 A11 Bu9 A12 B12 A12.5", "0:Bd9 0:Cd9 0:A10 0:A11 0:Bu9 0:A12 0:B12", 0 },
	{ "Ct10 B7 Bq8 Bd8 A9", "0:B7 0:Bq8 0:Bd8", 0 },
	{ "Ct10 B7 Bq8 Bd8 Bqd8 A9", "0:B7 0:Bq8 0:Bd8 0:Bqd8 0:A9", 0 },
	/* what can be read at once is waited for, whatever else */
	{ "A10 B9! +50", "10:B9", 0 },
	{ "A10 Bd9! Cd9 +50", "0:Bd9", 0 },
	/* ticks wait for their turn; the oldest and the newest are kept */
	{ "At5 At6 At7 B6.5 C8", "0:At5 0:B6.5", 0 },
	{ "At5 At6 At7 B6.5 C8 B7", "0:At5 0:B6.5 0:At7", 0 },
	{ "At5 A6 At7 At8 At9 Bt20 Ct20", "0:At5 0:A6 0:At7 0:At9", 0 },
	{ "At5 At6 Aqt6 At7 Aqt7 Aqt8 Bt20 Ct20", "0:At5 0:Aqt6 0:At7 0:Aqt8", 0 },
	{ "At5 +5 At10 +5 +5", "10:At5 15:At10", 0 },
	/* silence: neither event nor tick; what is silent is down, and holds back nothing */
	{ "A1 B1 C1 +10 At2 Bt2 +10 At3 Bt3 +9 At4 Bt4 +1 At5 B5 +1 A6",
	  "0:A1 10:B1 10:C1 20:At2 20:Bt2 30:Cd1 30:At3 30:Bt3 30:At4 30:Bt4 30:At5 31:B5", 0 },
	{ "A1 B1 C1 +29 A2 B2 +1 A3 C4 B5 A6",
	  "0:A1 10:B1 10:C1 30:Cd1 30:A2 30:B2 30:A3 30:Cu4 30:C4", 0 },
	{ "A1 Bq1 B2 C3 +30 +5 Bt4",
	  "0:A1 10:Bq1 10:B2 10:C3 30:Ad1 30:Bqd2 30:Bd2 30:Cd3 35:Bqu4 35:Bu4 35:Bt4", 0 },
	{ "A1 B2 Bd2 C3 +30 +5 Bu4", "0:A1 10:B2 10:Bd2 10:C3 30:Ad1 30:Cd3 35:Bu4", 0 },
	{ "A1 B2 C3 +30 +5 Bu4 Cd3", "0:A1 10:B2 10:C3 30:Ad1 30:Bd2 30:Cd3 35:Bu4 35:Cd3", 0 },
	{ "A! B. +40 A1", "40:A1", 0 },
};

struct scene {
	struct turns *l;
	int64_t now;
	bool unread[3];
	struct buf out;
};

static void put_out(struct scene *s)
{
	struct event ev;

	for (size_t i = 0; i < 3; i++)
		if (!s->unread[i])
			turns_idle(s->l, i);
	while (turns_next(s->l, &ev)) {
		const char *verb = ev.verb == VERB_TICK ? "t" : ev.verb == VERB_SOURCEDOWN ? "d"
				 : ev.verb == VERB_SOURCEUP ? "u" : "";

		buf_fmt(&s->out, "%s%lld:%.*s%s%.*s", s->out.n ? " " : "",
			(long long)(s->now / WHEN_SECOND), (int)ev.f[F_PARTITION].n,
			(const char *)ev.f[F_PARTITION].p, verb, (int)ev.f[F_TIME].n,
			(const char *)ev.f[F_TIME].p);
	}
}

static void pass(struct scene *s, double seconds)
{
	int64_t until = s->now + (int64_t)(seconds * 1e6), due;

	while ((due = turns_due(s->l)) <= until && due > s->now) {
		s->now = due;
		turns_now(s->l, s->now);
		put_out(s);
	}
	s->now = until;
	turns_now(s->l, s->now);
}

/* "Bqt6": input 1, partition Bq, TICK, at 6 s */
static void feed(struct scene *s, const char *word)
{
	struct buf own = { 0 };
	struct event ev;
	enum verb verb = VERB_INFO;
	size_t i = (size_t)(word[0] - 'A'), n = word[1] == 'q' ? 2 : 1;
	const char *at = word + n;

	s->unread[i] = false;
	if (*at == '.') {
		turns_over(s->l, i);
		return;
	}
	s->unread[i] = word[strlen(word) - 1] == '!';
	if (*at == '!')
		return;
	verb = *at == 't' ? VERB_TICK : *at == 'd' ? VERB_SOURCEDOWN : *at == 'u' ? VERB_SOURCEUP : verb;
	at += verb != VERB_INFO;
	event_make(&ev, (int64_t)(atof(at) * 1e6), slice_of(word, n), verb, SLICE(""), &own);
	CHECK(turns_feed(s->l, i, &ev), "fed");
	buf_free(&own);
}

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct turns_options o = { 3, 10 * WHEN_SECOND, 30 * WHEN_SECOND, 1 << 20, NULL, NULL };
		struct scene s = { .l = turns_new(&o) };
		char steps[200];

		snprintf(steps, sizeof(steps), "%s", rows[i].steps);
		turns_now(s.l, 0);
		for (char *w = strtok(steps, " "); w; w = strtok(NULL, " ")) {
			if (*w == '+')
				pass(&s, atof(w + 1));
			else
				feed(&s, w);
			put_out(&s);
		}
		CHECK_EQ_SLICE(s.out.p, s.out.n, rows[i].out, "%s", rows[i].steps);
		CHECK_EQ_INT(turns_counts(s.l).late, rows[i].late, "%s: late", rows[i].steps);
		turns_free(s.l);
		buf_free(&s.out);
	}
}

enum { MOST_INPUTS = 6, MOST_EVENTS = 30, WAIT = 10 };

/* An event of a random schedule; id: which. */
struct coming {
	int64_t time, arrives, reached;
	bool tick;
	int id;
};

struct schedule {
	struct coming ev[MOST_INPUTS][MOST_EVENTS];
	size_t n[MOST_INPUTS], inputs;
	bool ends; /* the inputs are over when the last of each has come */
};

/* `slow`: some may take longer than the wait. Ticks promise the truth. */
static void make_schedule(struct schedule *s, struct dice *d, bool slow)
{
	int id = 0;

	s->inputs = 1 + dice_throw(d, MOST_INPUTS);
	s->ends = dice_throw(d, 2);
	for (size_t i = 0; i < s->inputs; i++) {
		int64_t time = 100, arrives = 0, reached = INT64_MIN, ticked = 0;

		s->n[i] = dice_throw(d, MOST_EVENTS + 1);
		for (size_t k = 0; k < s->n[i]; k++) {
			struct coming *c = &s->ev[i][k];
			int64_t late = (int64_t)dice_throw(d, slow ? 3 * WAIT : WAIT);

			*c = (struct coming){ .id = id++, .tick = !dice_throw(d, 5) };
			time += (int64_t)dice_throw(d, 3);
			c->time = time;
			ticked = c->tick ? time : ticked;
			if (!c->tick && !dice_throw(d, 20) && time - 2 >= ticked)
				c->time -= 2;
			/* what comes when its time is over, or some seconds later, in the order of the input */
			arrives = time - 100 + late > arrives ? time - 100 + late : arrives;
			c->arrives = arrives;
			c->reached = reached = c->time > reached ? c->time : reached;
		}
	}
}

/* The events in the order of the batch, by their numbers. */
static size_t batch(const struct schedule *s, int *order)
{
	size_t at[MOST_INPUTS] = { 0 }, n = 0;

	for (;;) {
		size_t best = SIZE_MAX;

		for (size_t i = 0; i < s->inputs; i++)
			if (at[i] < s->n[i] &&
			    (best == SIZE_MAX || s->ev[i][at[i]].time < s->ev[best][at[best]].time))
				best = i;
		if (best == SIZE_MAX)
			return n;
		if (!s->ev[best][at[best]].tick)
			order[n++] = s->ev[best][at[best]].id;
		at[best]++;
	}
}

/* Does everything come before something that it belongs before has waited long enough? */
static bool in_time(const struct schedule *s)
{
	for (size_t i = 0; i < s->inputs; i++)
		for (size_t k = 0; k < s->n[i]; k++)
			for (size_t j = 0; j < s->inputs; j++)
				for (size_t m = 0; j != i && m < s->n[j]; m++) {
					const struct coming *e = &s->ev[i][k], *f = &s->ev[j][m];
					struct turn te = { e->reached, i }, tf = { f->reached, j };

					if (turn_before(tf, te) && f->arrives > e->arrives + WAIT)
						return false;
				}
	return true;
}

struct run {
	const struct schedule *s;
	struct turns *l;
	int64_t now;
	int out[MOST_INPUTS * MOST_EVENTS];
	size_t n;
	int last[MOST_INPUTS];      /* the number that its input gave last */
	int64_t high, ticked[MOST_INPUTS];
	size_t late, wrong;
};

static void take_out(struct run *r)
{
	struct event ev;

	memset(&ev, 0xff, sizeof(ev));
	while (turns_next(r->l, &ev)) {
		size_t i = (size_t)(ev.f[F_PARTITION].p[0] - 'A');
		int id = atoi((const char *)ev.f[F_DATA1].p);
		const struct coming *c = NULL;

		for (size_t k = 0; k < r->s->n[i]; k++)
			if (r->s->ev[i][k].id == id)
				c = &r->s->ev[i][k];
		if (!c) {
			r->wrong++;
			continue;
		}
		r->wrong += ev.changed;           /* it is the line that came */
		r->wrong += id <= r->last[i];                   /* the order of its input */
		r->wrong += r->now > c->arrives + WAIT;         /* none waits for longer */
		r->wrong += !c->tick && c->time < r->ticked[i]; /* a tick was true */
		r->last[i] = id;
		r->late += !c->tick && c->reached < r->high;
		r->high = c->reached > r->high ? c->reached : r->high;
		if (c->tick)
			r->ticked[i] = c->time;
		else
			r->out[r->n++] = id;
	}
}

static void run_schedule(struct run *r)
{
	const struct schedule *s = r->s;
	size_t at[MOST_INPUTS] = { 0 };
	struct buf own = { 0 };
	struct event ev;

	for (;;) {
		int64_t next = TURNS_NEVER, due = turns_due(r->l);

		for (size_t i = 0; i < s->inputs; i++)
			if (at[i] < s->n[i] && s->ev[i][at[i]].arrives < next)
				next = s->ev[i][at[i]].arrives;
		if (next == TURNS_NEVER && due == TURNS_NEVER)
			break;
		r->now = next <= due ? next : due;
		r->wrong += !turns_now(r->l, r->now);
		for (size_t i = 0; i < s->inputs; i++) {
			for (; at[i] < s->n[i] && s->ev[i][at[i]].arrives == r->now; at[i]++) {
				const struct coming *c = &s->ev[i][at[i]];
				char id[16];

				snprintf(id, sizeof(id), "%d", c->id);
				event_make(&ev, c->time * WHEN_SECOND, slice_of(&"ABCDEF"[i], 1),
					   c->tick ? VERB_TICK : VERB_INFO, slice_str(id), &own);
				r->wrong += !turns_feed(r->l, i, &ev);
			}
			turns_idle(r->l, i);
			if (s->ends && at[i] == s->n[i])
				turns_over(r->l, i);
		}
		take_out(r);
	}
	buf_free(&own);
}

/* 10,000 schedules: the order of the batch where all comes in time; else all of it, once, each input in
 * its order, and the late ones counted. */
static void test_schedules(void)
{
	static struct schedule s;
	struct dice d = { 5 };
	size_t wrong = 0, good = 0, order = 0, late = 0, count = 0;

	for (int round = 0; round < 10000; round++) {
		int want[MOST_INPUTS * MOST_EVENTS];
		struct turns_options o = { .wait = WAIT, .most = 1 << 20 };
		struct run r = { .s = &s, .high = INT64_MIN };
		size_t n;

		make_schedule(&s, &d, round % 2);
		for (size_t i = 0; i < s.inputs; i++)
			r.last[i] = -1;
		o.inputs = s.inputs;
		r.l = turns_new(&o);
		run_schedule(&r);
		n = batch(&s, want);
		wrong += r.wrong || r.n != n;
		count += turns_counts(r.l).late != r.late;
		late += r.late > 0;
		if (in_time(&s)) {
			good++;
			order += r.late || memcmp(r.out, want, n * sizeof(*want)) != 0;
		}
		turns_free(r.l);
	}
	CHECK_EQ_INT(wrong, 0, "all of it, once, in the order of its input, in time, ticks true");
	CHECK_EQ_INT(order, 0, "%zu in time: the order of the batch", good);
	CHECK_EQ_INT(count, 0, "%zu with late ones: they are counted", late);
	CHECK(good > 2000 && late > 2000, "some of both");
}

/* What waits is bounded: ticks of a quiet input take no memory, and more events are not asked for. */
static void test_memory(void)
{
	struct turns_options o = { .inputs = 2, .wait = 10 * WHEN_SECOND, .most = 10000 };
	struct turns *l = turns_new(&o);
	struct buf own = { 0 };
	struct event ev;
	size_t n = 0;

	turns_now(l, 0);
	for (int i = 0; i < 100000; i++) {
		event_make(&ev, i * WHEN_SECOND, slice_of(&"ABC"[i % 3], 1), VERB_TICK, SLICE(""), &own);
		turns_feed(l, 0, &ev);
	}
	CHECK(!turns_full(l, 0), "ticks do not fill an input");
	CHECK_EQ_INT(turns_counts(l).ticks, 100000 - 6, "two of each partition are kept");
	for (; !turns_full(l, 0); n++) {
		event_make(&ev, 200000 * WHEN_SECOND, SLICE("A"), VERB_INFO, SLICE(""), &own);
		turns_feed(l, 0, &ev);
	}
	CHECK(n > 50 && n < 300, "%zu events do", n);
	turns_idle(l, 0);
	turns_idle(l, 1);
	CHECK(!turns_next(l, &ev), "they wait");
	turns_now(l, 10 * WHEN_SECOND);
	while (turns_next(l, &ev))
		n--;
	CHECK(n == (size_t)-6 && !turns_full(l, 0), "and go out");
	/* for days on end, some waiting all the time */
	for (int i = 0; i < 300000; i++) {
		turns_now(l, (int64_t)i * WHEN_SECOND / 10 + 20 * WHEN_SECOND);
		event_make(&ev, (300000 + i) * WHEN_SECOND, SLICE("A"), VERB_INFO, SLICE(""), &own);
		n += turns_full(l, 0) || !turns_feed(l, 0, &ev);
		turns_idle(l, 0);
		while (turns_next(l, &ev))
			;
	}
	CHECK(n == (size_t)-6, "without end");
	turns_free(l);
	buf_free(&own);
}

/* Behind the last line that waits as much can be read as behind those of a source: it once was the end
 * of the memory, which only a sanitizer sees. */
static void test_slack(void)
{
	struct turns_options o = { .inputs = 1, .wait = WHEN_SECOND, .most = 1 << 20 };
	unsigned char text[200], seen[EVENT_SLACK];
	struct buf own = { 0 };
	struct event ev;

	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n < sizeof(text); n++) {
		struct turns *l = turns_new(&o);

		turns_now(l, 0);
		event_make(&ev, 0, SLICE("A"), VERB_INFO, slice_of(text, n), &own);
		turns_feed(l, 0, &ev);
		turns_over(l, 0);
		if (CHECK(turns_next(l, &ev), "a line of %zu bytes", ev.line.n))
			memcpy(seen, ev.line.p + ev.line.n, sizeof(seen));
		turns_free(l);
	}
	buf_free(&own);
}

enum { PARTITIONS = 300, STEPS = 20000 };

/* What waits of an input, as the header has it, by looking through all of it. */
struct line {
	struct one {
		int partition, id;
		bool tick;
	} one[STEPS];
	size_t at, n;
};

static void line_add(struct line *l, int partition, int id, bool tick)
{
	size_t from = l->n, second = SIZE_MAX;
	int ticks = 0;

	while (from > l->at && l->one[from - 1].tick)
		from--;
	for (size_t i = from; tick && i < l->n; i++)
		if (l->one[i].partition == partition && ++ticks == 2)
			second = i;
	if (second != SIZE_MAX) {
		memmove(l->one + second, l->one + second + 1, (--l->n - second) * sizeof(*l->one));
	}
	l->one[l->n++] = (struct one){ partition, id, tick };
}

/* One input of many partitions, which another holds up again and again: what goes out of it is that. */
static void test_partitions(void)
{
	static struct line want;
	struct turns_options o = { .inputs = 2, .wait = 1000000 * WHEN_SECOND, .most = 1 << 30 };
	struct turns *l = turns_new(&o);
	struct dice d = { 7 };
	struct buf own = { 0 };
	struct event ev;
	size_t wrong = 0, out = 0;
	char text[16];

	want.n = 0;
	turns_now(l, 0);
	for (int id = 0; id < STEPS; id++) {
		bool tick = dice_throw(&d, id / 5000 % 2 ? 3000 : 150) != 0, other = !dice_throw(&d, 2000);
		int partition = (int)dice_throw(&d, id / 2500 % 2 ? PARTITIONS : 10);
		char name[16];

		snprintf(name, sizeof(name), "P%d", partition);
		snprintf(text, sizeof(text), "%d", id);
		event_make(&ev, (id + 1) * WHEN_SECOND, slice_str(name), tick ? VERB_TICK : VERB_INFO,
			   slice_str(text), &own);
		wrong += !turns_feed(l, 0, &ev);
		line_add(&want, partition, id, tick);
		if (!other && id + 1 < STEPS)
			continue;
		/* the other has come as far as some of what waits, or all */
		event_make(&ev, (id + 2 - (int)dice_throw(&d, 2) * (int)dice_throw(&d, (size_t)id + 1)) * WHEN_SECOND,
			   SLICE("other"), VERB_INFO, SLICE("-"), &own);
		wrong += !turns_feed(l, 1, &ev);
		if (id + 1 == STEPS)
			turns_over(l, 1);
		turns_idle(l, 0);
		turns_idle(l, 1);
		while (turns_next(l, &ev)) {
			if (slice_is(ev.f[F_PARTITION], "other"))
				continue;
			out++;
			snprintf(name, sizeof(name), "P%d", want.one[want.at].partition);
			snprintf(text, sizeof(text), "%d", want.one[want.at++].id);
			wrong += want.at > want.n || !slice_is(ev.f[F_PARTITION], name) ||
				 !slice_is(ev.f[F_DATA1], text);
		}
	}
	turns_over(l, 0);
	while (turns_next(l, &ev))
		out += !slice_is(ev.f[F_PARTITION], "other");
	CHECK_EQ_INT(wrong, 0, "of many partitions the oldest and the newest ticks, in order");
	CHECK_EQ_INT(out, want.n, "all of them");
	CHECK_EQ_INT(turns_counts(l).ticks, STEPS - (int)want.n, "the others are counted");
	CHECK(want.n > 1000 && want.n < STEPS / 2, "%zu of %d", want.n, STEPS);
	turns_free(l);
	buf_free(&own);
}

int main(void)
{
	test_partitions();
	test_rows();
	test_schedules();
	test_memory();
	test_slack();
	return unit_done();
}
