#include "stream/source_parts.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "stream/operand.h"

/*
 * The longest lines, where nothing else was asked for: whatever becomes of a raw one, as an event
 * and as JSON, can be read again.
 */
enum { LONGEST_RAW = 1 << 20, LONGEST_EVENT = (2 << 20) + 64, LONGEST_JSON = 16 << 20 };

enum { LONGEST_MOST = 1 << 30 };

enum { OPT_MAX_LINE = 256 };

const struct opt source_opts[] = {
	{ 'I', 'I', "input", "FORM",
	  "the form of the input: events, queuelog (raw lines, stamped with -p; the default of "
	  "qlfetch, events that of all others), json",
	  "events queuelog json" },
	{ OPT_MAX_LINE, 0, "max-line", "BYTES",
	  "refuse longer lines (1 MiB of a raw log, 2 of events, 16 of JSON)", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

const struct opt source_event_opts[] = {
	{ 'I', 'I', "input", "FORM", "the form of the input: events (the default) or json",
	  "events json" },
	{ OPT_MAX_LINE, 0, "max-line", "BYTES", "refuse longer lines (2 MiB, 16 of JSON)", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

int source_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct source_options *o = to;

	switch (id) {
	case OPT_OPERAND:
		if (!array_need(&o->operand, &o->cap, o->operands + 1, sizeof(*o->operand)))
			return diag_fail(d, "out of memory");
		o->operand[o->operands++] = arg;
		return 0;
	case 'I':
		if (strcmp(arg, "events") == 0)
			o->input = SOURCE_EVENTS;
		else if (strcmp(arg, "queuelog") == 0)
			o->input = SOURCE_QUEUELOG;
		else if (strcmp(arg, "json") == 0)
			o->input = SOURCE_JSON;
		else
			return diag_fail(d, "%s: %s: not a form of input", what, arg);
		return 0;
	case OPT_MAX_LINE:
		return opt_number(what, arg, 64, LONGEST_MOST, &o->max_line, d);
	default:
		return 0;
	}
}

int source_event_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	if (id == 'I' && strcmp(arg, "queuelog") == 0)
		return diag_fail(d, "%s: queuelog: raw logs have no partition here: use qlfetch -p",
				 what);
	return source_take(to, id, what, arg, d);
}

bool parts_foreign(const struct source_options *o, const char *operand)
{
	return o->scheme && strncmp(operand, o->scheme->prefix, strlen(o->scheme->prefix)) == 0;
}

enum source_input parts_input(const struct source_options *o, const char **path)
{
	const char *file;

	if (operand_text(*path, &file) != OPERAND_EVENTS)
		return o->input;
	*path = file;
	return SOURCE_EVENTS;
}

size_t parts_longest(const struct source_options *o, enum source_input input)
{
	if (o->max_line)
		return (size_t)o->max_line;
	return input == SOURCE_QUEUELOG ? LONGEST_RAW
	       : input == SOURCE_EVENTS ? LONGEST_EVENT
					: LONGEST_JSON;
}

int source_check(const struct source_options *o, const char *operand, struct diag *d)
{
	if (parts_foreign(o, operand))
		return o->scheme->check(o->scheme_arg, operand, d);
	if (operand_is_sql(operand))
		return diag_fail(d, "%s: a database is read by qlfetch", operand);
	if (parts_input(o, &operand) != SOURCE_QUEUELOG)
		return 0;
	if (!o->partition)
		return diag_fail(d, "%s: a raw log wants the partition it is of: -p NAME", operand);
	if (!partition_valid(slice_str(o->partition)))
		return diag_fail(d, "-p: %s: not a name of a partition", o->partition);
	return 0;
}

static int add_one(struct rotated *parts, const char *operand, struct diag *d)
{
	char *path = strdup(operand);

	if (!path || !array_need(&parts->path, &parts->cap, parts->n + 1, sizeof(char *))) {
		free(path);
		return diag_fail(d, "out of memory");
	}
	parts->path[parts->n++] = path;
	return 0;
}

int parts_add(const struct source_options *o, struct rotated *parts, bool *failed, struct diag *d)
{
	const char *none[] = { "-" };
	const char **operand = o->operands ? o->operand : none;
	size_t n = o->operands ? o->operands : 1;
	const char *file;

	for (size_t i = 0; i < n; i++) {
		if (source_check(o, operand[i], d) < 0)
			return -1;
		/* a directory that gives nothing is a part that cannot be read: go on, and fail */
		if (o->set && operand_text(operand[i], &file) != OPERAND_EVENTS && !parts_foreign(o, operand[i]))
			*failed |= rotated_add(parts, operand[i], d) < 0;
		else if (add_one(parts, operand[i], d) < 0)
			return -1;
	}
	return o->set ? rotated_order(parts, d) : 0;
}

unsigned long long parts_bytes(const struct source_options *o, const struct rotated *parts)
{
	unsigned long long n = 0;
	struct stat st;

	for (size_t i = 0; i < parts->n; i++) {
		const char *path = parts->path[i];

		parts_input(o, &path);
		if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
			return 0;
		n += (unsigned long long)st.st_size;
	}
	return n;
}
