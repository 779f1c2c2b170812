/*
 * The inputs of a merge: operands, and what commands write.
 *
 * An input gives the events of its source, one by one or as stretches of lines. It remembers what
 * its last event was, so that a step back in time can be named and a command that ends badly can be
 * said to be down.
 */
#ifndef STREAM_INPUTS_H
#define STREAM_INPUTS_H

#include "base/names.h"
#include "stream/child.h"
#include "stream/source.h"

struct input {
	struct stretch stretch; /* the line given last, and those behind it */
	bool special;        /* that is one line by itself, which ev is */
	struct head head;    /* its head then */
	struct event ev;     /* given last; what it borrows lives until the next one of the input */
	int64_t time;        /* of the event before */
	bool over;           /* nothing follows ev */
	bool down;           /* its last event was SOURCEDOWN */
	unsigned char partition[PARTITION_MOST]; /* live: of the event before; else see newest */
	size_t npartition;
	int64_t newest;      /* of that partition, since it was last noted */
	struct source *source; /* NULL: it has ended */
	int fd;              /* live: where the next of it comes from; -1: nowhere yet */
	struct source_options options;
	const char *command; /* NULL: an operand */
	struct child child;
	struct buf own;      /* the SOURCEDOWN made here */
};

/* The order of a merge: by time, then by the number of the input. */
struct turn {
	int64_t time;
	size_t i;
};

static inline bool turn_before(struct turn a, struct turn b)
{
	return (a.time < b.time) | ((a.time == b.time) & (a.i < b.i));
}

/* Zero-initialize it, but for d, which must outlive it. */
struct inputs {
	struct diag *d;
	struct input **input;
	size_t n, cap;
	bool brief;          /* nobody looks at the data of events; before any is added */
	bool live;           /* none is waited for; before any is added */
	bool keep_newest;    /* has the newest time of each partition kept */
	struct out *lent;
	unsigned long long read, backwards; /* events (of a stretch at once); steps back in time
					       within an input */
	struct source_counts sources;       /* of inputs closed */
	struct names partitions;            /* met, where keep_newest says so, */
	int64_t *newest;                    /* and the newest time of each */
	size_t newests, newestcap;
};

/*
 * Adds an input. With a command: the input is what `command` writes; if it ends badly (status 2 or
 * more, a signal) and has not said SOURCEDOWN itself, that is the input's last event, of the
 * partition its events were of; of none: that named by the command's own -p or sql:, else "input-N". Its
 * status 1 becomes d's. 0; -1: told.
 */
int inputs_add(struct inputs *all, const struct source_options *o);
int inputs_add_command(struct inputs *all, const char *command, const struct source_options *o);

/* The partition that input i's command names by its own -p or sql:, if it does. */
struct slice inputs_named(const struct inputs *all, size_t i);
/* What to call it: the partition of its last event, its command, or its operand. */
struct slice inputs_name(const struct inputs *all, size_t i);

/* As source_lend, for all inputs, those already added and those to come. */
void inputs_lend(struct inputs *all, struct out *out);

/* The next event of input i, in its ev. false: it is over; or, live, there is none now. */
bool inputs_next(struct inputs *all, size_t i);

/*
 * The same as lines: its stretch, of one line at least, is what comes next. Whoever passes on within
 * the stretch has each line looked at. ev is only valid where the input says `special`.
 */
bool inputs_stretch(struct inputs *all, size_t i);

/* A step back in time is told, and the newest time kept where that is asked for. */
void inputs_tell_backwards(struct inputs *all, struct input *in, int64_t time);
void inputs_keep_newest(struct inputs *all, struct input *in, int64_t time);

static inline void inputs_look(struct inputs *all, struct input *in, int64_t time)
{
	if (time < in->time)
		inputs_tell_backwards(all, in, time);
	in->time = time;
	if (all->keep_newest)
		inputs_keep_newest(all, in, time);
}

/*
 * Closes them, ends the commands that still run, and says the totals; behind the out that was
 * lent, which may hold their lines.
 */
void inputs_close(struct inputs *all);

#endif
