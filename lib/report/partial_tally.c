/* A tally's state as lines, and back. */
#include <stdlib.h>

#include "report/partial_own.h"
#include "report/sum.h"
#include "report/tally_rows.h"

enum { A_LINE = 64 }; /* so many values stand in one */

static void put_key(struct buf *b, const struct labels *l, enum key k, uint32_t v)
{
	buf_byte(b, '\t');
	if (key_is_label(k))
		buf_slice(b, label_text(l, v));
	else
		buf_int(b, v);
}

static void put_counts(struct buf *b, const struct tally *t, uint32_t row)
{
	const long long *count = tally_count(t, row);
	size_t i;
	bool any = false;

	for (i = 0; i < tally_counts(t); i++) {
		if (!count[i])
			continue;
		buf_str(b, any ? "\t" : "n\t");
		buf_fmt(b, "%zu:%lld", i, count[i]);
		any = true;
	}
	if (any)
		buf_byte(b, '\n');
}

static int by_value(const void *pa, const void *pb)
{
	const struct hist_value *a = pa, *b = pb;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (a->times > b->times) - (a->times < b->times);
}

/* The values that it remembers, in order: as many as h->taken. NULL: out of memory. */
static struct hist_value *values_of(const struct hist *h)
{
	struct hist_value *v = malloc((h->taken + (size_t)1) * sizeof(*v));

	if (!v)
		return NULL;
	hist_values(h, v);
	qsort(v, h->taken, sizeof(*v), by_value);
	return v;
}

static void put_hist(struct buf *b, size_t over, const struct hist *h)
{
	struct hist_value *v = values_of(h);
	uint32_t i;

	b->failed |= !v;
	buf_fmt(b, "h\t%zu\t%llu\t%lld\t%lld\t%lld", over, h->count, h->sum, h->min, h->max);
	for (i = 0; v && i < h->taken; i++) {
		if (i % A_LINE == 0)
			buf_fmt(b, "\nv\t%zu", over);
		buf_fmt(b, "\t%lu:%lu", (unsigned long)v[i].value, (unsigned long)v[i].times);
	}
	buf_byte(b, '\n');
	free(v);
}

static int by_text(const void *pa, const void *pb)
{
	return slice_cmp(*(const struct slice *)pa, *(const struct slice *)pb);
}

/* Of distinct names, the names. */
static void put_distinct(struct buf *b, const struct labels *l, size_t over, const struct hist *h)
{
	struct slice *name = malloc((h->taken + (size_t)1) * sizeof(*name));
	struct hist_value *v = values_of(h);
	size_t n = name && v ? h->taken : 0, i;

	b->failed |= !name || !v;
	for (i = 0; i < n; i++)
		name[i] = label_text(l, v[i].value);
	if (n)
		qsort(name, n, sizeof(*name), by_text);
	for (i = 0; i < n; i++) {
		buf_fmt(b, i % A_LINE ? "\t" : i ? "\nd\t%zu\t" : "d\t%zu\t", over);
		buf_slice(b, name[i]);
	}
	if (n)
		buf_byte(b, '\n');
	free(name);
	free(v);
}

static void put_steps(struct buf *b, struct sweep *s)
{
	size_t i;

	sweep_compact(s);
	for (i = 0; i < s->n; i++) {
		buf_str(b, i % A_LINE ? "\t" : i ? "\nq\t" : "q\t");
		buf_fmt(b, "%lld:%lld", (long long)s->step[i].t, s->step[i].by);
	}
	if (s->n)
		buf_byte(b, '\n');
}

/* Between the events of a row of several servers there may be more, so its gap says nothing. */
static void put_seen(struct buf *b, const struct tally *t, const struct extent *s)
{
	bool apart = false;
	size_t i;

	for (i = 0; i < t->keys; i++)
		apart |= t->key[i].key == KEY_PARTITION;
	if (s->first >= 0)
		buf_fmt(b, "s\t%lld\t%lld\t%lld\n", (long long)s->first, (long long)s->last,
			(long long)(apart ? s->gap : 0));
}

static void put_row(struct buf *b, const struct labels *l, struct tally *t, uint32_t row)
{
	const struct hist *h;
	size_t i;

	buf_str(b, "row");
	for (i = 0; i < t->keys; i++)
		put_key(b, l, t->key[i].key, t->row_key[row * t->keys + i]);
	buf_byte(b, '\n');
	put_counts(b, t, row);
	for (i = 0; i < t->overs; i++) {
		h = tally_hist(t, row, i);
		if (!h->count)
			continue;
		if (over_is_label(t->over[i].over))
			put_distinct(b, l, i, h);
		else
			put_hist(b, i, h);
	}
	if (t->sweep)
		put_steps(b, t->sweep + row * SWEEPS + SWEEP_QUEUED);
	if (t->seen)
		put_seen(b, t, t->seen + row);
}

void partial_put_tally(struct part_writer *w, const struct labels *l, struct tally *t)
{
	uint32_t i;

	if (!tally_order(t))
		w->text.failed = true;
	for (i = 0; t->order && i < t->rows; i++) {
		put_row(&w->text, l, t, t->order[i]);
		part_push(w);
	}
	if (!t->persons)
		return;
	buf_str(&w->text, "persons\n");
	partial_put_tally(w, l, t->persons);
}

static uint32_t take_key(struct fields *f, struct labels *l, enum key k)
{
	long long v;

	if (key_is_label(k))
		return label_of(l, fields_text(f));
	v = fields_int(f);
	f->bad |= v < 0 || v > UINT32_MAX || !key_can_be(k, (uint32_t)v);
	return (uint32_t)v;
}

static bool take_row(struct part_reader *in, struct fields *f, struct labels *l)
{
	struct tally *t = in->tally;
	uint32_t key[KEYS_MOST + 1] = { 0 };
	size_t i;

	for (i = 0; i < t->keys; i++)
		key[i] = take_key(f, l, t->key[i].key);
	if (f->bad || (t->keys && f->more) || !partial_begin(in, t))
		return false;
	in->row = tally_row(t, key);
	return in->row != ROW_NONE;
}

bool partial_begin(struct part_reader *in, struct tally *t)
{
	bool whole = in->length == 0;

	in->tally = t;
	in->row = ROW_NONE;
	in->at = EVENT_TIME_MIN - 1;
	in->length = in->area = 0;
	return whole;
}

/* Takes so much more from what all parts together may say. false: it is too much, or below 0. */
static bool take(int64_t *said, long long n, int64_t most)
{
	if (n < 0 || n > most - *said)
		return false;
	*said += n;
	return true;
}

/* Nobody has counted so far. */
static bool take_said(struct part_reader *in, long long n)
{
	return take(&in->said, n, INT64_C(1) << 48);
}

static bool is_time(long long t)
{
	return t >= EVENT_TIME_MIN && t <= EVENT_TIME_MAX;
}

static bool take_counts(struct part_reader *in, struct fields *f)
{
	long long i, n, *count = tally_count(in->tally, in->row);

	while (f->more && fields_pair(f, &i, &n)) {
		if (i < 0 || (size_t)i >= tally_counts(in->tally) || !take_said(in, n))
			return false;
		count[i] += n;
	}
	return fields_end(f);
}

/* The histogram that the line is of; label: one of names. NULL: there is none such. */
static struct hist *over_of(struct part_reader *in, struct fields *f, bool label)
{
	long long over = fields_int(f);

	return f->bad || over < 0 || (size_t)over >= in->tally->overs ||
			       over_is_label(in->tally->over[over].over) != label ?
		       NULL : tally_hist(in->tally, in->row, (size_t)over);
}

static bool take_hist(struct part_reader *in, struct fields *f)
{
	struct hist *h = over_of(in, f, false), one = { 0 };
	long long count = fields_int(f);

	one.count = (unsigned long long)count;
	one.sum = fields_int(f);
	one.min = fields_int(f);
	one.max = fields_int(f);
	return h && fields_end(f) && count > 0 && take_said(in, count) && one.min >= 0 &&
	       one.min <= one.max && one.sum / count <= one.max &&
	       take(&in->seconds, one.sum, SUM_MOST) && hist_merge(h, &one);
}

static bool take_values(struct part_reader *in, struct fields *f)
{
	struct hist *h = over_of(in, f, false);
	long long value, times;

	while (h && f->more && fields_pair(f, &value, &times))
		if (value < 0 || value > UINT32_MAX || times < 1 || times > UINT32_MAX ||
		    !take_said(in, times) ||
		    !hist_remember(h, (uint32_t)value, (uint32_t)times))
			return false;
	return h && fields_end(f);
}

static bool take_distinct(struct part_reader *in, struct fields *f, struct labels *l)
{
	struct hist *h = over_of(in, f, true);

	while (h && f->more)
		if (!hist_add(h, label_of(l, fields_text(f))))
			return false;
	return h && fields_end(f);
}

/* A step of a queue: behind the one before, and it gets no shorter than empty. */
static bool take_step(struct part_reader *in, int64_t t, long long by)
{
	if (!is_time(t) || t <= in->at || by < -in->length || !take_said(in, by < 0 ? -by : by) ||
	    in->length > SUM_MOST / (t - in->at) ||
	    !take(&in->area, in->length * (t - in->at), SUM_MOST))
		return false;
	in->at = t;
	in->length += by;
	return true;
}

static bool take_steps(struct part_reader *in, struct fields *f)
{
	struct sweep *s = in->tally->sweep;
	long long t, by;

	if (!s)
		return false;
	s += in->row * SWEEPS + SWEEP_QUEUED;
	while (f->more && fields_pair(f, &t, &by))
		if (!take_step(in, t, by) || !sweep_step(s, t, by))
			return false;
	return fields_end(f);
}

static bool take_seen(struct part_reader *in, struct fields *f)
{
	struct extent *s = in->tally->seen, one;

	one.first = fields_int(f);
	one.last = fields_int(f);
	one.gap = fields_int(f);
	if (!s || !fields_end(f) || !is_time(one.first) || !is_time(one.last) || !is_time(one.gap))
		return false;
	extent_merge(s + in->row, &one);
	return true;
}

bool partial_take_line(struct part_reader *in, struct slice line, struct labels *l)
{
	struct fields f = fields_of(line);
	struct slice what = fields_text(&f);

	if (slice_is(what, "row"))
		return take_row(in, &f, l);
	if (in->row == ROW_NONE)
		return false;
	if (slice_is(what, "n"))
		return take_counts(in, &f);
	if (slice_is(what, "h"))
		return take_hist(in, &f);
	if (slice_is(what, "v"))
		return take_values(in, &f);
	if (slice_is(what, "d"))
		return take_distinct(in, &f, l);
	if (slice_is(what, "q"))
		return take_steps(in, &f);
	return slice_is(what, "s") && take_seen(in, &f);
}

bool partial_take_persons(struct part_reader *in)
{
	struct tally *t = in->tally;

	if (!(t->wants & WANT_SEEN) || (!t->persons && !(t->persons = tally_persons(t))))
		return false;
	return partial_begin(in, t->persons);
}
