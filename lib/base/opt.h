/*
 * Options as tables, from which the parser, --help and the shells' completions are made alike.
 *
 * A command is a name, a summary, a usage line or two and groups of options. A group that several
 * commands share (what to select, how to read) has its own table and its own taker; the command
 * says only where the values go. Every command has -h/--help, -V/--version and --completion SHELL
 * without listing them.
 *
 * Grammar: -x, -xVALUE, -x VALUE, several flags in one word, --name, --name=VALUE, --name VALUE;
 * a long name may be shortened to an unambiguous beginning; "--" ends the options, "-" is an
 * operand; options and operands may be mixed, and are taken in the order in which they stand.
 */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/out.h"

struct opt {
	int id;            /* > 0, the taker's own; a letter's own value where it has one ('p') */
	char letter;       /* 0: none */
	const char *name;  /* the long name, without dashes; NULL: none */
	const char *arg;   /* the argument's name in the help, "FILE"; NULL: a flag */
	const char *help;  /* one line or several; lower case, no full stop; NULL: taken, to be
			      refused with a reason, but shown neither in the help nor by a shell */
	const char *words; /* the argument's possible words, space separated, for completion; or NULL;
			      an arg named FILE or DIR completes file names without it; one with
			      LIST in its name takes several, separated by commas, or @FILE,
			      where there are no words or they are not all (VERB-LIST); of a
			      COLUMN-LIST each may stand behind a - */
};

/*
 * Takes one option (or, id OPT_OPERAND, an operand). The argument lives as long as argv.
 * 0, or -1 with the reason told to d; `what` is the option as given, spelled out ("-z", "--zone";
 * the operand itself for an operand): diag_fail(d, "%s: %s: no such zone", what, arg).
 * It lives only for the call.
 */
enum { OPT_OPERAND = -1 };
typedef int opt_take(void *to, int id, const char *what, const char *arg, struct diag *d);

struct opt_group {
	const char *title;      /* heads the group in --help; NULL: "Options" */
	const struct opt *opts; /* ended by id 0 */
	opt_take *take;
	void *to;
};

struct command {
	const char *name;
	const char *summary;  /* one line: what it does */
	const char *usage;    /* "[option ...] [file ...]"; several forms separated by LF */
	const char *tail;     /* what --help says behind the options (examples); or NULL */
	const char *(*built)(void); /* what --version says behind the number; or NULL */
	/* For completion: puts the words of an argument that are in no table of options, each with a
	 * space behind; arg: its name in the help. Of "--": the commands of ours that may stand behind
	 * that, whose own completion then goes on. NULL: there are none. */
	void (*words)(const char *arg, struct buf *b);
};

/*
 * Parses argv; what every command begins with, so it sees to its descriptors, too (see
 * base/program.h). Operands go to the first group's taker. -1: go on; else the exit status to end with
 * at once (0 after --help, --version, --completion have been written to stdout; 2 after an error,
 * told to d with a hint at --help).
 * `groups` is ended by an entry whose opts is NULL.
 */
int opt_parse(const struct command *c, const struct opt_group *groups, int argc, char **argv,
	      struct diag *d);

/* Some options of a table, each with what it means here where that is another thing; name NULL ends. */
struct opt_use {
	const char *name, *help; /* the long name; help NULL: as the table has it */
};

/* Copies those that are used, in the order of the table, and the end; `to` has room for them. */
void opt_choose(struct opt *to, const struct opt *from, const struct opt_use *use);

/* Tells where to read on, as opt_parse does: for a command that misses an operand. Always -1. */
int opt_hint(const struct command *c, struct diag *d);

/* The groups in order, and behind them the one that every command has; g NULL: the first. */
extern const struct opt_group opt_every;
const struct opt_group *opt_next(const struct opt_group *groups, const struct opt_group *g);

/* --help's text, on o. */
void opt_help(const struct command *c, const struct opt_group *groups, struct out *o);
/* For help of a command's own: a name and, from `column` on, what is said of it, folded like the
 * above; and all that was put so, on o, freed. */
void opt_put_item(struct buf *b, const char *name, size_t column, const char *text);
void opt_put(struct out *o, struct buf *b);

/* shell: "bash", "zsh", "fish"; -1: another, and nothing written. */
int opt_completion(const struct command *c, const struct opt_group *groups, const char *shell,
		   struct out *o);

/*
 * Arguments as numbers: n in [least, most], decimal. A duration: a number of seconds, or with
 * s m h d w behind it ("90", "15m", "1h30m", "35d"). 0, or -1 and the reason told to d.
 */
int opt_number(const char *what, const char *arg, long long least, long long most, long long *n,
	       struct diag *d);
int opt_duration(const char *what, const char *arg, long long *seconds, struct diag *d);
/* The same in microseconds; the seconds may have a fraction ("0.3", "1m1.5s"). */
int opt_period(const char *what, const char *arg, int64_t *us, struct diag *d);

#endif
