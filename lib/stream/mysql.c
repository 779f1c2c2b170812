#include "stream/mysql.h"

#include <errmsg.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifdef MARIADB_PACKAGE_VERSION
typedef my_bool db_bool;
#else
typedef bool db_bool;
#endif

enum { BOUND_MOST = 16 };

struct db {
	struct db_settings settings;
	const char *what;
	MYSQL *m;
	MYSQL_STMT *prepared;
	MYSQL_RES *rows;   /* being read */
	bool sent;         /* db_send was, db_receive was not */
	size_t columns;
	unsigned long long changed;
	unsigned warnings;
	unsigned number;   /* of the error */
	char text[512];
};

static int fail(struct db *db, unsigned number, const char *text)
{
	db->number = number;
	snprintf(db->text, sizeof(db->text), "%s", text);
	for (char *c = db->text; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return -1;
}

/* As the library says. */
static int failed(struct db *db)
{
	const char *text = mysql_error(db->m);

	return fail(db, mysql_errno(db->m), *text ? text : "the client library says no reason");
}

static int not_connected(struct db *db)
{
	return fail(db, CR_SERVER_GONE_ERROR, "not connected");
}

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
		return fail(db, 0, "protocol: neither tcp nor socket");
	mysql_options(db->m, MYSQL_OPT_PROTOCOL, &to);
	return 0;
}

static int prepare(struct db *db)
{
	const struct db_settings *s = &db->settings;

	db->m = mysql_init(NULL);
	if (!db->m)
		return fail(db, 0, "out of memory");
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
		failed(db);
		return give_up(db);
	}
	/* some versions of the libraries, told to insist on TLS, go on without */
	if (s->tls && !mysql_get_ssl_cipher(db->m)) {
		fail(db, 0, "TLS was asked for, and the server has none");
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
	if (db->prepared) /* behind that, nothing is sent any more */
		mysql_stmt_close(db->prepared);
	db->prepared = NULL;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	db_disconnect(db);
	db_settings_free(&db->settings);
	free(db);
}

int db_run_n(struct db *db, struct slice sql)
{
	if (!db->m)
		return not_connected(db);
	if (mysql_real_query(db->m, (const char *)sql.p, (unsigned long)sql.n) != 0)
		return failed(db);
	if (mysql_field_count(db->m) > 0) {
		db->rows = mysql_use_result(db->m);
		if (!db->rows)
			return failed(db);
		return db_done(db);
	}
	db->changed = mysql_affected_rows(db->m);
	db->warnings = mysql_warning_count(db->m);
	return 0;
}

int db_run(struct db *db, const char *sql)
{
	return db_run_n(db, slice_str(sql));
}

#ifdef MARIADB_CLIENT_STMT_BULK_OPERATIONS
static bool takes_rows(struct db *db)
{
	unsigned long can = 0;

	mariadb_get_infov(db->m, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &can);
	return can & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32);
}

int db_prepare(struct db *db, struct slice sql)
{
	MYSQL_STMT *stmt;

	if (!db->m)
		return not_connected(db);
	if (db->prepared)
		mysql_stmt_close(db->prepared);
	db->prepared = NULL;
	if (!takes_rows(db))
		return 0;
	stmt = mysql_stmt_init(db->m);
	if (!stmt)
		return failed(db);
	if (mysql_stmt_prepare(stmt, (const char *)sql.p, (unsigned long)sql.n) != 0) {
		fail(db, mysql_stmt_errno(stmt), mysql_stmt_error(stmt));
		mysql_stmt_close(stmt);
		return db_is_lost(db) ? -1 : 0;
	}
	db->prepared = stmt;
	return 1;
}

int db_run_rows(struct db *db, const struct db_bound *rows)
{
	MYSQL_BIND bind[BOUND_MOST] = { { 0 } };
	unsigned n = (unsigned)rows->n;

	if (!db->prepared)
		return not_connected(db);
	if (rows->columns > BOUND_MOST)
		return fail(db, 0, "too many columns");
	for (size_t c = 0; c < rows->columns; c++) {
		bind[c].buffer_type = MYSQL_TYPE_STRING;
		bind[c].buffer = (void *)(size_t)rows->text[c];
		bind[c].length = (unsigned long *)(size_t)rows->length[c];
	}
	if (mysql_stmt_attr_set(db->prepared, STMT_ATTR_ARRAY_SIZE, &n) != 0 ||
	    mysql_stmt_bind_param(db->prepared, bind) != 0 || mysql_stmt_execute(db->prepared) != 0)
		return fail(db, mysql_stmt_errno(db->prepared), mysql_stmt_error(db->prepared));
	db->changed = mysql_stmt_affected_rows(db->prepared);
	db->warnings = mysql_warning_count(db->m);
	return 0;
}
#else
int db_prepare(struct db *db, struct slice sql)
{
	(void)sql;
	return db->m ? 0 : not_connected(db);
}

int db_run_rows(struct db *db, const struct db_bound *rows)
{
	(void)rows;
	return not_connected(db);
}
#endif

bool db_is_prepared(const struct db *db)
{
	return db->prepared;
}

unsigned long long db_changed(const struct db *db)
{
	return db->changed;
}

unsigned db_warnings(const struct db *db)
{
	return db->warnings;
}

int db_send(struct db *db, struct slice sql)
{
	if (!db->m)
		return not_connected(db);
	if (mysql_send_query(db->m, (const char *)sql.p, (unsigned long)sql.n) != 0)
		return failed(db);
	db->sent = true;
	return 0;
}

int db_receive(struct db *db)
{
	if (!db->m)
		return not_connected(db);
	db->sent = false;
	if (mysql_read_query_result(db->m) != 0)
		return failed(db);
	db->rows = mysql_use_result(db->m);
	if (!db->rows)
		return mysql_errno(db->m) ? failed(db) : fail(db, 0, "the server sent no rows");
	db->columns = mysql_num_fields(db->rows);
	return 0;
}

int db_select(struct db *db, const char *sql)
{
	if (db_send(db, slice_str(sql)) < 0)
		return -1;
	return db_receive(db);
}

size_t db_columns(const struct db *db)
{
	return db->columns;
}

static void end_rows(struct db *db)
{
	mysql_free_result(db->rows);
	db->rows = NULL;
}

int db_row(struct db *db, struct slice *field, size_t n)
{
	unsigned long *length;
	MYSQL_ROW row;

	if (!db->rows)
		return db->m ? 0 : not_connected(db);
	row = mysql_fetch_row(db->rows);
	if (!row) {
		int r = mysql_errno(db->m) ? failed(db) : 0;

		end_rows(db);
		return r;
	}
	length = mysql_fetch_lengths(db->rows);
	for (size_t i = 0; i < n; i++) {
		bool there = i < db->columns && row[i];

		field[i] = there ? slice_of(row[i], length[i]) : (struct slice){ 0 };
	}
	return 1;
}

int db_done(struct db *db)
{
	int r = 0;

	if (!db->rows)
		return 0;
	while (mysql_fetch_row(db->rows)) { }
	if (mysql_errno(db->m))
		r = failed(db);
	end_rows(db);
	return r;
}

int db_value(struct db *db, const char *sql, struct buf *to)
{
	struct slice field[1];
	int r;

	to->n = 0;
	if (db_select(db, sql) < 0)
		return -1;
	if (db->columns != 1) {
		db_done(db);
		return fail(db, 0, "not one column");
	}
	r = db_row(db, field, 1);
	if (r > 0 && !field[0].p)
		r = 0;
	if (r > 0)
		buf_slice(to, field[0]);
	if (r > 0 && (to->failed || !buf_cstr(to)))
		r = fail(db, 0, "out of memory");
	if (db_done(db) < 0)
		r = -1;
	return r;
}

int db_number(struct db *db, const char *sql, long long *to)
{
	struct buf text = { 0 };
	int r = db_value(db, sql, &text);

	if (r > 0 && !slice_int(buf_all(&text), true, to))
		r = fail(db, 0, "not a number where one was asked for");
	buf_free(&text);
	return r;
}

unsigned long long db_id(const struct db *db)
{
	return db->m ? mysql_thread_id(db->m) : 0;
}

bool db_is_mariadb(const struct db *db)
{
	const char *text = db->m ? mysql_get_server_info(db->m) : NULL;

	return text && strstr(text, "MariaDB");
}

unsigned long db_version(const struct db *db)
{
	return db->m ? mysql_get_server_version(db->m) : 0;
}

const char *db_database(const struct db *db)
{
	return db->settings.text[DB_DATABASE];
}

unsigned db_errno(const struct db *db)
{
	return db->number;
}

const char *db_error(const struct db *db)
{
	return db->text;
}

bool db_is_lost(const struct db *db)
{
	return !db->m || (db->number >= CR_MIN_ERROR && db->number <= CR_MAX_ERROR);
}

int db_tell(const struct db *db, struct diag *d)
{
	if (db->number)
		return diag_fail(d, "%s: %s (error %u)", db->what, db->text, db->number);
	return diag_fail(d, "%s: %s", db->what, db->text);
}
