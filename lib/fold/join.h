/*
 * Calls joined: the visits of one call as one (QueueMetrics: multi-stint).
 *
 * First are those that began first. The joined visit has the partition, call id, queue, direction,
 * entry, place, caller, did, url, number and flag < of the first; the end, outcome, cause, key,
 * target, status, place at the end and flag > of the last; agent, talk and ring of the last that
 * was answered, also where a later one was not; the sum of the waits that are known; all attempts.
 *
 * A call is joined when the fold of calls forgets its id. Memory grows with the calls that it
 * remembers.
 */
#ifndef FOLD_JOIN_H
#define FOLD_JOIN_H

#include "fold/call.h"

struct joins;

/* joined: takes each call; its slices live during the callback only. NULL: out of memory. */
struct joins *joins_new(void (*joined)(void *arg, const struct visit *v), void *arg);

/* As calls_new gives them. false: out of memory. */
bool joins_visit(struct joins *j, const struct visit *v);
void joins_forgotten(struct joins *j, uint32_t call);
void joins_free(struct joins *j);

#endif
