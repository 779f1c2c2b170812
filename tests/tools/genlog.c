/*
 * genlog SERVER LINES > queue_log
 *
 * The log of a call centre that never was, for scripts/bench: 20 queues, 66 of 200 agents, callers
 * who wait, give up, are connected, passed on; pauses and shifts; busy days, quiet nights, weekends.
 * It is simulated second by second, so that waits, talks and positions are true and every call
 * ends. SERVER is a letter. The same SERVER and LINES give the same bytes everywhere: integers
 * only, dice of its own. The length is that of LINES, to some tens.
 *
 * All servers begin at the same midnight. Agents/101 to 280 have one server, 281 to 300 change to
 * the next every day. From 03:00 to 05:00 UTC nobody can call: at 04:30 no call is ever open.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN INT64_C(1772409600) /* Monday, 2026-03-02 00:00:00 UTC */
#define DAY   INT64_C(86400)

enum { QUEUES = 20, AGENTS = 200, ROAMING = 180, MEMBERSHIPS = 3, LEGS = 3, MOST_TALK = 1200 };

static const char *const queue_name[QUEUES] = {
	"sales", "support", "billing", "Tech Support", "orders", "returns", "retention", "vip",
	"600", "601", "602", "claims", "delivery", "quotes", "after-sales", "it-helpdesk",
	"partners", "export", "nights", "ring-all",
};

static const struct {
	const char *name;
	unsigned mean; /* seconds */
} reason[] = { { "Coffee", 400 }, { "Lunch", 1800 }, { "Training", 2400 }, { "Back office", 900 } };

/* Callers in each hour of a working day. */
static const unsigned callers[24] = { 20,  16,  12,  0,   0,   16,  40,  150, 420, 600, 660, 630,
				      480, 420, 540, 570, 540, 480, 300, 180, 120, 72,  48,  30 };

struct queue {
	uint32_t head, tail, waiting; /* visits, in the order of entry; 0: none */
	unsigned next;                /* the member to be tried next */
	int timeout;
};

/* One passage of a caller through a queue. */
struct visit {
	int64_t enter, uid_time, rung;
	uint32_t uid_seq, before, behind, life; /* life: events of an earlier one are void */
	unsigned queue, position, legs, caller;
	int agent; /* ringing or talking, or -1 */
	bool keys;
};

struct agent {
	enum { OFF, IDLE, RINGING, TALKING, WRAPPING, PAUSED } state;
	unsigned queue[MEMBERSHIPS];
	unsigned reason;
	bool leaving;
};

enum what { MIDNIGHT, CALL, GIVE_UP, ANSWER, NO_ANSWER, HANG_UP, READY, UNPAUSE, COME, LEAVE };

/* What is to happen; by time, then in the order in which it was planned. */
struct plan {
	int64_t time;
	uint64_t order;
	enum what what;
	uint32_t who, life;
};

struct server {
	char name;
	uint64_t dice;
	int64_t now, lines, wanted;
	uint32_t seq, free, visits, open, on;
	uint64_t planned;
	struct queue queue[QUEUES];
	struct agent agent[AGENTS];
	struct visit *visit; /* from 1 */
	struct plan *plan;   /* a heap */
	size_t plans, plans_cap, visits_cap;
};

static void die(const char *why)
{
	fprintf(stderr, "genlog: %s\n", why);
	exit(2);
}

/* splitmix64 */
static uint64_t throw(struct server *s)
{
	uint64_t z = s->dice += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static unsigned pick(struct server *s, unsigned n)
{
	return (unsigned)(throw(s) % n);
}

static bool chance(struct server *s, unsigned percent)
{
	return pick(s, 100) < percent;
}

/*
 * Seconds with about an exponential distribution. -log2 of a fraction is the number of its leading
 * zeros, and between them nearly a straight line; its mean is then 1.5.
 */
static int64_t around(struct server *s, unsigned mean)
{
	uint64_t u = throw(s) | 1, v = 65535;

	while (!(u >> 63)) {
		u <<= 1;
		v += 65536;
	}
	v -= u >> 47 & 65535;
	return (int64_t)(v * mean / 98304);
}

static void *grown(void *p, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return p;
	*cap = need * 2;
	p = realloc(p, *cap * size);
	if (!p)
		die("out of memory");
	return p;
}

/* Lines. */

static void put_number(uint64_t n)
{
	char digit[20];
	unsigned i = sizeof(digit);

	do
		digit[--i] = (char)('0' + n % 10);
	while (n /= 10);
	fwrite(digit + i, 1, sizeof(digit) - i, stdout);
}

static void put_text(const char *text)
{
	fwrite(text, 1, strlen(text), stdout);
}

static void put_value(int64_t n)
{
	putc('|', stdout);
	put_number((uint64_t)n);
}

/* Server C has a systemname. */
static void put_uid(const struct server *s, int64_t time, uint32_t seq)
{
	if (s->name == 'C')
		put_text("C-");
	put_number((uint64_t)time);
	putc('.', stdout);
	put_number(seq);
}

static void put_line(struct server *s, const struct visit *v, const char *uid, int queue, int agent,
		     const char *verb)
{
	s->lines++;
	put_number((uint64_t)s->now);
	putc('|', stdout);
	if (v)
		put_uid(s, v->uid_time, v->uid_seq);
	else
		put_text(uid);
	putc('|', stdout);
	put_text(queue < 0 ? "NONE" : queue_name[queue]);
	putc('|', stdout);
	if (agent < 0) {
		put_text("NONE");
	} else {
		put_text("Agent/");
		put_number((uint64_t)agent + 101);
	}
	putc('|', stdout);
	put_text(verb);
}

static void end_line(void)
{
	putc('\n', stdout);
}

static void put_plain(struct server *s, const char *uid, int queue, int agent, const char *verb,
		      const char *data)
{
	put_line(s, NULL, uid, queue, agent, verb);
	putc('|', stdout);
	put_text(data);
	end_line();
}

/* What is to happen. */

static bool sooner(const struct plan *a, const struct plan *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static void plan(struct server *s, int64_t in, enum what what, uint32_t who, uint32_t life)
{
	struct plan p = { s->now + in, s->planned++, what, who, life };
	size_t i = s->plans++;

	s->plan = grown(s->plan, &s->plans_cap, s->plans, sizeof(*s->plan));
	for (; i && sooner(&p, &s->plan[(i - 1) / 2]); i = (i - 1) / 2)
		s->plan[i] = s->plan[(i - 1) / 2];
	s->plan[i] = p;
}

static struct plan plan_first(struct server *s)
{
	struct plan first = s->plan[0], last = s->plan[--s->plans];
	size_t i = 0, c;

	while ((c = 2 * i + 1) < s->plans) {
		if (c + 1 < s->plans && sooner(&s->plan[c + 1], &s->plan[c]))
			c++;
		if (!sooner(&s->plan[c], &last))
			break;
		s->plan[i] = s->plan[c];
		i = c;
	}
	s->plan[i] = last;
	return first;
}

/* Queues. */

static void ring(struct server *s, uint32_t n, int agent)
{
	struct visit *v = &s->visit[n];
	int64_t after = 1 + around(s, 5);

	s->agent[agent].state = RINGING;
	v->agent = agent;
	v->rung = s->now;
	if (chance(s, 8))
		plan(s, 15, NO_ANSWER, n, v->life);
	else
		plan(s, after < 14 ? after : 14, ANSWER, n, v->life);
}

static bool member(const struct agent *a, unsigned queue)
{
	return a->queue[0] == queue || a->queue[1] == queue || a->queue[2] == queue;
}

/* An idle agent for the caller, if there is one. */
static void find_agent(struct server *s, uint32_t n)
{
	unsigned queue = s->visit[n].queue, a = s->queue[queue].next;

	for (unsigned i = 0; i < AGENTS; i++, a++) {
		if (a >= AGENTS)
			a = 0;
		if (s->agent[a].state == IDLE && member(&s->agent[a], queue)) {
			s->queue[queue].next = a + 1;
			ring(s, n, (int)a);
			return;
		}
	}
}

/* The caller who has waited longest in the agent's queues and is not rung for, if there is one. */
static void find_caller(struct server *s, unsigned agent)
{
	uint32_t best = 0, n;

	for (unsigned i = 0; i < MEMBERSHIPS; i++) {
		n = s->queue[s->agent[agent].queue[i]].head;
		while (n && s->visit[n].agent >= 0)
			n = s->visit[n].behind;
		if (n && (!best || s->visit[n].enter < s->visit[best].enter))
			best = n;
	}
	if (best)
		ring(s, best, (int)agent);
}

static uint32_t visit_new(struct server *s)
{
	uint32_t n = s->free, life;

	s->open++;
	if (n) {
		s->free = s->visit[n].behind;
		life = s->visit[n].life;
	} else {
		n = ++s->visits;
		life = 0;
		s->visit = grown(s->visit, &s->visits_cap, (size_t)n + 1, sizeof(*s->visit));
	}
	s->visit[n] = (struct visit){ .enter = s->now, .agent = -1, .life = life };
	return n;
}

static void visit_free(struct server *s, uint32_t n)
{
	s->open--;
	s->visit[n].life++;
	s->visit[n].behind = s->free;
	s->free = n;
}

static void leave_queue(struct server *s, uint32_t n)
{
	struct visit *v = &s->visit[n];
	struct queue *q = &s->queue[v->queue];

	*(v->before ? &s->visit[v->before].behind : &q->head) = v->behind;
	*(v->behind ? &s->visit[v->behind].before : &q->tail) = v->before;
	q->waiting--;
	v->life++;
}

/* `from`: the visit that is continued elsewhere, or 0: a new caller. */
static void enter(struct server *s, unsigned queue, uint32_t from)
{
	struct queue *q = &s->queue[queue];
	uint32_t n = visit_new(s);
	struct visit *v = &s->visit[n];
	int64_t patience = 2 + around(s, 150);

	v->queue = queue;
	if (from) {
		v->uid_time = s->visit[from].uid_time;
		v->uid_seq = s->visit[from].uid_seq;
		v->caller = s->visit[from].caller;
		v->legs = s->visit[from].legs + 1;
	} else {
		v->uid_time = s->now;
		v->uid_seq = s->seq += 2;
		v->caller = pick(s, chance(s, 20) ? 10000 : 90000000);
		if (queue % 3 != 2) {
			put_line(s, v, NULL, (int)queue, -1, "DID");
			put_value(800100 + queue);
			end_line();
		}
	}
	v->position = ++q->waiting;
	v->before = q->tail;
	*(q->tail ? &s->visit[q->tail].behind : &q->head) = n;
	q->tail = n;
	put_line(s, v, NULL, (int)queue, -1, "ENTERQUEUE");
	put_text("||06");
	put_number(10000000 + v->caller);
	put_value(v->position);
	end_line();
	v->keys = chance(s, 3);
	if (patience > q->timeout)
		patience = q->timeout;
	plan(s, patience, GIVE_UP, n, v->life);
	find_agent(s, n);
}

static unsigned other_queue(struct server *s, unsigned queue)
{
	return (queue + 1 + pick(s, QUEUES - 1)) % QUEUES;
}

/* Callers and agents come until what is open will fill the log. */
static bool closing(const struct server *s)
{
	return s->lines + 5 * (int64_t)s->open / 2 + MEMBERSHIPS * (int64_t)s->on >= s->wanted;
}

/* Agents. */

static void log_off(struct server *s, unsigned agent)
{
	struct agent *a = &s->agent[agent];

	for (unsigned i = 0; i < MEMBERSHIPS; i++)
		put_plain(s, "MANAGER", (int)a->queue[i], (int)agent, "REMOVEMEMBER", "");
	a->state = OFF;
	s->on--;
}

static void ready(struct server *s, unsigned agent)
{
	if (s->agent[agent].leaving) {
		log_off(s, agent);
		return;
	}
	s->agent[agent].state = IDLE;
	find_caller(s, agent);
}

static void put_pause(struct server *s, unsigned agent, const char *all, const char *one)
{
	struct agent *a = &s->agent[agent];

	put_plain(s, "NONE", -1, (int)agent, all, reason[a->reason].name);
	for (unsigned i = 0; i < MEMBERSHIPS; i++)
		put_plain(s, "NONE", (int)a->queue[i], (int)agent, one, reason[a->reason].name);
}

static void wrap_up(struct server *s, unsigned agent)
{
	struct agent *a = &s->agent[agent];

	if (chance(s, 97)) {
		a->state = WRAPPING;
		plan(s, 3 + around(s, 12), READY, agent, 0);
		return;
	}
	a->state = PAUSED;
	a->reason = pick(s, sizeof(reason) / sizeof(*reason));
	put_pause(s, agent, "PAUSEALL", "PAUSE");
	plan(s, 30 + around(s, reason[a->reason].mean), UNPAUSE, agent, 0);
}

static void come(struct server *s, unsigned agent)
{
	struct agent *a = &s->agent[agent];

	if (a->state != OFF || closing(s))
		return;
	s->on++;
	a->leaving = false;
	for (unsigned i = 0; i < MEMBERSHIPS; i++)
		put_plain(s, "MANAGER", (int)a->queue[i], (int)agent, "ADDMEMBER", "");
	plan(s, (8 + pick(s, 2)) * 3600 + pick(s, 600), LEAVE, agent, 0);
	ready(s, agent);
}

static void leave(struct server *s, unsigned agent)
{
	if (s->agent[agent].state == IDLE)
		log_off(s, agent);
	else
		s->agent[agent].leaving = true;
}

/* Calls. */

/* The caller leaves the queue unanswered. */
static void give_up(struct server *s, uint32_t n)
{
	struct visit v = s->visit[n];
	bool late = s->now - v.enter >= s->queue[v.queue].timeout;
	unsigned position = 1;

	for (uint32_t i = v.before; i; i = s->visit[i].before)
		position++;
	if (v.agent >= 0) {
		put_line(s, &v, NULL, (int)v.queue, v.agent, late ? "RINGNOANSWER" : "RINGCANCELED");
		put_value((s->now - v.rung) * 1000 + (late ? 0 : pick(s, 1000)));
		end_line();
	}
	put_line(s, &v, NULL, (int)v.queue, -1,
		 late ? "EXITWITHTIMEOUT" : v.keys ? "EXITWITHKEY" : "ABANDON");
	if (!late && v.keys)
		put_value(1 + pick(s, 9));
	put_value(position);
	put_value(v.position);
	put_value(s->now - v.enter);
	end_line();
	leave_queue(s, n);
	if ((late || v.keys) && v.legs < LEGS && chance(s, 60))
		enter(s, other_queue(s, v.queue), n);
	visit_free(s, n);
	if (v.agent >= 0)
		ready(s, (unsigned)v.agent);
}

static void answer(struct server *s, uint32_t n)
{
	struct visit *v = &s->visit[n];
	int64_t talk = 5 + around(s, 170);

	put_line(s, v, NULL, (int)v->queue, v->agent, "CONNECT");
	put_value(s->now - v->enter);
	putc('|', stdout);
	put_uid(s, v->rung, s->seq += 2);
	put_value(s->now - v->rung);
	end_line();
	leave_queue(s, n);
	v->rung = s->now;
	s->agent[v->agent].state = TALKING;
	plan(s, talk < MOST_TALK ? talk : MOST_TALK, HANG_UP, n, v->life);
}

static void no_answer(struct server *s, uint32_t n)
{
	struct visit *v = &s->visit[n];
	unsigned agent = (unsigned)v->agent;

	put_line(s, v, NULL, (int)v->queue, v->agent, "RINGNOANSWER");
	put_value((s->now - v->rung) * 1000);
	end_line();
	v->agent = -1;
	s->agent[agent].state = WRAPPING;
	plan(s, 5, READY, agent, 0);
	find_agent(s, n);
}

static void put_end(struct server *s, const struct visit *v, const char *verb)
{
	put_line(s, v, NULL, (int)v->queue, v->agent, verb);
	if (!strcmp(verb, "BLINDTRANSFER")) {
		put_value(600 + pick(s, 20));
		put_text("|from-internal");
	} else if (!strcmp(verb, "ATTENDEDTRANSFER")) {
		put_text("|BRIDGE|");
		for (int i = 0; i < 36; i++)
			putc(i == 8 || i == 13 || i == 18 || i == 23 ? '-'
								     : "0123456789abcdef"[pick(s, 16)],
			     stdout);
	}
	put_value(v->rung - v->enter);
	put_value(s->now - v->rung);
	put_value(v->position);
	end_line();
}

/* On a transfer into a queue the new visit is sometimes logged before the old one's end. */
static void hang_up(struct server *s, uint32_t n)
{
	struct visit v = s->visit[n];
	unsigned how = pick(s, 100);
	bool on = how < 4 && v.legs < LEGS, first = on && chance(s, 15);

	if (first)
		enter(s, other_queue(s, v.queue), n);
	put_end(s, &v,
		how < 6    ? "BLINDTRANSFER"
		: how < 9  ? "ATTENDEDTRANSFER"
		: how < 40 ? "COMPLETEAGENT"
			   : "COMPLETECALLER");
	if (on && !first)
		enter(s, other_queue(s, v.queue), n);
	visit_free(s, n);
	wrap_up(s, (unsigned)v.agent);
}

/* Time. */

static bool weekend(int64_t time)
{
	return (time - BEGIN) / DAY % 7 >= 5;
}

static void call(struct server *s)
{
	unsigned hour = (unsigned)((s->now - BEGIN) % DAY / 3600), n = callers[hour];

	if (closing(s))
		return;
	if (weekend(s->now))
		n /= 3;
	if (!n) {
		plan(s, 3600 - (s->now - BEGIN) % 3600, CALL, 0, 0);
		return;
	}
	plan(s, around(s, 3600 / n), CALL, 0, 0);
	enter(s, pick(s, chance(s, 50) ? QUEUES : QUEUES / 2), 0);
}

static void midnight(struct server *s)
{
	unsigned here = (unsigned)(s->name - 'A') % 3, day = (unsigned)((s->now - BEGIN) / DAY);

	if (closing(s))
		return;
	if (day)
		put_plain(s, "NONE", -1, -1, "CONFIGRELOAD", "");
	for (unsigned a = 0; a < AGENTS; a++) {
		int64_t shift = (6 + pick(s, 6)) * 3600 + pick(s, 900);

		if ((a < ROAMING ? a : a + day) % 3 != here || !chance(s, weekend(s->now) ? 30 : 88))
			continue;
		if (a < ROAMING && chance(s, 8))
			shift = 18 * 3600 + pick(s, 900);
		plan(s, shift, COME, a, 0);
	}
	plan(s, DAY, MIDNIGHT, 0, 0);
}

static bool of_visit(enum what what)
{
	return what == GIVE_UP || what == ANSWER || what == NO_ANSWER || what == HANG_UP;
}

static void happen(struct server *s, const struct plan *p)
{
	s->now = p->time;
	if (of_visit(p->what) && s->visit[p->who].life != p->life)
		return;
	switch (p->what) {
	case MIDNIGHT: midnight(s); break;
	case CALL: call(s); break;
	case GIVE_UP: give_up(s, p->who); break;
	case ANSWER: answer(s, p->who); break;
	case NO_ANSWER: no_answer(s, p->who); break;
	case HANG_UP: hang_up(s, p->who); break;
	case READY: ready(s, p->who); break;
	case UNPAUSE:
		put_pause(s, p->who, "UNPAUSEALL", "UNPAUSE");
		ready(s, p->who);
		break;
	case COME: come(s, p->who); break;
	case LEAVE: leave(s, p->who); break;
	}
}

/* Each agent serves three queues, the first ten more often. */
static void hire(struct server *s)
{
	for (unsigned a = 0; a < AGENTS; a++) {
		unsigned *q = s->agent[a].queue;

		q[0] = a % 10;
		q[1] = 10 + a % 7 + a % 4;
		q[2] = (q[0] + 1 + a / 10 % 9) % 10;
	}
	for (unsigned i = 0; i < QUEUES; i++)
		s->queue[i].timeout = 90 + 15 * (int)(i % 7);
}

int main(int argc, char **argv)
{
	static struct server s;
	char *rest = "";

	if (argc == 3)
		s.wanted = strtoll(argv[2], &rest, 10);
	if (argc != 3 || argv[1][0] < 'A' || argv[1][0] > 'Z' || argv[1][1] || *rest || s.wanted < 1)
		die("usage: genlog A|B|...|Z lines");
	s.name = argv[1][0];
	s.dice = (uint64_t)s.name;
	s.now = BEGIN;
	setvbuf(stdout, NULL, _IOFBF, 1 << 17);
	hire(&s);
	put_plain(&s, "NONE", -1, -1, "QUEUESTART", "");
	plan(&s, 0, MIDNIGHT, 0, 0);
	plan(&s, 1, CALL, 0, 0);
	while (s.plans) {
		struct plan p = plan_first(&s);

		happen(&s, &p);
	}
	free(s.visit);
	free(s.plan);
	if (fflush(stdout) || ferror(stdout))
		die(strerror(errno));
	return 0;
}
