/*
 * The inner half of report/frame; nobody else includes it.
 */
#ifndef REPORT_FRAME_OWN_H
#define REPORT_FRAME_OWN_H

#include "report/frame.h"
#include "report/grid.h"

struct drawing {
	struct frame *f;
	const struct board_view *v;
	const struct wall_options *o;
	const struct frame_size *size;
	struct grid *g;
	struct buf cell, raw[2];
	bool stale;              /* the column is shown */
};

/* The panels, each of its first rows. */
void frame_queues(struct drawing *d, size_t rows);
void frame_calls(struct drawing *d, size_t rows);
void frame_agents(struct drawing *d, size_t rows);

/* The grid as lines of the frame, and behind them how many rows were left out. */
void frame_panel(struct drawing *d, size_t left_out);

#endif
