#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dying.h"
#include "base/fd.h"

/* From DIRECT on, bytes are written from where they are. */
enum { DIRECT = 1 << 16 };

/*
 * Opens what must not be replaced by a file: a device, a FIFO, /dev/stderr. -1 with errno 0: it is
 * nothing such.
 */
static int open_place(const char *path)
{
	struct stat st;

	if (strcmp(path, "/dev/stdout") == 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (strcmp(path, "/dev/stderr") == 0)
		return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if ((stat(path, &st) == 0 && !S_ISREG(st.st_mode)) ||
	    (strncmp(path, "/dev/", 5) == 0 && lstat(path, &st) == 0 && S_ISLNK(st.st_mode)))
		return open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	errno = 0;
	return -1;
}

/* The rights of the file that is replaced; of a new one, what the umask leaves. */
static mode_t mode_of(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* A file beside the one that is to be; a place as it is. */
static int open_file(struct out *o, struct diag *d)
{
	mode_t mode;
	size_t n;

	o->fd = open_place(o->name);
	if (o->fd >= 0)
		return 0;
	if (errno)
		return diag_errno(d, "%s", o->name);
	o->path = realpath(o->name, NULL);
	if (!o->path)
		o->path = strdup(o->name);
	n = o->path ? strlen(o->path) + sizeof(".XXXXXX") : 0;
	o->temporary = n ? malloc(n) : NULL;
	if (!o->temporary)
		return diag_fail(d, "out of memory");
	snprintf(o->temporary, n, "%s.XXXXXX", o->path);
	o->fd = mkstemp(o->temporary);
	if (o->fd < 0)
		return diag_errno(d, "%s", o->name);
	dying_file(o->temporary, true);
	mode = mode_of(o->path);
	if (fchmod(o->fd, mode) < 0 && errno != EPERM) {
		diag_errno(d, "%s", o->name);
		close(o->fd);
		unlink(o->temporary);
		return -1;
	}
	return 0;
}

int out_open(struct out *o, const char *path, struct diag *d)
{
	void *buf = NULL;

	*o = (struct out){ .fd = STDOUT_FILENO, .name = "stdout" };
	if (posix_memalign(&buf, 4096, OUT_CAP + OUT_LINE))
		return diag_fail(d, "out of memory");
	o->buf = buf;
	if (path && strcmp(path, "-") != 0) {
		o->name = path;
		if (open_file(o, d) < 0) {
			if (o->temporary)
				dying_file(o->temporary, false);
			free(o->path);
			free(o->temporary);
			free(o->buf);
			return -1;
		}
	}
	fd_widen(o->fd);
	return 0;
}

static void push(struct out *o, const unsigned char *p, size_t n)
{
	if (!o->err && fd_write(o->fd, p, n) < 0)
		o->err = errno;
}

static void drain(struct out *o)
{
	push(o, o->buf, o->n);
	o->n = 0;
}

static void copy(struct out *o, const void *p, size_t n)
{
	if (n > OUT_CAP - o->n) {
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

void out_run_anew(struct out *o, struct slice s)
{
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
	if (n > OUT_CAP - o->n)
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

bool out_wait(struct out *o, int fd, int milliseconds)
{
	struct pollfd p[] = { { .fd = fd, .events = POLLIN }, { .fd = o->fd } };

	if (fd >= 0 && poll(p, 1, 0) != 0)
		return true;
	if (out_flush(o) < 0)
		return false;
	if (poll(p, 2, milliseconds) <= 0 || !(p[1].revents & (POLLERR | POLLHUP)))
		return true;
	raise(SIGPIPE);
	o->err = EPIPE;
	return false;
}

int out_close(struct out *o, bool keep, struct diag *d)
{
	int r = 0;

	if (o->temporary && !keep) {
		close(o->fd);
		unlink(o->temporary);
	} else {
		out_flush(o);
		if (o->temporary && !o->fleeting && !o->err && fsync(o->fd) < 0 && errno != EINVAL && errno != EROFS)
			o->err = errno;
		if (close(o->fd) < 0 && !o->err)
			o->err = errno;
		if (o->temporary && !o->err && rename(o->temporary, o->path) < 0)
			o->err = errno;
		if (o->err) {
			if (o->temporary)
				unlink(o->temporary);
			errno = o->err;
			r = diag_errno(d, "%s", o->name);
		}
	}
	if (o->temporary)
		dying_file(o->temporary, false);
	free(o->path);
	free(o->temporary);
	free(o->buf);
	*o = (struct out){ .fd = -1 };
	return r;
}

int out_text(const char *path, const struct buf *text, struct diag *d)
{
	struct out o;

	if (text->failed)
		return diag_fail(d, "out of memory");
	if (out_open(&o, path, d) < 0)
		return -1;
	out_slice(&o, buf_all(text));
	return out_close(&o, true, d);
}
