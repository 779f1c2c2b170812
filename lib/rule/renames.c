#include "rule/renames.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "stream/event.h"

static uint32_t put(struct names *t, struct slice raw, struct buf *text)
{
	text->n = 0;
	event_escape(text, raw);
	return text->failed ? NAMES_NONE : names_put(t, buf_all(text));
}

/* NULL, or why it is none. */
static const char *add(struct renames *r, struct slice line, struct buf *text)
{
	struct slice new, old = slice_cut(line, '\t', &new);
	size_t before = r->old.n;
	uint32_t from, to;

	if (old.n == line.n)
		return "no TAB between an old and a new name";
	if (memchr(new.p, '\t', new.n))
		return "more than two names";
	if (!old.n || !new.n)
		return "an empty name";
	if (slice_eq(old, SLICE("NONE")) || slice_eq(new, SLICE("NONE")))
		return "NONE is no name";
	from = put(&r->old, old, text);
	to = put(&r->new, new, text);
	if (from == NAMES_NONE || to == NAMES_NONE ||
	    !array_need(&r->to, &r->cap, r->old.n, sizeof(*r->to)))
		return "out of memory";
	if (r->old.n == before && r->to[from] != to)
		return "this old name has another new name already";
	r->to[from] = to;
	return NULL;
}

int renames_load(struct renames *r, const char *path, struct diag *d)
{
	FILE *fp = fopen(path, "r");
	struct buf text = { 0 };
	char *line = NULL;
	size_t cap = 0;
	unsigned long long number = 0;
	ssize_t n;
	int failed = 0;

	if (!fp)
		return diag_errno(d, "%s", path);
	while (!failed && (n = getline(&line, &cap, fp)) > 0) {
		const char *why;

		number++;
		if (line[n - 1] == '\n')
			n--;
		if (n && line[n - 1] == '\r')
			n--;
		why = n ? add(r, slice_of(line, (size_t)n), &text) : NULL;
		if (why)
			failed = diag_fail(d, "%s:%llu: %s", path, number, why);
	}
	if (!failed && ferror(fp))
		failed = diag_errno(d, "%s", path);
	free(line);
	buf_free(&text);
	fclose(fp);
	return failed;
}

void renames_free(struct renames *r)
{
	names_free(&r->old);
	names_free(&r->new);
	free(r->to);
	*r = (struct renames){ 0 };
}
