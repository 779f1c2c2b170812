#include "stream/mysql_newest.h"

#include <time.h>

#include "stream/mysql_clock.h"
#include "stream/mysql_open.h"
#include "stream/mysql_rows.h"

/* Where the clocks showed a time twice, it is the second: nothing is called older than it may be. */
static int instant(const struct db_open *r, struct slice text, int64_t *time)
{
	struct db_clock clock = { 0 };
	struct db_rows rows;
	int64_t local;
	const char *why;

	db_rows_init(&rows, &r->sql);
	why = db_rows_time(&rows, text, time);
	if (why)
		return diag_fail(r->d, "%s: %s", r->operand, why);
	if (r->sql.times != DB_LOCAL)
		return 1;
	local = *time;
	if (db_clock_at(&clock, local, time))
		*time += (clock.end - clock.begin) * WHEN_SECOND;
	*time += r->place.shift;
	return 1;
}

int db_newest(const struct db_read_options *o, const char *operand, int64_t *newest, struct diag *d)
{
	struct select until = SELECT_ALL;
	struct db_open r = { 0 };
	struct buf sql = { 0 }, text = { 0 };
	int got = -1;

	until.to = (time(NULL) + 60) * WHEN_SECOND;
	if (db_open_begin(&r, o, operand, d) == 0 && db_open_connect(&r) == 0) {
		r.sql.period = &until;
		db_sql_newest(&sql, &r.sql);
		if (!buf_cstr(&sql))
			diag_fail(d, "out of memory");
		else if ((got = db_value(r.db, (char *)sql.p, &text)) < 0)
			db_tell(r.db, d);
		else if (got > 0)
			got = instant(&r, buf_all(&text), newest);
	}
	db_open_end(&r);
	buf_free(&sql);
	buf_free(&text);
	return got;
}
