/*
 * Measures: what each is called, what it means, how it is counted and how it is printed. One table,
 * from which --help-measures and the manual are made too.
 *
 * A metric is a measure as somebody asked for it, a column: "sla:20", "wait:p95", "pause[Lunch]".
 * It is parsed, bound to a tally (which then counts what it needs), and, at the end, printed for
 * each row. All is integer arithmetic; ratios and averages are rounded, half up, to 2 decimals when
 * they are printed, and where there is nothing to divide by the cell is empty.
 */
#ifndef REPORT_METRIC_H
#define REPORT_METRIC_H

#include "base/buf.h"
#include "report/table.h"
#include "report/tally.h"

/* What stands behind the colon. */
enum metric_param {
	PARAM_NONE,
	PARAM_WITHIN,   /* seconds, or @FILE */
	PARAM_BETWEEN,  /* seconds-seconds */
	PARAM_FIGURE,   /* sum avg min max count p50 p99.9 */
	PARAM_REASON,   /* [REASON], and a figure */
	PARAM_LENGTH,   /* max, avg, min */
	PARAM_MEASURE   /* another measure */
};

enum figure { FIGURE_SUM, FIGURE_AVG, FIGURE_MIN, FIGURE_MAX, FIGURE_COUNT, FIGURE_P };

/* How a figure comes about. */
enum metric_how {
	HOW_VISITS,   /* visits of some outcomes */
	HOW_RATIO,    /* the same by others, in percent */
	HOW_COUNT,    /* counts of the tally, added */
	HOW_OVER,     /* a figure of a histogram */
	HOW_DISTINCT, /* how many distinct values it has */
	HOW_SHIFT,    /* sums of agents' time, added, in seconds */
	HOW_SHIFTS,   /* the same by others, in percent */
	HOW_COVERED,  /* how many values a histogram has, by visits, in percent */
	HOW_LENGTH,   /* how many at once */
	HOW_PERAGENT, /* visits by the average of that */
	HOW_SEEN, HOW_FIRST, HOW_LAST, HOW_SILENCE,
	HOW_SHARE     /* of the sum over all rows, in percent */
};

/* A number of visits: those of the outcomes `all`, more of `within` the threshold, less of `less`
 * within it; bits 1 << enum outcome. */
struct visits_of {
	unsigned all, within, less;
};

/* A sum: bits 1 << what is added and what is taken away. */
struct sum_of {
	unsigned plus, minus;
};

struct measure {
	const char *name, *shown; /* shown: with its parameter, in the help */
	enum metric_param param;
	enum metric_how how;
	unsigned wants;           /* of the tally */
	unsigned keys;            /* KEY_OF_...: what each key must have */
	bool agents;              /* where the rows are agents, instead of another of its name */
	bool number;              /* HOW_OVER: not seconds */
	enum over over;
	struct visits_of visits, by_visits;
	struct sum_of sum, by;    /* HOW_COUNT: of enum count; HOW_SHIFT: of enum shift_time */
	const char *text;
};

extern const struct measure measure_defs[]; /* ended by name NULL */

struct metric {
	const struct measure *measure;
	enum figure figure;
	unsigned p;                      /* FIGURE_P: tenths of a percent */
	struct threshold *within, *less; /* less: PARAM_BETWEEN's first; NULL: from 0 */
	struct metric *of;               /* PARAM_MEASURE */
	struct buf text;                 /* as asked for */
	struct buf heading, reason;      /* as shown; PARAM_REASON: which; both escaped */
	size_t at, at_less;              /* the tally's numbers */
	long long all;                   /* HOW_SHARE: the sum over all rows, once bound and counted */
};

/* Thresholds asked for: the same one is made once. */
struct thresholds {
	struct threshold **v;
	size_t n, cap;
	bool unread; /* what the files say is not needed: all is counted already */
};

void thresholds_free(struct thresholds *t);

/*
 * Parses a request, NAME or NAME:PARAMETER, with HEADING= before it where `headed`. by_agent: the
 * rows are agents. 0; -1: told to d as `what`. metric_free in either case.
 */
int metric_parse(struct metric *m, struct slice text, bool headed, bool by_agent,
		 struct thresholds *th, const char *what, struct diag *d);

/* What a key must have, KEY_OF_..., so that m can be told by it. */
unsigned metric_keys(const struct metric *m);

/* Makes t count what m needs; the same for every tally in which the same metrics are bound in the
 * same order. */
void metric_bind(struct metric *m, struct tally *t);

/* Is it made of others, so that a table for people had better say how? */
bool metric_is_formula(const struct measure *m);

/* The whole number that a metric is, of a row; only where metric_is_whole: counts and sums. */
bool metric_is_whole(const struct metric *m);
long long metric_value(const struct metric *m, const struct tally *t, uint32_t row);

/* The period that a row is about: for averages over time how long it is, of the row's own times,
 * and for silence where it begins and ends (WHEN_MIN, WHEN_MAX: not known). */
struct row_period {
	int64_t from, to, length;
};

/* A cell: its value in its own unit, so that cells of one column can be compared. p: NULL for counts,
 * sums, shares, percentiles and whatever else no period is needed for. */
enum cell_kind { CELL_EMPTY, CELL_INTEGER, CELL_SECONDS, CELL_HUNDREDTHS, CELL_AVERAGE, CELL_TIME };
struct cell {
	enum cell_kind kind;
	long long v; /* -1: empty */
};
struct cell metric_cell(const struct metric *m, const struct tally *t, uint32_t row,
			const struct row_period *p);
void cell_put(struct cell c, struct table *out);
void metric_free(struct metric *m);

/* Keys and measures, each with its definition; for completion, what may be asked for, each with a
 * space behind. */
void metric_help(struct out *o);
void metric_words(struct buf *b);
void key_words(struct buf *b);

#endif
