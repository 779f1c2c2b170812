#include "base/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/program.h"

enum { MOST = 8 };

static int ends[2] = { -1, -1 };
static struct {
	int signal;
	struct sigaction before;
} caught[MOST];
static size_t ncaught;
static bool only_once;

static void on_signal(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int err = errno;

	for (size_t i = 0; only_once && i < ncaught; i++)
		if (caught[i].signal == sig)
			sigaction(sig, &caught[i].before, NULL);
	if (write(ends[1], &byte, 1) < 0) { } /* full: enough is told already */
	errno = err;
}

static int open_pipe(void)
{
	if (program_pipe(ends) < 0)
		return -1;
	for (int i = 0; i < 2; i++)
		if (fcntl(ends[i], F_SETFL, O_NONBLOCK) < 0)
			return -1;
	return 0;
}

int wake_on(const int *signals, size_t n, bool once)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (open_pipe() < 0) {
		wake_off();
		return -1;
	}
	only_once = once;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < n && ncaught < MOST; i++) {
		struct sigaction *before = &caught[ncaught].before;

		sigaction(signals[i], NULL, before);
		if (before->sa_handler == SIG_IGN && signals[i] != SIGCHLD)
			continue;
		caught[ncaught++].signal = signals[i];
		sigaction(signals[i], &sa, NULL);
	}
	/* whoever started us may have blocked it */
	sigaddset(&sa.sa_mask, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &sa.sa_mask, NULL);
	return ends[0];
}

int wake_signal(void)
{
	unsigned char byte;

	return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

void wake_off(void)
{
	while (ncaught) {
		ncaught--;
		sigaction(caught[ncaught].signal, &caught[ncaught].before, NULL);
	}
	for (int i = 0; i < 2; i++) {
		if (ends[i] >= 0)
			close(ends[i]);
		ends[i] = -1;
	}
}
