/*
 * --match FIELD~EXPR: a POSIX extended regular expression, found anywhere in the field's raw bytes.
 *
 * Bytes are matched, not characters, whatever the locale. Where the C library cannot be told a
 * length (it has no REG_STARTEND), an expression sees a field only up to its first NUL.
 */
#ifndef RULE_FILTER_REGEX_H
#define RULE_FILTER_REGEX_H

#include <regex.h>

#include "stream/event.h"

/* Answers by the hash of the text, so that names, which come again and again, cost no search. */
struct filter_answer {
	unsigned char text[55], n; /* n > sizeof(text): none yet */
	bool matches;
};

enum { FILTER_ANSWERS = 256 };

struct filter_regex {
	enum field field;
	regex_t re;
	struct filter_answer *answers;
	struct buf raw; /* the text, decoded */
	bool failed;    /* out of memory; it did not match then */
};

/* 0; -1: told to d as `what`. */
int filter_regex_open(struct filter_regex *r, const char *what, const char *arg, struct diag *d);
bool filter_regex_match(struct filter_regex *r, const struct event *ev);
void filter_regex_free(struct filter_regex *r);

#endif
