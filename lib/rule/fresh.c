#include "rule/fresh.h"

#include "stream/newest.h"

static void check(const char *name, const char *source, int64_t shift, int64_t limit,
		  struct diag *d)
{
	struct buf when = { 0 };
	int64_t time;

	if (strncmp(source, "sql:", 4) == 0)
		return;
	if (strncmp(source, "events:", 7) == 0)
		source += 7;
	switch (newest_event(source, limit - shift, &time)) {
	case NEWEST_UNKNOWN:
		return;
	case NEWEST_NONE:
		diag_warn(d, "%s: no event at all", name);
		return;
	case NEWEST_FOUND:
		if (time + shift >= limit)
			return;
		when_put_local(&when, time + shift);
		diag_warn(d, "%s: nothing since %.*s", name, (int)when.n, (char *)when.p);
		buf_free(&when);
		return;
	}
}

int fresh_check(const struct cluster *c, const struct servers *s, const char *spec, int64_t limit,
		struct diag *d)
{
	struct buf source = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n; i++) {
		r = servers_source(s, spec, c->part[i].name, &source, d);
		if (r == 0)
			check(c->part[i].name, (char *)source.p,
			      servers_find(s, c->part[i].name)->shift, limit, d);
	}
	buf_free(&source);
	return r;
}
