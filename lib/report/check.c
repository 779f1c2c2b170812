#include "report/check.h"

#include <stdlib.h>

#include "base/hash.h"
#include "report/check_own.h"

/* What is open at the beginning of the input may be reckoned so much behind it. */
static const int64_t near = 2 * WHEN_SECOND;

static const struct {
	const char *name, *help;
} kinds[FINDING_KINDS] = {
	[FINDING_DOUBLED] = { "doubled", "an end of a call that is logged twice" },
	[FINDING_CONNECT] = { "connect", "a CONNECT that is logged twice" },
	[FINDING_ORPHAN] = { "orphan", "the end of a call whose entry or CONNECT is missing" },
	[FINDING_UNENDED] = { "unended", "a call whose end was never logged" },
	[FINDING_REFUSED] = { "refused", "a line that is no event" },
	[FINDING_TWIN] = { "twin", "a line that stands twice in one second" },
	[FINDING_BACK] = { "back", "a step back in time" },
	[FINDING_SILENCE] = { "silence", "a silence longer than --silence" },
	[FINDING_HEARTBEAT] = { "heartbeat", "a HEARTBEAT that comes late" },
	[FINDING_VERB] = { "verb", "a verb that is not known" },
	[FINDING_CASE] = { "case", "a verb that is known, but in other letters" },
	[FINDING_NAME] = { "name", "one person under two names" },
	[FINDING_NEVER] = { "never", "an agent who took calls and was never on" },
	[FINDING_AGAIN] = { "again", "a member added again after a restart while still on" },
	[FINDING_STATIC] = { "static", "a pause at a queue where the agent was never added" },
	[FINDING_SYSTEM] = { "system", "call ids of one system name at two partitions" },
	[FINDING_MIXED] = { "mixed", "call ids of several system names at one partition" },
	[FINDING_CLOCK] = { "clock", "the clock of a server is behind another's" },
};

const char *finding_name(enum finding_kind k)
{
	return kinds[k].name;
}

void finding_help(struct buf *b)
{
	for (enum finding_kind k = 0; k < FINDING_KINDS; k++)
		buf_fmt(b, "%-10s %s\n", kinds[k].name, kinds[k].help);
}

unsigned finding_set(const char *list)
{
	struct slice rest = slice_str(list), one;
	unsigned set = 0;

	do {
		enum finding_kind k = 0;

		one = slice_cut(rest, ',', &rest);
		while (k < FINDING_KINDS && !slice_is(one, kinds[k].name))
			k++;
		if (k == FINDING_KINDS)
			return 0;
		set |= 1u << k;
	} while (rest.n);
	return set;
}

uint32_t pairs_put(struct pairs *p, uint32_t a, uint32_t b, bool *fresh)
{
	uint64_t h = hash_mix(hash_seed(), (uint64_t)a << 32 | b);
	uint32_t id;

	*fresh = false;
	MAP_EACH (&p->map, i, h, id)
		if (p->pair[id].a == a && p->pair[id].b == b)
			return id;
	if (!array_need(&p->pair, &p->cap, (size_t)p->n + 1, sizeof(*p->pair)) ||
	    !map_add(&p->map, h, p->n))
		return NAMES_NONE;
	*fresh = true;
	p->pair[p->n] = (struct pair){ a, b };
	return p->n++;
}

void pairs_free(struct pairs *p)
{
	map_free(&p->map);
	free(p->pair);
}

uint32_t check_intern(struct check *c, struct slice name)
{
	uint32_t id = names_put(&c->names, name);

	c->failed |= id == NAMES_NONE;
	return id;
}

static bool in(const struct names *list, struct slice name)
{
	return !list->n || names_find(list, name) != NAMES_NONE;
}

static bool kind_asked(const struct check_options *o, enum finding_kind k)
{
	return !o->kinds || o->kinds & 1u << k;
}

/* Is it of those that were asked for? What a line was about that was refused, nobody knows. */
static bool asked(const struct check_options *o, const struct finding *f)
{
	const struct facts_options *s = &o->facts;

	if (f->kind == FINDING_REFUSED)
		return kind_asked(o, f->kind);
	return kind_asked(o, f->kind) && in(&s->partition, f->partition) &&
	       in(&s->queue, f->queue) && in(&s->agent, f->agent) && in(&s->callid, f->callid) &&
	       (f->time < 0 || (f->time >= s->from && f->time < s->to && facts_hour(s, f->time)));
}

void check_find(struct check *c, struct finding f, const char *fmt, ...)
{
	unsigned long long *n = &c->count[f.kind];
	va_list ap;

	if (!asked(c->o, &f) || ((*n)++ >= (unsigned long long)c->o->most && c->o->most))
		return;
	c->detail.n = 0;
	va_start(ap, fmt);
	buf_vfmt(&c->detail, fmt, ap);
	va_end(ap);
	c->failed |= c->detail.failed;
	f.detail = buf_all(&c->detail);
	c->put(c->arg, &f);
}

static struct slice unless_none(struct slice s)
{
	return slice_is(s, "NONE") ? slice_of(s.p, 0) : s;
}

struct finding check_about(enum finding_kind kind, const struct event *ev)
{
	return (struct finding){
		.kind = kind, .time = ev->time, .partition = ev->f[F_PARTITION],
		.callid = unless_none(ev->f[F_CALLID]), .queue = unless_none(ev->f[F_QUEUE]),
		.agent = unless_none(ev->f[F_AGENT])
	};
}

/*
 * What the folds remark.
 */

static void on_call(void *arg, const struct call_remark *r)
{
	struct check *c = arg;
	const struct slice verb = r->ev->f[F_VERB];

	switch (r->odd) {
	case CALL_END_AGAIN:
		check_find(c, check_about(FINDING_DOUBLED, r->ev),
			   "%.*s: the end was logged already", TEXT(verb));
		break;
	case CALL_CONNECT_AGAIN:
		check_find(c, check_about(FINDING_CONNECT, r->ev),
			   "%.*s: they were connected already", TEXT(verb));
		break;
	case CALL_ORPHAN:
		check_find(c, check_about(FINDING_ORPHAN, r->ev),
			   "%.*s: nothing of this call was logged", TEXT(verb));
		break;
	case CALL_NO_ENTRY:
		if (r->enter > c->log[c->recent].first + near)
			check_find(c, check_about(FINDING_ORPHAN, r->ev),
				   "%.*s: the entry was not logged", TEXT(verb));
		break;
	case CALL_NO_CONNECT:
		check_find(c, check_about(FINDING_ORPHAN, r->ev),
			   "%.*s: the CONNECT was not logged", TEXT(verb));
	}
}

static void on_agent(void *arg, const struct agent_remark *r)
{
	struct check *c = arg;
	struct finding f = { .time = r->time, .partition = r->partition, .queue = r->queue,
			     .agent = r->agent };

	if (r->odd != AGENT_AGAIN && check_names_member(c, r->partition, r->agent))
		return;
	switch (r->odd) {
	case AGENT_AGAIN:
		f.kind = FINDING_AGAIN;
		check_find(c, f, "members do not outlive a restart here: say --no-persistent %.*s",
			   TEXT(r->partition));
		break;
	case AGENT_UNKNOWN:
		f.kind = FINDING_STATIC;
		check_find(c, f, "paused, but never added: a static member, or one of before");
		break;
	case AGENT_NEVER_ON:
		f.kind = FINDING_NEVER;
		check_find(c, f, "took %llu calls, was never added and never logged in", r->calls);
	}
}

static void on_visit(void *arg, const struct visit *v)
{
	struct check *c = arg;
	bool lost = v->outcome == OUTCOME_LOST, answered = v->outcome == OUTCOME_ANSWERED;
	struct finding f = { .kind = FINDING_UNENDED, .time = v->end, .partition = v->partition,
			     .callid = v->callid, .queue = v->queue, .agent = v->agent };
	struct buf since = { 0 };

	check_clock(c, v);
	if (!lost && !(answered && slice_is(v->cause, "lost")))
		return;
	when_put_local(&since, lost ? v->enter : v->connect);
	check_find(c, f, "%.*s: %s since %.*s", TEXT(visit_ended_verb(v)), lost ? "waited" : "talked",
		   TEXT(since));
	c->failed |= since.failed;
	buf_free(&since);
}

static void on_interval(void *arg, const struct interval *i)
{
	(void)arg;
	(void)i;
}

struct check *check_new(const struct check_options *o,
			void (*put)(void *arg, const struct finding *f), void *arg, struct diag *d)
{
	struct check *c = calloc(1, sizeof(*c));

	if (!c) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	*c = (struct check){ .o = o, .put = put, .arg = arg, .d = d, .recent = NAMES_NONE,
			     .clock = WHEN_MIN };
	/* the folds see everything: it is findings that are selected */
	c->facts_options = FACTS_DEFAULT;
	c->facts_options.calls = o->facts.calls;
	c->facts_options.calls.status_wait = 0;
	c->facts_options.calls.remark = on_call;
	c->facts_options.agents = o->facts.agents;
	c->facts_options.agents.remark = on_agent;
	c->facts_options.calls.remark_arg = c->facts_options.agents.remark_arg = c;
	c->facts_options.incomplete = o->facts.incomplete;
	c->facts_options.quiet = true;
	c->facts = facts_new(&c->facts_options, on_visit, on_interval, c, d);
	if (c->facts)
		return c;
	check_free(c);
	return NULL;
}

int check_feed(struct check *c, const struct event *ev)
{
	uint32_t log = check_log(c, ev->f[F_PARTITION]);

	if (log != NAMES_NONE) {
		if (ev->time > c->clock)
			c->clock = ev->time;
		check_lines(c, log, ev);
		check_names(c, log, ev);
		if (facts_feed(c->facts, ev) < 0)
			return -1;
	}
	return c->failed ? diag_fail(c->d, "out of memory") : 0;
}

void check_refused(struct check *c, struct slice partition, const char *path,
		   unsigned long long line, const char *why)
{
	struct finding f = { .kind = FINDING_REFUSED, .time = -1, .partition = partition };
	struct buf name = { 0 };

	c->unshown += !kind_asked(c->o, FINDING_REFUSED);
	event_escape(&name, slice_str(path));
	check_find(c, f, "%.*s:%llu: %s", TEXT(name), line, why);
	c->failed |= name.failed;
	buf_free(&name);
}

bool check_finish(struct check *c)
{
	bool whole = facts_finish(c->facts);

	check_lines_finish(c);
	check_clock_finish(c);
	if (c->failed)
		diag_fail(c->d, "out of memory");
	return whole && !c->failed;
}

void check_tell(struct check *c)
{
	unsigned long long all = 0, more;

	for (enum finding_kind k = 0; k < FINDING_KINDS; k++) {
		unsigned long long most = c->o->most ? (unsigned long long)c->o->most : c->count[k];

		all += c->count[k];
		more = c->count[k] > most ? c->count[k] - most : 0;
		if (more)
			diag_warn(c->d, "%s: %llu, %llu more than shown", kinds[k].name,
				  c->count[k], more);
		else if (c->count[k])
			diag_warn(c->d, "%s: %llu", kinds[k].name, c->count[k]);
	}
	if (c->unshown)
		diag_warn(c->d, "refused: %llu, none shown", c->unshown);
	if (!all && c->d->status == 0)
		diag_note(c->d, "nothing found");
	check_lines_tell(c);
}

void check_free(struct check *c)
{
	if (!c)
		return;
	facts_free(c->facts);
	check_lines_free(c);
	check_names_free(c);
	check_clock_free(c);
	names_free(&c->names);
	buf_free(&c->detail);
	free(c);
}
