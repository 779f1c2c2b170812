#include "stream/mysql_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "base/when.h"
#include "stream/mysql.h"
#include "stream/operand.h"

static const char *const layouts[] = { "queuemetrics", "asterisk", "asterisk-data" };

static const char *const columns[][DB_COLUMNS] = {
	[DB_QUEUEMETRICS] = { "time_id", "partition", "call_id", "queue", "agent", "verb", "data1",
			      "data2", "data3", "data4", "data5", NULL, "unique_row_count" },
	[DB_ASTERISK] = { "time", NULL, "callid", "queuename", "agent", "event", "data1", "data2",
			  "data3", "data4", "data5", NULL, "id" },
	[DB_ASTERISK_DATA] = { "time", NULL, "callid", "queuename", "agent", "event", NULL, NULL, NULL,
			       NULL, NULL, "data", "id" },
};

/* The name of a column as --column has it: "time", "id". */
static const char *column_name(enum db_column c)
{
	return c == DB_COLUMN_DATA ? "data" : c == DB_COLUMN_ID ? "id" : field_name((enum field)c);
}

static enum db_column column_named(const char *name)
{
	enum db_column c = 0;

	while (c < DB_COLUMNS && strcmp(column_name(c), name) != 0)
		c++;
	return c;
}

/* A copy instead of what *to has; value NULL or empty: nothing instead. false: out of memory. */
static bool set(char **to, const char *value)
{
	free(*to);
	*to = value && *value ? strdup(value) : NULL;
	return *to || !value || !*value;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
					      : c >= 'A' && c <= 'F' ? c - 'A' + 10
								     : -1;
}

/* %HH, in place. */
static void decode(char *s)
{
	char *out = s;

	for (; *s; s++)
		if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0 && hex(s[1]) + hex(s[2]) > 0) {
			*out++ = (char)(hex(s[1]) << 4 | hex(s[2]));
			s += 2;
		} else {
			*out++ = *s;
		}
	*out = '\0';
}

/* One OURS=THEIRS; NULL, or why not. */
static const char *rename_column(struct db_place *p, const char *ours, const char *theirs)
{
	enum db_column c = column_named(ours);

	if (c == DB_COLUMNS)
		return "neither table, db, layout, zone, shift nor a column";
	if (!*theirs && c != DB_COLUMN_ID && (c < (enum db_column)F_DATA1 || c >= DB_COLUMN_DATA))
		return "a column that has to be there";
	return set(&p->column[c], theirs) ? NULL : "out of memory";
}

static const char *set_layout(struct db_place *p, const char *name)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (strcmp(name, layouts[i]) == 0) {
			p->layout = (enum db_layout)i;
			return NULL;
		}
	return "not one of queuemetrics, asterisk, asterisk-data";
}

static const char *set_shift(struct db_place *p, const char *text)
{
	struct diag quiet = { .prog = "" };
	bool minus = *text == '-';
	long long seconds;

	if (opt_duration("", text + (*text == '-' || *text == '+'), &seconds, &quiet) < 0)
		return "not a shift (+3s, -1h)";
	p->shift = (minus ? -seconds : seconds) * WHEN_SECOND;
	return NULL;
}

static const char *set_key(struct db_place *p, const char *key, const char *value)
{
	if (strcmp(key, "table") == 0)
		return set(&p->table, value) ? NULL : "out of memory";
	if (strcmp(key, "db") == 0)
		return set(&p->database, value) ? NULL : "out of memory";
	if (strcmp(key, "zone") == 0)
		return set(&p->zone, value) ? NULL : "out of memory";
	if (strcmp(key, "shift") == 0)
		return set_shift(p, value);
	if (strcmp(key, "layout") == 0)
		return NULL; /* it was seen to first */
	return rename_column(p, key, value);
}

/* Calls f for each key=value of the query; what it does not take stays in *part. */
static const char *each_key(struct db_place *p, const char *query,
			    const char *(*f)(struct db_place *, const char *, const char *),
			    struct buf *part)
{
	const char *why = NULL;

	while (!why && *query) {
		size_t n = strcspn(query, "&");
		char *value;

		part->n = 0;
		buf_put(part, query, n);
		query += n + (query[n] == '&');
		if (n == 0)
			continue;
		if (!buf_cstr(part))
			return "out of memory";
		value = strchr((char *)part->p, '=');
		if (!value)
			return "no = in it";
		*value++ = '\0';
		decode(value);
		why = f(p, (char *)part->p, value);
		if (why)
			value[-1] = '=';
	}
	return why;
}

static const char *layout_key(struct db_place *p, const char *key, const char *value)
{
	return strcmp(key, "layout") == 0 ? set_layout(p, value) : NULL;
}

static bool begin_columns(struct db_place *p)
{
	for (enum db_column c = 0; c < DB_COLUMNS; c++)
		if (!set(&p->column[c], columns[p->layout][c]))
			return false;
	return p->layout != DB_QUEUEMETRICS || set(&p->table, "queue_log");
}

static int rename_all(struct db_place *p, const char *const *renames, struct diag *d)
{
	struct buf part = { 0 };
	const char *why = NULL;

	for (; renames && *renames && !why; renames++) {
		char *value;

		part.n = 0;
		buf_str(&part, *renames);
		value = buf_cstr(&part) ? strchr((char *)part.p, '=') : NULL;
		if (value)
			*value++ = '\0';
		why = value ? rename_column(p, (char *)part.p, value) : "not OURS=THEIRS";
		if (why)
			diag_fail(d, "--column: %s: %s", *renames, why);
	}
	buf_free(&part);
	return why ? -1 : 0;
}

/* What stands behind "sql:". */
static int parse(struct db_place *p, const char *operand, const char *const *renames,
		 bool nameless, struct buf *part, struct diag *d)
{
	const char *name = operand + strlen(OPERAND_SCHEME_SQL), *query = name + strcspn(name, "?"), *why;
	struct slice partition = slice_of(name, (size_t)(query - name));

	if (!(nameless && partition.n == 0) && !partition_valid(partition))
		return diag_fail(d, "%s: not a name of a partition", operand);
	memcpy(p->partition, partition.p, partition.n);
	query += *query == '?';
	why = each_key(p, query, layout_key, part);
	if (!why && !begin_columns(p))
		return diag_fail(d, "out of memory");
	if (!why && rename_all(p, renames, d) < 0)
		return -1;
	why = why ? why : each_key(p, query, set_key, part);
	if (why)
		return diag_fail(d, "%s: %s: %s", operand, part->p ? (char *)part->p : "", why);
	if (!p->table)
		return diag_fail(d, "%s: layout %s wants ?table=NAME", operand, layouts[p->layout]);
	return 0;
}

int db_place_parse(struct db_place *p, const char *operand, const char *const *renames,
		   bool nameless, struct diag *d)
{
	struct buf part = { 0 };
	int r;

	*p = (struct db_place){ .layout = DB_QUEUEMETRICS };
	r = parse(p, operand, renames, nameless, &part, d);
	buf_free(&part);
	if (r < 0)
		db_place_free(p);
	return r;
}

void db_place_free(struct db_place *p)
{
	for (enum db_column c = 0; c < DB_COLUMNS; c++)
		set(&p->column[c], NULL);
	set(&p->database, NULL);
	set(&p->table, NULL);
	set(&p->zone, NULL);
}

void db_place_table(struct buf *b, const struct db_place *p)
{
	if (p->database) {
		db_name(b, slice_str(p->database));
		buf_byte(b, '.');
	}
	db_name(b, slice_str(p->table));
}

/* Of 64 letters at most, so a hash: FNV-1a, the same on every machine. */
void db_place_lock(char name[DB_LOCK], const struct db_place *p, const char *database)
{
	const char *part[] = { p->database ? p->database : database ? database : "", p->table,
			       p->partition };
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		const unsigned char *c = (const unsigned char *)part[i];

		do
			h = (h ^ *c) * UINT64_C(0x100000001b3);
		while (*c++);
	}
	snprintf(name, DB_LOCK, "ql:%016llx", (unsigned long long)h);
}
