/* Grids: cells in columns, and what a narrow terminal leaves of them. */
#include "report/grid.h"
#include "unit.h"

static const char *const rows[][4] = {
	{ "queue", "offered", "sla", "reason" },
	{ "sales", "1234", "91.25", "lunch" },
	{ "q", "7", "", "" },
};

struct width {
	size_t columns;
	const char *line[3];
};

/* Text is cut anywhere; of a number half is another one, so its whole column goes, and what is
 * behind it. */
static const struct width widths[] = {
	{ 0, { "queue  offered    sla  reason", "sales     1234  91.25  lunch",
	       "q            7" } },
	{ 29, { "queue  offered    sla  reason", "sales     1234  91.25  lunch",
	        "q            7" } },
	{ 25, { "queue  offered    sla  re", "sales     1234  91.25  lu", "q            7" } },
	{ 21, { "queue  offered    sla", "sales     1234  91.25", "q            7" } },
	{ 20, { "queue  offered", "sales     1234", "q            7" } },
	{ 13, { "queue", "sales", "q" } },
	{ 4, { "queu", "sale", "q" } },
};

static void fill(struct grid *g)
{
	grid_begin(g, 4);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 4; k++)
			(k == 1 || k == 2 ? grid_number : grid_text)(g, slice_str(rows[i][k]),
								     GRID_PLAIN);
}

int main(void)
{
	struct grid g = { 0 };
	struct buf line = { 0 };

	fill(&g);
	CHECK(grid_rows(&g) == 3 && grid_width(&g, 2) == 29, "its size");
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		for (size_t row = 0; row < 3; row++) {
			line.n = 0;
			grid_line(&g, row, 2, widths[i].columns, false, &line);
			CHECK(slice_is(buf_all(&line), widths[i].line[row]), "%zu columns, row %zu: %.*s",
			      widths[i].columns, row, (int)line.n, (const char *)line.p);
		}
	buf_free(&line);
	grid_free(&g);
	return unit_done();
}
