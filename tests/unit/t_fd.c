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

int main(void)
{
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(i * 2654435761u >> 13);
	test_pipe(true);
	test_pipe(false);
	test_errors();
	return unit_done();
}
