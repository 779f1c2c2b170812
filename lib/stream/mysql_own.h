/* What the client library's connection is here. For lib/stream/mysql*.c that speak with the library only. */
#ifndef STREAM_MYSQL_OWN_H
#define STREAM_MYSQL_OWN_H

#include <errmsg.h>
#include <mysql.h>

#include "stream/mysql.h"

#ifdef MARIADB_PACKAGE_VERSION
typedef my_bool db_bool;
#else
typedef bool db_bool;
#endif

struct db {
	struct db_settings settings;
	const char *what;
	MYSQL *m;          /* NULL: not connected */
	MYSQL_STMT *bulk;  /* see mysql_bulk.h */
	MYSQL_RES *rows;   /* being read */
	bool sent;         /* db_send was, db_receive was not */
	size_t columns;
	unsigned number;   /* of the error */
	char text[512];
};

/* What db_errno and db_error say from now on: this; what the library says; that nothing is open. -1. */
int db_fail(struct db *db, unsigned number, const char *text);
int db_failed(struct db *db);
int db_not_connected(struct db *db);

#endif
