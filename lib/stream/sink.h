/*
 * Sinks: events to stdout or a file, in one of the forms of -F. The other end of a source.
 */
#ifndef STREAM_SINK_H
#define STREAM_SINK_H

#include "base/opt.h"
#include "base/out.h"
#include "stream/event.h"

struct sink_options {
	enum event_format format;
	const char *output; /* NULL: stdout */
};

/* -F and -o; `to` is a struct sink_options. */
extern const struct opt sink_opts[];
opt_take sink_take;

struct sink {
	struct out out;
	enum event_format format;
	struct buf text, scratch[2];
	unsigned long long events; /* put */
	unsigned long long spaced; /* put as queuelog with a byte that it cannot hold */
	struct diag *d;
};

/* 0, or -1 with the reason told to d. */
int sink_open(struct sink *k, const struct sink_options *o, struct diag *d);

/* An event whose line stands unchanged in its source's memory is written from there, in runs:
 * lend k->out to that source. */
void sink_put_else(struct sink *k, const struct event *ev);
static inline void sink_put(struct sink *k, const struct event *ev)
{
	k->events++;
	if (k->format == EVENT_TSV && !ev->changed)
		out_run(&k->out, ev->line);
	else
		sink_put_else(k, ev);
}

/* Flushes, checks, closes. keep: whether an -o file comes into place. Errors are told to d. */
void sink_close(struct sink *k, bool keep);

#endif
