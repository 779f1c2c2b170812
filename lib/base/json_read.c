#include "base/json.h"

#include <stdint.h>

static void skip(struct slice *s, size_t n)
{
	*s = slice_of(s->p + n, s->n - n);
}

static void space(struct slice *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t' || s->p[0] == '\r' || s->p[0] == '\n'))
		skip(s, 1);
}

bool json_mark(struct slice *s, unsigned char mark)
{
	space(s);
	if (!s->n || s->p[0] != mark)
		return false;
	skip(s, 1);
	return true;
}

bool json_end(struct slice *s)
{
	space(s);
	return s->n == 0;
}

bool json_word(struct slice *s, struct slice *word)
{
	size_t n = 0;

	space(s);
	while (n < s->n && ((s->p[n] >= '0' && s->p[n] <= '9') || (s->p[n] >= 'a' && s->p[n] <= 'z') ||
			    s->p[n] == 'E' || s->p[n] == '.' || s->p[n] == '-' || s->p[n] == '+'))
		n++;
	*word = slice_of(s->p, n);
	skip(s, n);
	return n != 0;
}

/* The four hex digits behind \u; -1: there are none. */
static int32_t four(struct slice s)
{
	int32_t v = 0;

	if (s.n < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = s.p[i], low = c | 0x20;

		if (c >= '0' && c <= '9')
			v = v * 16 + c - '0';
		else if (low >= 'a' && low <= 'f')
			v = v * 16 + low - 'a' + 10;
		else
			return -1;
	}
	return v;
}

static void put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_byte(b, (unsigned char)c);
		return;
	}
	if (c < 0x800) {
		buf_byte(b, (unsigned char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_byte(b, (unsigned char)(0xe0 | c >> 12));
		} else {
			buf_byte(b, (unsigned char)(0xf0 | c >> 18));
			buf_byte(b, (unsigned char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_byte(b, (unsigned char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_byte(b, (unsigned char)(0x80 | (c & 0x3f)));
}

/* What stands behind \u, which is taken. */
static bool unit(struct slice *s, struct buf *b)
{
	int32_t c = four(*s), d;

	if (c < 0)
		return false;
	skip(s, 4);
	if (c < 0xd800 || c > 0xdfff) {
		put_utf8(b, (uint32_t)c);
		return true;
	}
	if (c >= 0xdc80 && c <= 0xdcff) {
		buf_byte(b, (unsigned char)c);
		return true;
	}
	if (c > 0xdbff || s->n < 6 || s->p[0] != '\\' || s->p[1] != 'u')
		return false;
	d = four(slice_of(s->p + 2, s->n - 2));
	if (d < 0xdc00 || d > 0xdfff)
		return false;
	skip(s, 6);
	put_utf8(b, (uint32_t)(0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00)));
	return true;
}

static bool escape(struct slice *s, struct buf *b)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	unsigned char c;
	const char *at;

	if (!s->n)
		return false;
	c = s->p[0];
	skip(s, 1);
	if (c == 'u')
		return unit(s, b);
	at = c ? strchr(letters, c) : NULL;
	if (at)
		buf_byte(b, (unsigned char)bytes[at - letters]);
	return at != NULL;
}

bool json_string(struct slice *s, struct buf *b)
{
	if (!json_mark(s, '"'))
		return false;
	for (;;) {
		size_t n = 0;
		unsigned char c;

		while (n < s->n && s->p[n] != '"' && s->p[n] != '\\' && s->p[n] >= 0x20)
			n++;
		buf_put(b, s->p, n);
		skip(s, n);
		if (!s->n)
			return false;
		c = s->p[0];
		skip(s, 1);
		if (c != '\\')
			return c == '"';
		if (!escape(s, b))
			return false;
	}
}
