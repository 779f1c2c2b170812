/*
 * A selection of events, as plain data: what rule/filter tests and a database renders as WHERE.
 *
 * All conditions must hold; an empty list asks for nothing. Names are in the events' escaped form.
 */
#ifndef STREAM_SELECT_H
#define STREAM_SELECT_H

#include "base/names.h"
#include "base/when.h"
#include "stream/event.h"

struct select {
	int64_t from, to;          /* from <= time < to; WHEN_MIN, WHEN_MAX: open */
	int64_t agents_from;       /* class agent and QUEUESTART already from here on: what says
				      who was on at `from`; WHEN_MAX: no earlier */
	struct names partition, queue, agent, verb, callid;
	unsigned classes;          /* of enum verb_class; 0: any */
};

#define SELECT_ALL ((struct select){ .from = WHEN_MIN, .to = WHEN_MAX, .agents_from = WHEN_MAX })

/* Adds a list as names_list does, escaping each name. 0; -1: told to d as `what`. */
int select_list(struct names *t, const char *what, const char *list, struct diag *d);

/* No event before that is asked for. */
int64_t select_first(const struct select *s);

/* Is there nothing that an event could fail? */
bool select_is_all(const struct select *s);

void select_free(struct select *s);

#endif
