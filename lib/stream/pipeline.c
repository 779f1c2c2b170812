#include "stream/pipeline.h"

#include <stdlib.h>

size_t pipeline_add(struct pipeline *p, const char *shown, char *path)
{
	struct pipeline_command *c;

	if (!array_need(&p->command, &p->cap, p->n + 1, sizeof(*p->command))) {
		free(path);
		p->failed = true;
		return 0;
	}
	c = &p->command[p->n];
	*c = (struct pipeline_command){ .path = path, .into = PIPELINE_STDOUT, .events = true };
	words_add(&c->argv, shown);
	return p->n++;
}

void pipeline_free(struct pipeline *p)
{
	for (size_t i = 0; i < p->n; i++) {
		words_free(&p->command[i].argv);
		free(p->command[i].path);
	}
	free(p->command);
	*p = (struct pipeline){ 0 };
}

/* Command i and all that leads to it, with `pipe` between. */
static void text(const struct pipeline *p, size_t i, const char *pipe, struct buf *b)
{
	const struct pipeline_command *c = &p->command[i];

	for (size_t j = 0; j < i; j++) {
		if (p->command[j].into != i || c->several)
			continue;
		text(p, j, pipe, b);
		buf_str(b, pipe);
	}
	if (c->zone) {
		buf_str(b, "TZ=");
		words_quote(b, c->zone);
		buf_byte(b, ' ');
	}
	words_text(b, &c->argv);
	for (size_t j = 0; j < i; j++) {
		struct buf leg = { 0 };

		if (p->command[j].into != i || !c->several)
			continue;
		text(p, j, " | ", &leg);
		buf_str(b, " \\\n    -x ");
		if (buf_cstr(&leg))
			words_quote(b, (char *)leg.p);
		else
			b->failed = true;
		buf_free(&leg);
	}
}

void pipeline_text(const struct pipeline *p, struct buf *b)
{
	if (p->n)
		text(p, p->n - 1, " |\n", b);
	buf_byte(b, '\n');
}
