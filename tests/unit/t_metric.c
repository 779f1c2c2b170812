#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

/* 2026-10-25 is a day of 25 hours in Rome: at 03:00 the clocks are put back to 02:00. */
#define ZONE "CET-1CEST,M3.5.0,M10.5.0/3"
enum { MIDNIGHT = 1792879200, HOUR = 3600 };

static char path[] = "t_metric.XXXXXX";
static char got[1 << 16];
static char said[1 << 12];

/* Enter: seconds behind midnight. Unknown numbers are -1; attempts: ring seconds of each missed. */
static const struct row {
	const char *partition, *callid, *queue;
	int ordinal, enter;
	enum outcome outcome;
	const char *cause, *agent;
	int wait, talk, ring, pos_in, pos_out, missed;
	uint32_t attempt[3];
	const char *caller;
	uint32_t call;
	bool outbound;
} rows[] = {
	{ "A", "c1", "sales", 1, 60, OUTCOME_ANSWERED, "caller", "Agent/1", 10, 100, 4, 1, -1, 2,
	  { 3, 5 }, "0551", 1, false },
	{ "A", "c2", "sales", 1, 65, OUTCOME_ABANDONED, "", "", 20, -1, -1, 2, 1, 1, { 8 }, "0551", 2,
	  false },
	{ "B", "c1", "sales", 1, 3 * HOUR + 5, OUTCOME_ANSWERED, "agent", "Agent/2", 21, 50, 0, 3, -1,
	  0, { 0 }, "0661", 3, false },
	{ "A", "c3", "help", 1, 7 * HOUR, OUTCOME_TIMEOUT, "", "", 60, -1, -1, 1, 1, 0, { 0 }, "", 4,
	  false },
	{ "A", "c3", "sales", 2, 7 * HOUR + 60, OUTCOME_ANSWERED, "blind", "Agent/1", 0, 7, 1, 1, -1, 0,
	  { 0 }, "", 4, false },
	{ "B", "c4", "help", 1, 2 * HOUR + 10, OUTCOME_LOST, "restart", "", 30, -1, -1, -1, -1, 0,
	  { 0 }, "39055", 5, false },
	{ "B", "c5", "help", 1, 3 * HOUR + 20, OUTCOME_WAITING, "", "", 5, -1, -1, 4, -1, 0, { 0 },
	  "0772", 6, false },
	{ "B", "c6", "tiny", 1, 100, OUTCOME_REFUSED, "full", "", 0, -1, -1, -1, -1, 0, { 0 }, "0551",
	  7, false },
	{ "A", "c7", "sales", 1, 26 * HOUR, OUTCOME_ABANDONED, "", "", 2, -1, -1, 1, 1, 0, { 0 },
	  "0552", 8, false },
	{ "A", "c8", "sales", 1, 120, OUTCOME_ANSWERED, "agent", "Agent/1", -1, 33, -1, -1, -1, 0,
	  { 0 }, "", 9, true },
	/* the callid c1 of A again: the same call, and, since ordinals begin anew, another */
	{ "A", "c1", "help", 2, 300, OUTCOME_KEY, "", "", 4, -1, -1, 1, 1, 0, { 0 }, "0551", 1, false },
	{ "A", "c1", "help", 1, 30 * HOUR, OUTCOME_EMPTY, "", "", 1, -1, -1, 1, 1, 0, { 0 }, "0551", 1,
	  false },
};

static const struct span {
	enum interval_kind kind;
	const char *agent, *partition, *queue;
	int start, end;
	const char *reason;
	bool flag; /* ring: missed; talk: outbound */
} spans[] = {
	/* Agent/1 is on from 0 to 1000 and from 2000 to 3000 */
	{ INTERVAL_SESSION, "Agent/1", "A,B", "", 0, 1000, "", false },
	{ INTERVAL_MEMBER, "Agent/1", "A", "sales", 0, 1000, "", false },
	{ INTERVAL_MEMBER, "Agent/1", "A", "help", 100, 400, "", false },
	{ INTERVAL_SESSION, "Agent/1", "A", "", 2000, 3000, "", false },
	{ INTERVAL_MEMBER, "Agent/1", "A", "sales", 2000, 3000, "", false },
	{ INTERVAL_PAUSE, "Agent/1", "A", "", 200, 300, "lunch", false },
	{ INTERVAL_PAUSE, "Agent/1", "A", "", 300, 350, "wc", false },
	{ INTERVAL_QPAUSE, "Agent/1", "A", "sales", 200, 350, "lunch", false },
	{ INTERVAL_QPAUSE, "Agent/1", "A", "help", 150, 300, "lunch", false },
	/* two talks at once, one over the pause, one out of any session */
	{ INTERVAL_TALK, "Agent/1", "A", "sales", 100, 160, "", false },
	{ INTERVAL_TALK, "Agent/1", "A", "help", 140, 240, "", false },
	{ INTERVAL_WRAP, "Agent/1", "A", "help", 240, 260, "", false },
	{ INTERVAL_TALK, "Agent/1", "A", "sales", 1500, 1530, "", true },
	{ INTERVAL_RING, "Agent/1", "A", "sales", 90, 93, "", true },
	{ INTERVAL_RING, "Agent/1", "A", "sales", 95, 95, "", true },
	{ INTERVAL_RING, "Agent/1", "A", "sales", 98, 100, "", false },
	/* Agent/2 is on all the day of 25 hours */
	{ INTERVAL_SESSION, "Agent/2", "B", "", 0, 25 * HOUR, "", false },
	{ INTERVAL_MEMBER, "Agent/2", "B", "sales", 0, 25 * HOUR, "", false },
};

static const struct {
	const char *keys, *measures, *want;
} cases[] = {
	{ "queue", "offered,answered,unanswered,lost,waiting,refused",
	  "help\t5\t0\t3\t1\t1\t0\nsales\t5\t3\t2\t0\t0\t0\ntiny\t0\t0\t0\t0\t0\t1\n" },
	{ NULL, "abandoned,timeout,key,empty,withdrawn,syscompat,short", "2\t1\t1\t1\t0\t0\t0\n" },
	{ "queue", "answered%,unanswered%,lost%,waiting%,abandoned%",
	  "help\t0.00\t60.00\t20.00\t20.00\t0.00\nsales\t60.00\t40.00\t0.00\t0.00\t40.00\n"
	  "tiny\t\t\t\t\t\n" },
	/* waits of answered: 10 21 0, of abandoned: 20 2 */
	{ "queue", "in:0,in:10,in:20,in:21,sla:20,slo:20,sle:20,sli:20",
	  "help\t0\t0\t0\t0\t\t0.00\t0.00\t\n"
	  "sales\t1\t2\t2\t3\t66.67\t40.00\t66.67\t80.00\n"
	  "tiny\t0\t0\t0\t0\t\t\t\t\n" },
	{ NULL, "in:5,delta:5-10,delta:0-30,sla:2,sli:2", "1\t1\t2\t33.33\t40.00\n" },
	{ NULL, "wait,wait:sum,wait:count,wait:avg,wait:min,wait:max,wait:p50,wait:p90,wait:p33.3",
	  "31\t31\t3\t10.33\t0\t21\t10\t21\t0\n" },
	{ NULL, "unwait:avg,unwait:p50,allwait:count,allwait:max", "17.40\t4\t8\t60\n" },
	{ "queue", "talk:avg,talk:max,talk,talk:count,ring:max,ring:p50",
	  "help\t\t\t0\t0\t\t\nsales\t52.33\t100\t157\t3\t4\t1\ntiny\t\t\t0\t0\t\t\n" },
	{ NULL, "pos:avg,pos:min,pos:max,pos:count,posout:avg,posout:count,pos%,posout%",
	  "1.67\t1\t4\t9\t1.00\t5\t90.00\t100.00\n" },
	{ NULL, "missed,missed:max,ringmissed,ringmissed:count,ringmissed:avg,ringmissed:p50",
	  "3\t2\t16\t3\t5.33\t5\n" },
	{ NULL, "callers,callids", "5\t8\n" },
	{ "partition", "callers,callids,offered", "A\t2\t5\t7\nB\t3\t3\t3\n" },
	{ "partition", "share:offered,share:talk", "A\t70.00\t68.15\nB\t30.00\t31.85\n" },
	/* directions */
	{ "direction", "offered,answered", "in\t10\t3\nout\t1\t1\n" },
	/* keys */
	{ "outcome", "offered,refused",
	  "abandoned\t2\t0\nanswered\t3\t0\nempty\t1\t0\nkey\t1\t0\nlost\t1\t0\n"
	  "refused\t0\t1\ntimeout\t1\t0\nwaiting\t1\t0\n" },
	{ "caller", "offered", "\t2\n0551\t4\n0552\t1\n0661\t1\n0772\t1\n39055\t1\n" },
	{ "area:3", "offered", "\t2\n055\t5\n066\t1\n077\t1\n390\t1\n" },
	{ "position", "offered", "\t1\n1\t6\n2\t1\n3\t1\n4\t1\n" },
	{ "missed,visit", "answered", "0\t1\t1\n0\t2\t1\n1\t1\t0\n2\t1\t1\n" },
	{ "cause", "offered", "\t6\nagent\t1\nblind\t1\ncaller\t1\nfull\t0\nrestart\t1\n" },
	{ "year,month,week,day,dow", "offered",
	  "2026\t2026-10\t2026-W43\t2026-10-25\t7\t8\n2026\t2026-10\t2026-W44\t2026-10-26\t1\t2\n" },
	{ "hour", "offered", "00\t3\n01\t1\n02\t1\n02b\t2\n05\t1\n06\t2\n" },
	{ "slot", "offered",
	  "00:00\t3\n01:00\t1\n02:00\t1\n02:00b\t2\n05:00\t1\n06:00\t2\n" },
	/* agents */
	{ "agent", "sessions,logon,pauses,pause,pause[lunch],pause[wc]:avg,pause[none]:max,talk,wrap",
	  "Agent/1\t2\t2000\t2\t150\t100\t50.00\t\t190\t20\n"
	  "Agent/2\t1\t90000\t0\t0\t0\t\t\t0\t0\n" },
	{ "agent", "missed,ringmissed:avg,ringmissed:max,attempts,calls,taken,made",
	  "Agent/1\t2\t1.50\t3\t3\t3\t2\t1\nAgent/2\t0\t\t\t0\t1\t1\t0\n" },
	/* busy: 100 to 260 = 160, paused 200 to 350 = 150, both 200 to 260 = 60 */
	{ "agent", "idle,occupancy,utilization,offtalk,pause%,paid,billable",
	  "Agent/1\t1750\t8.38\t8.00\t30\t7.50\t2000\t190\nAgent/2\t90000\t0.00\t0.00\t0\t0.00\t90000\t0\n" },
	/* at A paused while sales and help are: 200 to 300, and sales alone after help went */
	{ "partition,agent", "sessions,logon,pauses,pause,talk",
	  "A\tAgent/1\t2\t2000\t1\t100\t190\nB\tAgent/2\t1\t90000\t0\t0\t0\n" },
	{ "queue,agent", "sessions,logon,pauses,pause,pause[lunch],idle",
	  "help\tAgent/1\t1\t300\t1\t150\t150\t140\nsales\tAgent/1\t2\t2000\t1\t150\t150\t1790\n"
	  "sales\tAgent/2\t1\t90000\t0\t0\t0\t90000\n" },
	{ "reason", "pauses,pause,pause:max", "lunch\t1\t100\t100\nwc\t1\t50\t50\n" },
	{ "agent,hour", "logon,sessions",
	  "Agent/1\t00\t2000\t2\n"
	  "Agent/2\t00\t3600\t1\nAgent/2\t01\t3600\t0\nAgent/2\t02\t3600\t0\nAgent/2\t02b\t3600\t0\n"
	  "Agent/2\t03\t3600\t0\nAgent/2\t04\t3600\t0\nAgent/2\t05\t3600\t0\nAgent/2\t06\t3600\t0\n"
	  "Agent/2\t07\t3600\t0\nAgent/2\t08\t3600\t0\nAgent/2\t09\t3600\t0\nAgent/2\t10\t3600\t0\n"
	  "Agent/2\t11\t3600\t0\nAgent/2\t12\t3600\t0\nAgent/2\t13\t3600\t0\nAgent/2\t14\t3600\t0\n"
	  "Agent/2\t15\t3600\t0\nAgent/2\t16\t3600\t0\nAgent/2\t17\t3600\t0\nAgent/2\t18\t3600\t0\n"
	  "Agent/2\t19\t3600\t0\nAgent/2\t20\t3600\t0\nAgent/2\t21\t3600\t0\nAgent/2\t22\t3600\t0\n"
	  "Agent/2\t23\t3600\t0\n" },
	{ "day", "logon:max,logon:count,idle,agents:max,agents:min", "2026-10-25\t90000\t3\t91750\t2\t1\n" },
	/* the length of the queue: 60 to 70, 65 to 85 */
	{ "queue", "queued:max", "help\t1\nsales\t2\ntiny\t0\n" },
};

static const struct {
	struct report_options o;
	const char *keys, *measures, *want;
} with[] = {
	{ { .directions = VISITS_OUT },
	  NULL, "offered,talk:sum,taken,made,calls", "1\t33\t3\t1\t4\n" },
	{ { .directions = VISITS_BOTH },
	  NULL, "offered,talk:sum,wait:count,in:99", "11\t190\t3\t3\n" },
	{ { .short_wait = 5 },
	  NULL, "offered,abandoned,key,unwait:min,short,empty", "7\t1\t0\t20\t3\t0\n" },
	{ { .slot = 60 },
	  "slot", "offered",
	  "00:01\t2\n00:05\t1\n01:00\t1\n02:00\t1\n02:00b\t2\n05:00\t1\n06:00\t1\n06:01\t1\n" },
	{ { .total = true },
	  "queue", "answered,offered", "help\t0\t5\nsales\t3\t5\ntiny\t0\t0\ntotal\t3\t10\n" },
	{ { .total = true },
	  "queue", "wait:p50,callers,share:answered,talk:avg",
	  "help\t\t3\t0.00\t\nsales\t10\t3\t100.00\t52.33\ntiny\t\t0\t0.00\t\n"
	  "total\t10\t5\t100.00\t52.33\n" },
};

static const struct {
	const char *keys, *measures, *said;
} wrong[] = {
	{ "queues", "offered", "t: -g: queues: no such key (see --help-measures)\n" },
	{ "queue,", "offered", "t: -g: : no such key (see --help-measures)\n" },
	{ "area", "offered", "t: -g: area: no such key (see --help-measures)\n" },
	{ "area:0", "offered", "t: -g: area:0: no such key (see --help-measures)\n" },
	{ "queue", "foo", "t: -m: foo: no such measure (see --help-measures)\n" },
	{ "queue", "", "t: -m: : no such measure (see --help-measures)\n" },
	{ "queue", "offered,,lost", "t: -m: : no such measure (see --help-measures)\n" },
	{ "queue", "wait:p0", "t: -m: wait:p0: no such figure (sum avg min max count p50 p99.9)\n" },
	{ "queue", "wait:p101", "t: -m: wait:p101: no such figure (sum avg min max count p50 p99.9)\n" },
	{ "queue", "wait:p9.95", "t: -m: wait:p9.95: no such figure (sum avg min max count p50 p99.9)\n" },
	{ "queue", "wait:", "t: -m: wait:: no such figure (sum avg min max count p50 p99.9)\n" },
	{ "queue", "wait:median", "t: -m: wait:median: no such figure (sum avg min max count p50 p99.9)\n" },
	{ "queue", "queued:p50", "t: -m: queued:p50: no such figure (max avg min)\n" },
	{ "queue", "sla", "t: -m: sla: needs a parameter: sla:T\n" },
	{ "queue", "queued", "t: -m: queued: needs a parameter: queued:max\n" },
	{ "queue", "sla:x", "t: -m: sla:x: x is not seconds or @FILE\n" },
	{ "queue", "sla:-1", "t: -m: sla:-1: -1 is not seconds or @FILE\n" },
	{ "queue", "sla:@", "t: -m: sla:@: @ is not seconds or @FILE\n" },
	{ "queue", "sla:@/nowhere", "t: /nowhere: No such file or directory\n" },
	{ "queue", "delta:10-5", "t: -m: delta:10-5: 10-5 is not seconds-seconds\n" },
	{ "queue", "offered:5", "t: -m: offered:5: no such measure, but there is offered\n" },
	{ "queue", "talk[x]", "t: -m: talk[x]: no such measure, but there is talk:F\n" },
	{ "queue", "pause[x", "t: -m: pause[x: no such measure (see --help-measures)\n" },
	{ "outcome", "logon", "t: -m: logon: cannot be told by outcome\n" },
	{ "queue,caller", "offered,seen", "t: -m: seen: cannot be told by caller\n" },
	{ "reason", "offered", "t: -m: offered: cannot be told by reason\n" },
	{ "reason", "logon", "t: -m: logon: cannot be told by reason\n" },
	{ "queue", "share:sla:20", "t: -m: share:sla:20: neither a number nor a sum\n" },
	{ "queue", "share:nothing", "t: -m: nothing: no such measure (see --help-measures)\n" },
};

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	strncat(said, line, n < sizeof(said) - 1 - strlen(said) ? n : 0);
}

static void feed_visits(struct reports *r)
{
	struct facts_options asked = FACTS_DEFAULT;
	size_t i;

	reports_facts(r, &asked);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *w = rows + i;
		struct visit v = {
			.partition = slice_str(w->partition), .callid = slice_str(w->callid),
			.queue = slice_str(w->queue), .ordinal = w->ordinal,
			.enter = (MIDNIGHT + w->enter) * WHEN_SECOND, .connect = -1,
			.outcome = w->outcome, .cause = slice_str(w->cause),
			.agent = slice_str(w->agent), .wait = w->wait, .talk = w->talk,
			.ring = w->ring, .missed = w->missed, .attempt = w->attempt,
			.caller = slice_str(w->caller), .position_in = w->pos_in,
			.position_out = w->pos_out, .call = w->call, .outbound = w->outbound,
		};

		v.end = v.enter + ((w->wait < 0 ? 0 : w->wait) + (w->talk < 0 ? 0 : w->talk)) * WHEN_SECOND;
		if (w->ordinal == 1 && asked.forgotten)
			asked.forgotten(r, w->call);
		reports_visit(r, &v);
	}
}

static void feed_intervals(struct reports *r)
{
	size_t i;

	for (i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		const struct span *s = spans + i;
		struct interval v = {
			.kind = s->kind, .agent = slice_str(s->agent),
			.partition = slice_str(s->partition), .queue = slice_str(s->queue),
			.start = (MIDNIGHT + s->start) * WHEN_SECOND,
			.end = (MIDNIGHT + s->end) * WHEN_SECOND, .reason = slice_str(s->reason),
			.missed = s->flag, .outbound = s->flag, .ended = SLICE("x"),
		};

		reports_interval(r, &v);
	}
}

static void feed_event(struct reports *r, int t)
{
	struct event ev = { .time = (MIDNIGHT + t) * WHEN_SECOND, .verb = VERB_CONFIGRELOAD };

	ev.f[F_PARTITION] = SLICE("A");
	ev.f[F_QUEUE] = ev.f[F_AGENT] = ev.f[F_CALLID] = SLICE("NONE");
	reports_events(r, &ev, 1);
}

/* The rows that a report gives, as tsv without headings; "refused" where it is none. */
static const char *report(struct report_options o, const char *keys, const char *measures)
{
	struct diag d = { "t", hear, NULL, 0 };
	struct facts_options facts = FACTS_DEFAULT;
	struct table_options out = { .format = TABLE_TSV, .no_header = true, .output = path };
	const struct report_ask ask = { .keys = keys, .measures = measures };
	struct reports *r;
	size_t n = 0;
	FILE *f;

	o.slot = o.slot ? o.slot : 900;
	said[0] = '\0';
	r = reports_ask(&ask, &o, &facts, &d);
	if (!r)
		return "refused";
	feed_event(r, 0);
	feed_visits(r);
	feed_intervals(r);
	feed_event(r, 25 * HOUR);
	if (reports_finish(r) == 0)
		reports_write(r, &out);
	reports_free(r);
	f = fopen(path, "rb");
	if (f) {
		n = fread(got, 1, sizeof(got) - 1, f);
		fclose(f);
	}
	got[n] = '\0';
	return got;
}

int main(void)
{
	static const struct report_options plain;
	size_t i;
	int fd = mkstemp(path);

	if (fd < 0 || when_zone(ZONE) < 0)
		return 1;
	close(fd);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_EQ_STR(report(plain, cases[i].keys, cases[i].measures), cases[i].want,
			     "%s: %s", cases[i].keys ? cases[i].keys : "", cases[i].measures);
	for (i = 0; i < sizeof(with) / sizeof(*with); i++)
		CHECK_EQ_STR(report(with[i].o, with[i].keys, with[i].measures), with[i].want,
			     "with options, %s: %s", with[i].keys ? with[i].keys : "",
			     with[i].measures);
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK_EQ_STR(report(plain, wrong[i].keys, wrong[i].measures), "refused", "%s by %s",
			     wrong[i].measures, wrong[i].keys);
		CHECK_EQ_STR(said, wrong[i].said, "what it says");
	}
	unlink(path);
	return unit_done();
}
