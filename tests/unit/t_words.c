#include "base/words.h"

#include "unit.h"

static const struct {
	const char *word, *text;
} rows[] = {
	{ "qlfetch", "qlfetch" },
	{ "/var/log/asterisk/queue_log", "/var/log/asterisk/queue_log" },
	{ "--from", "--from" },
	{ "a,b:c@d%e+f", "a,b:c@d%e+f" },
	{ "", "''" },
	{ "two words", "'two words'" },
	{ "cluster:A|B-", "'cluster:A|B-'" },
	{ "B=+3s", "'B=+3s'" },
	{ "it's", "'it'\\''s'" },
	{ "'", "''\\'''" },
	{ "$HOME", "'$HOME'" },
	{ "`id`", "'`id`'" },
	{ "a\\b", "'a\\b'" },
	{ "a\"b", "'a\"b'" },
	{ "*", "'*'" },
	{ "~", "'~'" },
	{ "#no", "'#no'" },
	{ "a\nb", "'a\nb'" },
	{ "caf\xc3\xa9", "'caf\xc3\xa9'" },
};

int main(void)
{
	struct words w = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		b.n = 0;
		words_quote(&b, rows[i].word);
		CHECK_EQ_SLICE(b.p, b.n, rows[i].text, "quote %s", rows[i].word);
	}
	words_add(&w, "qlfetch");
	words_fmt(&w, "%s=%d", "B", 3);
	for (int i = 0; i < 40; i++)
		words_add(&w, "x");
	CHECK_EQ_INT(w.n, 42, "words are counted");
	CHECK(!w.v[w.n], "a NULL behind the last");
	CHECK_EQ_STR(w.v[1], "B=3", "a word by format");
	w.v[2][0] = 'y';
	b.n = 0;
	words_text(&b, &w);
	CHECK_EQ_SLICE(b.p, 17, "qlfetch 'B=3' y x", "as a shell reads them");
	CHECK(!w.failed && !b.failed, "no failure");
	words_free(&w);
	CHECK(!w.v && !w.n, "empty again");
	buf_free(&b);
	return unit_done();
}
