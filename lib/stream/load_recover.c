#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "stream/load_own.h"

enum { LOCK_WAIT = 3, LOCK_PATIENCE = 90, SLEEP_MOST = 60, STALE = 60 };

/* Errors that no waiting helps against: rights, names, a statement that the server cannot read. */
static bool is_final(unsigned number)
{
	switch (number) {
	case DB_NO_RIGHT_DB: case DB_WRONG_LOGIN: case DB_NO_DATABASE: case DB_UNKNOWN_DATABASE:
	case DB_BAD_FIELD: case DB_NO_RIGHT_TABLE: case DB_NO_RIGHT_COLUMN: case DB_NO_TABLE:
	case 1064: case 1227: case 1369: case 1698: return true;
	default: return false;
	}
}

enum load_try load_base(struct load *l)
{
	int r = load_table_newest(&l->table, false, 0, &l->base);

	if (r < 0)
		return LOAD_FAILED;
	if (r == 0)
		l->base = -1;
	l->top = l->base;
	l->fresh = true;
	return LOAD_DONE;
}

struct search {
	struct load *l;
	uint32_t found;
};

static int take_acked(void *arg, int64_t second, const struct slice *field)
{
	struct search *s = arg;
	struct load_key key;

	load_key_make(&key, second, field);
	s->found += key.a == s->l->acked.key.a && key.b == s->l->acked.key.b;
	return 0;
}

/* What the server said it has, it must still have: a server set back, or one that had promised
 * too much when its machine lost power, has lost what no rule can know of. */
static enum load_try still_there(struct load *l)
{
	struct search s = { l, 0 };
	int64_t second = l->acked.key.second;

	if (!l->acked.any)
		return LOAD_DONE;
	if (load_table_rows(&l->table, second, second + 1, take_acked, &s) < 0)
		return LOAD_FAILED;
	if (s.found >= l->acked.ordinal)
		return LOAD_DONE;
	diag_fail(l->d, "%s: the table went back: a row of %lld that it had is gone; load again, "
			"from before it",
		  l->o->what, (long long)second);
	return LOAD_ENDED;
}

int load_connect(struct load *l)
{
	if (db_connect(l->db) < 0)
		return -1;
	l->spoke = clock_steady();
	return 0;
}

bool load_own_lock(struct load *l)
{
	int r = load_table_locked(&l->table);

	l->unlocked = r == 0;
	if (r == 0)
		db_disconnect(l->db);
	return r > 0;
}

static void tell_trouble(struct load *l)
{
	if (l->unlocked)
		diag_note(l->d, "%s: the lock was lost; trying again", l->o->what);
	else
		diag_note(l->d, "%s: %s (error %u); trying again", l->o->what, db_error(l->db),
			  db_errno(l->db));
	l->unlocked = false;
}

static enum load_try try_again(struct load *l, bool *held)
{
	enum load_try done;
	int r;

	if (load_connect(l) < 0 || load_table_session(&l->table) < 0)
		return LOAD_FAILED;
	if (!l->o->dry_run) {
		r = load_table_lock(&l->table, LOCK_WAIT);
		*held = r == 0;
		if (r <= 0)
			return LOAD_FAILED;
	}
	done = load_base(l);
	return done == LOAD_DONE ? still_there(l) : done;
}

static void nap(int seconds)
{
	struct timespec t = { .tv_sec = seconds };

	nanosleep(&t, NULL);
}

void load_well(struct load *l)
{
	l->troubled = 0;
}

static long long gone(const struct load *l)
{
	return (clock_steady() - l->troubled) / 1000000;
}

/* Has it been tried in vain for as long as was asked for? */
static bool enough(const struct load *l)
{
	return !l->o->live && gone(l) >= l->o->patience;
}

/* Longer each time; another's lock does not end with the patience. */
static void rest(struct load *l, bool held)
{
	long long left = l->o->patience - gone(l);
	int wait = l->wait;

	if (!l->o->live && !held && wait > left)
		wait = left < 1 ? 1 : (int)left;
	if (l->o->alive)
		l->o->alive();
	nap(wait);
	l->wait = l->wait * 2 < SLEEP_MOST ? l->wait * 2 : SLEEP_MOST;
}

static int give_up(struct load *l)
{
	if (l->unlocked)
		return diag_fail(l->d, "%s: the lock was lost", l->o->what);
	return db_tell(l->db, l->d);
}

int load_recover(struct load *l)
{
	bool again = l->troubled != 0, held = false;

	l->totals.errors++;
	load_counts_doubt(&l->counts);
	if (db_errno(l->db) == DB_NO_MEMORY) {
		l->no_memory = true;
		return -1;
	}
	if (!again) {
		l->troubled = clock_steady();
		l->wait = 1;
	}
	if ((again && enough(l)) ||
	    (!l->unlocked && is_final(db_errno(l->db)) && !db_is_lost(l->db)))
		return give_up(l);
	tell_trouble(l);
	if (!db_is_lost(l->db))
		db_run(l->db, "ROLLBACK");
	for (;;) {
		db_disconnect(l->db);
		rest(l, held);
		switch (try_again(l, &held)) {
		case LOAD_DONE: return 0;
		case LOAD_ENDED: return -1;
		default: break;
		}
		if (held && gone(l) > LOCK_PATIENCE)
			return diag_fail(l->d, "%s: another qlload writes to %s by now", l->o->what,
					 l->place->partition);
		if (!held && (is_final(db_errno(l->db)) || enough(l)))
			return db_tell(l->db, l->d);
	}
}
