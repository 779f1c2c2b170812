#include "stream/mysql.h"

/* The letter behind the backslash; 0: the byte stands for itself. */
static unsigned char escape_of(unsigned char c)
{
	switch (c) {
	case '\0': return '0';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\x1a': return 'Z';
	case '\\':
	case '\'':
	case '"': return c;
	default: return 0;
	}
}

void db_quote(struct buf *b, struct slice s)
{
	size_t from = 0;

	buf_byte(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = escape_of(s.p[i]);

		if (!c)
			continue;
		buf_put(b, s.p + from, i - from);
		buf_byte(b, '\\');
		buf_byte(b, c);
		from = i + 1;
	}
	buf_put(b, s.p + from, s.n - from);
	buf_byte(b, '\'');
}

void db_name(struct buf *b, struct slice name)
{
	buf_byte(b, '`');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '`')
			buf_byte(b, '`');
		buf_byte(b, name.p[i]);
	}
	buf_byte(b, '`');
}
