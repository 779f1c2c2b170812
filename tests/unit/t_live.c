#include "stream/live.h"

#include "base/when.h"
#include "unit.h"

#define S WHEN_SECOND
#define NO WHEN_MIN

/* What happens to a source with --tick 1 --stale 30, and what it says of itself. */
static const struct {
	int64_t clock;   /* seconds */
	char what;       /* e: an event of that time; q: nothing new, and that promise; t: trouble */
	int64_t time;    /* seconds; -1: no promise */
	enum live_say say;
	int64_t said;    /* its time, or, of trouble, the delay in seconds */
} story[] = {
	{ 0, 'q', 1000, LIVE_TICK, 1000 },
	{ 0, 'q', 1000, LIVE_NOTHING, 0 },    /* no two of one time */
	{ 1, 'q', 1000, LIVE_NOTHING, 0 },
	{ 1, 'q', 1001, LIVE_TICK, 1001 },
	{ 1, 'q', 1002, LIVE_NOTHING, 0 },    /* not more often than that */
	{ 2, 'e', 1005, LIVE_NOTHING, 0 },
	{ 3, 'q', 1003, LIVE_NOTHING, 0 },    /* not older than an event */
	{ 5, 'q', 1005, LIVE_TICK, 1005 },    /* as old is news to who did not see the event */
	{ 6, 'e', 990, LIVE_NOTHING, 0 },     /* late */
	{ 7, 'e', 99999, LIVE_NOTHING, 0 },   /* somebody's clock is wrong: see now, below */
	{ 8, 'q', 1008, LIVE_TICK, 1008 },
	{ 9, 't', 0, LIVE_DOWN, 1 },
	{ 10, 't', 0, LIVE_NOTHING, 2 },      /* said once */
	{ 12, 't', 0, LIVE_NOTHING, 4 },
	{ 16, 't', 0, LIVE_NOTHING, 8 },
	{ 24, 't', 0, LIVE_NOTHING, 10 },
	{ 34, 't', 0, LIVE_NOTHING, 10 },
	{ 44, 'q', 1044, LIVE_UP, 1008 },
	{ 44, 'q', 1044, LIVE_TICK, 1044 },
	{ 45, 't', 0, LIVE_DOWN, 1 },         /* from the shortest delay again */
	{ 46, 'e', 1046, LIVE_UP, 1046 },
	{ 47, 'q', -1, LIVE_NOTHING, 0 },     /* without a promise no tick */
	{ 75, 'q', -1, LIVE_NOTHING, 0 },
	{ 76, 'q', -1, LIVE_DOWN, 1046 },     /* silent */
	{ 77, 'q', -1, LIVE_NOTHING, 0 },
	{ 77, 'q', 1046, LIVE_NOTHING, 0 },   /* no news */
	{ 78, 'q', 1070, LIVE_UP, 1046 },     /* a loader */
	{ 78, 'q', 1070, LIVE_TICK, 1070 },
	{ 108, 'q', -1, LIVE_DOWN, 1070 },
	{ 109, 't', 0, LIVE_NOTHING, 1 },     /* silent, and then trouble: down as before */
	{ 110, 'q', -1, LIVE_UP, 1070 },      /* it answers; whether it is silent is not known yet */
	{ 139, 'q', -1, LIVE_NOTHING, 0 },
	{ 140, 'q', -1, LIVE_DOWN, 1070 },
	{ 150, 'e', 1060, LIVE_UP, 1070 },    /* a late event is one */
};

static enum live_say happens(struct live *l, size_t i)
{
	int64_t clock = story[i].clock * S;

	switch (story[i].what) {
	case 'e': return live_event(l, story[i].time * S, 2000 * S, clock);
	case 'q': return live_quiet(l, story[i].time < 0 ? NO : story[i].time * S, clock);
	default: return live_trouble(l, S, 10 * S);
	}
}

/* A day of a silent source, asked ten times a second: a tick for each second, each newer. */
static void check_day(void)
{
	int64_t last = -1, ticks = 0, bad = 0;
	struct live l;

	live_begin(&l, 1, 30, 0);
	for (int64_t n = 0; n < 864000; n++) {
		int64_t clock = n * S / 10;

		while (live_quiet(&l, 5000 * S + clock / S * S, clock) == LIVE_TICK) {
			bad += l.time <= last;
			last = l.time;
			ticks++;
		}
	}
	CHECK_EQ_INT(ticks, 86400, "ticks of a day");
	CHECK_EQ_INT(bad, 0, "each newer than the one before");
}

static void check_without(void)
{
	struct live l;

	live_begin(&l, 0, 0, 0);
	CHECK_EQ_INT(live_quiet(&l, 5 * S, 0), LIVE_NOTHING, "no tick unasked");
	CHECK_EQ_INT(live_quiet(&l, NO, 1000000 * S), LIVE_NOTHING, "never stale");
}

int main(void)
{
	struct live l;

	live_begin(&l, 1, 30, 0);
	for (size_t i = 0; i < sizeof(story) / sizeof(*story); i++) {
		enum live_say say = happens(&l, i);

		CHECK_EQ_INT(say, story[i].say, "%zu: at %d", i, (int)story[i].clock);
		if (story[i].what == 't')
			CHECK_EQ_INT(l.delay, story[i].said * S, "%zu: the delay", i);
		else if (say != LIVE_NOTHING)
			CHECK_EQ_INT(l.time, story[i].said * S, "%zu: its time", i);
	}
	check_day();
	check_without();
	return unit_done();
}
