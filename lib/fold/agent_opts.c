/* What qlagents and its like are told: options, --roster, --wrapup; and what they tell. */
#include "fold/agent_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "stream/select.h"

enum { LOGIN_DECIDES = 1, NO_PERSISTENT, ROSTER, WRAPUP };

const struct opt agents_opts[] = {
	{ NO_PERSISTENT, 0, "no-persistent", "PARTITION-LIST",
	  "there members do not outlive a restart (persistentmembers=no): their slots end at the\n"
	  "last event before it",
	  NULL },
	{ LOGIN_DECIDES, 0, "login-decides", NULL,
	  "where an agent logs in and off, that alone says when the agent is on, and not the\n"
	  "membership of queues",
	  NULL },
	{ ROSTER, 0, "roster", "FILE",
	  "static members, which no log names: agent, partition, queue, from, to by TAB; an empty\n"
	  "time is open",
	  NULL },
	{ WRAPUP, 0, "wrapup", "QUEUE=SECONDS-LIST",
	  "wrap-up after each talk in QUEUE", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

int agents_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct agents_options *o = to;

	switch (id) {
	case NO_PERSISTENT:
		return select_list(&o->no_persistent, what, arg, d);
	case LOGIN_DECIDES:
		o->login_decides = true;
		return 0;
	case ROSTER:
		o->roster = arg;
		return 0;
	case WRAPUP:
		if (!array_need(&o->wrapup, &o->wrapupcap, o->wrapupn + 1, sizeof(*o->wrapup)))
			return diag_fail(d, "%s: out of memory", what);
		o->wrapup[o->wrapupn++] = arg;
		return 0;
	default:
		return 0;
	}
}

int agents_resolve(struct agents_options *o, struct diag *d)
{
	for (size_t i = 0; i < o->wrapupn; i++)
		if (wrapups_read(&o->wrapups, o->wrapup[i], d) < 0)
			return -1;
	return 0;
}

void agents_options_free(struct agents_options *o)
{
	names_free(&o->no_persistent);
	wrapups_free(&o->wrapups);
	free(o->wrapup);
	o->wrapup = NULL;
	o->wrapupn = o->wrapupcap = 0;
}

static int roster_time(struct agents *a, struct slice text, int64_t open, int64_t *t)
{
	struct when w, later;
	char *s;

	*t = open;
	if (!text.n)
		return 0;
	a->text.n = 0;
	buf_slice(&a->text, text);
	s = buf_cstr(&a->text);
	/* a time that counts from now says something else every day: not in a file */
	if (!s || when_parse(s, 0, &w) < 0 ||
	    when_parse(s, 400 * 86400 * WHEN_SECOND, &later) < 0 || later.from != w.from)
		return -1;
	*t = w.from;
	return 0;
}

static bool roster_add(struct agents *a, struct roster r)
{
	if (!array_need(&a->roster, &a->rostercap, a->rosters + 1, sizeof(*a->roster)))
		return false;
	a->roster[a->rosters++] = r;
	return true;
}

/* The same text where it may be read as the names of events are. */
static struct slice kept(struct agents *a, struct slice text)
{
	return rows_text(&a->rows, rows_name(&a->rows, text));
}

static uint32_t roster_place(struct agents *a, struct slice agent, struct slice partition)
{
	uint32_t p = partition_of(a, kept(a, partition));

	a->text.n = 0;
	event_escape(&a->text, agent);
	if (p == ID_NONE || a->text.failed)
		return ID_NONE;
	return place_of(a, kept(a, buf_all(&a->text)), p);
}

/* NULL, or why the line is none. */
static const char *roster_line(struct agents *a, struct slice line, size_t number)
{
	struct roster r = { .line = number, .open = true };
	struct slice f[5], rest = line;
	int64_t to;

	for (int i = 0; i < 5; i++)
		f[i] = slice_cut(rest, '\t', &rest);
	if (rest.n || !f[0].n || !f[2].n)
		return "not agent, partition, queue, from, to";
	if (!partition_valid(f[1]))
		return "not the name of a partition";
	if (roster_time(a, f[3], WHEN_MIN, &r.time) < 0 || roster_time(a, f[4], WHEN_MAX, &to) < 0)
		return "not a time";
	if (to <= r.time)
		return "it ends before it begins";
	r.place = roster_place(a, f[0], f[1]);
	a->text.n = 0;
	event_escape(&a->text, f[2]);
	r.queue = rows_name(&a->rows, buf_all(&a->text));
	r.to = to;
	r.rebuilt = r.time == WHEN_MIN;
	if (r.place == ID_NONE || a->text.failed || !roster_add(a, r))
		return "out of memory";
	r.open = false;
	r.time = to;
	return to == WHEN_MAX || roster_add(a, r) ? NULL : "out of memory";
}

/* By time; what ends comes before what begins. */
static int roster_cmp(const void *pa, const void *pb)
{
	const struct roster *a = pa, *b = pb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->open != b->open)
		return a->open ? 1 : -1;
	return (a->line > b->line) - (a->line < b->line);
}

void roster_begin(struct agents *a, int64_t t)
{
	size_t i, k = 0;

	for (i = 0; i < a->rosters; i++) {
		struct roster r = a->roster[i];

		if (r.open && r.rebuilt && r.to <= t) /* it was over before */
			continue;
		if (r.time == WHEN_MIN)
			r.time = t;
		a->roster[k++] = r;
	}
	a->rosters = k;
	a->begun = true;
	qsort(a->roster, a->rosters, sizeof(*a->roster), roster_cmp);
}

static int roster_read(struct agents *a, const char *path, struct diag *d)
{
	struct slice text = a->o->roster_text;
	FILE *fp = text.n ? fmemopen((void *)(uintptr_t)text.p, text.n, "r") : fopen(path, "r");
	const char *why = NULL;
	char *line = NULL;
	size_t cap = 0, number = 0;
	ssize_t n;
	int r = 0;

	if (!fp)
		return diag_errno(d, "--roster: %s", path);
	while (!why && (n = getline(&line, &cap, fp)) > 0) {
		while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		number++;
		if (n)
			why = roster_line(a, slice_of(line, (size_t)n), number);
	}
	free(line);
	if (why)
		r = diag_fail(d, "--roster: %s:%zu: %s", path, number, why);
	else if (ferror(fp))
		r = diag_errno(d, "--roster: %s", path);
	fclose(fp);
	if (a->rosters)
		qsort(a->roster, a->rosters, sizeof(*a->roster), roster_cmp);
	return r;
}

int agents_setup(struct agents *a, struct diag *d)
{
	return a->o->roster ? roster_read(a, a->o->roster, d) : 0;
}

static void tell_restarts(struct agents *a, struct diag *d)
{
	struct buf *text = &a->text;
	size_t agents = 0;

	text->n = 0;
	for (size_t i = 0; i < a->agents; i++)
		agents += a->agent[i].again;
	for (size_t i = 0; i < a->partitions; i++) {
		if (!a->partition[i].again)
			continue;
		if (text->n)
			buf_byte(text, ',');
		buf_slice(text, rows_text(&a->rows, a->partition[i].name));
	}
	if (agents && buf_cstr(text))
		diag_warn(d, "agents added again after a restart while still on: %zu; if members do not "
			  "outlive a restart there, say --no-persistent %s",
			  agents, (const char *)text->p);
}

static void tell_sessionless(struct agents *a, struct diag *d)
{
	struct buf *text = &a->text;
	size_t agents = 0;

	text->n = 0;
	for (size_t i = 0; i < a->agents; i++) {
		if (!a->agent[i].calls || a->agent[i].sessions)
			continue;
		if (agents++ < 5) {
			buf_str(text, text->n ? ", " : "");
			buf_slice(text, rows_text(&a->rows, a->agent[i].name));
		}
	}
	if (agents && buf_cstr(text))
		diag_note(d, "agents who took calls without any session: %zu (%s%s)", agents,
			  (const char *)text->p, agents > 5 ? ", ..." : "");
}

void agents_tell(struct agents *a, struct diag *d)
{
	tell_restarts(a, d);
	tell_sessionless(a, d);
}
