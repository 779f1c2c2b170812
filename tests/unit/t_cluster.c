#include "rule/cluster.h"

#include "unit.h"

/* What a spec comes to: its parts, a dash behind those that have one; or why it is none. */
static const struct {
	const char *spec, *means;
} rows[] = {
	{ "A", "A" },
	{ "sql:A", "A" },
	{ "sql:a.b:c-d_e", "a.b:c-d_e" },
	{ "cluster:A", "A" },
	{ "cluster:A|B|C", "A B C" },
	{ "cluster:C|A|B", "C A B" },
	{ "cluster:A|B-|C-", "A B- C-" },
	{ "cluster:A-", "A-" },
	{ "cluster:a-b-|a-b--c", "a-b- a-b--c" },
	{ "cluster:A.1|A:1", "A.1 A:1" },
	{ "cluster:a|A", "a A" },
	{ "cluster:12345678901234567890-", "12345678901234567890-" },
	{ "cluster:*", "*" },
	{ "clustrw:A|B|C", "rw A B C" },
	{ "clustrw:A|B-", "rw A B-" },
	{ "clustrw:*", "rw *" },
	{ "clustr:A", "clustr:A" },

	{ "", "a name is empty" },
	{ "sql:", "a name is empty" },
	{ "cluster:", "it names no partition" },
	{ "clustrw:", "it names no partition" },
	{ "cluster:A||B", "a name is empty" },
	{ "cluster:A|", "a name is empty" },
	{ "cluster:|A", "a name is empty" },
	{ "cluster:|", "a name is empty" },
	{ "cluster:A|A", "A: named twice" },
	{ "cluster:A|B|A-", "A-: named twice" },
	{ "cluster:A--", "A--: more than one dash" },
	{ "cluster:A|-", "-: begins or ends with '-' or '.'" },
	{ "cluster:-A", "-A: begins or ends with '-' or '.'" },
	{ "cluster:..", "..: begins or ends with '-' or '.'" },
	{ "cluster:A.", "A.: begins or ends with '-' or '.'" },
	{ "cluster:../A", "../A: begins or ends with '-' or '.'" },
	{ "cluster:a/b", "a/b: holds more than letters, digits and _ . : -" },
	{ "cluster:A |B", "A : holds more than letters, digits and _ . : -" },
	{ "cluster:A\n", "A?: holds more than letters, digits and _ . : -" },
	{ "cluster:A\x1b[2J", "A?[2J: holds more than letters, digits and _ . : -" },
	{ "cluster:caf\xc3\xa9", "caf\xc3\xa9: holds more than letters, digits and _ . : -" },
	{ "cluster:*|A", "*: holds more than letters, digits and _ . : -" },
	{ "cluster:*-", "*-: holds more than letters, digits and _ . : -" },
	{ "*", "holds more than letters, digits and _ . : -" },
	{ "cluster:123456789012345678901", "123456789012345678901: longer than 20 characters" },
	{ "123456789012345678901", "longer than 20 characters" },
	{ "sql:A-", "A-: a dash is for cluster: and clustrw:" },
	{ "A-", "a dash is for cluster: and clustrw:" },
	{ "A|B", "several partitions are written cluster:A|B" },
	{ "sql:A|B", "A|B: several partitions are written cluster:A|B" },
	{ "sql:A?table=x", "A?table=x: holds more than letters, digits and _ . : -" },
};

static void keep(void *arg, const char *line, size_t n)
{
	struct buf *b = arg;

	buf_put(b, line, n - 1);
}

static const char *meaning(const char *spec, struct buf *b)
{
	struct diag d = { "t", keep, b, 0 };
	struct cluster c = { 0 };
	int r;

	b->n = 0;
	r = cluster_parse(&c, spec, &d);
	if (r == 0) {
		if (c.by_partition)
			buf_str(b, " rw");
		if (c.all)
			buf_str(b, " *");
		for (size_t i = 0; i < c.n; i++)
			buf_fmt(b, " %s%s", c.part[i].name, c.part[i].dash ? "-" : "");
	}
	if (d.status != (r ? 2 : 0))
		buf_str(b, " and another status");
	cluster_free(&c);
	/* a remark is "t: SPEC: why" */
	return buf_cstr(b) + (r ? strlen("t: ") + strlen(spec) + 2 : 1);
}

int main(void)
{
	struct cluster c = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_EQ_STR(meaning(rows[i].spec, &b), rows[i].means, "%s", rows[i].spec);
	CHECK(cluster_add(&c, SLICE("A"), true) && cluster_add(&c, SLICE("B"), false) &&
	      cluster_add(&c, SLICE("A"), false), "parts are added");
	CHECK_EQ_INT(c.n, 2, "each once");
	CHECK_EQ_INT(cluster_classes(&c.part[0]), CLASS_CALL | CLASS_SYSTEM,
		     "a dash drops class agent");
	CHECK_EQ_INT(cluster_classes(&c.part[1]), 0, "and no dash nothing");
	cluster_free(&c);
	buf_free(&b);
	return unit_done();
}
