#include <stdlib.h>

#include "report/board_own.h"
#include "stream/select.h"

enum { MAX_WAIT = 256, MAX_TALK, STALE, ALARM, SORT };

const struct opt board_opts[] = {
	{ 'p', 'p', "partition", "NAME-LIST", "these partitions, which are expected then", NULL },
	{ 'q', 'q', "queue", "NAME-LIST", "these queues, their calls and agents", NULL },
	{ 'a', 'a', "agent", "NAME-LIST", "these agents and their calls", NULL },
	{ 'm', 'm', "measures", "MEASURE-LIST",
	  "today's figures, of those of qlstats that are counts and shares of calls\n"
	  "(offered,answered%,lost,sla:20,slo:20)",
	  NULL },
	{ MAX_WAIT, 0, "max-wait", "DURATION",
	  "who waits longer is stale: counted apart, in no figure (1h)", NULL },
	{ MAX_TALK, 0, "max-talk", "DURATION", "the same of a talk (4h)", NULL },
	{ STALE, 0, "stale", "DURATION",
	  "a partition of which nothing comes for so long is down (30s; 0: never)", NULL },
	{ ALARM, 0, "alarm", "FIGURE-LIST",
	  "mark a queue's figure where it is so: 'waiting>5', 'longest>=2m', 'sla:20<80'", NULL },
	{ SORT, 0, "sort", "COLUMN-LIST",
	  "queues by this column, greatest first after a -; calls:COLUMN, agents:COLUMN", NULL },
	{ 0 },
};

int board_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct board_options *o = to;

	switch (id) {
	case 'p':
		return select_list(&o->partition, what, arg, d);
	case 'q':
		return select_list(&o->queue, what, arg, d);
	case 'a':
		return select_list(&o->agent, what, arg, d);
	case 'm':
		o->measures = arg;
		return 0;
	case MAX_WAIT:
		return opt_duration(what, arg, &o->max_wait, d);
	case MAX_TALK:
		return opt_duration(what, arg, &o->max_talk, d);
	case STALE:
		return opt_duration(what, arg, &o->stale, d);
	case ALARM:
		if (!array_need(&o->alarm, &o->alarmcap, o->alarms + 1, sizeof(*o->alarm)))
			return diag_fail(d, "%s: out of memory", what);
		o->alarm[o->alarms++] = arg;
		return 0;
	default:
		o->sort = arg;
		return 0;
	}
}

void board_options_free(struct board_options *o)
{
	names_free(&o->partition);
	names_free(&o->queue);
	names_free(&o->agent);
	free(o->alarm);
	o->alarm = NULL;
	o->alarms = o->alarmcap = 0;
}

static void put_measures(struct buf *b)
{
	const struct measure *m;

	for (m = measure_defs; m->name; m++)
		if (board_measures(m))
			buf_fmt(b, "%s%s ", m->name, m->param == PARAM_NONE ? "" : ":");
}

void board_words(const char *arg, struct buf *b)
{
	size_t i;

	if (strcmp(arg, "MEASURE-LIST") == 0)
		put_measures(b);
	if (strcmp(arg, "COLUMN-LIST") == 0)
		board_columns(b);
	for (i = 0; strcmp(arg, "FIGURE-LIST") == 0 && i < BOARD_TODAY; i++)
		buf_fmt(b, "%.*s ", (int)board_fixed[i].name.n, (const char *)board_fixed[i].name.p);
}
