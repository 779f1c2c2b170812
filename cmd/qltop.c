/* qltop: a stream of events, which may never end, to a wallboard. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/opt.h"
#include "report/screen.h"
#include "stream/source.h"

enum { MAX_OPEN = 256, INCOMPLETE };

struct options {
	struct source_options in;
	struct facts_options facts;
	struct board_options board;
	struct screen_options screen;
	int64_t at;                  /* WHEN_MAX: --at was not given */
};

/* Times here are of a clock that never steps, in microseconds, but where they are of events. */
struct top {
	const struct options *o;
	struct diag *d;
	struct screen *screen;
	struct board *board;
	struct facts *facts;
	int64_t arrived;             /* what is read now */
	int64_t shown;               /* the last frame */
	int64_t listened;            /* up to when somebody did */
	bool news;                   /* something came since the last frame */
	bool over;                   /* the user or a signal ends it, or a frame could not be shown */
	int sig;
	struct buf held, note;       /* messages that wait for the terminal to be left; the last one */
};

static const struct opt own_opts[] = {
	{ 'z', 'z', "zone", "ZONE", "the zone of local times (else TZ's, else the system's)", NULL },
	{ MAX_OPEN, 0, "max-open", "SECONDS",
	  "a visit that is open longer was never ended in the log: it is over (86400)", NULL },
	{ INCOMPLETE, 0, "incomplete", NULL,
	  "a partition that is down at the end is shown, and no failure", NULL },
	{ 0 },
};

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct options *o = to;

	switch (id) {
	case 'z':
		return period_take(&o->facts.period, id, what, arg, d);
	case MAX_OPEN:
		if (opt_duration(what, arg, &o->facts.calls.max_open, d) < 0)
			return -1;
		return o->facts.calls.max_open ? 0
					       : diag_fail(d, "%s: 0: every call would be expired", what);
	case INCOMPLETE:
		o->facts.incomplete = true;
		return 0;
	default:
		return source_take(&o->in, id, what, arg, d);
	}
}

static const struct command command = {
	.name = "qltop",
	.summary = "a wallboard: queues, calls and agents at this moment",
	.usage = "[option ...] [file ...]",
	.tail = "  qlfetch --follow --tick 1 -p A /var/log/asterisk | qltop --alarm 'waiting>5'\n"
		"  qlcluster --follow 'cluster:A|B' -- qltop -q sales,support\n"
		"  qlcluster 'cluster:A|B' -- qltop --once -F json\n\n"
		"On a terminal: q ends it, Ctrl-L draws it anew.",
};

enum { HELD_MOST = 1 << 16 };

static void say_held(struct top *t)
{
	diag_to_fd(&(int){ STDERR_FILENO }, (const char *)t->held.p, t->held.n);
	t->held.n = 0;
}

/* A message has no place on a terminal that is drawn on: the last is shown as part of the board. */
static void say(void *arg, const char *line, size_t n)
{
	struct top *t = arg;

	if (t->screen && screen_drawn(t->screen) && isatty(STDERR_FILENO)) {
		t->note.n = 0;
		buf_put(&t->note, line, n - 1);
		if (t->held.n < HELD_MOST)
			buf_put(&t->held, line, n);
		return;
	}
	say_held(t);
	diag_to_fd(&(int){ STDERR_FILENO }, line, n);
}

static int64_t steady(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * WHEN_SECOND + t.tv_nsec / 1000;
}

static bool is_live(const struct top *t)
{
	return !t->o->screen.once && t->o->at == WHEN_MAX;
}

/* The instant that is shown: that of the stream, which goes on while nothing comes. */
static int64_t instant(const struct top *t, int64_t now)
{
	int64_t arrived, clock = board_clock(t->board, &arrived);

	if (t->o->at != WHEN_MAX)
		return t->o->at;
	return clock == WHEN_MIN || !is_live(t) ? clock : clock + (now - arrived);
}

/* Less is no delay but the way that events have come. */
enum { BEHIND = 60 };

static bool show(struct top *t, int64_t now, bool last)
{
	int64_t at = instant(t, now);
	long long behind = at == WHEN_MIN || last ? 0 : time(NULL) - at / WHEN_SECOND;
	struct board_view v;

	t->news = false;
	t->shown = now;
	if (board_look(t->board, t->facts, at, now, &v) < 0 ||
	    screen_show(t->screen, &v, behind > BEHIND ? behind : 0, buf_all(&t->note)) < 0)
		t->over = true;
	return !t->over;
}

/* Somebody listened until now, but for what is more than `allowed` since then: stopped, blocked. */
static void listen(struct top *t, int64_t now, int64_t allowed)
{
	int64_t deaf = now - t->listened - allowed;

	if (deaf > WHEN_SECOND)
		board_deaf(t->board, deaf);
	t->listened = now;
}

/* When a frame is to be shown, whatever comes; and, where it is only drawn, as soon as nothing does:
 * news must not wait, but not be drawn more often than this either. */
#define SOON (WHEN_SECOND / 5)

static int64_t due(const struct top *t)
{
	return t->shown + t->o->screen.every * WHEN_SECOND;
}

static int64_t due_quiet(const struct top *t)
{
	return t->news && screen_drawn(t->screen) ? t->shown + SOON : due(t);
}

/* A clock that is so far ahead of ours is wrong. */
#define AHEAD (86400 * WHEN_SECOND)

/* Before each read: frames are shown as they are due, until there is something to read. */
static bool wait(void *arg, int fd)
{
	struct top *t = arg;

	while (!t->over) {
		int64_t now = steady(), left;
		struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
				       { .fd = screen_keys(t->screen), .events = POLLIN } };
		bool redraw = false;

		listen(t, now, 0);
		t->over = screen_asks(t->screen, &t->sig, &redraw);
		if (t->over)
			break;
		if (redraw || now >= due(t)) {
			show(t, now, false);
			continue;
		}
		left = due_quiet(t) > now ? due_quiet(t) - now : 0;
		poll(p, 2, (int)((left + 999) / 1000));
		t->arrived = steady();
		listen(t, t->arrived, left);
		if (p[0].revents) {
			t->news = true;
			board_horizon(t->board, time(NULL) * WHEN_SECOND + AHEAD);
			return true;
		}
		if (t->arrived >= due_quiet(t))
			show(t, t->arrived, false);
	}
	return false;
}

/* 0; -1: told. */
static int fold(struct top *t, const struct source_options *o)
{
	struct source *in = source_open(o, t->d);
	struct event ev;
	int r = in ? 0 : -1;

	while (r == 0 && source_next(in, &ev)) {
		if (ev.time > t->o->at)
			continue;
		r = board_event(t->board, &ev, t->arrived);
		if (r == 0)
			r = facts_feed(t->facts, &ev);
	}
	if (in)
		source_close(in);
	return r;
}

/* A live board is shown while the stream goes on, and in text when it ends; any other then. */
static void run(struct top *t)
{
	struct source_options in = t->o->in;
	bool keep = false;

	t->arrived = t->listened = steady();
	t->shown = screen_drawn(t->screen) ? t->arrived - t->o->screen.every * WHEN_SECOND
					   : t->arrived;
	if (is_live(t)) {
		in.wait = wait;
		in.wait_arg = t;
	}
	if (fold(t, &in) == 0 && !t->over) {
		screen_leave(t->screen);
		keep = show(t, steady(), true) & facts_finish(t->facts);
		board_tell(t->board, t->d);
	}
	screen_close(t->screen, keep && t->d->status < 2);
	t->screen = NULL;
	say_held(t);
}

static void refuse(const struct options *o, struct diag *d)
{
	if (o->in.input == SOURCE_QUEUELOG)
		diag_fail(d, "-I: queuelog: raw logs have no partition here: use qlfetch -p");
}

static int resolve(struct options *o, struct diag *d)
{
	int64_t now = time(NULL) * WHEN_SECOND;
	struct when w;

	if (facts_resolve(&o->facts, now, d) < 0)
		return -1;
	if (o->screen.at && when_parse(o->screen.at, now, &w) < 0)
		return diag_fail(d, "--at: %s: not a time", o->screen.at);
	o->at = o->screen.at ? w.from : WHEN_MAX;
	if (o->screen.at || o->screen.once)
		o->board.stale = 0;
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .facts = FACTS_DEFAULT, .board = BOARD_DEFAULT,
			     .screen = SCREEN_DEFAULT };
	struct opt_group groups[] = {
		{ NULL, own_opts, take, &o },
		{ "Panels", board_opts, board_take, &o.board },
		{ "Output", screen_opts, screen_take, &o.screen },
		{ "Agents", agents_opts, agents_take, &o.facts.agents },
		{ "Input", source_opts, source_take, &o.in },
		{ NULL, NULL, NULL, NULL },
	};
	struct top t = { .o = &o };
	struct diag d = { "qltop", say, &t, 0 };
	int r;

	t.d = &d;
	signal(SIGPIPE, SIG_DFL);
	o.facts.live = true;
	o.facts.calls.status_wait = 0;
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		refuse(&o, &d);
		if (!d.status && resolve(&o, &d) == 0 && (t.board = board_new(&o.board, &d)) &&
		    (t.facts = facts_new(&o.facts, board_visit, board_interval, t.board, &d)) &&
		    (t.screen = screen_open(&o.screen, &d)))
			run(&t);
		r = d.status;
	}
	facts_free(t.facts);
	board_free(t.board);
	board_options_free(&o.board);
	facts_options_free(&o.facts);
	free(o.in.operand);
	buf_free(&t.held);
	buf_free(&t.note);
	if (t.sig) {
		signal(t.sig, SIG_DFL);
		raise(t.sig);
	}
	return r;
}
