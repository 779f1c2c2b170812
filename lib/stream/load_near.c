#include <stdlib.h>

#include "stream/load_own.h"

enum { SHOWN = 3, SAMPLES = 16, QUARTER = 900, QUARTERS = 4 * 14, AROUND = QUARTERS * QUARTER };

struct pair {
	struct load *l;
	struct load_counts *c;
	const struct load_row *row;
	struct buf found;
};

void load_show(struct buf *b, int64_t second, const struct slice *field)
{
	size_t end;

	buf_int(b, second);
	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++) {
		buf_byte(b, '|');
		buf_slice(b, field[f]);
	}
	for (end = b->n; end && b->p[end - 1] == '|'; end--)
		;
	b->n = end;
}

static int take_kin(void *arg, int64_t second, const struct slice *field)
{
	struct pair *p = arg;
	struct load_entry *e;
	struct load_key key;

	load_key_make(&key, second, field);
	if (p->found.n || key.kin != p->row->key.kin)
		return 0;
	e = load_entry_of(p->c, &key);
	if (e && e->have > e->read)
		load_show(&p->found, second, field);
	return 0;
}

static void show_pair(struct load *l, struct load_counts *c, const struct load_row *r)
{
	struct pair p = { .l = l, .c = c, .row = r };
	struct buf line = { 0 };
	int64_t second = r->key.second;

	buf_put(&line, l->text.p + r->line, r->nline - 1);
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '\t')
			line.p[i] = '|';
	while (line.n && line.p[line.n - 1] == '|')
		line.n--;
	if (load_table_rows(&l->table, second, second + 1, take_kin, &p) == 0 && buf_cstr(&line) &&
	    buf_cstr(&p.found)) {
		diag_note(l->d, "%s: an event is  %s", l->o->what, (char *)line.p);
		diag_note(l->d, "%s: the table has %s", l->o->what, (char *)p.found.p);
	}
	buf_free(&line);
	buf_free(&p.found);
}

/* One batch of the rows waiting, as if it were written. */
static enum load_try probe(struct load *l, struct load_counts *c, struct load_row *r, size_t n,
			   unsigned long long *near)
{
	enum load_try done;

	if (!load_count_rows(l, c, r, n))
		return LOAD_ENDED;
	done = load_look(l, c, r, n);
	if (done != LOAD_DONE)
		return done;
	load_decide(l, c, r, n, true);
	for (size_t i = 0; i < n; i++)
		if (r[i].near && (*near)++ < SHOWN)
			show_pair(l, c, &r[i]);
	return LOAD_DONE;
}

static enum load_try probe_all(struct load *l, struct load_counts *c, unsigned long long *near)
{
	enum load_try done = LOAD_DONE;

	for (size_t i = 0, n; i < l->n && done == LOAD_DONE; i += n) {
		n = load_batch(l->row + i, l->n - i);
		done = probe(l, c, l->row + i, n, near);
	}
	return done;
}

/*
 * Another loader's clock: the same verbs and call ids, a multiple of a quarter of an hour away. Some
 * events without an equal row, of one hour, are looked for in a day around it.
 */
struct shifted {
	struct load *l;
	const struct load_row *row[SAMPLES];
	size_t n;
	unsigned found[2 * QUARTERS + 1]; /* of each shift, by quarters */
	bool seen[2 * QUARTERS + 1][SAMPLES];
};

static bool telling(const struct load *l, const struct load_row *r)
{
	struct slice rest = slice_of(l->text.p + r->line, r->nline), callid;

	slice_cut(rest, '\t', &rest);
	slice_cut(rest, '\t', &rest);
	callid = slice_cut(rest, '\t', &rest);
	return r->verdict == LOAD_INSERT && callid.n && memchr(callid.p, '.', callid.n);
}

static int take_shifted(void *arg, int64_t second, const struct slice *field)
{
	struct shifted *s = arg;
	struct load_key key;

	load_key_make(&key, second, field);
	for (size_t i = 0; i < s->n; i++) {
		int64_t by = second - s->row[i]->key.second, quarter = by / QUARTER + QUARTERS;

		if (key.kin != s->row[i]->key.kin || by == 0 || by % QUARTER || quarter < 0 ||
		    quarter > 2 * QUARTERS || s->seen[quarter][i])
			continue;
		s->seen[quarter][i] = true;
		s->found[quarter]++;
	}
	return 0;
}

static enum load_try probe_shifts(struct load *l, unsigned long long *near)
{
	struct shifted s = { .l = l };
	int64_t first = 0;

	for (size_t i = 0; i < l->n && s.n < SAMPLES; i++)
		if (telling(l, &l->row[i])) {
			if (s.n == 0)
				first = l->row[i].key.second;
			if (l->row[i].key.second < first || l->row[i].key.second > first + LOAD_HOUR)
				break;
			s.row[s.n++] = &l->row[i];
		}
	if (s.n == 0 || l->base < 0)
		return LOAD_DONE;
	if (load_table_rows(&l->table, first < AROUND ? 0 : first - AROUND,
			    first + AROUND + LOAD_HOUR, take_shifted, &s) < 0)
		return LOAD_FAILED;
	for (int q = 0; q <= 2 * QUARTERS; q++) {
		if (s.found[q] * 2 < s.n || s.found[q] == 0)
			continue;
		*near += s.found[q];
		diag_note(l->d, "%s: of %zu events the table has %u, by verb and call id, %d s %s",
			  l->o->what, s.n, s.found[q], abs(q - QUARTERS) * QUARTER,
			  q > QUARTERS ? "later" : "sooner");
	}
	return LOAD_DONE;
}

int load_probe(struct load *l)
{
	struct load_counts *c = calloc(1, sizeof(*c));
	unsigned long long near = 0;
	enum load_try done = LOAD_FAILED;

	l->probed = true;
	if (!c) {
		l->no_memory = true;
		return load_end(l);
	}
	while (l->base >= 0 && done == LOAD_FAILED) {
		near = 0;
		done = probe_all(l, c, &near);
		if (done == LOAD_DONE && !near)
			done = probe_shifts(l, &near);
		load_counts_free(c);
		if (done == LOAD_FAILED && load_recover(l) < 0)
			done = LOAD_ENDED;
	}
	free(c);
	if (done == LOAD_ENDED)
		return load_end(l);
	load_well(l);
	if (!near)
		return 0;
	diag_fail(l->d, "%s: %llu of the first %zu events stand in the table slightly changed; "
			"nothing was inserted; see --near and --append",
		  l->o->what, near, l->n);
	if (l->o->dry_run)
		return 0;
	return load_end(l);
}
