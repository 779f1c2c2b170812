#include "base/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"

enum { LONGEST = 2048, FEW = 10 };

/* One line and no more: control bytes of file names and fields become '?'. */
static void say(struct diag *d, const char *fmt, va_list ap, int err)
{
	char line[LONGEST];
	size_t n, cap = sizeof(line) - 2;
	int r;

	r = snprintf(line, cap, "%s: ", d->prog);
	n = r < 0 ? 0 : (size_t)r < cap ? (size_t)r : cap - 1;
	r = vsnprintf(line + n, cap - n, fmt, ap);
	if (r > 0)
		n = n + (size_t)r < cap ? n + (size_t)r : cap - 1;
	if (err) {
		r = snprintf(line + n, cap - n, ": %s", strerror(err));
		if (r > 0)
			n = n + (size_t)r < cap ? n + (size_t)r : cap - 1;
	}
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	if (d->emit)
		d->emit(d->arg, line, n);
}

static void worse(struct diag *d, int status)
{
	if (d->status < status)
		d->status = status;
}

void diag_note(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(d, fmt, ap, 0);
	va_end(ap);
}

void diag_warn(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	worse(d, 1);
	va_start(ap, fmt);
	say(d, fmt, ap, 0);
	va_end(ap);
}

int diag_fail(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	worse(d, 2);
	va_start(ap, fmt);
	say(d, fmt, ap, 0);
	va_end(ap);
	return -1;
}

int diag_errno(struct diag *d, const char *fmt, ...)
{
	va_list ap;
	int err = errno;

	worse(d, 2);
	va_start(ap, fmt);
	say(d, fmt, ap, err);
	va_end(ap);
	errno = err;
	return -1;
}

void diag_to_fd(void *arg, const char *line, size_t n)
{
	fd_write(*(int *)arg, line, n);
}

int diag_few(unsigned long long *said)
{
	return (*said)++ < FEW;
}

void diag_total(struct diag *d, unsigned long long said, const char *what)
{
	if (said > FEW)
		diag_note(d, "%llu %s in all", said, what);
}
