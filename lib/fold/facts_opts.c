/* What facts are asked for, as options. */
#include "fold/facts.h"

#include <ctype.h>
#include <string.h>

#include "stream/select.h"

enum { HOURS = 256, DAYS, OUTCOME, UNTIL, MAX_OPEN, STATUS_WAIT, INCOMPLETE, MIN_WAIT, MAX_WAIT,
       MIN_TALK };

#define OUTCOME_WORDS \
	"answered abandoned timeout key empty withdrawn syscompat unanswered refused lost waiting"

const struct opt facts_opts[] = {
	{ 'p', 'p', "partition", "NAME-LIST", "facts of these partitions", NULL },
	{ 'q', 'q', "queue", "NAME-LIST", "of these queues (sessions and pauses: of their agents)",
	  NULL },
	{ 'a', 'a', "agent", "NAME-LIST", "of these agents (visits: that they answered)", NULL },
	{ 'c', 'c', "callid", "ID-LIST", "visits of these call ids", NULL },
	PERIOD_OPTS,
	{ HOURS, 0, "hours", "HH:MM-HH:MM",
	  "visits that entered at these hours; what of agents' time lies in them", NULL },
	{ DAYS, 0, "days", "DAY-LIST", "the same for days of the week: mon-fri, sat,sun",
	  "mon tue wed thu fri sat sun mon-fri" },
	{ OUTCOME, 0, "outcome", "OUTCOME-LIST", "visits that came to this: " OUTCOME_WORDS,
	  OUTCOME_WORDS },
	{ MIN_WAIT, 0, "min-wait", "DURATION", "visits that waited so long or longer", NULL },
	{ MAX_WAIT, 0, "max-wait", "DURATION", "visits that waited no longer", NULL },
	{ MIN_TALK, 0, "min-talk", "DURATION", "visits that talked so long or longer", NULL },
	{ UNTIL, 0, "until", "TIME",
	  "what goes on at the end of the input is measured to TIME (else to the last event)",
	  NULL },
	{ MAX_OPEN, 0, "max-open", "SECONDS",
	  "a visit that is open longer was never ended in the log: it is over (86400)", NULL },
	{ STATUS_WAIT, 0, "status-wait", "SECONDS",
	  "keep an ended visit back so long, for a late CALLSTATUS (1800; 0: do not)", NULL },
	{ INCOMPLETE, 0, "incomplete", NULL,
	  "a partition that is down makes the report incomplete, not impossible", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

/* "9", "09:30", "24:00" in minutes; what stands behind in *end. -1: no hour. */
static int clock_text(const char *s, const char **end)
{
	int part[2] = { 0, 0 }, n = 0;

	do {
		int digits = 0;

		s += n > 0;
		for (; isdigit((unsigned char)*s) && digits < 2; digits++)
			part[n] = part[n] * 10 + (*s++ - '0');
		if (!digits)
			return -1;
	} while (++n < 2 && *s == ':');
	*end = s;
	n = part[0] * 60 + part[1];
	return part[1] > 59 || n > 24 * 60 ? -1 : n;
}

static int take_hours(struct facts_options *o, const char *what, const char *arg, struct diag *d)
{
	const char *s = arg;
	int from, to;

	from = clock_text(s, &s);
	to = from < 0 || *s++ != '-' ? -1 : clock_text(s, &s);
	if (to < 0 || *s || from % 1440 == to)
		return diag_fail(d, "%s: %s: not HH:MM-HH:MM", what, arg);
	o->hours_from = from % 1440;
	o->hours_to = to;
	return 0;
}

/* 0 Monday .. 6 Sunday, by its first three letters or a longer beginning; -1: no day. */
static int day_text(struct slice s)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday",
					     "friday", "saturday", "sunday" };
	char low[10];

	if (s.n < 3 || s.n >= sizeof(low))
		return -1;
	for (size_t i = 0; i < s.n; i++)
		low[i] = (char)tolower(s.p[i]);
	for (int i = 0; i < 7; i++)
		if (s.n <= strlen(names[i]) && memcmp(low, names[i], s.n) == 0)
			return i;
	return -1;
}

static int take_days(struct facts_options *o, const char *what, const char *arg, struct diag *d)
{
	struct slice rest = slice_str(arg), one, last;
	int from, to;

	do {
		one = slice_cut(rest, ',', &rest);
		one = slice_cut(one, '-', &last);
		from = day_text(one);
		to = last.p == one.p + one.n ? from : day_text(last);
		if (from < 0 || to < 0)
			return diag_fail(d, "%s: %s: not days such as mon-fri or sat,sun", what, arg);
		o->days |= 1u << from;
		for (; from != to; o->days |= 1u << from)
			from = (from + 1) % 7;
	} while (rest.n);
	return 0;
}

static int take_outcomes(struct facts_options *o, const char *what, const char *arg, struct diag *d)
{
	unsigned set = outcome_set(arg);

	o->outcomes |= set;
	return set ? 0 : diag_fail(d, "%s: %s: no such outcome (" OUTCOME_WORDS ")", what, arg);
}

int facts_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct facts_options *o = to;

	switch (id) {
	case 'p':
		return select_list(&o->partition, what, arg, d);
	case 'q':
		return select_list(&o->queue, what, arg, d);
	case 'a':
		return select_list(&o->agent, what, arg, d);
	case 'c':
		return select_list(&o->callid, what, arg, d);
	case HOURS:
		return take_hours(o, what, arg, d);
	case DAYS:
		return take_days(o, what, arg, d);
	case OUTCOME:
		return take_outcomes(o, what, arg, d);
	case MIN_WAIT:
		return opt_duration(what, arg, &o->min_wait, d);
	case MAX_WAIT:
		return opt_duration(what, arg, &o->max_wait, d);
	case MIN_TALK:
		return opt_duration(what, arg, &o->min_talk, d);
	case UNTIL:
		o->until_text = arg;
		return 0;
	case MAX_OPEN:
		if (opt_duration(what, arg, &o->calls.max_open, d) < 0)
			return -1;
		return o->calls.max_open ? 0
					 : diag_fail(d, "%s: 0: every call would be expired", what);
	case STATUS_WAIT:
		return opt_duration(what, arg, &o->calls.status_wait, d);
	case INCOMPLETE:
		o->incomplete = true;
		return 0;
	default:
		return period_take(&o->period, id, what, arg, d);
	}
}

int facts_resolve(struct facts_options *o, int64_t now, struct diag *d)
{
	struct when w;

	if (!o->period.zone && when_zone(NULL) < 0)
		return diag_fail(d, "TZ: no such zone");
	if (period_resolve(&o->period, now, &w, d) < 0)
		return -1;
	o->from = o->agents.from = w.from;
	o->to = o->agents.to = w.to;
	if (agents_resolve(&o->agents, d) < 0)
		return -1;
	if (!o->until_text)
		return 0;
	if (when_parse(o->until_text, now, &w) < 0)
		return diag_fail(d, "--until: %s: not a " WHEN_TIME, o->until_text);
	o->calls.until = o->agents.until = w.from;
	return 0;
}

bool facts_hour(const struct facts_options *o, int64_t t)
{
	struct when_local l;
	int minute;

	if (!o->days && !o->hours_from && !o->hours_to)
		return true;
	when_local(t, &l);
	if (o->days && !(o->days & 1u << (l.weekday - 1)))
		return false;
	if (!o->hours_from && !o->hours_to)
		return true;
	minute = l.hour * 60 + l.minute;
	if (o->hours_from < o->hours_to)
		return minute >= o->hours_from && minute < o->hours_to;
	return minute >= o->hours_from || minute < o->hours_to;
}

/* Within an hour of the local day the clocks just go on. */
int64_t facts_turn(const struct facts_options *o, int64_t t)
{
	const int borders[] = { o->hours_from, o->hours_to };
	int64_t turn = when_next_slot(t, 0), at;
	struct when_local l;
	size_t i;

	when_local(t, &l);
	for (i = 0; i < 2; i++) {
		if (borders[i] / 60 != l.hour || borders[i] % 60 <= l.minute)
			continue;
		at = t - t % WHEN_SECOND +
		     ((borders[i] % 60 - l.minute) * 60 - l.second) * WHEN_SECOND;
		turn = at < turn ? at : turn;
	}
	return turn;
}

void facts_options_free(struct facts_options *o)
{
	names_free(&o->partition);
	names_free(&o->queue);
	names_free(&o->agent);
	names_free(&o->callid);
	agents_options_free(&o->agents);
}
