/*
 * A database's partitions and how new they are, for whoever is not linked with what reads one: asked of qlfetch.
 */
#ifndef RULE_SERVERS_SQL_H
#define RULE_SERVERS_SQL_H

#include "base/diag.h"
#include "base/words.h"
#include "rule/servers.h"

/* Adds each to c. self: argv[0], beside which qlfetch is. 0; -1: none, or told to d. */
int servers_of_database(const char *self, const char *spec, struct cluster *c, struct diag *d);

/* Options of qlfetch for a source that is a database, as the configuration has them. */
void servers_sql_options(struct words *w, const struct server *v);

/*
 * The time of the newest row of a source `sql:NAME...`, microseconds, before the server's shift.
 * false: it cannot be told; whoever reads it will say why.
 */
bool servers_sql_newest(const char *self, const struct server *v, const char *source, int64_t *time);

#endif
