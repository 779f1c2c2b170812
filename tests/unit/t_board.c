/* Boards: a few events, and what is to be seen of them; frames: that they fit. */
#include "report/board.h"

#include "base/utf8.h"
#include "report/frame.h"
#include "stream/select.h"
#include "unit.h"

/*
 * Events: "time partition callid queue agent VERB data..." separated by blanks ("-": empty), by ';'.
 * What is seen at `at`, by ';': "queue on/ready/paused/busy waiting/longest in/out stale
 * offered/answered/lost", "+queue caller waiting agent/talked", "*agent state since reason",
 * "!partition" for one that is down. Times are those of 1970; it is UTC.
 */
static const struct {
	const char *what, *events;
	long long at;
	const char *seen;
	const char *queue, *agent, *partition, *no_persistent;
	bool login_decides;
} cases[] = {
	{ "nothing", "", 100, "", NULL, NULL, NULL, NULL, false },
	{ "who waits, longest first",
	  "100 A c q NONE ENTERQUEUE - 555 1; 90 A d r NONE ENTERQUEUE - 556; 95 B c q NONE ENTERQUEUE - 557",
	  110,
	  "q 0/0/0/0 2/15 0/0 0 2/0/0;r 0/0/0/0 1/20 0/0 0 1/0/0;"
	  "+r 556 20 -/-;+q 557 15 -/-;+q 555 10 -/-",
	  NULL, NULL, NULL, NULL, false },
	{ "an agent is ready, rung, talks, is ready again",
	  "100 A x q a ADDMEMBER; 110 A c q NONE ENTERQUEUE; 112 A c q a RINGNOANSWER 1000", 115,
	  "q 1/1/0/0 1/5 0/0 0 1/0/0;+q - 5 -/-;*a ready 100 -", NULL, NULL, NULL, NULL, false },
	{ "the same, talking",
	  "100 A x q a ADDMEMBER; 110 A c q NONE ENTERQUEUE; 115 A c q a CONNECT 5", 118,
	  "q 1/0/0/1 0/- 1/0 0 1/1/0;+q - 5 a/3;*a talking 115 -", NULL, NULL, NULL, NULL, false },
	{ "the same, behind it",
	  "100 A x q a ADDMEMBER; 110 A c q NONE ENTERQUEUE; 115 A c q a CONNECT 5; 120 A c q a COMPLETEAGENT 5 5",
	  130, "q 1/1/0/0 0/- 0/0 0 1/1/0;*a ready 120 -", NULL, NULL, NULL, NULL, false },
	{ "paused in one of two queues, then in both, then ready",
	  "100 A x q a ADDMEMBER; 100 A x r a ADDMEMBER; 110 A x q a PAUSE lunch", 120,
	  "q 1/0/1/0 0/- 0/0 0 0/0/0;r 1/1/0/0 0/- 0/0 0 0/0/0;*a ready 100 -",
	  NULL, NULL, NULL, NULL, false },
	{ "in both",
	  "100 A x q a ADDMEMBER; 100 A x r a ADDMEMBER; 110 A x q a PAUSE lunch; 115 A x r a PAUSE lunch",
	  120,
	  "q 1/0/1/0 0/- 0/0 0 0/0/0;r 1/0/1/0 0/- 0/0 0 0/0/0;*a paused 115 lunch",
	  NULL, NULL, NULL, NULL, false },
	{ "and ready since the pause",
	  "100 A x q a ADDMEMBER; 110 A x q a PAUSE lunch; 130 A x q a UNPAUSE; 140 A x x x INFO", 150,
	  "q 1/1/0/0 0/- 0/0 0 0/0/0;*a ready 130 -", NULL, NULL, NULL, NULL, false },
	{ "who talks in a pause counts for both, and is talking",
	  "100 A x q a ADDMEMBER; 110 A c q NONE ENTERQUEUE; 115 A c q a CONNECT 5; 116 A x q a PAUSE lunch",
	  120, "q 1/0/1/1 0/- 1/0 0 1/1/0;+q - 5 a/5;*a talking 115 -", NULL, NULL, NULL, NULL, false },
	{ "at two partitions an agent is one, paused while everywhere",
	  "100 A x q a ADDMEMBER; 100 B x q a ADDMEMBER; 110 A x NONE a PAUSEALL x", 120,
	  "q 1/1/0/0 0/- 0/0 0 0/0/0;*a ready 100 -", NULL, NULL, NULL, NULL, false },
	{ "a restart ends what was open at that partition only",
	  "100 A c q NONE ENTERQUEUE; 100 B c q NONE ENTERQUEUE; 105 A NONE NONE NONE QUEUESTART", 110,
	  "q 0/0/0/0 1/10 0/0 0 2/0/1;+q - 10 -/-", NULL, NULL, NULL, NULL, false },
	{ "members outlive it, or do not",
	  "100 A x q a ADDMEMBER; 100 B x q b ADDMEMBER; 105 A NONE NONE NONE QUEUESTART;"
	  "105 B NONE NONE NONE QUEUESTART", 110,
	  "q 1/1/0/0 0/- 0/0 0 0/0/0;*a ready 100 -", NULL, NULL, NULL, "B", false },
	{ "a pause where a partition may have died shows at once",
	  "100 A x q a ADDMEMBER; 100 B x q a ADDMEMBER; 120 A x q a PAUSE p; 120 B x q a PAUSE p", 121,
	  "q 1/0/1/0 0/- 0/0 0 0/0/0;*a paused 120 p", NULL, NULL, NULL, "A,B", false },
	{ "a login is no queue; a static member is on where the login says so",
	  "100 A x NONE a AGENTLOGIN; 110 A x q a PAUSE p", 120,
	  "q 1/0/1/0 0/- 0/0 0 0/0/0;*a paused 110 p", NULL, NULL, NULL, NULL, false },
	{ "a member who is logged off is not on, where logins decide",
	  "100 A x q a ADDMEMBER; 110 A x NONE a AGENTLOGIN; 120 A x NONE a AGENTLOGOFF - 10", 130,
	  "", NULL, NULL, NULL, NULL, true },
	{ "stale: in no figure",
	  "100 A c q NONE ENTERQUEUE; 3700 A x x x INFO", 3701, "q 0/0/0/0 0/- 0/0 1 0/0/0",
	  NULL, NULL, NULL, NULL, false },
	{ "not yet", "100 A c q NONE ENTERQUEUE; 3700 A x x x INFO", 3700,
	  "q 0/0/0/0 1/3600 0/0 0 1/0/0;+q - 3600 -/-", NULL, NULL, NULL, NULL, false },
	{ "out", "100 A c q NONE CALLOUTBOUND - 7; 103 A c q a CONNECT 3", 105,
	  "q 0/0/0/0 0/- 0/1 0 0/0/0;+q 7 3 a/2;*a talking 103 -", NULL, NULL, NULL, NULL, false },
	{ "yesterday's calls are seen, and not counted",
	  "86390 A c q NONE ENTERQUEUE; 86395 A d q NONE ENTERQUEUE; 86401 A e q NONE ENTERQUEUE;"
	  "86402 A d q NONE ABANDON 1 1 7; 86403 A e q NONE ABANDON 1 1 2", 86410,
	  "q 0/0/0/0 1/20 0/0 0 1/0/0;+q - 20 -/-", NULL, NULL, NULL, NULL, false },
	{ "midnight comes without any event",
	  "86390 A e q NONE ENTERQUEUE; 86395 A e q NONE ABANDON 1 1 2", 86400, "",
	  NULL, NULL, NULL, NULL, false },
	{ "down, and up again",
	  "100 A x x x INFO; 101 B x x x SOURCEDOWN r; 102 C x x x SOURCEDOWN r; 103 C x x x SOURCEUP;"
	  "104 D x x x TICK", 110, "!B", NULL, NULL, NULL, NULL, false },
	{ "one queue: its agents, and busy in whatever queue",
	  "100 A x q a ADDMEMBER; 100 A x r b ADDMEMBER; 110 A c r NONE ENTERQUEUE; 111 A c r a CONNECT 1",
	  120, "q 1/0/0/1 0/- 0/0 0 0/0/0;*a talking 111 -", "q", NULL, NULL, NULL, false },
	{ "one agent",
	  "100 A x q a ADDMEMBER; 100 A x q b ADDMEMBER; 110 A c q NONE ENTERQUEUE; 111 A c q a CONNECT 1;"
	  "112 A d q NONE ENTERQUEUE", 120,
	  "q 1/0/0/1 0/- 1/0 0 1/1/0;+q - 1 a/9;*a talking 111 -", NULL, "a", NULL, NULL, false },
	{ "one partition, and one that is missing",
	  "100 A c q NONE ENTERQUEUE; 100 B c q NONE ENTERQUEUE; 100 B x x x SOURCEDOWN", 110,
	  "q 0/0/0/0 1/10 0/0 0 1/0/0;+q - 10 -/-", NULL, NULL, "A,C", NULL, false },
};

static void event_of(struct slice text, struct buf *line)
{
	struct slice f;
	int n = 0;

	line->n = 0;
	while (text.n && *text.p == ' ')
		text = slice_of(text.p + 1, text.n - 1);
	for (; n < EVENT_FIELDS; n++) {
		f = slice_cut(text, ' ', &text);
		if (n)
			buf_byte(line, '\t');
		if (!slice_is(f, "-"))
			buf_slice(line, f);
	}
}

static void put(struct buf *b, struct slice s)
{
	if (s.n)
		buf_slice(b, s);
	else
		buf_byte(b, '-');
}

static void number(struct buf *b, long long n, char behind)
{
	if (n < 0)
		buf_byte(b, '-');
	else
		buf_int(b, n);
	if (behind)
		buf_byte(b, (unsigned char)behind);
}

static void next(struct buf *b)
{
	if (b->n)
		buf_byte(b, ';');
}

static void seen(struct buf *b, const struct board_view *v)
{
	for (size_t i = 0; i < v->queues; i++) {
		const long long *n = v->queue[i].value;

		next(b);
		buf_slice(b, v->queue[i].queue);
		buf_byte(b, ' ');
		number(b, n[BOARD_ON], '/');
		number(b, n[BOARD_READY], '/');
		number(b, n[BOARD_PAUSED], '/');
		number(b, n[BOARD_BUSY], ' ');
		number(b, n[BOARD_WAITING], '/');
		number(b, n[BOARD_LONGEST], ' ');
		number(b, n[BOARD_IN], '/');
		number(b, n[BOARD_OUT], ' ');
		number(b, n[BOARD_STALE], ' ');
		number(b, n[BOARD_TODAY], '/');
		number(b, n[BOARD_TODAY + 1], '/');
		number(b, n[BOARD_TODAY + 2], 0);
	}
	for (size_t i = 0; i < v->calls; i++) {
		const struct board_call *c = v->call + i;

		next(b);
		buf_byte(b, '+');
		put(b, c->queue);
		buf_byte(b, ' ');
		put(b, c->caller);
		buf_byte(b, ' ');
		number(b, c->waiting, ' ');
		put(b, c->agent);
		buf_byte(b, '/');
		number(b, c->talked, 0);
	}
	for (size_t i = 0; i < v->agents; i++) {
		const struct board_agent *a = v->agent + i;

		next(b);
		buf_byte(b, '*');
		put(b, a->agent);
		buf_fmt(b, " %s %lld ", board_state_name(a->state), (long long)(a->since / WHEN_SECOND));
		put(b, a->reason);
	}
	for (size_t i = 0; i < v->partitions; i++) {
		if (!v->partition[i].down)
			continue;
		next(b);
		buf_byte(b, '!');
		buf_slice(b, v->partition[i].partition);
	}
}

struct world {
	struct diag d;
	struct facts_options facts_options;
	struct board_options options;
	struct board *board;
	struct facts *facts;
};

static void begin(struct world *w)
{
	w->board = board_new(&w->options, &w->d);
	w->facts = facts_new(&w->facts_options, board_visit, board_interval, w->board, &w->d);
	CHECK(w->board && w->facts, "a board");
}

/* Event i arrives at second `arrives`. */
static void feed(struct world *w, const char *events, long long arrives)
{
	struct slice rest = slice_str(events);
	struct buf line = { 0 }, own = { 0 };
	struct event ev;

	while (rest.n) {
		const char *why;

		event_of(slice_cut(rest, ';', &rest), &line);
		why = event_parse(buf_all(&line), &ev, &own);
		CHECK(!why && board_event(w->board, &ev, arrives * WHEN_SECOND) == 0 &&
			      facts_feed(w->facts, &ev) == 0,
		      "an event: %s: %.*s", why ? why : "", (int)line.n, (const char *)line.p);
	}
	buf_free(&line);
	buf_free(&own);
}

static void end(struct world *w)
{
	facts_free(w->facts);
	board_free(w->board);
	board_options_free(&w->options);
	facts_options_free(&w->facts_options);
}

#define WORLD                                                                                \
	((struct world){ .d = { "t_board", NULL, NULL, 0 }, .facts_options = FACTS_DEFAULT,  \
			 .options = BOARD_DEFAULT })

static void test_case(size_t n)
{
	struct world w = WORLD;
	struct board_view v;
	struct buf got = { 0 };

	w.options.measures = "offered,answered,lost";
	w.options.stale = 0;
	w.facts_options.agents.login_decides = cases[n].login_decides;
	w.facts_options.calls.status_wait = 0;
	if (cases[n].queue)
		select_list(&w.options.queue, "-", cases[n].queue, &w.d);
	if (cases[n].agent)
		select_list(&w.options.agent, "-", cases[n].agent, &w.d);
	if (cases[n].partition)
		select_list(&w.options.partition, "-", cases[n].partition, &w.d);
	if (cases[n].no_persistent)
		select_list(&w.facts_options.agents.no_persistent, "-", cases[n].no_persistent, &w.d);
	begin(&w);
	feed(&w, cases[n].events, 0);
	/* looking changes nothing */
	for (int i = 0; i < 2; i++) {
		got.n = 0;
		CHECK(board_look(w.board, w.facts, cases[n].at * WHEN_SECOND, 0, &v) == 0, "a look");
		seen(&got, &v);
		CHECK_EQ_SLICE(got.p, got.n, cases[n].seen, "%s", cases[n].what);
	}
	end(&w);
	buf_free(&got);
}

static size_t down(struct world *w, long long arrived)
{
	struct board_view v;

	board_look(w->board, w->facts, 200 * WHEN_SECOND, arrived * WHEN_SECOND, &v);
	return v.down;
}

static void test_silence(void)
{
	struct world w = WORLD;

	select_list(&w.options.partition, "-", "A,B", &w.d);
	begin(&w);
	CHECK_EQ_INT(down(&w, 1000), 0, "at the beginning nobody is down");
	CHECK_EQ_INT(down(&w, 1029), 0, "nor 29 seconds later");
	feed(&w, "100 A x x x INFO", 1029);
	CHECK_EQ_INT(down(&w, 1030), 1, "who says nothing for 30 seconds is");
	CHECK_EQ_INT(down(&w, 1059), 2, "and who has not since");
	feed(&w, "101 B x x x TICK", 1060);
	CHECK_EQ_INT(down(&w, 1061), 1, "until the next word");
	feed(&w, "102 A x x x TICK", 1061);
	CHECK_EQ_INT(down(&w, 1061), 0, "of each");
	board_deaf(w.board, 100 * WHEN_SECOND);
	CHECK_EQ_INT(down(&w, 1180), 0, "nobody is silent to who does not listen");
	CHECK_EQ_INT(down(&w, 1191), 2, "but behind it");
	feed(&w, "103 A x x x SOURCEDOWN gone; 104 B x x x TICK; 105 A x x x TICK", 1200);
	CHECK_EQ_INT(down(&w, 1200), 1, "a tick does not take SOURCEDOWN back");
	feed(&w, "106 A x x x SOURCEUP", 1200);
	CHECK_EQ_INT(down(&w, 1200), 0, "SOURCEUP does");
	end(&w);
}

/* The first letters of the queues, in their order. */
static void order(struct world *w, const char *want, const char *what)
{
	struct board_view v;
	char got[8] = "";

	board_look(w->board, w->facts, 200 * WHEN_SECOND, 0, &v);
	for (size_t i = 0; i < v.queues && i < sizeof(got) - 1; i++)
		got[i] = (char)*v.queue[i].queue.p;
	CHECK_EQ_STR(got, want, "%s", what);
}

static void test_order(void)
{
	static const char events[] = "100 A x a 1 ADDMEMBER;100 A x c 1 ADDMEMBER;100 A x c 2 ADDMEMBER;"
				     "110 A 1 b NONE ENTERQUEUE;120 A 2 d NONE ENTERQUEUE";
	struct world w = WORLD;

	w.options.sort = "-longest";
	begin(&w);
	feed(&w, events, 0);
	order(&w, "bdac", "the longest wait first, none last, then by name");
	board_resort(w.board, 0);
	order(&w, "dbac", "turned round, none is last all the same");
	for (int i = 0; i < 5; i++)
		board_resort(w.board, -1);
	order(&w, "cabd", "five columns before: on, the most first");
	board_resort(w.board, -1);
	order(&w, "abcd", "by name");
	board_resort(w.board, 0);
	order(&w, "dcba", "and backwards");
	board_resort(w.board, -1);
	board_resort(w.board, 1);
	order(&w, "abcd", "round and back");
	end(&w);
}

/* Columns that a line takes, without its colours. */
static size_t columns(struct slice line)
{
	struct buf text = { 0 }, seen_as = { 0 };
	size_t n;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\033')
			while (line.p[i] != 'm')
				i++;
		else
			buf_byte(&text, line.p[i]);
	}
	n = utf8_visible(&seen_as, buf_all(&text));
	if (!slice_eq(buf_all(&text), buf_all(&seen_as)))
		CHECK_EQ_MEM(text.p, text.n, seen_as.p, seen_as.n, "only what may be seen");
	buf_free(&text);
	buf_free(&seen_as);
	return n;
}

/* Whatever the size is, no line is too long and no frame too high; with room enough nothing is cut. */
static void test_sizes(void)
{
	static const char events[] =
		"100 A x \xe9\x8a\xb7\xe5\x94\xae\x01 \xe4\xb8\xad\xe6\x96\x87/101 ADDMEMBER;"
		"100 A x q\xcc\x81\xff b ADDMEMBER;101 B c q\xcc\x81\xff NONE ENTERQUEUE - \x1b[2J;"
		"102 B d q\xcc\x81\xff NONE ENTERQUEUE - 123456789;103 B d q\xcc\x81\xff b CONNECT 1;"
		"104 C x x x SOURCEDOWN \x1b[31mred";
	struct world w = WORLD;
	struct wall_options o = { 0 };
	struct frame f = { 0 };
	struct board_view v;
	size_t all;

	begin(&w);
	feed(&w, events, 0);
	board_look(w.board, w.facts, 110 * WHEN_SECOND, 0, &v);
	frame_make(&f, &v, &o, &(struct frame_size){ 0 });
	all = f.lines;
	CHECK_EQ_INT(all, 15, "lines of a frame of any size");
	for (size_t width = 1; width < 130; width++)
		for (size_t height = 1; height < 24; height++) {
			size_t most = 0;

			frame_make(&f, &v, &o, &(struct frame_size){ width, height, width % 2, { 0 }, 3 });
			for (size_t i = 0; i < f.lines; i++)
				most = columns(frame_line(&f, i)) > most ? columns(frame_line(&f, i))
									 : most;
			if (most > width || f.lines > height || (height > all && f.lines != all))
				CHECK(false, "%zu columns, %zu lines in %zu, %zu", most, f.lines, width,
				      height);
		}
	CHECK(true, "frames of all sizes");
	frame_free(&f);
	end(&w);
}

int main(void)
{
	when_zone("UTC0");
	for (size_t n = 0; n < sizeof(cases) / sizeof(*cases); n++)
		test_case(n);
	test_silence();
	test_order();
	test_sizes();
	return unit_done();
}
