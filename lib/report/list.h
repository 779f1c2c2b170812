/*
 * Lists: the rows of a table in another order than they come in, or only the first of them.
 *
 *	list_take           --sort and -n, for commands whose table is a list of facts
 *	list_new            refuses columns that there are not
 *	table_list(&t, l)   behind table_head; everything else of report/table stays as it is
 *
 * The rows wait until table_end. With both --sort and -n never more than twice N of them do, else
 * memory grows with rows. Numbers and times sort by value, text by its bytes, descending after a
 * `-`; what is empty comes last either way (but as the least in what breaks ties), and rows that are
 * equal stay in the order in which they came.
 */
#ifndef REPORT_LIST_H
#define REPORT_LIST_H

#include "base/opt.h"
#include "report/table.h"

struct list_options {
	const char *sort; /* [-]COLUMN[,...], or NULL: as they come */
	long long rows;   /* 0: all */
};

/* --sort, -n; `to` is a struct list_options. */
extern const struct opt list_opts[];
opt_take list_take;

/*
 * *l: a list of rows with these columns in the order of o, those that are equal so in that of `ties`
 * (as --sort, but with what is empty first; "": as they came); NULL where o asks for nothing. 0; -1: told.
 */
int list_new(struct list **l, const struct list_options *o, const char *const *columns, size_t n,
	     const char *ties, struct diag *d);
void list_free(struct list *l);

#endif
