/*
 * A block of event lines in memory, cut into events by bits (see scan.h).
 *
 * In two steps. Of each line a head is made first, which says where the line ends, whether it is a
 * plain event, when, and where its first fields end; many at once, without a branch that depends on
 * the lines. Whoever only passes lines on, or drops them by their time, needs no more. Making an
 * event of a line is the second step.
 *
 * A line in canonical form is pointed into; the rare other one is read by event_parse into memory
 * of the block's own.
 */
#ifndef STREAM_BLOCK_H
#define STREAM_BLOCK_H

#include "base/near.h"
#include "stream/event.h"
#include "stream/scan.h"

enum block_got { BLOCK_END, BLOCK_EVENT, BLOCK_BLANK, BLOCK_REFUSED };

/* What is known of a line before it is cut. */
struct head {
	int64_t time;  /* of a plain one, microseconds */
	uint32_t end;  /* where its LF stands in the block */
	uint32_t plain; /* an event in canonical form, and none of the stream's own making */
};

/* Where the partition of a plain line begins: behind ten digits and a TAB. */
enum { BLOCK_NAME = 11 };

/* Heads are made so many at a time. */
enum { BLOCK_HEADS = 512 };

/* Names of partitions met lately, which need not be looked at again; of those of less than eight
 * bytes, as nearly all are, one word is enough. */
enum { BLOCK_NAMES = 64 };
struct block_names {
	struct near name[BLOCK_NAMES];
	uint64_t brief[BLOCK_NAMES];
};

struct block {
	const unsigned char *p;
	size_t n, at;     /* at: where the next line begins */
	size_t last;      /* where the line given last began */
	unsigned long long lines; /* given so far */
	struct scan scan;
	struct head *head; /* of the lines from `at` on: those from `next` up to `heads` */
	uint64_t *tabs;    /* as many: where TABs stand in the 64 bytes from the partition on */
	size_t next, heads;
	size_t headed, word; /* how far heads are made, in bytes and in words of the scan */
	struct block_names *names;
	uint64_t digits;     /* the first eight digits of a time, as they stand in a line, */
	int64_t hundreds;    /* and what they are, in hundreds of seconds */
	struct buf own;
	size_t max_line;
	bool brief;       /* what stands behind the verb is not cut, see event_whole */
	size_t event;     /* where the plain line given last began, or BLOCK_NOWHERE */
	unsigned char partition[PARTITION_MOST]; /* of an event, see block_remember */
	size_t npartition;
	int64_t time;
	const struct block_code *code;
};

/* Whole lines, with SCAN_SLACK behind them, that live until they are used up; less than 4 GiB.
 * false: out of memory, and there are none in it. */
bool block_begin(struct block *b, struct slice lines);

/* Makes the next heads. false: there is no line left. */
bool block_more(struct block *b);

/* The head of the next line; NULL: no line is left. */
static inline const struct head *block_head(struct block *b)
{
	return b->next < b->heads || block_more(b) ? &b->head[b->next] : NULL;
}

#define BLOCK_NOWHERE SIZE_MAX

/* The next line, which is plain, counts as given. */
static inline void block_pass(struct block *b)
{
	b->event = b->last = b->at;
	b->at = b->head[b->next++].end + (size_t)1;
	b->lines++;
}

/*
 * Field f, from the partition to the agent, of the next line, which is plain. n == SIZE_MAX: it stands
 * too far behind to be told so soon.
 */
static inline struct slice block_field(const struct block *b, enum field f)
{
	const unsigned char *name = b->p + b->at + BLOCK_NAME, *start = name;
	uint64_t w = b->tabs[b->next];

	for (enum field k = F_PARTITION; k < f && w; k++) {
		start = name + __builtin_ctzll(w) + 1;
		w &= w - 1;
	}
	return slice_of(start, w ? (size_t)(name + __builtin_ctzll(w) - start) : SIZE_MAX);
}

/*
 * Plain lines, one behind the other, given as they are: *head up to *end, the first of which begins
 * at `line`. They live until the block is asked for anything else.
 */
struct stretch {
	const unsigned char *block, *line;
	const struct head *head, *end;
};

/* The first line of a stretch that is not at its end, with its LF; and on to the next. */
static inline struct slice stretch_line(const struct stretch *st)
{
	return slice_of(st->line, (size_t)(st->block + st->head->end + 1 - st->line));
}

static inline void stretch_pass(struct stretch *st)
{
	st->line = st->block + st->head++->end + 1;
}

/* As many of the next lines as are plain and have their heads. false: none. */
bool block_stretch(struct block *b, struct stretch *st);

/* The next line: an event, which lives until the next call; or one refused, and why. */
enum block_got block_next(struct block *b, struct event *ev, struct slice *line, const char **why);

/* Puts partition and time of the event given last where they outlive the lines. */
void block_remember(struct block *b);

void block_free(struct block *b);

#endif
