/*
 * Rows of agents' time, between the moment they end and the moment they are certain.
 *
 * What ends and begins again in the same second is one, so a session or a pause that has ended is
 * held until the clock has left that second; everything else is certain at once. The rows that one
 * event made certain are given together, by end, start, kind, agent, partition, queue.
 *
 * This is the inner half of fold/agent; nobody else includes it.
 */
#ifndef FOLD_AGENT_ROW_H
#define FOLD_AGENT_ROW_H

#include "base/names.h"
#include "fold/agent.h"

/* Names that every table of rows has, by number. */
enum { NAME_EMPTY, NAME_NONE, NAME_RESTART, NAME_ROSTER };

/* A session or pause, going on or ended; names by number. */
struct spell {
	bool on;
	bool rebuilt, roster;
	uint32_t set;    /* of an agent's: the partitions involved */
	uint32_t reason;
	int64_t start;
	int64_t before;  /* session: the end of the one before it */
};

/* The held rows of one agent, or of one slot; not those taken back. */
struct chain {
	uint32_t first;       /* number + 1 */
	unsigned long long in; /* the second's own number; an older one: none are held */
};

struct row {
	struct interval i;
	struct spell spell; /* held: as it was when it ended */
	bool gone;          /* held: taken back */
	uint32_t next;      /* held: the chain's next, number + 1 */
	size_t order;
};

/* Held rows that were set aside. */
struct kept {
	struct row *row;
	size_t n, cap;
};

struct rows {
	struct names names;
	struct names_recent recent;
	struct row *ready, *held;
	size_t readies, readycap, helds, heldcap;
	unsigned long long second;
	int64_t from, to;
	void (*give)(void *arg, const struct interval *i);
	void *arg;
	struct buf text;
	bool failed;          /* out of memory */
};

/* r: all zero. false: out of memory. */
bool rows_init(struct rows *r, int64_t from, int64_t to,
	       void (*give)(void *, const struct interval *), void *arg);
void rows_free(struct rows *r);

/* Interns; NAME_EMPTY (and failed) without memory. rows_near: a name of an event or a visit. */
static inline uint32_t rows_got(struct rows *r, uint32_t name)
{
	if (name != NAMES_NONE)
		return name;
	r->failed = true;
	return NAME_EMPTY;
}
static inline uint32_t rows_name(struct rows *r, struct slice s)
{
	return rows_got(r, names_put(&r->names, s));
}
static inline uint32_t rows_near(struct rows *r, struct slice s)
{
	return rows_got(r, names_again(&r->names, &r->recent, s));
}
static inline struct slice rows_text(const struct rows *r, uint32_t name)
{
	return names_text(&r->names, name);
}

/* The set of partitions a with those of b: names by comma, sorted. */
uint32_t rows_union(struct rows *r, uint32_t a, uint32_t b);

/* A row that is certain; what of it lies in the period is kept. Pauses of no length are not. */
void rows_put(struct rows *r, struct interval i);

/* A session or pause that ended: held in c. */
void rows_hold(struct rows *r, struct chain *c, const struct interval *i, const struct spell *s);

/* Takes back the one of this kind, and, of pauses, this reason, that ended in the second of `at`.
 * false: there is none. */
bool rows_take(struct rows *r, struct chain *c, enum interval_kind kind, uint32_t reason, int64_t at,
	       struct spell *s);

/* The rows in c that ended in the second of `at` are certain. */
void rows_release(struct rows *r, struct chain *c, int64_t at);

/* Sets them aside instead, whatever the clock does; and holds them again. false: out of memory. */
bool rows_keep(struct rows *r, struct chain *c, struct kept *k, int64_t at);
void rows_put_back(struct rows *r, struct chain *c, struct kept *k);

/* The clock has left the second: what is held is certain. */
void rows_settle(struct rows *r);

/* Gives what is certain. */
void rows_give(struct rows *r);

#endif
