/*
 * What a place's table is like on the server: its columns, its engine, and the index to read by.
 */
#ifndef STREAM_MYSQL_TABLE_H
#define STREAM_MYSQL_TABLE_H

#include "stream/mysql.h"
#include "stream/mysql_place.h"

enum db_type {
	DB_NUMBER,    /* whole, or with decimals; none that is rounded when read */
	DB_TEXT,      /* char, varchar, text */
	DB_BINARY,    /* binary, varbinary, blob */
	DB_DATETIME,
	DB_TIMESTAMP, /* in UTC, whatever zone it was written in */
	DB_OTHER
};

struct db_table_column {
	char *name;       /* NULL: the table has none such */
	enum db_type type;
	long long length; /* DB_TEXT: characters; DB_BINARY: bytes; else 0 */
	char *charset;    /* DB_TEXT: "latin1", "utf8mb3", "utf8mb4"...; else NULL */
	bool null;        /* may be NULL */
};

struct db_table {
	struct db_table_column column[DB_COLUMNS]; /* by what they are to us */
	char *engine;     /* "InnoDB", "MyISAM"; NULL: a view */
	unsigned long long row; /* bytes of a row, about; 0: not known */
	bool snapshot;    /* the engine can read all pages as of one instant */
	char *index;      /* the index that begins with partition (if there is such a column) and
	                     time, best with id behind; NULL: there is none */
	bool index_id;    /* in its order rows of one time are in order of id */
	bool unique;      /* no two rows of a partition have the same time and id */
	char *primary;    /* the index of unique ids, none of them NULL; NULL: there is none */
};

/*
 * Asks the server. 0; -1: an unknown table, one that may not be read, or a column that `needed` (a
 * bit per enum db_column) names and it has not, told to d behind `what`.
 */
int db_table_read(struct db_table *t, struct db *db, const struct db_place *p, unsigned needed,
		  const char *what, struct diag *d);
void db_table_free(struct db_table *t);

#endif
