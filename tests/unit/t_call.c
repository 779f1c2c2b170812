/* Calls: a few lines of log, and the visits that they are. */
#include "fold/call.h"

#include "stream/qlog.h"
#include "unit.h"

/*
 * Lines: "second callid queue agent verb data..." separated by blanks ("-": empty), by ';'; a line
 * that begins with a letter and ':' is of that partition, else of A. Visits, in the order in which
 * they come: "partition callid ordinal queue outcome/cause agent wait talk missed flags", by ';'.
 */
static const struct {
	const char *rule, *log, *visits;
} cases[] = {
	{ "an answered call",
	  "100 c q NONE ENTERQUEUE - 555 1; 107 c q a CONNECT 7 x 2; 127 c q a COMPLETEAGENT 7 20 1",
	  "A c 1 q answered/agent a 7 20 0 -" },
	{ "who hung up", "100 c q NONE ENTERQUEUE; 107 c q a CONNECT 7; 127 c q a COMPLETECALLER 7 20",
	  "A c 1 q answered/caller a 7 20 0 -" },
	{ "logged seconds win over the clock; CONNECT's wait stands against the end's",
	  "100 c q NONE ENTERQUEUE; 107 c q a CONNECT 6; 127 c q a COMPLETEAGENT 9 19",
	  "A c 1 q answered/agent a 6 19 0 -" },
	{ "what is not logged is the clock's",
	  "100 c q NONE ENTERQUEUE; 107 c q a CONNECT; 127 c q a COMPLETEAGENT",
	  "A c 1 q answered/agent a 7 20 0 -" },
	{ "unanswered ends",
	  "100 a q NONE ENTERQUEUE; 100 b q NONE ENTERQUEUE; 100 c q NONE ENTERQUEUE;"
	  "100 d q NONE ENTERQUEUE; 100 e q NONE ENTERQUEUE; 100 f q NONE ENTERQUEUE;"
	  "101 a q NONE ABANDON 1 1 1; 102 b q NONE EXITWITHTIMEOUT 1 1 2; 103 c q NONE EXITWITHKEY 9 1 1 3;"
	  "104 d q NONE EXITEMPTY 1 1 4; 105 e q NONE WITHDRAW 1 1 5; 106 f q x SYSCOMPAT",
	  "A a 1 q abandoned/ - 1 - 0 -;A b 1 q timeout/ - 2 - 0 -;A c 1 q key/ - 3 - 0 -;"
	  "A d 1 q empty/ - 4 - 0 -;A e 1 q withdrawn/ - 5 - 0 -;A f 1 q syscompat/ - 6 - 0 -" },
	{ "missed attempts do not end the visit, AGENTDUMP neither",
	  "100 c q NONE ENTERQUEUE; 103 c q a RINGNOANSWER 3000; 104 c q b AGENTDUMP; 105 c q b RINGCANCELED 999;"
	  "106 c q NONE ABANDON 1 1 6",
	  "A c 1 q abandoned/ - 6 - 3 -" },
	{ "an overflow to another queue, and back to the same",
	  "100 c q NONE ENTERQUEUE; 105 c q NONE EXITWITHTIMEOUT 1 1 5; 105 c r NONE ENTERQUEUE;"
	  "107 c r NONE EXITWITHTIMEOUT 1 1 2; 107 c q NONE ENTERQUEUE; 109 c q NONE ABANDON 1 1 2",
	  "A c 1 q timeout/ - 5 - 0 -;A c 2 r timeout/ - 2 - 0 -;A c 3 q abandoned/ - 2 - 0 -" },
	{ "a blind transfer whose new ENTERQUEUE is logged before it",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 110 c r NONE ENTERQUEUE; 110 c q a BLINDTRANSFER r ctx 1 9 1;"
	  "112 c r b CONNECT 2; 120 c r b COMPLETECALLER 2 8",
	  "A c 1 q answered/blind a 1 9 0 -;A c 2 r answered/caller b 2 8 0 -" },
	{ "the same into the same queue: one talks, one waits",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 110 c q NONE ENTERQUEUE; 110 c q a BLINDTRANSFER q ctx 1 9 1;"
	  "112 c q b CONNECT 2; 120 c q b COMPLETECALLER 2 8",
	  "A c 1 q answered/blind a 1 9 0 -;A c 2 q answered/caller b 2 8 0 -" },
	{ "two never wait: the first was lost",
	  "100 c q NONE ENTERQUEUE; 110 c q NONE ENTERQUEUE; 111 c q NONE ABANDON 1 1 1",
	  "A c 1 q lost/reentered - 10 - 0 -;A c 2 q abandoned/ - 1 - 0 -" },
	{ "an end logged twice counts once, in either order",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 110 c q a ATTENDEDTRANSFER BRIDGE u 1 9 1;"
	  "110 c q a COMPLETEAGENT 1 9 1",
	  "A c 1 q answered/attended a 1 9 0 -" },
	{ "three seconds later it is another call's, rebuilt",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 110 c q a COMPLETEAGENT 1 9 1; 113 c q a COMPLETEAGENT 1 9 1",
	  "A c 1 q answered/agent a 1 9 0 -;A c 2 q answered/agent a 1 9 0 <" },
	{ "ATTENDEDTRANSFER LINK has its wait one further, talk and position in one",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT; 110 c q a ATTENDEDTRANSFER LINK s t 4 9|2",
	  "A c 1 q answered/attended a 4 9 0 -" },
	{ "the callid changed within the call",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 110 d q a COMPLETEAGENT 1 9 1",
	  "A c 1 q answered/agent a 1 9 0 -" },
	{ "but not where the clock does not agree",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 110 d q a COMPLETEAGENT 1 3 1; 111 c q a COMPLETEAGENT 1 10",
	  "A d 1 q answered/agent a 1 3 0 <;A c 1 q answered/agent a 1 10 0 -" },
	{ "a lost CONNECT",
	  "100 c q NONE ENTERQUEUE; 110 c q a COMPLETEAGENT 3 7 1", "A c 1 q answered/agent a 3 7 0 -" },
	{ "CONNECT of a call that came before the log",
	  "107 c q a CONNECT 7 x 2; 127 c q a COMPLETEAGENT 7 20 1", "A c 1 q answered/agent a 7 20 0 <" },
	{ "a CONNECT twice", "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 101 c q a CONNECT 1; 105 c q a COMPLETEAGENT 1 4",
	  "A c 1 q answered/agent a 1 4 0 -" },
	{ "ends of nothing: rebuilt where seconds are logged, else no calls",
	  "110 c q NONE ABANDON 1 1 10; 111 d q NONE ABANDON; 112 e q a COMPLETEAGENT; 113 f q NONE LEAVEEMPTY",
	  "A c 1 q abandoned/ - 10 - 0 <" },
	{ "LEAVEEMPTY after EXITEMPTY is part of it, even if the caller waits again",
	  "100 c q NONE ENTERQUEUE; 105 c q NONE EXITEMPTY 1 1 5; 105 c q NONE ENTERQUEUE; 106 c q NONE LEAVEEMPTY;"
	  "109 c q NONE LEAVEEMPTY",
	  "A c 1 q empty/ - 5 - 0 -;A c 2 q empty/ - 4 - 0 -" },
	{ "refused joins", "100 c q NONE JOINEMPTY; 101 d q NONE ENTERQUEUE; 103 d q NONE DIVERT_CA_RATIO",
	  "A c 1 q refused/joinempty - 0 - 0 -;A d 1 q refused/divert_ca_ratio - 2 - 0 -" },
	{ "calls out", "100 c q NONE CALLOUTBOUND - 555; 105 c q a CONNECT 5; 110 c q a COMPLETEAGENT 5 5;"
		       "130 d q a OUTCALL ANSWER 20; 131 e q a OUTCALL BUSY 0",
	  "A c 1 q answered/agent a 5 5 0 -;A d 1 q answered/ a - 20 0 -;A e 1 q abandoned/ - - 0 0 -" },
	{ "a restart ends the calls of its own server, at the last thing that said",
	  "100 c q NONE ENTERQUEUE; B:100 c q NONE ENTERQUEUE; 101 d q NONE ENTERQUEUE; 103 d q a CONNECT 2;"
	  "B:104 c q b CONNECT 4; 120 NONE NONE NONE QUEUESTART; B:130 c q b COMPLETEAGENT 4 26",
	  "A c 1 q lost/restart - 3 - 0 -;A d 1 q answered/lost a 2 - 0 -;B c 1 q answered/agent b 4 26 0 -" },
	{ "the end of the input", "100 c q NONE ENTERQUEUE; 101 d q NONE ENTERQUEUE; 103 d q a CONNECT 2; 110 x y z OTHER",
	  "A c 1 q waiting/ - 10 - 0 >;A d 1 q answered/ongoing a 2 7 0 >" },
	{ "open too long", "100 c q NONE ENTERQUEUE; 100 d q NONE ENTERQUEUE; 102 d q a CONNECT 2; 86501 x y z OTHER",
	  "A c 1 q lost/expired - 86400 - 0 -;A d 1 q answered/lost a 2 - 0 -" },
	{ "a callid is forgotten 1800 s after its end: its next visit is the first",
	  "100 c q NONE ENTERQUEUE; 101 c q NONE ABANDON 1 1 1; 1902 c q NONE ENTERQUEUE; 1903 c q NONE ABANDON 1 1 1",
	  "A c 1 q abandoned/ - 1 - 0 -;A c 1 q abandoned/ - 1 - 0 -" },
	{ "and remembered until then",
	  "100 c q NONE ENTERQUEUE; 101 c q NONE ABANDON 1 1 1; 1901 c q NONE ENTERQUEUE; 1903 c q NONE ABANDON 1 1 2",
	  "A c 1 q abandoned/ - 1 - 0 -;A c 2 q abandoned/ - 2 - 0 -" },
	{ "a callid that was forgotten is so, also where the clock goes back then",
	  "100 c q NONE ENTERQUEUE; 101 c q NONE ABANDON 1 1 1; 1902 x y z OTHER; 1000 c q NONE ENTERQUEUE;"
	  "1001 c q NONE ABANDON 1 1 1",
	  "A c 1 q abandoned/ - 1 - 0 -;A c 1 q abandoned/ - 1 - 0 -" },
	{ "but by the times of events, not by what they say of others: a restart",
	  "100 c q NONE ENTERQUEUE; 2000 NONE NONE NONE QUEUESTART; 1000 c q NONE ENTERQUEUE;"
	  "1001 c q NONE ABANDON 1 1 1",
	  "A c 1 q lost/restart - 0 - 0 -;A c 2 q abandoned/ - 1 - 0 -" },
	{ "an entry reckoned to be long ago",
	  "100000 c q a CONNECT 90000; 96000 c q a COMPLETEAGENT 90000 5", "A c 1 q answered/agent a 90000 5 0 <" },
	{ "two visits of one key talk, and end as they began, or not",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 102 c q NONE ENTERQUEUE; 103 c q b CONNECT 1;"
	  "104 c q NONE ENTERQUEUE; 110 c q b COMPLETEAGENT 1 7; 111 c q a COMPLETEAGENT 1 10; 112 c q NONE ABANDON 1 1 8",
	  "A c 2 q answered/agent b 1 7 0 -;A c 1 q answered/agent a 1 10 0 -;A c 3 q abandoned/ - 8 - 0 -" },
	{ "two of one key and agent: the first opened ends first",
	  "100 c q NONE ENTERQUEUE; 101 c q a CONNECT 1; 102 c q NONE ENTERQUEUE; 104 c q a CONNECT 2;"
	  "110 c q a COMPLETEAGENT 1 9; 120 c q a COMPLETEAGENT 2 16",
	  "A c 1 q answered/agent a 1 9 0 -;A c 2 q answered/agent a 2 16 0 -" },
	{ "callids of every length, alike at their beginning, or empty",
	  "100 - q NONE ENTERQUEUE; 100 123456789012345678901234 q NONE ENTERQUEUE;"
	  "100 1234567890123456789012345 q NONE ENTERQUEUE; 100 1234567890123456789012346 q NONE ENTERQUEUE;"
	  "101 1234567890123456789012346 q NONE ABANDON 1 1 1; 102 123456789012345678901234 q NONE ABANDON 1 1 2;"
	  "103 - q NONE ABANDON 1 1 3; 104 1234567890123456789012345 q NONE ABANDON 1 1 4",
	  "A 1234567890123456789012346 1 q abandoned/ - 1 - 0 -;A 123456789012345678901234 1 q abandoned/ - 2 - 0 -;"
	  "A - 1 q abandoned/ - 3 - 0 -;A 1234567890123456789012345 1 q abandoned/ - 4 - 0 -" },
	{ "numbers of every length, and what is none",
	  "100 c q NONE ENTERQUEUE - - 9999; 100 d q NONE ENTERQUEUE - - 10000; 1000 c q NONE ABANDON 1 1 0899;"
	  "12445 d q NONE ABANDON 1 1 12345; 12500 e q NONE ABANDON 1 1 1:; 12500 f q NONE ABANDON 1 1 12/4;"
	  "12500 g q NONE ABANDON 1 1 -9; 12500 h q NONE ABANDON 1 1 00012",
	  "A c 1 q abandoned/ - 899 - 0 -;A d 1 q abandoned/ - 12345 - 0 -;A h 1 q abandoned/ - 12 - 0 <" },
	{ "an agent named NONE is nobody", "107 c q NONE CONNECT 7; 127 c q NONE COMPLETEAGENT 7 20",
	  "A c 1 q answered/agent - 7 20 0 <" },
};

static void put_text(struct buf *b, struct slice s)
{
	buf_slice(b, s.n ? s : SLICE("-"));
	buf_byte(b, ' ');
}

static void put_number(struct buf *b, long long n)
{
	if (n < 0)
		buf_byte(b, '-');
	else
		buf_int(b, n);
	buf_byte(b, ' ');
}

static void on_visit(void *arg, const struct visit *v)
{
	struct buf *b = arg;

	if (b->n)
		buf_byte(b, ';');
	put_text(b, v->partition);
	put_text(b, v->callid);
	put_number(b, v->ordinal);
	put_text(b, v->queue);
	buf_fmt(b, "%s/%.*s ", outcome_name(v->outcome), (int)v->cause.n, (const char *)v->cause.p);
	put_text(b, v->agent);
	put_number(b, v->wait);
	put_number(b, v->talk);
	put_number(b, v->missed);
	buf_str(b, v->rebuilt ? "<" : v->unfinished ? ">" : "-");
}

/* "B:100 c q a VERB x -" to a raw line and its partition. */
static char raw_line(struct slice text, struct buf *raw)
{
	char partition = 'A';
	struct slice word;

	while (text.n && *text.p == ' ')
		text = slice_of(text.p + 1, text.n - 1);
	if (text.n > 2 && text.p[1] == ':') {
		partition = (char)text.p[0];
		text = slice_of(text.p + 2, text.n - 2);
	}
	raw->n = 0;
	while (text.n) {
		word = slice_cut(text, ' ', &text);
		if (!slice_is(word, "-"))
			buf_slice(raw, word);
		buf_byte(raw, '|');
	}
	return partition;
}

/* The greatest time is given back. */
static int64_t feed(struct calls *c, struct slice log)
{
	int64_t clock = 0;
	struct buf raw = { 0 }, line = { 0 }, own = { 0 };

	while (log.n) {
		char partition = raw_line(slice_cut(log, ';', &log), &raw);
		struct qlog q;
		struct event ev;
		const char *why = "";

		qlog_init(&q, slice_of(&partition, 1), 1000);
		line.n = 0;
		buf_room(&line, 1000); /* more than the line: it may be read beyond its end */
		CHECK(qlog_line(&q, buf_all(&raw), &line, &why) == QLOG_EVENT, "%.*s: %s",
		      (int)raw.n, (const char *)raw.p, why);
		CHECK(!event_parse(slice_of(line.p, line.n - 1), &ev, &own), "an event");
		calls_feed(c, &ev);
		if (ev.time > clock)
			clock = ev.time;
		qlog_free(&q);
	}
	buf_free(&raw);
	buf_free(&line);
	buf_free(&own);
	return clock;
}

static void test_case(size_t i, long long status_wait)
{
	struct calls_options o = CALLS_DEFAULT;
	struct buf got = { 0 }, now = { 0 };
	struct calls *c;
	int64_t clock;

	o.status_wait = status_wait;
	c = calls_new(&o, on_visit, NULL, &got);
	clock = feed(c, slice_str(cases[i].log));
	buf_slice(&now, buf_all(&got));
	calls_now(c, clock, on_visit, &now);
	calls_finish(c);
	CHECK_EQ_SLICE(got.p, got.n, cases[i].visits, "%s", cases[i].rule);
	if (!status_wait)
		CHECK_EQ_MEM(now.p, now.n, got.p, got.n, "%s: what is open", cases[i].rule);
	calls_free(c);
	buf_free(&got);
	buf_free(&now);
}

static void keep_visit(void *arg, const struct visit *v)
{
	struct visit *one = arg;

	*one = *v;
	one->caller = one->url = one->target = slice_of(NULL, v->caller.n + v->url.n + v->target.n);
}

/* What nobody asks for is as if it were not logged; what follows from the rest is the same. */
static void test_carry(unsigned carry, int position, int ring, int missed, size_t texts)
{
	struct calls_options o = CALLS_DEFAULT;
	struct visit v = { .wait = -1 };
	struct calls *c;

	o.carry = carry;
	c = calls_new(&o, keep_visit, NULL, &v);
	feed(c, SLICE("100 c q NONE ENTERQUEUE u 55 3; 103 c q b RINGNOANSWER 3000; 107 c q a CONNECT 7 x 2;"
		      "127 c q a BLINDTRANSFER r ctx 7 20 4"));
	calls_finish(c);
	CHECK_EQ_INT(v.wait * 1000 + v.talk, 7020, "wait and talk");
	CHECK_EQ_SLICE(v.agent.p, v.agent.n, "a", "agent");
	CHECK_EQ_INT(v.position_in, position, "position, %u", carry);
	CHECK_EQ_INT(v.ring, ring, "ring, %u", carry);
	CHECK_EQ_INT(v.missed * 10 + v.ringmissed, missed, "missed, %u", carry);
	CHECK_EQ_INT(v.caller.n, texts, "texts, %u", carry);
	calls_free(c);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		test_case(i, 1800);
		test_case(i, 0);
	}
	test_carry(VISIT_ALL, 3, 2, 13, 4);
	test_carry(0, -1, -1, 0, 0);
	test_carry(VISIT_RING | VISIT_CALLER, -1, 2, 0, 2);
	test_carry(VISIT_POSITIONS | VISIT_MISSED, 3, -1, 13, 0);
	return unit_done();
}
