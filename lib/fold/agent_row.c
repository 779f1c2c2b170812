#include "fold/agent_row.h"

#include <stdlib.h>

static const char *const kinds[INTERVAL_KINDS] = {
	[INTERVAL_SESSION] = "session", [INTERVAL_MEMBER] = "member", [INTERVAL_PAUSE] = "pause",
	[INTERVAL_QPAUSE] = "qpause",   [INTERVAL_TALK] = "talk",     [INTERVAL_RING] = "ring",
	[INTERVAL_WRAP] = "wrap",
};

const char *interval_kind_name(enum interval_kind k)
{
	return kinds[k];
}

bool rows_init(struct rows *r, int64_t from, int64_t to,
	       void (*give)(void *, const struct interval *), void *arg)
{
	static const char *const fixed[] = { "", "NONE", "restart", "roster" };

	r->second = 1;
	r->from = from;
	r->to = to;
	r->give = give;
	r->arg = arg;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		rows_name(r, slice_str(fixed[i]));
	return !r->failed;
}

void rows_free(struct rows *r)
{
	names_free(&r->names);
	buf_free(&r->text);
	free(r->ready);
	free(r->held);
}

static bool in_set(struct slice set, struct slice name)
{
	while (set.n)
		if (slice_eq(slice_cut(set, ',', &set), name))
			return true;
	return false;
}

static uint32_t set_add(struct rows *r, uint32_t set, struct slice name)
{
	struct slice rest = rows_text(r, set), one;
	bool put = false;

	if (in_set(rest, name))
		return set;
	r->text.n = 0;
	while (rest.n) {
		one = slice_cut(rest, ',', &rest);
		if (!put && slice_cmp(name, one) < 0) {
			buf_slice(&r->text, name);
			buf_byte(&r->text, ',');
			put = true;
		}
		buf_slice(&r->text, one);
		if (rest.n || !put)
			buf_byte(&r->text, ',');
	}
	if (!put)
		buf_slice(&r->text, name);
	r->failed |= r->text.failed;
	return rows_name(r, buf_all(&r->text));
}

uint32_t rows_union(struct rows *r, uint32_t a, uint32_t b)
{
	struct slice rest = rows_text(r, b);

	if (a == b || b == NAME_EMPTY)
		return a;
	if (a == NAME_EMPTY)
		return b;
	while (rest.n)
		a = set_add(r, a, slice_cut(rest, ',', &rest));
	return a;
}

/* Half open, like all periods; an interval of no length is a point. */
static bool cut(const struct rows *r, struct interval *i)
{
	if (i->start >= r->to || (i->end <= r->from && i->start < r->from))
		return false;
	if (i->start < r->from)
		i->start = r->from;
	if (i->end > r->to) {
		i->end = r->to;
		i->ended = rows_text(r, NAME_EMPTY);
	}
	return true;
}

void rows_put(struct rows *r, struct interval i)
{
	bool pause = i.kind == INTERVAL_PAUSE || i.kind == INTERVAL_QPAUSE;

	if ((pause && i.start == i.end) || !cut(r, &i))
		return;
	if (!array_need(&r->ready, &r->readycap, r->readies + 1, sizeof(*r->ready))) {
		r->failed = true;
		return;
	}
	r->ready[r->readies] = (struct row){ .i = i, .order = r->readies };
	r->readies++;
}

static bool same_second(int64_t a, int64_t b)
{
	return a / WHEN_SECOND == b / WHEN_SECOND;
}

void rows_hold(struct rows *r, struct chain *c, const struct interval *i, const struct spell *s)
{
	if (!array_need(&r->held, &r->heldcap, r->helds + 1, sizeof(*r->held))) {
		r->failed = true;
		return;
	}
	if (c->in != r->second)
		*c = (struct chain){ .in = r->second };
	r->held[r->helds++] = (struct row){ .i = *i, .spell = *s, .next = c->first };
	c->first = (uint32_t)r->helds;
}

/* The row that *at points to leaves its chain. */
static struct row *take(struct rows *r, uint32_t *at)
{
	struct row *h = &r->held[*at - 1];

	h->gone = true;
	*at = h->next;
	return h;
}

bool rows_take(struct rows *r, struct chain *c, enum interval_kind kind, uint32_t reason, int64_t at,
	       struct spell *s)
{
	struct row *h;

	if (c->in != r->second)
		return false;
	for (uint32_t *n = &c->first; *n; n = &h->next) {
		h = &r->held[*n - 1];
		if (h->i.kind != kind || !same_second(h->i.end, at) ||
		    (kind != INTERVAL_SESSION && h->spell.reason != reason))
			continue;
		*s = take(r, n)->spell;
		return true;
	}
	return false;
}

/* The next row of c that ended in the second of `at`, taken out of it; *n: where to go on, at first
 * its beginning. NULL: no more. */
static struct row *next_ended(struct rows *r, struct chain *c, uint32_t **n, int64_t at)
{
	while (c->in == r->second && **n) {
		struct row *h = &r->held[**n - 1];

		if (same_second(h->i.end, at))
			return take(r, *n);
		*n = &h->next;
	}
	return NULL;
}

void rows_release(struct rows *r, struct chain *c, int64_t at)
{
	uint32_t *n = &c->first;
	struct row *h;

	while ((h = next_ended(r, c, &n, at)))
		rows_put(r, h->i);
}

bool rows_keep(struct rows *r, struct chain *c, struct kept *k, int64_t at)
{
	uint32_t *n = &c->first;
	struct row *h;

	while ((h = next_ended(r, c, &n, at))) {
		if (!array_need(&k->row, &k->cap, k->n + 1, sizeof(*k->row))) {
			r->failed = true;
			return false;
		}
		k->row[k->n++] = *h;
	}
	return true;
}

void rows_put_back(struct rows *r, struct chain *c, struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		rows_hold(r, c, &k->row[i].i, &k->row[i].spell);
	k->n = 0;
}

void rows_settle(struct rows *r)
{
	for (size_t n = 0; n < r->helds; n++)
		if (!r->held[n].gone)
			rows_put(r, r->held[n].i);
	r->helds = 0;
	r->second++;
}

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* The order of rows: by end, start, kind, agent, partition, queue. */
static int interval_cmp(const struct interval *a, const struct interval *b)
{
	int d;

	if ((d = by_number(a->end, b->end)) || (d = by_number(a->start, b->start)) ||
	    (d = strcmp(kinds[a->kind], kinds[b->kind])) || (d = event_cmp(a->agent, b->agent)) ||
	    (d = event_cmp(a->partition, b->partition)))
		return d;
	return event_cmp(a->queue, b->queue);
}

static int by_end(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;
	int d = interval_cmp(&a->i, &b->i);

	return d ? d : by_number((int64_t)a->order, (int64_t)b->order);
}

void rows_give(struct rows *r)
{
	if (r->readies > 1)
		qsort(r->ready, r->readies, sizeof(*r->ready), by_end);
	for (size_t n = 0; n < r->readies; n++)
		r->give(r->arg, &r->ready[n].i);
	r->readies = 0;
}
