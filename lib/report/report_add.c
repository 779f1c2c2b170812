#include <stdlib.h>

#include "report/report_one.h"

/* How far, in seconds, the clock of the input may go back without anything being the worse. */
enum { STEP_BACK = 3600 };

/* The next item of a list by comma, whose p is NULL then where there was no comma behind it; commas
 * within [ ] are part of it. */
static struct slice next_item(struct slice *list)
{
	struct slice item = *list;
	size_t n;
	bool inside = false;

	for (n = 0; n < item.n && (inside || item.p[n] != ','); n++)
		inside = item.p[n] == '[' || (inside && item.p[n] != ']');
	*list = n < item.n ? slice_of(item.p + n + 1, item.n - n - 1) : slice_of(NULL, 0);
	return slice_of(item.p, n);
}

static int add_key(struct report *one, struct slice item, bool headed, struct diag *d)
{
	struct slice name = item, heading = item;
	struct key_ask k;

	if (headed && memchr(item.p, '=', item.n))
		heading = slice_cut(item, '=', &name);
	if (!key_parse(name, &k))
		return diag_fail(d, "-g: %.*s: no such key (see --help-measures)", (int)name.n,
				 (const char *)name.p);
	if (one->keys == KEYS_MOST)
		return diag_fail(d, "-g: more than %d keys", KEYS_MOST);
	if (!array_need(&one->key, &one->keycap, one->keys + 1, sizeof(*one->key)) ||
	    !array_need(&one->key_heading, &one->headingcap, one->keys + 1,
			sizeof(*one->key_heading)))
		return diag_fail(d, "out of memory");
	one->key_heading[one->keys] = (struct buf){ 0 };
	event_escape(&one->key_heading[one->keys], heading);
	one->key[one->keys++] = k;
	return 0;
}

static int add_keys(struct report *one, const char *keys, bool headed, struct diag *d)
{
	struct slice list = slice_str(keys ? keys : "");

	if (!list.n)
		return 0;
	do
		if (add_key(one, next_item(&list), headed, d) < 0)
			return -1;
	while (list.p);
	return 0;
}

/* Are the rows agents, and nothing that only calls have? */
static bool by_agent(const struct report *one)
{
	bool agent = false;
	size_t i;

	for (i = 0; i < one->keys; i++) {
		if (key_defs[one->key[i].key].of == KEY_OF_VISIT)
			return false;
		agent |= one->key[i].key == KEY_AGENT;
	}
	return agent;
}

static int check_keys(const struct report *one, const struct metric *m, struct diag *d)
{
	unsigned need = metric_keys(m);
	size_t i;

	for (i = 0; i < one->keys; i++)
		if ((key_defs[one->key[i].key].of & need) != need)
			return diag_fail(d, "-m: %.*s: cannot be told by %.*s", (int)m->text.n,
					 (const char *)m->text.p, (int)one->key_heading[i].n,
					 (const char *)one->key_heading[i].p);
	return 0;
}

static int add_metric(struct reports *r, struct report *one, struct slice item, bool headed,
		      bool agents)
{
	struct metric *m;

	if (!array_need(&one->metric, &one->metriccap, one->metrics + 1, sizeof(*one->metric)))
		return diag_fail(r->d, "out of memory");
	m = one->metric + one->metrics++;
	if (metric_parse(m, item, headed, agents, &r->thresholds, "-m", r->d) < 0 ||
	    check_keys(one, m, r->d) < 0)
		return -1;
	metric_bind(m, &one->rows);
	metric_bind(m, &one->all);
	metric_bind(m, &one->other);
	return 0;
}

static int add_metrics(struct reports *r, struct report *one, const char *measures, bool headed,
		       bool agents)
{
	struct slice list = slice_str(measures);

	do
		if (add_metric(r, one, next_item(&list), headed, agents) < 0)
			return -1;
	while (list.p);
	return 0;
}

/* The measures of one step: T is its threshold, and where delta begins, that of the step before. */
static int add_step(struct reports *r, struct report *one, const char *measures, bool agents)
{
	struct slice list = slice_str(measures), item, heading;
	long long t = one->step[one->steps - 1];
	struct buf b = { 0 };
	int bad = 0;

	while (list.p && !bad) {
		item = slice_cut(next_item(&list), ':', &heading);
		heading = slice_cut(item, '=', &item);
		b.n = 0;
		buf_slice(&b, heading);
		if (!slice_is(item, "delta"))
			buf_fmt(&b, "=%.*s:%lld", (int)item.n, (const char *)item.p, t);
		else if (one->steps == 1)
			buf_fmt(&b, "=in:%lld", t);
		else
			buf_fmt(&b, "=delta:%lld-%lld", one->step[one->steps - 2], t);
		bad = b.failed ? diag_fail(r->d, "out of memory") :
				 add_metric(r, one, buf_all(&b), true, agents);
	}
	buf_free(&b);
	return bad;
}

static int add_steps(struct reports *r, struct report *one, const struct preset *p, bool agents)
{
	struct slice list = slice_str(p->steps);

	while (list.n) {
		if (!array_need(&one->step, &one->stepcap, one->steps + 1, sizeof(*one->step)))
			return diag_fail(r->d, "out of memory");
		if (!slice_int(slice_cut(list, ' ', &list), false, one->step + one->steps++) ||
		    add_step(r, one, p->measures, agents) < 0)
			return -1;
	}
	return 0;
}

static void prepare(struct reports *r, struct tally *t, const struct report *one)
{
	tally_init(t, &r->labels, one->key, t == &one->rows ? one->keys : 0);
	if (r->o->directions)
		t->directions = r->o->directions;
	t->pauses = r->o->known ? r->o->known : &r->pauses;
	t->join = r->o->top > 0;
	t->keep = r->o->keep || t->join;
	t->wrapups = &r->facts->agents.wrapups;
	t->forgotten = &r->forgotten;
	t->to = r->facts->to;
	t->hours = r->facts->days || r->facts->hours_from || r->facts->hours_to ? r->facts : NULL;
	t->late = (r->facts->calls.max_open + r->facts->calls.status_wait + STEP_BACK) * WHEN_SECOND;
	if (r->facts->join)
		t->late *= 2; /* longer for a call of many visits, which is then counted from there on */
}

/* Without keys, but counting what the rows count. */
static void prepare_all(struct reports *r, struct tally *t, const struct report *one)
{
	prepare(r, t, one);
	t->directions = one->rows.directions;
	t->slotted = one->rows.slotted;
	t->reasons = one->rows.reasons;
	t->keep = r->o->keep;
	t->join = false;
}

static struct report *new_report(struct reports *r, const char *keys, bool headed)
{
	struct report *one;

	if (!array_need(&r->one, &r->cap, r->n + 1, sizeof(*r->one))) {
		diag_fail(r->d, "out of memory");
		return NULL;
	}
	one = r->one + r->n++;
	*one = (struct report){ 0 };
	if (add_keys(one, keys, headed, r->d) < 0)
		return NULL;
	prepare(r, &one->rows, one);
	prepare_all(r, &one->all, one);
	prepare_all(r, &one->other, one);
	return one;
}

static int added(struct reports *r, const struct report *one)
{
	size_t steps = one->steps ? one->steps : 1;

	r->one[r->n - 1].per_line = one->metrics / steps;
	r->timed |= one->rows.timed;
	r->events |= (one->rows.wants & (WANT_EVENTS | WANT_SEEN)) != 0;
	r->callids |= (one->rows.wants & WANT_CALLIDS) != 0;
	return one->rows.failed || one->all.failed ? diag_fail(r->d, "out of memory") : 0;
}

static int add_asked(struct reports *r, const char *keys, const char *measures)
{
	struct report *one = new_report(r, keys, false);

	if (!one || add_metrics(r, one, measures, false, by_agent(one)) < 0)
		return -1;
	return added(r, one);
}

static int add_preset(struct reports *r, struct slice name, const char *keys)
{
	const struct preset *p = preset_named(name);
	struct report *one;
	bool agents;

	if (!p)
		return diag_fail(r->d, "-r: %.*s: no such report (see --help-reports)", (int)name.n,
				 (const char *)name.p);
	one = new_report(r, keys ? keys : p->keys, !keys);
	if (!one)
		return -1;
	agents = p->by_agent || by_agent(one);
	one->name = p->name;
	one->inside = p->inside;
	one->named = p->named;
	one->queues = p->queues && !keys;
	if (p->outcomes)
		one->rows.outcomes = one->all.outcomes = outcome_set(p->outcomes);
	if (p->steps ? add_steps(r, one, p, agents) < 0 :
		       add_metrics(r, one, p->measures, true, agents) < 0)
		return -1;
	return added(r, one);
}

static int add_presets(struct reports *r, const char *names, const char *keys)
{
	struct slice list = slice_str(names);

	do
		if (add_preset(r, next_item(&list), keys) < 0)
			return -1;
	while (list.p);
	return 0;
}

struct reports *reports_ask(const struct report_ask *ask, const struct report_options *o,
			    const struct facts_options *facts, struct diag *d)
{
	struct reports *r = reports_new(o, facts, d);
	int bad;

	if (!r)
		return NULL;
	if (ask->measures)
		bad = add_asked(r, ask->keys, ask->measures);
	else
		bad = add_presets(r, ask->reports ? ask->reports : "overview", ask->keys);
	if (!bad)
		return r;
	reports_free(r);
	return NULL;
}

void report_free(struct report *one)
{
	size_t i;

	tally_free(&one->rows);
	tally_free(&one->all);
	tally_free(&one->other);
	for (i = 0; i < one->metrics; i++)
		metric_free(one->metric + i);
	for (i = 0; i < one->keys; i++)
		buf_free(one->key_heading + i);
	free(one->metric);
	free(one->key);
	free(one->key_heading);
	free(one->step);
	*one = (struct report){ 0 };
}
