#include <stdlib.h>

#include "base/clock.h"
#include "stream/load_own.h"

struct looking {
	struct load *l;
	struct load_counts *c;
	bool baseline;
};

/* Rows that QueueMetrics itself writes into a partition. */
static bool of_others(struct slice verb)
{
	switch (verb_of(verb)) {
	case VERB_HEARTBEAT:
	case VERB_CALLSTATUS:
	case VERB_PAUSEREASON:
	case VERB_HOTDESK:
	case VERB_INFO: return true;
	default: return false;
	}
}

static int take_row(void *arg, int64_t second, const struct slice *field)
{
	struct looking *k = arg;
	struct load_entry *e;
	struct load_key key;

	load_key_make(&key, second, field);
	e = load_entry_of(k->c, &key);
	if (e)
		e->have++;
	else
		k->l->no_memory = true;
	return e ? 0 : -1;
}

bool load_wants_look(const struct load *l, int64_t second)
{
	return second <= l->base || second < l->counts.dropped;
}

enum load_try load_look(struct load *l, struct load_counts *c, const struct load_row *r, size_t n)
{
	struct looking k = { l, c, false };

	for (size_t i = 0; i < n; i++) {
		struct load_hour *h;

		if (!load_wants_look(l, r[i].key.second) && r[i].key.second >= c->dropped)
			continue;
		h = load_hour_of(c, r[i].key.second);
		if (h->loaded)
			continue;
		load_hour_begin(h);
		if (load_table_rows(&l->table, h->hour * LOAD_HOUR, (h->hour + 1) * LOAD_HOUR, take_row,
				    &k) < 0)
			return l->no_memory ? LOAD_ENDED : LOAD_FAILED;
	}
	return LOAD_DONE;
}

static int take_newest(void *arg, int64_t second, const struct slice *field)
{
	struct looking *k = arg;
	struct load *l = k->l;
	struct load_entry *e;
	struct load_key key;

	load_key_make(&key, second, field);
	e = load_entry_of(k->c, &key);
	if (!e) {
		l->no_memory = true;
		return -1;
	}
	if (e->look != k->c->look) {
		e->look = k->c->look;
		e->seen = 0;
	}
	if (++e->seen <= e->have)
		return 0;
	e->have = e->seen;
	if (second > l->top)
		l->top = second;
	if (!k->baseline && e->seen > e->read && !of_others(field[F_VERB])) {
		if (!l->foreign)
			load_show(&l->stranger, second, field);
		l->foreign = true;
	}
	return 0;
}

/* The newest second, and what may be behind it: rows of ours, or of somebody else. */
static enum load_try look_at_newest(struct load *l)
{
	struct looking k = { l, &l->counts, l->fresh };
	int64_t from = l->top - (l->o->live ? LOAD_LOOK_BACK : 0);

	if (from < l->base)
		from = l->base;
	l->foreign = false;
	l->stranger.n = 0;
	l->counts.look++;
	if (load_table_rows(&l->table, from < 0 ? 0 : from, INT64_MAX, take_newest, &k) < 0)
		return l->no_memory ? LOAD_ENDED : LOAD_FAILED;
	l->fresh = false;
	if (l->foreign && !l->o->shared && !l->o->dry_run) {
		diag_fail(l->d, "%s: another writer on %s: %s", l->o->what, l->place->partition,
			  buf_cstr(&l->stranger) ? (char *)l->stranger.p : "out of memory");
		return LOAD_ENDED;
	}
	return LOAD_DONE;
}

bool load_count_rows(struct load *l, struct load_counts *c, struct load_row *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct load_entry *e = load_entry_of(c, &r[i].key);

		if (!e) {
			l->no_memory = true;
			return false;
		}
		r[i].ordinal = ++e->read;
	}
	return true;
}

void load_decide(struct load *l, struct load_counts *c, struct load_row *r, size_t n, bool skip_near)
{
	for (size_t i = 0; i < n; i++) {
		struct load_entry *e, *kin;

		if (r[i].verdict == LOAD_REFUSE)
			continue;
		e = load_entry_of(c, &r[i].key); /* was made before */
		r[i].near = false;
		if (e->have >= r[i].ordinal) {
			r[i].verdict = LOAD_THERE;
			continue;
		}
		kin = load_wants_look(l, r[i].key.second) ? load_kin_of(c, &r[i].key) : NULL;
		if (kin) {
			kin->near++;
			r[i].near = true;
		}
		r[i].verdict = kin && skip_near ? LOAD_SKIP : LOAD_INSERT;
		if (r[i].verdict == LOAD_INSERT)
			e->have++;
	}
}

size_t load_batch(const struct load_row *r, size_t n)
{
	size_t hours = 0;

	for (size_t i = 1; i < n; i++) {
		if (r[i].key.second / LOAD_HOUR != r[i - 1].key.second / LOAD_HOUR &&
		    ++hours >= LOAD_BATCH_HOURS)
			return i;
		if (i >= LOAD_BATCH_MOST ||
		    (i >= LOAD_BATCH && r[i].key.second != r[i - 1].key.second))
			return i;
	}
	return n;
}

static bool any_insert(const struct load_row *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].verdict == LOAD_INSERT)
			return true;
	return false;
}

static enum load_try own_lock(struct load *l)
{
	if (l->table.table.snapshot && db_run(l->db, "START TRANSACTION") < 0)
		return LOAD_FAILED;
	return load_own_lock(l) ? LOAD_DONE : LOAD_FAILED;
}

static enum load_try attempt(struct load *l, struct load_row *r, size_t n)
{
	enum load_try done = l->o->dry_run ? LOAD_DONE : own_lock(l);

	if (done == LOAD_DONE)
		done = look_at_newest(l);
	if (done == LOAD_DONE)
		done = load_look(l, &l->counts, r, n);
	if (done != LOAD_DONE)
		return done;
	load_decide(l, &l->counts, r, n, l->o->near == LOAD_NEAR_SKIP);
	if (l->o->dry_run)
		return LOAD_DONE;
	if (any_insert(r, n)) {
		done = load_insert(l, r, n);
		l->wrote = clock_steady();
	}
	if (done == LOAD_DONE && l->table.table.snapshot && db_run(l->db, "COMMIT") < 0)
		done = LOAD_FAILED;
	return done;
}

/* A row that was there already, though earlier ones of its second had to be filled in. */
static void note_disorder(struct load *l, const struct load_row *r)
{
	if (r->key.second != l->disorder_second) {
		l->disorder_second = r->key.second;
		l->disorder_n = 0;
	}
	if (r->verdict == LOAD_INSERT) {
		l->disorder_n++;
	} else if (r->verdict == LOAD_THERE && !r->tried && l->disorder_n) {
		l->totals.disorder += l->disorder_n;
		l->disorder_n = 0;
		if (l->disorders < 10 && (l->disorders == 0 ||
					  l->first_disorder[l->disorders - 1] != r->key.second))
			l->first_disorder[l->disorders++] = r->key.second;
	}
}

/* The server has acknowledged them. */
static void settle(struct load *l, const struct load_row *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool in = r[i].verdict == LOAD_INSERT || (r[i].verdict == LOAD_THERE && r[i].tried);

		if (in && !l->o->dry_run) {
			l->acked.any = true;
			l->acked.key = r[i].key;
			l->acked.ordinal = r[i].ordinal;
			if (r[i].key.second > l->top)
				l->top = r[i].key.second;
		}
		note_disorder(l, &r[i]);
		if (r[i].own || r[i].verdict == LOAD_REFUSE)
			continue;
		l->totals.near += r[i].near;
		if (in)
			l->totals.inserted++;
		else
			l->totals.there++;
	}
	l->spoke = clock_steady();
	load_well(l);
}

int load_apply(struct load *l, struct load_row *r, size_t n)
{
	if (!load_count_rows(l, &l->counts, r, n))
		return load_end(l);
	l->singly = false;
	for (;;)
		switch (attempt(l, r, n)) {
		case LOAD_DONE:
			settle(l, r, n);
			return 0;
		case LOAD_ENDED: return load_end(l);
		default:
			if (!l->singly && load_bad_value(db_errno(l->db)))
				l->singly = true;
			if (load_recover(l) < 0)
				return load_end(l);
		}
}
