/*
 * How new a partition of a database is (of logs, see stream/newest).
 */
#ifndef STREAM_MYSQL_NEWEST_H
#define STREAM_MYSQL_NEWEST_H

#include "stream/mysql_read.h"

/*
 * The time of the newest row of the partition that an operand names, of whatever kind, microseconds;
 * rows of the future (more than a minute) are passed over. 1; 0: there is none; -1: told to d, also
 * that there is no such partition.
 */
int db_newest(const struct db_read_options *o, const char *operand, int64_t *time, struct diag *d);

#endif
