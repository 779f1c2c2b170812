/*
 * The parts of a source: its options, and its operands as what is to be read one after the other.
 * For stream/source and its schemes.
 */
#ifndef STREAM_SOURCE_PARTS_H
#define STREAM_SOURCE_PARTS_H

#include "stream/rotated.h"
#include "stream/source.h"

/* Is it an operand of the scheme that the command passes ("sql:P")? */
bool parts_foreign(const struct source_options *o, const char *operand);

/* The form of a part; its path moved behind "events:". */
enum source_input parts_input(const struct source_options *o, const char **path);

/* The longest line of that form, in bytes. */
size_t parts_longest(const struct source_options *o, enum source_input input);

/*
 * The operands in the order in which they are read; stdin where there is none. *failed: one of
 * them gives nothing (told), the others are read all the same. 0; -1: told.
 */
int parts_add(const struct source_options *o, struct rotated *parts, bool *failed, struct diag *d);

/* Their bytes, where all are regular files; 0. */
unsigned long long parts_bytes(const struct source_options *o, const struct rotated *parts);

#endif
