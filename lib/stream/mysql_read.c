#include "stream/mysql_read.h"

#include <stdlib.h>

#include "stream/mysql_open.h"
#include "stream/mysql_pages.h"
#include "stream/operand.h"

enum { OPT_COLUMN = 0x620, OPT_INPUT_ZONE };

const struct opt db_read_opts[] = {
	{ OPT_COLUMN, 0, "column", "OURS=THEIRS",
	  "what a table calls a column: OURS is one of time partition callid queue agent verb "
	  "data1 .. data5 data id; may be given several times",
	  NULL },
	{ OPT_INPUT_ZONE, 0, "input-zone", "ZONE", "the zone of a table's local times", NULL },
	{ 0 },
};

int db_read_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct db_read_options *o = to;

	switch (id) {
	case OPT_COLUMN:
		if (!array_need(&o->column, &o->cap, o->columns + 2, sizeof(*o->column)))
			return diag_fail(d, "out of memory");
		o->column[o->columns++] = arg;
		o->column[o->columns] = NULL;
		return 0;
	case OPT_INPUT_ZONE:
		o->zone = arg;
		return 0;
	default:
		return db_take(&o->db, id, what, arg, d);
	}
}

void db_read_options_free(struct db_read_options *o)
{
	free(o->column);
}

struct db_read {
	struct db_open open;
	struct db_pages pages;
};

/* So that a slow reader downstream does not make the server hang up, and every page is of one
 * instant. */
static int begin_session(struct db_open *r)
{
	if (db_run(r->db, "SET SESSION net_write_timeout=3600, wait_timeout=86400") == 0 &&
	    db_run(r->db, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ") == 0 &&
	    (!r->table.snapshot ||
	     db_run(r->db, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY") == 0))
		return 0;
	return db_tell(r->db, r->d);
}

static void say_index(struct db_open *r)
{
	const struct select *s = r->o->select;

	if (r->table.index || !r->table.engine)
		return;
	if (!r->sql.by_id)
		diag_note(r->d, "%s: table %s has no index that begins with %s%s: the server reads and sorts "
				"all of it",
			  r->operand, r->place.table,
			  r->place.column[F_PARTITION] ? "partition and " : "", r->place.column[F_TIME]);
	else if (s && (s->from != WHEN_MIN || s->to != WHEN_MAX))
		diag_note(r->d, "%s: table %s has no index on %s: the server looks at all of it",
			  r->operand, r->place.table, r->place.column[F_TIME]);
}

static int begin(struct db_read *r, const struct db_read_options *o, const char *operand,
		 struct diag *d)
{
	if (db_open_begin(&r->open, o, operand, d) < 0 || db_open_connect(&r->open) < 0 ||
	    begin_session(&r->open) < 0)
		return -1;
	say_index(&r->open);
	db_pages_begin(&r->pages, r->open.db, &r->open.sql, operand, d);
	return 0;
}

static void end(void *of)
{
	struct db_read *r = of;

	if (r->pages.d)
		db_pages_free(&r->pages);
	db_open_end(&r->open);
	free(r);
}

static void *open_operand(void *arg, const char *operand, struct diag *d)
{
	struct db_read *r = calloc(1, sizeof(*r));

	if (!r) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	if (begin(r, arg, operand, d) == 0)
		return r;
	end(r);
	return NULL;
}

static int check(void *arg, const char *operand, struct diag *d)
{
	struct db_place place;

	if (db_open_parse(&place, arg, operand, d) < 0)
		return -1;
	db_place_free(&place);
	return 0;
}

static int next(void *of, struct slice *lines, unsigned long long *read,
		unsigned long long *refused)
{
	return db_pages_next(&((struct db_read *)of)->pages, lines, read, refused);
}

const struct source_scheme db_scheme = { OPERAND_SCHEME_SQL, check, open_operand, next, end };

int db_read_show(const struct db_read_options *o, const char *operand, struct buf *to,
		 struct diag *d)
{
	struct db_read *r = open_operand((void *)(size_t)o, operand, d);

	if (!r)
		return -1;
	db_pages_show(&r->pages, to);
	end(r);
	return 0;
}

bool db_is_operand(const char *operand)
{
	return strncmp(operand, db_scheme.prefix, strlen(db_scheme.prefix)) == 0;
}
