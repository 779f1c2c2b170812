#include "base/words.h"

#include <stdlib.h>

static void put(struct words *w, char *word)
{
	if (!word || !array_need(&w->v, &w->cap, w->n + 2, sizeof(*w->v))) {
		free(word);
		w->failed = true;
		return;
	}
	w->v[w->n++] = word;
	w->v[w->n] = NULL;
}

void words_add(struct words *w, const char *word)
{
	put(w, strdup(word));
}

void words_fmt(struct words *w, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	put(w, buf_cstr(&b));
}

void words_free(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
	*w = (struct words){ 0 };
}

/* '=' is not among them: a first word with it would set a variable. */
static bool plain(const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_-./,:+@%";

	return *word && !word[strspn(word, safe)];
}

void words_quote(struct buf *b, const char *word)
{
	if (plain(word)) {
		buf_str(b, word);
		return;
	}
	buf_byte(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_str(b, "'\\''");
		else
			buf_byte(b, (unsigned char)*word);
	}
	buf_byte(b, '\'');
}

void words_text(struct buf *b, const struct words *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (i)
			buf_byte(b, ' ');
		words_quote(b, w->v[i]);
	}
}
