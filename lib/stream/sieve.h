/*
 * Some events, told from others by their lines alone, before they are cut.
 */
#ifndef STREAM_SIEVE_H
#define STREAM_SIEVE_H

#include "base/inline.h"
#include "stream/event.h"

/*
 * Those of a time (microseconds) in [from, to), of a verb whose bit is in `verbs`, and where f is not
 * F_TIME, those whose field f (partition, callid, queue or agent) is `is`.
 */
struct sieve {
	int64_t from, to;
	uint64_t verbs;
	enum field f;
	struct slice is;
};
#define SIEVE_ALL ((struct sieve){ .from = INT64_MIN, .to = INT64_MAX, .verbs = UINT64_MAX, .f = F_TIME })
#define SIEVE_VERB(v) (UINT64_C(1) << (v))
_Static_assert(VERBS <= 64, "a bit for each verb");

/* A sieve, with what it looks at made ready. */
struct mesh {
	struct sieve of;
	struct near is;   /* its name */
	uint64_t lengths; /* bit n: some verb of n bytes does not pass */
};

/* false: the name is too long to be told so soon, and any passes. */
bool mesh_make(struct mesh *m, const struct sieve *of);

/* Does a line pass, but for its verb? Field f of it stands in the block at p between mark[f] and mark[f + 1],
 * see stream/scan.h; of a raw one, which has no partition, it is a place before, and F_PARTITION is not
 * to be asked. */
ALWAYS_INLINE bool mesh_but_verb(const struct mesh *m, int64_t time, const unsigned char *p, const uint32_t *mark,
				 bool raw)
{
	struct near name;
	enum field f = m->of.f;
	uint32_t at;

	if (time < m->of.from || time >= m->of.to)
		return false;
	if (f == F_TIME)
		return true;
	mark += f - raw;
	at = mark[0] + 1;
	if (mark[1] - at != m->of.is.n)
		return false;
	name = near_of(p + at, m->of.is.n);
	return near_eq(&name, &m->is);
}

/* A verb of n bytes: need it be looked at? Then, does it pass? */
static inline bool mesh_asks(const struct mesh *m, size_t n)
{
	return m->lengths >> (n & 63) & 1;
}
static inline bool mesh_verb(const struct mesh *m, enum verb v)
{
	return m->of.verbs >> v & 1;
}

#endif
