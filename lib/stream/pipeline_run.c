#include "stream/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/program.h"
#include "base/wake.h"
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
	struct pollfd *poll; /* of each command; signals; stdout */
	int wake;
	struct diag *d;
	bool tolerant;
	bool failed;     /* a command before the last ended badly */
	bool lost;       /* one of a partition did */
	bool broken;     /* the last one was ended by SIGPIPE, or would have been */
	int signal;      /* sent to us */
	bool ending;     /* they were told to end: nothing more is said of them */
	int harder;      /* what is sent to those that do not */
};

/* How long a live pipeline that is ending may do nothing. */
enum { ENDING_MS = 3000 };

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
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

	if (program_pipe(ends) < 0)
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
		if (program_pipe(ends) < 0)
			return diag_errno(r->d, "pipe");
		r->process[i].from = ends[0];
		r->process[i].to = ends[1];
	}
	for (size_t i = 0; i < r->p->n; i++)
		if (start(r, i) < 0)
			return -1;
	return 0;
}

/*
 * Those behind first: none of them may take the end of those before for the end of the data. One that
 * is stopped gets it when it goes on.
 */
static void signal_all(struct run *r, int sig)
{
	r->ending = true;
	for (size_t i = r->p->n; i-- > 0;) {
		if (r->process[i].pid <= 0)
			continue;
		kill(r->process[i].pid, sig);
		kill(r->process[i].pid, SIGCONT);
	}
}

/* What has nothing to read; the others will come to the end of it. */
static void end_sources(struct run *r)
{
	r->ending = true;
	for (size_t i = 0; i < r->p->n; i++) {
		bool reads = false;

		for (size_t j = 0; j < i; j++)
			reads |= r->p->command[j].into == i;
		if (reads || r->process[i].pid <= 0)
			continue;
		kill(r->process[i].pid, SIGTERM);
		kill(r->process[i].pid, SIGCONT);
	}
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
	if (say && !r->ending)
		diag_note(r->d, "%s%s%s", c->partition ? c->partition : "",
			  c->partition ? ": " : "", (char *)why.p);
	worse(r, r->tolerant && !last ? 1 : 2);
	r->failed = r->failed || !last;
	r->lost = r->lost || c->partition;
	buf_free(&why);
}

static void ended(struct run *r, size_t i, int status)
{
	const struct pipeline_command *c = &r->p->command[i];
	bool last = c->into == PIPELINE_STDOUT;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	char how[40];

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
	} else if (r->p->live && !last) {
		snprintf(how, sizeof(how), "ended, status %d", code);
		went_wrong(r, i, how, true, true);
	} else {
		worse(r, r->tolerant && !last && code ? 1 : code);
	}
}

/* The same in a pipeline that is not meant to end. */
static void ended_live(struct run *r, size_t i, int status)
{
	const struct pipeline_command *c = &r->p->command[i];
	bool last = c->into == PIPELINE_STDOUT;

	if (r->ending && (!last || WIFSIGNALED(status)))
		return; /* it was told to */
	ended(r, i, status);
	if (r->ending)
		return;
	if (last)
		signal_all(r, SIGTERM);
	else if (r->failed && !(r->tolerant && c->partition))
		end_sources(r);
}

static void reap(struct run *r)
{
	int status;

	for (size_t i = 0; i < r->p->n; i++) {
		struct process *pr = &r->process[i];

		if (pr->pid <= 0 || waitpid(pr->pid, &status, WNOHANG) != pr->pid)
			continue;
		pr->pid = 0;
		if (r->p->live)
			ended_live(r, i, status);
		else
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
	int sig, n;

	for (size_t i = 0; i < r->p->n; i++) {
		struct process *pr = &r->process[i];

		r->poll[i] = (struct pollfd){ .fd = pr->last.n ? pr->to : -1, .events = POLLOUT };
	}
	r->poll[r->p->n] = (struct pollfd){ .fd = r->wake, .events = POLLIN };
	r->poll[r->p->n + 1] = (struct pollfd){ .fd = r->p->live && !r->ending ? STDOUT_FILENO : -1 };
	n = poll(r->poll, (nfds_t)r->p->n + 2, r->p->live && r->ending ? ENDING_MS : -1);
	if (n < 0)
		return;
	if (n == 0) {
		r->harder = r->harder ? SIGKILL : SIGTERM;
		signal_all(r, r->harder);
	}
	for (size_t i = 0; i < r->p->n; i++)
		if (r->poll[i].revents)
			write_last(&r->process[i]);
	if (r->poll[r->p->n + 1].revents) {
		r->broken = true;
		signal_all(r, SIGTERM);
	}
	while ((sig = wake_signal())) {
		if (sig == SIGCHLD)
			continue;
		r->signal = sig;
		signal_all(r, sig);
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
	if (!all)
		signal_all(r, SIGTERM);
	while (busy(r))
		wait_for_something(r);
}

int pipeline_run(struct pipeline *p, bool tolerant, struct diag *d)
{
	static const int signals[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct run r = { .p = p, .d = d, .tolerant = tolerant };
	struct sigaction before, ignore = { .sa_handler = SIG_IGN };

	program_files(3 * p->n);
	r.process = calloc(p->n + 1, sizeof(*r.process));
	r.poll = calloc(p->n + 2, sizeof(*r.poll));
	for (size_t i = 0; r.process && i < p->n; i++)
		r.process[i].from = r.process[i].to = -1;
	r.wake = wake_on(signals, sizeof(signals) / sizeof(*signals), false);
	if (!r.process || !r.poll || r.wake < 0) {
		diag_errno(d, "%s", p->command[p->n - 1].argv.v[0]);
	} else {
		sigemptyset(&ignore.sa_mask);
		sigaction(SIGPIPE, &ignore, &before);
		run(&r);
		sigaction(SIGPIPE, &before, NULL);
	}
	wake_off();
	p->lost = r.lost;
	for (size_t i = 0; r.process && i < p->n; i++)
		close_fd(&r.process[i].to);
	free(r.process);
	free(r.poll);
	return r.signal ? r.signal : r.broken ? SIGPIPE : 0;
}
