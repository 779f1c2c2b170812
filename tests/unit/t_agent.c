#define _GNU_SOURCE /* memmem */
#include "fold/agent.h"
#include "stream/select.h"
#include "unit.h"

/*
 * Events, one per line: time partition queue agent verb data1|data2|..., a dash for what is empty.
 * Rows in the same way: kind agent partition queue start end reason ended flags. Kinds that a case
 * is not about are left out of `kinds`, which is a list of their first two letters.
 */
static const struct {
	const char *name, *events, *kinds, *want;
	const char *no_persistent;
	bool login_decides;
	int64_t from, to;
} cases[] = {
	{ .name = "a slot from ADDMEMBER to REMOVEMEMBER is a member row and a session",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "30 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me",
	  .want = "member 101 A sales 10 30 - removemember -\n"
		  "session 101 A - 10 30 - removemember -\n" },
	{ .name = "one session from the first slot to the last, over all partitions",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "12 B support 101 ADDMEMBER\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "30 B support 101 REMOVEMEMBER\n",
	  .kinds = "se",
	  .want = "session 101 A,B - 10 30 - removemember -\n" },
	{ .name = "a session that ends and begins again in the same second is one, members are two",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "20.5 A sales 101 ADDMEMBER\n"
		    "30 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me",
	  .want = "member 101 A sales 10 20 - removemember -\n"
		  "member 101 A sales 20.5 30 - removemember -\n"
		  "session 101 A - 10 30 - removemember -\n" },
	{ .name = "in the next second it is another",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "21 A sales 101 ADDMEMBER\n"
		    "30 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se",
	  .want = "session 101 A - 10 20 - removemember -\n"
		  "session 101 A - 21 30 - removemember -\n" },
	{ .name = "what is open at the end of the input ends there, flag >",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "12 A sales 101 PAUSE lunch\n"
		    "40 A - - INFO\n",
	  .kinds = "se me pa qp",
	  .want = "member 101 A sales 10 40 - - >\n"
		  "session 101 A - 10 40 - - >\n"
		  "pause 101 A - 12 40 lunch - >\n"
		  "qpause 101 A sales 12 40 lunch - >\n" },
	{ .name = "ADDMEMBER of an open slot and a second login change nothing",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "11 A NONE 102 AGENTLOGIN\n"
		    "15 A sales 101 ADDMEMBER PAUSED\n"
		    "16 A NONE 102 AGENTCALLBACKLOGIN\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "21 A NONE 102 AGENTLOGOFF -|10\n",
	  .kinds = "se me pa",
	  .want = "member 101 A sales 10 20 - removemember -\n"
		  "session 101 A - 10 20 - removemember -\n"
		  "member 102 A NONE 11 21 - agentlogoff -\n"
		  "session 102 A - 11 21 - agentlogoff -\n" },
	{ .name = "the agent is paused while all slots are",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "10 A support 101 ADDMEMBER\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "22 A support 101 PAUSE coffee\n"
		    "30 A sales 101 UNPAUSE\n"
		    "40 A support 101 UNPAUSE\n",
	  .kinds = "pa qp",
	  .want = "qpause 101 A sales 20 30 lunch unpause -\n"
		  "pause 101 A - 22 30 coffee unpause -\n"
		  "qpause 101 A support 22 40 coffee unpause -\n" },
	{ .name = "PAUSEALL and then one PAUSE per queue is one pause",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "10 A support 101 ADDMEMBER\n"
		    "20 A NONE 101 PAUSEALL lunch\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "20 A support 101 PAUSE lunch\n"
		    "30 A NONE 101 UNPAUSEALL\n"
		    "30 A sales 101 UNPAUSE\n"
		    "30 A support 101 UNPAUSE\n",
	  .kinds = "pa",
	  .want = "pause 101 A - 20 30 lunch unpauseall -\n" },
	{ .name = "another reason splits the pause; the reason is the whole data",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "25 A sales 101 PAUSE lunch\n"
		    "30 A sales 101 PAUSE coffee|break\n"
		    "40 A sales 101 UNPAUSE\n",
	  .kinds = "pa",
	  .want = "pause 101 A - 20 30 lunch pause -\n"
		  "pause 101 A - 30 40 coffee|break unpause -\n" },
	{ .name = "a pause that ends and begins again in the same second for the same reason is one",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "30 A sales 101 UNPAUSE\n"
		    "30 A sales 101 PAUSE coffee\n"
		    "30 A sales 101 PAUSE lunch\n"
		    "40 A sales 101 UNPAUSE\n",
	  .kinds = "pa qp",
	  .want = "pause 101 A - 20 40 lunch unpause -\n"
		  "qpause 101 A sales 20 40 lunch unpause -\n" },
	{ .name = "pauses of no length are not written, UNPAUSE of what is not paused is nothing",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 UNPAUSE\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "20 A sales 101 UNPAUSE\n"
		    "30 A sales 101 UNPAUSE\n",
	  .kinds = "pa qp",
	  .want = "" },
	{ .name = "a slot opened later is not paused, one added PAUSED is; closing ends its pause",
	  .events = "10 A sales 101 ADDMEMBER PAUSED\n"
		    "20 A support 101 ADDMEMBER\n"
		    "30 A support 101 REMOVEMEMBER\n"
		    "40 A sales 101 REMOVEMEMBER\n",
	  .kinds = "pa qp",
	  .want = "pause 101 A - 10 20 - addmember -\n"
		  "qpause 101 A sales 10 40 - removemember -\n"
		  "pause 101 A - 30 40 - removemember -\n" },
	{ .name = "PAUSE of queue NONE or of nothing is ignored",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A NONE 101 PAUSE lunch\n"
		    "20 A - 101 PAUSE lunch\n",
	  .kinds = "pa qp",
	  .want = "" },
	{ .name = "the login's slot counts only where there is no queue slot",
	  .events = "10 A NONE 101 AGENTLOGIN\n"
		    "12 A NONE 101 PAUSEALL lunch\n"
		    "20 A sales 101 ADDMEMBER\n"
		    "30 A sales 101 PAUSE coffee\n"
		    "40 A sales 101 REMOVEMEMBER\n"
		    "50 A NONE 101 UNPAUSEALL\n",
	  .kinds = "pa",
	  .want = "pause 101 A - 12 20 lunch addmember -\n"
		  "pause 101 A - 30 40 coffee removemember -\n"
		  "pause 101 A - 40 50 lunch unpauseall -\n" },
	{ .name = "a PAUSE of a slot that is not open makes a static one, without session",
	  .events = "10 A sales 101 PAUSE lunch\n"
		    "20 A sales 101 UNPAUSE\n"
		    "30 A sales 101 ADDMEMBER\n"
		    "40 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me pa",
	  .want = "pause 101 A - 10 20 lunch unpause -\n"
		  "member 101 A sales 30 40 - removemember -\n"
		  "session 101 A - 30 40 - removemember -\n" },
	{ .name = "PAUSEALL without any slot makes a static one of queue NONE",
	  .events = "10 A NONE 101 PAUSEALL lunch\n"
		    "20 A NONE 101 UNPAUSEALL\n",
	  .kinds = "se me pa qp",
	  .want = "pause 101 A - 10 20 lunch unpauseall -\n"
		  "qpause 101 A NONE 10 20 lunch unpauseall -\n" },
	{ .name = "PAUSEREASON renames the running rows from their start",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 PAUSE\n"
		    "25 A NONE 101 PAUSEREASON 31\n"
		    "30 A sales 101 UNPAUSE\n",
	  .kinds = "pa qp",
	  .want = "pause 101 A - 20 30 31 unpause -\n"
		  "qpause 101 A sales 20 30 31 unpause -\n" },
	{ .name = "PAUSEREASON joins what it makes one",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "30 A sales 101 UNPAUSE\n"
		    "30 A sales 101 PAUSE\n"
		    "30 A NONE 101 PAUSEREASON lunch\n"
		    "40 A sales 101 UNPAUSE\n",
	  .kinds = "pa qp",
	  .want = "pause 101 A - 20 40 lunch unpause -\n"
		  "qpause 101 A sales 20 40 lunch unpause -\n" },
	{ .name = "a LOGOFF with a duration and no open slot is rebuilt, without a flag",
	  .events = "100 A - - INFO\n"
		    "200 A NONE 101 AGENTLOGOFF -|150\n",
	  .kinds = "se me",
	  .want = "member 101 A NONE 50 200 - agentlogoff -\n"
		  "session 101 A - 50 200 - agentlogoff -\n" },
	{ .name = "it is cut at that slot's previous closing",
	  .events = "100 A NONE 101 AGENTLOGIN\n"
		    "200 A NONE 101 AGENTLOGOFF -|100\n"
		    "300 A NONE 101 AGENTCALLBACKLOGOFF -|250\n",
	  .kinds = "se me",
	  .want = "member 101 A NONE 100 200 - agentlogoff -\n"
		  "session 101 A - 100 200 - agentlogoff -\n"
		  "member 101 A NONE 200 300 - agentcallbacklogoff -\n"
		  "session 101 A - 200 300 - agentcallbacklogoff -\n" },
	{ .name = "REMOVEMEMBER of a slot never seen open: from the partition's first event, flag <",
	  .events = "50 B - - INFO\n"
		    "100 A - - INFO\n"
		    "200 A sales 101 REMOVEMEMBER\n"
		    "300 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me",
	  .want = "member 101 A sales 100 200 - removemember <\n"
		  "session 101 A - 100 200 - removemember <\n" },
	{ .name = "a running session is extended back, but not before the one before it ended",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "50 A sales 101 ADDMEMBER\n"
		    "60 A NONE 101 AGENTLOGOFF -|55\n"
		    "70 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se",
	  .want = "session 101 A - 10 20 - removemember -\n"
		  "session 101 A - 20 70 - removemember -\n" },
	{ .name = "a restart touches no slot",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "12 A sales 101 PAUSE lunch\n"
		    "20 A NONE NONE QUEUESTART\n"
		    "30 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me pa",
	  .want = "member 101 A sales 10 30 - removemember -\n"
		  "session 101 A - 10 30 - removemember -\n"
		  "pause 101 A - 12 30 lunch removemember -\n" },
	{ .name = "--no-persistent: slots end at the last event before it, and nobody else's do",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "11 B sales 102 ADDMEMBER\n"
		    "12 A sales 101 PAUSE lunch\n"
		    "15 A - - INFO\n"
		    "18 B - - INFO\n"
		    "20 A NONE NONE QUEUESTART\n"
		    "25 A sales 101 ADDMEMBER\n"
		    "30 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me pa",
	  .want = "member 101 A sales 10 15 - restart -\n"
		  "session 101 A - 10 15 - restart -\n"
		  "pause 101 A - 12 15 lunch restart -\n"
		  "member 101 A sales 25 30 - removemember -\n"
		  "member 102 B sales 11 30 - - >\n"
		  "session 102 B - 11 30 - - >\n"
		  "session 101 A - 25 30 - removemember -\n", .no_persistent = "A" },
	{ .name = "and an agent who went elsewhere meanwhile was off in between",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 B sales 101 ADDMEMBER\n"
		    "22 B sales 101 REMOVEMEMBER\n"
		    "25 B sales 101 ADDMEMBER\n"
		    "30 A NONE NONE QUEUESTART\n"
		    "40 B sales 101 REMOVEMEMBER\n",
	  .kinds = "se",
	  .want = "session 101 A - 10 10 - restart -\n"
		  "session 101 B - 20 22 - removemember -\n"
		  "session 101 B - 25 40 - removemember -\n", .no_persistent = "A" },
	{ .name = "or was paused, where the slot that was not is gone",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "11 B sales 101 ADDMEMBER PAUSED\n"
		    "15 A - - INFO\n"
		    "20 B sales 101 UNPAUSE\n"
		    "30 A NONE NONE QUEUESTART\n"
		    "40 B sales 101 REMOVEMEMBER\n",
	  .kinds = "pa",
	  .want = "pause 101 B - 15 20 - unpause -\n", .no_persistent = "A" },
	{ .name = "--login-decides: the login alone says whether the agent is on",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A NONE 101 AGENTLOGIN\n"
		    "30 A NONE 101 AGENTLOGOFF -|10\n"
		    "40 A sales 101 PAUSE lunch\n"
		    "50 A NONE 101 AGENTLOGIN\n"
		    "60 A sales 101 REMOVEMEMBER\n"
		    "70 A NONE 101 AGENTLOGOFF -|20\n",
	  .kinds = "se me pa",
	  .want = "member 101 A NONE 20 30 - agentlogoff -\n"
		  "session 101 A - 10 30 - agentlogoff -\n"
		  "member 101 A sales 10 60 - removemember -\n"
		  "pause 101 A - 40 60 lunch removemember -\n"
		  "member 101 A NONE 50 70 - agentlogoff -\n"
		  "session 101 A - 50 70 - agentlogoff -\n", .login_decides = true },
	{ .name = "an event up to 2 s early counts as of the latest",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 B - - INFO\n"
		    "18 A sales 101 REMOVEMEMBER\n"
		    "20 A sales 101 ADDMEMBER\n",
	  .kinds = "me",
	  .want = "member 101 A sales 10 20 - removemember -\n"
		  "member 101 A sales 20 20 - - >\n" },
	{ .name = "a larger step back is believed; no row ends before it begins",
	  .events = "100 A sales 101 ADDMEMBER\n"
		    "50 A sales 101 REMOVEMEMBER\n"
		    "60 A sales 101 ADDMEMBER\n"
		    "70 A sales 101 REMOVEMEMBER\n",
	  .kinds = "me",
	  .want = "member 101 A sales 100 100 - removemember -\n"
		  "member 101 A sales 60 70 - removemember -\n" },
	{ .name = "the seconds of a missed attempt are those before its event, cut",
	  .events = "10 A sales 101 RINGNOANSWER 5999\n"
		    "11 A sales 101 RINGCANCELED 486\n"
		    "12 A sales 101 AGENTDUMP\n"
		    "13 A sales NONE RINGNOANSWER 5000\n",
	  .kinds = "ri",
	  .want = "ring 101 A sales 5 10 - ringnoanswer -\n"
		  "ring 101 A sales 11 11 - ringcanceled -\n"
		  "ring 101 A sales 12 12 - agentdump -\n" },
	{ .name = "WRAPUPSTART is data1 seconds from its event, not cut by anything",
	  .events = "10 A sales 101 WRAPUPSTART 30\n"
		    "11 A sales 101 WRAPUPSTART x\n"
		    "12 A - - INFO\n",
	  .kinds = "wr",
	  .want = "wrap 101 A sales 10 40 - - -\n" },
	{ .name = "rows made certain by one event: by end, start, kind, agent",
	  .events = "10 A sales 102 ADDMEMBER\n"
		    "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 102 REMOVEMEMBER\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "30 A - - INFO\n",
	  .kinds = "se me",
	  .want = "member 102 A sales 10 20 - removemember -\n"
		  "member 101 A sales 10 20 - removemember -\n"
		  "session 101 A - 10 20 - removemember -\n"
		  "session 102 A - 10 20 - removemember -\n" },
	{ .name = "--from and --to cut",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 PAUSE lunch\n"
		    "25 A sales 101 UNPAUSE\n"
		    "30 A sales 101 PAUSE coffee\n"
		    "60 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se me pa",
	  .want = "member 101 A sales 25 50 - - -\n"
		  "session 101 A - 25 50 - - -\n"
		  "pause 101 A - 30 50 coffee - -\n", .from = 25, .to = 50 },
	{ .name = "a SOURCEDOWN of time 0 sets no clock back",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "20 A sales 101 REMOVEMEMBER\n"
		    "0 B - - SOURCEDOWN\n"
		    "20 A sales 101 ADDMEMBER\n"
		    "30 A sales 101 REMOVEMEMBER\n",
	  .kinds = "se",
	  .want = "session 101 A - 10 30 - removemember -\n" },
	{ .name = "TICK and HEARTBEAT move the clock and are no events of their server",
	  .events = "10 A sales 101 ADDMEMBER\n"
		    "12 A NONE NONE HEARTBEAT\n"
		    "14 A - - TICK\n"
		    "20 A NONE NONE QUEUESTART\n",
	  .kinds = "me",
	  .want = "member 101 A sales 10 10 - restart -\n", .no_persistent = "A" },
};

struct got {
	struct buf text;
	struct buf open; /* sessions and pauses that go on at the end, a line for each */
	const char *kinds;
};

static void put(struct buf *b, struct slice s)
{
	buf_byte(b, ' ');
	if (s.n)
		buf_slice(b, s);
	else
		buf_byte(b, '-');
}

static void put_open(struct buf *b, const char *kind, struct slice agent, int64_t since,
		     struct slice reason)
{
	buf_str(b, kind);
	put(b, agent);
	buf_byte(b, ' ');
	when_put_epoch(b, since);
	put(b, reason);
	buf_byte(b, '\n');
}

/* What agents_now says of them. */
static void now(void *arg, const struct agent_now *n)
{
	if (n->on)
		put_open(arg, "session", n->agent, n->since, SLICE(""));
	if (n->paused)
		put_open(arg, "pause", n->agent, n->paused_since, n->reason);
}

static void same_now(const struct buf *want, struct buf *got, const char *name)
{
	struct slice rest = buf_all(want);

	CHECK_EQ_INT(got->n, want->n, "%s: what goes on: %.*s", name, (int)got->n,
		     (const char *)got->p);
	while (rest.n) {
		struct slice line = slice_cut(rest, '\n', &rest);

		CHECK(memmem(got->p, got->n, line.p, line.n), "%s: goes on: %.*s", name,
		      (int)line.n, (const char *)line.p);
	}
}

static void take(void *arg, const struct interval *i)
{
	const char *kind = interval_kind_name(i->kind);
	struct got *g = arg;
	char two[3] = { kind[0], kind[1], '\0' };

	if (i->unfinished && (i->kind == INTERVAL_SESSION || i->kind == INTERVAL_PAUSE))
		put_open(&g->open, kind, i->agent, i->start, i->reason);
	if (!strstr(g->kinds, two))
		return;
	buf_str(&g->text, kind);
	put(&g->text, i->agent);
	put(&g->text, i->partition);
	put(&g->text, i->queue);
	buf_byte(&g->text, ' ');
	when_put_epoch(&g->text, i->start);
	buf_byte(&g->text, ' ');
	when_put_epoch(&g->text, i->end);
	put(&g->text, i->reason);
	put(&g->text, i->ended);
	put(&g->text, slice_str(i->rebuilt ? "<" : i->unfinished ? ">" : i->roster ? "r" : ""));
	buf_byte(&g->text, '\n');
}

static struct slice field(struct slice *rest, unsigned char at)
{
	struct slice f = slice_cut(*rest, at, rest);

	return slice_is(f, "-") ? slice_of(f.p, 0) : f;
}

/* The event of one of the lines above, in *line. */
static void make(struct slice text, struct buf *line)
{
	struct slice f[5];

	for (int i = 0; i < 5; i++)
		f[i] = field(&text, ' ');
	line->n = 0;
	buf_slice(line, f[0]);
	buf_byte(line, '\t');
	buf_slice(line, f[1]);
	buf_str(line, "\tc1\t");
	for (int i = 2; i < 5; i++) {
		buf_slice(line, f[i]);
		buf_byte(line, '\t');
	}
	for (int i = 0; i < 5; i++) {
		buf_slice(line, field(&text, '|'));
		if (i < 4)
			buf_byte(line, '\t');
	}
}

static void run(size_t n)
{
	struct agents_options o = AGENTS_DEFAULT;
	struct diag d = { "t_agent", NULL, NULL, 0 };
	struct got got = { .kinds = cases[n].kinds };
	struct slice rest = slice_str(cases[n].events);
	struct buf line = { 0 }, own = { 0 }, goes_on = { 0 };
	struct agents *a;
	struct event ev;

	o.login_decides = cases[n].login_decides;
	if (cases[n].no_persistent)
		select_list(&o.no_persistent, "-", cases[n].no_persistent, &d);
	if (cases[n].to) {
		o.from = cases[n].from * WHEN_SECOND;
		o.to = cases[n].to * WHEN_SECOND;
	}
	a = agents_new(&o, take, &got, &d);
	while (a && rest.n) {
		const char *why;

		make(slice_cut(rest, '\n', &rest), &line);
		why = event_parse(buf_all(&line), &ev, &own);
		if (!CHECK(!why && agents_feed(a, &ev) == 0, "%s: %.*s", cases[n].name,
			   (int)line.n, (const char *)line.p))
			break;
	}
	CHECK(a && agents_now(a, now, &goes_on) == 0, "%s: at this moment", cases[n].name);
	CHECK(a && agents_finish(a) == 0, "%s: the end", cases[n].name);
	if (!cases[n].to)
		same_now(&got.open, &goes_on, cases[n].name);
	CHECK_EQ_SLICE(got.text.p, got.text.n, cases[n].want, "%s", cases[n].name);
	agents_free(a);
	agents_options_free(&o);
	buf_free(&got.text);
	buf_free(&line);
	buf_free(&own);
	buf_free(&got.open);
	buf_free(&goes_on);
}

int main(void)
{
	for (size_t n = 0; n < sizeof(cases) / sizeof(*cases); n++)
		run(n);
	return unit_done();
}
