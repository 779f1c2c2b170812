/*
 * Clocks that differ.
 *
 * A caller whom an agent of one server transfers to a queue of another leaves the one before
 * entering the other. Where the logs say again and again that the entry came first, by much the
 * same time, the other server's clock is behind. The opposite says nothing: an announcement may
 * lie between the two.
 *
 * Asked are visits that ended by a transfer, and first visits of calls, of the same caller number
 * at another partition, at most an hour apart.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "report/check_own.h"

/* Seconds. Entries of one offset lie within SPREAD, and at least LEAST before the transfers. */
enum { APART = 3600, SPREAD = 5, LEAST = 3 };

/* So many of them, and so many of a hundred of all that were found. */
enum { ENOUGH = 5, MOST_OF = 80 };

/* A caller with more in two hours is no person: a switchboard, a withheld number. */
enum { CALLER_MOST = 8 };

struct side { /* a caller who left or entered */
	uint64_t caller; /* hash of the number */
	int64_t time, put;
	uint32_t log;
	bool left;
};

struct offsets { /* between two partitions: how often an entry was so many seconds later */
	uint32_t *times; /* 2 * APART + 1 */
	int64_t last;    /* the entry seen last before a transfer */
};

struct check_clock {
	struct side *side; /* a ring: `n` from `first` on; `cap` is a power of two */
	size_t first, n, cap;
	struct map by_caller;
	struct pairs between; /* log left, log entered */
	struct offsets *offsets;
	size_t offsetcap;
};

static void count(struct check *c, const struct side *left, const struct side *entered)
{
	struct check_clock *k = c->clocks;
	int64_t d = entered->time / WHEN_SECOND - left->time / WHEN_SECOND;
	struct offsets *o;
	uint32_t id;
	bool fresh;

	if (d < -APART || d > APART)
		return;
	id = pairs_put(&k->between, left->log, entered->log, &fresh);
	if (id == NAMES_NONE ||
	    !array_need(&k->offsets, &k->offsetcap, k->between.n, sizeof(*k->offsets))) {
		c->failed = true;
		return;
	}
	o = &k->offsets[id];
	if (fresh)
		*o = (struct offsets){ .times = calloc(2 * APART + 1, sizeof(*o->times)) };
	if (!o->times) {
		c->failed = true;
		return;
	}
	o->times[d + APART]++;
	if (d < 0)
		o->last = entered->time;
}

static bool grow(struct check_clock *k)
{
	size_t cap = k->cap ? k->cap * 2 : 64;
	struct side *side = calloc(cap, sizeof(*side));

	if (!side)
		return false;
	map_free(&k->by_caller);
	for (size_t i = 0; i < k->n; i++) {
		side[i] = k->side[(k->first + i) & (k->cap - 1)];
		if (!map_add(&k->by_caller, side[i].caller, (uint32_t)i)) {
			free(side);
			return false;
		}
	}
	free(k->side);
	k->side = side;
	k->first = 0;
	k->cap = cap;
	return true;
}

/* What no later side can be near to goes. */
static void forget(struct check_clock *k, int64_t clock)
{
	while (k->n && clock - k->side[k->first].put > 2 * APART * WHEN_SECOND) {
		map_drop(&k->by_caller, k->side[k->first].caller, (uint32_t)k->first);
		k->first = (k->first + 1) & (k->cap - 1);
		k->n--;
	}
}

static void put(struct check *c, struct side s)
{
	struct check_clock *k = c->clocks;
	unsigned others = 0;
	uint32_t id;

	if (k->n == k->cap && !grow(k)) {
		c->failed = true;
		return;
	}
	MAP_EACH (&k->by_caller, i, s.caller, id)
		others += k->side[id].caller == s.caller;
	if (others < CALLER_MOST)
		MAP_EACH (&k->by_caller, i, s.caller, id) {
			const struct side *o = &k->side[id];

			if (o->caller != s.caller || o->log == s.log || o->left == s.left)
				continue;
			count(c, s.left ? &s : o, s.left ? o : &s);
		}
	else
		return;
	id = (uint32_t)((k->first + k->n) & (k->cap - 1));
	k->side[id] = s;
	k->n++;
	c->failed |= !map_add(&k->by_caller, s.caller, id);
}

void check_clock(struct check *c, const struct visit *v)
{
	struct side s = { .caller = hash_bytes(hash_seed(), v->caller), .put = c->clock };

	if (v->caller.n < 3 || v->outbound || v->unfinished)
		return;
	if (!c->clocks && !(c->clocks = calloc(1, sizeof(*c->clocks)))) {
		c->failed = true;
		return;
	}
	s.log = check_log(c, v->partition);
	if (s.log == NAMES_NONE)
		return;
	forget(c->clocks, c->clock);
	s.time = v->enter;
	if (v->ordinal == 1 && !v->rebuilt)
		put(c, s);
	s.time = v->end;
	s.left = true;
	if (v->ended_by == VERB_BLINDTRANSFER || v->ended_by == VERB_ATTENDEDTRANSFER ||
	    v->ended_by == VERB_TRANSFER)
		put(c, s);
}

static void judge(struct check *c, const struct pair *between, const struct offsets *o)
{
	unsigned long long all = 0, sum = 0, best = 0;
	int at = 0;
	struct finding f = { .kind = FINDING_CLOCK, .time = o->last,
			     .partition = log_name(c, between->b) };
	struct slice from = log_name(c, between->a);

	for (int i = 0; i <= 2 * APART; i++) {
		all += o->times[i];
		sum += o->times[i];
		if (i >= SPREAD)
			sum -= o->times[i - SPREAD];
		if (sum > best) {
			best = sum;
			at = i - APART;
		}
	}
	if (at > -LEAST || best < ENOUGH || best * 100 < all * MOST_OF)
		return;
	check_find(c, f, "callers transferred from %.*s enter here about %d s before they leave "
			 "there, %llu of %llu: this clock is behind",
		   TEXT(from), -at, best, all);
}

void check_clock_finish(struct check *c)
{
	for (uint32_t i = 0; c->clocks && i < c->clocks->between.n; i++)
		judge(c, &c->clocks->between.pair[i], &c->clocks->offsets[i]);
}

void check_clock_free(struct check *c)
{
	struct check_clock *k = c->clocks;

	if (!k)
		return;
	for (uint32_t i = 0; i < k->between.n; i++)
		free(k->offsets[i].times);
	pairs_free(&k->between);
	map_free(&k->by_caller);
	free(k->offsets);
	free(k->side);
	free(k);
}
