/*
 * What the parts of report/partial share; nobody else's business.
 */
#ifndef REPORT_PARTIAL_OWN_H
#define REPORT_PARTIAL_OWN_H

#include "base/out.h"
#include "report/fields.h"
#include "report/partial.h"
#include "report/report_one.h"

#define PARTIAL_MAGIC "qlstats-partial"
enum { PARTIAL_VERSION = 1 };

/* Lines on their way out. */
struct part_writer {
	struct out out;
	struct buf text;
	unsigned long sum;          /* checksum of all that was pushed */
	unsigned long long lines;
};

/* What is in `text` goes out. */
void part_push(struct part_writer *w);
/* The checksum of more text; its lines are counted. */
unsigned long part_sum(unsigned long sum, struct slice text, unsigned long long *lines);

/* Where the lines of rows go: the tally, and the row of the line before. What a part says may be
 * anything; sums of it must not be. */
struct part_reader {
	struct tally *tally;
	uint32_t row;
	int64_t said;         /* by all parts: how much was counted, how often values came */
	int64_t seconds;      /* sums of values */
	int64_t at;           /* of the row: the last step of its queue, */
	int64_t length;       /* how long that is from there on, */
	int64_t area;         /* and the sum of its lengths before */
};

/* From here on the lines are of this tally. false: a row before has a queue without end. */
bool partial_begin(struct part_reader *in, struct tally *t);

/* The rows of a tally, sorted, each a line of its keys and lines of what it has. */
void partial_put_tally(struct part_writer *w, const struct labels *l, struct tally *t);
/* Adds what such a line says. false: it is none, or out of memory. */
bool partial_take_line(struct part_reader *in, struct slice line, struct labels *l);
/* From here on the lines are of the tally of persons. */
bool partial_take_persons(struct part_reader *in);

struct partials;

/* Reads them whole, and sees that each is complete, that they asked the same, and that no partition
 * is in two. NULL: told, as is which one is wrong. */
struct partials *partials_read(const char *const *path, size_t n, struct diag *d);

/* Each of these partitions, and no other, is in one of them. 0; -1: told. */
int partials_expect(const struct partials *p, const struct names *expect, struct diag *d);

/* What they were asked; what it points at lives as long as p. 0; -1: told. */
int partials_ask(struct partials *p, struct report_ask *ask, struct facts_options *facts,
		 struct report_options *o, struct diag *d);

/* Adds all to r, made of that, and to the tape. 0; -1: told. */
int partials_add(struct partials *p, struct reports *r, struct tape *tape, struct diag *d);
void partials_free(struct partials *p);

/* A line of each name, sorted: the order in which they were given says nothing. */
void partial_put_names(struct buf *b, const char *what, const struct names *t);

/* What was asked, as lines NAME TAB VALUE, in an order of its own: two that ask the same are the same
 * bytes. 0; -1: told. */
int partial_put_head(struct buf *b, const struct reports *r, const struct report_ask *ask);
/* Where such lines go. */
struct asked {
	struct report_ask *ask;
	struct facts_options *facts;
	struct report_options *o;
	struct pauses *pauses;
	struct buf *roster;
	struct names *texts; /* what the others point at, as C strings */
};

/* Takes one. false: it is none. */
bool partial_take_head(struct slice line, struct asked *a, struct diag *d);

#endif
