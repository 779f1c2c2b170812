/*
 * Places: what an operand `sql:P` or `sql:P?table=...&layout=...` names.
 *
 *	table=NAME        (queue_log; of the asterisk layouts it must be given)
 *	db=NAME           else the database of the option files
 *	layout=NAME       queuemetrics (default), asterisk, asterisk-data
 *	OURS=THEIRS       a column's name, OURS one of time partition callid queue agent verb data1
 *	                  .. data5 data id (id: what orders rows within a second)
 *	zone=ZONE         of local times
 *	shift=DURATION    added to the times read; -1h undoes a loader that added an hour
 *
 * A %HH in a value is the byte. The asterisk layouts have no column of the partition: P only names
 * the stream.
 */
#ifndef STREAM_MYSQL_PLACE_H
#define STREAM_MYSQL_PLACE_H

#include <stdint.h>

#include "base/diag.h"
#include "stream/event.h"

enum db_layout { DB_QUEUEMETRICS, DB_ASTERISK, DB_ASTERISK_DATA };

/* The columns of a place: those of an event by enum field, and two more. */
enum db_column { DB_COLUMN_DATA = EVENT_FIELDS, DB_COLUMN_ID, DB_COLUMNS };

struct db_place {
	char partition[PARTITION_MOST + 1]; /* "": none was named */
	enum db_layout layout;
	char *database;           /* NULL: the session's */
	char *table;
	char *column[DB_COLUMNS]; /* the table's names; NULL: the layout has none such */
	char *zone;               /* NULL: not said */
	int64_t shift;            /* microseconds, added to what is read */
};

/*
 * Reads an operand, "sql:" included. renames: further `ours=theirs` (from --column), before those
 * in the operand; ended by NULL, or NULL. nameless: a partition need not be named. 0; -1: told to d
 * behind the operand.
 */
int db_place_parse(struct db_place *p, const char *operand, const char *const *renames, bool nameless,
		   struct diag *d);
void db_place_free(struct db_place *p);

/* `db`.`table`, or `table`, quoted, appended. */
void db_place_table(struct buf *b, const struct db_place *p);

/* The name of the lock that whoever loads the place holds; database: the session's. */
enum { DB_LOCK = 24 };
void db_place_lock(char name[DB_LOCK], const struct db_place *p, const char *database);

#endif
