#include "report/database.h"

#include "report/heading.h"
#include "stream/mysql_list.h"
#include "stream/mysql_newest.h"

static int check(const struct source_options *in, const char *what, struct diag *d)
{
	for (size_t i = 0; i < in->operands; i++)
		if (!db_is_operand(in->operand[i]))
			return diag_fail(d, "%s: %s: not an sql: operand", what, in->operand[i]);
	return 0;
}

static int put_listed(void *to, const struct db_listed *p)
{
	struct table *t = to;

	table_text(t, p->partition);
	table_time(t, p->first);
	table_time(t, p->last);
	table_integer(t, p->rows);
	table_text(t, slice_str(p->engine));
	table_row(t);
	return 0;
}

int database_list(const struct db_read_options *o, const struct source_options *in,
		  const char *output, struct diag *d)
{
	static const char *const columns[] = { "partition", "first", "last", "rows", "engine" };
	struct table_options to = { .output = output };
	struct table t;
	int r = 0;

	if (check(in, "--list", d) < 0 || table_open(&t, &to, d) < 0)
		return -1;
	heading_columns(&t, columns, sizeof(columns) / sizeof(*columns));
	if (!in->operands)
		r = db_list(o, db_scheme.prefix, put_listed, &t, d);
	for (size_t i = 0; r == 0 && i < in->operands; i++)
		r = db_list(o, in->operand[i], put_listed, &t, d);
	table_end(&t);
	return table_close(&t, r == 0, d);
}

int database_newest(const struct db_read_options *o, const struct source_options *in,
		    const char *output, struct diag *d)
{
	struct buf text = { 0 };
	int64_t time;
	int r;

	if (check(in, "--newest", d) < 0)
		return -1;
	if (in->operands != 1)
		return diag_fail(d, "--newest: of one sql: operand");
	r = db_newest(o, in->operand[0], &time, d);
	if (r == 0)
		diag_fail(d, "%s: there is no event in it", in->operand[0]);
	if (r <= 0)
		return -1;
	when_put_epoch(&text, time);
	buf_byte(&text, '\n');
	r = out_text(output, &text, d);
	buf_free(&text);
	return r;
}

int database_sql(const struct db_read_options *o, const struct source_options *in,
		 const char *output, struct diag *d)
{
	struct buf text = { 0 };
	int r = check(in, "--dry-run", d);

	if (r == 0 && !in->operands)
		r = diag_fail(d, "--dry-run: of which sql: operand");
	for (size_t i = 0; r == 0 && i < in->operands; i++)
		r = db_read_show(o, in->operand[i], &text, d);
	if (r == 0)
		r = out_text(output, &text, d);
	buf_free(&text);
	return r;
}
