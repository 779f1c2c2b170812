/*
 * What the parts of report/table share; nobody else's business.
 */
#ifndef REPORT_TABLE_FORM_H
#define REPORT_TABLE_FORM_H

#include "report/table.h"

/* One cell of a `table` whose rows wait for their widths: its end in t->text; where the one before
 * it ends it begins. */
struct table_cell {
	size_t end, width; /* width: columns of a terminal */
	bool number;
};

enum { TABLE_GAP = 2 }; /* between columns that are aligned */

/* A field in the form of this table, without what stands between cells; of a `table` its width. */
size_t table_put(struct table *t, struct slice field);

/* Text as HTML wants it. */
void table_html(struct buf *b, struct slice s);

/* Writes the rows of a `table` with aligned columns; what stands below them is left in t->text. */
void table_align(struct table *t);

/* The same, of one that is wider than a terminal of `most` columns, with each row on as many lines as it
 * needs. column: how wide each is. */
void table_fold(struct table *t, const struct table_cell *column, size_t most);

#endif
