#include "stream/mysql_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* More columns than any SHOW has. */
enum { SHOWN = 32 };

static bool is(struct slice s, const char *word)
{
	return s.n == strlen(word) && s.n && strncasecmp((const char *)s.p, word, s.n) == 0;
}

static bool begins(struct slice s, const char *word)
{
	return s.n >= strlen(word) && strncasecmp((const char *)s.p, word, strlen(word)) == 0;
}

static char *copy(struct slice s)
{
	return strndup(s.p ? (const char *)s.p : "", s.n);
}

static int told(struct diag *d)
{
	return diag_fail(d, "out of memory");
}

/* "varchar(200)", "int(11) unsigned", "decimal(17,6)". */
static enum db_type type_of(struct slice s, long long *length)
{
	static const struct {
		const char *begin;
		enum db_type type;
	} types[] = {
		{ "tinytext", DB_TEXT },     { "tinyblob", DB_BINARY },    { "tinyint", DB_NUMBER },
		{ "smallint", DB_NUMBER },   { "mediumint", DB_NUMBER },   { "mediumtext", DB_TEXT },
		{ "mediumblob", DB_BINARY }, { "int", DB_NUMBER },         { "bigint", DB_NUMBER },
		{ "decimal", DB_NUMBER },    { "double", DB_NUMBER },      /* a float is given rounded */
		{ "char", DB_TEXT },         { "varchar", DB_TEXT },       { "text", DB_TEXT },
		{ "longtext", DB_TEXT },     { "binary", DB_BINARY },      { "varbinary", DB_BINARY },
		{ "blob", DB_BINARY },       { "longblob", DB_BINARY },    { "datetime", DB_DATETIME },
		{ "timestamp", DB_TIMESTAMP },
	};
	static const struct {
		const char *begin;
		long long length;
	} lengths[] = { { "tiny", 255 }, { "medium", 16777215 }, { "long", 4294967295 }, { "", 65535 } };
	const unsigned char *open = s.n ? memchr(s.p, '(', s.n) : NULL;
	enum db_type type = DB_OTHER;
	size_t i = 0;

	for (size_t t = 0; t < sizeof(types) / sizeof(*types); t++)
		if (begins(s, types[t].begin))
			type = types[t].type;
	*length = 0;
	if (type != DB_TEXT && type != DB_BINARY)
		return type;
	if (open) {
		while (++open < s.p + s.n && *open >= '0' && *open <= '9')
			*length = *length * 10 + (*open - '0');
		return type;
	}
	while (!begins(s, lengths[i].begin))
		i++;
	*length = lengths[i].length;
	return type;
}

/* Of a collation, "utf8mb4_general_ci". */
static char *charset_of(struct slice collation)
{
	struct slice rest;

	return collation.p ? copy(slice_cut(collation, '_', &rest)) : NULL;
}

static int one_column(struct db_table *t, const struct db_place *p, const struct slice *field,
		      struct diag *d)
{
	for (enum db_column i = 0; i < DB_COLUMNS; i++) {
		struct db_table_column *c = &t->column[i];

		if (!p->column[i] || c->name || !is(field[0], p->column[i]))
			continue;
		c->name = copy(field[0]);
		c->type = type_of(field[1], &c->length);
		c->null = is(field[3], "YES");
		if (c->type == DB_TEXT)
			c->charset = charset_of(field[2]);
		if (!c->name || (c->type == DB_TEXT && field[2].p && !c->charset))
			return told(d);
	}
	return 0;
}

/* A SHOW statement's rows, each to f. */
static int show(struct db *db, const char *sql, const struct db_place *p, struct db_table *t,
		int (*f)(struct db_table *, const struct db_place *, const struct slice *, struct diag *),
		struct diag *d)
{
	struct slice field[SHOWN] = { { 0 } };
	struct buf text = { 0 };
	int r, status = 0;

	buf_str(&text, sql);
	db_place_table(&text, p);
	if (!buf_cstr(&text))
		return told(d);
	r = db_select(db, (char *)text.p);
	buf_free(&text);
	if (r < 0 || db_columns(db) > SHOWN)
		return db_tell(db, d);
	while (status == 0 && (r = db_row(db, field, sizeof(field) / sizeof(*field))) > 0)
		status = f(t, p, field, d);
	if (r < 0 || db_done(db) < 0)
		return db_tell(db, d);
	return status;
}

static int need_columns(const struct db_table *t, const struct db_place *p, unsigned needed,
			const char *what, struct diag *d)
{
	struct buf missing = { 0 };
	int r = 0;

	for (enum db_column i = 0; i < DB_COLUMNS; i++)
		if (needed >> i & 1 && p->column[i] && !t->column[i].name)
			buf_fmt(&missing, "%s%s", missing.n ? ", " : "", p->column[i]);
	if (missing.n && buf_cstr(&missing))
		r = diag_fail(d, "%s: table %s has no column %s, or none that may be read", what,
			      p->table, (char *)missing.p);
	buf_free(&missing);
	return missing.failed ? told(d) : r;
}

static int read_engine(struct db_table *t, struct db *db, const struct db_place *p, struct diag *d)
{
	struct slice field[SHOWN] = { { 0 } };
	struct buf sql = { 0 };
	long long row;
	int r;

	buf_str(&sql, "SHOW TABLE STATUS ");
	if (p->database) {
		buf_str(&sql, "FROM ");
		db_name(&sql, slice_str(p->database));
	}
	buf_str(&sql, " WHERE Name = ");
	db_quote(&sql, slice_str(p->table));
	if (!buf_cstr(&sql))
		return told(d);
	r = db_select(db, (char *)sql.p);
	buf_free(&sql);
	if (r < 0)
		return db_tell(db, d);
	if (db_columns(db) > SHOWN)
		return db_tell(db, d);
	/* names that differ in case only are one to it */
	while ((r = db_row(db, field, sizeof(field) / sizeof(*field))) > 0)
		if (field[1].p && (!t->engine || slice_is(field[0], p->table))) {
			free(t->engine);
			t->engine = copy(field[1]);
			t->row = slice_int(field[5], false, &row) ? (unsigned long long)row : 0;
		}
	if (r < 0)
		return db_tell(db, d);
	t->snapshot = !t->engine || is(slice_str(t->engine), "InnoDB") ||
		      is(slice_str(t->engine), "RocksDB");
	return 0;
}

/* An index being looked at, column by column. */
struct index {
	char name[256];
	bool usable;  /* so far, as an order to read by */
	bool unique;
	bool null;    /* a column may be NULL: neither are those rows unique nor is any behind another */
	bool ours;    /* all its columns are of partition, time and id */
	unsigned n;   /* columns */
	unsigned fit; /* that many of partition, time, id it begins with */
	bool id_first;
};

struct indexes {
	struct db_table *t;
	enum db_column order[3];
	unsigned wanted; /* of order: partition (where there is one), time, id (where there is one) */
	bool mariadb;
	struct index now;
	unsigned best;
	bool bare;       /* the best has no further columns */
};

static int end_index(struct indexes *x, struct diag *d)
{
	struct index *i = &x->now;
	unsigned least = x->wanted - (x->order[x->wanted - 1] == DB_COLUMN_ID);

	if (i->n == 0)
		return 0;
	if (i->unique && i->ours && !i->null)
		x->t->unique = true;
	if (i->unique && i->n == 1 && i->id_first && !i->null && !x->t->primary &&
	    !(x->t->primary = strdup(i->name)))
		return told(d);
	if (!i->usable || i->fit < least || i->fit <= x->best)
		return 0;
	free(x->t->index);
	x->t->index = strdup(i->name);
	x->best = i->fit;
	x->bare = i->n == i->fit;
	x->t->index_id = i->fit == x->wanted && least < x->wanted;
	return x->t->index ? 0 : told(d);
}

static bool is_column(const struct db_table *t, enum db_column c, struct slice name)
{
	return t->column[c].name && is(name, t->column[c].name);
}

static int one_index(struct indexes *x, const struct slice *f, size_t columns, struct diag *d)
{
	struct index *i = &x->now;
	bool first = is(f[3], "1"), hidden = columns > 13 && is(f[13], x->mariadb ? "YES" : "NO");
	bool ours = false;

	if (first) {
		if (end_index(x, d) < 0)
			return -1;
		*i = (struct index){ .usable = is(f[10], "BTREE") && !hidden,
				     .unique = is(f[1], "0"), .ours = true };
		memcpy(i->name, f[2].p, f[2].n < sizeof(i->name) ? f[2].n : sizeof(i->name) - 1);
		i->id_first = is_column(x->t, DB_COLUMN_ID, f[4]);
	}
	i->null |= is(f[9], "YES");
	for (unsigned o = 0; o < x->wanted; o++)
		ours |= is_column(x->t, x->order[o], f[4]);
	i->ours &= ours;
	/* a part of a column, or one that descends, orders nothing */
	if (i->fit == i->n && i->n < x->wanted && is_column(x->t, x->order[i->n], f[4]) &&
	    !f[7].p && is(f[5], "A"))
		i->fit++;
	i->n++;
	return 0;
}

static int read_indexes(struct db_table *t, struct db *db, const struct db_place *p,
			struct diag *d)
{
	struct indexes x = { .t = t, .mariadb = db_is_mariadb(db) };
	struct slice field[SHOWN] = { { 0 } };
	struct buf sql = { 0 };
	int r, status = 0;

	if (p->column[F_PARTITION])
		x.order[x.wanted++] = (enum db_column)F_PARTITION;
	x.order[x.wanted++] = (enum db_column)F_TIME;
	if (t->column[DB_COLUMN_ID].name)
		x.order[x.wanted++] = DB_COLUMN_ID;
	buf_str(&sql, "SHOW INDEX FROM ");
	db_place_table(&sql, p);
	if (!buf_cstr(&sql))
		return told(d);
	r = db_select(db, (char *)sql.p);
	buf_free(&sql);
	if (r < 0 || db_columns(db) > SHOWN)
		return db_tell(db, d);
	while (status == 0 && (r = db_row(db, field, sizeof(field) / sizeof(*field))) > 0)
		status = one_index(&x, field, db_columns(db), d);
	if (r < 0 || db_done(db) < 0)
		return db_tell(db, d);
	if (status < 0 || end_index(&x, d) < 0)
		return -1;
	/* behind the columns of any index of a clustered table stands its primary key */
	if (t->snapshot && t->index && x.bare && t->primary && strcmp(t->primary, "PRIMARY") == 0)
		t->index_id = true;
	return 0;
}

int db_table_read(struct db_table *t, struct db *db, const struct db_place *p, unsigned needed,
		  const char *what, struct diag *d)
{
	*t = (struct db_table){ 0 };
	if (!p->database && !db_database(db)) {
		diag_fail(d, "%s: which database: name it in the option file, or as ?db=NAME", what);
		return -1;
	}
	if (show(db, "SHOW FULL COLUMNS FROM ", p, t, one_column, d) < 0 ||
	    need_columns(t, p, needed, what, d) < 0 || read_engine(t, db, p, d) < 0 ||
	    (t->engine && read_indexes(t, db, p, d) < 0)) {
		db_table_free(t);
		return -1;
	}
	return 0;
}

void db_table_free(struct db_table *t)
{
	for (enum db_column i = 0; i < DB_COLUMNS; i++) {
		free(t->column[i].name);
		free(t->column[i].charset);
	}
	free(t->engine);
	free(t->index);
	free(t->primary);
	*t = (struct db_table){ 0 };
}
