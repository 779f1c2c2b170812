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

/* Headings give way first, but not where they have a number; then: how many columns are shown. */
static const struct {
	size_t columns, fit;
	const char *heading;
} squeezed[] = {
	{ 0, 4, "queue offered sla:20 rsn" },
	{ 25, 4, "queue offered sla:20 rsn" },
	{ 24, 4, "queue offered sla:20 rsn" },
	{ 23, 4, "queue offere sla:20 rsn" },
	{ 21, 4, "queue offe sla:20 rsn" },
	{ 20, 4, "queue offe sla:20 rs" },
	{ 17, 3, "queue offe sla:20" },
	{ 16, 2, "queue offe" },
	{ 8, 1, "queue" },
};

static void test_squeeze(void)
{
	static const char *const cells[] = { "queue", "offered", "sla:20", "rsn", "sales", "123", "9.25", "" };
	struct grid g = { 0 };
	struct buf line = { 0 };

	for (size_t i = 0; i < sizeof(squeezed) / sizeof(squeezed[0]); i++) {
		grid_begin(&g, 4);
		for (size_t k = 0; k < 8; k++)
			(k % 4 == 1 || k % 4 == 2 ? grid_number : grid_text)(&g, slice_str(cells[k]),
									     GRID_PLAIN);
		grid_squeeze(&g, 1, squeezed[i].columns);
		line.n = 0;
		grid_line(&g, 0, 1, squeezed[i].columns, false, &line);
		CHECK(slice_is(buf_all(&line), squeezed[i].heading), "%zu columns: %.*s",
		      squeezed[i].columns, (int)line.n, (const char *)line.p);
		CHECK_EQ_INT(grid_fit(&g, 1, squeezed[i].columns), squeezed[i].fit, "%zu columns",
			     squeezed[i].columns);
		CHECK(slice_is(grid_heading(&g, 1), "offered"), "its whole name");
	}
	buf_free(&line);
	grid_free(&g);
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
	test_squeeze();
	return unit_done();
}
