/* --top: the rows with the greatest first figures, and the others as one. */
#include <stdlib.h>

#include "report/report_one.h"

struct ranked {
	long long v;
	uint32_t row, at; /* at: its place by the keys */
};

static int by_figure(const void *pa, const void *pb)
{
	const struct ranked *a = pa, *b = pb;

	if (a->v != b->v)
		return a->v > b->v ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Empty cells are below all others. */
static void rank(struct reports *r, struct report *one, struct ranked *ranked)
{
	struct tally *t = &one->rows;
	uint32_t i;

	for (i = 0; i < t->rows; i++) {
		struct row_period p = row_period(r, t, t->order[i]);

		ranked[i] = (struct ranked){ metric_cell(one->metric, t, t->order[i], &p).v,
					     t->order[i], i };
	}
	qsort(ranked, t->rows, sizeof(*ranked), by_figure);
	for (i = 0; i < t->rows; i++)
		t->order[i] = ranked[i].row;
}

void report_top(struct reports *r, struct report *one)
{
	struct tally *t = &one->rows;
	uint32_t rows = t->rows, i;
	struct ranked *ranked = malloc((rows + (size_t)1) * sizeof(*ranked));
	bool *left_out = calloc(rows + (size_t)1, sizeof(*left_out));

	if (ranked && left_out) {
		rank(r, one, ranked);
		if (r->o->top < rows)
			one->shown = (uint32_t)r->o->top;
		for (i = one->shown; i < rows; i++)
			left_out[t->order[i]] = true;
		if (one->shown < rows) {
			one->other_length = tally_covered_by(t, left_out, rows);
			tally_join(&one->other, t, left_out, rows);
		}
	}
	if (!ranked || !left_out || one->other.failed || t->failed)
		diag_fail(r->d, "out of memory");
	free(ranked);
	free(left_out);
}
