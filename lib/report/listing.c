#include "report/listing.h"

#include "report/heading.h"

/* 0; -1: told. */
static int feed(const struct source_options *o, struct facts *f, struct table *t, struct diag *d)
{
	struct source *in = source_open(o, d);
	struct event ev[SOURCE_SOME];
	int r = in ? 0 : -1;
	size_t n;

	if (in)
		source_lend(in, &t->out);
	while (r == 0 && !t->out.err && (n = source_some(in, ev, SOURCE_SOME)))
		r = facts_feed_some(f, ev, n);
	if (in)
		source_close(in);
	return r;
}

void listing_write(const struct listing *l, const struct source_options *in,
		   const struct facts_options *facts, struct list *list,
		   const struct table_options *out, struct diag *d)
{
	struct facts_options o = *facts;
	struct table t;
	struct facts *f;
	bool whole;

	o.unmet = true;
	f = facts_new(&o, l->visit, l->interval, &t, d);
	if (!f || table_open(&t, out, d) < 0) {
		facts_free(f);
		return;
	}
	heading_period(&t, facts->from, facts->to);
	heading_columns(&t, l->column, l->columns);
	table_list(&t, list);
	whole = feed(in, f, &t, d) == 0 && facts_finish(f);
	table_end(&t);
	table_close(&t, whole && d->status < 2, d);
	facts_free(f);
}
