#include "stream/load_fit.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum load_charset load_charset_named(const char *name)
{
	static const struct {
		const char *name;
		enum load_charset charset;
	} known[] = {
		{ "binary", LOAD_BYTES },   { "latin1", LOAD_BYTES },   { "latin2", LOAD_BYTES },
		{ "latin5", LOAD_BYTES },   { "latin7", LOAD_BYTES },   { "cp1250", LOAD_BYTES },
		{ "cp1251", LOAD_BYTES },   { "cp1256", LOAD_BYTES },   { "cp1257", LOAD_BYTES },
		{ "cp850", LOAD_BYTES },    { "cp852", LOAD_BYTES },    { "cp866", LOAD_BYTES },
		{ "koi8r", LOAD_BYTES },    { "koi8u", LOAD_BYTES },    { "greek", LOAD_BYTES },
		{ "hebrew", LOAD_BYTES },   { "macroman", LOAD_BYTES }, { "ascii", LOAD_ASCII },
		{ "utf8", LOAD_UTF8_3 },    { "utf8mb3", LOAD_UTF8_3 }, { "utf8mb4", LOAD_UTF8_4 },
	};

	if (!name)
		return LOAD_BYTES;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcasecmp(name, known[i].name) == 0)
			return known[i].charset;
	return LOAD_UNKNOWN;
}

/* The length of the character that s begins with; 0: none that the column can hold. */
static size_t character(const struct load_limit *l, struct slice s)
{
	size_t n;

	switch (l->charset) {
	case LOAD_BYTES: return 1;
	case LOAD_ASCII: return s.p[0] < 0x80;
	case LOAD_UTF8_3:
		n = utf8_at(s);
		return n < 4 ? n : 0;
	case LOAD_UTF8_4: return utf8_at(s);
	default: return 0;
	}
}

/* How many bytes at the beginning are a character each, in every character set but the unknown. */
static size_t plain(const struct load_limit *l, struct slice s)
{
	size_t i = 0;
	uint64_t w;

	if (l->charset == LOAD_BYTES)
		return s.n;
	if (l->charset == LOAD_UNKNOWN)
		return 0;
	for (; i + sizeof(w) <= s.n; i += sizeof(w)) {
		memcpy(&w, s.p + i, sizeof(w));
		if (w & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < s.n && s.p[i] < 0x80)
		i++;
	return i;
}

static const char *as_text(struct buf *why)
{
	const char *text = buf_cstr(why);

	return text ? text : "out of memory";
}

const char *load_fit(const struct load_limit *l, struct slice value, struct buf *why)
{
	static const char *const sets[] = { "", "ASCII", "UTF-8 of three bytes", "UTF-8", "" };
	size_t first = plain(l, value);
	long long length = (long long)first;

	why->n = 0;
	for (size_t i = first, n; i < value.n; i += n) {
		n = character(l, slice_of(value.p + i, value.n - i));
		if (n == 0) {
			buf_fmt(why, "byte %zu, %02x, is not %s", i + 1, value.p[i],
				sets[l->charset]);
			return as_text(why);
		}
		length += l->bytes ? (long long)n : 1;
	}
	if (length > l->most) {
		buf_fmt(why, "%lld %s, the column holds %lld", length,
			l->bytes ? "bytes" : "characters", l->most);
		return as_text(why);
	}
	if (l->pads && value.n && value.p[value.n - 1] == l->pad)
		return "ends with a byte that the column's type does not keep";
	return NULL;
}

struct slice load_cut(const struct load_limit *l, struct slice value)
{
	long long length = 0;

	if (value.n <= (unsigned long long)l->most && plain(l, value) == value.n)
		return value;
	for (size_t i = 0, n; i < value.n; i += n) {
		n = character(l, slice_of(value.p + i, value.n - i));
		if (n == 0)
			return value;
		length += l->bytes ? (long long)n : 1;
		if (length > l->most)
			return slice_of(value.p, i);
	}
	return value;
}
