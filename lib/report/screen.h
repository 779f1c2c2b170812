/*
 * Screens: where frames go. A terminal is drawn on; any other output gets them one after the other;
 * a file is replaced by each, whole.
 */
#ifndef REPORT_SCREEN_H
#define REPORT_SCREEN_H

#include "base/opt.h"
#include "report/wall.h"

struct screen_options {
	struct wall_options wall;
	const char *output;      /* NULL: stdout */
	long long every;         /* seconds between frames */
	bool once;               /* one frame, at the end of the input */
	const char *at;          /* of this instant; or NULL */
};
#define SCREEN_DEFAULT ((struct screen_options){ .every = 1 })

/* --once --at --every --callers -n -F --durations -o; `to` is a struct screen_options. */
extern const struct opt screen_opts[];
opt_take screen_take;

struct screen;

/* keys: whether they are read, where it is drawn on. NULL: told. */
struct screen *screen_open(const struct screen_options *o, bool keys, struct diag *d);

/* behind: seconds that the stream is behind; note: a message to be shown where frames are drawn.
 * 0; -1: told, or a signal came, or screen_close tells. */
int screen_show(struct screen *s, const struct board_view *v, long long behind, struct slice note);

/* Is it drawn on, so that a frame may come early? */
bool screen_drawn(const struct screen *s);
/* To be polled for keys; -1: there are none. */
int screen_keys(const struct screen *s);
/* What somebody at the terminal wants: a key, or -1; to end by the signal *sig, where it is not 0;
 * *redraw: a frame. */
int screen_asks(struct screen *s, int *sig, bool *redraw);

/* The terminal as it was. What is shown behind it is text, of a last frame. */
void screen_leave(struct screen *s);

/* keep: whether a file of a single frame (once) comes into place. 0; -1: told. */
int screen_close(struct screen *s, bool keep);

#endif
