/*
 * Facts listed: each a row of a table, as qlcalls and qlagents do.
 */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include "fold/facts.h"
#include "report/list.h"
#include "report/table.h"
#include "stream/source.h"

struct listing {
	const char *const *column; /* headings */
	size_t columns;
	/* One of them: writes a row of the table t. */
	void (*visit)(void *t, const struct visit *v);
	void (*interval)(void *t, const struct interval *i);
};

/* Folds the events of `in` and writes the table. What goes wrong is told; where not all was read, no
 * -o file is put in place. */
void listing_write(const struct listing *l, const struct source_options *in,
		   const struct facts_options *facts, struct list *list,
		   const struct table_options *out, struct diag *d);

#endif
