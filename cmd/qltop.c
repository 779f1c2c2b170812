/* qltop: a stream of events, which may never end, to a wallboard. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/opt.h"
#include "report/watch.h"
#include "stream/source.h"

enum { MAX_OPEN = 256, INCOMPLETE };

struct options {
	struct source_options in;
	struct facts_options facts;
	struct board_options board;
	struct screen_options screen;
	int64_t at; /* WHEN_MAX: --at was not given */
};

struct top {
	const struct options *o;
	struct diag *d;
	struct watch watch;
	struct buf held, note; /* messages that wait for the terminal to be left; the last one */
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
	.words = board_words,
	.summary = "a wallboard: queues, calls and agents at this moment",
	.usage = "[option ...] [file ...]",
	.tail = "  qlfetch --follow --tick 1 -p A /var/log/asterisk | qltop --alarm 'waiting>5'\n"
		"  qlcluster --follow 'cluster:A|B' -- qltop -q sales,support\n"
		"  qlcluster 'cluster:A|B' -- qltop --once -F json\n\n"
		"On a terminal: q ends it, < > and r sort the queues, Ctrl-L draws all anew.",
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

	if (t->watch.screen && screen_drawn(t->watch.screen) && isatty(STDERR_FILENO)) {
		t->note.n = 0;
		buf_put(&t->note, line, n - 1);
		t->watch.note = buf_all(&t->note);
		if (t->held.n < HELD_MOST)
			buf_put(&t->held, line, n);
		return;
	}
	say_held(t);
	diag_to_fd(&(int){ STDERR_FILENO }, line, n);
}

/* 0; -1: told. */
static int fold(struct top *t)
{
	struct source_options o = t->o->in;
	struct source *in;
	struct event ev;
	int r = 0;

	if (t->watch.live) {
		o.wait = watch_wait;
		o.wait_arg = &t->watch;
	}
	in = source_open(&o, t->d);
	if (!in)
		return -1;
	while (r == 0 && source_next(in, &ev))
		r = watch_event(&t->watch, &ev);
	source_close(in);
	return r;
}

/* A board is shown while the stream goes on, and in text when it ends. */
static void run(struct top *t)
{
	struct watch *w = &t->watch;
	bool keep = false;

	watch_begin(w);
	if (fold(t) == 0 && !w->over) {
		keep = watch_end(w);
		keep &= facts_finish(w->facts);
		board_tell(w->board, t->d);
	}
	screen_close(w->screen, keep && t->d->status < 2);
	w->screen = NULL;
	say_held(t);
}

static int resolve(struct options *o, struct diag *d)
{
	int64_t now = time(NULL) * WHEN_SECOND;
	struct when w;

	if (facts_resolve(&o->facts, now, d) < 0)
		return -1;
	if (o->screen.at && when_parse(o->screen.at, now, &w) < 0)
		return diag_fail(d, "--at: %s: not a " WHEN_TIME, o->screen.at);
	o->at = o->screen.at ? w.from : WHEN_MAX;
	if (o->screen.at || o->screen.once)
		o->board.stale = 0;
	return 0;
}

/* What is typed at a terminal from which events are read is no key. */
static bool typed(const struct source_options *in)
{
	for (size_t i = 0; i < in->operands; i++)
		if (strcmp(in->operand[i], "-") == 0)
			return isatty(STDIN_FILENO);
	return !in->operands && isatty(STDIN_FILENO);
}

static bool begin(struct top *t)
{
	const struct options *o = t->o;
	struct watch *w = &t->watch;

	w->every = o->screen.every;
	w->at = o->at;
	w->live = !o->screen.once && o->at == WHEN_MAX;
	w->board = board_new(&o->board, t->d);
	w->facts = w->board ? facts_new(&o->facts, board_visit, board_interval, w->board, t->d) : NULL;
	w->screen = w->facts ? screen_open(&o->screen, !typed(&o->in), t->d) : NULL;
	return w->screen;
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
		{ "Input", source_event_opts, source_event_take, &o.in },
		{ NULL, NULL, NULL, NULL },
	};
	struct top t = { .o = &o };
	struct diag d = { "qltop", say, &t, 0 };
	struct watch *w = &t.watch;
	int r;

	t.d = w->d = &d;
	signal(SIGPIPE, SIG_DFL);
	o.facts.live = true;
	o.facts.calls.status_wait = 0;
	r = opt_parse(&command, groups, argc, argv, &d);
	if (r < 0) {
		if (resolve(&o, &d) == 0 && begin(&t))
			run(&t);
		r = d.status;
	}
	facts_free(w->facts);
	board_free(w->board);
	board_options_free(&o.board);
	facts_options_free(&o.facts);
	free(o.in.operand);
	buf_free(&t.held);
	buf_free(&t.note);
	if (w->sig) {
		signal(w->sig, SIG_DFL);
		raise(w->sig);
	}
	return r;
}
