/*
 * Loading: makes a partition of a table contain the events it is given, each exactly once, whatever
 * was loaded before and whatever fails meanwhile.
 *
 * One rule: let n be how many equal rows this run has read so far in that second; a row is inserted
 * only while the table holds fewer than n of them. Compared are time, call id, queue, agent, verb
 * and data1 .. data5, as bytes. After any error the same rule, applied to the rows that are not
 * acknowledged, is the whole recovery.
 *
 * One writer per partition, by a lock of the server that is asked for in each batch.
 */
#ifndef STREAM_LOAD_H
#define STREAM_LOAD_H

#include "base/diag.h"
#include "stream/event.h"
#include "stream/mysql_options.h"
#include "stream/mysql_place.h"

/* Events that stand in the table slightly changed (see load_put): what to do with them. */
enum load_near { LOAD_NEAR_STOP, LOAD_NEAR_SKIP, LOAD_NEAR_INSERT };

struct load_options {
	const char *what;        /* heads messages: "sql:A" */
	struct db_options db;
	bool create;             /* make the table if there is none */
	bool dry_run;            /* only count: nothing is locked or written */
	bool append;             /* pass nothing that is not behind the newest event stored */
	bool shared;             /* others may write too */
	bool truncate;           /* cut what is too long for its column */
	bool live;               /* a daemon: errors that may pass are waited for, for ever */
	enum load_near near;
	int64_t not_before;      /* microseconds; events before are passed over */
	long long heartbeat;     /* seconds without a row, then a HEARTBEAT; 0: none */
	long long patience;      /* seconds that errors are tried to be overcome for; not of live */
	const char *rejects;     /* a file for the events refused; NULL: none */
	void (*alive)(void);     /* called while a failing server is waited for; NULL: none */
};

/* read == inserted + there + refused + before, once all is done. */
struct load_totals {
	unsigned long long read, inserted, there, refused, before;
	unsigned long long near;     /* of inserted or there: changed forms stand in the table */
	unsigned long long disorder; /* of inserted: stand behind later events of their second */
	unsigned long long errors;   /* overcome */
};

struct load;

/*
 * Connects, looks at the table and takes the lock. o, place and d outlive it. NULL: told to d (also
 * that another has the lock).
 */
struct load *load_open(const struct load_options *o, const struct db_place *place, struct diag *d);

/*
 * Takes an event; where (which outlives the load) and line say where it stands, for messages.
 * TICK and SOURCEUP are dropped; SOURCEDOWN is told as a failure and the load goes on. An event that
 * does not fit the table is refused by name: status 1. 0; -1: told, the load has ended.
 *
 * Events that were not yet written are lost by nobody: whoever ends, killed or not, loads the same
 * events again.
 */
int load_put(struct load *l, const struct event *ev, const char *where, unsigned long long line);

/* To be called now and then, at least every few seconds: writes what waits for longer than a
 * second, keeps the connection alive, writes HEARTBEATs. 0; -1. */
int load_tick(struct load *l);

/* Writes all that was put. 0; -1. */
int load_flush(struct load *l);

/* The newest second stored of an event (no HEARTBEAT, nothing in the future): 1; 0: none; -1: told. */
int load_newest(struct load *l, int64_t *second);
/* The number of the connection that has the partition's lock; 0: none has. 0; -1: told. */
int load_holder(struct load *l, long long *connection);

/* The rows not yet written, and the counts. Of a dry run: what would be. */
size_t load_waiting(const struct load *l);
struct load_totals load_totals(const struct load *l);

/* Says what is to be said at the end of a run, and frees it. */
void load_close(struct load *l);

#endif
