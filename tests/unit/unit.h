/*
 * Table tests in C: each t_NAME.c is one program, linked against libql.a, that prints TAP.
 *
 *	#include "unit.h"
 *
 *	static const struct { const char *text; int value; } rows[] = { ... };
 *
 *	int main(void)
 *	{
 *		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
 *			CHECK_EQ_INT(parse(rows[i].text), rows[i].value, "parse %s", rows[i].text);
 *		return unit_done();
 *	}
 *
 * A check is one test. The text behind its operands is a printf format and names the test; the
 * operands are evaluated once. A check is true where it held, so that what hangs on it can be left
 * out: if (CHECK(p, "found")) CHECK_EQ_INT(p->n, 3, "its length");
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The condition holds. */
#define CHECK(cond, ...) unit_check((cond), __FILE__, __LINE__, #cond, __VA_ARGS__)

/* Two integers of any type are the same. */
#define CHECK_EQ_INT(got, want, ...) \
	unit_eq_int((intmax_t)(got), (intmax_t)(want), __FILE__, __LINE__, __VA_ARGS__)

/* Two C strings are; either may be NULL. */
#define CHECK_EQ_STR(got, want, ...) unit_eq_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* The n bytes at p (any pointer) are the C string `want`. */
#define CHECK_EQ_SLICE(p, n, want, ...) \
	unit_eq_slice((p), (n), (want), __FILE__, __LINE__, __VA_ARGS__)

/* The n bytes at p are the m bytes at q. */
#define CHECK_EQ_MEM(p, n, q, m, ...) \
	unit_eq_mem((p), (n), (q), (m), __FILE__, __LINE__, __VA_ARGS__)

#define UNIT_PRINTF(fmt) __attribute__((format(printf, fmt, fmt + 1)))

static int unit_count, unit_failed;

/* `ok N - name`; the name on one line and without a directive in it. */
static inline void unit_line(bool ok, const char *fmt, va_list ap)
{
	char name[512];

	vsnprintf(name, sizeof(name), fmt, ap);
	if (!unit_count) /* after a crash, what was reached shows */
		setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	printf("%s %d - ", ok ? "ok" : "not ok", ++unit_count);
	for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
		if (*p == '#')
			fputs("\\#", stdout);
		else if (*p < 0x20 || *p == 0x7f)
			printf("\\x%02x", *p);
		else
			putchar(*p);
	}
	putchar('\n');
	unit_failed += !ok;
}

/* `#   what: "bytes"`, as a C string. */
static inline void unit_bytes(const char *what, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	if (!p && n == 0) {
		printf("#   %s: NULL\n", what);
		return;
	}
	printf("#   %s: \"", what);
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"' || p[i] == '\\')
			printf("\\%c", p[i]);
		else if (p[i] < 0x20 || p[i] >= 0x7f)
			printf("\\x%02x", p[i]);
		else
			putchar(p[i]);
	}
	printf("\" (%zu bytes)\n", n);
}

UNIT_PRINTF(5)
static inline bool unit_check(bool ok, const char *file, int line, const char *cond,
			      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	unit_line(ok, fmt, ap);
	va_end(ap);
	if (!ok)
		printf("#   %s:%d: %s\n", file, line, cond);
	return ok;
}

UNIT_PRINTF(5)
static inline bool unit_eq_int(intmax_t got, intmax_t want, const char *file, int line,
			       const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	unit_line(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		printf("#   %s:%d: got %jd, want %jd\n", file, line, got, want);
	return got == want;
}

static inline bool unit_veq(const void *p, size_t n, const void *q, size_t m, bool same,
			    const char *file, int line, const char *fmt, va_list ap)
{
	unit_line(same, fmt, ap);
	if (!same) {
		printf("#   %s:%d:\n", file, line);
		unit_bytes(" got", p, n);
		unit_bytes("want", q, m);
	}
	return same;
}

UNIT_PRINTF(7)
static inline bool unit_eq_mem(const void *p, size_t n, const void *q, size_t m, const char *file,
			       int line, const char *fmt, ...)
{
	bool same = n == m && (n == 0 || memcmp(p, q, n) == 0);
	va_list ap;

	va_start(ap, fmt);
	unit_veq(p, n, q, m, same, file, line, fmt, ap);
	va_end(ap);
	return same;
}

UNIT_PRINTF(6)
static inline bool unit_eq_slice(const void *p, size_t n, const char *want, const char *file,
				 int line, const char *fmt, ...)
{
	size_t m = strlen(want);
	bool same = n == m && (n == 0 || memcmp(p, want, n) == 0);
	va_list ap;

	va_start(ap, fmt);
	unit_veq(p, n, want, m, same, file, line, fmt, ap);
	va_end(ap);
	return same;
}

UNIT_PRINTF(5)
static inline bool unit_eq_str(const char *got, const char *want, const char *file, int line,
			       const char *fmt, ...)
{
	bool same = got && want ? strcmp(got, want) == 0 : got == want;
	va_list ap;

	va_start(ap, fmt);
	unit_veq(got, got ? strlen(got) : 0, want, want ? strlen(want) : 0, same, file, line, fmt,
		 ap);
	va_end(ap);
	return same;
}

/* One test that cannot be made here. */
static inline void unit_skip(const char *why)
{
	printf("ok %d # skip %s\n", ++unit_count, why);
}

/* Prints the plan; the program's exit status. */
static inline int unit_done(void)
{
	printf("1..%d\n", unit_count);
	return fflush(stdout) || unit_failed ? 1 : 0;
}

#endif
