/*
 * What a command has to say, and how it will end.
 *
 * lib/ never prints and never exits: it tells a diag, which the command made and which hands the
 * finished line, `prog: what, which: reason`, to the command's own `emit`. The diag remembers the
 * worst that was told, and that is the exit status: 0 done, 1 done but something was refused,
 * late or suspicious, 2 not done.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>
#include <stddef.h>

struct diag {
	const char *prog;
	void (*emit)(void *arg, const char *line, size_t n); /* NULL: nobody hears it */
	void *arg;
	int status;
};

/* Says a line and leaves the status as it is: counts asked for by -v, notes. */
void diag_note(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Something was refused, late or suspicious: status at least 1. */
void diag_warn(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Not done: status 2. Always -1, so that `return diag_fail(...)` reads well. */
int diag_fail(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As diag_fail, with the reason of errno behind: `prog: what: reason`. */
int diag_errno(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An emit that writes to the file descriptor *(int *)arg; and a diag that speaks on stderr. */
void diag_to_fd(void *arg, const char *line, size_t n);
#define DIAG_STDERR(name) ((struct diag){ (name), diag_to_fd, &(int){ 2 }, 0 })

/*
 * Of one kind of remark, only the first ten are said one by one: true while `*said` is below, and
 * counts. diag_total then says how many there were, where there were more.
 */
int diag_few(unsigned long long *said);
void diag_total(struct diag *d, unsigned long long said, const char *what);

#endif
