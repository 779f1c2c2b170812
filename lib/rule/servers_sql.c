#include "rule/servers_sql.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/program.h"
#include "base/words.h"
#include "stream/child.h"

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

int servers_of_database(const char *self, const char *spec, struct cluster *c, struct diag *d)
{
	char *path = program_beside(self, "qlfetch");
	struct buf command = { 0 };
	int r;

	words_quote(&command, path ? path : "qlfetch");
	buf_str(&command, " --list");
	r = buf_cstr(&command) ? list((char *)command.p, spec, c, d)
			       : diag_fail(d, "out of memory");
	buf_free(&command);
	free(path);
	return r;
}
