/*
 * Reports: keys and measures over one stream of facts, several at once, each a table at the end.
 *
 * Made of what -g, -m and -r say; fed by fold/facts with visits and intervals, and with the events
 * themselves where report_needs says so; written when the input is over.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "fold/facts.h"
#include "report/metric.h"
#include "report/preset.h"
#include "report/table.h"

struct report_options {
	unsigned directions;      /* of visits; 0: in, unless the key direction asks for both */
	long long short_wait;     /* --short, seconds; 0: off */
	int slot;                 /* --slot, seconds, a divisor of a day */
	const char *pauses;       /* --pauses FILE, or NULL */
	const struct pauses *known; /* parts are put together: what such a file said then, and no
				       other file is to be read; or NULL */
	bool keep;                /* nothing is settled before the end: for a partial result */
	bool total;               /* --total */
	long long top;            /* only so many rows, and the others as one; 0: all */
	int64_t now;              /* averages over time end here where --to is later */
};
#define REPORT_DEFAULT ((struct report_options){ .slot = 900 })

/* --slot, --direction, --short, --pauses, --total; `to` is a struct report_options. */
extern const struct opt report_opts[];
opt_take report_take;

/* What is asked: -r, -g and -m as given, or NULL; of parts that are put together (report/partial), all
 * that they were asked, as it stands in them. */
struct report_ask {
	const char *reports, *keys, *measures;
	struct slice lines;
};

struct reports;

/* The reports of that, overview where nothing is said. ask, o, facts and d must outlive it. NULL: told,
 * as a wrong use of -g, -m or -r. */
struct reports *reports_ask(const struct report_ask *ask, const struct report_options *o,
			    const struct facts_options *facts, struct diag *d);

/* Bits: intervals of agents' time; every event; the status of a visit, which may come late; when a
 * callid is forgotten. */
enum { REPORT_INTERVALS = 1, REPORT_EVENTS = 2, REPORT_STATUS = 4, REPORT_FORGOTTEN = 8 };
unsigned reports_need(const struct reports *r);

/* Sets what the fold of calls does for these reports, and what it need not do. */
void reports_facts(const struct reports *r, struct facts_options *facts);

/* For facts_new, with a struct reports as arg. */
void reports_visit(void *arg, const struct visit *v);
void reports_interval(void *arg, const struct interval *i);
/* Every event of the input, before it is fed to the facts; several of them, one behind the other. */
void reports_events(struct reports *r, const struct event *ev, size_t n);

/* The input is over. 0; -1: told. */
int reports_finish(struct reports *r);

/* Writes all tables: one after the other, or, where the output is a directory, each into
 * DIR/NAME.EXT. Errors are told. */
void reports_write(struct reports *r, const struct table_options *o);
void reports_free(struct reports *r);

#endif
