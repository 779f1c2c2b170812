/*
 * What report/table puts into a list instead of writing it; nobody else includes it.
 */
#ifndef REPORT_LIST_OWN_H
#define REPORT_LIST_OWN_H

#include "report/list.h"

enum list_cell { LIST_EMPTY, LIST_TEXT, LIST_INTEGER, LIST_SECONDS, LIST_TIME };

/* The next cell of the row: its text, or its value. */
void list_text(struct list *l, struct slice field);
void list_value(struct list *l, enum list_cell kind, int64_t v);
void list_row(struct list *l);

/* Puts the rows into t, in order. false: out of memory, now or before. */
bool list_put(struct list *l, struct table *t);

#endif
