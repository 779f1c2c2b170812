/*
 * UTF-8, as far as printing asks for it: where a character ends, what is none, what is a control
 * character, and how many columns of a terminal something takes.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

/* The length, 1 to 4, of the character that s begins with; 0 where its first byte begins none
 * (cut, overlong, a surrogate, beyond U+10FFFF) or s is empty. */
size_t utf8_at(struct slice s);

/* Is the character of that length a control character: U+0000..1F, 7F..9F? A terminal may obey it. */
bool utf8_control(struct slice s, size_t length);

/*
 * Appends s as a terminal may see it: control characters and bytes that are not UTF-8 as \xHH for
 * each byte, everything else as it is. The number of columns it takes: 1 for a character, 0 for a
 * combining mark (U+0300..036F), 2 for the wide ones of East Asia.
 */
size_t utf8_visible(struct buf *b, struct slice s);

#endif
