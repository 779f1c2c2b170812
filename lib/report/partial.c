#include "report/partial.h"

#include <zlib.h>

#include "report/partial_own.h"

/* Between the events of one server may lie those of another: only of a row that is of one server is
 * the longest silence known by it. */
static int check_silence(const struct reports *r, const struct report *one)
{
	bool apart = false;
	size_t i;

	for (i = 0; i < one->keys; i++)
		apart |= one->key[i].key == KEY_PARTITION;
	for (i = 0; i < one->metrics; i++)
		if (one->metric[i].measure->how == HOW_SILENCE && (!apart || r->o->total))
			return diag_fail(r->d, "--partial: silence of several servers together is not "
					 "known by the parts: %s, or send the events",
					 apart ? "leave out --total" : "add the key partition");
	return 0;
}

int partial_check(const struct reports *r)
{
	size_t i;

	if (strcmp(when_zone_name(), "localtime") == 0)
		return diag_fail(r->d, "--partial: the system's zone has no name: say it by --zone");
	for (i = 0; i < r->n; i++)
		if (check_silence(r, r->one + i) < 0)
			return -1;
	return 0;
}

int partial_expect(struct reports *r, const struct names *expect)
{
	uint32_t i;

	for (i = 0; expect->n && i < r->partitions.n; i++) {
		struct slice name = names_text(&r->partitions, i);

		if (names_find(expect, name) == NAMES_NONE)
			return diag_fail(r->d, "%.*s: an event of a partition that is not expected",
					 (int)name.n, (const char *)name.p);
	}
	for (i = 0; i < expect->n; i++)
		if (names_put(&r->partitions, names_text(expect, i)) == NAMES_NONE)
			return diag_fail(r->d, "out of memory");
	return 0;
}

unsigned long part_sum(unsigned long sum, struct slice text, unsigned long long *lines)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		*lines += text.p[i] == '\n';
	return text.n ? crc32_z(sum, text.p, text.n) : sum;
}

static void put(struct part_writer *w, struct slice text)
{
	w->sum = part_sum(w->sum, text, &w->lines);
	out_slice(&w->out, text);
}

void part_push(struct part_writer *w)
{
	put(w, buf_all(&w->text));
	w->text.n = 0;
}

static void put_reports(struct part_writer *w, struct reports *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		buf_fmt(&w->text, "report\t%zu\n", i);
		partial_put_tally(w, &r->labels, &r->one[i].rows);
		if (!r->o->total)
			continue;
		buf_str(&w->text, "total\n");
		partial_put_tally(w, &r->labels, &r->one[i].all);
	}
}

static void put_tape(struct part_writer *w, const struct tape *tape)
{
	size_t i;

	for (i = 0; i < tape_partitions(tape); i++) {
		buf_str(&w->text, "tape\t");
		buf_slice(&w->text, tape_partition(tape, i));
		buf_byte(&w->text, '\n');
		part_push(w);
		put(w, tape_lines(tape, i));
	}
}

static void put_part(struct part_writer *w, struct reports *r, const struct tape *tape)
{
	partial_put_names(&w->text, "partition", &r->partitions);
	if (r->first <= r->last)
		buf_fmt(&w->text, "events\t%lld\t%lld\n", (long long)r->first, (long long)r->last);
	buf_fmt(&w->text, "flags\t%llu\t%llu\n", r->rebuilt, r->unfinished);
	put_reports(w, r);
	if (tape)
		put_tape(w, tape);
	part_push(w);
	buf_fmt(&w->text, "end\t%llu\t%08lx\n", w->lines, w->sum);
	part_push(w);
}

void partial_write(struct reports *r, const struct report_ask *ask, const struct tape *tape,
		   const char *output)
{
	struct part_writer w = { .sum = 0 };
	bool bad;

	buf_fmt(&w.text, PARTIAL_MAGIC "\t%d\t%s\n", PARTIAL_VERSION, QL_VERSION);
	bad = partial_put_head(&w.text, r, ask) < 0;
	if (!bad && out_open(&w.out, output, r->d) == 0) {
		put_part(&w, r, tape);
		if (w.text.failed || r->labels.failed || (tape && tape_failed(tape)))
			diag_fail(r->d, "out of memory");
		out_close(&w.out, r->d->status < 2, r->d);
	}
	buf_free(&w.text);
}
