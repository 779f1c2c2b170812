#include "stream/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "stream/event.h"

struct process {
	pid_t pid;       /* 0: not running */
	int from;        /* the pipe behind it: its end to be read, until its reader runs; or -1 */
	int to;          /* its end to be written, kept until what has to be said there is; or -1 */
	struct buf last; /* what is still to be written there */
	size_t written;
};

struct run {
	const struct pipeline *p;
	struct process *process;
	struct pollfd *poll;
	struct diag *d;
	bool tolerant;
	bool failed;     /* a command before the last ended badly */
	bool broken;     /* the last one was ended by SIGPIPE */
	int signal;      /* sent to us */
};

static const int passed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
enum { PASSED_ON = sizeof(passed_on) / sizeof(*passed_on) };

/* Signals become bytes in this pipe, so that one poll waits for everything. */
static int wake[2];

static void on_signal(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int err = errno;

	if (write(wake[1], &byte, 1) < 0) { } /* full: enough is told already */
	errno = err;
}

struct actions {
	struct sigaction passed_on[PASSED_ON], child, pipe;
};

static void catch_signals(struct actions *before)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &sa.sa_mask, NULL);
	sigaction(SIGCHLD, &sa, &before->child);
	for (int i = 0; i < PASSED_ON; i++) {
		sigaction(passed_on[i], NULL, &before->passed_on[i]);
		if (before->passed_on[i].sa_handler != SIG_IGN) /* nohup, a shell's & */
			sigaction(passed_on[i], &sa, NULL);
	}
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, &before->pipe);
}

static void release_signals(const struct actions *before)
{
	sigaction(SIGCHLD, &before->child, NULL);
	for (int i = 0; i < PASSED_ON; i++)
		sigaction(passed_on[i], &before->passed_on[i], NULL);
	sigaction(SIGPIPE, &before->pipe, NULL);
}

/* A pipe, close-on-exec, clear of the three that a command stands on. */
static int make_pipe(int ends[2])
{
	int low[2], err = 0;

	if (pipe(low) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
		if (ends[i] < 0)
			err = errno;
	}
	close(low[0]);
	close(low[1]);
	errno = err;
	return err ? -1 : 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The files that a pipeline of many legs needs, if the system gives them. */
static void want_files(size_t n)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_cur < 3 * n + 64) {
		rl.rlim_cur = 3 * n + 64 < rl.rlim_max ? 3 * n + 64 : rl.rlim_max;
		setrlimit(RLIMIT_NOFILE, &rl);
	}
}

static int nothing_on_stdin(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), r;

	if (fd == STDIN_FILENO)
		return fcntl(fd, F_SETFD, 0);
	r = fd < 0 ? -1 : dup2(fd, STDIN_FILENO);
	close_fd(&fd);
	return r;
}

/* In the child: its files, and off. It comes back only with an errno. */
static void become(const struct run *r, size_t i, char **argv, pid_t parent)
{
	const struct pipeline_command *c = &r->p->command[i];
	int in = -1;

	signal(SIGPIPE, SIG_DFL);
#ifdef __linux__
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return;
#endif
	if (getppid() != parent) {
		errno = ECHILD;
		return;
	}
	for (size_t j = 0; j < i; j++) {
		if (r->p->command[j].into != i)
			continue;
		in = r->process[j].from;
		if (c->several && fcntl(in, F_SETFD, 0) < 0)
			return;
	}
	if ((c->several || in < 0 ? nothing_on_stdin() : dup2(in, STDIN_FILENO)) < 0)
		return;
	if (r->process[i].to >= 0 && dup2(r->process[i].to, STDOUT_FILENO) < 0)
		return;
	if (c->zone && setenv("TZ", c->zone, 1) < 0)
		return;
	execv(c->path, argv);
}

static void copy_words(struct words *to, const struct words *from)
{
	for (size_t i = 0; i < from->n; i++)
		words_add(to, from->v[i]);
}

/* Forks; the child's errno, where it did not become the command, comes back through a pipe. */
static int spawn(struct run *r, size_t i, char **argv)
{
	pid_t parent = getpid(), pid;
	int ends[2], err = 0;
	ssize_t n;

	if (make_pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		become(r, i, argv, parent);
		err = errno;
		if (write(ends[1], &err, sizeof(err)) < 0) { }
		_exit(127);
	}
	if (pid < 0)
		err = errno;
	close(ends[1]);
	do
		n = pid < 0 ? 0 : read(ends[0], &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	close(ends[0]);
	if (pid > 0 && err)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) { }
	else if (pid > 0)
		r->process[i].pid = pid;
	errno = err;
	return err ? -1 : 0;
}

static int start(struct run *r, size_t i)
{
	const struct pipeline_command *c = &r->p->command[i];
	struct words argv = { 0 };
	int result = -1;

	copy_words(&argv, &c->argv);
	for (size_t j = 0; j < i && c->several; j++)
		if (r->p->command[j].into == i)
			words_fmt(&argv, "/dev/fd/%d", r->process[j].from);
	if (argv.failed)
		errno = ENOMEM;
	else
		result = spawn(r, i, argv.v);
	words_free(&argv);
	if (result < 0)
		return diag_errno(r->d, "%s%s%s", c->partition ? c->partition : "",
				  c->partition ? ": " : "", c->argv.v[0]);
	for (size_t j = 0; j < i; j++)
		if (r->p->command[j].into == i)
			close_fd(&r->process[j].from);
	return 0;
}

/* All pipes, then all commands. -1: one could not be started. */
static int start_all(struct run *r)
{
	int ends[2];

	for (size_t i = 0; i < r->p->n; i++) {
		if (r->p->command[i].into == PIPELINE_STDOUT)
			continue;
		if (make_pipe(ends) < 0)
			return diag_errno(r->d, "pipe");
		r->process[i].from = ends[0];
		r->process[i].to = ends[1];
	}
	for (size_t i = 0; i < r->p->n; i++)
		if (start(r, i) < 0)
			return -1;
	return 0;
}

/* Those behind first: none of them may take the end of those before for the end of the data. */
static void signal_all(struct run *r, int sig)
{
	for (size_t i = r->p->n; i-- > 0;)
		if (r->process[i].pid > 0)
			kill(r->process[i].pid, sig);
}

static bool reader_gone(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & (POLLERR | POLLHUP));
}

/* SOURCEDOWN of one partition, in *b. */
static void put_down(const char *partition, const char *why, struct buf *b)
{
	struct buf own = { 0 };
	struct event ev;

	event_make(&ev, EVENT_TIME_MIN, slice_str(partition), VERB_SOURCEDOWN, slice_str(why), &own);
	event_put(b, &ev);
	buf_free(&own);
}

/* What has to stand behind the output of a command that ended badly; a line of it may be torn. */
static void write_down(struct run *r, size_t i, const char *why)
{
	const struct pipeline_command *c = &r->p->command[i], *other;
	struct process *pr = &r->process[i];
	const char *last = NULL;

	buf_byte(&pr->last, '\n');
	if (c->partition)
		put_down(c->partition, why, &pr->last);
	for (size_t j = 0; j < i && !c->partition; j++) {
		other = &r->p->command[j];
		if (other->partition && other->partition != last)
			put_down(other->partition, why, &pr->last);
		last = other->partition;
	}
	if (pr->to < 0) {
		diag_to_fd(&(int){ STDOUT_FILENO }, (char *)pr->last.p, pr->last.n);
		buf_free(&pr->last);
	} else {
		/* only now, with nobody left who would see it in the shared description */
		fcntl(pr->to, F_SETFL, O_NONBLOCK);
	}
}

static void worse(struct run *r, int status)
{
	if (r->d->status < status)
		r->d->status = status;
}

/* A command ended badly, as `how` says; down: nobody downstream knows. */
static void went_wrong(struct run *r, size_t i, const char *how, bool say, bool down)
{
	const struct pipeline_command *c = &r->p->command[i];
	bool last = c->into == PIPELINE_STDOUT;
	struct buf why = { 0 };

	buf_fmt(&why, "%s: %s", c->argv.v[0], how);
	if (!buf_cstr(&why)) {
		diag_fail(r->d, "out of memory");
		return;
	}
	if (c->events && down)
		write_down(r, i, (char *)why.p);
	if (say && !r->signal)
		diag_note(r->d, "%s%s%s", c->partition ? c->partition : "",
			  c->partition ? ": " : "", (char *)why.p);
	worse(r, r->tolerant && !last ? 1 : 2);
	r->failed = r->failed || !last;
	buf_free(&why);
}

static void ended(struct run *r, size_t i, int status)
{
	const struct pipeline_command *c = &r->p->command[i];
	bool last = c->into == PIPELINE_STDOUT;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	char how[40];

	r->process[i].pid = 0;
	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		if (sig == SIGPIPE && reader_gone(last ? STDOUT_FILENO : r->process[i].to)) {
			r->broken = r->broken || last;
			return;
		}
		snprintf(how, sizeof(how), "killed by signal %d", sig);
		went_wrong(r, i, how, true, true);
	} else if (code > 2 || (code == 2 && (c->partition || !r->failed))) {
		snprintf(how, sizeof(how), "status %d", code);
		went_wrong(r, i, how, !last, !last && (code > 2 || !c->tells));
	} else {
		worse(r, r->tolerant && !last && code ? 1 : code);
	}
}

static void reap(struct run *r)
{
	int status;

	for (size_t i = 0; i < r->p->n; i++) {
		struct process *pr = &r->process[i];

		if (pr->pid <= 0 || waitpid(pr->pid, &status, WNOHANG) != pr->pid)
			continue;
		ended(r, i, status);
		if (!pr->last.n)
			close_fd(&pr->to);
	}
}

static void write_last(struct process *pr)
{
	ssize_t n = write(pr->to, pr->last.p + pr->written, pr->last.n - pr->written);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		pr->written += (size_t)n;
	if (n > 0 && pr->written < pr->last.n)
		return;
	buf_free(&pr->last);
	close_fd(&pr->to);
}

static void wait_for_something(struct run *r)
{
	unsigned char sig[64];
	ssize_t n;

	for (size_t i = 0; i < r->p->n; i++) {
		struct process *pr = &r->process[i];

		r->poll[i] = (struct pollfd){ .fd = pr->last.n ? pr->to : -1, .events = POLLOUT };
	}
	r->poll[r->p->n] = (struct pollfd){ .fd = wake[0], .events = POLLIN };
	if (poll(r->poll, (nfds_t)r->p->n + 1, -1) < 0)
		return;
	for (size_t i = 0; i < r->p->n; i++)
		if (r->poll[i].revents)
			write_last(&r->process[i]);
	if (!r->poll[r->p->n].revents)
		return;
	n = read(wake[0], sig, sizeof(sig));
	for (ssize_t k = 0; k < n; k++) {
		if (sig[k] == SIGCHLD)
			continue;
		r->signal = sig[k];
		signal_all(r, sig[k]);
	}
	reap(r);
}

static bool busy(const struct run *r)
{
	for (size_t i = 0; i < r->p->n; i++)
		if (r->process[i].pid > 0 || r->process[i].last.n)
			return true;
	return false;
}

static void run(struct run *r)
{
	bool all = start_all(r) == 0;

	for (size_t i = 0; i < r->p->n; i++)
		close_fd(&r->process[i].from);
	if (!all) {
		signal_all(r, SIGTERM);
		r->signal = SIGTERM; /* they say nothing of their own then */
	}
	while (busy(r))
		wait_for_something(r);
	if (!all)
		r->signal = 0;
}

int pipeline_run(const struct pipeline *p, bool tolerant, struct diag *d)
{
	struct run r = { .p = p,  .d = d, .tolerant = tolerant };
	struct actions before;

	want_files(p->n);
	r.process = calloc(p->n + 1, sizeof(*r.process));
	r.poll = calloc(p->n + 1, sizeof(*r.poll));
	for (size_t i = 0; r.process && i < p->n; i++)
		r.process[i].from = r.process[i].to = -1;
	if (!r.process || !r.poll || make_pipe(wake) < 0) {
		diag_errno(d, "%s", p->command[p->n - 1].argv.v[0]);
	} else {
		fcntl(wake[0], F_SETFL, O_NONBLOCK);
		fcntl(wake[1], F_SETFL, O_NONBLOCK);
		catch_signals(&before);
		run(&r);
		release_signals(&before);
		close(wake[0]);
		close(wake[1]);
	}
	for (size_t i = 0; r.process && i < p->n; i++)
		close_fd(&r.process[i].to);
	free(r.process);
	free(r.poll);
	return r.signal ? r.signal : r.broken ? SIGPIPE : 0;
}
