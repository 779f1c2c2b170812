/*
 * Option files, in the syntax that MySQL's programs read: groups in brackets, `key`, `key=value`,
 * comments behind # or ; and !include FILE, !includedir DIR (of which those that end in .cnf).
 */
#ifndef STREAM_MYSQL_FILES_H
#define STREAM_MYSQL_FILES_H

#include <stdbool.h>

#include "base/diag.h"

/*
 * Takes one line: key with '-' for '_' and without a "loose-" before it; value NULL where there is
 * none. where: "FILE:LINE". All live only for the call. 0, or -1: told to d.
 */
typedef int mysql_file_take(void *to, const char *group, const char *key, const char *value,
			    const char *where, struct diag *d);

/*
 * Reads a file, which must not be writable by group or others. optional: it need not be there, or
 * be readable. 0, or -1: told to d.
 */
int mysql_file_read(const char *path, bool optional, mysql_file_take *take, void *to,
		    struct diag *d);

#endif
