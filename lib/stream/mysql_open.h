/*
 * An operand `sql:P`, connected and looked at: what there is to read, and how its times are to be read.
 */
#ifndef STREAM_MYSQL_OPEN_H
#define STREAM_MYSQL_OPEN_H

#include "stream/mysql_read.h"
#include "stream/mysql_sql.h"

/* Zero-initialize it. */
struct db_open {
	const struct db_read_options *o;
	const char *operand;
	struct diag *d;
	struct db_place place;
	struct db_table table;
	struct db *db;
	struct db_sql sql; /* what o->select asks for */
};

int db_open_parse(struct db_place *place, const struct db_read_options *o, const char *operand,
		  struct diag *d);

/* Nothing is sent yet. All three outlive it. 0; -1: told. */
int db_open_begin(struct db_open *r, const struct db_read_options *o, const char *operand,
		  struct diag *d);

/* Connects, or connects anew. The zone of local times becomes the process's. 0; -1: told, also that no
 * row is of that partition. */
int db_open_connect(struct db_open *r);

/* Also when it was not begun, or only in part. */
void db_open_end(struct db_open *r);

#endif
