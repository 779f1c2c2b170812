#include "base/json.h"

#include "unit.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
	const char *raw;
	size_t n;
	const char *json;
} rows[] = {
	{ TEXT(""), "\"\"" },
	{ TEXT("sales"), "\"sales\"" },
	{ TEXT("a\"b\\c/"), "\"a\\\"b\\\\c/\"" },
	{ TEXT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
	{ TEXT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\"" },
	{ TEXT("\xc2\x80\xc2\x9b\xc2\xa0"), "\"\\u0080\\u009b\xc2\xa0\"" },
	{ TEXT("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
	/* what is not UTF-8 */
	{ TEXT("\x80"), "\"\\udc80\"" },
	{ TEXT("\xff\xfe"), "\"\\udcff\\udcfe\"" },
	{ TEXT("caf\xe9!"), "\"caf\\udce9!\"" },
	{ TEXT("\xe2\x82"), "\"\\udce2\\udc82\"" },                 /* cut */
	{ TEXT("\xc0\xaf"), "\"\\udcc0\\udcaf\"" },                 /* overlong */
	{ TEXT("\xe0\x80\xaf"), "\"\\udce0\\udc80\\udcaf\"" },
	{ TEXT("\xed\xa0\x80"), "\"\\udced\\udca0\\udc80\"" },     /* a surrogate */
	{ TEXT("\xf4\x90\x80\x80"), "\"\\udcf4\\udc90\\udc80\\udc80\"" }, /* beyond U+10FFFF */
	{ TEXT("\xf0\x8f\xbf\xbf"), "\"\\udcf0\\udc8f\\udcbf\\udcbf\"" },
	{ TEXT("\xc3\xc3\xa9"), "\"\\udcc3\xc3\xa9\"" },
};

int main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		b.n = 0;
		json_text(&b, slice_of(rows[i].raw, rows[i].n));
		CHECK_EQ_SLICE(b.p, b.n, rows[i].json, "row %zu", i);
	}
	buf_free(&b);
	return unit_done();
}
