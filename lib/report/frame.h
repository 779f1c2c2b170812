/*
 * Frames: a board's view as lines of text for a terminal or a page, each cut to its width.
 *
 * Names come from outside: control bytes are shown as \xHH, so nothing in a log reaches the terminal
 * as anything but text. Colours are only added to what is said in text too: a figure with an alarm
 * bears a !, whatever the terminal can show.
 */
#ifndef REPORT_FRAME_H
#define REPORT_FRAME_H

#include "report/wall.h"

struct frame_size {
	size_t columns, lines;   /* 0: as many as it takes */
	bool colour;
	struct slice note;       /* a message to be shown; or empty */
	long long behind;        /* seconds that the stream is behind the wall's clock; <= 0: none */
};

/* Zero-initialize it. Made anew by each frame_make; lines have no LF. */
struct frame {
	struct buf text;
	size_t *end;             /* of each line in text */
	size_t lines, endcap;
	struct grid *grid;       /* memory that is kept from frame to frame */
	bool failed;             /* out of memory */
};

void frame_make(struct frame *f, const struct board_view *v, const struct wall_options *o,
		const struct frame_size *size);

static inline struct slice frame_line(const struct frame *f, size_t i)
{
	size_t at = i ? f->end[i - 1] : 0;

	return slice_of(f->text.p + at, f->end[i] - at);
}

void frame_free(struct frame *f);

#endif
