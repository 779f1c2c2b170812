#include "base/stop.h"

#include <stddef.h>
#include <unistd.h>

volatile sig_atomic_t stop_signal;

static void note(int sig)
{
	stop_signal = sig;
	alarm(1);
}

void stop_catch(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	struct sigaction sa = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND }, old;

	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
}

void stop_end(void)
{
	if (stop_signal)
		raise(stop_signal);
}
