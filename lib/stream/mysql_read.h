/*
 * Reading a database: the operands `sql:P` of qlfetch.
 *
 * The rows of a partition come in the order of the log: by time, then by id. They are read in pages,
 * each of which is taken over whole before anything of it is passed on, so that neither a writer of
 * a MyISAM table nor the server's patience depends on who reads downstream; on engines that can, all
 * pages are as of one instant, and the server works on the next one meanwhile. What select asks is
 * asked of the server, as far as it is worth it there: whoever reads has still to filter.
 *
 * A partition, table or column that does not exist, no right to read it, or a connection lost in
 * between is an error, never a short reading.
 */
#ifndef STREAM_MYSQL_READ_H
#define STREAM_MYSQL_READ_H

#include "stream/mysql.h"
#include "stream/select.h"
#include "stream/source.h"

struct db_read_options {
	struct db_options db;
	const char **column;         /* of --column, ended by NULL; NULL: none */
	size_t columns, cap;
	const char *zone;            /* of local times; NULL: only places know */
	const struct select *select; /* NULL: everything is read */
	long long max_line;          /* bytes of an event's line; 0: as of an event stream */
};

/* --column, --input-zone and those of db_opts; `to` is a struct db_read_options. */
extern const struct opt db_read_opts[];
opt_take db_read_take;
void db_read_options_free(struct db_read_options *o);

/* The scheme "sql:"; its arg is a struct db_read_options. The zone of local times becomes the
 * process's. */
extern const struct source_scheme db_scheme;

/* Does it name a partition or table of a database, and no file? */
bool db_is_operand(const char *operand);

/* Appends the statements that read an operand, a line each: of the pages the first. 0; -1: told. */
int db_read_show(const struct db_read_options *o, const char *operand, struct buf *to,
		 struct diag *d);

#endif
