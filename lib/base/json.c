#include "base/json.h"

#include "base/utf8.h"

/* The letter behind the backslash of a short escape, or 0. */
static unsigned char short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Puts the character that s begins with, escaped where it must be; how many bytes that was. */
static size_t put_character(struct buf *b, struct slice s)
{
	size_t n = utf8_at(s);
	unsigned char c = n == 1 ? short_escape(s.p[0]) : 0;

	if (c) {
		buf_byte(b, '\\');
		buf_byte(b, c);
	} else if (!n) {
		buf_fmt(b, "\\udc%02x", (unsigned)s.p[0]);
		n = 1;
	} else if (utf8_control(s, n)) {
		buf_fmt(b, "\\u00%02x", (unsigned)s.p[n - 1]);
	} else {
		buf_put(b, s.p, n);
	}
	return n;
}

void json_text(struct buf *b, struct slice raw)
{
	size_t n;

	buf_byte(b, '"');
	while (raw.n) {
		for (n = 0; n < raw.n && plain(raw.p[n]); n++)
			;
		buf_put(b, raw.p, n);
		raw = slice_of(raw.p + n, raw.n - n);
		if (!raw.n)
			break;
		n = put_character(b, raw);
		raw = slice_of(raw.p + n, raw.n - n);
	}
	buf_byte(b, '"');
}
