#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Writes are of 64 KiB and more, yet smaller than the pipe: a write as large as the pipe puts its
 * two ends in lockstep.
 */
enum { CAP = 1 << 17, DIRECT = 1 << 16, WRITE_MOST = 1 << 18, PIPE_SIZE = 1 << 20 };

int out_open(struct out *o, const char *path, struct diag *d)
{
	void *buf = NULL;

	*o = (struct out){ .fd = STDOUT_FILENO, .name = "stdout" };
	if (posix_memalign(&buf, 4096, CAP))
		return diag_fail(d, "out of memory");
	o->buf = buf;
	if (path && strcmp(path, "-") != 0) {
		size_t n = strlen(path) + sizeof(".XXXXXX");
		mode_t mask = umask(0);

		umask(mask);
		o->name = path;
		o->temporary = malloc(n);
		if (!o->temporary) {
			free(o->buf);
			return diag_fail(d, "out of memory");
		}
		snprintf(o->temporary, n, "%s.XXXXXX", path);
		o->fd = mkstemp(o->temporary);
		if (o->fd < 0) {
			diag_errno(d, "%s", path);
			free(o->temporary);
			free(o->buf);
			return -1;
		}
		fchmod(o->fd, 0666 & ~mask);
	}
#ifdef F_SETPIPE_SZ
	fcntl(o->fd, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	return 0;
}

static void push(struct out *o, const unsigned char *p, size_t n)
{
	while (n && !o->err) {
		ssize_t w = write(o->fd, p, n < WRITE_MOST ? n : WRITE_MOST);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			o->err = errno;
			return;
		}
		p += w;
		n -= (size_t)w;
	}
}

static void drain(struct out *o)
{
	push(o, o->buf, o->n);
	o->n = 0;
}

static void copy(struct out *o, const void *p, size_t n)
{
	if (n > CAP - o->n) {
		drain(o);
		if (n >= DIRECT) {
			push(o, p, n);
			return;
		}
	}
	memcpy(o->buf + o->n, p, n);
	o->n += n;
}

void out_settle(struct out *o)
{
	struct slice run = o->run;

	o->run = (struct slice){ 0 };
	if (run.n >= DIRECT) {
		drain(o);
		push(o, run.p, run.n);
	} else if (run.n) {
		copy(o, run.p, run.n);
	}
}

void out_run(struct out *o, struct slice s)
{
	if (o->run.p && o->run.p + o->run.n == s.p) {
		o->run.n += s.n;
		return;
	}
	out_settle(o);
	o->run = s;
}

void out_put(struct out *o, const void *p, size_t n)
{
	if (o->run.n)
		out_settle(o);
	if (n)
		copy(o, p, n);
}

void out_slice(struct out *o, struct slice s)
{
	out_put(o, s.p, s.n);
}

void out_byte(struct out *o, unsigned char c)
{
	out_put(o, &c, 1);
}

unsigned char *out_room(struct out *o, size_t n)
{
	if (o->run.n)
		out_settle(o);
	if (n > CAP - o->n)
		drain(o);
	return o->buf + o->n;
}

void out_took(struct out *o, size_t n)
{
	o->n += n;
}

int out_flush(struct out *o)
{
	out_settle(o);
	drain(o);
	return o->err ? -1 : 0;
}

int out_close(struct out *o, bool keep, struct diag *d)
{
	int r = 0;

	if (o->temporary && !keep) {
		close(o->fd);
		unlink(o->temporary);
	} else {
		out_flush(o);
		if (o->temporary && !o->err && fsync(o->fd) < 0 && errno != EINVAL && errno != EROFS)
			o->err = errno;
		if (close(o->fd) < 0 && !o->err)
			o->err = errno;
		if (o->temporary && !o->err && rename(o->temporary, o->name) < 0)
			o->err = errno;
		if (o->err) {
			if (o->temporary)
				unlink(o->temporary);
			errno = o->err;
			r = diag_errno(d, "%s", o->name);
		}
	}
	free(o->temporary);
	free(o->buf);
	*o = (struct out){ .fd = -1 };
	return r;
}
