/*
 * What is asked of a database instead of its events: one text or table each, to `output` (NULL: stdout).
 *
 * The operands of `in` have to be `sql:` ones. 0; -1: told, and no file is in place.
 */
#ifndef REPORT_DATABASE_H
#define REPORT_DATABASE_H

#include "stream/mysql_read.h"

/* The partitions of the tables that are named; of the usual table where none is. */
int database_list(const struct db_read_options *o, const struct source_options *in,
		  const char *output, struct diag *d);

/* The time of the newest row of a single one, in seconds. */
int database_newest(const struct db_read_options *o, const struct source_options *in,
		    const char *output, struct diag *d);

/* The SQL by which they would be read. */
int database_sql(const struct db_read_options *o, const struct source_options *in,
		 const char *output, struct diag *d);

#endif
