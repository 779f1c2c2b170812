#include "rule/meant.h"

#include <ctype.h>

enum { LONGEST = 24, STEM = 4, ENDING = 4, TWO_WRONG = 8 };

struct plain {
	char text[LONGEST + 1];
	size_t n;
};

#define BIT(v) (UINT64_C(1) << (v))

/* What people, and other programs, call what the log has another word for. */
static const struct {
	const char *word;
	uint64_t verbs;
} also[] = {
	{ "ANSWER", BIT(VERB_CONNECT) },
	{ "HANGUP", BIT(VERB_COMPLETEAGENT) | BIT(VERB_COMPLETECALLER) },
	{ "JOIN", BIT(VERB_ENTERQUEUE) },
	{ "KEY", BIT(VERB_EXITWITHKEY) },
	{ "LOGOUT", BIT(VERB_AGENTLOGOFF) | BIT(VERB_AGENTCALLBACKLOGOFF) },
	{ "MISSED", BIT(VERB_RINGNOANSWER) },
	{ "REFUSED", BIT(VERB_JOINEMPTY) | BIT(VERB_FULL) | BIT(VERB_CLOSED) },
};

/* Letters and digits alone, in upper case. false: too many, or none. */
static bool plain_of(struct plain *to, struct slice name)
{
	to->n = 0;
	for (size_t i = 0; i < name.n; i++) {
		if (!isalnum(name.p[i]))
			continue;
		if (to->n == LONGEST)
			return false;
		to->text[to->n++] = (char)toupper(name.p[i]);
	}
	to->text[to->n] = '\0';
	return to->n > 0;
}

/* How many letters are missing, too many, others, or in the place of the next. */
static size_t wrong(const struct plain *a, const char *b)
{
	size_t row[3][LONGEST + 1], n = strlen(b), *before = row[0], *last = row[1], *now = row[2];

	for (size_t j = 0; j <= n; j++)
		last[j] = j;
	for (size_t i = 1; i <= a->n; i++) {
		size_t *again = before;

		now[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t least = last[j - 1] + (a->text[i - 1] != b[j - 1]);

			if (last[j] + 1 < least)
				least = last[j] + 1;
			if (now[j - 1] + 1 < least)
				least = now[j - 1] + 1;
			if (i > 1 && j > 1 && a->text[i - 1] == b[j - 2] &&
			    a->text[i - 2] == b[j - 1] && before[j - 2] + 1 < least)
				least = before[j - 2] + 1;
			now[j] = least;
		}
		before = last;
		last = now;
		now = again;
	}
	return last[n];
}

static uint64_t misspelt(const struct plain *name)
{
	size_t least = name->n < TWO_WRONG ? 1 : 2;
	uint64_t set = 0;

	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++) {
		size_t n = v == VERB_DIVERT ? LONGEST : wrong(name, verb_name(v));

		if (n < least) {
			least = n;
			set = 0;
		}
		if (n == least)
			set |= BIT(v);
	}
	return set;
}

/* ABANDONED, TRANSFERRED: the longest verb with an ending. */
static uint64_t with_ending(const struct plain *name)
{
	uint64_t set = 0;
	size_t longest = STEM;

	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++) {
		size_t n = strlen(verb_name(v));

		if (v != VERB_DIVERT && n > longest && n + ENDING >= name->n &&
		    strncmp(name->text, verb_name(v), n) == 0) {
			longest = n;
			set = BIT(v);
		}
	}
	return set;
}

/* LOGIN, EXIT: how verbs begin or end. */
static uint64_t part(const struct plain *name)
{
	uint64_t set = 0;

	for (enum verb v = VERB_OTHER + 1; v < VERBS && name->n >= STEM; v++) {
		const char *verb = verb_name(v);
		size_t n = strlen(verb);

		if (v != VERB_DIVERT && n > name->n &&
		    (strncmp(verb, name->text, name->n) == 0 ||
		     strcmp(verb + n - name->n, name->text) == 0))
			set |= BIT(v);
	}
	return set;
}

static uint64_t said(const struct plain *name)
{
	for (size_t i = 0; i < sizeof(also) / sizeof(*also); i++)
		if (strcmp(also[i].word, name->text) == 0)
			return also[i].verbs;
	return 0;
}

uint64_t verb_meant(struct slice name)
{
	static uint64_t (*const ways[])(const struct plain *) = { said, misspelt, with_ending, part };
	static const char *const endings[] = { "", "ED", "ING" };
	struct plain plain;
	uint64_t set = 0;

	if (verb_of(name) != VERB_OTHER || !plain_of(&plain, name))
		return 0;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings) && !set; i++) {
		struct plain stem = plain;
		size_t n = strlen(endings[i]);

		if (n >= plain.n || strcmp(plain.text + plain.n - n, endings[i]) != 0)
			continue;
		stem.n -= n;
		stem.text[stem.n] = '\0';
		for (size_t k = 0; k < sizeof(ways) / sizeof(*ways) && !set; k++)
			set = ways[k](&stem);
	}
	return set;
}
