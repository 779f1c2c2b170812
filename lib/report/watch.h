/*
 * Watching: a board whose stream goes on. Which instant is shown, and when.
 *
 * The instant is that of the stream, the greatest time seen, and goes on by itself while nothing
 * comes. A frame is due every so often, and, where frames are drawn, as soon as news are followed by
 * nothing. Nobody's silence is counted for as long as the process itself did not listen.
 *
 * Times here are of a clock that never steps, in microseconds, but where they are of events.
 */
#ifndef REPORT_WATCH_H
#define REPORT_WATCH_H

#include "report/screen.h"

struct watch {
	/* the caller's */
	struct diag *d;
	struct board *board;
	struct facts *facts;
	struct screen *screen;
	long long every;         /* seconds */
	int64_t at;              /* --at: only this instant, by the events until then; WHEN_MAX: none */
	bool live;               /* frames while the stream goes on */
	struct slice note;       /* to be shown with the board */

	int64_t arrived;         /* what is read now */
	int64_t shown;           /* the last frame */
	int64_t due;             /* the next one, whatever comes */
	int64_t listened;        /* up to when somebody did */
	bool news;               /* something came since the last frame */
	bool over;               /* the user or a signal ends it, or a frame could not be shown */
	int sig;                 /* the signal by which to end; or 0 */
};

void watch_begin(struct watch *w);

/* For source_options, with a struct watch as arg: shows frames as they are due until there is
 * something to read. false: it is over. */
bool watch_wait(void *arg, int fd);

/* 0; -1: told. */
int watch_event(struct watch *w, const struct event *ev);

/* The frame of the end of the stream. false: told. */
bool watch_end(struct watch *w);

#endif
