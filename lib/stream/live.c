#include "stream/live.h"

#include "base/when.h"

void live_begin(struct live *l, long long tick, long long stale, int64_t clock)
{
	*l = (struct live){ .tick = tick * WHEN_SECOND,
			    .stale = stale * WHEN_SECOND,
			    .ticked = -1,
			    .tick_at = clock,
			    .heard = clock };
}

static enum live_say up(struct live *l)
{
	l->down = false;
	return LIVE_UP;
}

/* It answers. */
static void answered(struct live *l, int64_t clock)
{
	if (l->trouble)
		l->heard = clock;
	l->trouble = false;
	l->delay = 0;
}

enum live_say live_event(struct live *l, int64_t time, int64_t now, int64_t clock)
{
	answered(l, clock);
	l->heard = clock;
	if (time > l->time && time <= now)
		l->time = time;
	return l->down ? up(l) : LIVE_NOTHING;
}

enum live_say live_quiet(struct live *l, int64_t promise, int64_t clock)
{
	bool stale, was_trouble = l->trouble, news = promise > l->time;

	answered(l, clock);
	if (news)
		l->heard = clock;
	stale = l->stale && clock - l->heard >= l->stale;
	if (l->down && (was_trouble || news))
		return up(l);
	if (!l->down && stale) {
		l->down = true;
		return LIVE_DOWN;
	}
	if (l->down || !l->tick || promise == WHEN_MIN || clock < l->tick_at ||
	    promise < l->time || promise <= l->ticked)
		return LIVE_NOTHING;
	l->time = l->ticked = promise;
	l->tick_at = clock + l->tick;
	return LIVE_TICK;
}

enum live_say live_trouble(struct live *l, int64_t least, int64_t most)
{
	l->trouble = true;
	l->delay = l->delay ? l->delay * 2 : least;
	if (l->delay > most)
		l->delay = most;
	if (l->down)
		return LIVE_NOTHING;
	l->down = true;
	return LIVE_DOWN;
}
