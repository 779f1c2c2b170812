/*
 * JSON strings, written and read in one place (RFC 8259).
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

/*
 * Reading: each takes its thing, and the white space before it, from the front of *s. false: it is
 * not there or not well formed, and how much of *s was taken is not said.
 */
/* One of { } [ ] : , */
bool json_mark(struct slice *s, unsigned char mark);
/* A string; its raw bytes are appended to b. What json_text wrote comes back; a byte that is not
 * UTF-8 and stands there bare is taken as it is. */
bool json_string(struct slice *s, struct buf *b);
/* A number, true, false or null: the letters, digits and signs, unjudged, as they stand. */
bool json_word(struct slice *s, struct slice *word);
/* Is there nothing more but white space? */
bool json_end(struct slice *s);

#endif
