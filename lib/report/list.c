#include "report/list.h"

#include <stdlib.h>

#include "report/list_own.h"
#include "stream/event.h"

enum { MOST = 16, SORT = 1 };

const struct opt list_opts[] = {
	{ SORT, 0, "sort", "COLUMN-LIST",
	  "sort rows by these columns, descending after a -; keeps them in memory", NULL },
	{ 'n', 'n', "limit", "N", "only the first N rows", NULL },
	{ 0 },
};

struct list_key {
	size_t column;
	bool down;
	bool tie; /* not asked for: what is empty comes first, as its bytes say */
};

/* Its cells one after the other, each a byte of enum list_cell and what that kind has: a number, or
 * a length and bytes. Before them where the cells stand by which it is sorted. */
struct list_line {
	unsigned char *bytes;
	uint64_t came;
};

struct list {
	struct list_key key[MOST];
	size_t keys, columns, at;
	size_t most;                 /* 0: all */
	struct list_line *line, *other; /* other: as much room, to sort */
	size_t n, cap, othercap;
	uint64_t came;
	struct buf row;              /* the one that is being put */
	bool full, failed;           /* full: the `most` best stand sorted in front */
};

int list_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct list_options *o = to;

	if (id == 'n')
		return opt_number(what, arg, 1, 1000000000, &o->rows, d);
	o->sort = arg;
	return 0;
}

static int no_column(struct slice name, const char *const *columns, size_t n, struct diag *d)
{
	struct buf all = { 0 };

	for (size_t i = 0; i < n; i++)
		buf_fmt(&all, "%s%s", i ? " " : "", columns[i]);
	diag_fail(d, "--sort: %.*s: no such column (%.*s)", (int)name.n, (const char *)name.p,
		  (int)all.n, (const char *)all.p);
	buf_free(&all);
	return -1;
}

static int add_key(struct list *l, struct slice name, const char *const *columns, size_t n,
		   struct diag *d)
{
	bool down = slice_begins(name, SLICE("-"));
	size_t i;

	if (down)
		name = slice_of(name.p + 1, name.n - 1);
	for (i = 0; i < n; i++)
		if (slice_is(name, columns[i]))
			break;
	if (i == n)
		return no_column(name, columns, n, d);
	if (l->keys == MOST)
		return diag_fail(d, "--sort: more than %d columns", MOST);
	l->key[l->keys++] = (struct list_key){ .column = i, .down = down };
	return 0;
}

static int add_keys(struct list *l, const char *names, const char *const *columns, size_t n,
		    struct diag *d)
{
	struct slice rest = slice_str(names);

	do
		if (add_key(l, slice_cut(rest, ',', &rest), columns, n, d) < 0)
			return -1;
	while (rest.n);
	return 0;
}

int list_new(struct list **made, const struct list_options *o, const char *const *columns, size_t n,
	     const char *ties, struct diag *d)
{
	struct list *l;
	size_t asked;

	*made = NULL;
	if (!o->sort && !o->rows)
		return 0;
	l = calloc(1, sizeof(*l));
	if (!l)
		return diag_fail(d, "--sort: out of memory");
	l->most = (size_t)o->rows;
	if (o->sort && add_keys(l, o->sort, columns, n, d) < 0)
		goto fail;
	asked = l->keys;
	if (o->sort && *ties && add_keys(l, ties, columns, n, d) < 0)
		goto fail;
	for (; asked < l->keys; asked++)
		l->key[asked].tie = true;
	*made = l;
	return 0;
fail:
	list_free(l);
	return -1;
}

/* Where the row's cells begin: behind the places of those by which it is sorted. */
static size_t head_of(const struct list *l)
{
	return l->keys * sizeof(uint32_t);
}

static void begin_cell(struct list *l, enum list_cell kind)
{
	uint32_t at;
	size_t i;

	if (!l->at && !l->row.n && buf_room(&l->row, head_of(l)))
		l->row.n = head_of(l);
	at = (uint32_t)l->row.n;
	buf_byte(&l->row, (unsigned char)kind);
	for (i = 0; i < l->keys && !l->row.failed; i++)
		if (l->key[i].column == l->at)
			memcpy(l->row.p + i * sizeof(at), &at, sizeof(at));
	l->at++;
}

void list_text(struct list *l, struct slice field)
{
	uint32_t n = (uint32_t)field.n;

	begin_cell(l, LIST_TEXT);
	buf_put(&l->row, &n, sizeof(n));
	buf_slice(&l->row, field);
}

void list_value(struct list *l, enum list_cell kind, int64_t v)
{
	begin_cell(l, kind);
	buf_put(&l->row, &v, sizeof(v));
}

/* A cell, and where the next one is. */
static const unsigned char *read_cell(const unsigned char *p, enum list_cell *kind, int64_t *v,
				      struct slice *text)
{
	uint32_t n;

	*kind = (enum list_cell)*p++;
	if (*kind != LIST_TEXT) {
		memcpy(v, p, sizeof(*v));
		return p + sizeof(*v);
	}
	memcpy(&n, p, sizeof(n));
	*text = slice_of(p + sizeof(n), n);
	return text->p + n;
}

static int cmp_cells(const unsigned char *a, const unsigned char *b, const struct list_key *key)
{
	enum list_cell ka, kb;
	int64_t va = 0, vb = 0;
	struct slice ta = { 0 }, tb = { 0 };
	bool ea, eb;
	int d;

	read_cell(a, &ka, &va, &ta);
	read_cell(b, &kb, &vb, &tb);
	ea = ka == LIST_EMPTY || (ka == LIST_TEXT && !ta.n);
	eb = kb == LIST_EMPTY || (kb == LIST_TEXT && !tb.n);
	if (ea || eb)
		return key->tie ? eb - ea : ea - eb;
	d = ka == LIST_TEXT ? event_cmp(ta, tb) : (va > vb) - (va < vb);
	return key->down ? -d : d;
}

static int cmp_lines(const struct list *l, const struct list_line *a, const struct list_line *b)
{
	uint32_t pa, pb;
	size_t i;
	int d;

	for (i = 0; i < l->keys; i++) {
		memcpy(&pa, a->bytes + i * sizeof(pa), sizeof(pa));
		memcpy(&pb, b->bytes + i * sizeof(pb), sizeof(pb));
		d = cmp_cells(a->bytes + pa, b->bytes + pb, &l->key[i]);
		if (d)
			return d;
	}
	return (a->came > b->came) - (a->came < b->came);
}

/* Merges [from, mid) and [mid, to) of line into other. */
static void merge(struct list *l, size_t from, size_t mid, size_t to)
{
	size_t a = from, b = mid, i;

	for (i = from; i < to; i++)
		if (a < mid && (b == to || cmp_lines(l, l->line + a, l->line + b) < 0))
			l->other[i] = l->line[a++];
		else
			l->other[i] = l->line[b++];
}

static void sort(struct list *l)
{
	struct list_line *swap;
	size_t width, at, mid, to;

	if (!l->keys)
		return;
	if (!array_need(&l->other, &l->othercap, l->cap, sizeof(*l->other))) {
		l->failed = true;
		return;
	}
	for (width = 1; width < l->n; width *= 2) {
		for (at = 0; at < l->n; at = to) {
			mid = l->n - at < width ? l->n : at + width;
			to = l->n - mid < width ? l->n : mid + width;
			merge(l, at, mid, to);
		}
		swap = l->line;
		l->line = l->other;
		l->other = swap;
		at = l->cap;
		l->cap = l->othercap;
		l->othercap = at;
	}
}

/* Leaves the best `most`. */
static void cut(struct list *l)
{
	sort(l);
	l->full = !l->failed;
	while (l->n > l->most)
		free(l->line[--l->n].bytes);
}

void list_row(struct list *l)
{
	struct list_line line = { l->row.p, l->came++ };
	size_t n = l->row.n;

	l->at = l->row.n = 0;
	l->failed |= l->row.failed;
	if (l->failed || (l->most && !l->keys && l->n == l->most) ||
	    (l->full && cmp_lines(l, &line, l->line + l->most - 1) > 0))
		return;
	line.bytes = malloc(n);
	if (!line.bytes || !array_need(&l->line, &l->cap, l->n + 1, sizeof(*l->line))) {
		free(line.bytes);
		l->failed = true;
		return;
	}
	memcpy(line.bytes, l->row.p, n);
	l->line[l->n++] = line;
	if (l->most && l->n >= 2 * l->most)
		cut(l);
}

static void put_cells(const struct list *l, const unsigned char *p, struct table *t)
{
	enum list_cell kind;
	struct slice text;
	int64_t v;
	size_t i;

	for (i = 0; i < l->columns; i++) {
		p = read_cell(p, &kind, &v, &text);
		switch (kind) {
		case LIST_TEXT:
			table_text(t, text);
			break;
		case LIST_INTEGER:
			table_integer(t, v);
			break;
		case LIST_SECONDS:
			table_seconds(t, v);
			break;
		case LIST_TIME:
			table_time(t, v);
			break;
		default:
			table_empty(t);
		}
	}
	table_row(t);
}

bool list_put(struct list *l, struct table *t)
{
	size_t i;

	l->columns = t->columns;
	if (l->most && l->n > l->most)
		cut(l);
	else
		sort(l);
	for (i = 0; i < l->n && !l->failed; i++)
		put_cells(l, l->line[i].bytes + head_of(l), t);
	return !l->failed;
}

void list_free(struct list *l)
{
	size_t i;

	if (!l)
		return;
	for (i = 0; i < l->n; i++)
		free(l->line[i].bytes);
	free(l->line);
	free(l->other);
	buf_free(&l->row);
	free(l);
}
