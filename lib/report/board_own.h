/*
 * The inner half of report/board; nobody else includes it.
 */
#ifndef REPORT_BOARD_OWN_H
#define REPORT_BOARD_OWN_H

#include "report/board.h"
#include "report/metric.h"

/* What is remembered of an agent. */
struct person {
	int64_t last;            /* end of the last call taken; -1 */
	uint32_t last_queue;     /* a name */
	int64_t busy_until;      /* the end of the last talk, pause or wrap-up; WHEN_MIN */
	int64_t wrap_until;      /* WHEN_MIN: no wrap-up */
	unsigned long long talks; /* the look in which the agent was on the phone */
	int64_t connect;         /* there */
	unsigned long long shown; /* the look in which there was a row */
};

struct source_of {
	bool down, heard_of;
	int64_t since;           /* went down */
	int64_t seen;            /* the time of its last event; WHEN_MIN */
	int64_t heard;           /* arrival of its last line */
	struct buf reason;
};

struct alarm {
	size_t figure;
	char op;                 /* < > =, and [ ] for <= >= */
	long long value;         /* as the figure's */
};

struct sorting {
	int column;              /* of the panel; -1: its own order */
	bool down;               /* greatest first */
};

/* What a row is sorted by: a text, or a number. */
struct sort_key {
	struct slice text;
	long long value;
	size_t row;
};

struct board {
	const struct board_options *o;
	struct diag *d;
	int64_t clock, clock_arrived;
	int64_t horizon;         /* later times are not believed */
	unsigned long long ahead; /* how many there were */
	int64_t day, tomorrow;   /* today; WHEN_MIN: no event yet */

	struct names name;       /* agents, and queues of their last calls */
	struct person *person;   /* by number */
	size_t personcap;
	bool expects;            /* partitions asked for have their source */
	struct names partition;
	struct source_of *source;
	size_t sourcecap;

	struct labels labels;
	struct thresholds thresholds;
	struct metric *metric;
	size_t metrics, metriccap;
	struct tally today, all; /* by queue; of all */
	struct board_figure *figure;
	size_t figures, figurecap;
	struct alarm *alarm;
	size_t alarms, alarmcap;
	struct sorting sort[BOARD_PANELS];

	/* the look at hand, and what its view points at */
	unsigned long long look;
	int64_t now;
	struct names queue;      /* of rows */
	struct {
		unsigned long long look;
		size_t row;
	} *row_of;               /* by number of the queue's name */
	size_t row_ofcap;
	struct board_queue *row;
	long long *value, *total; /* of each row */
	struct board_call *call;
	struct board_agent *agent;
	struct board_slot *slot;
	size_t *first_slot;      /* of each agent */
	struct board_partition *part;
	long long *saved;
	struct sort_key *key;
	unsigned char *sorted;
	size_t rows, calls, agents, slots, parts;
	size_t rowcap, valuecap, totalcap, callcap, agentcap, slotcap, firstcap, partcap, savedcap,
		keycap, sortedcap;
	bool failed;             /* out of memory */
};

static inline bool board_asked(const struct names *list, struct slice name)
{
	return !list->n || names_find(list, name) != NAMES_NONE;
}

/* Figures of now; those of today stand behind them. Is a measure of today's one? */
extern const struct board_figure board_fixed[BOARD_TODAY];
bool board_measures(const struct measure *m);

/* NULL: out of memory. */
struct person *board_person(struct board *b, struct slice agent);
void board_expect(struct board *b, int64_t arrived);
bool board_shows(const struct board *b, const struct visit *v);
void board_count(struct board *b, const struct visit *v);
/* Begins the day of t, where t is of a later one. */
void board_day(struct board *b, int64_t t);

/* The figures of a queue's row in this look, made where there are none yet; NULL: out of memory.
 * Until the next is asked for. */
long long *board_row(struct board *b, struct slice queue);

/* Every agent, once all calls are there. */
void board_on_agent(void *arg, const struct agent_now *n);
/* Then those on the phone whom no event ever put into a queue: static members, or of before the
 * input. */
void board_unseen(struct board *b);

/* Reads --alarm and --sort, when the figures are known. 0; -1: told. */
int board_alarms(struct board *b, struct diag *d);
int board_sorts(struct board *b, struct diag *d);
/* What --sort knows without being told of measures, each with a space behind. */
void board_columns(struct buf *b);

/* Which alarms are on. */
uint64_t board_alarmed(const struct board *b, const long long *value);
/* Puts the rows of the three panels into their order. */
void board_sort(struct board *b);

#endif
