/*
 * The partitions of a database, for whoever is not linked with what reads one: asked of qlfetch.
 */
#ifndef RULE_SERVERS_SQL_H
#define RULE_SERVERS_SQL_H

#include "base/diag.h"
#include "rule/cluster.h"

/* Adds each to c. self: argv[0], beside which qlfetch is. 0; -1: none, or told to d. */
int servers_of_database(const char *self, const char *spec, struct cluster *c, struct diag *d);

#endif
