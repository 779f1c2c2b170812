/* All of it to a descriptor, and all that is in one. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "unit.h"

enum { SIZE = 3000000 };

static unsigned char bytes[SIZE];

static void nothing(int sig)
{
	(void)sig;
}

/* A process that writes all of them to fd while signals come. */
static pid_t writer(int fd, int other)
{
	struct itimerval often = { { 0, 500 }, { 0, 500 } };
	struct sigaction sa = { .sa_handler = nothing };
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	close(other);
	sigaction(SIGALRM, &sa, NULL); /* without SA_RESTART */
	setitimer(ITIMER_REAL, &often, NULL);
	_exit(fd_write(fd, bytes, SIZE) == 0 ? 0 : 1);
}

static void test_pipe(bool blocks)
{
	struct buf got = { 0 };
	int ends[2], status;
	pid_t pid;

	if (!CHECK(pipe(ends) == 0, "a pipe that %s", blocks ? "blocks" : "does not block"))
		return;
	if (!blocks)
		fcntl(ends[1], F_SETFL, O_NONBLOCK);
	pid = writer(ends[1], ends[0]);
	close(ends[1]);
	CHECK_EQ_INT(fd_read(ends[0], &got), 0, "read to its end");
	close(ends[0]);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0, "written");
	CHECK_EQ_MEM(got.p, got.n, bytes, SIZE, "whole");
	buf_free(&got);
}

static void test_errors(void)
{
	struct buf got = { 0 };
	int fd;

	CHECK(fd_write(-1, "x", 1) == -1 && errno == EBADF, "not to a descriptor that there is not");
	CHECK(fd_write(-1, "x", 0) == 0, "nothing goes anywhere");
	CHECK(fd_read(-1, &got) == -1 && errno == EBADF, "nor from one");
	buf_str(&got, "before");
	fd = open("/dev/null", O_RDONLY);
	CHECK_EQ_INT(fd_read(fd, &got), 0, "nothing is there");
	CHECK_EQ_SLICE(got.p, got.n, "before", "and what was read before stays");
	close(fd);
	fd = open("/dev/full", O_WRONLY);
	if (fd < 0) {
		unit_skip("no /dev/full");
	} else {
		CHECK(fd_write(fd, bytes, SIZE) == -1 && errno == ENOSPC, "a full disk");
		close(fd);
	}
	buf_free(&got);
}

/* How much a pipe takes until somebody would have to read it. */
static size_t holds(int fd)
{
	size_t n = 0;
	ssize_t w;

	while ((w = write(fd, bytes, 4096)) > 0)
		n += (size_t)w;
	return n;
}

/* It was asked for under a name that the C library does not tell everybody, and so never was. */
static void test_widen(void)
{
	int narrow[2], wide[2];
	size_t before, after;

	if (pipe(narrow) < 0 || pipe(wide) < 0) {
		unit_skip("no pipes");
		return;
	}
	fd_widen(wide[1]);
	fcntl(narrow[1], F_SETFL, O_NONBLOCK);
	fcntl(wide[1], F_SETFL, O_NONBLOCK);
	before = holds(narrow[1]);
	after = holds(wide[1]);
#if defined(__linux__)
	CHECK(after > before, "a wide pipe holds %zu, another %zu", after, before);
#else
	CHECK(after >= before, "a wide pipe holds %zu, another %zu", after, before);
#endif
	for (int i = 0; i < 2; i++) {
		close(narrow[i]);
		close(wide[i]);
	}
	fd_widen(-1);
}

int main(void)
{
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(i * 2654435761u >> 13);
	test_pipe(true);
	test_pipe(false);
	test_errors();
	test_widen();
	return unit_done();
}
