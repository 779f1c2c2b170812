/*
 * A block of event lines in memory, cut into events at its marks (see scan.h).
 *
 * In two steps. Of each line a head is made first, which says where the line ends, whether it is a
 * plain event, and when; many at once, without a branch that depends on the lines. Whoever only
 * passes lines on, or drops them by their time, needs no more. Making an event of a line is the
 * second step.
 *
 * A line in canonical form is pointed into; the rare other one is read by event_parse into memory
 * of the block's own.
 */
#ifndef STREAM_BLOCK_H
#define STREAM_BLOCK_H

#include "base/near.h"
#include "stream/event.h"
#include "stream/scan.h"
#include "stream/seconds.h"

enum block_got { BLOCK_END, BLOCK_EVENT, BLOCK_BLANK, BLOCK_REFUSED };

/* What is known of a line before it is cut. */
struct head {
	int64_t time;  /* of a plain one, microseconds */
	uint32_t end;  /* where its LF stands in the block */
	uint32_t plain; /* an event in canonical form, and none of the stream's own making */
};

/* Heads are made so many at a time. */
enum { BLOCK_HEADS = 512 };

/* Names of partitions met lately, which need not be looked at again; of those of less than eight
 * bytes, as nearly all are, one word is enough. */
enum { BLOCK_NAMES_BITS = 6, BLOCK_NAMES = 1 << BLOCK_NAMES_BITS };
struct block_names {
	struct near name[BLOCK_NAMES];
	uint64_t brief[BLOCK_NAMES];
};

/* Zero-initialize it, but for max_line, which is set before its lines are asked for. */
struct block {
	const unsigned char *p;
	size_t n;
	unsigned long long lines; /* whose heads are no more */
	size_t begin, last; /* where the line of the first head begins, and where the one before did */
	struct scan scan;
	size_t line;      /* how many lines of the piece have had their heads made */
	struct head *head; /* those from `next` up to `heads` are of lines not yet given */
	const uint32_t *end; /* of the same lines: which mark is their LF */
	unsigned char *verb; /* of those up to `verbs`, if they are plain: named */
	size_t next, heads, verbs, remembered; /* remembered: `next` when that was done */
	struct block_names *names;
	struct seconds seconds;
	struct buf own;
	size_t max_line;
	unsigned char partition[PARTITION_MOST]; /* of an event, see block_remember */
	size_t npartition;
	int64_t time;
	const struct block_code *code; /* NULL: the best there is */
};

/* The code; block_code(0) is for any machine, block_code(i) NULL where this one has no i-th. */
struct block_code {
	bool (*more)(struct block *b);
	size_t (*events)(struct block *b, struct event *ev, size_t most);
};
const struct block_code *block_code(int i);

/* Whole lines, with SCAN_SLACK behind them, that live until they are used up; less than 4 GiB.
 * false: out of memory, and there are none in it. */
bool block_begin(struct block *b, struct slice lines);

/* Forgets its lines, as if there had been none. */
void block_end(struct block *b);

/* Makes the next heads. false: there is no line left. */
bool block_more(struct block *b);

/* The head of the next line; NULL: no line is left. */
static inline const struct head *block_head(struct block *b)
{
	return b->next < b->heads || block_more(b) ? &b->head[b->next] : NULL;
}

/* Where the next line begins, and where the one given last did. */
static inline size_t block_at(const struct block *b)
{
	return b->next ? b->head[b->next - 1].end + (size_t)1 : b->begin;
}
static inline size_t block_last(const struct block *b)
{
	return b->next > 1 ? b->head[b->next - 2].end + (size_t)1 : b->next ? b->begin : b->last;
}

/* How many lines were given so far. */
static inline unsigned long long block_given(const struct block *b)
{
	return b->lines + b->next;
}

/* The next line, which is plain, counts as given. */
static inline void block_pass(struct block *b)
{
	b->next++;
}

/* The marks between which the fields of the next line stand, which is plain. */
static inline const uint32_t *block_marks(const struct block *b)
{
	return b->scan.mark + b->end[b->next] - EVENT_FIELDS;
}

/* The verb of the next line, which is plain. */
static inline enum verb block_verb(const struct block *b)
{
	const uint32_t *mark = block_marks(b) + F_VERB;

	return b->next < b->verbs ? b->verb[b->next] :
				    verb_near(slice_of(b->p + mark[0] + 1, mark[1] - mark[0] - 1));
}

/* The event of the next line, which is plain. */
void block_one(struct block *b, struct event *ev);

/* Names the verbs of the next lines, all that have heads, in one go. */
void block_name(struct block *b);

/* Is the next line known to be plain, and its verb named? If so, its event, and as many of those behind it
 * of which that is true, up to `most`: how many. They live together until the block is asked again. */
static inline bool block_plain(const struct block *b)
{
	return b->next < b->verbs && b->head[b->next].plain;
}
static inline size_t block_events(struct block *b, struct event *ev, size_t most)
{
	return b->code->events(b, ev, most);
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

/* Puts partition and time of the event given last where they outlive the lines: before they go. */
void block_remember(struct block *b);

void block_free(struct block *b);

#endif
