#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

bool buf_grow(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 64;
	unsigned char *p;

	while (cap - b->n < n) {
		if (cap > SIZE_MAX / 2) {
			b->failed = true;
			return false;
		}
		cap *= 2;
	}
	p = realloc(b->p, cap);
	if (!p) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	if (n && buf_room(b, n)) {
		memcpy(b->p + b->n, p, n);
		b->n += n;
	}
}

void buf_slice(struct buf *b, struct slice s)
{
	buf_put(b, s.p, s.n);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0 && buf_room(b, (size_t)n + 1)) {
		vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

void buf_int(struct buf *b, long long v)
{
	unsigned char digits[24], *e = digits + sizeof(digits), *s = e;
	unsigned long long u = v < 0 ? 0ULL - (unsigned long long)v : (unsigned long long)v;

	do
		*--s = (unsigned char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--s = '-';
	buf_put(b, s, (size_t)(e - s));
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

char *buf_cstr(struct buf *b)
{
	if (b->failed || !buf_room(b, 1))
		return NULL;
	b->p[b->n] = '\0';
	return (char *)b->p;
}

bool array_need(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 16;
	void *p;

	if (need <= *cap)
		return true;
	if (need > SIZE_MAX / 2 / size)
		return false;
	while (n < need)
		n *= 2;
	/* the pointer is of a type that is not known here: its bytes are copied */
	memcpy(&p, array, sizeof(p));
	p = realloc(p, n * size);
	if (!p)
		return false;
	memcpy(array, &p, sizeof(p));
	*cap = n;
	return true;
}
