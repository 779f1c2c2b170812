/*
 * The inner half of report/check, for its own files alone.
 */
#ifndef REPORT_CHECK_OWN_H
#define REPORT_CHECK_OWN_H

#include "report/check.h"

/* Pairs of numbers, each with a number of its own: 0, 1, 2 ... */
struct pairs {
	struct map map;
	struct pair {
		uint32_t a, b;
	} *pair;
	uint32_t n;
	size_t cap;
};

/* *fresh: it was not there. NAMES_NONE: out of memory. */
uint32_t pairs_put(struct pairs *p, uint32_t a, uint32_t b, bool *fresh);
void pairs_free(struct pairs *p);

/* A partition, as lines. */
struct check_log {
	uint32_t name;
	unsigned long long events;
	int64_t first, last, greatest; /* times of the events that its server logged */
	int64_t silent, silent_from;   /* the longest silence, in --hours; -1: none */

	int64_t beat;                  /* the last HEARTBEAT; WHEN_MIN: none */
	int64_t beats_took;            /* all spaces between them, but for findings */
	long long beats;

	int64_t second;                /* the one whose lines are kept */
	struct buf lines;
	struct check_line {
		size_t at, n;
	} *line;
	size_t nlines, linecap;
	struct map by_line;

	uint32_t system;               /* of its callids, the one seen last; NAMES_NONE: none */
};

/* A verb of a partition that is not one of verb.h. */
struct check_verb {
	int64_t first;
	unsigned long long times;
};

/* A name of an agent at a partition. */
struct check_name {
	uint32_t next;                 /* of the person, NAMES_NONE: no more */
	unsigned long long connects, calls; /* CONNECTs; events of class call */
	bool member;                   /* was added or logged in under it */
	bool together;                 /* the person has another one at the partition */
};

struct check_clock;

struct check {
	const struct check_options *o;
	void (*put)(void *, const struct finding *);
	void *arg;
	struct diag *d;
	struct facts_options facts_options;
	struct facts *facts;
	struct buf detail;
	unsigned long long count[FINDING_KINDS];
	unsigned long long unshown;    /* refused lines, where that kind was not asked for */
	bool failed;                   /* out of memory */

	struct names names;            /* of all that follows */
	struct check_log *log;         /* of partitions, by `logs` */
	struct pairs logs;             /* partition, 0 */
	size_t logcap;
	uint32_t recent;               /* of the event before */
	int64_t clock;                 /* the greatest time; WHEN_MIN: none */

	struct pairs verbs;            /* log, verb */
	struct check_verb *verb;
	size_t verbcap;

	struct pairs systems;          /* log, systemname */
	uint32_t *system_log;          /* the first log with it, by name */
	size_t systemcap;

	struct pairs aliases;          /* log, name */
	struct check_name *alias;
	struct pairs persons;          /* name, 0 */
	uint32_t *person;              /* its first alias */
	size_t aliascap, personcap;

	struct check_clock *clocks;
};

/* A finding, if it is one of those asked for; its detail as printf has it. */
void check_find(struct check *c, struct finding f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* About an event. */
struct finding check_about(enum finding_kind kind, const struct event *ev);

/* The text as printf's %.*s wants it. */
#define TEXT(s) (int)(s).n, (const char *)(s).p

/* NAMES_NONE: out of memory, and remembered. */
uint32_t check_intern(struct check *c, struct slice name);
static inline struct slice check_text(const struct check *c, uint32_t name)
{
	return names_text(&c->names, name);
}
static inline struct slice log_name(const struct check *c, uint32_t log)
{
	return check_text(c, c->log[log].name);
}

/* The log of a partition, made where there is none. NAMES_NONE: out of memory. */
uint32_t check_log(struct check *c, struct slice partition);
void check_lines(struct check *c, uint32_t log, const struct event *ev);
void check_lines_finish(struct check *c);
void check_lines_tell(struct check *c);
void check_lines_free(struct check *c);

void check_names(struct check *c, uint32_t log, const struct event *ev);
/* Was the person with this name added or logged in at the partition under another one? */
bool check_names_member(struct check *c, struct slice partition, struct slice name);
void check_names_free(struct check *c);

/* A visit that is over. */
void check_clock(struct check *c, const struct visit *v);
void check_clock_finish(struct check *c);
void check_clock_free(struct check *c);

#endif
