#include "stream/sieve.h"

static uint64_t lengths_of(uint64_t verbs)
{
	uint64_t lengths = 0;

	for (enum verb v = VERB_OTHER; v < VERBS; v++)
		if (!(verbs >> v & 1))
			lengths |= v == VERB_OTHER || v == VERB_DIVERT ? UINT64_MAX
								       : UINT64_C(1) << strlen(verb_name(v));
	return lengths;
}

bool mesh_make(struct mesh *m, const struct sieve *of)
{
	unsigned char text[NEAR_MOST] = { 0 };
	bool fits = of->f == F_TIME || of->is.n <= NEAR_MOST;

	*m = (struct mesh){ .of = *of, .lengths = lengths_of(of->verbs) };
	if (!fits)
		m->of.f = F_TIME;
	if (m->of.f == F_TIME)
		return fits;
	memcpy(text, of->is.p, of->is.n);
	m->is = near_of(text, of->is.n);
	return true;
}
