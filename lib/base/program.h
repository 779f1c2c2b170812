/*
 * Programs: where the file of a command is, and what it begins with.
 */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The executable `name` in the directory of the running program, whose argv[0] is given; where
 * that is a link, in the directory of what it leads to. The caller frees it. NULL: there is none.
 */
char *program_beside(const char *argv0, const char *name);

/* The executable that a shell would find for `name`: along PATH, or name itself if it has a
 * slash. The caller frees it. NULL: there is none. */
char *program_in_path(const char *name);

/*
 * Descriptors 0, 1 and 2 that were closed are opened on nothing, and so that their use fails as
 * before (EBADF): a file opened later must not get the number of stderr, and messages with it.
 */
void program_descriptors(void);

/* Lets it open n files and some more, as far as the system gives them. */
void program_files(size_t n);

/* Two paths of one file. */
bool program_same(const char *a, const char *b);

/* A pipe, close-on-exec, clear of the three that a command stands on. 0; -1: errno, and both are -1. */
int program_pipe(int ends[2]);

#endif
