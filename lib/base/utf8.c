#include "base/utf8.h"

/* The second byte's range after first bytes that allow not all of 80..BF (RFC 3629). */
static bool second_byte(unsigned char first, unsigned char second)
{
	unsigned char low = 0x80, high = 0xbf;

	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	return second >= low && second <= high;
}

size_t utf8_at(struct slice s)
{
	size_t i, n;

	if (!s.n)
		return 0;
	if (s.p[0] < 0x80)
		return 1;
	if (s.p[0] < 0xc2 || s.p[0] > 0xf4)
		return 0;
	n = s.p[0] < 0xe0 ? 2 : s.p[0] < 0xf0 ? 3 : 4;
	if (s.n < n || !second_byte(s.p[0], s.p[1]))
		return 0;
	for (i = 2; i < n; i++)
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool utf8_control(struct slice s, size_t length)
{
	if (length == 1)
		return s.p[0] < 0x20 || s.p[0] == 0x7f;
	return length == 2 && s.p[0] == 0xc2 && s.p[1] < 0xa0;
}

static unsigned code_point(const unsigned char *p, size_t n)
{
	unsigned c = n == 1 ? p[0] : n == 2 ? p[0] & 0x1fu : n == 3 ? p[0] & 0x0fu : p[0] & 0x07u;
	size_t i;

	for (i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3fu);
	return c;
}

static size_t columns(unsigned c)
{
	if (c >= 0x300 && c <= 0x36f)
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1f9ff) ||
	    (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

size_t utf8_visible(struct buf *b, struct slice s)
{
	size_t i, n, width = 0;

	for (; s.n; s = slice_of(s.p + n, s.n - n)) {
		n = utf8_at(s);
		if (n && !utf8_control(s, n)) {
			buf_put(b, s.p, n);
			width += columns(code_point(s.p, n));
			continue;
		}
		n = n ? n : 1;
		for (i = 0; i < n; i++)
			buf_fmt(b, "\\x%02X", (unsigned)s.p[i]);
		width += 4 * n;
	}
	return width;
}
