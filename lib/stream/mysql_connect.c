#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

#include "stream/mysql_own.h"

struct db *db_new(const struct db_options *o, const char *what, struct diag *d)
{
	struct db *db;

	if (mysql_library_init(0, NULL, NULL) != 0) {
		diag_fail(d, "%s: the client library cannot begin", what);
		return NULL;
	}
	db = calloc(1, sizeof(*db));
	if (!db) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	db->what = what;
	if (db_settings_read(&db->settings, o, d) == 0)
		return db;
	free(db);
	return NULL;
}

/* LOAD DATA LOCAL is something that a server can ask of any client at any time. */
static int refuse_init(void **state, const char *name, void *arg)
{
	(void)name;
	(void)arg;
	*state = NULL;
	return 1;
}

static int refuse_read(void *state, char *to, unsigned n)
{
	(void)state;
	(void)to;
	(void)n;
	return -1;
}

static void refuse_end(void *state)
{
	(void)state;
}

static int refuse_error(void *state, char *text, unsigned n)
{
	(void)state;
	snprintf(text, n, "the server asked for a file of ours");
	return CR_UNKNOWN_ERROR;
}

static void set_tls(struct db *db)
{
	static const struct {
		enum db_key key;
		enum mysql_option option;
	} texts[] = {
		{ DB_SSL_CA, MYSQL_OPT_SSL_CA },         { DB_SSL_CAPATH, MYSQL_OPT_SSL_CAPATH },
		{ DB_SSL_CERT, MYSQL_OPT_SSL_CERT },     { DB_SSL_KEY, MYSQL_OPT_SSL_KEY },
		{ DB_SSL_CIPHER, MYSQL_OPT_SSL_CIPHER }, { DB_TLS_VERSION, MYSQL_OPT_TLS_VERSION },
	};
	const struct db_settings *s = &db->settings;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (s->text[texts[i].key])
			mysql_options(db->m, texts[i].option, s->text[texts[i].key]);
#ifdef MARIADB_PACKAGE_VERSION
	mysql_options(db->m, MYSQL_OPT_SSL_ENFORCE, &(db_bool){ 1 });
	mysql_options(db->m, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &(db_bool){ s->verify });
#else
	{
		const char *mode = s->text[DB_SSL_MODE];
		unsigned to = s->verify ? SSL_MODE_VERIFY_IDENTITY : SSL_MODE_REQUIRED;

		if (mode && (mode[7] == 'C' || mode[7] == 'c')) /* VERIFY_CA */
			to = SSL_MODE_VERIFY_CA;
		mysql_options(db->m, MYSQL_OPT_SSL_MODE, &to);
	}
#endif
}

/* ssl-mode=DISABLED, skip-ssl: only MySQL's library uses TLS unasked. */
static void set_no_tls(struct db *db)
{
#ifdef MARIADB_PACKAGE_VERSION
	(void)db;
#else
	const char *mode = db->settings.text[DB_SSL_MODE];
	unsigned to = SSL_MODE_DISABLED;

	if (mode && (*mode == 'D' || *mode == 'd'))
		mysql_options(db->m, MYSQL_OPT_SSL_MODE, &to);
#endif
}

static int set_protocol(struct db *db)
{
	const char *name = db->settings.text[DB_PROTOCOL];
	unsigned to = MYSQL_PROTOCOL_TCP;

	if (!name)
		return 0;
	if (strcasecmp(name, "socket") == 0)
		to = MYSQL_PROTOCOL_SOCKET;
	else if (strcasecmp(name, "tcp") != 0)
		return db_fail(db, 0, "protocol: neither tcp nor socket");
	mysql_options(db->m, MYSQL_OPT_PROTOCOL, &to);
	return 0;
}

static int prepare(struct db *db)
{
	const struct db_settings *s = &db->settings;

	db->m = mysql_init(NULL);
	if (!db->m)
		return db_fail(db, 0, "out of memory");
	mysql_options(db->m, MYSQL_OPT_CONNECT_TIMEOUT, &s->connect_timeout);
	mysql_options(db->m, MYSQL_OPT_READ_TIMEOUT, &s->read_timeout);
	mysql_options(db->m, MYSQL_OPT_WRITE_TIMEOUT, &s->write_timeout);
	mysql_options(db->m, MYSQL_OPT_LOCAL_INFILE, &(unsigned){ 0 });
	mysql_set_local_infile_handler(db->m, refuse_init, refuse_read, refuse_end, refuse_error,
				       NULL);
#ifdef MARIADB_PACKAGE_VERSION
	mysql_options(db->m, MYSQL_OPT_RECONNECT, &(db_bool){ 0 });
#endif
	mysql_options(db->m, MYSQL_SET_CHARSET_NAME, "utf8mb4"); /* of name and password */
	if (s->text[DB_PLUGIN_DIR])
		mysql_options(db->m, MYSQL_PLUGIN_DIR, s->text[DB_PLUGIN_DIR]);
	if (s->text[DB_DEFAULT_AUTH])
		mysql_options(db->m, MYSQL_DEFAULT_AUTH, s->text[DB_DEFAULT_AUTH]);
	if (s->tls)
		set_tls(db);
	else
		set_no_tls(db);
	return set_protocol(db);
}

/* An error behind which the connection cannot be used. */
static int give_up(struct db *db)
{
	db_disconnect(db);
	return -1;
}

int db_connect(struct db *db)
{
	const struct db_settings *s = &db->settings;

	db_disconnect(db);
	if (prepare(db) < 0)
		return give_up(db);
	if (!mysql_real_connect(db->m, s->text[DB_HOST], s->text[DB_USER], s->text[DB_PASSWORD],
				s->text[DB_DATABASE], s->port, s->text[DB_SOCKET], 0)) {
		db_failed(db);
		return give_up(db);
	}
	/* some versions of the libraries, told to insist on TLS, go on without */
	if (s->tls && !mysql_get_ssl_cipher(db->m)) {
		db_fail(db, 0, "TLS was asked for, and the server has none");
		return give_up(db);
	}
	if (db_run(db, "SET NAMES binary") < 0 ||
	    db_run(db, "SET SESSION time_zone='+00:00', "
		       "sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
		       "sql_select_limit=18446744073709551615, sql_safe_updates=0") < 0)
		return give_up(db);
	return 0;
}

/* What is still to come of a result would be read to its end by freeing it. */
static void hang_up(struct db *db)
{
#ifdef MARIADB_PACKAGE_VERSION
	int fd = (int)mysql_get_socket(db->m);
#else
	int fd = (int)db->m->net.fd;
#endif
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
}

void db_disconnect(struct db *db)
{
	if (!db->m)
		return;
	if (db->rows || db->sent)
		hang_up(db);
	if (db->rows)
		mysql_free_result(db->rows);
	db->rows = NULL;
	db->sent = false;
	mysql_close(db->m);
	db->m = NULL;
	if (db->bulk) /* behind that, nothing is sent any more */
		mysql_stmt_close(db->bulk);
	db->bulk = NULL;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	db_disconnect(db);
	db_settings_free(&db->settings);
	free(db);
}
