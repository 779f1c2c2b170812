/*
 * Clusters: which partitions a spec names, and what is asked of each.
 *
 *	A, sql:A                one partition
 *	cluster:A|B|C           several, merged
 *	cluster:A|B-|C-         a dash behind a name drops that partition's class agent
 *	clustrw:A|B|C           as cluster, and agents are rewritten by partition
 *	cluster:*, clustrw:*    every partition there is
 *
 * A name may hold ':' and '-' itself; only a '-' at its end is the dash. The notation is
 * QueueMetrics'.
 */
#ifndef RULE_CLUSTER_H
#define RULE_CLUSTER_H

#include "base/diag.h"
#include "stream/event.h"

struct cluster_part {
	char name[PARTITION_MOST + 1];
	bool dash;
};

struct cluster {
	struct cluster_part *part; /* in the order of the spec, each once */
	size_t n, cap;
	bool all;                  /* '*': no part yet, see cluster_add */
	bool by_partition;         /* clustrw */
};

/* Zero-initialize c. 0, or -1 with the reason, behind the spec, told to d. */
int cluster_parse(struct cluster *c, const char *spec, struct diag *d);

/* One part more; a name that is there already is not added again. false: out of memory. */
bool cluster_add(struct cluster *c, struct slice name, bool dash);

/* The classes that a part gives: a dash drops class agent and nothing else. 0: all. */
unsigned cluster_classes(const struct cluster_part *part);

void cluster_free(struct cluster *c);

#endif
