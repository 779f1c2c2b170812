/*
 * Which partitions a table of a database has.
 */
#ifndef STREAM_MYSQL_LIST_H
#define STREAM_MYSQL_LIST_H

#include "stream/mysql_read.h"

struct db_listed {
	struct slice partition; /* escaped, as fields are */
	int64_t first, last;    /* times of its events, microseconds; < 0: none that an event can have */
	long long rows;
	const char *engine;     /* of the table; "view" */
};

typedef int db_list_take(void *to, const struct db_listed *p);

/*
 * Gives each partition of the table that an operand names ("sql:", with what is behind a '?'), in
 * the order of their names, or only the one that it names, to `take`; what p points at lives for
 * the call. 0; -1: told to d, or `take` said so.
 */
int db_list(const struct db_read_options *o, const char *operand, db_list_take *take, void *to,
	    struct diag *d);

#endif
