#include "stream/operand.h"

#include "unit.h"

static const struct {
	const char *operand;
	enum operand is;
	const char *rest;
} rows[] = {
	{ "queue_log", OPERAND_FILE, "queue_log" },
	{ "", OPERAND_FILE, "" },
	{ "-", OPERAND_FILE, "-" },
	{ "./sql:A", OPERAND_FILE, "./sql:A" },
	{ "./events:x", OPERAND_FILE, "./events:x" },
	{ "SQL:A", OPERAND_FILE, "SQL:A" },
	{ "sql", OPERAND_FILE, "sql" },
	{ "sq:A", OPERAND_FILE, "sq:A" },
	{ "sql:", OPERAND_SQL, "" },
	{ "sql:A", OPERAND_SQL, "A" },
	{ "sql:A?database=q", OPERAND_SQL, "A?database=q" },
	{ "sql:events:A", OPERAND_SQL, "events:A" },
	{ "events:", OPERAND_EVENTS, "" },
	{ "events:A.tsv", OPERAND_EVENTS, "A.tsv" },
	{ "events:sql:A", OPERAND_EVENTS, "sql:A" },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *rest = NULL;
		enum operand is = operand_text(rows[i].operand, &rest);

		CHECK_EQ_INT(is, rows[i].is, "what it is: %s", rows[i].operand);
		CHECK_EQ_STR(rest, rows[i].rest, "what stands behind the scheme: %s", rows[i].operand);
		CHECK(operand_is_sql(rows[i].operand) == (is == OPERAND_SQL), "sql: %s", rows[i].operand);
	}
	return unit_done();
}
