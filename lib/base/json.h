/*
 * JSON strings, written in one place (RFC 8259).
 *
 * Any bytes can be written and come back the same: what is not UTF-8 is written as a lone
 * surrogate, byte 80 as \udc80 to byte FF as \udcff, which no UTF-8 text can mean.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

/* Appends the raw bytes as a string in quotes. Control characters (U+0000..1F, 7F..9F), quote and
 * backslash are escaped, so no terminal obeys them; all other UTF-8 stands as it is. */
void json_text(struct buf *b, struct slice raw);

#endif
