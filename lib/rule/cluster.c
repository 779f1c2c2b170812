#include "rule/cluster.h"

#include <stdlib.h>

#include "stream/operand.h"

static bool has(const struct cluster *c, struct slice name)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_is(name, c->part[i].name))
			return true;
	return false;
}

bool cluster_add(struct cluster *c, struct slice name, bool dash)
{
	struct cluster_part *part;

	if (has(c, name))
		return true;
	if (name.n > PARTITION_MOST || !array_need(&c->part, &c->cap, c->n + 1, sizeof(*c->part)))
		return false;
	part = &c->part[c->n++];
	memcpy(part->name, name.p, name.n);
	part->name[name.n] = '\0';
	part->dash = dash;
	return true;
}

unsigned cluster_classes(const struct cluster_part *part)
{
	return part->dash ? CLASS_CALL | CLASS_SYSTEM : 0;
}

/* Why this is no name of a partition; NULL: it is one. */
static const char *wrong(struct slice name)
{
	if (name.n == 0)
		return "a name is empty";
	if (name.n > PARTITION_MOST)
		return "longer than 20 characters";
	if (partition_valid(name))
		return NULL;
	if (memchr(name.p, ',', name.n))
		return "names have a | between them, and no comma";
	if (strchr("-.", name.p[0]) || strchr("-.", name.p[name.n - 1]))
		return "begins or ends with '-' or '.'";
	return "holds more than letters, digits and _ . : -";
}

static int one(struct cluster *c, const char *spec, struct slice text, bool dashes, struct diag *d)
{
	bool dash = text.n > 1 && text.p[text.n - 1] == '-';
	struct slice name = slice_of(text.p, text.n - dash);
	const char *why = wrong(name);

	if (text.n && (memchr(text.p, '|', text.n) || memchr(text.p, ',', text.n)) && !dashes)
		why = "several partitions are written cluster:A|B";
	else if (dash && name.p[name.n - 1] == '-')
		why = "more than one dash";
	else if (!why && dash && !dashes)
		why = "a dash is for cluster: and clustrw:";
	else if (!why && has(c, name))
		why = "named twice";
	if (why && (text.n == 0 || slice_is(text, spec)))
		return diag_fail(d, "%s: %s", spec, why);
	if (why)
		return diag_fail(d, "%s: %.*s: %s", spec, (int)text.n, (const char *)text.p, why);
	return cluster_add(c, name, dash) ? 0 : diag_fail(d, "out of memory");
}

int cluster_parse(struct cluster *c, const char *spec, struct diag *d)
{
	struct slice rest = slice_str(spec), name;
	bool several = slice_begins(rest, SLICE("cluster:"));

	c->by_partition = slice_begins(rest, SLICE("clustrw:"));
	if (operand_cut(rest, &name) == OPERAND_SQL)
		return one(c, spec, name, false, d);
	if (!several && !c->by_partition)
		return one(c, spec, rest, false, d);
	rest = slice_str(spec + 8);
	if (rest.n == 0)
		return diag_fail(d, "%s: it names no partition", spec);
	c->all = slice_is(rest, "*");
	while (!c->all) {
		const unsigned char *bar = memchr(rest.p, '|', rest.n);
		size_t n = bar ? (size_t)(bar - rest.p) : rest.n;

		if (one(c, spec, slice_of(rest.p, n), true, d) < 0)
			return -1;
		if (!bar)
			break;
		rest = slice_of(bar + 1, rest.n - n - 1);
	}
	return 0;
}

void cluster_free(struct cluster *c)
{
	free(c->part);
	*c = (struct cluster){ 0 };
}
