#include "stream/select.h"

#include <errno.h>

static bool put_escaped(struct names *t, struct slice raw, struct buf *text)
{
	text->n = 0;
	event_escape(text, raw);
	return !text->failed && names_put(t, buf_all(text)) != NAMES_NONE;
}

int select_list(struct names *t, const char *what, const char *list, struct diag *d)
{
	struct names raw = { 0 };
	struct buf text = { 0 };
	int r = 0;

	if (names_list(&raw, list) < 0)
		r = diag_errno(d, "%s: %s", what, *list == '@' ? list + 1 : list);
	else if (raw.n == 0) /* would ask for nothing and so let everything pass */
		r = diag_fail(d, "%s: %s: no names in it", what, list + 1);
	for (size_t i = 0; r == 0 && i < raw.n; i++)
		if (!put_escaped(t, names_text(&raw, (uint32_t)i), &text))
			r = diag_fail(d, "%s: out of memory", what);
	buf_free(&text);
	names_free(&raw);
	return r;
}

int64_t select_first(const struct select *s)
{
	return s->agents_from < s->from ? s->agents_from : s->from;
}

bool select_is_all(const struct select *s)
{
	return s->from == WHEN_MIN && s->to == WHEN_MAX && !s->classes && !s->partition.n &&
	       !s->queue.n && !s->agent.n && !s->verb.n && !s->callid.n;
}

void select_free(struct select *s)
{
	names_free(&s->partition);
	names_free(&s->queue);
	names_free(&s->agent);
	names_free(&s->verb);
	names_free(&s->callid);
}
