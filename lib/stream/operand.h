/*
 * What an operand names: a file, but for those that begin with a scheme, "events:FILE", a file of
 * events where raw logs are read, and "sql:P", a partition of a table in a database, with options behind
 * a '?'. A file that is called so is given as "./sql:P".
 */
#ifndef STREAM_OPERAND_H
#define STREAM_OPERAND_H

#include "base/slice.h"

#define OPERAND_SCHEME_EVENTS "events:"
#define OPERAND_SCHEME_SQL "sql:"

enum operand { OPERAND_FILE, OPERAND_EVENTS, OPERAND_SQL };

/* What it is; *rest: what stands behind the scheme, to the same end. */
static inline enum operand operand_cut(struct slice operand, struct slice *rest)
{
	static const char *const schemes[] = {
		[OPERAND_FILE] = "",
		[OPERAND_EVENTS] = OPERAND_SCHEME_EVENTS,
		[OPERAND_SQL] = OPERAND_SCHEME_SQL,
	};
	enum operand is = OPERAND_SQL;
	size_t n;

	while (!slice_begins(operand, slice_str(schemes[is])))
		is--;
	n = strlen(schemes[is]);
	*rest = slice_of(operand.p + n, operand.n - n);
	return is;
}

/* The same of a string. */
static inline enum operand operand_text(const char *operand, const char **rest)
{
	struct slice text;
	enum operand is = operand_cut(slice_str(operand), &text);

	*rest = (const char *)text.p;
	return is;
}

static inline bool operand_is_sql(const char *operand)
{
	const char *rest;

	return operand_text(operand, &rest) == OPERAND_SQL;
}

#endif
