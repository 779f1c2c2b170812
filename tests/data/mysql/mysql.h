/*
 * A stand-in for the header of MySQL's own client library (8.x), where it differs from MariaDB's and
 * as far as lib/stream/mysql*.c use it: to see that it compiles with both. Nothing is ever linked.
 */
#ifndef MYSQL_STAND_IN
#define MYSQL_STAND_IN

#include <stdbool.h>
#include <stdint.h>

typedef struct { int fd; } NET;
typedef struct { NET net; } MYSQL;
typedef struct MYSQL_RES MYSQL_RES;
typedef struct MYSQL_STMT MYSQL_STMT;
typedef char **MYSQL_ROW;

enum mysql_option {
	MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_PLUGIN_DIR, MYSQL_DEFAULT_AUTH, MYSQL_OPT_PROTOCOL,
	MYSQL_SET_CHARSET_NAME, MYSQL_OPT_LOCAL_INFILE, MYSQL_OPT_READ_TIMEOUT,
	MYSQL_OPT_WRITE_TIMEOUT, MYSQL_OPT_SSL_KEY, MYSQL_OPT_SSL_CERT, MYSQL_OPT_SSL_CA,
	MYSQL_OPT_SSL_CAPATH, MYSQL_OPT_SSL_CIPHER, MYSQL_OPT_TLS_VERSION, MYSQL_OPT_SSL_MODE
};
enum mysql_protocol_type { MYSQL_PROTOCOL_DEFAULT, MYSQL_PROTOCOL_TCP, MYSQL_PROTOCOL_SOCKET };
enum mysql_ssl_mode {
	SSL_MODE_DISABLED = 1, SSL_MODE_PREFERRED, SSL_MODE_REQUIRED, SSL_MODE_VERIFY_CA,
	SSL_MODE_VERIFY_IDENTITY
};

#define mysql_library_init mysql_server_init
int mysql_server_init(int argc, char **argv, char **groups);
MYSQL *mysql_init(MYSQL *m);
int mysql_options(MYSQL *m, enum mysql_option option, const void *arg);
MYSQL *mysql_real_connect(MYSQL *m, const char *host, const char *user, const char *password,
			  const char *db, unsigned port, const char *socket, unsigned long flags);
void mysql_close(MYSQL *m);
void mysql_set_local_infile_handler(MYSQL *m, int (*init)(void **, const char *, void *),
				    int (*read)(void *, char *, unsigned), void (*end)(void *),
				    int (*error)(void *, char *, unsigned), void *arg);
const char *mysql_get_ssl_cipher(MYSQL *m);
const char *mysql_get_server_info(MYSQL *m);
unsigned long mysql_get_server_version(MYSQL *m);
unsigned mysql_errno(MYSQL *m);
const char *mysql_error(MYSQL *m);
int mysql_real_query(MYSQL *m, const char *sql, unsigned long n);
int mysql_send_query(MYSQL *m, const char *sql, unsigned long n);
bool mysql_read_query_result(MYSQL *m);
unsigned mysql_field_count(MYSQL *m);
MYSQL_RES *mysql_use_result(MYSQL *m);
unsigned mysql_num_fields(MYSQL_RES *r);
MYSQL_ROW mysql_fetch_row(MYSQL_RES *r);
unsigned long *mysql_fetch_lengths(MYSQL_RES *r);
void mysql_free_result(MYSQL_RES *r);
bool mysql_stmt_close(MYSQL_STMT *s);

#endif
