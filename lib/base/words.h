/*
 * Words: the arguments of a command, as exec takes them and as a POSIX shell would have to read
 * them to take the same.
 *
 * Zero-initialize them. Each word is a copy of what was added.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/buf.h"

struct words {
	char **v; /* a NULL stands behind the last; NULL itself while there is none */
	size_t n, cap;
	bool failed; /* out of memory: a word was dropped */
};

void words_add(struct words *w, const char *word);
void words_fmt(struct words *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void words_free(struct words *w);

/* Appends the word, quoted where a shell would see more in it than itself. */
void words_quote(struct buf *b, const char *word);
/* Appends all of them, with a space between. */
void words_text(struct buf *b, const struct words *w);

#endif
