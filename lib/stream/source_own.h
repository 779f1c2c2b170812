/*
 * What stream/source is made of: the state of a source, and the way from its operands to event lines
 * that are ready (source_lines.c); events are made of these in source.c.
 */
#ifndef STREAM_SOURCE_OWN_H
#define STREAM_SOURCE_OWN_H

#include "stream/qlog.h"
#include "stream/source.h"
#include "stream/source_parts.h"

/* From an offset of the block on, lines are numbered from `line`. */
struct numbering {
	size_t offset;
	unsigned long long line;
};

struct source {
	const struct source_options *o;
	struct diag *d;
	struct rotated parts; /* the operands */
	size_t part;          /* the next of them */
	struct reader *reader;
	void *foreign;        /* of a part with the scheme: what reads it, instead of the reader */
	const char *path;
	enum source_input input; /* of the part being read */
	bool fresh;              /* nothing of the part has been read yet */
	bool bom;                /* it began with a byte order mark */
	bool torn;               /* what was read last is its last line, without LF */
	size_t max_line;         /* of the part */

	struct qlog qlog;
	bool converting;   /* qlog has lines left */
	struct slice rest; /* JSON lines left */
	struct buf made;   /* event lines made of lines of another form */
	struct slice ready; /* event lines, made or read, not yet begun as a block */
	unsigned long long kept; /* how many, where each is known to be of `only`; else 0 */
	struct block block;

	struct numbering *numbering;
	size_t numbers, numbercap;
	struct numbering asked; /* the line that was asked for last; line 0: none in this block */
	unsigned long long line; /* of the first line not yet in a block */

	struct source_counts counts; /* but for event lines read of the block at hand */
	unsigned long long named; /* refused lines named */
	struct out *lent, rejects;
	bool has_rejects;
	bool passing; /* the line given last lies in memory that the next event may use */
	bool careful; /* before the next event something is to be done: passing, picks, passes */
	unsigned long long done_bytes, all_bytes;

	bool over;  /* there is no more, or none now: */
	bool later; /* the wait said so */
	bool failed, down;
	bool foreign_down; /* the foreign part that was read last failed, and it is not said yet */
	struct slice stamp;        /* of raw lines; empty: none was given, or no valid one */
	unsigned char partition[PARTITION_MOST]; /* of the foreign part that was read last */
	size_t npartition;
	unsigned char lost[PARTITION_MOST]; /* of the first other part that failed */
	size_t nlost;
	struct mesh only, pass;    /* plain events outside are passed over, or inside put out: */
	bool picks, passes;        /* is there any such? */
	struct buf own;
};

int source_no_memory(struct source *s);

/* The part at hand is not read to its end. */
void source_lose(struct source *s);

/* The line of that number is refused: counted, told, and its bytes (without LF) kept. */
void source_refuse(struct source *s, unsigned long long line, struct slice bytes, const char *why);

/* Makes event lines ready: s->ready. false: there are no more, or none now (s->later). */
bool source_refill(struct source *s);

#endif
