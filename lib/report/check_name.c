/* Names of agents: persons who have several at one partition. */
#include <stdlib.h>

#include "report/check_own.h"
#include "rule/channel.h"

/* The name, without what a call adds to it. */
static struct slice plain(struct slice name, struct slice partition)
{
	return channel_strip(name, partition);
}

/* The first alias of the person (NAMES_NONE: it has none); NULL: out of memory. */
static uint32_t *person_of(struct check *c, struct slice name)
{
	uint32_t id = check_intern(c, channel_person(name));
	bool fresh;

	if (id != NAMES_NONE)
		id = pairs_put(&c->persons, id, 0, &fresh);
	if (id == NAMES_NONE ||
	    !array_need(&c->person, &c->personcap, c->persons.n, sizeof(*c->person))) {
		c->failed = true;
		return NULL;
	}
	if (fresh)
		c->person[id] = NAMES_NONE;
	return &c->person[id];
}

/* A name that was not there yet: is there another of the person? */
static void new_alias(struct check *c, uint32_t id, const struct event *ev)
{
	const struct pair *self = &c->aliases.pair[id];
	struct check_name *a = &c->alias[id];
	uint32_t *first = person_of(c, check_text(c, self->b)), i, other = NAMES_NONE;
	struct finding f = check_about(FINDING_NAME, ev);

	if (!first)
		return;
	*a = (struct check_name){ .next = *first };
	*first = id;
	for (i = a->next; i != NAMES_NONE; i = c->alias[i].next) {
		if (c->aliases.pair[i].a != self->a)
			continue;
		a->together = c->alias[i].together = true;
		other = i; /* of several, the one that was there first */
	}
	if (other == NAMES_NONE)
		return;
	f.agent = check_text(c, self->b);
	check_find(c, f, "%.*s: also %.*s", TEXT(ev->f[F_VERB]),
		   TEXT(check_text(c, c->aliases.pair[other].b)));
}

void check_names(struct check *c, uint32_t log, const struct event *ev)
{
	uint32_t name, id;
	bool fresh;

	if (!channel_is_name(ev->f[F_AGENT]) || verb_is_clock(ev->verb))
		return;
	name = check_intern(c, plain(ev->f[F_AGENT], ev->f[F_PARTITION]));
	id = name == NAMES_NONE ? NAMES_NONE : pairs_put(&c->aliases, log, name, &fresh);
	if (id == NAMES_NONE ||
	    !array_need(&c->alias, &c->aliascap, c->aliases.n, sizeof(*c->alias))) {
		c->failed = true;
		return;
	}
	if (fresh)
		new_alias(c, id, ev);
	c->alias[id].connects += ev->verb == VERB_CONNECT;
	c->alias[id].calls += verb_class(ev->verb) == CLASS_CALL && ev->verb != VERB_OTHER;
	switch (ev->verb) {
	case VERB_ADDMEMBER:
	case VERB_AGENTLOGIN:
	case VERB_AGENTCALLBACKLOGIN:
		c->alias[id].member = true;
		break;
	default:
		break;
	}
}

bool check_names_member(struct check *c, struct slice partition, struct slice name)
{
	uint32_t log = check_log(c, partition), *first;
	bool member = false;

	name = plain(name, partition);
	first = person_of(c, name);
	for (uint32_t i = first ? *first : NAMES_NONE; i != NAMES_NONE; i = c->alias[i].next)
		member |= c->aliases.pair[i].a == log && c->alias[i].member &&
			  !slice_eq(check_text(c, c->aliases.pair[i].b), name);
	return member;
}

/* How often calls used the name, at all partitions; CONNECTs weigh more than anything else. */
static struct check_name uses(const struct check *c, uint32_t first, uint32_t name)
{
	struct check_name sum = { 0 };

	for (uint32_t i = first; i != NAMES_NONE; i = c->alias[i].next) {
		if (!c->alias[i].together || c->aliases.pair[i].b != name)
			continue;
		sum.connects += c->alias[i].connects;
		sum.calls += c->alias[i].calls;
	}
	return sum;
}

/* Of the person's names, the one that calls use; NAMES_NONE: none. */
static uint32_t best_name(const struct check *c, uint32_t first)
{
	struct check_name best = { 0 }, one;
	uint32_t name = NAMES_NONE;

	for (uint32_t i = first; i != NAMES_NONE; i = c->alias[i].next) {
		if (!c->alias[i].together)
			continue;
		one = uses(c, first, c->aliases.pair[i].b);
		/* equal ones: the one that was there first, and so stands last */
		if (one.calls && (one.connects > best.connects ||
				  (one.connects == best.connects && one.calls >= best.calls))) {
			best = one;
			name = c->aliases.pair[i].b;
		}
	}
	return name;
}

/* Was the name there at another partition already? Those stand behind it. */
static bool said(const struct check *c, uint32_t alias)
{
	for (uint32_t i = c->alias[alias].next; i != NAMES_NONE; i = c->alias[i].next)
		if (c->alias[i].together && c->aliases.pair[i].b == c->aliases.pair[alias].b)
			return true;
	return false;
}

static bool fits(struct slice raw)
{
	for (size_t i = 0; i < raw.n; i++)
		if (raw.p[i] == '\t' || raw.p[i] == '\n' || raw.p[i] == '\r' || !raw.p[i])
			return false;
	return true;
}

int check_suggest(const struct check *c, struct buf *to)
{
	struct buf scratch[2] = { { 0 } };
	bool failed;

	for (uint32_t p = 0; p < c->persons.n; p++) {
		uint32_t best = best_name(c, c->person[p]);

		for (uint32_t i = c->person[p]; best != NAMES_NONE && i != NAMES_NONE;
		     i = c->alias[i].next) {
			uint32_t name = c->aliases.pair[i].b;
			struct slice old = event_raw(check_text(c, name), &scratch[0]);
			struct slice new = event_raw(check_text(c, best), &scratch[1]);

			if (name == best || !c->alias[i].together || said(c, i) || !fits(old) ||
			    !fits(new))
				continue;
			buf_slice(to, old);
			buf_byte(to, '\t');
			buf_slice(to, new);
			buf_byte(to, '\n');
		}
	}
	failed = to->failed || scratch[0].failed || scratch[1].failed;
	buf_free(&scratch[0]);
	buf_free(&scratch[1]);
	return failed ? diag_fail(c->d, "out of memory") : 0;
}

void check_names_free(struct check *c)
{
	pairs_free(&c->aliases);
	pairs_free(&c->persons);
	free(c->alias);
	free(c->person);
}
