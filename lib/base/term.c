#include "base/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { ENDINGS = 4, CAUGHT = ENDINGS + 3 };
static const int caught[CAUGHT] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH };

static volatile sig_atomic_t ending, stopping, resumed, resized;

struct term {
	int fd, keys;            /* keys -1: not read */
	bool cooked;             /* `before` holds what the keys' terminal was set to */
	struct termios before;
	struct sigaction old[CAUGHT];
	struct buf text, out;    /* what is on the screen; what is on its way there */
	size_t *end, endcap, lines;
	bool known;              /* the screen shows it */
};

static void on_signal(int sig)
{
	if (sig == SIGTSTP)
		stopping = 1;
	else if (sig == SIGCONT)
		resumed = 1;
	else if (sig == SIGWINCH)
		resized = 1;
	else
		ending = sig;
}

static bool dumb(void)
{
	const char *name = getenv("TERM");

	return !name || !*name || strcmp(name, "dumb") == 0;
}

bool term_able(int fd)
{
	return isatty(fd) && !dumb();
}

bool term_coloured(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	return term_able(fd) && !(no_color && *no_color);
}

/* No SA_RESTART: whoever waits is to look at what came. */
static void catch(struct term *t)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	for (int i = 0; i < CAUGHT; i++) {
		sigaction(caught[i], NULL, &t->old[i]);
		if (t->old[i].sa_handler != SIG_IGN || i >= ENDINGS)
			sigaction(caught[i], &sa, NULL);
	}
}

static void let_go(struct term *t)
{
	for (int i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &t->old[i], NULL);
}

/* 0; -1: errno. */
static int put(const struct term *t, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n) {
		ssize_t w = write(t->fd, p, n);

		if (w < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = t->fd, .events = POLLOUT }, 1, 1000);
		else if (w < 0 && errno != EINTR)
			return -1;
		if (w < 0 && ending) {
			errno = EINTR;
			return -1;
		}
		if (w < 0)
			continue;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Alternate screen, cleared; no cursor; lines that are too long are cut by us, none wraps. */
#define ENTER "\033[?1049h\033[2J\033[?25l\033[?7l"
#define LEAVE "\033[0m\033[?7h\033[?25h\033[?1049l"

static int enter(struct term *t)
{
	struct termios raw;

	if (t->cooked) {
		raw = t->before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		raw.c_cc[VMIN] = 0;
		raw.c_cc[VTIME] = 0;
		tcsetattr(t->keys, TCSANOW, &raw);
	}
	t->known = false;
	return put(t, ENTER, sizeof(ENTER) - 1);
}

static void leave(struct term *t)
{
	put(t, LEAVE, sizeof(LEAVE) - 1);
	if (t->cooked)
		tcsetattr(t->keys, TCSANOW, &t->before);
}

struct term *term_open(int fd, bool keys, struct diag *d)
{
	struct term *t = calloc(1, sizeof(*t));

	if (!t) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	t->fd = fd;
	t->keys = keys ? open("/dev/tty", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) : -1;
	t->cooked = t->keys >= 0 && tcgetattr(t->keys, &t->before) == 0;
	ending = stopping = resumed = resized = 0;
	catch(t);
	if (enter(t) == 0)
		return t;
	diag_errno(d, "terminal");
	term_close(t);
	return NULL;
}

static size_t said(const char *name, size_t otherwise)
{
	const char *s = getenv(name);
	long n = s ? strtol(s, NULL, 10) : 0;

	return n > 0 && n < 10000 ? (size_t)n : otherwise;
}

void term_size(int fd, size_t *columns, size_t *lines)
{
	struct winsize w = { 0 };
	bool told = ioctl(fd, TIOCGWINSZ, &w) == 0;

	*columns = told && w.ws_col ? w.ws_col : said("COLUMNS", 80);
	*lines = told && w.ws_row ? w.ws_row : said("LINES", 24);
}

int term_keys(const struct term *t)
{
	return t->keys;
}

int term_key(struct term *t)
{
	struct pollfd p = { .fd = t->keys, .events = POLLIN };
	unsigned char c;
	ssize_t n = t->keys < 0 ? -1 : read(t->keys, &c, 1);

	if (n == 1)
		return c;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n == 0 && t->cooked && poll(&p, 1, 0) >= 0 && !(p.revents & (POLLHUP | POLLERR)))
		return -1;
	/* the terminal is gone or not ours: polling it would only spin */
	if (t->keys >= 0)
		close(t->keys);
	t->keys = -1;
	t->cooked = false;
	return -1;
}

/* Stops as the signal would have, with the terminal as it was. */
static void stop(struct term *t)
{
	struct sigaction ours, usual = { .sa_handler = SIG_DFL };
	sigset_t set, before;

	stopping = 0;
	leave(t);
	sigemptyset(&usual.sa_mask);
	sigaction(SIGTSTP, &usual, &ours);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, &before);
	raise(SIGTSTP);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	resumed = 1;
}

int term_signals(struct term *t, bool *redraw)
{
	if (stopping && !ending)
		stop(t);
	if (resized || resumed) {
		*redraw = true;
		t->known = false;
	}
	resized = 0;
	if (resumed) {
		/* after a STOP, too: somebody else had the terminal meanwhile */
		resumed = 0;
		enter(t);
	}
	return (int)ending;
}

void term_forget(struct term *t)
{
	t->known = false;
}

static struct slice line_of(struct slice text, const size_t *end, size_t i)
{
	size_t at = i ? end[i - 1] : 0;

	return slice_of(text.p + at, end[i] - at);
}

int term_draw(struct term *t, struct slice text, const size_t *end, size_t lines)
{
	size_t was = t->known ? t->lines : 0;

	t->out.n = 0;
	if (!t->known)
		buf_str(&t->out, "\033[2J");
	for (size_t i = 0; i < lines; i++) {
		struct slice line = line_of(text, end, i);

		if (i < was && slice_eq(line, line_of(buf_all(&t->text), t->end, i)))
			continue;
		/* erased before: behind a line as wide as the terminal that would take its end */
		buf_fmt(&t->out, "\033[%zu;1H\033[K", i + 1);
		buf_slice(&t->out, line);
	}
	if (was > lines)
		buf_fmt(&t->out, "\033[%zu;1H\033[J", lines + 1);
	t->text.n = 0;
	buf_slice(&t->text, text);
	if (!array_need(&t->end, &t->endcap, lines + 1, sizeof(*t->end)) || t->text.failed ||
	    t->out.failed) {
		errno = ENOMEM;
		return -1;
	}
	if (lines)
		memcpy(t->end, end, lines * sizeof(*end));
	t->lines = lines;
	t->known = true;
	return put(t, t->out.p, t->out.n);
}

void term_close(struct term *t)
{
	if (!t)
		return;
	leave(t);
	let_go(t);
	if (t->keys >= 0)
		close(t->keys);
	buf_free(&t->text);
	buf_free(&t->out);
	free(t->end);
	free(t);
}
