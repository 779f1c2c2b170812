/*
 * Boards: what a wallboard shows of one instant. Facts in, a struct of panels out.
 *
 *	b = board_new(&o, d);
 *	f = facts_new(&facts, board_visit, board_interval, b, d);
 *	for each event: board_event(b, &ev, arrived), facts_feed(f, &ev)
 *	whenever somebody looks: board_look(b, f, now, arrived, &view)
 *
 * What is open now comes from the folds; the board itself only counts the visits of today (from
 * midnight in the process's zone; those that entered before are of another day), remembers when an
 * agent was last on the phone, and knows which partitions are down. Figures of today are the
 * measures of report/metric. Memory grows with names and what is open, never with lines; midnight
 * drops the day before.
 *
 * Selecting (-p -q -a) selects what is shown, and never what is known: an agent who talks in a queue
 * that is not shown is busy all the same.
 */
#ifndef REPORT_BOARD_H
#define REPORT_BOARD_H

#include "base/names.h"
#include "base/opt.h"
#include "fold/facts.h"

enum board_kind { BOARD_NUMBER, BOARD_SECONDS, BOARD_SHARE /* hundredths of a percent */ };

/* A column of the queue panel. */
struct board_figure {
	struct slice name;    /* escaped */
	enum board_kind kind;
	const char *text;     /* what it is, in a line */
};

/* The first ones; today's measures are behind them. */
enum {
	BOARD_ON,             /* agents */
	BOARD_READY,          /* of them: neither paused nor busy */
	BOARD_PAUSED,
	BOARD_BUSY,           /* talking, in whatever queue, or in wrap-up */
	BOARD_WAITING,        /* callers */
	BOARD_LONGEST,        /* of their waits; -1: nobody waits */
	BOARD_IN, BOARD_OUT,  /* on the phone, by direction */
	BOARD_STALE,          /* open longer than --max-wait or --max-talk: in no other figure */
	BOARD_TODAY
};

struct board_queue {
	struct slice queue;       /* of the sum of all rows: empty */
	const long long *value;   /* of each figure; -1: there is none */
	uint64_t alarm;           /* bits 1 << figure: where an alarm is on */
};

struct board_call {
	struct slice partition, callid, queue, caller, agent; /* agent: where talking */
	bool outbound, talking;
	int64_t enter, connect;   /* microseconds; connect: where talking */
	long long waiting, talked; /* seconds; -1: not known, does not talk */
};

enum board_state { BOARD_TALKING, BOARD_IN_PAUSE, BOARD_WRAPUP, BOARD_FREE, BOARD_STATES };
const char *board_state_name(enum board_state s);

/* A queue at a partition where the agent is on. */
struct board_slot {
	struct slice partition, queue; /* a login's: NONE */
	bool paused;
};

struct board_agent {
	struct slice agent;
	enum board_state state;
	bool on;                  /* not: on the phone without any session */
	int64_t since;            /* in this state; WHEN_MIN: unknown */
	const struct board_slot *slot; /* by queue, then partition */
	size_t slots;
	int64_t last;             /* the end of the last call taken; -1: none */
	struct slice last_queue;
	struct slice reason;      /* of the pause */
};

struct board_partition {
	struct slice partition;
	bool down;
	int64_t since;            /* down since; else: time of its last event */
	struct slice reason;
};

/* Everything borrowed lives until the next event or look. */
struct board_view {
	int64_t now, day;         /* day: the midnight from which today counts */
	const struct board_figure *figure;
	size_t figures;
	struct board_queue *queue, total;
	size_t queues;
	struct board_call *call;
	size_t calls;
	struct board_agent *agent;
	size_t agents;
	struct board_partition *partition;
	size_t partitions, down;
};

enum board_panel { BOARD_QUEUES, BOARD_CALLS, BOARD_AGENTS, BOARD_PANELS };

struct board_options {
	struct names partition, queue, agent; /* empty: any; escaped */
	long long max_wait, max_talk; /* seconds */
	long long stale;          /* seconds without a word until a partition is down; 0: never */
	const char *measures;     /* of today; those that are counts and shares of visits */
	const char **alarm;       /* "waiting>5" */
	size_t alarms, alarmcap;
	const char *sort;         /* [panel:][-]column,...; or NULL */
};
#define BOARD_DEFAULT                                                                        \
	((struct board_options){ .max_wait = 3600, .max_talk = 4 * 3600, .stale = 30,        \
				 .measures = "offered,answered%,lost,sla:20,slo:20" })

/* -p -q -a -m --max-wait --max-talk --stale --alarm --sort; `to` is a struct board_options. */
extern const struct opt board_opts[];
opt_take board_take;
void board_options_free(struct board_options *o);
/* For completion, as in base/opt. */
void board_words(const char *arg, struct buf *b);

struct board;

/* o and d must outlive it. NULL: told. */
struct board *board_new(const struct board_options *o, struct diag *d);

/* Every event, before it is fed to the facts. arrived: a clock of the caller's that never steps, in
 * microseconds. 0; -1: told. */
int board_event(struct board *b, const struct event *ev, int64_t arrived);

/* For facts_new, with a struct board as arg. */
void board_visit(void *arg, const struct visit *v);
void board_interval(void *arg, const struct interval *i);

/* Times behind t are of a clock that is wrong: they move neither the board's nor midnight, and are
 * told. Without it all are believed. */
void board_horizon(struct board *b, int64_t t);

/* The caller itself did not listen for so long: nobody's silence. */
void board_deaf(struct board *b, int64_t microseconds);

/* The greatest time seen, and when it arrived; WHEN_MIN: none yet. */
int64_t board_clock(const struct board *b, int64_t *arrived);

/* The panels at `now`. 0; -1: told. */
int board_look(struct board *b, struct facts *f, int64_t now, int64_t arrived,
	       struct board_view *v);

/* Queues sorted by the column that is `by` columns further than the one that they are sorted by now;
 * by 0: the other way round. */
void board_resort(struct board *b, int by);

/* What must be said at the end: partitions asked for that were never heard, queues without a
 * threshold. */
void board_tell(struct board *b, struct diag *d);
void board_free(struct board *b);

#endif
