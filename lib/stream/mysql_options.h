/*
 * How to connect to a database: what option files and options say.
 *
 * The files are those that MySQL's programs read (/etc/my.cnf, /etc/mysql/my.cnf, ~/.my.cnf), then
 * that of --defaults-extra-file; or only that of --defaults-file. Of each, groups [client] and [ql],
 * and the one of --defaults-group; what comes later wins. The syntax is theirs, !include and
 * !includedir too. Known are
 *
 *	host port socket protocol user password database
 *	ssl ssl-mode ssl-ca ssl-capath ssl-cert ssl-key ssl-cipher tls-version
 *	ssl-verify-server-cert plugin-dir default-auth
 *	connect-timeout read-timeout write-timeout (seconds)
 *
 * and all others are passed over, since the files belong to other programs too; but for those that
 * begin with ssl or tls: what is not understood there is an error. A file that group or others may
 * write is refused. There is no option for a password, since a command line is seen by all.
 *
 * TLS is asked for by ssl, by ssl-mode from REQUIRED on, and by any other of the ssl- keys. Then the
 * server's certificate is verified, unless ssl-mode is REQUIRED or ssl-verify-server-cert is off.
 *
 * ql reads them by itself, because the libraries differ in which groups and keys they know, read
 * one file only, let a file undo what the program has set (time-outs, local_infile) and do not say
 * whether TLS was asked for.
 */
#ifndef STREAM_MYSQL_OPTIONS_H
#define STREAM_MYSQL_OPTIONS_H

#include "base/diag.h"
#include "base/opt.h"

struct db_options {
	const char *defaults_file, *defaults_extra_file, *defaults_group; /* NULL: not given */
};

/* --defaults-file, --defaults-extra-file, --defaults-group; `to` is a struct db_options. */
extern const struct opt db_opts[];
opt_take db_take;

enum db_key {
	DB_HOST, DB_SOCKET, DB_PROTOCOL, DB_USER, DB_PASSWORD, DB_DATABASE, DB_SSL_MODE, DB_SSL_CA,
	DB_SSL_CAPATH, DB_SSL_CERT, DB_SSL_KEY, DB_SSL_CIPHER, DB_TLS_VERSION, DB_PLUGIN_DIR,
	DB_DEFAULT_AUTH, DB_TEXTS
};

struct db_settings {
	char *text[DB_TEXTS]; /* NULL: not said */
	unsigned port;        /* 0: not said */
	unsigned connect_timeout, read_timeout, write_timeout; /* seconds, never 0 */
	bool tls, verify;     /* asked for; and that the certificate be verified */
};

/* Reads the files into *s. 0; -1: told to d, as FILE:LINE: why. */
int db_settings_read(struct db_settings *s, const struct db_options *o, struct diag *d);
void db_settings_free(struct db_settings *s);

#endif
