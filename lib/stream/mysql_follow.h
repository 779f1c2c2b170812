/*
 * A partition of a database as a source that never ends (see stream/live_source).
 *
 * Nothing in a table says what is new: no key orders rows by when they came. So each look, a second
 * after the one before, reads the last two minutes before the newest row again, each minute the last
 * hour, and gives the rows that were not seen yet, equal ones as often as they stand there. What is
 * older than a row given by an earlier look is given all the same, and counted as late.
 *
 * Its promise is the server's time less five seconds while a loader holds the partition's lock (see
 * mysql_place), and has for five seconds, else the time of the newest row.
 */
#ifndef STREAM_MYSQL_FOLLOW_H
#define STREAM_MYSQL_FOLLOW_H

#include "stream/live_source.h"
#include "stream/mysql_read.h"

/* o->select: whose period alone is asked of the server, and of it only the beginning. operand, o and
 * d outlive the feed. 0; -1: the operand or an option file is wrong, told; all else is trouble that
 * may pass. */
int db_follow_open(struct live_feed *feed, const struct db_read_options *o, const char *operand,
		   struct diag *d);

#endif
