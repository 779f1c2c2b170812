#include "rule/plan.h"

#include <stdlib.h>

#include "base/program.h"
#include "rule/servers_sql.h"
#include "stream/operand.h"

/* The folding commands; agents: those that fold agents' time; instant: those that show one, the
 * last of the period. */
static const struct fold {
	const char *name;
	bool agents, instant;
} folds[] = {
	{ "qlcalls", false, false },
	{ "qlagents", true, false },
	{ "qlstats", true, false },
	{ "qltop", true, true },
};

/* What a partition's configuration asks of qlrewrite; `with` behind the option. */
static const struct rewriting {
	enum server_key key;
	const char *option;
	enum { FLAG, VALUE, BY_NAME } with;
} rewritings[] = {
	{ SERVER_SHIFT, "--shift", BY_NAME },
	{ SERVER_STRIP_CHANNEL, "--strip-channel", FLAG },
	{ SERVER_LOCAL_TO_AGENT, "--local-to-agent", FLAG },
	{ SERVER_LOGIN_TO_AGENT, "--login-to-agent", FLAG },
	{ SERVER_HOTDESK, "--hotdesk", FLAG },
	{ SERVER_AGENTS, "--agents", VALUE },
	{ SERVER_QUEUES, "--queues", VALUE },
};

#define EACH(table) (sizeof(table) / sizeof(*(table)))

struct build {
	struct pipeline *to;
	const struct plan *p;
	const struct cluster *c;
	const struct servers *s;
	const struct fold *fold;
	size_t rewrite; /* the number of the last qlrewrite, or SIZE_MAX */
	struct diag *d;
};

static const struct fold *fold_of(const struct plan *p)
{
	const char *name = p->command ? p->command[0] : "", *slash = strrchr(name, '/');

	for (size_t i = 0; i < EACH(folds); i++)
		if (strcmp(slash ? slash + 1 : name, folds[i].name) == 0)
			return &folds[i];
	return NULL;
}

bool plan_folds(const struct plan *p)
{
	return fold_of(p) != NULL;
}

void plan_folds_words(struct buf *b)
{
	for (size_t i = 0; i < EACH(folds); i++)
		buf_fmt(b, "%s ", folds[i].name);
}

bool plan_shows(const struct plan *p)
{
	return plan_folds(p) && fold_of(p)->instant;
}

/*
 * Adds a command, ours beside the running program, any other along PATH. It is shown by its name
 * alone where a shell would find the same file by that. NULL: told.
 */
static struct pipeline_command *add(struct build *b, const char *name)
{
	char *path = program_in_path(name), *ours = NULL;
	bool same = false;
	size_t i;

	if (strncmp(name, "ql", 2) == 0 && !strchr(name, '/'))
		ours = program_beside(b->p->self, name);
	if (ours) {
		same = path && program_same(ours, path);
		free(path);
		path = ours;
	}
	if (!path) {
		diag_fail(b->d, "%s: no such command", name);
		return NULL;
	}
	i = pipeline_add(b->to, ours && !same ? path : name, path);
	if (!b->to->failed)
		return &b->to->command[i];
	diag_fail(b->d, "out of memory");
	return NULL;
}

/* One that reads what the command added last writes. */
static struct pipeline_command *add_behind(struct build *b, const char *name)
{
	size_t last = b->to->n - 1;
	struct pipeline_command *c = add(b, name);

	if (c) {
		b->to->command[last].into = last + 1;
		c->partition = b->to->command[last].partition;
	}
	return c;
}

static void add_time(struct words *w, const char *option, int64_t t)
{
	struct buf text = { 0 };

	if (t < EVENT_TIME_MIN)
		t = EVENT_TIME_MIN;
	when_put_epoch(&text, t < EVENT_TIME_MAX ? t : EVENT_TIME_MAX);
	words_add(w, option);
	if (buf_cstr(&text))
		words_add(w, (char *)text.p);
	buf_free(&text);
}

static void add_classes(struct words *w, unsigned classes)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = { { CLASS_CALL, "call" }, { CLASS_AGENT, "agent" }, { CLASS_SYSTEM, "system" } };
	struct buf list = { 0 };

	for (size_t i = 0; i < EACH(names); i++)
		if (classes & names[i].bit)
			buf_fmt(&list, "%s%s", list.n ? "," : "", names[i].name);
	words_add(w, "--class");
	if (buf_cstr(&list))
		words_add(w, (char *)list.p);
	buf_free(&list);
}

/* The classes that are read at all; 0: all. */
static unsigned classes_of(const struct cluster_part *part, const struct server *v)
{
	unsigned dash = cluster_classes(part);

	return dash && v->classes ? dash & v->classes : dash | v->classes;
}

/*
 * The period that a leg's log is asked for. Its times are those of its own clock, `shift` before
 * what they will be. HOTDESK rows of long ago are in force: a leg that needs them reads them even
 * where it must not pass them on.
 */
static void add_period(struct build *b, struct words *w, const struct server *v)
{
	const struct plan *p = b->p;
	int64_t from = p->period.from, to = p->period.to;

	if (from != WHEN_MIN) {
		from -= v->shift + (b->fold ? p->lookback : 0);
		if (p->lookback_agents && ((b->fold && b->fold->agents) ||
					   server_yes(v, SERVER_HOTDESK, false)))
			add_time(w, "--agents-from", from - p->lookback_agents);
		add_time(w, "--from", from);
	}
	if (to != WHEN_MAX)
		add_time(w, "--to", to - v->shift + (b->fold && !b->fold->instant ? p->lookahead : 0));
}

static void add_option(struct words *w, const char *option, const char *value)
{
	if (!value)
		return;
	words_add(w, option);
	words_add(w, value);
}

static int add_fetch(struct build *b, const struct cluster_part *part, const struct server *v)
{
	struct buf operand = { 0 };
	struct pipeline_command *c;
	bool database;
	int r = -1;

	if (servers_source(b->s, b->p->spec, part->name, &operand, b->d) < 0)
		goto out;
	c = add(b, "qlfetch");
	if (!c)
		goto out;
	database = operand_is_sql(buf_cstr(&operand));
	c->partition = part->name;
	c->tells = !database;
	if (b->p->follow) {
		words_add(&c->argv, "--follow");
		add_option(&c->argv, "--tick", "1");
		add_option(&c->argv, "--poll", b->p->poll);
	}
	if (database) {
		add_option(&c->argv, "--stale", b->p->stale);
		servers_sql_options(&c->argv, v);
	} else {
		words_add(&c->argv, "-p");
		words_add(&c->argv, part->name);
	}
	if (classes_of(part, v) && !server_yes(v, SERVER_HOTDESK, false))
		add_classes(&c->argv, classes_of(part, v));
	add_period(b, &c->argv, v);
	words_add(&c->argv, (char *)operand.p);
	r = 0;
out:
	buf_free(&operand);
	return r;
}

static int add_rewrite(struct build *b, const struct cluster_part *part, const struct server *v)
{
	struct pipeline_command *c = NULL;

	for (size_t i = 0; i < EACH(rewritings); i++) {
		const struct rewriting *r = &rewritings[i];
		const char *value = v->value[r->key];

		if (!value || (r->with == FLAG && strcmp(value, "yes") != 0))
			continue;
		if (!c && !(c = add_behind(b, "qlrewrite")))
			return -1;
		b->rewrite = b->to->n - 1;
		words_add(&c->argv, r->option);
		if (r->with == BY_NAME)
			words_fmt(&c->argv, "%s=%s", part->name, value);
		else if (r->with == VALUE)
			words_add(&c->argv, value);
	}
	return 0;
}

/* What only HOTDESK rows were read for is dropped when they have had their effect. */
static int add_filter(struct build *b, const struct cluster_part *part, const struct server *v)
{
	unsigned classes = classes_of(part, v);
	bool early = !b->fold && b->p->period.from != WHEN_MIN && b->p->lookback_agents;
	struct pipeline_command *c;

	if (!server_yes(v, SERVER_HOTDESK, false) || (!classes && !early))
		return 0;
	c = add_behind(b, "qlfilter");
	if (!c)
		return -1;
	if (classes)
		add_classes(&c->argv, classes);
	if (early)
		add_time(&c->argv, "--from", b->p->period.from);
	return 0;
}

static int add_legs(struct build *b)
{
	struct pipeline_command *merge;
	size_t *end = calloc(b->c->n, sizeof(*end));
	int r = end ? 0 : diag_fail(b->d, "out of memory");

	for (size_t i = 0; r == 0 && i < b->c->n; i++) {
		const struct cluster_part *part = &b->c->part[i];
		const struct server *v = servers_find(b->s, part->name);

		if (add_fetch(b, part, v) < 0 || add_rewrite(b, part, v) < 0 ||
		    add_filter(b, part, v) < 0)
			r = -1;
		end[i] = b->to->n - 1;
	}
	if (r == 0 && b->c->n > 1) {
		merge = add(b, "qlmerge");
		if (merge)
			merge->several = true;
		if (merge && b->p->follow) {
			words_add(&merge->argv, "--follow");
			/* a board shows what is known now: it needs no order between partitions */
			add_option(&merge->argv, "--wait",
				   !b->p->wait && b->fold && b->fold->instant ? "0.3" : b->p->wait);
			add_option(&merge->argv, "--stale", b->p->stale);
		}
		for (size_t i = 0; i < b->c->n; i++)
			b->to->command[end[i]].into = b->to->n - 1;
		r = merge ? 0 : -1;
	}
	free(end);
	return r;
}

/* Partitions of the cluster whose members do not outlive a restart. */
static void add_no_persistent(struct build *b, struct words *w)
{
	struct buf list = { 0 };

	for (size_t i = 0; i < b->c->n; i++) {
		const char *name = b->c->part[i].name;

		if (!server_yes(servers_find(b->s, name), SERVER_PERSISTENT, true))
			buf_fmt(&list, "%s%s", list.n ? "," : "", name);
	}
	if (list.n && buf_cstr(&list)) {
		words_add(w, "--no-persistent");
		words_add(w, (char *)list.p);
	}
	buf_free(&list);
}

static int add_command(struct build *b)
{
	const struct plan *p = b->p;
	struct pipeline_command *c = add_behind(b, p->command[0]);

	if (!c)
		return -1;
	c->events = false;
	c->partition = NULL;
	if (!b->fold) {
		c->zone = p->zone;
	} else {
		add_option(&c->argv, "--zone", p->zone);
		if (b->fold->instant) {
			if (p->period.to != WHEN_MAX)
				add_time(&c->argv, "--at", p->period.to - 1);
		} else {
			if (p->period.from != WHEN_MIN)
				add_time(&c->argv, "--from", p->period.from);
			if (p->period.to != WHEN_MAX)
				add_time(&c->argv, "--to", p->period.to);
		}
		if (b->fold->agents)
			add_no_persistent(b, &c->argv);
		if (p->incomplete)
			words_add(&c->argv, "--incomplete");
	}
	for (size_t i = 1; p->command[i]; i++)
		words_add(&c->argv, p->command[i]);
	return 0;
}

/* Behind the merge; a single leg that rewrites already does it there. */
static int add_by_partition(struct build *b)
{
	if (b->c->n > 1 || b->rewrite == SIZE_MAX) {
		if (!add_behind(b, "qlrewrite"))
			return -1;
		b->rewrite = b->to->n - 1;
	}
	words_add(&b->to->command[b->rewrite].argv, "--by-partition");
	return 0;
}

int plan_build(struct pipeline *to, const struct plan *p, const struct cluster *c,
	       const struct servers *s, struct diag *d)
{
	struct build b = { to, p, c, s, fold_of(p), SIZE_MAX, d };

	to->live = p->follow;
	if (add_legs(&b) < 0 || (c->by_partition && add_by_partition(&b) < 0) ||
	    (p->command && add_command(&b) < 0))
		return -1;
	for (size_t i = 0; i < to->n; i++)
		if (to->command[i].argv.failed)
			return diag_fail(d, "out of memory");
	return 0;
}
