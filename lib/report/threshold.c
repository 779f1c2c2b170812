#include "report/threshold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/event.h"

struct lines {
	FILE *f;
	char *line;
	size_t cap;
	unsigned long long number;
};

enum { FIELDS = 4 };

/* The fields of the next line, their number; 0: no more. One more than `most` is not told apart
 * from many more. */
static size_t next_line(struct lines *l, struct slice field[FIELDS])
{
	ssize_t n;

	while ((n = getline(&l->line, &l->cap, l->f)) >= 0) {
		struct slice rest = slice_of(l->line, (size_t)n);
		size_t k = 0;

		l->number++;
		if (rest.n && rest.p[rest.n - 1] == '\n')
			rest.n--;
		if (rest.n && rest.p[rest.n - 1] == '\r')
			rest.n--;
		if (!rest.n || rest.p[0] == '#')
			continue;
		for (;;) {
			const unsigned char *end = rest.p + rest.n;
			struct slice one = slice_cut(rest, '\t', &rest);

			if (k < FIELDS)
				field[k++] = one;
			if (one.p + one.n == end)
				return k;
		}
	}
	return 0;
}

static int lines_close(struct lines *l, const char *file, struct diag *d)
{
	int r = 0;

	if (ferror(l->f))
		r = diag_errno(d, "%s", file);
	fclose(l->f);
	free(l->line);
	return r;
}

/* The escaped form of a raw name, put into a table. */
static uint32_t put_name(struct names *t, struct slice raw)
{
	struct buf b = { 0 };
	uint32_t id;

	event_escape(&b, raw);
	id = b.failed ? NAMES_NONE : names_put(t, buf_all(&b));
	buf_free(&b);
	return id;
}

static int threshold_line(struct threshold *th, const struct slice *field, size_t n)
{
	size_t known = th->queues.n;
	long long seconds;
	uint32_t id;

	if (n != 2 || !slice_int(field[1], false, &seconds))
		return -1;
	id = put_name(&th->queues, field[0]);
	if (id == NAMES_NONE || !array_need(&th->of, &th->cap, th->queues.n, sizeof(*th->of)) ||
	    th->queues.n == known)
		return -1;
	th->of[id] = seconds;
	return 0;
}

int threshold_read(struct threshold *th, const char *file, struct diag *d)
{
	struct lines l = { .f = fopen(file, "r") };
	struct slice field[FIELDS];
	size_t n;
	int r = 0;

	if (!l.f)
		return diag_errno(d, "%s", file);
	th->file = strdup(file);
	if (!th->file)
		r = diag_fail(d, "out of memory");
	while (!r && (n = next_line(&l, field)))
		if (threshold_line(th, field, n) < 0)
			r = diag_fail(d, "%s:%llu: not a queue, TAB, seconds, each queue once", file,
				      l.number);
	if (lines_close(&l, file, d) < 0)
		r = -1;
	return r;
}

long long threshold_in_file(struct threshold *th, struct slice queue)
{
	uint32_t id = names_find(&th->queues, queue);

	if (id != NAMES_NONE)
		return th->of[id];
	names_put(&th->missing, queue);
	return -1;
}

void threshold_tell(const struct threshold *th, struct diag *d)
{
	struct buf scratch = { 0 };
	struct slice raw;
	size_t i;

	for (i = 0; i < th->missing.n; i++) {
		raw = event_raw(names_text(&th->missing, (uint32_t)i), &scratch);
		diag_warn(d, "%s: no threshold of queue %.*s: none of its calls counts as in time",
			  th->file, (int)raw.n, (const char *)raw.p);
	}
	buf_free(&scratch);
}

void threshold_free(struct threshold *th)
{
	free(th->file);
	names_free(&th->queues);
	names_free(&th->missing);
	free(th->of);
	*th = (struct threshold){ 0 };
}

static int pauses_line(struct pauses *p, const struct slice *field, size_t n)
{
	bool unpaid, billable;

	if (n != 3)
		return -1;
	unpaid = slice_is(field[1], "unpaid");
	billable = slice_is(field[2], "billable");
	if ((!unpaid && !slice_is(field[1], "paid")) ||
	    (!billable && !slice_is(field[2], "nonbillable")))
		return -1;
	if (unpaid && put_name(&p->unpaid, field[0]) == NAMES_NONE)
		return -1;
	if (billable && put_name(&p->billable, field[0]) == NAMES_NONE)
		return -1;
	return 0;
}

int pauses_read(struct pauses *p, const char *file, struct diag *d)
{
	struct lines l = { .f = fopen(file, "r") };
	struct slice field[FIELDS];
	size_t n;
	int r = 0;

	if (!l.f)
		return diag_errno(d, "%s", file);
	while (!r && (n = next_line(&l, field)))
		if (pauses_line(p, field, n) < 0)
			r = diag_fail(d,
				      "%s:%llu: not a reason, TAB, paid or unpaid, TAB, billable or "
				      "nonbillable",
				      file, l.number);
	if (lines_close(&l, file, d) < 0)
		r = -1;
	return r;
}

void pauses_free(struct pauses *p)
{
	names_free(&p->unpaid);
	names_free(&p->billable);
}
