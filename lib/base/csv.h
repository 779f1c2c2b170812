/*
 * CSV, in its one home: RFC 4180, with text that a spreadsheet would take for a formula guarded.
 *
 * A record is cells with commas between, put by the caller, and csv_end behind the last.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

/*
 * Appends one cell of text, raw bytes, not an escaped field. It is quoted where it holds a comma,
 * a quote, CR or LF. Text beginning with = + - @ TAB CR gets a ' before it, unless it is + or -
 * and digits only, as telephone numbers are. Numbers of our own making are no text: put them
 * as they are.
 */
void csv_text(struct buf *b, struct slice raw);

/* Ends the record, with CR LF as RFC 4180 has it. */
void csv_end(struct buf *b);

#endif
