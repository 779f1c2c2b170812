#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* A write as large as the pipe (up to 1 MiB) puts its two ends in lockstep. */
enum { MOST = 1 << 18 };

enum { ROOM = 4096, PIPE_SIZE = 1 << 20 };

/* The C library names it only to programs for GNU alone. */
#if defined(__linux__) && !defined(F_SETPIPE_SZ)
#define F_SETPIPE_SZ 1031
#endif

void fd_widen(int fd)
{
#ifdef F_SETPIPE_SZ
	fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
#else
	(void)fd;
#endif
}

int fd_write(int fd, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n) {
		ssize_t w = write(fd, p, n < MOST ? n : MOST);

		if (w >= 0) {
			p += w;
			n -= (size_t)w;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

int fd_read(int fd, struct buf *to)
{
	ssize_t n;

	do {
		if (!buf_room(to, ROOM)) {
			errno = ENOMEM;
			return -1;
		}
		n = read(fd, to->p + to->n, ROOM);
		if (n > 0)
			to->n += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n == 0 ? 0 : -1;
}
