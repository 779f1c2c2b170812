#include "report/watch.h"

#include <poll.h>
#include <time.h>

#include "base/clock.h"

/* Seconds: less is no delay but the way that events have come. */
enum { BEHIND = 60 };

/* News are not drawn more often than this. */
#define SOON (WHEN_SECOND / 5)

/* No wait is longer: a signal that comes just before one would be seen only behind it. */
#define LONGEST WHEN_SECOND

/* A clock that is so far ahead of ours is wrong. */
#define AHEAD (86400 * WHEN_SECOND)

/*
 * How long ago it was time for a frame: a little behind each second of the clock. For logs have whole
 * seconds, and what is merged of several goes out when all have come to the next one.
 */
static int64_t since_frame_time(void)
{
	return (clock_day() + WHEN_SECOND - SOON) % WHEN_SECOND;
}

static int64_t instant(const struct watch *w, int64_t now)
{
	int64_t arrived, clock = board_clock(w->board, &arrived);

	if (w->at != WHEN_MAX)
		return w->at;
	return clock == WHEN_MIN || !w->live ? clock : clock + (now - arrived);
}

static bool show(struct watch *w, int64_t now, bool last)
{
	int64_t at = instant(w, now);
	long long behind = at == WHEN_MIN || last ? 0 : time(NULL) - at / WHEN_SECOND;
	struct board_view v;

	w->news = false;
	w->shown = now;
	w->due = now - since_frame_time() + w->every * WHEN_SECOND;
	if (board_look(w->board, w->facts, at, now, &v) < 0 ||
	    screen_show(w->screen, &v, behind > BEHIND ? behind : 0, w->note) < 0)
		w->over = true;
	return !w->over;
}

/* Somebody listened until now, but for what is more than `allowed` since then: stopped, blocked. */
static void listened_to(struct watch *w, int64_t now, int64_t allowed)
{
	int64_t deaf = now - w->listened - allowed;

	if (deaf > WHEN_SECOND)
		board_deaf(w->board, deaf);
	w->listened = now;
}

/* When a frame is due if nothing comes meanwhile; w->due: whatever comes. */
static int64_t due_quiet(const struct watch *w)
{
	return w->news && screen_drawn(w->screen) ? w->shown + SOON : w->due;
}

static void user(struct watch *w, bool *redraw)
{
	int key = screen_asks(w->screen, &w->sig, redraw);

	switch (key) {
	case 'q':
	case 'Q':
		w->over = true;
		break;
	case '<':
	case '>':
	case 'r':
		board_resort(w->board, key == 'r' ? 0 : key == '<' ? -1 : 1);
		*redraw = true;
		break;
	default:
		break;
	}
	w->over |= w->sig != 0;
}

bool watch_wait(void *arg, int fd)
{
	struct watch *w = arg;

	while (!w->over) {
		int64_t now = clock_steady(), left;
		struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
				       { .fd = screen_keys(w->screen), .events = POLLIN } };
		bool redraw = false;

		listened_to(w, now, 0);
		user(w, &redraw);
		if (w->over)
			break;
		if (redraw || now >= w->due) {
			show(w, now, false);
			continue;
		}
		left = due_quiet(w) > now ? due_quiet(w) - now : 0;
		left = left < LONGEST ? left : LONGEST;
		poll(p, 2, (int)((left + 999) / 1000));
		w->arrived = clock_steady();
		listened_to(w, w->arrived, left);
		if (p[0].revents) {
			w->news = true;
			board_horizon(w->board, time(NULL) * WHEN_SECOND + AHEAD);
			return true;
		}
		if (w->arrived >= due_quiet(w))
			show(w, w->arrived, false);
	}
	return false;
}

void watch_begin(struct watch *w)
{
	w->arrived = w->listened = w->shown = clock_steady();
	w->due = w->shown;
	if (!screen_drawn(w->screen))
		w->due += w->every * WHEN_SECOND - since_frame_time();
}

int watch_event(struct watch *w, const struct event *ev)
{
	if (ev->time > w->at)
		return 0;
	if (board_event(w->board, ev, w->arrived) < 0)
		return -1;
	return facts_feed(w->facts, ev);
}

bool watch_end(struct watch *w)
{
	screen_leave(w->screen);
	return show(w, clock_steady(), true);
}
