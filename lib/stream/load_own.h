/* What the parts of a load share. For lib/stream/load*.c only. */
#ifndef STREAM_LOAD_OWN_H
#define STREAM_LOAD_OWN_H

#include "stream/load.h"
#include "stream/load_reject.h"
#include "stream/load_table.h"

enum {
	LOAD_BATCH = 8000,     /* rows, and on to the end of their second */
	LOAD_BATCH_MOST = 10000,
	LOAD_BATCH_HOURS = LOAD_HOURS / 2, /* so that no hour in use is forgotten */
	LOAD_PROBE = 5000,     /* rows compared before anything is written */
	LOAD_LOOK_BACK = 15    /* seconds of the newest rows that a live load looks at anew */
};

enum { LOAD_FIELDS = EVENT_FIELDS - F_CALLID };

enum load_verdict { LOAD_INSERT, LOAD_THERE, LOAD_SKIP, LOAD_REFUSE };

struct load_row {
	struct load_key key;
	uint32_t ordinal;          /* the n of the rule; 0: not counted yet */
	enum load_verdict verdict;
	bool tried;                /* was sent once, and whether it arrived is not known */
	bool near;
	bool own;                  /* a HEARTBEAT of ours: no event that was read */
	size_t line, nline;        /* in text: the event, with LF */
	struct {
		uint32_t at, n;
	} raw[LOAD_FIELDS];        /* in text, behind line: the raw bytes of its fields */
	size_t bytes;              /* of these together */
	const char *where;
	unsigned long long at;
};

/* How rows are sent: see load_insert.c. */
struct load_insert {
	struct buf sql;
	size_t rows;               /* that sql has */
	bool plain;                /* the server, or the library, takes no rows but in a text */
	const char **text[LOAD_FIELDS + 1]; /* of the rows bound: of each column, the time first */
	unsigned long *length[LOAD_FIELDS + 1];
	size_t cap, n, bytes;
};

struct load {
	const struct load_options *o;
	const struct db_place *place;
	struct diag *d;
	struct db *db;
	struct load_table table;
	struct load_counts counts;
	struct load_reject reject;
	struct load_totals totals;

	struct load_row *row;
	size_t n, cap;             /* waiting */
	struct buf text;
	int64_t since;             /* microseconds of a steady clock: when the first of them came */
	bool probed;
	size_t compared;           /* of the rows waiting, before the probe */

	int64_t base;              /* the newest second stored when all was looked at last; -1: none */
	int64_t top;               /* the newest second known now; -1: none */
	bool fresh;                /* the newest rows were not looked at since */
	int64_t limit;             /* seconds: --append; INT64_MIN: none */
	bool foreign;              /* a row of another writer was seen */
	struct buf stranger;       /* it, as text */
	bool singly;               /* one row an INSERT, because one of them is refused */
	bool no_memory, ended;
	bool unlocked;             /* what failed last: the lock was no longer ours */
	int64_t troubled;          /* since when nothing has come of anything; 0: all is well */
	int wait;                  /* seconds before the next try */

	struct { bool any; struct load_key key; uint32_t ordinal; } acked; /* the last row */
	int64_t spoke, wrote;      /* when the server was heard last, and got a row last */
	int64_t disorder_second, first_disorder[10];
	unsigned long long disorder_n, disorders, refusals;
	struct load_insert insert;
	struct buf scratch, why;
	struct buf raw[EVENT_FIELDS];
};

/* What came of an attempt. */
enum load_try { LOAD_DONE, LOAD_FAILED, LOAD_ENDED };

/* Counts the n rows at r as read. false: out of memory. */
bool load_count_rows(struct load *l, struct load_counts *c, struct load_row *r, size_t n);
/* Makes sure that what the table holds in the hours of these rows is known. */
enum load_try load_look(struct load *l, struct load_counts *c, const struct load_row *r, size_t n);
bool load_wants_look(const struct load *l, int64_t second);
/* The rule. near_stop: events that have a near twin are marked and not inserted. */
void load_decide(struct load *l, struct load_counts *c, struct load_row *r, size_t n, bool skip_near);
/* How many rows from r on make a batch, of n. */
size_t load_batch(const struct load_row *r, size_t n);

/* One of the row's fields F_CALLID .. F_DATA5, as it goes into the table. */
struct slice load_field(const struct load *l, const struct load_row *r, enum field f);
/* Sends those of the n rows whose verdict is LOAD_INSERT, as far as that goes. */
enum load_try load_insert(struct load *l, struct load_row *r, size_t n);
/* Is it a value that the server refused, so that it is the row's fault? */
bool load_bad_value(unsigned number);
void load_insert_free(struct load_insert *i);

/* Writes these rows, whatever fails. 0; -1: told. */
int load_apply(struct load *l, struct load_row *r, size_t n);

/* The first look at the partition on a connection: what is the newest second? */
enum load_try load_base(struct load *l);
/* Is the lock still ours? If not, the connection is given up. */
bool load_own_lock(struct load *l);
/*
 * After an error: connects, locks, and looks whether all that was acknowledged is still there. Waits
 * between tries longer and longer, until load_well, and not beyond the patience.
 */
int load_recover(struct load *l);
int load_connect(struct load *l);
/* What had failed went well. */
void load_well(struct load *l);

/* Before anything is written: are there near twins among the rows waiting? 0; -1: told. */
int load_probe(struct load *l);

/* Names a row refused and writes it to the file of rejects. */
void load_refuse(struct load *l, const struct load_row *r, const char *why);
/* "a|b|c" of raw fields, appended. */
void load_show(struct buf *b, int64_t second, const struct slice *field);
int load_end(struct load *l);

#endif
