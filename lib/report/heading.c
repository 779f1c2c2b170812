#include "report/heading.h"

#include "base/when.h"

enum { MOST = 64 };

void heading_period(struct table *t, int64_t from, int64_t to)
{
	struct buf b = { 0 };

	if (from != WHEN_MIN) {
		buf_str(&b, "from ");
		when_put_local(&b, from);
		buf_str(&b, to != WHEN_MAX ? " " : ", ");
	}
	if (to != WHEN_MAX) {
		buf_str(&b, from != WHEN_MIN ? "to " : "before ");
		when_put_local(&b, to);
		buf_str(&b, ", ");
	}
	buf_str(&b, "zone ");
	buf_str(&b, when_zone_name());
	if (buf_cstr(&b))
		table_note(t, "%s", (const char *)b.p);
	buf_free(&b);
}

void heading_columns(struct table *t, const char *const *names, size_t n)
{
	struct slice columns[MOST];

	for (size_t i = 0; i < n && i < MOST; i++)
		columns[i] = slice_str(names[i]);
	table_head(t, columns, n < MOST ? n : MOST);
}
