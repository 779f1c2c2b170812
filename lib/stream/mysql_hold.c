#include "stream/mysql_hold.h"

#include <stdlib.h>

#include "base/when.h"

bool db_hold_put(struct db_hold *h, int64_t t, uint64_t id, size_t at, bool open)
{
	if (!array_need(&h->row, &h->cap, h->n + 1, sizeof(*h->row)))
		return false;
	if (h->n == 0 || t > h->newest)
		h->newest = t;
	h->row[h->n++] = (struct db_held){ t, id, at, h->text.n - at, open };
	return true;
}

void db_hold_cut(struct db_hold *h, size_t n)
{
	h->n = n;
}

static int by_time(const void *a, const void *b)
{
	const struct db_held *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static bool in_order(const struct db_hold *h)
{
	for (size_t i = 1; i < h->n; i++)
		if (by_time(&h->row[i - 1], &h->row[i]) > 0)
			return false;
	return true;
}

/* What stays moves to the beginning of the text. */
static void keep(struct db_hold *h, size_t from)
{
	struct buf text = { 0 };

	for (size_t i = from; i < h->n; i++) {
		struct db_held *row = &h->row[i - from];

		*row = h->row[i];
		buf_put(&text, h->text.p + row->at, row->n);
		row->at = text.n - row->n;
	}
	h->n -= from;
	text.failed |= h->text.failed;
	h->text.n = 0;
	buf_slice(&h->text, buf_all(&text));
	h->text.failed |= text.failed;
	buf_free(&text);
}

void db_hold_give(struct db_hold *h, int64_t before, struct buf *to)
{
	size_t i = 0;

	if (!in_order(h))
		qsort(h->row, h->n, sizeof(*h->row), by_time);
	for (; i < h->n && h->row[i].t < before; i++) {
		when_put_epoch(to, h->row[i].t);
		buf_put(to, h->text.p + h->row[i].at, h->row[i].n);
	}
	keep(h, i);
}

void db_hold_free(struct db_hold *h)
{
	buf_free(&h->text);
	free(h->row);
	*h = (struct db_hold){ 0 };
}
