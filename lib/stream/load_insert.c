/*
 * Rows on their way: bound to a statement that was prepared, a batch in one exchange, where the
 * server and its client library can; else as the text of an INSERT of many rows. Parsing that text
 * is a third of a server's work.
 */
#include <stdlib.h>

#include "stream/load_own.h"
#include "stream/mysql_bulk.h"

/* Bytes of one statement: more brings nothing. Of a row bound: what is beside its values. */
enum { STATEMENT_MOST = 1 << 21, BOUND_SPARE = (LOAD_FIELDS + 1) * 10 };

bool load_bad_value(unsigned number)
{
	switch (number) {
	case 1048: case 1062: case 1264: case 1265: case 1292: case 1364: case 1366: case 1406:
	case 1526: case 3819: case 4025: return true;
	default: return false;
	}
}

static unsigned long long room(const struct load *l)
{
	return l->table.packet < STATEMENT_MOST ? l->table.packet : STATEMENT_MOST;
}

static enum load_try no_memory(struct load *l)
{
	l->no_memory = true;
	return LOAD_ENDED;
}

/* The second, as the line has it; of a fraction nothing is kept. */
static struct slice second_of(const struct load *l, const struct load_row *r)
{
	struct slice rest, line = slice_of(l->text.p + r->line, r->nline);

	return slice_cut(slice_cut(line, '\t', &rest), '.', &rest);
}

static enum load_try send_bound(struct load *l)
{
	struct load_insert *i = &l->insert;
	struct db_bulk rows = { i->n, LOAD_FIELDS + 1, (const char *const *const *)i->text,
				(const unsigned long *const *)i->length };
	int r = i->n ? db_bulk_run(l->db, &rows) : 0;

	i->n = i->bytes = 0;
	return r < 0 ? LOAD_FAILED : LOAD_DONE;
}

static bool more_bound(struct load_insert *i)
{
	size_t cap = i->cap ? i->cap * 2 : 512;

	for (size_t c = 0; c <= LOAD_FIELDS; c++) {
		const char **text = realloc(i->text[c], cap * sizeof(*text));
		unsigned long *length;

		if (!text)
			return false;
		i->text[c] = text;
		length = realloc(i->length[c], cap * sizeof(*length));
		if (!length)
			return false;
		i->length[c] = length;
	}
	i->cap = cap;
	return true;
}

static enum load_try bind(struct load *l, const struct load_row *r)
{
	struct load_insert *i = &l->insert;
	enum load_try done = LOAD_DONE;

	if (i->n && i->bytes + r->bytes + BOUND_SPARE > room(l))
		done = send_bound(l);
	if (done != LOAD_DONE)
		return done;
	if (i->n == i->cap && !more_bound(i))
		return no_memory(l);
	for (size_t c = 0; c <= LOAD_FIELDS; c++) {
		struct slice s = c ? load_field(l, r, F_CALLID + (enum field)(c - 1)) : second_of(l, r);

		i->text[c][i->n] = (const char *)s.p;
		i->length[c][i->n] = s.n;
	}
	i->n++;
	i->bytes += r->bytes + BOUND_SPARE;
	return LOAD_DONE;
}

static enum load_try send_text(struct load *l)
{
	struct load_insert *i = &l->insert;
	int r = 0;

	if (i->sql.failed)
		return no_memory(l);
	if (i->rows)
		r = db_run_n(l->db, buf_all(&i->sql));
	i->sql.n = i->rows = 0;
	return r < 0 ? LOAD_FAILED : LOAD_DONE;
}

static void put_row(struct load *l, const struct load_row *r)
{
	struct load_insert *i = &l->insert;
	struct slice field[EVENT_FIELDS];

	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++)
		field[f] = load_field(l, r, f);
	if (i->rows++)
		buf_byte(&i->sql, ',');
	else
		load_table_insert(&i->sql, &l->table);
	load_table_values(&i->sql, &l->table, r->key.second, field);
}

static enum load_try add_text(struct load *l, const struct load_row *r)
{
	struct load_insert *i = &l->insert;
	size_t before = i->sql.n, rows = i->rows;
	enum load_try done;

	put_row(l, r);
	if (rows == 0 || i->sql.n <= room(l))
		return LOAD_DONE;
	i->sql.n = before;
	done = send_text(l);
	put_row(l, r);
	return done;
}

/* After the server refused a value: one by one, to know which. */
static enum load_try insert_one(struct load *l, struct load_row *r)
{
	enum load_try done;

	put_row(l, r);
	done = send_text(l);
	if (done != LOAD_FAILED || !load_bad_value(db_errno(l->db)))
		return done;
	load_entry_of(&l->counts, &r->key)->have--;
	r->verdict = LOAD_REFUSE;
	load_refuse(l, r, db_error(l->db));
	return LOAD_DONE;
}

/* Can rows be bound, on this connection? */
static enum load_try prepare(struct load *l)
{
	struct load_insert *i = &l->insert;
	int r;

	if (i->plain || l->singly || db_bulk_ready(l->db))
		return LOAD_DONE;
	load_table_insert(&i->sql, &l->table);
	load_table_places(&i->sql, &l->table);
	if (i->sql.failed)
		return no_memory(l);
	r = db_bulk_prepare(l->db, buf_all(&i->sql));
	i->sql.n = 0;
	i->plain = r == 0;
	return r < 0 ? LOAD_FAILED : LOAD_DONE;
}

enum load_try load_insert(struct load *l, struct load_row *r, size_t n)
{
	struct load_insert *i = &l->insert;
	enum load_try done;

	i->sql.n = i->rows = i->n = i->bytes = 0;
	done = prepare(l);
	for (size_t k = 0; k < n && done == LOAD_DONE; k++) {
		if (r[k].verdict != LOAD_INSERT)
			continue;
		r[k].tried = true;
		if (l->singly)
			done = insert_one(l, &r[k]);
		else if (i->plain)
			done = add_text(l, &r[k]);
		else
			done = bind(l, &r[k]);
	}
	if (done == LOAD_DONE)
		done = i->plain || l->singly ? send_text(l) : send_bound(l);
	return done;
}

void load_insert_free(struct load_insert *i)
{
	for (size_t c = 0; c <= LOAD_FIELDS; c++) {
		free(i->text[c]);
		free(i->length[c]);
	}
	buf_free(&i->sql);
}
