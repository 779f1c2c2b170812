/* What a partial result was asked, as lines that say the same in the same bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "report/partial_own.h"

static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static void put(struct buf *b, const char *name, struct slice value)
{
	buf_str(b, name);
	buf_byte(b, '\t');
	buf_slice(b, value);
	buf_byte(b, '\n');
}

static void put_raw(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_str(b, name);
	buf_byte(b, '\t');
	event_escape(b, slice_str(value));
	buf_byte(b, '\n');
}

static void put_int(struct buf *b, const char *name, long long v)
{
	buf_fmt(b, "%s\t%lld\n", name, v);
}

static void put_flag(struct buf *b, const char *name, bool on)
{
	if (on)
		put(b, name, SLICE(""));
}

static void put_time(struct buf *b, const char *name, int64_t t)
{
	if (t == WHEN_MIN || t == WHEN_MAX)
		return;
	buf_fmt(b, "%s\t", name);
	when_put_epoch(b, t);
	buf_byte(b, '\n');
}

static int by_text(const void *pa, const void *pb)
{
	return slice_cmp(*(const struct slice *)pa, *(const struct slice *)pb);
}

void partial_put_names(struct buf *b, const char *what, const struct names *t)
{
	struct slice *text = malloc((t->n + 1) * sizeof(*text));
	size_t i;

	b->failed |= !text;
	for (i = 0; text && i < t->n; i++)
		text[i] = names_text(t, (uint32_t)i);
	if (text)
		qsort(text, t->n, sizeof(*text), by_text);
	for (i = 0; text && i < t->n; i++)
		put(b, what, text[i]);
	free(text);
}

static void put_asked(struct buf *b, const struct report_ask *ask)
{
	put_raw(b, "reports", ask->reports);
	put_raw(b, "keys", ask->keys);
	put_raw(b, "measures", ask->measures);
}

static void put_days(struct buf *b, unsigned set)
{
	const char *before = "days\t";
	int i;

	for (i = 0; i < 7; i++) {
		if (!(set >> i & 1))
			continue;
		buf_fmt(b, "%s%s", before, days[i]);
		before = ",";
	}
	if (set)
		buf_byte(b, '\n');
}

static void put_outcomes(struct buf *b, unsigned set)
{
	const char *before = "outcome\t";
	int o;

	for (o = 0; o < OUTCOMES; o++) {
		if (!(set >> o & 1))
			continue;
		buf_fmt(b, "%s%s", before, outcome_name((enum outcome)o));
		before = ",";
	}
	if (set)
		buf_byte(b, '\n');
}

static void put_facts(struct buf *b, const struct facts_options *f)
{
	put_time(b, "from", f->from);
	put_time(b, "to", f->to);
	put_raw(b, "zone", when_zone_name());
	partial_put_names(b, "partition-asked", &f->partition);
	partial_put_names(b, "queue", &f->queue);
	partial_put_names(b, "agent", &f->agent);
	partial_put_names(b, "callid", &f->callid);
	if (f->hours_from || f->hours_to)
		buf_fmt(b, "hours\t%02d:%02d-%02d:%02d\n", f->hours_from / 60, f->hours_from % 60,
			f->hours_to / 60, f->hours_to % 60);
	put_days(b, f->days);
	put_outcomes(b, f->outcomes);
	if (f->min_wait >= 0)
		put_int(b, "min-wait", f->min_wait);
	if (f->max_wait >= 0)
		put_int(b, "max-wait", f->max_wait);
	if (f->min_talk >= 0)
		put_int(b, "min-talk", f->min_talk);
	put_time(b, "until", f->calls.until);
	put_int(b, "max-open", f->calls.max_open);
	put_int(b, "status-wait", f->calls.status_wait);
	put_flag(b, "join", f->join);
}

/* The bytes of a file of the user's. 0; -1: told. */
static int read_file(struct buf *b, const char *path, struct diag *d)
{
	FILE *fp = fopen(path, "r");
	int r = 0;

	if (!fp)
		return diag_errno(d, "%s", path);
	while (buf_room(b, 1 << 16) && !feof(fp) && !ferror(fp))
		b->n += fread(b->p + b->n, 1, 1 << 16, fp);
	if (ferror(fp))
		r = diag_errno(d, "%s", path);
	else if (b->failed)
		r = diag_fail(d, "out of memory");
	fclose(fp);
	return r;
}

static void nobody(void *arg, const struct interval *i)
{
	(void)arg;
	(void)i;
}

/* Its lines; read as the fold of agents will, so that what is wrong with it is said now. */
static int put_roster(struct buf *b, const struct agents_options *o, struct diag *d)
{
	struct agents *a = agents_new(o, nobody, NULL, d);
	struct buf file = { 0 };
	struct slice text = o->roster_text, line;

	if (!a)
		return -1;
	agents_free(a);
	if (!text.n && read_file(&file, o->roster, d) < 0) {
		buf_free(&file);
		return -1;
	}
	if (!text.n)
		text = buf_all(&file);
	while (fields_line(&text, &line)) {
		buf_str(b, "roster\t");
		event_escape(b, line);
		buf_byte(b, '\n');
	}
	buf_free(&file);
	return 0;
}

static int put_agents(struct buf *b, const struct agents_options *o, struct diag *d)
{
	uint32_t i;

	put_flag(b, "login-decides", o->login_decides);
	partial_put_names(b, "no-persistent", &o->no_persistent);
	for (i = 0; i < o->wrapups.queue.n; i++)
		buf_fmt(b, "wrapup\t%.*s\t%lld\n", (int)names_text(&o->wrapups.queue, i).n,
			(const char *)names_text(&o->wrapups.queue, i).p, o->wrapups.seconds[i]);
	return o->roster ? put_roster(b, o, d) : 0;
}

static void put_threshold(struct buf *b, const struct threshold *th)
{
	uint32_t i;

	for (i = 0; th->file && i < th->queues.n; i++) {
		struct slice queue = names_text(&th->queues, i);

		buf_fmt(b, "within\t%s\t%.*s\t%lld\n", th->file, (int)queue.n,
			(const char *)queue.p, th->of[i]);
	}
}

static void put_report(struct buf *b, const struct reports *r)
{
	static const char *const words[] = { NULL, "in", "out", "both" };
	size_t i;

	put_raw(b, "direction", words[r->o->directions]);
	put_int(b, "slot", r->o->slot);
	put_int(b, "short", r->o->short_wait);
	put_flag(b, "total", r->o->total);
	partial_put_names(b, "unpaid", &(r->o->known ? r->o->known : &r->pauses)->unpaid);
	partial_put_names(b, "billable", &(r->o->known ? r->o->known : &r->pauses)->billable);
	for (i = 0; i < r->thresholds.n; i++)
		put_threshold(b, r->thresholds.v[i]);
}

int partial_put_head(struct buf *b, const struct reports *r, const struct report_ask *ask)
{
	if (ask->lines.n) {
		buf_slice(b, ask->lines);
		return 0;
	}
	put_asked(b, ask);
	put_report(b, r);
	put_facts(b, r->facts);
	return put_agents(b, &r->facts->agents, r->d);
}

/* A text that lives in `texts`, as a C string. NULL: out of memory, or none. */
static const char *keep(struct names *texts, struct slice value)
{
	struct buf raw = { 0 }, scratch = { 0 };
	uint32_t id = NAMES_NONE;

	buf_slice(&raw, event_raw(value, &scratch));
	buf_byte(&raw, '\0');
	if (!raw.failed && !scratch.failed && memchr(raw.p, '\0', raw.n) == raw.p + raw.n - 1)
		id = names_put(texts, buf_all(&raw));
	buf_free(&raw);
	buf_free(&scratch);
	return id == NAMES_NONE ? NULL : (const char *)names_text(texts, id).p;
}

/* Names go to their lists as they stand: a comma may be part of one. */
static struct names *list_named(struct slice name, struct asked *a)
{
	return slice_is(name, "partition-asked") ? &a->facts->partition :
	       slice_is(name, "queue") ? &a->facts->queue :
	       slice_is(name, "agent") ? &a->facts->agent :
	       slice_is(name, "callid") ? &a->facts->callid :
	       slice_is(name, "no-persistent") ? &a->facts->agents.no_persistent :
	       slice_is(name, "unpaid") ? &a->pauses->unpaid :
	       slice_is(name, "billable") ? &a->pauses->billable : NULL;
}

static const char **word_named(struct slice name, struct asked *a)
{
	return slice_is(name, "reports") ? &a->ask->reports :
	       slice_is(name, "keys") ? &a->ask->keys :
	       slice_is(name, "measures") ? &a->ask->measures :
	       slice_is(name, "from") ? &a->facts->period.from :
	       slice_is(name, "to") ? &a->facts->period.to :
	       slice_is(name, "zone") ? &a->facts->period.zone :
	       slice_is(name, "until") ? &a->facts->until_text : NULL;
}

static bool take_wrapup(struct slice value, struct wrapups *w)
{
	struct fields f = fields_of(value);
	struct slice queue = fields_text(&f);
	long long seconds = fields_int(&f);

	return fields_end(&f) && wrapups_put(w, queue, seconds);
}

/* As it stands on a command line. */
static bool take_option(struct slice name, struct slice value, struct asked *a, struct diag *d)
{
	const struct opt_group groups[] = {
		{ NULL, report_opts, report_take, a->o },
		{ NULL, facts_opts, facts_take, a->facts },
		{ NULL, agents_opts, agents_take, &a->facts->agents },
	};
	const char *arg = keep(a->texts, value);
	const struct opt *opt;
	size_t i;

	for (i = 0; arg && i < sizeof(groups) / sizeof(*groups); i++)
		for (opt = groups[i].opts; opt->id; opt++)
			if (slice_is(name, opt->name))
				return groups[i].take(groups[i].to, opt->id, opt->name, arg, d) == 0;
	return false;
}

bool partial_take_head(struct slice line, struct asked *a, struct diag *d)
{
	struct slice value, name = slice_cut(line, '\t', &value);
	struct buf scratch = { 0 };
	struct names *list = list_named(name, a);
	const char **word = word_named(name, a);

	if (list)
		return names_put(list, value) != NAMES_NONE;
	if (word)
		return (*word = keep(a->texts, value)) != NULL;
	if (slice_is(name, "within"))
		return true;
	if (slice_is(name, "wrapup"))
		return take_wrapup(value, &a->facts->agents.wrapups);
	if (slice_is(name, "join"))
		return a->facts->join = true;
	if (!slice_is(name, "roster"))
		return take_option(name, value, a, d);
	buf_slice(a->roster, event_raw(value, &scratch));
	buf_byte(a->roster, '\n');
	buf_free(&scratch);
	return !a->roster->failed;
}
