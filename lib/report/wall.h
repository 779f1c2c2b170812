/*
 * Walls: a board's view as text, for people (report/frame) and for machines.
 */
#ifndef REPORT_WALL_H
#define REPORT_WALL_H

#include "report/board.h"

enum wall_format { WALL_TABLE, WALL_JSON, WALL_PROM };
enum wall_callers { WALL_FULL, WALL_LAST3, WALL_NONE };

struct wall_options {
	enum wall_format format;
	enum wall_callers callers;
	long long rows;          /* of each panel at most; 0: all */
	bool hms;                /* seconds as h:mm:ss */
};

/* A row of a panel that is shown. */
static inline size_t wall_rows(const struct wall_options *o, size_t n)
{
	return o->rows && (unsigned long long)o->rows < n ? (size_t)o->rows : n;
}

/* What may be seen of a caller, raw bytes; *scratch[0] and [1] are emptied first. */
struct slice wall_caller(const struct wall_options *o, struct slice caller, struct buf *scratch);

/* One object on one line, with LF. */
void wall_json(struct buf *b, const struct board_view *v, const struct wall_options *o);

/* The text format that Prometheus reads: gauges, all of this instant. */
void wall_prom(struct buf *b, const struct board_view *v);

#endif
