#include "rule/fresh.h"

#include "rule/servers_sql.h"
#include "stream/newest.h"
#include "stream/operand.h"

/* limit: by the clock of the source. */
static enum newest look(const char *self, const struct server *v, const char *source, int64_t limit,
			int64_t *time)
{
	const char *file;

	if (operand_text(source, &file) == OPERAND_SQL)
		return servers_sql_newest(self, v, source, time) ? NEWEST_FOUND : NEWEST_UNKNOWN;
	return newest_event(file, limit, time);
}

static void check(const char *self, const char *name, const struct server *v, const char *source,
		  int64_t limit, struct diag *d)
{
	struct buf when = { 0 };
	int64_t time;

	switch (look(self, v, source, limit - v->shift, &time)) {
	case NEWEST_UNKNOWN:
		return;
	case NEWEST_NONE:
		diag_warn(d, "%s: no event at all", name);
		return;
	case NEWEST_FOUND:
		if (time + v->shift >= limit)
			return;
		when_put_local(&when, time + v->shift);
		diag_warn(d, "%s: nothing since %.*s", name, (int)when.n, (char *)when.p);
		buf_free(&when);
		return;
	}
}

int fresh_check(const struct cluster *c, const struct servers *s, const char *self, const char *spec,
		int64_t limit, struct diag *d)
{
	struct buf source = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n; i++) {
		r = servers_source(s, spec, c->part[i].name, &source, d);
		if (r == 0)
			check(self, c->part[i].name, servers_find(s, c->part[i].name), (char *)source.p,
			      limit, d);
	}
	buf_free(&source);
	return r;
}
