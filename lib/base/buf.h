/*
 * A buffer of bytes that grows. Zero-initialize it; buf_free gives its memory back and leaves it
 * ready for use again. What `p` points at moves whenever the buffer grows.
 *
 * Out of memory is remembered in `failed` and the bytes are dropped, so that a writer may put many
 * things and ask once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/slice.h"

struct buf {
	unsigned char *p;
	size_t n, cap;
	bool failed;
};

/* Room for n more bytes behind the n there are. false: out of memory. */
bool buf_grow(struct buf *b, size_t n);

static inline bool buf_room(struct buf *b, size_t n)
{
	return n <= b->cap - b->n || buf_grow(b, n);
}

void buf_put(struct buf *b, const void *p, size_t n);
void buf_slice(struct buf *b, struct slice s);

static inline void buf_byte(struct buf *b, unsigned char c)
{
	if (buf_room(b, 1))
		b->p[b->n++] = c;
}

static inline void buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *fmt, va_list ap);
/* A decimal number, without the cost of a format. */
void buf_int(struct buf *b, long long v);
void buf_free(struct buf *b);

static inline struct slice buf_all(const struct buf *b)
{
	return slice_of(b->p, b->n);
}

/* The bytes as a C string (a NUL is put behind them, not counted); NULL when out of memory. */
char *buf_cstr(struct buf *b);

/*
 * An array that grows: makes *array (of *cap elements of `size` bytes) hold at least `need`.
 * false: out of memory, the array as it was.
 */
bool array_need(void *array, size_t *cap, size_t need, size_t size);

#endif
