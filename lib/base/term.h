/*
 * A terminal that is drawn on: the alternate screen, redrawn by line, and left as it was.
 *
 * Plain ANSI. While it is open, INT, TERM, HUP and QUIT end nothing by themselves: term_signals says
 * that one came, so that the caller can close the terminal and then end by it. A stop (Ctrl-Z) gives
 * the terminal back and takes it again on continuing. One terminal a process.
 */
#ifndef BASE_TERM_H
#define BASE_TERM_H

#include "base/buf.h"
#include "base/diag.h"

/* Can the file be drawn on: a terminal, and TERM names none that is dumb? */
bool term_able(int fd);
/* May its text be coloured: a terminal, not a dumb one, and NO_COLOR is not set? */
bool term_coloured(int fd);

struct term;

/* keys: they are read from /dev/tty, one by one. NULL: told. */
struct term *term_open(int fd, bool keys, struct diag *d);

/* Columns and lines, where the terminal says; else COLUMNS and LINES, else 80 and 24. */
void term_size(int fd, size_t *columns, size_t *lines);

/* To be polled for keys; -1: there are none. */
int term_keys(const struct term *t);
/* The next key pressed; -1: none. */
int term_key(struct term *t);

/*
 * What came since it was asked last: the signal by which to end; else 0. A stop happens in here.
 * *redraw is set where the size or everything on the screen has changed.
 */
int term_signals(struct term *t, bool *redraw);

/* What is on the screen is not what was drawn: all is drawn anew. */
void term_forget(struct term *t);

/* Lines of text, the end of each in `end`; only those that changed are written. 0; -1: errno, or
 * (EINTR) a signal to end by came while the terminal took nothing. */
int term_draw(struct term *t, struct slice text, const size_t *end, size_t lines);

/* The terminal as it was; signals too. NULL: nothing. */
void term_close(struct term *t);

#endif
