#include "stream/load.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/when.h"
#include "stream/load_own.h"

enum { SECOND = 1000000, KEEP_ALIVE = 15 * SECOND, LOCK_SECONDS = 3, FUTURE = 60, PROBE_ROWS = 50000,
       ROW_SPARE = 1024 };

/* Opens all but the lock; what l has is freed by the caller. */
static int prepare(struct load *l)
{
	const struct load_options *o = l->o;

	l->db = db_new(&o->db, o->what, l->d);
	if (!l->db)
		return -1;
	if (o->rejects && load_reject_open(&l->reject, o->rejects, l->d) < 0)
		return -1;
	while (load_connect(l) < 0) {
		if (!o->live || !db_is_lost(l->db))
			return db_tell(l->db, l->d);
		diag_note(l->d, "%s: %s; trying again", o->what, db_error(l->db));
		if (o->alive)
			o->alive();
		nanosleep(&(struct timespec){ .tv_sec = 5 }, NULL);
	}
	if (o->create && !o->dry_run && load_table_create(l->db, l->place, o->what, l->d) < 0)
		return -1;
	return load_table_open(&l->table, l->db, l->place, o->what, l->d);
}

static int lock(struct load *l)
{
	int r = l->o->dry_run ? 1 : load_table_lock(&l->table, LOCK_SECONDS);

	if (r < 0)
		return db_tell(l->db, l->d);
	if (r == 0)
		return diag_fail(l->d, "%s: another qlload is writing to %s", l->o->what,
				 l->place->partition);
	return 0;
}

static int begin(struct load *l)
{
	int r;

	if (load_base(l) != LOAD_DONE)
		return db_tell(l->db, l->d);
	if (!l->o->append)
		return 0;
	r = load_newest(l, &l->limit);
	return r < 0 ? -1 : 0;
}

struct load *load_open(const struct load_options *o, const struct db_place *place, struct diag *d)
{
	struct load *l = calloc(1, sizeof(*l));

	if (!l) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	l->o = o;
	l->place = place;
	l->d = d;
	l->limit = INT64_MIN;
	l->disorder_second = -1;
	l->wrote = clock_steady();
	l->probed = o->near != LOAD_NEAR_STOP;
	if (prepare(l) == 0 && lock(l) == 0 && begin(l) == 0) {
		load_table_advise(&l->table, d);
		return l;
	}
	l->ended = true;
	load_close(l);
	return NULL;
}

int load_end(struct load *l)
{
	if (l->no_memory)
		diag_fail(l->d, "out of memory");
	l->no_memory = false;
	l->ended = true;
	return -1;
}

void load_refuse(struct load *l, const struct load_row *r, const char *why)
{
	l->totals.refused++;
	if (diag_few(&l->refusals)) {
		if (r->where)
			diag_warn(l->d, "%s:%llu: refused: %s", r->where, r->at, why);
		else
			diag_warn(l->d, "refused: %s", why);
	}
	if (load_reject_put(&l->reject, slice_of(l->text.p + r->line, r->nline), l->d) < 0)
		l->ended = true;
}

/* Does the event fit the table? The raw fields, cut where that was asked for; else why not. */
static const char *fit(struct load *l, const struct event *ev, struct slice *field)
{
	const struct load_limit *limit = l->table.limit;

	if (!slice_is(ev->f[F_PARTITION], l->place->partition))
		return "of another partition";
	if (ev->time / WHEN_SECOND > l->table.time_most)
		return "time: beyond what the column holds";
	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++) {
		const char *why;

		field[f] = event_raw(ev->f[f], &l->raw[f]);
		if (l->o->truncate)
			field[f] = load_cut(&limit[f], field[f]);
		why = load_fit(&limit[f], field[f], &l->why);
		if (!why)
			continue;
		l->scratch.n = 0;
		buf_fmt(&l->scratch, "%s: %s", l->table.table.column[f].name, why);
		return buf_cstr(&l->scratch) ? (char *)l->scratch.p : why;
	}
	return NULL;
}

/* Where in text the raw bytes of the fields are: in the line, where they are the same. */
static void keep_raw(struct load *l, struct load_row *r, const struct event *ev,
		     const struct slice *field)
{
	r->bytes = 0;
	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++) {
		uintptr_t at = (uintptr_t)field[f].p - (uintptr_t)ev->line.p;

		if (at >= ev->line.n) {
			at = l->text.n - r->line;
			buf_slice(&l->text, field[f]);
		}
		r->raw[f - F_CALLID].at = (uint32_t)at;
		r->raw[f - F_CALLID].n = (uint32_t)field[f].n;
		r->bytes += field[f].n;
	}
}

struct slice load_field(const struct load *l, const struct load_row *r, enum field f)
{
	return slice_of(l->text.p + r->line + r->raw[f - F_CALLID].at, r->raw[f - F_CALLID].n);
}

/* Can the row be sent at all? Escaped, a byte may be two. */
static bool sendable(struct load *l, int64_t second, const struct slice *field)
{
	unsigned long long n = ROW_SPARE;

	for (enum field f = F_CALLID; f < EVENT_FIELDS; f++)
		n += 2 * field[f].n;
	if (n <= l->table.packet)
		return true;
	l->scratch.n = 0;
	load_table_values(&l->scratch, &l->table, second, field);
	return l->scratch.n + ROW_SPARE <= l->table.packet;
}

/* Appends the event's texts; false: it was refused (or there is no memory). */
static bool make_row(struct load *l, struct load_row *r, const struct event *ev)
{
	struct slice field[EVENT_FIELDS];
	const char *why;

	r->line = l->text.n;
	event_put(&l->text, ev);
	r->nline = l->text.n - r->line;
	why = fit(l, ev, field);
	if (!why && !sendable(l, ev->time / WHEN_SECOND, field))
		why = "longer than max_allowed_packet";
	if (!why) {
		load_key_make(&r->key, ev->time / WHEN_SECOND, field);
		keep_raw(l, r, ev, field);
	}
	if (l->text.failed || l->scratch.failed) {
		l->no_memory = true;
		return false;
	}
	if (!why)
		return true;
	load_refuse(l, r, why);
	l->text.n = r->line;
	return false;
}

static int append(struct load *l, const struct event *ev, const char *where,
		  unsigned long long line, bool own)
{
	struct load_row *r;

	if (!array_need(&l->row, &l->cap, l->n + 1, sizeof(*l->row))) {
		l->no_memory = true;
		return load_end(l);
	}
	r = &l->row[l->n];
	*r = (struct load_row){ .where = where, .at = line, .own = own };
	if (!make_row(l, r, ev))
		return l->no_memory || l->ended ? load_end(l) : 0;
	if (l->n++ == 0)
		l->since = clock_steady();
	if (!l->probed)
		l->compared += load_wants_look(l, r->key.second);
	return 0;
}

/* Takes the first n rows away. */
static void drop(struct load *l, size_t n)
{
	size_t from = n < l->n ? l->row[n].line : l->text.n;

	if (n == 0)
		return;
	memmove(l->row, l->row + n, (l->n - n) * sizeof(*l->row));
	memmove(l->text.p, l->text.p + from, l->text.n - from);
	l->n -= n;
	l->text.n -= from;
	for (size_t i = 0; i < l->n; i++)
		l->row[i].line -= from;
	l->since = clock_steady();
}

/* Batches from the rows waiting; all: also the last one, which may go on. */
static int write_rows(struct load *l, bool all)
{
	size_t at = 0, n;
	int r = 0;

	if (l->ended)
		return -1;
	if (!l->probed && load_probe(l) < 0)
		return -1;
	while (r == 0 && at < l->n) {
		n = load_batch(l->row + at, l->n - at);
		if (!all && at + n == l->n)
			break;
		r = load_apply(l, l->row + at, n);
		at += n;
	}
	drop(l, at);
	return r;
}

/* Are there enough to write? Before anything is written, enough to be compared. */
static bool enough(const struct load *l)
{
	if (l->probed)
		return l->n > LOAD_BATCH_MOST;
	return l->compared >= LOAD_PROBE || l->n >= PROBE_ROWS;
}

int load_put(struct load *l, const struct event *ev, const char *where, unsigned long long line)
{
	if (l->ended)
		return -1;
	if (verb_of_stream(ev->verb)) {
		if (ev->verb == VERB_SOURCEDOWN)
			diag_fail(l->d, "%.*s: the source is down: %.*s", (int)ev->f[F_PARTITION].n,
				  (const char *)ev->f[F_PARTITION].p, (int)ev->f[F_DATA1].n,
				  (const char *)ev->f[F_DATA1].p);
		return 0;
	}
	l->totals.read++;
	if (ev->time < l->o->not_before || ev->time / WHEN_SECOND <= l->limit) {
		l->totals.before++;
		return 0;
	}
	if (append(l, ev, where, line, false) < 0)
		return -1;
	return enough(l) ? write_rows(l, false) : 0;
}

int load_flush(struct load *l)
{
	return write_rows(l, true);
}

/* A row that says: alive, and nothing has happened. */
static int beat(struct load *l)
{
	struct buf text = { 0 }, own = { 0 };
	struct event ev;
	int r;

	buf_fmt(&text, "%lld\t%s\tNONE\tNONE\tNONE\t%s\t\t\t\t\t", (long long)time(NULL),
		l->place->partition, verb_name(VERB_HEARTBEAT));
	r = event_parse(buf_all(&text), &ev, &own) ? 0 : append(l, &ev, NULL, 0, true);
	buf_free(&text);
	buf_free(&own);
	return r < 0 ? -1 : write_rows(l, true);
}

int load_tick(struct load *l)
{
	int64_t now = clock_steady();

	if (l->ended)
		return -1;
	if (l->n && now - l->since >= SECOND && load_flush(l) < 0)
		return -1;
	if (l->o->dry_run)
		return 0;
	if (l->o->heartbeat && !l->n && now - l->wrote >= l->o->heartbeat * SECOND && beat(l) < 0)
		return -1;
	if (now - l->spoke < KEEP_ALIVE)
		return 0;
	l->spoke = now;
	if (load_own_lock(l)) {
		load_well(l);
		return 0;
	}
	return load_recover(l) < 0 ? load_end(l) : 0;
}

int load_newest(struct load *l, int64_t *second)
{
	for (;;) {
		int r = load_table_newest(&l->table, true, time(NULL) + FUTURE, second);

		if (r >= 0) {
			load_well(l);
			return r;
		}
		if (load_recover(l) < 0)
			return load_end(l);
	}
}

int load_holder(struct load *l, long long *connection)
{
	return load_table_holder(&l->table, connection) < 0 ? db_tell(l->db, l->d) : 0;
}

size_t load_waiting(const struct load *l)
{
	return l->n;
}

struct load_totals load_totals(const struct load *l)
{
	return l->totals;
}

static void tell_disorder(struct load *l)
{
	struct buf b = { 0 };

	if (!l->totals.disorder)
		return;
	for (unsigned long long i = 0; i < l->disorders; i++)
		buf_fmt(&b, " %lld", (long long)l->first_disorder[i]);
	diag_warn(l->d, "%s: out of order: %llu rows stand behind later ones of their second:%s",
		  l->o->what, l->totals.disorder, buf_cstr(&b) ? (char *)b.p : "");
	buf_free(&b);
}

void load_close(struct load *l)
{
	if (!l)
		return;
	if (l->db && l->table.db) {
		diag_total(l->d, l->refusals, "events refused");
		tell_disorder(l);
		if (l->totals.near)
			diag_warn(l->d, "%s: %llu events stand in the table slightly changed: %s",
				  l->o->what, l->totals.near,
				  l->o->near == LOAD_NEAR_SKIP ? "skipped" : "inserted too");
	}
	load_reject_close(&l->reject, l->d);
	load_table_free(&l->table);
	load_counts_free(&l->counts);
	db_free(l->db);
	buf_free(&l->text);
	buf_free(&l->stranger);
	load_insert_free(&l->insert);
	buf_free(&l->scratch);
	buf_free(&l->why);
	for (size_t f = 0; f < EVENT_FIELDS; f++)
		buf_free(&l->raw[f]);
	free(l->row);
	free(l);
}
