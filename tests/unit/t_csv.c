#include "base/csv.h"

#include "unit.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
	const char *raw;
	size_t n;
	const char *cell;
	size_t m;
} rows[] = {
	{ TEXT(""), TEXT("") },
	{ TEXT("sales"), TEXT("sales") },
	{ TEXT("Tech Support"), TEXT("Tech Support") },
	{ TEXT("a,b"), TEXT("\"a,b\"") },
	{ TEXT("say \"no\""), TEXT("\"say \"\"no\"\"\"") },
	{ TEXT("\""), TEXT("\"\"\"\"") },
	{ TEXT("two\nlines"), TEXT("\"two\nlines\"") },
	{ TEXT("a\rb"), TEXT("\"a\rb\"") },
	{ TEXT("a\tb"), TEXT("a\tb") },
	{ TEXT("\xff\x00z"), TEXT("\xff\x00z") },
	/* formulas */
	{ TEXT("=cmd|' /C calc'!A0"), TEXT("'=cmd|' /C calc'!A0") },
	{ TEXT("=1,2"), TEXT("\"'=1,2\"") },
	{ TEXT("@SUM(A1)"), TEXT("'@SUM(A1)") },
	{ TEXT("\tx"), TEXT("'\tx") },
	{ TEXT("\rx"), TEXT("\"'\rx\"") },
	{ TEXT("+1+2"), TEXT("'+1+2") },
	{ TEXT("-x"), TEXT("'-x") },
	{ TEXT("-"), TEXT("'-") },
	{ TEXT("+"), TEXT("'+") },
	/* numbers are none */
	{ TEXT("+390551234"), TEXT("+390551234") },
	{ TEXT("-17"), TEXT("-17") },
	{ TEXT("+39 055"), TEXT("'+39 055") },
	{ TEXT("1=1"), TEXT("1=1") },
	{ TEXT("'quoted"), TEXT("'quoted") },
	{ TEXT("\0=1"), TEXT("\0=1") },
};

int main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		b.n = 0;
		csv_text(&b, slice_of(rows[i].raw, rows[i].n));
		CHECK_EQ_MEM(b.p, b.n, rows[i].cell, rows[i].m, "cell of %s", rows[i].raw);
	}
	b.n = 0;
	csv_end(&b);
	CHECK_EQ_SLICE(b.p, b.n, "\r\n", "records end with CR LF");
	buf_free(&b);
	return unit_done();
}
