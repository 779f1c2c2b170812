#include "stream/mysql_options.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "stream/mysql_files.h"

enum { CONNECT_SECONDS = 10, READ_SECONDS = 600, WRITE_SECONDS = 60 };

enum { OPT_FILE = 0x600, OPT_EXTRA, OPT_GROUP };

const struct opt db_opts[] = {
	{ OPT_FILE, 0, "defaults-file", "FILE",
	  "how to connect: an option file as MySQL's programs read them, groups [client] and [ql], "
	  "instead of theirs",
	  NULL },
	{ OPT_EXTRA, 0, "defaults-extra-file", "FILE", "one to read behind theirs", NULL },
	{ OPT_GROUP, 0, "defaults-group", "NAME", "a group of them to read as well", NULL },
	{ 0 },
};

int db_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct db_options *o = to;

	switch (id) {
	case OPT_FILE:
		o->defaults_file = arg;
		return 0;
	case OPT_EXTRA:
		o->defaults_extra_file = arg;
		return 0;
	case OPT_GROUP:
		o->defaults_group = arg;
		return 0;
	default:
		return diag_fail(d, "%s: no such option", what);
	}
}

static const char *const texts[DB_TEXTS] = {
	[DB_HOST] = "host",
	[DB_SOCKET] = "socket",
	[DB_PROTOCOL] = "protocol",
	[DB_USER] = "user",
	[DB_PASSWORD] = "password",
	[DB_DATABASE] = "database",
	[DB_SSL_MODE] = "ssl-mode",
	[DB_SSL_CA] = "ssl-ca",
	[DB_SSL_CAPATH] = "ssl-capath",
	[DB_SSL_CERT] = "ssl-cert",
	[DB_SSL_KEY] = "ssl-key",
	[DB_SSL_CIPHER] = "ssl-cipher",
	[DB_TLS_VERSION] = "tls-version",
	[DB_PLUGIN_DIR] = "plugin-dir",
	[DB_DEFAULT_AUTH] = "default-auth",
};

/* What was said with words of yes and no, where it was said. */
struct taking {
	struct db_settings *s;
	const char *group; /* the third; NULL: none */
	enum { UNSAID, NO, YES } ssl, verify;
};

static void set_text(struct db_settings *s, enum db_key key, char *to)
{
	if (key == DB_PASSWORD && s->text[key])
		memset(s->text[key], 0, strlen(s->text[key]));
	free(s->text[key]);
	s->text[key] = to;
}

static int take_number(const char *key, const char *value, long long most, unsigned *to,
		       const char *where, struct diag *d)
{
	struct buf what = { 0 };
	long long n;
	int r;

	buf_fmt(&what, "%s: %s", where, key);
	r = buf_cstr(&what) ? opt_number((char *)what.p, value ? value : "", 1, most, &n, d)
			    : diag_fail(d, "out of memory");
	buf_free(&what);
	if (r == 0)
		*to = (unsigned)n;
	return r;
}

/* yes and no in all their forms: key, skip-key, key=0, key=off. *to UNSAID: another key. -1: told. */
static int take_switch(const char *key, const char *name, const char *value, int *to,
		       const char *where, struct diag *d)
{
	static const char *const no[] = { "0", "off", "false", "no" },
				 *const yes[] = { "1", "on", "true", "yes" };
	static const char *const not[] = { "skip-", "disable-" };

	for (size_t i = 0; i < 2; i++)
		if (strncmp(key, not[i], strlen(not[i])) == 0 &&
		    strcmp(key + strlen(not[i]), name) == 0)
			return *to = NO;
	if (strncmp(key, "enable-", 7) == 0)
		key += 7;
	if (strcmp(key, name) != 0)
		return UNSAID;
	if (!value)
		return *to = YES;
	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(value, yes[i]) == 0)
			return *to = YES;
		if (strcasecmp(value, no[i]) == 0)
			return *to = NO;
	}
	return diag_fail(d, "%s: %s: %s: neither on nor off", where, key, value);
}

/* Keys beyond the texts. 1: it was one of them. */
static int take_other(struct taking *t, const char *key, const char *value, const char *where,
		      struct diag *d)
{
	struct db_settings *s = t->s;
	int ssl = UNSAID, verify = UNSAID;

	if (strcmp(key, "port") == 0)
		return take_number(key, value, 65535, &s->port, where, d);
	if (strcmp(key, "connect-timeout") == 0)
		return take_number(key, value, 86400, &s->connect_timeout, where, d);
	if (strcmp(key, "read-timeout") == 0)
		return take_number(key, value, 86400, &s->read_timeout, where, d);
	if (strcmp(key, "write-timeout") == 0)
		return take_number(key, value, 86400, &s->write_timeout, where, d);
	if (take_switch(key, "ssl", value, &ssl, where, d) < 0 ||
	    take_switch(key, "ssl-verify-server-cert", value, &verify, where, d) < 0)
		return -1;
	if (ssl != UNSAID)
		t->ssl = ssl == YES ? YES : NO;
	else if (verify != UNSAID)
		t->verify = verify == YES ? YES : NO;
	else if (strncmp(key, "ssl", 3) == 0 || strncmp(key, "tls", 3) == 0)
		return diag_fail(d, "%s: %s: not known here, and it may be meant to protect", where,
				 key);
	return 0;
}

static int take_key(void *to, const char *group, const char *key, const char *value,
		    const char *where, struct diag *d)
{
	struct taking *t = to;
	char *copy;

	if (strcmp(group, "client") != 0 && strcmp(group, "ql") != 0 &&
	    !(t->group && strcmp(group, t->group) == 0))
		return 0;
	for (enum db_key k = 0; k < DB_TEXTS; k++) {
		if (strcmp(key, texts[k]) != 0)
			continue;
		copy = strdup(value ? value : "");
		if (!copy)
			return diag_fail(d, "out of memory");
		set_text(t->s, k, copy);
		return 0;
	}
	return take_other(t, key, value, where, d);
}

static int read_home(struct taking *t, struct diag *d)
{
	const char *home = getenv("HOME");
	struct passwd *pw = home ? NULL : getpwuid(getuid());
	struct buf path = { 0 };
	int r = 0;

	if (pw)
		home = pw->pw_dir;
	if (!home || !*home)
		return 0;
	buf_fmt(&path, "%s/.my.cnf", home);
	r = buf_cstr(&path) ? mysql_file_read((char *)path.p, true, take_key, t, d)
			    : diag_fail(d, "out of memory");
	buf_free(&path);
	return r;
}

static int read_files(struct taking *t, const struct db_options *o, struct diag *d)
{
	if (o->defaults_file && o->defaults_extra_file)
		return diag_fail(d, "--defaults-file and --defaults-extra-file exclude each other");
	if (o->defaults_file)
		return mysql_file_read(o->defaults_file, false, take_key, t, d);
	if (mysql_file_read("/etc/my.cnf", true, take_key, t, d) < 0 ||
	    mysql_file_read("/etc/mysql/my.cnf", true, take_key, t, d) < 0 || read_home(t, d) < 0)
		return -1;
	if (o->defaults_extra_file)
		return mysql_file_read(o->defaults_extra_file, false, take_key, t, d);
	return 0;
}

/* Whether TLS is asked for, from all that was said of it. */
static int settle_tls(struct taking *t, struct diag *d)
{
	static const char *const modes[] = { "DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA",
					     "VERIFY_IDENTITY" };
	struct db_settings *s = t->s;
	const char *mode = s->text[DB_SSL_MODE];
	size_t m = 0;

	for (enum db_key k = DB_SSL_CA; k <= DB_TLS_VERSION; k++)
		s->tls |= s->text[k] != NULL;
	s->tls |= t->verify == YES;
	if (t->ssl != UNSAID)
		s->tls = t->ssl == YES;
	s->verify = t->verify != NO;
	if (!mode)
		return 0;
	while (m < 5 && strcasecmp(mode, modes[m]) != 0)
		m++;
	if (m == 5)
		return diag_fail(d, "ssl-mode: %s: not one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA, "
				    "VERIFY_IDENTITY", mode);
	s->tls = m >= 2;
	s->verify = m >= 3 || t->verify == YES;
	return 0;
}

int db_settings_read(struct db_settings *s, const struct db_options *o, struct diag *d)
{
	struct taking t = { .s = s, .group = o->defaults_group };

	*s = (struct db_settings){ .connect_timeout = CONNECT_SECONDS,
				   .read_timeout = READ_SECONDS,
				   .write_timeout = WRITE_SECONDS };
	if (read_files(&t, o, d) == 0 && settle_tls(&t, d) == 0)
		return 0;
	db_settings_free(s);
	return -1;
}

void db_settings_free(struct db_settings *s)
{
	for (enum db_key k = 0; k < DB_TEXTS; k++)
		set_text(s, k, NULL);
}
