/*
 * Interned names: each distinct text gets a number, 0, 1, 2 ... in the order of its first
 * appearance, and one copy of its bytes that lives, at one place, as long as the table; it may be
 * read beyond its end as base/near says.
 *
 * The empty text is a name like any other. Zero-initialize the table.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/map.h"
#include "base/near.h"

#define NAMES_NONE UINT32_MAX

struct names {
	struct map map;
	struct slice *text;
	size_t n, cap;
	unsigned char **block;
	size_t blocks, blockcap, used, room;
};

/* The number of s, given now if it has none yet. NAMES_NONE: out of memory. */
uint32_t names_put(struct names *t, struct slice s);

/*
 * The same for names that come again and again, as those of queues and agents do, and may be read as
 * base/near says: which number a name had is remembered in a place that its bytes point to, so that
 * most are found without a walk through the table. Zero-initialize it; it is of one table.
 */
enum { NAMES_RECENT_BITS = 11, NAMES_RECENT = 1 << NAMES_RECENT_BITS };
struct names_recent {
	struct names_place {
		struct near name;
		uint32_t id; /* + 1; 0: free */
	} of[NAMES_RECENT];
};

static inline size_t names_place(const struct near *name)
{
	return near_place(near_one(name), NAMES_RECENT_BITS);
}

/* The number, if it is remembered; else NAMES_NONE. */
static inline uint32_t names_known(const struct names_recent *r, struct slice s)
{
	const struct names_place *place;
	struct near name;

	if (s.n > NEAR_MOST)
		return NAMES_NONE;
	name = near_of(s.p, s.n);
	place = r->of + names_place(&name);
	return near_eq(&place->name, &name) ? place->id - 1 : NAMES_NONE;
}

/* names_put, and the place remembers it. */
uint32_t names_recall(struct names *t, struct names_recent *r, struct slice s);

static inline uint32_t names_again(struct names *t, struct names_recent *r, struct slice s)
{
	uint32_t id = names_known(r, s);

	return id != NAMES_NONE ? id : names_recall(t, r, s);
}

/* The number of s, or NAMES_NONE where it has none. */
uint32_t names_find(const struct names *t, struct slice s);

static inline struct slice names_text(const struct names *t, uint32_t id)
{
	return t->text[id];
}

/*
 * Adds a list as given on a command line: names separated by commas, or @FILE, a name per line
 * (a CR before the LF is dropped, empty lines are skipped, everything else is the name). The names
 * are put as they stand. 0; -1: errno, and nothing is said.
 */
int names_list(struct names *t, const char *list);

void names_free(struct names *t);

#endif
