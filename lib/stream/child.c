#include "stream/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/dying.h"
#include "base/program.h"

extern char **environ;

static int spawn(struct child *c, const char *file, char *const *argv, int to, bool quiet)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t set;
	int err;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	/* several commands cannot share what is on stdin, and an operand may be reading it */
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, to, STDOUT_FILENO);
	if (quiet)
		posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(&how, &set);
	posix_spawnattr_setpgroup(&how, 0);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	err = posix_spawnp(&c->pid, file, &files, &how, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return err;
}

/* what: heads the messages. */
static int start(struct child *c, const char *what, const char *file, char *const *argv,
		 bool quiet, struct diag *d)
{
	int ends[2], err;

	*c = (struct child){ .fd = -1 };
	if (program_pipe(ends) < 0)
		return diag_errno(d, "%s", what);
	err = spawn(c, file, argv, ends[1], quiet);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		c->pid = 0;
		errno = err;
		return diag_errno(d, "%s", what);
	}
	dying_group(c->pid, true);
	c->fd = ends[0];
	snprintf(c->path, sizeof(c->path), "/dev/fd/%d", c->fd);
	return 0;
}

int child_start(struct child *c, const char *command, struct diag *d)
{
	const char *const argv[] = { "sh", "-c", command, NULL };

	return start(c, command, "/bin/sh", (char *const *)(size_t)argv, false, d);
}

int child_exec(struct child *c, char *const *argv, bool quiet, struct diag *d)
{
	return start(c, argv[0], argv[0], argv, quiet, d);
}

const char *child_end(struct child *c)
{
	static char how[40];
	int status;
	pid_t r;

	c->remarked = false;
	if (!c->pid)
		return NULL;
	close(c->fd);
	do
		r = waitpid(c->pid, &status, 0);
	while (r < 0 && errno == EINTR);
	dying_group(c->pid, false);
	c->pid = 0;
	c->remarked = r > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 1;
	if (r < 0)
		return "not there to be waited for";
	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) >= 2)
		snprintf(how, sizeof(how), "status %d", WEXITSTATUS(status));
	else
		return NULL;
	return how;
}

bool child_over(const struct child *c)
{
	siginfo_t info = { 0 };

	return !c->pid ||
	       waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid;
}

void child_stop(struct child *c)
{
	if (!c->pid)
		return;
	close(c->fd);
	kill(-c->pid, SIGTERM);
	kill(-c->pid, SIGCONT);
	dying_group(c->pid, false);
	c->pid = 0;
}
