/*
 * Tallies: facts grouped into rows, and what is counted in each.
 *
 * A tally has keys and wants: counts, histograms, lengths over time, each with a number by which
 * its figure is asked for later. It takes visits, intervals and events as they come; what none of
 * its wants counts makes no row. What the figures mean is said in report/metric; here is only how
 * they add up.
 *
 * With the key queue or partition an agent is on there while any slot there is open, and paused
 * there while one is paused and none is open that is not.
 *
 * Intervals are cut at the borders of the time keys, their seconds so that the parts add up to the
 * whole; what is counted of them is counted where they begin.
 *
 * Memory grows with rows and the distinct values in them, and, where the unions of agents' time
 * are wanted, with what lies in sessions that are not over yet (of slots, and of agents who have no
 * session, with all of it: what was not seen to begin may turn out at the end to have been going on
 * all the time); with keep and join, with all intervals and calls that these speak of.
 */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "fold/facts.h"
#include "fold/wrapup.h"
#include "report/hist.h"
#include "report/key.h"
#include "report/shift.h"
#include "report/sweep.h"
#include "report/threshold.h"

/* Counts that every row has. Behind them stand, for each threshold wanted, how many were answered
 * and how many abandoned within it. */
enum count {
	COUNT_OUTCOME,                              /* visits: of each enum outcome */
	COUNT_TAKEN = COUNT_OUTCOME + OUTCOMES,     /* answered, direction in */
	COUNT_MADE,                                 /* answered, direction out */
	COUNT_SHORT,                                /* unanswered before --short */
	COUNT_CALLIDS,
	COUNT_SESSIONS, COUNT_PAUSES,               /* intervals */
	COUNT_MISSED, COUNT_CAUGHT,                 /* attempts */
	COUNT_SEEN,                                 /* seconds */
	COUNT_SHIFT,                                /* microseconds: of each enum shift_time */
	COUNTS = COUNT_SHIFT + SHIFT_TIMES
};

/* What a histogram is of. */
enum over {
	/* visits */
	OVER_WAIT,     /* of answered ones */
	OVER_UNWAIT,   /* of unanswered ones */
	OVER_ALLWAIT,  /* of both */
	OVER_TALK, OVER_RING, OVER_HANDLE, OVER_POS, OVER_POSOUT, OVER_MISSED, OVER_RINGMISSED,
	OVER_POSKNOWN, /* OVER_POS, without the refused */
	OVER_CALLERS,  /* distinct: see `taken` */
	/* intervals */
	OVER_LOGON, OVER_PAUSE, OVER_PAUSE_OF, OVER_TALKED, OVER_WRAP, OVER_MISS,
	OVER_CATCH,
	/* events */
	OVER_AGENTS,   /* distinct: see `taken` */
	OVERS
};

/* Are its values the numbers of names? */
static inline bool over_is_label(enum over o)
{
	return o == OVER_CALLERS || o == OVER_AGENTS;
}

struct over_want {
	enum over over;
	bool remember;   /* for percentiles and distinct values */
	uint32_t reason; /* OVER_PAUSE_OF: its label */
};

/* Which facts count. */
enum {
	WANT_VISITS = 1,    /* of `directions` */
	WANT_CALLS = 2,     /* answered, both directions: taken and made */
	WANT_SHORT = 4, WANT_CALLIDS = 8, WANT_QUEUED = 16,
	WANT_INTERVALS = 32, /* of agents' time; a row for each */
	WANT_SHIFT = 64,     /* sums of struct shift */
	WANT_ON = 128,       /* how many agents were on at once */
	WANT_EVENTS = 256,
	WANT_SEEN = 512      /* how long agents were seen: of events that name one */
};

enum { VISITS_IN = 1, VISITS_OUT = 2, VISITS_BOTH = 3 };

/* Of the events of a row: the first and last, and the longest time between two. first -1: there
 * was none; gap EXTENT_UNKNOWN: it is of several rows together. */
#define EXTENT_UNKNOWN INT64_C(-1)
struct extent {
	int64_t first, last, gap;
};

/* How often each call's number was forgotten by the fold, for distinct callids. */
struct forgotten {
	uint32_t *times;
	size_t cap;
};

/* Takes in what was seen elsewhere. The gap is that of one of them: what lies between is not known. */
void extent_merge(struct extent *s, const struct extent *more);

/* false: out of memory. */
bool forgotten_add(struct forgotten *f, uint32_t call);

enum { SWEEP_QUEUED, SWEEP_ON, SWEEPS };

enum { TALLY_LATELY = 256 };

struct tally {
	struct labels *labels;
	const struct key_ask *key;
	size_t keys;
	bool timed;             /* one of the keys is of time */
	int slot;               /* seconds, where one of them is KEY_SLOT; else 0 */
	bool slotted;           /* one is queue or partition: agents' time is that of their slots */
	bool reasons;           /* one is reason */

	unsigned wants;
	unsigned outcomes;      /* visits of these only, bits; 0: any */
	unsigned directions;
	const struct pauses *pauses;
	const struct forgotten *forgotten;
	const struct wrapups *wrapups;
	int64_t to;             /* queues are looked at before it */
	const struct facts_options *hours; /* and in these hours; NULL: in all */
	struct sweep_period period; /* as far as it is known: of it are averages over time */
	bool keep;              /* the steps of lengths over time stay, also at the end */
	bool join;              /* and all else that tally_join needs */
	int64_t late;           /* how long behind its time a fact may come, microseconds */
	int64_t clock;          /* of the input, kept up to date by the caller */
	struct threshold **within;
	struct over_want *over;
	size_t withins, withincap, overs, overcap;

	struct map map;
	uint32_t *row_key;      /* `keys` of each row */
	uint32_t rows;
	uint32_t lately[TALLY_LATELY]; /* rows found, where their keys point to */
	size_t rowcap[5];
	long long *count;
	struct hist *hist;
	struct sweep *sweep;
	struct extent *seen;
	uint32_t *order;        /* tally_finish: rows as they are printed */

	size_t steps, steps_most; /* of queues: held, and when to settle them */
	struct tally_shifts *shifts;
	struct recalls *recalls;
	struct tally *cover, *persons;
	bool failed;            /* out of memory */
};

/* l and key live as long as t. The fields from `wants` to `clock` are the caller's to set. */
void tally_init(struct tally *t, struct labels *l, const struct key_ask *key, size_t keys);

/* The number of what is wanted: of the first of the two counts of a threshold; of a histogram. */
size_t tally_within(struct tally *t, struct threshold *th);
size_t tally_over(struct tally *t, struct over_want w);

/* m: the moment of entry. as: what it may count as, of WANT_VISITS, WANT_SHORT and WANT_CALLS. */
void tally_visit(struct tally *t, const struct visit *v, const struct moment *m, unsigned as);
void tally_interval(struct tally *t, const struct interval *i);
void tally_event(struct tally *t, const struct event *ev);

/* Puts the rows into order, without settling anything: for partial results. false: out of memory. */
bool tally_order(struct tally *t);

/* Settles what waits, and sorts the rows. */
void tally_finish(struct tally *t);
void tally_free(struct tally *t);

/*
 * Makes the one row of `into`, which is empty and without keys but counts the same, of the first
 * `rows` rows of t that are `joined`, as if they had been one: t is finished, and had `join`.
 */
void tally_join(struct tally *into, struct tally *t, const bool *joined, uint32_t rows);

/*
 * Says that the period of the report holds [from, to); and how long, of all that was said, is in
 * the time keys of a row.
 */
void tally_cover(struct tally *t, int64_t from, int64_t to);
int64_t tally_covered(struct tally *t, uint32_t row);
/* The same of rows together. */
int64_t tally_covered_by(struct tally *t, const bool *joined, uint32_t rows);

static inline size_t tally_counts(const struct tally *t)
{
	return COUNTS + 2 * t->withins;
}

static inline long long *tally_count(const struct tally *t, uint32_t row)
{
	return t->count + row * tally_counts(t);
}

static inline struct hist *tally_hist(const struct tally *t, uint32_t row, size_t over)
{
	return t->hist + row * t->overs + over;
}

#endif
