#include "report/preset.h"

#include "base/opt.h"

#define DISTRIBUTION                                                                         \
	"offered,answered,unanswered,answered%,unanswered%,wait:avg,wait:max,unwait:avg,"    \
	"unwait:max,talk:avg,talk:max,talk,sli:10,sli:20,sli:30,sli:60,queued:max,queued:avg"
#define TOTALS                                                                               \
	"calls=answered,talk:avg,talk:min,talk:max,talk,wait:avg,wait:min,wait:max,wait,"    \
	"pos:avg,pos:min,pos:max,coverage=pos%"
#define TOTALS_UNANSWERED                                                                    \
	"calls=unanswered,wait:avg=unwait:avg,wait:min=unwait:min,wait:max=unwait:max,"      \
	"wait=unwait,pos:avg,pos:min,pos:max,posout:avg,posout:min,posout:max,"              \
	"coverage=posout%"
#define PARTS "n=offered,answered,unanswered,%=share:offered"
#define ATTEMPTS                                                                             \
	"attempts,missed,taken=ringtaken:count,ringmissed:avg,ringmissed:min,"               \
	"ringmissed:max,ringmissed,ringtaken:avg,ringtaken:min,ringtaken:max,ringtaken"

const struct preset presets[] = {
	{ "overview", "queue",
	  "offered,answered,unanswered,lost,waiting,answered%,unanswered%,wait:avg,wait:max,"
	  "talk:avg,talk:max,in:20,sla:20,slo:20",
	  .text = "each queue: calls, shares, waits, talks, service level" },
	{ "answered", "", TOTALS, .outcomes = "answered",
	  .text = "all answered calls: talks, waits, positions" },
	{ "answered-within", "", TOTALS, .outcomes = "answered", .inside = true,
	  .text = "the same, of calls that were over within the period" },
	{ "unanswered", "", TOTALS_UNANSWERED, .outcomes = "unanswered",
	  .text = "all unanswered calls: waits, positions at entry and exit" },
	{ "unanswered-within", "", TOTALS_UNANSWERED, .outcomes = "unanswered", .inside = true,
	  .text = "the same, of calls that were over within the period" },
	{ "service-level", "", "in=in:T,delta=delta:T,sla=sla:T,slo=slo:T,sli=sli:T",
	  .steps = "5 10 15 20 30 40 50 60 70 80 90 100 110 120",
	  .text = "answered within 5 to 120 seconds, by each definition" },
	{ "causes-answered", "cause", "n=answered,%=share:answered", .outcomes = "answered",
	  .text = "how answered calls ended" },
	{ "causes-unanswered", "cause=outcome,key", "n=unanswered,%=share:unanswered",
	  .outcomes = "unanswered", .text = "how unanswered calls ended, and by which key" },
	{ "transfers", "target", "n=answered,%=share:answered", .outcomes = "answered",
	  .named = true, .text = "where calls were transferred to" },
	{ "visits", "visit", PARTS, .text = "first, second ... visits of a call" },
	{ "positions", "position", PARTS, .text = "by position at entry" },
	{ "dids", "did", PARTS, .text = "by the number called" },
	{ "directions", "direction", PARTS, .text = "in and out" },
	{ "areas", "area:3", PARTS, .text = "by the first 3 digits of the caller" },
	{ "statuses", "status", PARTS, .text = "by the outcome code given to the call" },
	{ "servers", "partition",
	  "offered,answered,unanswered,lost,share=share:offered,agents,silence",
	  .text = "each server: calls, share, agents seen, longest silence" },
	{ "by-day", "day", DISTRIBUTION, .text = "each day" },
	{ "by-hour", "hour", DISTRIBUTION, .text = "each hour of the day" },
	{ "by-dow", "dow", DISTRIBUTION, .text = "each day of the week" },
	{ "by-slot", "slot", DISTRIBUTION, .text = "each part of the day, as long as --slot says" },
	{ "traffic", "hour",
	  "agents:avg,agents:min,agents:max,peragent,offered,answered,sla:20,wait:avg,wait:max",
	  .text = "calls for the agents who were on, each hour of the day" },
	{ "agents", "agent",
	  "logon,sessions,pauses,pause,pause%,talk,calls,taken,made,idle,occupancy,missed,seen",
	  .text = "each agent: time on, paused, talking, idle; calls" },
	{ "agents-calls", "agent,queue", "calls,%=share:calls,talk,talk:avg,wait:avg",
	  .outcomes = "answered", .queues = true,
	  .text = "who took how many calls of which queue" },
	{ "agents-by-hour", "agent,hour", "logon,paid,billable",
	  .text = "each agent's time on, paid and billable, by the hour" },
	{ "pauses", "reason", "n=pauses,seconds=pause,avg=pause:avg,%=share:pause",
	  .text = "by reason" },
	{ "attempts", "", ATTEMPTS, .by_agent = true, .text = "attempts to reach agents" },
	{ "attempts-queue", "queue", ATTEMPTS, .by_agent = true, .queues = true,
	  .text = "attempts to reach agents, each queue" },
	{ "attempts-agent", "agent", ATTEMPTS, .by_agent = true,
	  .text = "attempts to reach agents, each agent" },
	{ 0 },
};

const struct preset *preset_named(struct slice name)
{
	const struct preset *p;

	for (p = presets; p->name; p++)
		if (slice_is(name, p->name))
			return p;
	return NULL;
}

void preset_help(struct out *o)
{
	const struct preset *p;
	struct buf b = { 0 };

	buf_str(&b, "Reports (-r):\n");
	for (p = presets; p->name; p++)
		opt_put_item(&b, p->name, 21, p->text);
	opt_put(o, &b);
}

void preset_words(struct buf *b)
{
	const struct preset *p;

	for (p = presets; p->name; p++)
		buf_fmt(b, "%s ", p->name);
}
