#include "stream/mysql_sql.h"

#include "base/calendar.h"
#include "stream/mysql_clock.h"

/* By how much local times may run against instants: clocks are never put back by more. */
#define CLOCKS (3 * 3600 * WHEN_SECOND)
#define DAY (86400 * WHEN_SECOND)
/* Numbers written as text are in order from here on: those before, until 2001, have fewer digits. */
#define TEN_DIGITS (1000000000 * WHEN_SECOND)

static void name(struct buf *b, const struct db_sql *q, enum db_column c)
{
	db_name(b, slice_str(q->table->column[c].name));
}

size_t db_sql_columns(const struct db_sql *q, enum db_column take[DB_COLUMNS])
{
	size_t n = 0;

	for (enum db_column c = 0; c < DB_COLUMNS; c++)
		if (q->table->column[c].name && c != (enum db_column)F_PARTITION &&
		    (c != DB_COLUMN_ID || q->held))
			take[n++] = c;
	return n;
}

/* "AND " or, the first time, "WHERE ". */
static void and(struct buf *b, bool *any)
{
	buf_str(b, *any ? " AND " : " WHERE ");
	*any = true;
}

static void from_table(struct buf *b, const struct db_sql *q, const char *index)
{
	buf_str(b, " FROM ");
	db_place_table(b, q->place);
	if (index) {
		buf_str(b, " FORCE INDEX (");
		db_name(b, slice_str(index));
		buf_byte(b, ')');
	}
}

static void partition(struct buf *b, const struct db_sql *q, bool *any)
{
	struct slice value = slice_str(q->place->partition);

	if (!q->table->column[F_PARTITION].name)
		return;
	and(b, any);
	name(b, q, (enum db_column)F_PARTITION);
	buf_str(b, " = ");
	db_quote(b, value);
	buf_str(b, " AND BINARY ");
	name(b, q, (enum db_column)F_PARTITION);
	buf_str(b, " = ");
	db_quote(b, value);
}

/* Dates as text, in which a blank or a T may stand before the hours: in what they all have, the days,
 * they are compared. */
static bool by_day(const struct db_sql *q)
{
	enum db_type type = q->table->column[F_TIME].type;

	return q->times != DB_EPOCH_TEXT && (type == DB_TEXT || type == DB_BINARY);
}

static bool unordered(const struct db_sql *q, int64_t t)
{
	return q->times == DB_EPOCH_TEXT && t <= TEN_DIGITS;
}

/* An instant, in whole seconds (or days) towards the past, as the column would have it. */
static void instant(struct buf *b, const struct db_sql *q, int64_t t)
{
	int64_t second = floor_div(t, WHEN_SECOND);
	const char *quote = q->times == DB_EPOCH ? "" : "'";

	buf_str(b, quote);
	if (q->times == DB_EPOCH || q->times == DB_EPOCH_TEXT)
		buf_fmt(b, "%lld", (long long)(second < 0 || unordered(q, t) ? 0 : second));
	else
		db_clock_put(b, q->times == DB_LOCAL ? db_clock_of(t) : t);
	if (by_day(q))
		b->n -= strlen(" 00:00:00");
	buf_str(b, quote);
}

static void compare(struct buf *b, const struct db_sql *q, const char *sign, int64_t t, bool *any)
{
	and(b, any);
	name(b, q, (enum db_column)F_TIME);
	buf_str(b, sign);
	instant(b, q, t);
}

static void names_in(struct buf *b, const struct db_sql *q, enum field f, const char *in,
		     const struct names *list)
{
	struct buf scratch = { 0 };
	bool empty = false;

	buf_str(b, "(BINARY ");
	name(b, q, (enum db_column)f);
	buf_str(b, in);
	for (uint32_t i = 0; i < list->n; i++) {
		struct slice text = event_raw(names_text(list, i), &scratch);

		empty |= text.n == 0;
		buf_str(b, i ? ", " : " (");
		db_quote(b, text);
	}
	buf_byte(b, ')');
	if (empty) { /* NULL is read as an empty value */
		buf_str(b, " OR ");
		name(b, q, (enum db_column)f);
		buf_str(b, " IS NULL");
	}
	buf_byte(b, ')');
	buf_free(&scratch);
}

/* The verbs of these classes; class call has no end, so it is said by what it has not. */
static void classes_in(struct buf *b, const struct db_sql *q, unsigned classes, bool queuestart)
{
	bool not = classes & CLASS_CALL;
	struct names list = { 0 };

	for (enum verb v = VERB_OTHER; v < VERBS; v++)
		if (v != VERB_OTHER && v != VERB_DIVERT && !(classes & verb_class(v)) == not)
			names_put(&list, slice_str(verb_name(v)));
	if (queuestart)
		names_put(&list, slice_str(verb_name(VERB_QUEUESTART)));
	names_in(b, q, F_VERB, not ? " NOT IN" : " IN", &list);
	names_free(&list);
}

static int64_t wide(const struct db_sql *q)
{
	return q->times == DB_LOCAL ? CLOCKS : 0;
}

/* Between which times; a page that begins somewhere has its beginning already. */
static void period(struct buf *b, const struct db_sql *q, const struct db_from *from, bool *any)
{
	const struct select *s = q->period;
	int64_t shift = q->place->shift;

	if (!s)
		return;
	if (s->from != WHEN_MIN && (!from->at.p || q->by_id))
		compare(b, q, " >= ", select_first(s) - shift - wide(q), any);
	if (s->to != WHEN_MAX && !unordered(q, s->to - shift)) /* up to the next whole one */
		compare(b, q, " < ", s->to - shift + wide(q) + (by_day(q) ? DAY : WHEN_SECOND) - 1, any);
}

/* Before the period only what says who was on when it began. */
static void before_period(struct buf *b, const struct db_sql *q, bool *any)
{
	const struct select *s = q->period;

	if (!s || s->from == WHEN_MIN || s->agents_from >= s->from)
		return;
	and(b, any);
	buf_byte(b, '(');
	name(b, q, (enum db_column)F_TIME);
	buf_str(b, " >= ");
	instant(b, q, s->from - q->place->shift - wide(q));
	buf_str(b, " OR ");
	classes_in(b, q, CLASS_AGENT, true);
	buf_byte(b, ')');
}

static void names(struct buf *b, const struct db_sql *q, bool *any)
{
	static const struct select none;
	const struct select *s = q->names ? q->names : &none;
	const struct {
		enum field f;
		const struct names *list;
	} lists[] = { { F_CALLID, &s->callid }, { F_QUEUE, &s->queue }, { F_AGENT, &s->agent },
		      { F_VERB, &s->verb } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (!lists[i].list->n)
			continue;
		and(b, any);
		names_in(b, q, lists[i].f, " IN", lists[i].list);
	}
	if (s->classes && s->classes != (CLASS_CALL | CLASS_AGENT | CLASS_SYSTEM)) {
		and(b, any);
		classes_in(b, q, s->classes, false);
	}
}

/* What a row said, as a literal. */
static void literal(struct buf *b, struct slice text, bool number)
{
	if (number)
		buf_slice(b, text);
	else
		db_quote(b, text);
}

static void page_from(struct buf *b, const struct db_sql *q, const struct db_from *from, bool *any)
{
	enum db_column by = q->by_id ? DB_COLUMN_ID : (enum db_column)F_TIME;
	bool number = q->table->column[by].type == DB_NUMBER;

	if (from->at.p) {
		and(b, any);
		name(b, q, by);
		buf_str(b, from->behind ? " > " : " >= ");
		literal(b, from->at, number);
	}
	if (from->to.p) {
		and(b, any);
		name(b, q, by);
		buf_str(b, " <= ");
		literal(b, from->to, number);
	}
}

static void order(struct buf *b, const struct db_sql *q)
{
	const struct db_table *t = q->table;

	buf_str(b, " ORDER BY ");
	if (!q->by_id)
		name(b, q, (enum db_column)F_TIME);
	/* an index that does not have it would be left for a sort of all that is to come */
	if (t->column[DB_COLUMN_ID].name && (q->by_id || !t->index || t->index_id)) {
		buf_str(b, q->by_id ? "" : ", ");
		name(b, q, DB_COLUMN_ID);
	}
}

static const char *index_of(const struct db_sql *q)
{
	return q->by_id ? q->table->primary : q->table->index;
}

void db_sql_page(struct buf *b, const struct db_sql *q, const struct db_from *from, size_t limit)
{
	enum db_column take[DB_COLUMNS];
	size_t n = db_sql_columns(q, take);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		buf_str(b, i ? ", " : "SELECT ");
		name(b, q, take[i]);
	}
	from_table(b, q, index_of(q));
	partition(b, q, &any);
	page_from(b, q, from, &any);
	period(b, q, from, &any);
	before_period(b, q, &any);
	names(b, q, &any);
	order(b, q);
	if (limit)
		buf_fmt(b, " LIMIT %zu", limit);
}

void db_sql_bound(struct buf *b, const struct db_sql *q, const struct db_from *from, size_t limit)
{
	bool any = false;

	buf_str(b, "SELECT ");
	name(b, q, (enum db_column)F_TIME);
	from_table(b, q, index_of(q));
	partition(b, q, &any);
	page_from(b, q, from, &any);
	period(b, q, from, &any);
	buf_str(b, " ORDER BY ");
	name(b, q, (enum db_column)F_TIME);
	buf_fmt(b, " LIMIT %zu, 1", limit);
}

void db_sql_newest(struct buf *b, const struct db_sql *q)
{
	struct db_from all = { .behind = false };
	bool any = false;

	buf_str(b, "SELECT ");
	name(b, q, (enum db_column)F_TIME);
	from_table(b, q, index_of(q));
	partition(b, q, &any);
	period(b, q, &all, &any);
	buf_str(b, " ORDER BY ");
	name(b, q, q->by_id ? DB_COLUMN_ID : (enum db_column)F_TIME);
	buf_str(b, " DESC LIMIT 1");
}

void db_sql_sample(struct buf *b, const struct db_sql *q, bool last)
{
	bool any = false;

	buf_str(b, "SELECT ");
	name(b, q, (enum db_column)F_TIME);
	from_table(b, q, index_of(q));
	partition(b, q, &any);
	for (int i = 0; i < 2; i++) {
		and(b, &any);
		name(b, q, (enum db_column)F_TIME);
		buf_str(b, i ? " < 'A'" : " >= '0'");
	}
	buf_str(b, " ORDER BY ");
	name(b, q, q->by_id ? DB_COLUMN_ID : (enum db_column)F_TIME);
	buf_str(b, last ? " DESC LIMIT 100" : " LIMIT 100");
}

void db_sql_any(struct buf *b, const struct db_sql *q)
{
	bool any = false;

	buf_str(b, "SELECT 1");
	from_table(b, q, index_of(q));
	partition(b, q, &any);
	buf_str(b, " LIMIT 1");
}

void db_sql_twice(struct buf *b, const struct db_sql *q, int64_t begin, int64_t end)
{
	bool any = false;

	buf_str(b, "SELECT ");
	name(b, q, (enum db_column)F_TIME);
	buf_str(b, ", ");
	name(b, q, DB_COLUMN_ID);
	from_table(b, q, index_of(q));
	partition(b, q, &any);
	for (int i = 0; i < 2; i++) {
		and(b, &any);
		name(b, q, (enum db_column)F_TIME);
		buf_str(b, i ? " < '" : " >= '");
		db_clock_put(b, (i ? end : begin) * WHEN_SECOND);
		buf_byte(b, '\'');
	}
	buf_str(b, " ORDER BY ");
	name(b, q, DB_COLUMN_ID);
}
