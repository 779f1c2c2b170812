#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/opt.h"

enum { WIDTH = 79, LABEL_MOST = 30 };

static void put_all(struct out *o, struct buf *b)
{
	if (b->failed && !o->err)
		o->err = ENOMEM;
	else
		out_slice(o, buf_all(b));
	buf_free(b);
}

/* Columns, not bytes: the bytes that go on a UTF-8 character take none. */
static size_t width(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

static void spaces(struct buf *b, size_t n)
{
	while (n--)
		buf_byte(b, ' ');
}

/* The words of text between column `left`, where the line stands, and WIDTH; ends the line. */
static void wrap(struct buf *b, const char *text, size_t left)
{
	struct slice all = slice_str(text);

	do {
		struct slice line = slice_cut(all, '\n', &all);
		size_t at = left;

		while (line.n) {
			struct slice word = slice_cut(line, ' ', &line);

			if (at > left && at + 1 + width(word) > WIDTH) {
				buf_byte(b, '\n');
				spaces(b, left);
				at = left;
			}
			if (at > left) {
				buf_byte(b, ' ');
				at++;
			}
			buf_slice(b, word);
			at += width(word);
		}
		buf_byte(b, '\n');
		if (all.n)
			spaces(b, left);
	} while (all.n);
}

static void put_label(struct buf *b, const struct opt *o)
{
	if (o->letter)
		buf_fmt(b, "  -%c", o->letter);
	else
		buf_str(b, "    ");
	if (o->name)
		buf_fmt(b, "%s--%s", o->letter ? ", " : "  ", o->name);
	if (o->arg)
		buf_fmt(b, " %s", o->arg);
}

static size_t label_width(const struct opt *o)
{
	struct buf b = { 0 };
	size_t n;

	put_label(&b, o);
	n = width(buf_all(&b));
	buf_free(&b);
	return n;
}

static void put_usage(struct buf *b, const struct command *c)
{
	struct slice forms = slice_str(c->usage ? c->usage : "[option ...]");
	const char *before = "usage:";

	do {
		buf_fmt(b, "%s %s ", before, c->name);
		buf_slice(b, slice_cut(forms, '\n', &forms));
		buf_byte(b, '\n');
		before = "      ";
	} while (forms.n);
}

static const char *title_of(const struct opt_group *g)
{
	return g->title ? g->title : "Options";
}

static void put_option(struct buf *b, const struct opt *o, size_t column)
{
	size_t n = label_width(o);

	put_label(b, o);
	if (!o->help || !*o->help) {
		buf_byte(b, '\n');
		return;
	}
	if (n + 2 > column) {
		buf_byte(b, '\n');
		n = 0;
	}
	spaces(b, column - n);
	wrap(b, o->help, column);
}

void opt_help(const struct command *c, const struct opt_group *groups, struct out *o)
{
	const struct opt_group *g;
	const char *title = "";
	struct buf b = { 0 };
	size_t column = 0;

	for (g = opt_next(groups, NULL); g; g = opt_next(groups, g)) {
		for (const struct opt *p = g->opts; p->id; p++) {
			size_t n = label_width(p);

			if (n <= LABEL_MOST && n > column)
				column = n;
		}
	}
	column += 2;

	put_usage(&b, c);
	if (c->summary) {
		buf_byte(&b, '\n');
		wrap(&b, c->summary, 0);
	}
	for (g = opt_next(groups, NULL); g; g = opt_next(groups, g)) {
		if (g->opts->id && strcmp(title, title_of(g)) != 0) {
			title = title_of(g);
			buf_fmt(&b, "\n%s:\n", title);
		}
		for (const struct opt *p = g->opts; p->id; p++)
			put_option(&b, p, column);
	}
	if (c->tail) {
		buf_fmt(&b, "\n%s", c->tail);
		if (b.n && b.p[b.n - 1] != '\n')
			buf_byte(&b, '\n');
	}
	put_all(o, &b);
}

/* The completions. What an argument may be: */
enum kind { FLAG, WORDS, LIST, NAMES, FILES, DIRS, TEXT };

static enum kind kind_of(const struct opt *o)
{
	if (!o->arg)
		return FLAG;
	if (strstr(o->arg, "LIST"))
		return o->words ? LIST : NAMES;
	if (o->words)
		return WORDS;
	return strcmp(o->arg, "FILE") == 0 ? FILES : strcmp(o->arg, "DIR") == 0 ? DIRS : TEXT;
}

/* Text for the inside of '...', with a backslash before each byte of `special`. */
static void put_quoted(struct buf *b, const char *s, const char *special, const char *apostrophe)
{
	for (; *s; s++) {
		if (strchr(special, *s))
			buf_byte(b, '\\');
		if (*s == '\'')
			buf_str(b, apostrophe);
		else
			buf_byte(b, *s == '\n' ? ' ' : (unsigned char)*s);
	}
}

static const char sh_apostrophe[] = "'\\''";

/* "-z|--zone" and the like */
static void put_names(struct buf *b, const struct opt *o, const char *between)
{
	if (o->letter)
		buf_fmt(b, "-%c", o->letter);
	if (o->name)
		buf_fmt(b, "%s--%s", o->letter ? between : "", o->name);
}

#define EACH_OPTION(groups, g, o)                                                            \
	for (const struct opt_group *g = opt_next(groups, NULL); g; g = opt_next(groups, g)) \
		for (const struct opt *o = g->opts; o->id; o++)

static void bash_letters(struct buf *b, const struct opt_group *groups, bool with_arg)
{
	EACH_OPTION (groups, g, o)
		if (o->letter && !!o->arg == with_arg)
			buf_byte(b, (unsigned char)o->letter);
}

static void bash_takes(struct buf *b, const struct opt_group *groups)
{
	const char *bar = "";

	EACH_OPTION (groups, g, o) {
		if (o->arg) {
			buf_str(b, bar);
			put_names(b, o, "|");
			bar = "|";
		}
	}
}

static void bash_arguments(struct buf *b, const struct opt_group *groups)
{
	static const char *const says[] = {
		[LIST] = " list=1",
		[NAMES] = " list=1",
		[FILES] = " files=file",
		[DIRS] = " files=directory",
	};

	EACH_OPTION (groups, g, o) {
		enum kind k = kind_of(o);

		if (k == FLAG || k == TEXT)
			continue;
		buf_str(b, "\t\t");
		put_names(b, o, "|");
		buf_byte(b, ')');
		if (o->words) {
			buf_str(b, " words='");
			put_quoted(b, o->words, "", sh_apostrophe);
			buf_byte(b, '\'');
		}
		buf_fmt(b, "%s ;;\n", says[k] ? says[k] : "");
	}
}

/*
 * The line is cut into words anew: bash also cuts at '=', ':' and '@', and what it takes for the
 * word to be replaced ($2) is the piece behind the last of these.
 */
static void bash(struct buf *b, const struct command *c, const struct opt_group *groups)
{
	buf_fmt(b, "# bash completion for %s\n_%s()\n{\n", c->name, c->name);
	buf_str(b, "\tlocal line=${COMP_LINE:0:COMP_POINT} cur= opt= end= pre= words= files= list= drop i t\n"
		   "\tlocal -a w=()\n\n"
		   "\tfor ((i = 0; i <= COMP_CWORD; i++)); do\n"
		   "\t\tt=${line#\"${line%%[![:space:]]*}\"}\n"
		   "\t\tcur=${COMP_WORDS[i]}\n"
		   "\t\t((i < COMP_CWORD)) || cur=$t\n"
		   "\t\tif ((i)) && [[ $t == \"$line\" ]]; then\n"
		   "\t\t\tw[${#w[@]} - 1]+=$cur\n"
		   "\t\telse\n"
		   "\t\t\tw+=(\"$cur\")\n"
		   "\t\tfi\n"
		   "\t\tline=${t#\"$cur\"}\n"
		   "\tdone\n"
		   "\tfor ((i = 1; i < ${#w[@]} - 1; i++)); do\n"
		   "\t\tt=${w[i]}\n"
		   "\t\tif [[ $opt ]]; then\n"
		   "\t\t\topt=\n"
		   "\t\t\tcontinue\n"
		   "\t\tfi\n");
	buf_str(b, "\t\twhile [[ $t == -[");
	bash_letters(b, groups, false);
	buf_str(b, "]?* ]]; do t=-${t:2}; done\n"
		   "\t\tcase $t in\n"
		   "\t\t--) end=1; break ;;\n"
		   "\t\t");
	bash_takes(b, groups);
	buf_str(b, ") opt=$t ;;\n");
	if (c->stop_at_operand)
		buf_str(b, "\t\t-?*) ;;\n"
			   "\t\t*) end=1; break ;;\n");
	buf_str(b, "\t\tesac\n"
		   "\tdone\n\n"
		   "\tcur=${w[${#w[@]} - 1]} drop=${2-$cur}\n"
		   "\tdrop=${cur%\"$drop\"}\n"
		   "\tif [[ ! $opt && ! $end && $cur == --*=* ]]; then\n"
		   "\t\topt=${cur%%=*} pre=${cur%%=*}= cur=${cur#*=}\n"
		   "\telif [[ ! $opt && ! $end && $cur == -[!-]?* ]]; then\n"
		   "\t\tt=$cur\n"
		   "\t\twhile [[ $t == -[");
	bash_letters(b, groups, false);
	buf_str(b, "]?* ]]; do t=-${t:2}; done\n"
		   "\t\tcase ${t:0:2} in\n"
		   "\t\t-[.");
	bash_letters(b, groups, true);
	buf_str(b, "]) opt=${t:0:2} pre=${cur%\"${t:2}\"} cur=${t:2} ;;\n"
		   "\t\tesac\n"
		   "\tfi\n"
		   "\tif [[ $opt ]]; then\n"
		   "\t\tcase $opt in\n");
	bash_arguments(b, groups);
	buf_str(b, "\t\tesac\n"
		   "\telif [[ ! $end && $cur == -* ]]; then\n"
		   "\t\twords='");
	EACH_OPTION (groups, g, o) {
		put_names(b, o, " ");
		buf_byte(b, ' ');
	}
	buf_str(b, "'\n"
		   "\telse\n"
		   "\t\tfiles=file\n"
		   "\tfi\n\n"
		   "\tif [[ $list && $cur == @* ]]; then\n"
		   "\t\tpre+=@ cur=${cur#@} words= files=file\n"
		   "\telif [[ $list && $cur == *,* ]]; then\n"
		   "\t\tt=${cur##*,}\n"
		   "\t\tpre+=${cur%\"$t\"} cur=$t\n"
		   "\tfi\n"
		   "\tCOMPREPLY=()\n"
		   "\tif [[ $words ]]; then\n"
		   "\t\t[[ ! $list ]] || compopt -o nospace 2>/dev/null\n"
		   "\t\twhile IFS= read -r t; do\n"
		   "\t\t\tCOMPREPLY+=(\"${t#\"$drop\"}\")\n"
		   "\t\tdone < <(compgen -W \"$words\" -P \"$pre\" -- \"$cur\")\n"
		   "\telif [[ $files ]]; then\n"
		   "\t\tcompopt -o filenames 2>/dev/null\n"
		   "\t\twhile IFS= read -r t; do\n"
		   "\t\t\tCOMPREPLY+=(\"${t#\"$drop\"}\")\n"
		   "\t\tdone < <(compgen -A \"$files\" -P \"$pre\" -- \"$cur\")\n"
		   "\tfi\n"
		   "}\n");
	buf_fmt(b, "complete -F _%s %s\n", c->name, c->name);
}

static const char zsh_special[] = "\\:[]";

static void zsh_argument(struct buf *b, const struct opt *o)
{
	static const char *const before[] = {
		[WORDS] = "(", [LIST] = "{if compset -P @; then _files; else _sequence compadd - ",
		[NAMES] = "{if compset -P @; then _files; fi}", [FILES] = "_files", [DIRS] = "_files -/",
		[TEXT] = " ",
	};
	static const char *const behind[] = { [WORDS] = ")", [LIST] = "; fi}" };
	enum kind k = kind_of(o);

	buf_byte(b, ':');
	put_quoted(b, o->arg, zsh_special, sh_apostrophe);
	buf_fmt(b, ":%s", before[k]);
	if (o->words)
		put_quoted(b, o->words, zsh_special, sh_apostrophe);
	buf_str(b, k == WORDS || k == LIST ? behind[k] : "");
}

static void zsh_option(struct buf *b, const struct opt *o, bool by_letter)
{
	if (by_letter)
		buf_fmt(b, " \\\n\t\t'*-%c%s[", o->letter, o->arg ? "+" : "");
	else
		buf_fmt(b, " \\\n\t\t'*--%s%s[", o->name, o->arg ? "=" : "");
	put_quoted(b, o->help ? o->help : "", zsh_special, sh_apostrophe);
	buf_byte(b, ']');
	if (o->arg)
		zsh_argument(b, o);
	buf_byte(b, '\'');
}

static void zsh(struct buf *b, const struct command *c, const struct opt_group *groups)
{
	buf_fmt(b, "#compdef %s\n_%s()\n{\n\t_arguments -s -S%s :", c->name, c->name,
		c->stop_at_operand ? " -A '-*'" : "");
	EACH_OPTION (groups, g, o) {
		if (o->letter)
			zsh_option(b, o, true);
		if (o->name)
			zsh_option(b, o, false);
	}
	buf_str(b, " \\\n\t\t'*:file:_files'\n}\n");
	buf_fmt(b, "if [[ $funcstack[1] == _%s ]]; then\n\t_%s \"$@\"\nelse\n\tcompdef _%s %s\nfi\n",
		c->name, c->name, c->name, c->name);
}

static void fish(struct buf *b, const struct command *c, const struct opt_group *groups)
{
	static const char special[] = "\\";
	static const char apostrophe[] = "\\'";
	static const char *const says[] = {
		[FLAG] = "", [WORDS] = " -x -a '", [LIST] = " -x -a '(__fish_complete_list , \"string split \\\\  -- ",
		[NAMES] = " -x", [FILES] = " -r -F", [DIRS] = " -x -a '(__fish_complete_directories)'",
		[TEXT] = " -x",
	};

	buf_fmt(b, "# fish completion for %s\n", c->name);
	EACH_OPTION (groups, g, o) {
		enum kind k = kind_of(o);

		buf_fmt(b, "complete -c %s", c->name);
		if (o->letter)
			buf_fmt(b, " -s %c", o->letter);
		if (o->name)
			buf_fmt(b, " -l %s", o->name);
		buf_str(b, says[k]);
		if (k == WORDS || k == LIST) {
			put_quoted(b, o->words, special, apostrophe);
			buf_str(b, k == LIST ? "\")'" : "'");
		}
		buf_str(b, " -d '");
		put_quoted(b, o->help ? o->help : "", special, apostrophe);
		buf_str(b, "'\n");
	}
}

int opt_completion(const struct command *c, const struct opt_group *groups, const char *shell,
		   struct out *o)
{
	static const struct {
		const char *name;
		void (*write)(struct buf *, const struct command *, const struct opt_group *);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].write(&b, c, groups);
			put_all(o, &b);
			return 0;
		}
	}
	return -1;
}
