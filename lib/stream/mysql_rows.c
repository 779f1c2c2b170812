#include "stream/mysql_rows.h"

#include "stream/mysql_clock.h"
#include "stream/seconds.h"

enum { WORD = 8 };

void db_rows_init(struct db_rows *r, const struct db_sql *q)
{
	size_t n = strlen(q->place->partition);

	r->times = q->times;
	r->shift = q->place->shift;
	r->longest = q->longest;
	r->n = r->id = db_sql_columns(q, r->take);
	for (size_t i = 0; i < r->n; i++)
		if (r->take[i] == DB_COLUMN_ID)
			r->id = i;
	r->stamp[0] = '\t';
	memcpy(r->stamp + 1, q->place->partition, n);
	r->stamp[n + 1] = '\t';
	r->nstamp = n + 2;
}

const char *db_rows_time(const struct db_rows *r, struct slice text, int64_t *t)
{
	bool epoch = r->times == DB_EPOCH || r->times == DB_EPOCH_TEXT;

	if (epoch ? !event_time(text, t) : !db_clock_read(text, t))
		return "no time that an event can have";
	if (r->times == DB_LOCAL)
		return NULL;
	*t += r->shift;
	if (*t < EVENT_TIME_MIN || *t > EVENT_TIME_MAX)
		return "its time is out of range";
	return NULL;
}

/* Is there a byte among these eight that has to be escaped, or may have to? */
static inline bool odd(const unsigned char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t w, slash;

	memcpy(&w, p, WORD);
	slash = w ^ ones * '\\';
	return (((w - ones * 14) & ~w) | ((slash - ones) & ~slash)) & tops;
}

/* Appends a field; there is room for twice its length and a word more. */
static inline void put_field(struct buf *b, struct slice s)
{
	unsigned char *p = b->p + b->n;

	if (s.n == 0)
		return;
	memcpy(p, s.p, s.n);
	memset(p + s.n, ' ', WORD);
	for (size_t i = 0; i < s.n; i += WORD)
		if (odd(p + i)) {
			event_escape(b, s);
			return;
		}
	b->n += s.n;
}

static inline void put_byte(struct buf *b, unsigned char c)
{
	b->p[b->n++] = c;
}

/* One column of all values: what is behind the fourth '|' stays together. */
static void put_data(struct buf *b, struct slice data, enum db_column *at)
{
	while (*at < DB_COLUMN_DATA) {
		struct slice value = data;

		if (*at < DB_COLUMN_DATA - 1)
			value = slice_cut(data, '|', &data);
		put_field(b, value);
		if (++*at < DB_COLUMN_DATA)
			put_byte(b, '\t');
	}
}

/* Room for the whole line. false: out of memory. */
static bool room(const struct db_rows *r, const struct slice *field, struct buf *b)
{
	size_t n = r->nstamp + 2 * EVENT_FIELDS + EVENT_TIME_ROOM + WORD;

	for (size_t i = 0; i < r->n; i++)
		n += 2 * field[i].n;
	return buf_room(b, n);
}

/* Not one of the stream's own. */
static inline bool plain_verb(struct slice s)
{
	return !verb_may_be_of_stream(*s.p) || !verb_of_stream(verb_of(s));
}

/* The fields behind the partition, in the order of the event; columns that are missing are empty. */
static const char *put_fields(const struct db_rows *r, const struct slice *field, struct buf *b)
{
	enum db_column at = (enum db_column)F_CALLID;
	const char *why = "its verb is empty";
	size_t before = b->n;

	memcpy(b->p + b->n, r->stamp, r->nstamp);
	b->n += r->nstamp;
	for (size_t i = 1; i < r->n && r->take[i] != DB_COLUMN_ID; i++) {
		enum db_column c = r->take[i], to = c == DB_COLUMN_DATA ? (enum db_column)F_DATA1 : c;

		for (; at < to; at++)
			put_byte(b, '\t');
		if (c == (enum db_column)F_VERB && field[i].n)
			why = plain_verb(field[i]) ? NULL : "no server writes its verb";
		if (c == DB_COLUMN_DATA)
			put_data(b, field[i], &at);
		else
			put_field(b, field[i]);
	}
	for (; at < DB_COLUMN_DATA - 1; at++)
		put_byte(b, '\t');
	put_byte(b, '\n');
	return b->n - before + EVENT_TIME_ROOM > r->longest ? "longer than a line may be" : why;
}

const char *db_rows_body(const struct db_rows *r, const struct slice *field, struct buf *b)
{
	size_t before = b->n;
	const char *why;

	if (!room(r, field, b))
		return "out of memory";
	why = put_fields(r, field, b);
	if (why)
		b->n = before;
	return why;
}

/* The seconds as they stand in most rows are a canonical time already. */
static bool plain_seconds(const struct db_rows *r, struct slice s)
{
	return !r->shift && s.n == SECONDS_DIGITS && seconds_are(s.p);
}

const char *db_rows_line(const struct db_rows *r, const struct slice *field, struct buf *b)
{
	size_t before = b->n;
	const char *why;
	int64_t t;

	if (!room(r, field, b))
		return "out of memory";
	if (plain_seconds(r, field[0])) {
		memcpy(b->p + b->n, field[0].p, SECONDS_DIGITS);
		b->n += SECONDS_DIGITS;
	} else {
		why = db_rows_time(r, field[0], &t);
		if (why)
			return why;
		when_put_epoch(b, t);
	}
	why = put_fields(r, field, b);
	if (why)
		b->n = before;
	return why;
}
