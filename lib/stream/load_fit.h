/*
 * What a column can hold: looked at before anything is sent, so that the server never has to
 * refuse, cut or change a value.
 */
#ifndef STREAM_LOAD_FIT_H
#define STREAM_LOAD_FIT_H

#include "base/buf.h"

enum load_charset {
	LOAD_BYTES, /* any byte, each a character: latin1 and its like, binary */
	LOAD_ASCII,
	LOAD_UTF8_3, /* utf8mb3: nothing beyond U+FFFF */
	LOAD_UTF8_4,
	LOAD_UNKNOWN /* not one that rows are loaded into */
};

struct load_limit {
	enum load_charset charset;
	long long most;  /* characters */
	bool bytes;      /* most is of bytes (the TEXT types) */
	bool pads;       /* char, binary: what stands at the end is lost (blanks, NULs) */
	unsigned char pad;
};

/* By the name the server has for it; NULL: of a binary column. */
enum load_charset load_charset_named(const char *name);

/* NULL: it fits; else why not, appended to *why as text (emptied first). */
const char *load_fit(const struct load_limit *l, struct slice value, struct buf *why);

/* As much of its beginning as has the right length. */
struct slice load_cut(const struct load_limit *l, struct slice value);

#endif
