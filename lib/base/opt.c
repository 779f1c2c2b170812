#include "base/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/program.h"
#include "base/slice.h"

enum { GO_ON = -1, DONE = 0, FAILED = 2 };
enum { HELP = 'h', VERSION = 'V', COMPLETION = 256 };

static const struct opt every[] = {
	{ HELP, 'h', "help", NULL, "show this and end", NULL },
	{ VERSION, 'V', "version", NULL, "show the version and end", NULL },
	{ COMPLETION, 0, "completion", "SHELL", "write a completion script for SHELL and end",
	  "bash zsh fish" },
	{ 0 },
};

const struct opt_group opt_every = { "Help", every, NULL, NULL };

void opt_choose(struct opt *to, const struct opt *from, const struct opt_use *use)
{
	for (; from->id; from++)
		for (size_t i = 0; use[i].name; i++)
			if (from->name && strcmp(from->name, use[i].name) == 0) {
				*to = *from;
				to->help = use[i].help ? use[i].help : from->help;
				to++;
			}
	*to = (struct opt){ 0 };
}

const struct opt_group *opt_next(const struct opt_group *groups, const struct opt_group *g)
{
	if (g == &opt_every)
		return NULL;
	g = g ? g + 1 : groups;
	return g->opts ? g : &opt_every;
}

struct parse {
	const struct command *c;
	const struct opt_group *groups;
	char **next; /* the words not yet looked at */
	struct diag *d;
};

struct found {
	const struct opt_group *group;
	const struct opt *opt;
};

int opt_hint(const struct command *c, struct diag *d)
{
	diag_note(d, "try '%s --help'", c->name);
	return -1;
}

static int hint(struct parse *p)
{
	opt_hint(p->c, p->d);
	return FAILED;
}

/* What every command does on its own, instead of its work. */
static int show(struct parse *p, int id, const char *arg)
{
	struct out o;

	if (out_open(&o, NULL, p->d) < 0)
		return FAILED;
	if (id == HELP) {
		opt_help(p->c, p->groups, &o);
	} else if (id == VERSION) {
		out_slice(&o, slice_str(p->c->name));
		out_slice(&o, SLICE(" (ql) " QL_VERSION));
		if (p->c->built)
			out_slice(&o, slice_str(p->c->built()));
		out_byte(&o, '\n');
	} else if (opt_completion(p->c, p->groups, arg, &o) < 0) {
		out_close(&o, false, p->d);
		diag_fail(p->d, "--completion: %s: not one of %s", arg, every[2].words);
		return hint(p);
	}
	return out_close(&o, true, p->d) < 0 ? FAILED : DONE;
}

static int give(struct parse *p, struct found f, const char *what, const char *arg)
{
	if (f.group == &opt_every)
		return show(p, f.opt->id, arg);
	return f.group->take(f.group->to, f.opt->id, what, arg, p->d) < 0 ? hint(p) : GO_ON;
}

static int operand(struct parse *p, const char *word)
{
	const struct opt_group *g = p->groups;

	return g->take(g->to, OPT_OPERAND, word, word, p->d) < 0 ? hint(p) : GO_ON;
}

static int letters(struct parse *p, const char *word)
{
	const struct opt_group *g;
	const struct opt *o;
	int r;

	while (*++word) {
		char what[] = { '-', *word, '\0' };
		struct found f = { NULL, NULL };

		for (g = opt_next(p->groups, NULL); g && !f.opt; g = opt_next(p->groups, g))
			for (o = g->opts; o->id && !f.opt; o++)
				if (o->letter == *word)
					f = (struct found){ g, o };
		if (!f.opt) {
			diag_fail(p->d, "%s: no such option", what);
			return hint(p);
		}
		if (f.opt->arg) {
			const char *arg = word[1] ? word + 1 : *p->next ? *p->next++ : NULL;

			if (arg)
				return give(p, f, what, arg);
			diag_fail(p->d, "%s: no argument", what);
			return hint(p);
		}
		r = give(p, f, what, NULL);
		if (r != GO_ON)
			return r;
	}
	return GO_ON;
}

/* The option of this name, else the only one whose name begins so. -1: told. */
static int find_name(struct parse *p, const char *name, size_t n, struct found *f)
{
	const struct opt_group *g;
	const struct opt *o;
	const char *also = NULL;

	*f = (struct found){ NULL, NULL };
	for (g = opt_next(p->groups, NULL); g; g = opt_next(p->groups, g)) {
		for (o = g->opts; o->id; o++) {
			if (!o->name || !n || strncmp(o->name, name, n) != 0)
				continue;
			if (!o->name[n]) {
				*f = (struct found){ g, o };
				return 0;
			}
			if (!f->opt)
				*f = (struct found){ g, o };
			else if (strcmp(o->name, f->opt->name) != 0)
				also = o->name;
		}
	}
	if (also)
		return diag_fail(p->d, "--%.*s: may be --%s or --%s", (int)n, name, f->opt->name,
				 also);
	if (!f->opt)
		return diag_fail(p->d, "--%.*s: no such option", (int)n, name);
	return 0;
}

static int long_name(struct parse *p, const char *name)
{
	size_t n = strcspn(name, "=");
	const char *arg = name[n] ? name + n + 1 : NULL;
	struct found f;
	char what[64];

	if (find_name(p, name, n, &f) < 0)
		return hint(p);
	snprintf(what, sizeof(what), "--%s", f.opt->name);
	if (f.opt->arg && !arg && *p->next)
		arg = *p->next++;
	if (f.opt->arg && !arg) {
		diag_fail(p->d, "%s: no argument", what);
		return hint(p);
	}
	if (!f.opt->arg && arg) {
		diag_fail(p->d, "%s: takes no argument", what);
		return hint(p);
	}
	return give(p, f, what, arg);
}

int opt_parse(const struct command *c, const struct opt_group *groups, int argc, char **argv,
	      struct diag *d)
{
	struct parse p = { c, groups, argv + (argc > 0), d };
	bool options = true;
	const char *word;
	int r = GO_ON;

	program_descriptors();
	while (r == GO_ON && (word = *p.next)) {
		p.next++;
		if (!options || word[0] != '-' || !word[1]) {
			r = operand(&p, word);
		} else if (word[1] != '-') {
			r = letters(&p, word);
		} else if (word[2]) {
			r = long_name(&p, word + 2);
		} else {
			options = false;
		}
	}
	return r;
}

int opt_number(const char *what, const char *arg, long long least, long long most, long long *n,
	       struct diag *d)
{
	long long v;

	if (!slice_int(slice_str(arg), true, &v))
		return diag_fail(d, "%s: %s: not a number", what, arg);
	if (v < least)
		return diag_fail(d, "%s: %s: less than %lld", what, arg, least);
	if (v > most)
		return diag_fail(d, "%s: %s: more than %lld", what, arg, most);
	*n = v;
	return 0;
}

/* The microseconds of what stands behind the point of a number of seconds: up to six digits. */
static bool fraction(struct slice s, int64_t *us)
{
	long long v = 0;

	if (s.n == 0 || s.n > 6 || !slice_int(s, false, &v))
		return false;
	for (size_t i = s.n; i < 6; i++)
		v *= 10;
	*us = v;
	return true;
}

int opt_period(const char *what, const char *arg, int64_t *us, struct diag *d)
{
	static const char units[] = "wdhms";
	static const long long length[] = { 604800, 86400, 3600, 60, 1 };
	static const long long most = 1LL << 33;
	const char *s = arg, *least = units;
	long long sum = 0, v;
	int64_t part = 0;

	do {
		size_t n = strspn(s, "0123456789");
		size_t m = s[n] == '.' ? 1 + strspn(s + n + 1, "0123456789") : 0;
		const char *unit = s[n + m] ? strchr(least, s[n + m]) : s == arg ? units + 4 : NULL;

		if (!slice_int(slice_of(s, n), false, &v) || !unit ||
		    (m && (unit != units + 4 || !fraction(slice_of(s + n + 1, m - 1), &part))))
			return diag_fail(d, "%s: %s: not a duration (90, 15m, 1h30m, 35d)", what,
					 arg);
		if (v > (most - sum) / length[unit - units])
			return diag_fail(d, "%s: %s: too long", what, arg);
		sum += v * length[unit - units];
		least = unit + 1;
		s += n + m + (s[n + m] != '\0');
	} while (*s);
	*us = sum * 1000000 + part;
	return 0;
}

int opt_duration(const char *what, const char *arg, long long *seconds, struct diag *d)
{
	int64_t us;

	if (opt_period(what, arg, &us, d) < 0)
		return -1;
	if (us % 1000000)
		return diag_fail(d, "%s: %s: no whole seconds", what, arg);
	*seconds = us / 1000000;
	return 0;
}
