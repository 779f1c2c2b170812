/*
 * The event: the one form in which everything between the commands travels. qlevent(5) is its
 * manual; this module is the only code that knows it.
 *
 * An event is a line of 11 fields. Inside ql a field is kept as it stands in that line, escaped;
 * since the escapes that ql writes are canonical (one text, one form), fields are compared, hashed
 * and interned so, without ever being decoded. What comes from outside (a name on the command
 * line) is escaped once; what goes outside (JSON, a regular expression) is decoded there.
 */
#ifndef STREAM_EVENT_H
#define STREAM_EVENT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/near.h"
#include "base/out.h"
#include "base/slice.h"
#include "stream/verb.h"

enum field {
	F_TIME, F_PARTITION, F_CALLID, F_QUEUE, F_AGENT, F_VERB,
	F_DATA1, F_DATA2, F_DATA3, F_DATA4, F_DATA5,
	EVENT_FIELDS
};

/*
 * Everything an event points at is borrowed from the source that gave it, until that source is
 * asked for the next one. Whoever wants to keep a field copies or interns it. The fields of the line
 * as it was read hold no NUL and may be read beyond their end, as base/near says.
 */
struct event {
	int64_t time;                /* microseconds since 1970-01-01 UTC, 0 .. 2^33 s */
	enum verb verb;
	unsigned changed;            /* bit f: field f need not be what the line has */
	struct slice line;           /* the canonical line as it was read, with its LF */
	struct slice f[EVENT_FIELDS];
};

/* Behind the line of an event of a source so many bytes can be read. */
enum { EVENT_SLACK = 128 };

/* The time's range, microseconds: EVENT_TIME_MIN <= time <= EVENT_TIME_MAX. */
#define EVENT_TIME_MIN INT64_C(0)
#define EVENT_TIME_MAX (INT64_C(8589934592) * 1000000)

/* The longest name of a partition. */
enum { PARTITION_MOST = 20 };

/* Does it name nothing? Where there is no queue, no agent, no call, Asterisk writes NONE. */
static inline bool field_is_none(struct slice field)
{
	return field.n == 4 ? memcmp(field.p, "NONE", 4) == 0 : field.n == 0;
}

const char *field_name(enum field f);
/* The field of that name ("queue", "data2"), or EVENT_FIELDS. */
enum field field_named(struct slice name);

/* [A-Za-z0-9_.:-]{1,20}, neither beginning nor ending with '-' or '.'. */
bool partition_valid(struct slice name);

/* Makes field f of ev point at `to`, escaped text that outlives the use of ev and may be read beyond
 * its end as base/near says. */
static inline void event_change(struct event *ev, enum field f, struct slice to)
{
	ev->f[f] = to;
	ev->changed |= 1u << f;
}

/* Moves the event to another time; text: at least EVENT_TIME_ROOM bytes that live as long as ev. */
enum { EVENT_TIME_ROOM = 24 };
void event_move(struct event *ev, int64_t time, unsigned char *text);

/*
 * Escapes: TAB \t, LF \n, CR \r, backslash \\, NUL \0 and nothing else. event_escape appends the
 * escaped form of raw bytes to b. event_raw gives a field's raw bytes: the field itself where it
 * has no backslash, else decoded into *scratch (emptied first), valid until that changes.
 */
void event_escape(struct buf *b, struct slice raw);
struct slice event_raw(struct slice field, struct buf *scratch);
/* slice_cmp of the raw bytes. */
int event_cmp(struct slice a, struct slice b);

/*
 * Reads one line (without LF) that need not be canonical: the slow twin of the scanning reader in
 * stream/source, and the place where its rare lines go. What is not canonical is rewritten into
 * *own (emptied first), and ev->line with its LF, in any case, points there.
 * NULL, or why the line is refused.
 */
const char *event_parse(struct slice line, struct event *ev, struct buf *own);

/* "1795369298" or "1795369298.5", at most 6 digits behind the point: microseconds. false: not a
 * time, or out of range. */
bool event_time(struct slice text, int64_t *time);

/* An event of the stream's own making: verb TICK, SOURCEDOWN ...; its line is built in *own, data1
 * escaped. Out of memory: SOURCEDOWN of "unknown". */
void event_make(struct event *ev, int64_t time, struct slice partition, enum verb verb,
		struct slice data1, struct buf *own);

/* Appends the event's line, with LF. */
void event_put(struct buf *b, const struct event *ev);
/* How long that is, at most. */
size_t event_room(const struct event *ev);

/* The forms in which commands put out events (-F). */
enum event_format { EVENT_TSV, EVENT_QUEUELOG, EVENT_JSON, EVENT_CSV };

/*
 * Appends the event in a form other than TSV, with LF. QUEUELOG: the line as Asterisk would write
 * it (nothing for TICK, SOURCEDOWN, SOURCEUP; LF, CR, NUL, and | but in data5, become a space, since
 * that format cannot hold them: false is returned then).
 * JSON: one object; a byte that is not UTF-8 is a lone surrogate, U+DC80 .. U+DCFF.
 * CSV: RFC 4180, guarded as base/csv says. scratch: two buffers of the caller's.
 */
bool event_put_as(struct buf *b, const struct event *ev, enum event_format format,
		  struct buf *scratch);
/* CSV's heading line. */
void event_csv_head(struct buf *b);

/* Reads one JSON object as event_put_as writes it, the keys in any order (of those that are missing or
 * null the fields are empty), into a canonical line, with its LF, in *own (emptied first). NULL, or
 * why it is refused. */
const char *event_parse_json(struct slice line, struct buf *own);

#endif
