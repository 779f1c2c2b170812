/*
 * Tapes: what the fold of agents is told of each partition, to be told again together with others.
 *
 * When an agent is on, and paused, follows from all partitions at once; so of one alone, what can be
 * kept for later are not sessions but what they are made of: the events of its slots, the attempts,
 * the talks and rings that its calls gave. A tape keeps these, for each partition in the order of
 * its log, and enough of the other events to move the clock as they did. Playing the tapes of several
 * partitions tells the fold the same as one stream of all events would, merged as qlmerge merges,
 * equal times in the order of the partitions' names.
 *
 * Memory grows with what is kept: a line for each event of an agent, attempt and talk.
 */
#ifndef REPORT_TAPE_H
#define REPORT_TAPE_H

#include "fold/facts.h"

struct tape;

/* o: which queues are asked for, and where members do not outlive a restart; it outlives the tape.
 * NULL: out of memory. */
struct tape *tape_new(const struct facts_options *o);

/* Recording: has facts that are made of o tell it of calls; an event, before it is fed to these facts;
 * and that the input is over, before they are finished. */
void tape_listen(struct tape *t, struct facts_options *o);
void tape_event(struct tape *t, const struct event *ev);
void tape_over(struct tape *t);

/* The partitions of which anything is on it, sorted; lines of one, each with its LF. */
size_t tape_partitions(const struct tape *t);
struct slice tape_partition(const struct tape *t, size_t i);
struct slice tape_lines(const struct tape *t, size_t i);

/* Adds such lines of a partition that has none yet. They are borrowed. */
void tape_add(struct tape *t, struct slice partition, struct slice lines);

/* Tells it all to f; *clock stands at each event's time meanwhile. 0; -1: told to d, where a line is
 * none. */
int tape_play(struct tape *t, struct facts *f, int64_t *clock, struct diag *d);

/* Was there memory for all? */
bool tape_failed(const struct tape *t);
void tape_free(struct tape *t);

#endif
