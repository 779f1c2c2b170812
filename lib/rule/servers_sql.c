#include "rule/servers_sql.h"

#include <stdlib.h>

#include "base/fd.h"
#include "base/program.h"
#include "stream/child.h"
#include "stream/event.h"

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

/* Runs it and reads what it writes. NULL; or how that went wrong: "" where it has been told to d. */
static const char *ask(struct words *w, bool quiet, struct buf *answer, struct diag *d)
{
	struct child child;
	const char *why;
	bool all;

	if (w->failed) {
		diag_fail(d, "out of memory");
		return "";
	}
	if (child_exec(&child, w->v, quiet, d) < 0)
		return "";
	all = fd_read(child.fd, answer) == 0;
	why = child_end(&child);
	return why || all ? why : "its output was cut off";
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
	struct buf text = { 0 };
	const char *why;
	int r = -1;

	qlfetch(&w, self, "--list");
	why = ask(&w, false, &text, d);
	if (!why)
		r = add_each(buf_all(&text), spec, c, d);
	else if (*why) /* it has said more itself */
		diag_fail(d, "%s: the database's partitions cannot be listed: %s", spec, why);
	buf_free(&text);
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
	struct words w = { 0 };
	struct buf text = { 0 };
	struct slice rest;
	bool found;

	qlfetch(&w, self, "--newest");
	servers_sql_options(&w, v);
	words_add(&w, source);
	found = !ask(&w, true, &text, &quiet) &&
		event_time(slice_cut(buf_all(&text), '\n', &rest), time);
	words_free(&w);
	buf_free(&text);
	return found;
}
