/*
 * How often each row was read in this run, and how often it stands in the table: what the one rule
 * of loading asks. A row is inserted only while the table holds fewer of it than were read.
 *
 * Counts are kept by the hour of the events' own time, for the 49 hours touched last, so that
 * memory is bounded whatever is read. Of a row only two hashes are kept, seeded by the process, and
 * compared within its second.
 */
#ifndef STREAM_LOAD_COUNT_H
#define STREAM_LOAD_COUNT_H

#include <stdint.h>

#include "base/map.h"
#include "stream/event.h"

enum { LOAD_HOUR = 3600, LOAD_HOURS = 49 };

struct load_key {
	int64_t second;
	uint64_t a, b; /* of call id, queue, agent, verb, data1 .. data5 */
	uint32_t kin;  /* of verb and call id: what a near twin shares */
};

struct load_entry {
	uint64_t a, b;
	uint32_t kin;
	uint32_t second;     /* of its hour */
	uint32_t read, have;
	uint32_t near;       /* rows that were taken for a changed form of an event */
	uint32_t look, seen; /* the look at the newest rows that found it last, and how often */
};

struct load_hour {
	int64_t hour;        /* the number of it; -1: free */
	unsigned long long used;
	bool loaded;         /* have is what the table holds */
	struct load_entry *entry;
	size_t n, cap;
	struct map rows, kins;
};

/* Zero-initialize it. */
struct load_counts {
	struct load_hour hour[LOAD_HOURS];
	size_t hours, last;
	unsigned long long clock;
	int64_t dropped; /* all seconds before it may have been forgotten */
	uint32_t look;
};

/* field[F_CALLID .. F_DATA5]: raw bytes. */
void load_key_make(struct load_key *k, int64_t second, const struct slice *field);

/* The counts of an hour, which lives until LOAD_HOURS others were asked for. */
struct load_hour *load_hour_of(struct load_counts *c, int64_t second);
/* The row's counts, new ones where there are none; valid until the next call. NULL: out of memory. */
struct load_entry *load_entry_of(struct load_counts *c, const struct load_key *k);
/* A row of that second, verb and call id that no event has matched; NULL: none. */
struct load_entry *load_kin_of(struct load_counts *c, const struct load_key *k);

/* The table's rows of that hour are about to be counted anew. */
void load_hour_begin(struct load_hour *h);
/* All that was known of the table is in doubt. */
void load_counts_doubt(struct load_counts *c);
void load_counts_free(struct load_counts *c);

#endif
