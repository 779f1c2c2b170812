#include "rule/servers_sql.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/program.h"
#include "stream/child.h"
#include "stream/event.h"

enum { ROOM = 4096 };

static bool read_all(int fd, struct buf *to)
{
	ssize_t n;

	do {
		if (!buf_room(to, ROOM))
			return false;
		n = read(fd, to->p + to->n, ROOM);
		if (n > 0)
			to->n += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0;
}

/* The first column of a table with a heading. */
static int add_each(struct slice text, const char *spec, struct cluster *c, struct diag *d)
{
	struct slice line, name, rest;

	slice_cut(text, '\n', &text);
	while (text.n) {
		line = slice_cut(text, '\n', &text);
		name = slice_cut(line, '\t', &rest);
		if (!partition_valid(name))
			diag_warn(d, "%s: %.*s: left out, since it is not a name of a partition", spec,
				  (int)name.n, (const char *)name.p);
		else if (!cluster_add(c, name, false))
			return diag_fail(d, "out of memory");
	}
	return c->n ? 0 : diag_fail(d, "%s: no partitions in the database", spec);
}

static int list(const char *command, const char *spec, struct cluster *c, struct diag *d)
{
	struct buf text = { 0 };
	struct child child;
	const char *why;
	bool read;
	int r;

	if (child_start(&child, command, d) < 0)
		return -1;
	read = read_all(child.fd, &text);
	why = child_end(&child);
	if (why || !read) /* it has said more itself */
		r = diag_fail(d, "%s: the database's partitions cannot be listed: %s", spec,
			      why ? why : "its output was cut off");
	else
		r = add_each(buf_all(&text), spec, c, d);
	buf_free(&text);
	return r;
}

/* The command that is run, and its first argument. */
static void qlfetch(struct words *w, const char *self, const char *option)
{
	char *path = program_beside(self, "qlfetch");

	words_add(w, path ? path : "qlfetch");
	words_add(w, option);
	free(path);
}

int servers_of_database(const char *self, const char *spec, struct cluster *c, struct diag *d)
{
	struct words w = { 0 };
	struct buf command = { 0 };
	int r;

	qlfetch(&w, self, "--list");
	words_text(&command, &w);
	r = !w.failed && buf_cstr(&command) ? list((char *)command.p, spec, c, d)
					    : diag_fail(d, "out of memory");
	buf_free(&command);
	words_free(&w);
	return r;
}

void servers_sql_options(struct words *w, const struct server *v)
{
	static const struct {
		enum server_key key;
		const char *option;
	} options[] = {
		{ SERVER_DEFAULTS_FILE, "--defaults-file" },
		{ SERVER_DEFAULTS_GROUP, "--defaults-group" },
		{ SERVER_ZONE, "--input-zone" },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (!v->value[options[i].key])
			continue;
		words_add(w, options[i].option);
		words_add(w, v->value[options[i].key]);
	}
}

bool servers_sql_newest(const char *self, const struct server *v, const char *source, int64_t *time)
{
	struct diag quiet = { .prog = "" };
	struct buf command = { 0 }, text = { 0 };
	struct slice rest;
	struct words w = { 0 };
	struct child child;
	bool found = false;

	qlfetch(&w, self, "--newest");
	servers_sql_options(&w, v);
	words_add(&w, source);
	words_text(&command, &w);
	buf_str(&command, " 2>/dev/null");
	if (!w.failed && buf_cstr(&command) && child_start(&child, (char *)command.p, &quiet) == 0) {
		found = read_all(child.fd, &text);
		found = !child_end(&child) && found &&
			event_time(slice_cut(buf_all(&text), '\n', &rest), time);
	}
	words_free(&w);
	buf_free(&command);
	buf_free(&text);
	return found;
}
