#include "rule/filter.h"

#include <stdlib.h>

#include "rule/meant.h"

_Static_assert(VERBS <= 64, "a set of verbs is 64 bits");

enum { CLASS = 0x100, MATCH, NOT, AGENTS_FROM };

const struct opt filter_opts[] = {
	{ 'q', 'q', "queue", "LIST", "only events of these queues", NULL },
	{ 'a', 'a', "agent", "LIST", "only events of these agents", NULL },
	{ 'e', 'e', "verb", "VERB-LIST", "only events with these verbs", NULL },
	{ 'c', 'c', "callid", "LIST", "only events with these call ids", NULL },
	{ CLASS, 0, "class", "CLASS-LIST", "only these classes of events: call, agent, system",
	  "call agent system" },
	{ MATCH, 0, "match", "FIELD~EXPR",
	  "only events whose FIELD holds the extended regular expression EXPR; may be given "
	  "several times, and all must hold",
	  NULL },
	{ NOT, 0, "not", NULL, "only those events that all this together would not select", NULL },
	PERIOD_OPTS,
	{ AGENTS_FROM, 0, "agents-from", "TIME",
	  "with --from: class agent and QUEUESTART already from TIME on", NULL },
	{ 0 },
};

void filter_words(const char *arg, struct buf *b)
{
	for (enum verb v = VERB_OTHER + 1; strcmp(arg, "VERB-LIST") == 0 && v < VERBS; v++)
		if (v != VERB_DIVERT)
			buf_fmt(b, "%s ", verb_name(v));
}

/* "A, B or C"; false: out of memory. */
static bool put_meant(struct buf *b, uint64_t meant)
{
	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++) {
		if (!(meant >> v & 1))
			continue;
		meant &= ~(UINT64_C(1) << v);
		buf_fmt(b, "%s%s", !b->n ? "" : meant ? ", " : " or ", verb_name(v));
	}
	return !b->failed;
}

/* One that nobody knows is asked for all the same. */
static int take_verbs(struct filter *f, const char *what, const char *arg, struct diag *d)
{
	size_t i = f->select.verb.n;

	if (select_list(&f->select.verb, what, arg, d) < 0)
		return -1;
	for (; i < f->select.verb.n; i++) {
		struct slice name = names_text(&f->select.verb, (uint32_t)i);
		uint64_t meant = verb_meant(name);
		struct buf text = { 0 };

		if (meant && put_meant(&text, meant))
			diag_note(d, "%s: %.*s: not a verb that is known: is %.*s meant?", what,
				  (int)name.n, (const char *)name.p, (int)text.n,
				  (const char *)text.p);
		buf_free(&text);
	}
	return 0;
}

static int take_classes(struct filter *f, const char *what, const char *arg, struct diag *d)
{
	struct slice rest = slice_str(arg);
	bool more = true;

	while (more) {
		size_t n = rest.n;
		struct slice name = slice_cut(rest, ',', &rest);
		unsigned class = verb_class_named(name);

		if (!class)
			return diag_fail(d, "%s: %.*s: not one of call, agent, system", what,
					 (int)name.n, (const char *)name.p);
		f->select.classes |= class;
		more = name.n < n;
	}
	return 0;
}

static int take_match(struct filter *f, const char *what, const char *arg, struct diag *d)
{
	if (!array_need(&f->regex, &f->cap, f->regexes + 1, sizeof(*f->regex)))
		return diag_fail(d, "%s: out of memory", what);
	if (filter_regex_open(&f->regex[f->regexes], what, arg, d) < 0)
		return -1;
	f->regexes++;
	return 0;
}

int filter_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct filter *f = to;

	switch (id) {
	case 'q':
		return select_list(&f->select.queue, what, arg, d);
	case 'a':
		return select_list(&f->select.agent, what, arg, d);
	case 'e':
		return take_verbs(f, what, arg, d);
	case 'c':
		return select_list(&f->select.callid, what, arg, d);
	case CLASS:
		return take_classes(f, what, arg, d);
	case MATCH:
		return take_match(f, what, arg, d);
	case NOT:
		f->not = true;
		return 0;
	case AGENTS_FROM:
		f->agents_from = arg;
		return 0;
	default:
		return period_take(&f->period, id, what, arg, d);
	}
}

int filter_partition(struct filter *f, const char *what, const char *list, struct diag *d)
{
	size_t n = f->select.partition.n;

	if (select_list(&f->select.partition, what, list, d) < 0)
		return -1;
	for (; n < f->select.partition.n; n++) {
		struct slice name = names_text(&f->select.partition, (uint32_t)n);

		if (!partition_valid(name))
			return diag_fail(d, "%s: %.*s: no valid name of a partition", what,
					 (int)name.n, (const char *)name.p);
	}
	return 0;
}

static void choose_verbs(struct filter *f)
{
	const struct names *asked = &f->select.verb;

	f->verbs = f->named = 0;
	for (enum verb v = VERB_OTHER; v < VERBS; v++) {
		uint64_t bit = UINT64_C(1) << v;

		if (f->select.classes && !(f->select.classes & verb_class(v)))
			continue;
		if (asked->n && (v == VERB_OTHER || v == VERB_DIVERT))
			f->named |= bit;
		else if (!asked->n || names_find(asked, slice_str(verb_name(v))) != NAMES_NONE)
			f->verbs |= bit;
	}
}

int filter_ready(struct filter *f, int64_t now, struct diag *d)
{
	struct when w, early = { WHEN_MAX, WHEN_MAX };

	if (period_resolve(&f->period, now, &w, d) < 0)
		return -1;
	if (f->agents_from && w.from == WHEN_MIN)
		return diag_fail(d, "--agents-from: only with --from");
	if (f->agents_from && when_parse(f->agents_from, now, &early) < 0)
		return diag_fail(d, "--agents-from: %s: not a " WHEN_TIME, f->agents_from);
	f->select.from = w.from;
	f->select.to = w.to;
	f->select.agents_from = early.from;
	f->all = select_is_all(&f->select) && !f->regexes;
	if (f->all && f->not)
		return diag_fail(d, "--not: nothing is asked that it could turn round");
	choose_verbs(f);
	f->partition.n = f->queue.n = f->agent.n = f->verb.n = f->callid.n = UINT8_MAX;
	return 0;
}

static bool listed(const struct names *names, struct filter_last *last, struct slice s)
{
	if (names->n <= 1)
		return names->n == 0 || slice_eq(names_text(names, 0), s);
	if (s.n <= sizeof(last->text) && s.n == last->n && memcmp(s.p, last->text, s.n) == 0)
		return last->found;
	last->found = names_find(names, s) != NAMES_NONE;
	last->n = UINT8_MAX;
	if (s.n <= sizeof(last->text)) {
		memcpy(last->text, s.p, s.n);
		last->n = (unsigned char)s.n;
	}
	return last->found;
}

static bool in_period(const struct select *s, const struct event *ev)
{
	if (ev->time >= s->from)
		return ev->time < s->to;
	return ev->time >= s->agents_from &&
	       (verb_class(ev->verb) == CLASS_AGENT || ev->verb == VERB_QUEUESTART);
}

/* All conditions, the cheapest first. */
static bool holds(struct filter *f, const struct event *ev)
{
	const struct select *s = &f->select;
	uint64_t verb = UINT64_C(1) << ev->verb;

	if (!in_period(s, ev))
		return false;
	if (!(f->verbs & verb) &&
	    (!(f->named & verb) || !listed(&s->verb, &f->verb, ev->f[F_VERB])))
		return false;
	if (!listed(&s->queue, &f->queue, ev->f[F_QUEUE]) ||
	    !listed(&s->partition, &f->partition, ev->f[F_PARTITION]) ||
	    !listed(&s->agent, &f->agent, ev->f[F_AGENT]) ||
	    !listed(&s->callid, &f->callid, ev->f[F_CALLID]))
		return false;
	for (size_t i = 0; i < f->regexes; i++)
		if (!filter_regex_match(&f->regex[i], ev))
			return false;
	return true;
}

bool filter_match(struct filter *f, const struct event *ev)
{
	return f->all || verb_of_stream(ev->verb) || holds(f, ev) != f->not;
}

void filter_tell(const struct filter *f, struct source *in, bool lines)
{
	const struct select *s = &f->select;
	const struct {
		enum field f;
		const struct names *list;
	} lists[] = { { F_CALLID, &s->callid }, { F_AGENT, &s->agent }, { F_QUEUE, &s->queue },
		      { F_PARTITION, &s->partition } };
	struct sieve only = { .from = s->from < s->agents_from ? s->from : s->agents_from, .to = s->to,
			      .verbs = f->verbs | f->named, .f = F_TIME },
		     sure = SIEVE_ALL;
	bool all_told = s->from <= s->agents_from && !f->regexes;

	if (f->all || f->not)
		return;
	for (size_t i = 0; i < 4; i++) {
		if (lists[i].list->n == 1 && only.f == F_TIME) {
			only.f = lists[i].f;
			only.is = names_text(lists[i].list, 0);
			all_told &= only.is.n <= NEAR_MOST;
		} else if (lists[i].list->n) {
			all_told = false;
		}
	}
	source_only(in, &only);
	sure.verbs = f->named ? f->verbs : UINT64_MAX;
	if (lines && all_told)
		source_pass(in, &sure);
}

bool filter_failed(const struct filter *f)
{
	for (size_t i = 0; i < f->regexes; i++)
		if (f->regex[i].failed)
			return true;
	return false;
}

void filter_free(struct filter *f)
{
	select_free(&f->select);
	for (size_t i = 0; i < f->regexes; i++)
		filter_regex_free(&f->regex[i]);
	free(f->regex);
	*f = FILTER_ALL;
}
