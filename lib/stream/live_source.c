#include "stream/live_source.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/opt.h"
#include "base/when.h"
#include "stream/live.h"

struct live_source {
	const struct live_source_options *o;
	struct live_feed feed;
	struct live live;
	struct out *out;
	struct diag *d;
	bool held;       /* ev is to be given, behind what was said before it */
	struct event ev;
	bool idle;       /* the feed has nothing new; live may have more to say */
	int64_t promise;
	bool failed;
	struct buf own;
};

int live_source_poll(const char *what, const char *arg, int64_t *us, struct diag *d)
{
	if (opt_period(what, arg, us, d) < 0)
		return -1;
	if (*us < WHEN_SECOND / 10 || *us > 3600 * WHEN_SECOND)
		return diag_fail(d, "%s: %s: not from 0.1s to 1h", what, arg);
	return 0;
}

struct live_source *live_source_open(const struct live_source_options *o, struct live_feed feed,
				     struct out *out, struct diag *d)
{
	struct live_source *s = calloc(1, sizeof(*s));

	if (!s) {
		diag_fail(d, "out of memory");
		feed.close(feed.of);
		return NULL;
	}
	s->o = o;
	s->feed = feed;
	if (o->poll)
		s->feed.poll = o->poll;
	s->out = out;
	s->d = d;
	live_begin(&s->live, o->tick, o->stale, clock_steady());
	return s;
}

/* Some reasons begin with what they are of, as messages do. */
static const char *without(const char *what, const char *why)
{
	size_t n = strlen(what);

	return strncmp(why, what, n) == 0 && strncmp(why + n, ": ", 2) == 0 ? why + n + 2 : why;
}

/* The event that is to be said, if there is any. */
static bool say(struct live_source *s, enum live_say what, const char *why, struct event *ev)
{
	static const enum verb verb[] = { [LIVE_TICK] = VERB_TICK,
					  [LIVE_DOWN] = VERB_SOURCEDOWN,
					  [LIVE_UP] = VERB_SOURCEUP };

	if (what == LIVE_NOTHING)
		return false;
	if (what == LIVE_UP)
		diag_note(s->d, "%s: back", s->o->what);
	if (what == LIVE_DOWN) {
		why = without(s->o->what, why);
		diag_warn(s->d, "%s: down: %s", s->o->what, why);
	}
	event_make(ev, s->live.time, slice_str(s->feed.partition), verb[what],
		   what == LIVE_DOWN ? slice_str(why) : SLICE(""), &s->own);
	return true;
}

static void wait(struct live_source *s, int64_t microseconds)
{
	out_wait(s->out, -1, (int)(microseconds / 1000));
}

static bool stopped(const struct live_source *s)
{
	return s->out->err || s->failed || (s->o->stop && *s->o->stop);
}

/* One question to the feed. true: ev is what came of it. */
static bool ask(struct live_source *s, struct event *ev)
{
	int64_t now = clock_day(), clock = clock_steady();
	const char *why = "";
	bool said;

	switch (s->feed.next(s->feed.of, now, clock, ev, &s->promise, &why)) {
	case LIVE_EVENT:
		s->ev = *ev;
		s->held = say(s, live_event(&s->live, ev->time, now, clock), NULL, ev);
		return true;
	case LIVE_IDLE:
		s->idle = true;
		return false;
	case LIVE_GAP:
		if (s->live.down)
			diag_warn(s->d, "%s: %s", s->o->what, why);
		return say(s, live_trouble(&s->live, 0, 0), why, ev);
	case LIVE_TROUBLE:
		said = say(s, live_trouble(&s->live, s->feed.least, s->feed.most), why, ev);
		if (!said)
			wait(s, s->live.delay);
		return said;
	default:
		s->failed = true;
		return false;
	}
}

bool live_source_next(struct live_source *s, struct event *ev)
{
	out_settle(s->out);
	if (s->held) {
		*ev = s->ev;
		s->held = false;
		return true;
	}
	while (!stopped(s)) {
		if (!s->idle) {
			if (ask(s, ev))
				return true;
			continue;
		}
		if (say(s, live_quiet(&s->live, s->promise, clock_steady()), "silent", ev))
			return true;
		s->idle = false;
		wait(s, s->feed.poll);
	}
	return false;
}

struct live_counts live_source_counts(const struct live_source *s)
{
	return s->feed.counts(s->feed.of);
}

void live_source_close(struct live_source *s)
{
	if (!s)
		return;
	s->feed.close(s->feed.of);
	buf_free(&s->own);
	free(s);
}
