/*
 * Sources: operands to events.
 *
 * A source reads its operands one after the other: event streams, raw queue_logs (then every line
 * is stamped with a partition), JSON; plain or gzip by the magic bytes. It gives canonical events,
 * refuses bad lines by name (FILE:LINE: why, the first ten, then a total) and counts everything:
 * read = given + refused.
 *
 * When an operand cannot be read to its end (missing, cut off, corrupt, a stream that stops inside
 * a line), the source says so (status 2), does the others, and gives as its very last event
 * SOURCEDOWN, so that whoever reads downstream knows that a partition is not whole. An operand with
 * a scheme, which is a partition by itself, has its SOURCEDOWN where it ends.
 */
#ifndef STREAM_SOURCE_H
#define STREAM_SOURCE_H

#include "base/diag.h"
#include "base/opt.h"
#include "stream/block.h"
#include "stream/reader.h"
#include "stream/sieve.h"

/*
 * A scheme: operands that are no files, `sql:A`. What stands behind the prefix, up to a '?', is the
 * partition of its events. Commands that pass none are not linked with what reads it.
 */
struct source_scheme {
	const char *prefix;
	/* Is the operand well formed? 0; -1: told to d. */
	int (*check)(void *arg, const char *operand, struct diag *d);
	/* NULL: told to d. operand and d outlive what is opened. */
	void *(*open)(void *arg, const char *operand, struct diag *d);
	/* Some lines, canonical, with SCAN_SLACK behind them, valid until the next call: 1; 0: no
	 * more; -1: told, and it was not all. Adds to what was read and refused. */
	int (*next)(void *of, struct slice *lines, unsigned long long *read,
		    unsigned long long *refused);
	void (*close)(void *of);
};

enum source_input { SOURCE_EVENTS, SOURCE_QUEUELOG, SOURCE_JSON };

struct source;

struct source_options {
	const char **operand; /* none: stdin */
	size_t operands, cap;
	const char *name; /* what messages call the operand, where there is one; NULL: as it is */
	enum source_input input;
	const char *partition; /* stamps raw logs; NULL: none was given */
	bool set;              /* operands are parts of one log: in order of time, copies skipped */
	long long max_line;    /* bytes; 0: 1 MiB of a raw log, 2 of events, 16 of JSON */
	const char *rejects;   /* a file for the refused lines, byte for byte; NULL: none */
	/* Is told of each refused line instead of d, whose status stays; NULL: d is told. */
	void (*refused)(void *arg, const char *path, unsigned long long line, const char *why);
	void *refused_arg;
	reader_wait *wait; /* as in stream/reader, of each operand that is a file; or NULL */
	void *wait_arg;
	/* Is told each time that more of the input was read; NULL: nobody. */
	void (*more)(void *arg, const struct source *s);
	void *more_arg;
	const struct source_scheme *scheme; /* NULL: none */
	void *scheme_arg;
};

struct source_counts {
	unsigned long long read;    /* lines, but for blank ones */
	unsigned long long refused;
	unsigned long long blank;   /* skipped */
	unsigned long long cr;      /* CRs dropped before LF (raw logs) */
	unsigned long long copies;  /* files skipped as copies */
	unsigned long long down;    /* SOURCEDOWN of its own making that were given */
	unsigned long long passed;  /* put out, and not given, see source_pass */
};

/* The options of every command that reads events, -I and --max-line, with the operands, and those
 * of qlfetch. `to` is a struct source_options. */
extern const struct opt source_opts[];
opt_take source_take;
/* The same of commands that have no partition to stamp raw lines with. */
extern const struct opt source_event_opts[];
opt_take source_event_take;

/* Is the operand well formed, and all said that it needs? 0; -1: told to d. */
int source_check(const struct source_options *o, const char *operand, struct diag *d);

/* NULL: the reason was told to d. An operand that cannot be opened is told when its turn comes.
 * o and d must outlive the source. */
struct source *source_open(const struct source_options *o, struct diag *d);

/* The next event: true; false: no more. What ev borrows lives until the next call. */
bool source_next(struct source *s, struct event *ev);

/* The same of those that are at hand, up to `most`, which live together: how many; 0: no more. More than
 * SOURCE_SOME at once gain nothing. */
enum { SOURCE_SOME = 16 };
size_t source_some(struct source *s, struct event *ev, size_t most);

/* It was false because the wait said so, and more may come. */
bool source_later(const struct source *s);

/*
 * Some of the next events, as a run of whole canonical lines, for whoever looks at none of them.
 * true; false: no more. Mixes with source_next.
 */
bool source_run(struct source *s, struct slice *lines);

/*
 * The next events without a look at their fields, as a stretch of lines with their times (see
 * stream/block.h), valid until the source is asked for anything else. false: the next event, if
 * there is one, is none that can be given so: ask source_next for it, and then again.
 */
bool source_stretch(struct source *s, struct stretch *st);

/* `out` may hold a run of this source's memory: it is settled before that memory changes. */
void source_lend(struct source *s, struct out *out);

/* From here on the source may leave out events that are not among these, before any was asked for. It may
 * give them all the same, and gives those of the stream's own making. What is left out counts as read;
 * of raw logs, source_where is not to be asked then. */
void source_only(struct source *s, const struct sieve *these);

/* Of those that are left, source_next and source_some may put the lines of these on the out that was lent,
 * in their place, and not give them: for whoever would do just that. They count as `passed`. */
void source_pass(struct source *s, const struct sieve *these);

/* Where an event stands, of those last given: its file's name and line number, for messages. */
const char *source_where(struct source *s, const struct event *ev, unsigned long long *line);
/* The same of a line of the stretch given last, by its beginning. */
const char *source_where_at(struct source *s, const unsigned char *at, unsigned long long *line);

/* Whose the event given last is, of a source of events; empty: none was given. */
struct slice source_partition(struct source *s);

struct source_counts source_counts(const struct source *s);

/* Bytes read so far of how many in all (0: not known), for showing progress. */
void source_progress(const struct source *s, unsigned long long *done, unsigned long long *all);

/* Says the totals of what was refused and skipped, and frees it. */
void source_close(struct source *s);

#endif
