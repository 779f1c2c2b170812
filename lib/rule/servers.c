#include "rule/servers.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rule/rewrite.h"
#include "stream/operand.h"
#include "stream/rotated.h"

enum kind { TEXT, FILE_NAME, SOURCE, YES_NO, CLASSES, SHIFT };

static const struct {
	const char *name;
	enum kind kind;
} keys[SERVER_KEYS] = {
	[SERVER_SOURCE] = { "source", SOURCE },
	[SERVER_DEFAULTS_FILE] = { "defaults-file", FILE_NAME },
	[SERVER_DEFAULTS_GROUP] = { "defaults-group", TEXT },
	[SERVER_ZONE] = { "zone", TEXT },
	[SERVER_PERSISTENT] = { "persistent", YES_NO },
	[SERVER_CLASS] = { "class", CLASSES },
	[SERVER_SHIFT] = { "shift", SHIFT },
	[SERVER_AGENTS] = { "agents", FILE_NAME },
	[SERVER_QUEUES] = { "queues", FILE_NAME },
	[SERVER_STRIP_CHANNEL] = { "strip-channel", YES_NO },
	[SERVER_LOCAL_TO_AGENT] = { "local-to-agent", YES_NO },
	[SERVER_LOGIN_TO_AGENT] = { "login-to-agent", YES_NO },
	[SERVER_HOTDESK] = { "hotdesk", YES_NO },
};

/* Would the path be taken for an option or a scheme? */
static bool odd(struct slice path)
{
	struct slice rest, first = slice_cut(path, '/', &rest);

	return first.n && (first.p[0] == '-' || memchr(first.p, ':', first.n));
}

/* The file as it is to be opened, where one that is relative is so to dir ("d/", or empty). */
static void put_file(struct buf *b, struct slice dir, struct slice file)
{
	if (file.p[0] == '/')
		dir.n = 0;
	if (odd(dir.n ? dir : file))
		buf_str(b, "./");
	buf_slice(b, dir);
	buf_slice(b, file);
}

static const char *put_source(struct server *v, struct buf *b, struct slice dir, struct slice text)
{
	struct slice name, options;

	if (slice_is(text, "-"))
		return "standard input is no partition's";
	switch (operand_cut(text, &name)) {
	case OPERAND_SQL:
		buf_slice(b, text);
		name = slice_cut(name, '?', &options);
		return slice_is(name, v->name) ? NULL : "not sql: and the partition's name";
	case OPERAND_EVENTS:
		buf_str(b, OPERAND_SCHEME_EVENTS);
		if (!name.n)
			return "no file";
		break;
	case OPERAND_FILE: break;
	}
	put_file(b, dir, name);
	return NULL;
}

static const char *read_classes(struct server *v, struct slice text)
{
	struct slice rest = text, one;
	unsigned bit;

	do {
		one = slice_cut(rest, ',', &rest);
		bit = verb_class_named(one);
		v->classes |= bit;
	} while (bit && rest.n);
	return bit && text.p[text.n - 1] != ',' ? NULL : "not a list of call, agent, system";
}

/* Takes a value; NULL, or why not. */
static const char *take(struct server *v, enum server_key key, const char *config,
			struct slice text)
{
	const char *slash = strrchr(config, '/');
	struct slice dir = slice_of(config, slash ? (size_t)(slash + 1 - config) : 0);
	struct buf b = { 0 };
	const char *why = NULL;

	switch (keys[key].kind) {
	case TEXT:
		buf_slice(&b, text);
		break;
	case FILE_NAME:
		put_file(&b, dir, text);
		break;
	case SOURCE:
		why = put_source(v, &b, dir, text);
		break;
	case YES_NO:
		buf_slice(&b, text);
		if (!slice_is(text, "yes") && !slice_is(text, "no"))
			why = "neither yes nor no";
		break;
	case CLASSES:
		buf_slice(&b, text);
		why = read_classes(v, text);
		break;
	case SHIFT:
		buf_slice(&b, text);
		if (!rewrite_offset(text, &v->shift))
			why = "not a shift (+3s, -1500ms, 2h)";
		break;
	}
	v->value[key] = why ? NULL : buf_cstr(&b);
	if (!v->value[key])
		buf_free(&b);
	return why || v->value[key] ? why : "out of memory";
}

static struct server *server_of(struct servers *s, struct slice name)
{
	struct server *v;

	for (size_t i = 0; i < s->n; i++)
		if (slice_is(name, s->server[i].name))
			return &s->server[i];
	if (!array_need(&s->server, &s->cap, s->n + 1, sizeof(*s->server)))
		return NULL;
	v = &s->server[s->n++];
	*v = (struct server){ 0 };
	memcpy(v->name, name.p, name.n);
	return v;
}

static enum server_key key_named(struct slice name)
{
	enum server_key key = 0;

	while (key < SERVER_KEYS && !slice_is(name, keys[key].name))
		key++;
	return key;
}

static bool blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static struct slice trimmed(struct slice s)
{
	while (s.n && blank(s.p[0]))
		s = slice_of(s.p + 1, s.n - 1);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The line without its comment, its end and what is blank around it. */
static struct slice bare(const char *line, size_t n)
{
	if (n && line[n - 1] == '\n')
		n--;
	if (n && line[n - 1] == '\r')
		n--;
	for (size_t i = 0; i < n; i++)
		if (line[i] == '#' && (i == 0 || blank((unsigned char)line[i - 1])))
			n = i;
	return trimmed(slice_of(line, n));
}

/* Where the last '.' of the left side is. */
static size_t last_dot(struct slice s)
{
	size_t n = s.n;

	while (n && s.p[n - 1] != '.')
		n--;
	return n;
}

/* NULL, or why the line is refused; *what is then the piece of it that is to blame. */
static const char *setting(struct servers *s, struct slice line, struct slice *what)
{
	struct slice value, left = slice_cut(line, '=', &value);
	size_t dot = last_dot(left = trimmed(left));
	enum server_key key;
	struct server *v;

	*what = slice_of(NULL, 0);
	for (size_t i = 0; i < line.n; i++)
		if ((line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7f)
			return "a control character";
	if (!memchr(line.p, '=', line.n) || dot < 2 || dot == left.n)
		return "not NAME.key = value";
	*what = slice_of(left.p, dot - 1);
	if (!partition_valid(*what))
		return "not the name of a partition";
	key = key_named(slice_of(left.p + dot, left.n - dot));
	if (key == SERVER_KEYS) {
		*what = slice_of(left.p + dot, left.n - dot);
		return "no such key";
	}
	v = server_of(s, *what);
	value = trimmed(value);
	*what = left;
	if (!v)
		return "out of memory";
	if (v->value[key])
		return "given twice";
	if (!value.n)
		return "no value";
	return take(v, key, s->config, value);
}

static int read_config(struct servers *s, FILE *fp, struct diag *d)
{
	unsigned long long number = 0, bad = 0;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int r = 0;

	while ((n = getline(&line, &cap, fp)) > 0) {
		struct slice text = bare(line, (size_t)n), what;
		const char *why = text.n ? setting(s, text, &what) : NULL;

		number++;
		if (!why)
			continue;
		r = -1;
		if (!diag_few(&bad))
			continue;
		diag_fail(d, "%s:%llu: %.*s%s%s", s->config, number, (int)what.n,
			  what.n ? (const char *)what.p : "", what.n ? ": " : "", why);
	}
	diag_total(d, bad, "bad lines");
	if (ferror(fp))
		r = diag_errno(d, "%s", s->config);
	free(line);
	return r;
}

/* The file to read where none was given; NULL: none. */
static char *usual_config(void)
{
	const char *name = getenv("QL_CONFIG"), *home = getenv("HOME");
	struct buf b = { 0 };

	if (name && *name)
		return strdup(name);
	if (home && *home) {
		buf_fmt(&b, "%s/.config/ql/cluster.conf", home);
		if (buf_cstr(&b) && access((char *)b.p, F_OK) == 0)
			return (char *)b.p;
		buf_free(&b);
	}
	return access("/etc/ql/cluster.conf", F_OK) == 0 ? strdup("/etc/ql/cluster.conf") : NULL;
}

int servers_open(struct servers *s, const char *root, const char *config, struct diag *d)
{
	FILE *fp;
	int r;

	s->root = root;
	s->config = config ? strdup(config) : root ? NULL : usual_config();
	if (!s->config)
		return config ? diag_fail(d, "out of memory") : 0;
	fp = fopen(s->config, "r");
	if (!fp)
		return diag_errno(d, "%s", s->config);
	r = read_config(s, fp, d);
	fclose(fp);
	return r;
}

static const struct server *known(const struct servers *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->server[i].name, name) == 0)
			return &s->server[i];
	return NULL;
}

const struct server *servers_find(const struct servers *s, const char *name)
{
	static const struct server none;
	const struct server *v = known(s, name);

	return v ? v : &none;
}

bool server_yes(const struct server *v, enum server_key key, bool other)
{
	return v->value[key] ? strcmp(v->value[key], "yes") == 0 : other;
}

static int found(void *arg, const char *path)
{
	(void)arg;
	(void)path;
	return 1;
}

/* Does the directory hold a part of a log? -1: errno. */
static int has_logs(const char *dir)
{
	return rotated_each(dir, found, NULL);
}

static int below_root(const struct servers *s, const char *spec, const char *name, struct buf *b,
		      struct diag *d)
{
	int r;

	put_file(b, SLICE(""), slice_str(s->root));
	if (b->n && b->p[b->n - 1] != '/')
		buf_byte(b, '/');
	buf_str(b, name);
	if (!buf_cstr(b))
		return diag_fail(d, "out of memory");
	r = has_logs((char *)b->p);
	if (r < 0 && errno == ENOENT)
		return diag_fail(d, "%s: %s: no such partition below %s", spec, name, s->root);
	if (r < 0)
		return diag_errno(d, "%s: %s: %s", spec, name, (char *)b->p);
	return r ? 0 : diag_fail(d, "%s: %s: no queue_log in %s", spec, name, (char *)b->p);
}

int servers_source(const struct servers *s, const char *spec, const char *name, struct buf *b,
		   struct diag *d)
{
	const struct server *v = known(s, name);

	b->n = 0;
	if (v && v->value[SERVER_SOURCE])
		buf_str(b, v->value[SERVER_SOURCE]);
	else if (s->root)
		return below_root(s, spec, name, b, d);
	else if (s->config && !v)
		return diag_fail(d, "%s: %s: no such partition in %s", spec, name, s->config);
	else
		buf_fmt(b, OPERAND_SCHEME_SQL "%s", name);
	return buf_cstr(b) ? 0 : diag_fail(d, "out of memory");
}

static int scan_root(const struct servers *s, struct cluster *c, struct diag *d)
{
	DIR *dp = opendir(s->root);
	struct buf b = { 0 };
	struct dirent *e;
	int r = 0, has;

	if (!dp)
		return diag_errno(d, "%s", s->root);
	errno = 0;
	while (r == 0 && (e = readdir(dp))) {
		if (!partition_valid(slice_str(e->d_name)))
			continue;
		b.n = 0;
		buf_fmt(&b, "%s/%s", s->root, e->d_name);
		if (!buf_cstr(&b))
			r = diag_fail(d, "out of memory");
		else if ((has = has_logs((char *)b.p)) < 0 && errno != ENOTDIR)
			r = diag_errno(d, "%s", (char *)b.p);
		else if (has > 0 && !cluster_add(c, slice_str(e->d_name), false))
			r = diag_fail(d, "out of memory");
		errno = 0;
	}
	if (r == 0 && errno)
		r = diag_errno(d, "%s", s->root);
	closedir(dp);
	buf_free(&b);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct cluster_part *)a)->name, ((const struct cluster_part *)b)->name);
}

int servers_all(const struct servers *s, const char *spec, struct cluster *c, struct diag *d)
{
	if (s->root && scan_root(s, c, d) < 0)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		if ((!s->root || s->server[i].value[SERVER_SOURCE]) &&
		    !cluster_add(c, slice_str(s->server[i].name), false))
			return diag_fail(d, "out of memory");
	if (!c->n)
		return diag_fail(d, "%s: no partitions in %s", spec, s->root ? s->root : s->config);
	qsort(c->part, c->n, sizeof(*c->part), by_name);
	return 0;
}

void servers_free(struct servers *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (int k = 0; k < SERVER_KEYS; k++)
			free(s->server[i].value[k]);
	free(s->server);
	free(s->config);
	*s = (struct servers){ 0 };
}
