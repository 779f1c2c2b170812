#include "stream/mysql_list.h"

#include <stdlib.h>

#include "stream/mysql_table.h"

struct listing {
	struct db *db;
	struct db_place place;
	struct db_table table;
	struct diag *d;
	struct buf sql;
	struct names groups; /* names of partitions that the table's collation tells apart */
	db_list_take *take;
	void *to;
};

static int no_memory(struct listing *l)
{
	return diag_fail(l->d, "out of memory");
}

static void column(struct listing *l, enum db_column c)
{
	db_name(&l->sql, slice_str(l->table.column[c].name));
}

static void from(struct listing *l)
{
	buf_str(&l->sql, " FROM ");
	db_place_table(&l->sql, &l->place);
	if (!l->table.index)
		return;
	buf_str(&l->sql, " FORCE INDEX (");
	db_name(&l->sql, slice_str(l->table.index));
	buf_byte(&l->sql, ')');
}

static int select_rows(struct listing *l)
{
	if (!buf_cstr(&l->sql))
		return no_memory(l);
	return db_select(l->db, (char *)l->sql.p) < 0 ? db_tell(l->db, l->d) : 0;
}

/* Found by jumping through the index, from name to name. */
static int find_groups(struct listing *l)
{
	struct slice field[1];
	int r;

	if (*l->place.partition)
		return names_put(&l->groups, slice_str(l->place.partition)) == NAMES_NONE
			       ? no_memory(l)
			       : 0;
	l->sql.n = 0;
	buf_str(&l->sql, "SELECT ");
	column(l, (enum db_column)F_PARTITION);
	from(l);
	buf_str(&l->sql, " GROUP BY ");
	column(l, (enum db_column)F_PARTITION);
	if (select_rows(l) < 0)
		return -1;
	while ((r = db_row(l->db, field, sizeof(field) / sizeof(*field))) > 0)
		if (field[0].p && names_put(&l->groups, field[0]) == NAMES_NONE)
			return no_memory(l);
	return r < 0 ? db_tell(l->db, l->d) : 0;
}

static int64_t time_of(const struct listing *l, struct slice text)
{
	int64_t t;

	return text.p && event_time(text, &t) ? t + l->place.shift : -1;
}

static int give(struct listing *l, const struct slice *field, struct buf *name)
{
	struct db_listed p = { .engine = l->table.engine ? l->table.engine : "view" };

	if (*l->place.partition && !slice_is(field[0], l->place.partition))
		return 0;
	name->n = 0;
	event_escape(name, field[0]);
	if (name->failed)
		return no_memory(l);
	p.partition = buf_all(name);
	p.first = time_of(l, field[1]);
	p.last = time_of(l, field[2]);
	slice_int(field[3], false, &p.rows);
	return l->take(l->to, &p);
}

/* All names that the collation takes for one. */
static int list_group(struct listing *l, struct slice group, struct buf *name)
{
	struct slice field[4];
	int r, status = 0;

	l->sql.n = 0;
	buf_str(&l->sql, "SELECT BINARY ");
	column(l, (enum db_column)F_PARTITION);
	for (int i = 0; i < 2; i++) {
		buf_str(&l->sql, i ? ", MAX(" : " AS ql_name, MIN(");
		column(l, (enum db_column)F_TIME);
		buf_byte(&l->sql, ')');
	}
	buf_str(&l->sql, ", COUNT(*)");
	from(l);
	buf_str(&l->sql, " WHERE ");
	column(l, (enum db_column)F_PARTITION);
	buf_str(&l->sql, " = ");
	db_quote(&l->sql, group);
	buf_str(&l->sql, " GROUP BY ql_name ORDER BY ql_name");
	if (select_rows(l) < 0)
		return -1;
	while ((r = db_row(l->db, field, sizeof(field) / sizeof(*field))) > 0)
		if (status == 0)
			status = give(l, field, name);
	return r < 0 ? db_tell(l->db, l->d) : status;
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

static int list_groups(struct listing *l)
{
	struct buf name = { 0 };
	int r = 0;

	qsort(l->groups.text, l->groups.n, sizeof(*l->groups.text), by_name);
	for (uint32_t i = 0; r == 0 && i < l->groups.n; i++)
		r = list_group(l, names_text(&l->groups, i), &name);
	buf_free(&name);
	return r;
}

static int list(struct listing *l, const struct db_read_options *o, const char *operand)
{
	enum { NEEDED = 1u << F_PARTITION | 1u << F_TIME };

	if (!l->place.column[F_PARTITION])
		return diag_fail(l->d, "%s: --list: a table without a column of partitions", operand);
	l->db = db_new(&o->db, operand, l->d);
	if (!l->db)
		return -1;
	if (db_connect(l->db) < 0)
		return db_tell(l->db, l->d);
	if (db_table_read(&l->table, l->db, &l->place, NEEDED, operand, l->d) < 0)
		return -1;
	return find_groups(l) < 0 ? -1 : list_groups(l);
}

int db_list(const struct db_read_options *o, const char *operand, db_list_take *take, void *to,
	    struct diag *d)
{
	struct listing l = { .d = d, .take = take, .to = to };
	int r;

	if (db_place_parse(&l.place, operand, o->column, true, d) < 0)
		return -1;
	r = list(&l, o, operand);
	db_free(l.db);
	db_table_free(&l.table);
	db_place_free(&l.place);
	names_free(&l.groups);
	buf_free(&l.sql);
	return r;
}
