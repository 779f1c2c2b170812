/*
 * Keys: what rows are grouped by, as small numbers.
 *
 * Every key of a visit, an interval or an event is a uint32_t: of text the number of the interned
 * name, of times and counts the value itself. So rows are found by comparing numbers, and text
 * appears when they are sorted and printed. What the keys are called and mean is in key_defs.
 */
#ifndef REPORT_KEY_H
#define REPORT_KEY_H

#include "base/names.h"
#include "base/when.h"
#include "fold/agent.h"
#include "fold/call.h"
#include "report/table.h"
#include "stream/event.h"

enum key {
	KEY_QUEUE, KEY_PARTITION, KEY_AGENT, KEY_CALLER, KEY_DID, KEY_URL, KEY_DIRECTION,
	KEY_OUTCOME, KEY_CAUSE, KEY_STATUS, KEY_TARGET, KEY_KEY, KEY_POSITION, KEY_MISSED,
	KEY_VISIT, KEY_AREA, KEY_REASON,
	KEY_YEAR, KEY_MONTH, KEY_WEEK, KEY_DAY, KEY_DOW, KEY_HOUR, KEY_SLOT,
	KEYS
};

/* What has the key. */
enum { KEY_OF_VISIT = 1, KEY_OF_INTERVAL = 2, KEY_OF_PAUSE = 4, KEY_OF_EVENT = 8 };

struct key_def {
	const char *name;
	unsigned of;
	const char *text; /* what it is, for --help-measures */
};
extern const struct key_def key_defs[KEYS];

static inline bool key_of_time(enum key k)
{
	return k >= KEY_YEAR;
}

/* One key as asked for. */
struct key_ask {
	enum key key;
	int digits; /* of KEY_AREA */
};

/* "queue", "area:3". false: there is no such key. */
bool key_parse(struct slice text, struct key_ask *k);

/* The value of a key that is not known: position, missed. */
#define KEY_UNKNOWN UINT32_MAX

/* The time keys of a moment in the process's zone, from KEY_YEAR on. */
struct moment {
	uint32_t of[KEYS - KEY_YEAR];
};

static inline uint32_t key_moment(enum key k, const struct moment *m)
{
	return m->of[k - KEY_YEAR];
}

enum { KEY_RECENT = 256, KEY_QUARTERS = 64 };

/* The most keys that a row may have: more than there are make no other rows. */
enum { KEYS_MOST = 32 };

/* The names behind the numbers, and what was looked up lately. */
struct labels {
	struct names names;
	int slot; /* seconds of a KEY_SLOT; divides a day; set it before use */
	bool quarters; /* whole ones: the slot begins and ends with some of them */
	struct label_kept {
		const unsigned char *p;
		size_t n;
		uint32_t id; /* NAMES_NONE: free */
	} recent[KEY_RECENT]; /* of names that stay where they are */
	struct label_quarter {
		int64_t number;    /* of quarters of an hour since 1970; -1: free */
		struct moment m;
		uint32_t minute;   /* of the day, at its beginning */
		bool again;
	} quarter[KEY_QUARTERS];
	struct buf scratch;
	bool failed;          /* out of memory */
};

void labels_init(struct labels *l, int slot);
void labels_free(struct labels *l);

/* The number of a text. _kept: whose bytes stay where they are as long as l is used, so that the
 * same place means the same name. */
uint32_t label_of(struct labels *l, struct slice text);
uint32_t label_keep(struct labels *l, struct label_kept *k, struct slice text);
static inline uint32_t label_kept(struct labels *l, struct slice text)
{
	uintptr_t at = (uintptr_t)text.p;
	struct label_kept *k = &l->recent[(at >> 4 ^ at >> 12 ^ at) % KEY_RECENT];

	return k->p == text.p && k->n == text.n && k->id != NAMES_NONE ? k->id : label_keep(l, k, text);
}

static inline struct slice label_text(const struct labels *l, uint32_t id)
{
	return names_text(&l->names, id);
}

/* A moment's keys, in *own or where they are remembered: valid until the next is asked for. */
const struct moment *moment_look_up(struct labels *l, int64_t t, struct moment *own);
static inline const struct moment *moment_at(struct labels *l, int64_t t, struct moment *own)
{
	int64_t number = t / (900 * WHEN_SECOND);
	const struct label_quarter *q = &l->quarter[(uint64_t)number % KEY_QUARTERS];

	return q->number == number && l->quarters ? &q->m : moment_look_up(l, t, own);
}

/* Key k's value; m: the moment of entry (of the visit), of the beginning (interval), of the event. */
uint32_t key_visit_other(struct labels *l, struct key_ask k, const struct visit *v);
static inline uint32_t key_visit(struct labels *l, struct key_ask k, const struct visit *v,
				 const struct moment *m)
{
	return key_of_time(k.key)    ? key_moment(k.key, m) :
	       k.key == KEY_QUEUE ? label_kept(l, v->queue) :
				      key_visit_other(l, k, v);
}
uint32_t key_interval(struct labels *l, struct key_ask k, const struct interval *i,
		      const struct moment *m);
uint32_t key_event(struct labels *l, struct key_ask k, const struct event *ev,
		   const struct moment *m);

/* Is its value the number of a name? */
bool key_is_label(enum key k);

/* Of a key whose value is no name's number: may it be this one? */
bool key_can_be(enum key k, uint32_t value);

/* How two values of a key are sorted: by the bytes of what is printed, counts by value. */
int key_cmp(const struct labels *l, enum key k, uint32_t a, uint32_t b);
void key_put(struct table *t, struct labels *l, enum key k, uint32_t value);

#endif
