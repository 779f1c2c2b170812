#include "report/metric.h"

#include <stdlib.h>

#define OF(o) (1u << OUTCOME_##o)
enum {
	UNANSWERED = OF(ABANDONED) | OF(TIMEOUT) | OF(KEY) | OF(EMPTY) | OF(WITHDRAWN) | OF(SYSCOMPAT),
	OFFERED = OF(ANSWERED) | UNANSWERED | OF(LOST) | OF(WAITING),
};

#define VISITS(name_, set, text_)                                                            \
	{ .name = name_, .how = HOW_VISITS, .wants = WANT_VISITS, .keys = KEY_OF_VISIT,      \
	  .visits = { .all = (set) }, .text = text_ }
#define SHARE(of, set)                                                                       \
	{ .name = of "%", .how = HOW_RATIO, .wants = WANT_VISITS, .keys = KEY_OF_VISIT,       \
	  .visits = { .all = (set) }, .by_visits = { .all = OFFERED },             \
	  .text = of " / offered" }
#define OVER(name_, over_, text_)                                                            \
	{ .name = name_, .shown = name_ ":F", .param = PARAM_FIGURE, .how = HOW_OVER,        \
	  .wants = WANT_VISITS, .keys = KEY_OF_VISIT, .over = over_, .text = text_ }
#define NUMBER(name_, over_, text_)                                                          \
	{ .name = name_, .shown = name_ ":F", .param = PARAM_FIGURE, .how = HOW_OVER,        \
	  .wants = WANT_VISITS, .keys = KEY_OF_VISIT, .number = true, .over = over_,         \
	  .text = text_ }
#define WITHIN(name_, how_, text_) \
	.name = name_, .shown = name_ ":T", .param = PARAM_WITHIN, .how = how_,              \
	.wants = WANT_VISITS, .keys = KEY_OF_VISIT, .text = text_
#define COUNT(name_, wants_, keys_, plus_, text_)                                            \
	.name = name_, .how = HOW_COUNT, .wants = wants_, .keys = keys_,                     \
	.sum = { .plus = plus_ }, .text = text_
#define TIME(name_, wants_, keys_, over_, text_)                                             \
	.name = name_, .shown = name_ ":F", .param = PARAM_FIGURE, .how = HOW_OVER,          \
	.wants = wants_, .keys = keys_, .over = over_, .text = text_
#define SHIFT(name_, plus_, minus_, text_)                                                   \
	{ .name = name_, .how = HOW_SHIFT, .wants = WANT_INTERVALS | WANT_SHIFT, .keys = KEY_OF_INTERVAL,     \
	  .sum = { plus_, minus_ }, .text = text_ }
#define SHIFTS(name_, plus_, by_plus, by_minus, text_)                                       \
	{ .name = name_, .how = HOW_SHIFTS, .wants = WANT_INTERVALS | WANT_SHIFT, .keys = KEY_OF_INTERVAL,    \
	  .sum = { .plus = plus_ }, .by = { by_plus, by_minus }, .text = text_ }
#define EVENTS(name_, how_, text_)                                                           \
	{ .name = name_, .how = how_, .wants = WANT_EVENTS, .keys = KEY_OF_EVENT, .text = text_ }
#define T(time) (1u << SHIFT_##time)

const struct measure measure_defs[] = {
	VISITS("offered", OFFERED,
	       "visits that entered: answered + unanswered + lost + waiting; refused are apart"),
	VISITS("answered", OF(ANSWERED), "connected to an agent"),
	VISITS("unanswered", UNANSWERED,
	       "abandoned + timeout + key + empty + withdrawn + syscompat"),
	VISITS("abandoned", OF(ABANDONED), "the caller hung up"),
	VISITS("timeout", OF(TIMEOUT), "waited as long as the queue lets wait"),
	VISITS("key", OF(KEY), "left by a key"),
	VISITS("empty", OF(EMPTY), "put out because nobody was there to answer"),
	VISITS("withdrawn", OF(WITHDRAWN), "taken out by a manager"),
	VISITS("syscompat", OF(SYSCOMPAT), "dropped for incompatible codecs"),
	VISITS("lost", OF(LOST), "whose end was never logged: restart, entered again, expired"),
	VISITS("waiting", OF(WAITING), "still waiting at the end of the input"),
	VISITS("refused", OF(REFUSED), "never let in"),
	{ COUNT("short", WANT_SHORT, KEY_OF_VISIT, 1u << COUNT_SHORT,
		"unanswered with wait < S of --short S; left out of all the others") },
	SHARE("answered", OF(ANSWERED)),
	SHARE("unanswered", UNANSWERED),
	SHARE("abandoned", OF(ABANDONED)),
	SHARE("timeout", OF(TIMEOUT)),
	SHARE("key", OF(KEY)),
	SHARE("empty", OF(EMPTY)),
	SHARE("withdrawn", OF(WITHDRAWN)),
	SHARE("syscompat", OF(SYSCOMPAT)),
	SHARE("lost", OF(LOST)),
	SHARE("waiting", OF(WAITING)),
	{ WITHIN("in", HOW_VISITS, "answered with wait <= T s"),
	  .visits = { .within = OF(ANSWERED) } },
	{ .name = "delta", .shown = "delta:S-T", .param = PARAM_BETWEEN, .how = HOW_VISITS,
	  .wants = WANT_VISITS, .keys = KEY_OF_VISIT, .visits = { .within = OF(ANSWERED) },
	  .text = "answered with S < wait <= T s" },
	{ WITHIN("sla", HOW_RATIO,
		 "in:T / answered (QueueMetrics, Wazo, Asterisk's ServicelevelPerf)"),
	  .visits = { .within = OF(ANSWERED) }, .by_visits = { .all = OF(ANSWERED) } },
	{ WITHIN("slo", HOW_RATIO, "in:T / offered"),
	  .visits = { .within = OF(ANSWERED) }, .by_visits = { .all = OFFERED } },
	{ WITHIN("sle", HOW_RATIO,
		 "in:T / (answered + unanswered - abandoned with wait <= T)"),
	  .visits = { .within = OF(ANSWERED) },
	  .by_visits = { .all = OF(ANSWERED) | UNANSWERED, .less = OF(ABANDONED) } },
	{ WITHIN("sli", HOW_RATIO,
		 "(answered or abandoned with wait <= T) / (answered + abandoned) (Asterisk's "
		 "ServicelevelPerf2)"),
	  .visits = { .within = OF(ANSWERED) | OF(ABANDONED) },
	  .by_visits = { .all = OF(ANSWERED) | OF(ABANDONED) } },
	OVER("wait", OVER_WAIT, "seconds waited, of answered"),
	OVER("unwait", OVER_UNWAIT, "seconds waited, of unanswered"),
	OVER("allwait", OVER_ALLWAIT, "seconds waited, of both"),
	OVER("talk", OVER_TALK, "seconds talked"),
	OVER("ring", OVER_RING, "seconds that the agent who answered was rung"),
	OVER("handle", OVER_HANDLE, "talk, and the wrap-up that --wrapup says, of answered"),
	NUMBER("pos", OVER_POS, "position at entry"),
	NUMBER("posout", OVER_POSOUT, "position at exit, of unanswered"),
	{ .name = "pos%", .how = HOW_COVERED, .wants = WANT_VISITS, .keys = KEY_OF_VISIT,
	  .over = OVER_POSKNOWN, .visits = { .all = OFFERED },
	  .text = "those whose position at entry is known / offered" },
	{ .name = "posout%", .how = HOW_COVERED, .wants = WANT_VISITS, .keys = KEY_OF_VISIT,
	  .over = OVER_POSOUT, .visits = { .all = UNANSWERED },
	  .text = "those whose position at exit is known / unanswered" },
	NUMBER("missed", OVER_MISSED, "attempts that nobody took, per visit"),
	OVER("ringmissed", OVER_RINGMISSED, "seconds rung, of each missed attempt"),
	{ .name = "callers", .how = HOW_DISTINCT, .wants = WANT_VISITS, .keys = KEY_OF_VISIT,
	  .over = OVER_CALLERS, .text = "distinct callers, exact; without those that hide" },
	{ COUNT("callids", WANT_VISITS | WANT_CALLIDS, KEY_OF_VISIT, 1u << COUNT_CALLIDS,
		"distinct (partition, callid); one that comes back after 1800 s is another") },
	{ .name = "queued", .shown = "queued:max", .param = PARAM_LENGTH, .how = HOW_LENGTH,
	  .wants = WANT_VISITS | WANT_QUEUED, .keys = KEY_OF_VISIT,
	  .text = "how many waited at once; queued:avg over the period" },
	{ .name = "share", .shown = "share:M", .param = PARAM_MEASURE, .how = HOW_SHARE,
	  .text = "M / the sum of M over all rows; M is a number or a sum" },

	{ COUNT("calls", WANT_CALLS | WANT_INTERVALS, KEY_OF_VISIT, 1u << COUNT_TAKEN | 1u << COUNT_MADE,
		"answered by agents, both directions: taken + made") },
	{ COUNT("taken", WANT_CALLS | WANT_INTERVALS, KEY_OF_VISIT, 1u << COUNT_TAKEN,
		"answered by agents, direction in") },
	{ COUNT("made", WANT_CALLS | WANT_INTERVALS, KEY_OF_VISIT, 1u << COUNT_MADE,
		"answered by agents, direction out") },
	{ COUNT("missed", WANT_INTERVALS, KEY_OF_INTERVAL, 1u << COUNT_MISSED,
		"by agent: the agent's own attempts that were not taken"), .agents = true },
	{ TIME("ringmissed", WANT_INTERVALS, KEY_OF_INTERVAL, OVER_MISS,
	       "by agent: seconds rung, of each of those"), .agents = true },
	{ TIME("talk", WANT_INTERVALS, KEY_OF_INTERVAL, OVER_TALKED,
	       "by agent: seconds talked within the period, both directions"), .agents = true },
	{ COUNT("attempts", WANT_INTERVALS, KEY_OF_INTERVAL, 1u << COUNT_MISSED | 1u << COUNT_CAUGHT,
		"to reach agents: each that was rung, once; missed or taken") },
	{ TIME("ringtaken", WANT_INTERVALS, KEY_OF_INTERVAL, OVER_CATCH,
	       "seconds rung, of each attempt that was taken") },
	{ COUNT("sessions", WANT_INTERVALS, KEY_OF_INTERVAL, 1u << COUNT_SESSIONS,
		"times on, counted where they begin") },
	{ TIME("logon", WANT_INTERVALS, KEY_OF_INTERVAL, OVER_LOGON,
	       "seconds on, of sessions; with the key queue or partition, on there") },
	{ COUNT("pauses", WANT_INTERVALS, KEY_OF_PAUSE, 1u << COUNT_PAUSES,
		"counted where they begin") },
	{ TIME("pause", WANT_INTERVALS, KEY_OF_PAUSE, OVER_PAUSE, "seconds paused") },
	{ .name = "pause", .shown = "pause[REASON]:F", .param = PARAM_REASON, .how = HOW_OVER,
	  .wants = WANT_INTERVALS, .keys = KEY_OF_PAUSE, .over = OVER_PAUSE_OF,
	  .text = "seconds paused for that reason" },
	{ TIME("wrap", WANT_INTERVALS, KEY_OF_INTERVAL, OVER_WRAP, "seconds of wrap-up") },
	SHIFTS("pause%", T(PAUSED), T(ON), 0, "paused / logon"),
	SHIFT("idle", T(ON) | T(BOTH), T(PAUSED) | T(BUSY), "logon - pause - talk - wrap; what lies twice on a second counts once"),
	SHIFT("offtalk", T(OFF), 0, "seconds talked outside any session"),
	SHIFTS("occupancy", T(BUSY), T(ON) | T(BOTH), T(PAUSED),
	       "(talk + wrap) / (logon - pause + talk or wrap within pause)"),
	SHIFTS("utilization", T(BUSY), T(ON), 0, "(talk + wrap) / logon"),
	SHIFT("paid", T(ON), T(UNPAID), "logon - pauses that --pauses FILE says are unpaid"),
	SHIFT("billable", T(TALK) | T(BILLABLE), 0,
	      "talk + pauses that --pauses FILE says are billable"),
	{ .name = "agents", .shown = "agents:max", .param = PARAM_LENGTH, .how = HOW_LENGTH,
	  .wants = WANT_INTERVALS | WANT_ON, .keys = KEY_OF_INTERVAL,
	  .text = "how many were on at once; agents:avg, agents:min over the period" },
	{ .name = "peragent", .how = HOW_PERAGENT, .wants = WANT_VISITS | WANT_INTERVALS | WANT_ON,
	  .keys = KEY_OF_VISIT | KEY_OF_INTERVAL, .visits = { .all = OF(ANSWERED) },
	  .text = "answered / agents:avg" },
	{ .name = "agents", .how = HOW_DISTINCT, .wants = WANT_EVENTS, .keys = KEY_OF_EVENT,
	  .over = OVER_AGENTS, .text = "distinct agents that any event names" },
	{ .name = "seen", .how = HOW_SEEN, .wants = WANT_SEEN, .keys = KEY_OF_EVENT,
	  .text = "seconds from the first to the last event that names the agent, over all agents" },
	EVENTS("first", HOW_FIRST, "time of the first event; by agent: that names the agent"),
	EVENTS("last", HOW_LAST, "time of the last"),
	EVENTS("silence", HOW_SILENCE, "the longest time without any event"),
	{ 0 },
};

void metric_help(struct out *o)
{
	enum { COLUMN = 19 };
	const struct measure *m;
	struct buf b = { 0 };
	size_t i;

	buf_str(&b, "Keys (-g):\n");
	for (i = 0; i < KEYS; i++)
		opt_put_item(&b, key_defs[i].name, COLUMN, key_defs[i].text);
	buf_str(&b, "\nMeasures (-m); T: seconds, or @FILE with a queue, TAB, seconds a line;\n"
		    "F: sum (where none is given) avg min max count p50 p90 p99.9:\n");
	for (m = measure_defs; m->name; m++)
		opt_put_item(&b, m->shown ? m->shown : m->name, COLUMN, m->text);
	opt_put(o, &b);
}

void key_words(struct buf *b)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		buf_fmt(b, "%.*s ", (int)strcspn(key_defs[i].name, "N"), key_defs[i].name);
}

/* What is behind the colon, as far as there are words for it. */
static void put_words(struct buf *b, const struct measure *m)
{
	static const char *const figures[] = { "sum", "avg", "min", "max", "count",
					       "p50", "p90", "p95", "p99" };
	size_t i;

	switch (m->param) {
	case PARAM_NONE:
		buf_fmt(b, "%s ", m->name);
		return;
	case PARAM_FIGURE:
		for (i = 0; i < sizeof(figures) / sizeof(*figures); i++)
			buf_fmt(b, "%s:%s ", m->name, figures[i]);
		return;
	case PARAM_LENGTH:
		buf_fmt(b, "%s:max %s:avg %s:min ", m->name, m->name, m->name);
		return;
	case PARAM_REASON:
		buf_fmt(b, "%s[ ", m->name);
		return;
	default:
		buf_fmt(b, "%s: ", m->name);
	}
}

void metric_words(struct buf *b)
{
	const struct measure *m;

	for (m = measure_defs; m->name; m++)
		put_words(b, m);
}
