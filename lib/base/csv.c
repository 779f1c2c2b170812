#include "base/csv.h"

static bool signed_number(struct slice s)
{
	size_t i;

	if (s.n < 2 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	for (i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static bool formula(struct slice s)
{
	return s.n && s.p[0] && strchr("=+-@\t\r", s.p[0]) && !signed_number(s);
}

static bool needs_quotes(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
			return true;
	return false;
}

static void quoted(struct buf *b, struct slice s)
{
	struct slice part;

	for (;;) {
		part = slice_cut(s, '"', &s);
		buf_slice(b, part);
		if (s.p == part.p + part.n)
			return;
		buf_str(b, "\"\"");
	}
}

void csv_text(struct buf *b, struct slice raw)
{
	bool quotes = needs_quotes(raw);

	if (quotes)
		buf_byte(b, '"');
	if (formula(raw))
		buf_byte(b, '\'');
	if (quotes)
		quoted(b, raw);
	else
		buf_slice(b, raw);
	if (quotes)
		buf_byte(b, '"');
}

void csv_end(struct buf *b)
{
	buf_str(b, "\r\n");
}
