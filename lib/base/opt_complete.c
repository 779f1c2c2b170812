/* What the shells need to complete a command, made of the tables. */
#include <string.h>

#include "base/opt.h"

/* What is written, and of what. */
struct script {
	struct buf b;
	const struct command *c;
	const struct opt_group *groups;
	struct buf words; /* of the argument at hand */
};

/* What an argument may be; of a list ANY and NAMES may be read from @FILE. */
enum kind { FLAG, WORDS, LIST, ANY, NAMES, FILES, DIRS, TEXT };

/* Of the option's argument; its words are in s->words, or there are none. */
static enum kind look(struct script *s, const struct opt *o)
{
	s->words.n = 0;
	if (!o->arg)
		return FLAG;
	if (o->words)
		buf_str(&s->words, o->words);
	else if (s->c->words)
		s->c->words(o->arg, &s->words);
	if (s->words.n && s->words.p[s->words.n - 1] == ' ')
		s->words.n--;
	if (strstr(o->arg, "LIST"))
		return !s->words.n ? NAMES : strcmp(o->arg, "VERB-LIST") == 0 ? ANY : LIST;
	if (s->words.n)
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

static void put_words(struct script *s, const char *special, const char *apostrophe)
{
	const char *words = buf_cstr(&s->words);

	if (words)
		put_quoted(&s->b, words, special, apostrophe);
	else
		s->b.failed = true;
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
		for (const struct opt *o = g->opts; o->id; o++)                              \
			if (o->help)

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

static void bash_arguments(struct script *s)
{
	static const char *const says[] = {
		[LIST] = " list=1",
		[ANY] = " list=@",
		[NAMES] = " list=@",
		[FILES] = " files=file",
		[DIRS] = " files=directory",
	};

	EACH_OPTION (s->groups, g, o) {
		enum kind k = look(s, o);

		if (k == FLAG || k == TEXT)
			continue;
		buf_str(&s->b, "\t\t");
		put_names(&s->b, o, "|");
		buf_byte(&s->b, ')');
		if (s->words.n) {
			buf_str(&s->b, " words='");
			put_words(s, "", sh_apostrophe);
			buf_byte(&s->b, '\'');
		}
		buf_fmt(&s->b, "%s%s ;;\n", says[k] ? says[k] : "",
			strcmp(o->arg, "COLUMN-LIST") == 0 ? " down=1" : "");
	}
}

/* The commands of ours that may stand behind "--", or NULL: there the line is another command's,
 * whose own completion goes on with it. */
static const char *runs_of(struct script *s)
{
	s->words.n = 0;
	if (s->c->words)
		s->c->words("--", &s->words);
	return s->words.n ? buf_cstr(&s->words) : NULL;
}

static void bash_runs(struct script *s)
{
	const char *runs = runs_of(s);

	if (!runs)
		return;
	buf_fmt(&s->b, "\tif [[ $end ]] && ((++i < ${#w[@]})); then\n"
		   "\t\tif ((i == ${#w[@]} - 1)); then\n"
		   "\t\t\twords='%s'\n"
		   "\t\telse\n"
		   "\t\t\tt=${w[i]##*/}\n"
		   "\t\t\t[[ ' %s' == *\" $t \"* ]] || return 0\n"
		   "\t\t\tdeclare -F \"_$t\" >/dev/null ||\n"
		   "\t\t\t\teval \"$(\"${w[i]}\" --completion bash 2>/dev/null)\"\n"
		   "\t\t\tdeclare -F \"_$t\" >/dev/null || return 0\n"
		   "\t\t\tCOMP_WORDS=(\"${COMP_WORDS[@]:at[i]}\") COMP_LINE=${rest[i]}\n"
		   "\t\t\tCOMP_CWORD=$((COMP_CWORD - at[i])) COMP_POINT=${#COMP_LINE}\n"
		   "\t\t\t\"_$t\" \"$t\" \"$2\"\n"
		   "\t\t\treturn\n"
		   "\t\tfi\n"
		   "\tfi\n", runs, runs);
}

/*
 * The line is cut into words anew: bash also cuts at '=', ':' and '@', and what it takes for the
 * word to be replaced ($2) is the piece behind the last of these.
 */
static void bash(struct script *s)
{
	const struct opt_group *groups = s->groups;
	const struct command *c = s->c;
	struct buf *b = &s->b;

	buf_fmt(b, "# bash completion for %s\n_%s()\n{\n", c->name, c->name);
	buf_str(b, "\tlocal line=${COMP_LINE:0:COMP_POINT} cur= opt= end= pre= words= files= list= down= drop i t\n"
		   "\tlocal -a w=() at=() rest=()\n\n"
		   "\tCOMPREPLY=()\n"
		   "\tfor ((i = 0; i <= COMP_CWORD; i++)); do\n"
		   "\t\tt=${line#\"${line%%[![:space:]]*}\"}\n"
		   "\t\tcur=${COMP_WORDS[i]}\n"
		   "\t\t((i < COMP_CWORD)) || cur=$t\n"
		   "\t\tif ((i)) && [[ $t == \"$line\" ]]; then\n"
		   "\t\t\tw[${#w[@]} - 1]+=$cur\n"
		   "\t\telse\n"
		   "\t\t\tw+=(\"$cur\") at+=($i) rest+=(\"$t\")\n"
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
	buf_str(b, ") opt=$t ;;\n"
		   "\t\tesac\n"
		   "\tdone\n");
	bash_runs(s);
	buf_str(b, "\n\tcur=${w[${#w[@]} - 1]} drop=${2-$cur}\n"
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
	bash_arguments(s);
	buf_str(b, "\t\tesac\n"
		   "\telif [[ ! $end && $cur == -* ]]; then\n"
		   "\t\twords='");
	EACH_OPTION (groups, g, o) {
		put_names(b, o, " ");
		buf_byte(b, ' ');
	}
	buf_str(b, "'\n"
		   "\telif [[ ! $words ]]; then\n"
		   "\t\tfiles=file\n"
		   "\tfi\n\n"
		   "\tif [[ $list == @ && $cur == @* ]]; then\n"
		   "\t\tpre+=@ cur=${cur#@} words= files=file\n"
		   "\telif [[ $list && $cur == *,* ]]; then\n"
		   "\t\tt=${cur##*,}\n"
		   "\t\tpre+=${cur%\"$t\"} cur=$t\n"
		   "\tfi\n"
		   "\tif [[ $down && $cur == -* ]]; then\n"
		   "\t\tpre+=- cur=${cur#-}\n"
		   "\tfi\n"
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

static void zsh_argument(struct script *s, const struct opt *o)
{
	static const char *const before[] = {
		[WORDS] = "(", [LIST] = "{_sequence compadd - ",
		[ANY] = "{if compset -P @; then _files; else _sequence compadd - ",
		[NAMES] = "{if compset -P @; then _files; fi}", [FILES] = "_files", [DIRS] = "_files -/",
		[TEXT] = " ",
	};
	static const char *const behind[] = { [WORDS] = ")", [LIST] = "}", [ANY] = "; fi}", [TEXT] = NULL };
	enum kind k = look(s, o);

	buf_byte(&s->b, ':');
	put_quoted(&s->b, o->arg, zsh_special, sh_apostrophe);
	buf_fmt(&s->b, ":%s", before[k]);
	put_words(s, zsh_special, sh_apostrophe);
	if (behind[k])
		buf_str(&s->b, behind[k]);
}

static void zsh_option(struct script *s, const struct opt *o, bool by_letter)
{
	struct buf *b = &s->b;

	if (by_letter)
		buf_fmt(b, " \\\n\t\t'*-%c%s[", o->letter, o->arg ? "+" : "");
	else
		buf_fmt(b, " \\\n\t\t'*--%s%s[", o->name, o->arg ? "=" : "");
	put_quoted(b, o->help, zsh_special, sh_apostrophe);
	buf_byte(b, ']');
	if (o->arg)
		zsh_argument(s, o);
	buf_byte(b, '\'');
}

static void zsh_runs(struct script *s)
{
	const char *runs = runs_of(s);

	if (!runs)
		return;
	buf_fmt(&s->b, "\tlocal -a runs=(%s)\n"
		       "\tlocal run\n"
		       "\tlocal -i at=${words[(ie)--]}\n"
		       "\tif ((at < CURRENT)); then\n"
		       "\t\tshift $at words\n"
		       "\t\t((CURRENT -= at))\n"
		       "\t\tif ((CURRENT == 1)); then\n"
		       "\t\t\tcompadd -a runs\n"
		       "\t\t\treturn\n"
		       "\t\tfi\n"
		       "\t\trun=${(Q)words[1]}\n"
		       "\t\tif ((! $+_comps[${run:t}] && $runs[(Ie)${run:t}])); then\n"
		       "\t\t\teval \"$(\"$run\" --completion zsh 2>/dev/null)\"\n"
		       "\t\tfi\n"
		       "\t\t_normal\n"
		       "\t\treturn\n"
		       "\tfi\n", runs);
}

static void zsh(struct script *s)
{
	const struct command *c = s->c;
	struct buf *b = &s->b;

	buf_fmt(b, "#compdef %s\n_%s()\n{\n", c->name, c->name);
	zsh_runs(s);
	buf_str(b, "\t_arguments -s -S :");
	EACH_OPTION (s->groups, g, o) {
		if (o->letter)
			zsh_option(s, o, true);
		if (o->name)
			zsh_option(s, o, false);
	}
	buf_str(b, " \\\n\t\t'*:file:_files'\n}\n");
	buf_fmt(b, "if [[ $funcstack[1] == _%s ]]; then\n\t_%s \"$@\"\nelse\n\tcompdef _%s %s\nfi\n",
		c->name, c->name, c->name, c->name);
}

static void fish_runs(struct script *s)
{
	const char *runs = runs_of(s), *name = s->c->name;

	if (!runs)
		return;
	buf_fmt(&s->b, "function __%s_run\n"
		       "    set -l words (commandline -opc)\n"
		       "    set -l at (contains -i -- -- $words)\n"
		       "    set -l runs %s\n"
		       "    set words $words[(math $at + 1)..-1]\n"
		       "    if test (count $words) -eq 0\n"
		       "        printf '%%s\\n' $runs\n"
		       "        return\n"
		       "    end\n"
		       "    set -l run (string replace -r '.*/' '' -- $words[1])\n"
		       "    if contains -- $run $runs; and test -z \"$(complete -c $run)\"\n"
		       "        $words[1] --completion fish 2>/dev/null | source\n"
		       "    end\n"
		       "    complete --do-complete=(string join ' ' -- (string escape -- $words) (commandline -ct))\n"
		       "end\n"
		       "complete -c %s -n 'contains -- -- (commandline -opc)' -f -a '(__%s_run)'\n",
		name, runs, name, name);
}

static void fish(struct script *s)
{
	static const char special[] = "\\";
	static const char in_list[] = "\\["; /* read once more, as a command */
	static const char list[] = " -x -a '(__fish_complete_list , \"string split \\\\  -- ";
	static const char apostrophe[] = "\\'";
	static const char *const says[] = {
		[FLAG] = "", [WORDS] = " -x -a '", [LIST] = list, [ANY] = list,
		[NAMES] = " -x", [FILES] = " -r -F", [DIRS] = " -x -a '(__fish_complete_directories)'",
		[TEXT] = " -x",
	};

	struct buf *b = &s->b;

	buf_fmt(b, "# fish completion for %s\n", s->c->name);
	fish_runs(s);
	EACH_OPTION (s->groups, g, o) {
		enum kind k = look(s, o);

		buf_fmt(b, "complete -c %s", s->c->name);
		if (o->letter)
			buf_fmt(b, " -s %c", o->letter);
		if (o->name)
			buf_fmt(b, " -l %s", o->name);
		buf_str(b, says[k]);
		if (s->words.n) {
			put_words(s, k == WORDS ? special : in_list, apostrophe);
			buf_str(b, k == WORDS ? "'" : "\")'");
		}
		buf_str(b, " -d '");
		put_quoted(b, o->help, special, apostrophe);
		buf_str(b, "'\n");
	}
}

int opt_completion(const struct command *c, const struct opt_group *groups, const char *shell,
		   struct out *o)
{
	static const struct {
		const char *name;
		void (*write)(struct script *);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	struct script s = { .c = c, .groups = groups };

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++) {
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].write(&s);
			s.b.failed |= s.words.failed;
			buf_free(&s.words);
			opt_put(o, &s.b);
			return 0;
		}
	}
	return -1;
}
