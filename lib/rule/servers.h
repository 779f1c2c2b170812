/*
 * Servers: where the log of each partition is, and how it is to be read.
 *
 * A configuration file has lines `NAME.key = value`; NAME is a partition. '#' at a line's
 * beginning or behind white space begins a comment. Nothing in it is ever executed. A file named
 * in it, if relative, is so to the configuration file.
 *
 *	source                             a log file, a directory of them, events:FILE or sql:NAME...
 *	defaults-file, defaults-group      of the database's client library
 *	zone                               of the times in a table that has local ones
 *	persistent                         yes, no: whether members outlive a restart
 *	class                              a list of call, agent, system: what is read at all
 *	shift                              what is added to its times: +3s, -1500ms
 *	agents, queues                     files of renamings
 *	strip-channel, local-to-agent, login-to-agent, hotdesk      yes, no
 *
 * A root is a directory with one directory per partition, of its name, that holds queue_log*.
 */
#ifndef RULE_SERVERS_H
#define RULE_SERVERS_H

#include "base/buf.h"
#include "base/diag.h"
#include "rule/cluster.h"

enum server_key {
	SERVER_SOURCE, SERVER_DEFAULTS_FILE, SERVER_DEFAULTS_GROUP, SERVER_ZONE, SERVER_PERSISTENT,
	SERVER_CLASS, SERVER_SHIFT, SERVER_AGENTS, SERVER_QUEUES, SERVER_STRIP_CHANNEL,
	SERVER_LOCAL_TO_AGENT, SERVER_LOGIN_TO_AGENT, SERVER_HOTDESK,
	SERVER_KEYS
};

struct server {
	char name[PARTITION_MOST + 1];
	char *value[SERVER_KEYS]; /* files as they are to be opened; NULL: not given */
	int64_t shift;            /* SERVER_SHIFT, microseconds */
	unsigned classes;         /* SERVER_CLASS; 0: all */
};

struct servers {
	const char *root;         /* NULL: none */
	char *config;             /* the file that was read; NULL: none */
	struct server *server;    /* in the order of their first line */
	size_t n, cap;
};

/*
 * Zero-initialize s. config NULL: the first there is of $QL_CONFIG, ~/.config/ql/cluster.conf and
 * /etc/ql/cluster.conf; with a root, none. 0, or -1: told to d, every bad line as FILE:LINE: why.
 * root must outlive s.
 */
int servers_open(struct servers *s, const char *root, const char *config, struct diag *d);

/* What the configuration says of a partition; never NULL. */
const struct server *servers_find(const struct servers *s, const char *name);
/* The value of a key that is yes or no; `other` where it is not given. */
bool server_yes(const struct server *v, enum server_key key, bool other);

/*
 * Puts the operand into b that qlfetch reads the partition by: what its source says, else its
 * directory below the root, else, with neither root nor configuration, sql:NAME.
 * 0; -1: there is no such partition, told to d behind `spec`.
 */
int servers_source(const struct servers *s, const char *spec, const char *name, struct buf *b,
		   struct diag *d);

/* Adds every partition to c: those below the root by name, and those of the configuration; one of
 * the two there must be. 0; -1: there are none, told to d. */
int servers_all(const struct servers *s, const char *spec, struct cluster *c, struct diag *d);

void servers_free(struct servers *s);

#endif
