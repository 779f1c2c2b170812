/*
 * Folds that have very much at once. What walks all of it at every event does not come to an end
 * before the alarm; what each of these makes is counted, so that nothing is left out either.
 */
#include <unistd.h>

#include "fold/agent.h"
#include "unit.h"

enum { MANY = 150000, BEGIN = 2000000, PATIENCE = 20 /* seconds, for each */ };

struct got {
	struct calls *calls;
	struct agents *agents;
	unsigned long long outcome[OUTCOMES], rebuilt, rows[INTERVAL_KINDS];
	int failed;
};

static void on_visit(void *arg, const struct visit *v)
{
	struct got *g = arg;

	g->outcome[v->outcome]++;
	g->rebuilt += v->rebuilt;
}

static void on_interval(void *arg, const struct interval *i)
{
	struct got *g = arg;

	g->rows[i->kind]++;
}

/* An event; names are "c17", "q17", "a17", -1: NONE. */
static void feed(struct got *g, long second, int call, int queue, int agent, enum verb verb,
		 const char *data1, const char *data2)
{
	enum { FIELDS = 6, ROOM = 16 };
	static char text[FIELDS][ROOM + NEAR_MOST] = { "A" }; /* that much may be read behind a name */
	const enum field field[FIELDS] = { F_PARTITION, F_CALLID, F_QUEUE, F_AGENT, F_DATA1, F_DATA2 };
	struct event ev = { .time = (BEGIN + second) * WHEN_SECOND, .verb = verb };
	const int number[] = { call, queue, agent };

	for (int i = 0; i < 3; i++)
		snprintf(text[1 + i], ROOM, number[i] < 0 ? "NONE" : "%c%d", "cqa"[i], number[i]);
	snprintf(text[4], ROOM, "%s", data1);
	snprintf(text[5], ROOM, "%s", data2);
	for (int i = 0; i < FIELDS; i++)
		ev.f[field[i]] = slice_str(text[i]);
	ev.f[F_VERB] = slice_str(verb_name(verb));
	g->failed |= g->calls ? calls_feed(g->calls, &ev) : agents_feed(g->agents, &ev);
}

static void begin(struct got *g)
{
	const struct calls_options o = CALLS_DEFAULT;

	*g = (struct got){ 0 };
	g->calls = calls_new(&o, on_visit, NULL, g);
	alarm(PATIENCE);
}

static void end(struct got *g, const char *what, unsigned long long answered,
		unsigned long long abandoned, unsigned long long rebuilt)
{
	g->failed |= calls_finish(g->calls);
	CHECK_EQ_INT(g->failed, 0, "%s", what);
	CHECK_EQ_INT(g->outcome[OUTCOME_ANSWERED], answered, "%s: answered", what);
	CHECK_EQ_INT(g->outcome[OUTCOME_ABANDONED] + g->outcome[OUTCOME_EMPTY], abandoned,
		     "%s: unanswered", what);
	CHECK_EQ_INT(g->rebuilt, rebuilt, "%s: rebuilt", what);
	calls_free(g->calls);
}

/* Which of an agent's talks an end is of, where no clock agrees. spread: connected in how many
 * different seconds. */
static void test_talking(int spread, const char *what)
{
	struct got g;

	begin(&g);
	for (int i = 0; i < MANY; i++)
		feed(&g, i % spread, i, 1, 1, VERB_CONNECT, "0", "");
	for (int i = 0; i < MANY; i++)
		feed(&g, spread + 10, MANY + i, 1, 1, VERB_COMPLETEAGENT, "0", "900000");
	end(&g, what, 2 * MANY, 0, 2 * MANY);
}

/* The talks of one callid: each with an agent of its own, or all with one. */
static void test_callid_talks(int agents, const char *what)
{
	struct got g;

	begin(&g);
	for (int i = 0; i < MANY; i++) {
		feed(&g, 0, -1, 1, -1, VERB_ENTERQUEUE, "", "");
		feed(&g, 0, -1, 1, i % agents, VERB_CONNECT, "0", "");
	}
	for (int i = 0; i < MANY; i++)
		feed(&g, 20, -1, 1, i % agents, VERB_COMPLETEAGENT, "0", "20");
	end(&g, what, MANY, 0, 0);
}

/* One callid waits at all queues at once, is let out of them, and each way out is logged twice. */
static void test_callid_waits(void)
{
	struct got g;

	begin(&g);
	for (int i = 0; i < MANY; i++)
		feed(&g, 0, -1, i, -1, VERB_ENTERQUEUE, "", "");
	for (int i = 0; i < MANY; i++)
		feed(&g, 10, -1, i, -1, i % 2 ? VERB_ABANDON : VERB_EXITEMPTY, "1", "1");
	for (int i = 0; i < MANY; i++)
		feed(&g, 11, -1, i, -1, i % 2 ? VERB_ABANDON : VERB_LEAVEEMPTY, "", "");
	end(&g, "waits of one callid", 0, MANY, 0);
}

/* One callid enters and leaves one queue again and again, in the same minute. */
static void test_callid_ends(void)
{
	struct got g;

	begin(&g);
	for (int i = 0; i < 2 * MANY; i++) {
		feed(&g, i % 50, -1, 1, -1, VERB_ENTERQUEUE, "", "");
		feed(&g, i % 50, -1, 1, -1, VERB_EXITEMPTY, "1", "1");
	}
	for (int i = 0; i < 2 * MANY; i++) /* each is part of one exit */
		feed(&g, i % 50, -1, 1, -1, VERB_LEAVEEMPTY, "", "");
	end(&g, "ends of one callid", 0, 2 * MANY, 0);
}

/* A clock that runs backwards: who entered first, which callid is forgotten first. */
static void test_backwards(void)
{
	struct got g;

	begin(&g);
	for (int i = 0; i < MANY; i++)
		feed(&g, -i / 2, i, 1, -1, VERB_ENTERQUEUE, "", "");
	for (int i = 0; i < MANY; i++)
		feed(&g, -i / 2, i, 1, -1, VERB_ABANDON, "1", "1");
	end(&g, "backwards", 0, MANY, 0);
}

/* One agent is a member of very many queues, paused at each. */
static void test_slots(void)
{
	const struct agents_options o = AGENTS_DEFAULT;
	struct diag d = { 0 };
	struct got g = { 0 };

	alarm(PATIENCE);
	g.agents = agents_new(&o, on_interval, &g, &d);
	for (int i = 0; i < MANY; i++)
		feed(&g, 0, -1, i, 1, VERB_ADDMEMBER, "", "");
	for (int i = 0; i < MANY; i++)
		feed(&g, 10, -1, i, 1, VERB_PAUSE, "x", "");
	for (int i = 0; i < 4; i++) { /* in one second: no pause ends */
		feed(&g, 20, -1, -1, 1, VERB_UNPAUSEALL, "", "");
		feed(&g, 20, -1, -1, 1, VERB_PAUSEALL, "x", "");
	}
	for (int i = 0; i < MANY; i++)
		feed(&g, 30, -1, i, 1, VERB_UNPAUSE, "", "");
	for (int i = 0; i < MANY; i++)
		feed(&g, 40, -1, i, 1, VERB_REMOVEMEMBER, "", "");
	g.failed |= agents_finish(g.agents);
	CHECK_EQ_INT(g.failed, 0, "slots of one agent");
	CHECK_EQ_INT(g.rows[INTERVAL_SESSION], 1, "slots: one session");
	CHECK_EQ_INT(g.rows[INTERVAL_MEMBER], MANY, "slots: members");
	CHECK_EQ_INT(g.rows[INTERVAL_PAUSE], 1, "slots: one pause");
	CHECK_EQ_INT(g.rows[INTERVAL_QPAUSE], MANY, "slots: pauses there");
	agents_free(g.agents);
}

int main(void)
{
	test_talking(1, "talks of one agent, from one second on");
	test_talking(MANY, "talks of one agent, from different seconds on");
	test_callid_talks(MANY, "talks of one callid");
	test_callid_talks(1, "talks of one callid with one agent");
	test_callid_waits();
	test_callid_ends();
	test_backwards();
	test_slots();
	return unit_done();
}
