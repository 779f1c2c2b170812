#include "rule/meant.h"

#include <ctype.h>

static bool same(unsigned char a, unsigned char b)
{
	return toupper(a) == toupper(b);
}

/* What is left of both where they begin and end alike is no more than one letter wrong. */
static bool is_near(struct slice a, struct slice b)
{
	while (a.n && b.n && same(*a.p, *b.p)) {
		a = slice_of(a.p + 1, a.n - 1);
		b = slice_of(b.p + 1, b.n - 1);
	}
	while (a.n && b.n && same(a.p[a.n - 1], b.p[b.n - 1])) {
		a.n--;
		b.n--;
	}
	if (a.n == 2 && b.n == 2)
		return same(a.p[0], b.p[1]) && same(a.p[1], b.p[0]);
	return a.n <= 1 && b.n <= 1;
}

enum verb verb_meant(struct slice name)
{
	if (verb_of(name) != VERB_OTHER)
		return VERB_OTHER;
	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++)
		if (v != VERB_DIVERT && is_near(name, slice_str(verb_name(v))))
			return v;
	return VERB_OTHER;
}
