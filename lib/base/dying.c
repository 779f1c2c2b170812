#include "base/dying.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { MOST = 1024 };

static struct {
	const char *volatile file;
	volatile pid_t group;
} last[MOST];

static void die(int sig)
{
	for (int i = 0; i < MOST; i++) {
		if (last[i].file)
			unlink(last[i].file);
		if (last[i].group)
			kill(-last[i].group, SIGTERM);
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ };
	struct sigaction sa = { .sa_handler = die }, old;

	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(signals[i], &sa, NULL);
}

void dying_file(const char *path, bool in)
{
	for (int i = 0; i < MOST; i++)
		if (last[i].file == (in ? NULL : path) && (!in || !last[i].group)) {
			last[i].file = in ? path : NULL;
			break;
		}
	if (in)
		catch();
}

void dying_group(pid_t leader, bool in)
{
	for (int i = 0; i < MOST; i++)
		if (last[i].group == (in ? 0 : leader) && (!in || !last[i].file)) {
			last[i].group = in ? leader : 0;
			break;
		}
	if (in)
		catch();
}
