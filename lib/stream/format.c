#include "base/csv.h"
#include "base/json.h"
#include "base/when.h"
#include "stream/event.h"

/*
 * A value inside a line of a queue_log. false: a byte became a space. bar: a '|' may stand in it,
 * as in data5, which holds all that follows; anywhere else it would be two values.
 */
static bool put_flat(struct buf *b, struct slice field, bool bar, struct buf *scratch)
{
	struct slice raw = event_raw(field, scratch);
	size_t from = b->n;
	bool held = true;

	buf_slice(b, raw);
	for (size_t i = from; i < b->n; i++) {
		if (b->p[i] == '\n' || b->p[i] == '\r' || b->p[i] == '\0' ||
		    (b->p[i] == '|' && !bar)) {
			held = false;
			b->p[i] = ' ';
		}
	}
	return held;
}

static bool put_queuelog(struct buf *b, const struct event *ev, struct buf *scratch)
{
	int last = F_DATA5;
	bool held = true;

	if (verb_of_stream(ev->verb))
		return true;
	while (last > F_DATA1 && ev->f[last].n == 0)
		last--;
	buf_slice(b, ev->f[F_TIME]);
	for (int f = F_CALLID; f <= last; f++) {
		buf_byte(b, '|');
		if (!put_flat(b, ev->f[f], f == F_DATA5, scratch))
			held = false;
	}
	buf_byte(b, '\n');
	return held;
}

static void put_json(struct buf *b, const struct event *ev, struct buf *scratch)
{
	buf_str(b, "{\"time\":");
	buf_slice(b, ev->f[F_TIME]);
	for (int f = F_TIME + 1; f < EVENT_FIELDS; f++) {
		buf_str(b, ",\"");
		buf_str(b, field_name((enum field)f));
		buf_str(b, "\":");
		json_text(b, event_raw(ev->f[f], scratch));
	}
	buf_str(b, "}\n");
}

static void put_csv(struct buf *b, const struct event *ev, struct buf *scratch)
{
	buf_slice(b, ev->f[F_TIME]);
	for (int f = F_TIME + 1; f < EVENT_FIELDS; f++) {
		buf_byte(b, ',');
		csv_text(b, event_raw(ev->f[f], scratch));
	}
	csv_end(b);
}

void event_csv_head(struct buf *b)
{
	for (int f = 0; f < EVENT_FIELDS; f++) {
		if (f)
			buf_byte(b, ',');
		buf_str(b, field_name((enum field)f));
	}
	csv_end(b);
}

bool event_put_as(struct buf *b, const struct event *ev, enum event_format format,
		  struct buf *scratch)
{
	switch (format) {
	case EVENT_TSV:
		event_put(b, ev);
		return true;
	case EVENT_QUEUELOG:
		return put_queuelog(b, ev, scratch);
	case EVENT_JSON:
		put_json(b, ev, scratch);
		return true;
	case EVENT_CSV:
		put_csv(b, ev, scratch);
		return true;
	}
	return true;
}

/* A stretch of a buffer that grows, and so moves. */
struct part {
	size_t at, n;
};

static struct slice part_of(const struct buf *b, struct part p)
{
	return slice_of(b->p + p.at, p.n);
}

/* Takes a string, a number or null to the end of own. */
static const char *take_value(struct slice *s, struct buf *own, struct part *value)
{
	struct slice word;

	value->at = own->n;
	if (json_word(s, &word)) {
		if (slice_is(word, "true") || slice_is(word, "false"))
			return "a value that is no string";
		if (!slice_is(word, "null"))
			buf_slice(own, word);
	} else if (!json_string(s, own)) {
		return "not JSON, or a value that is no string";
	}
	value->n = own->n - value->at;
	return NULL;
}

/* Takes "key": value; the value, escaped, is at the end of own. */
static const char *take_pair(struct slice *s, struct buf *own, struct part *fields)
{
	struct part key = { own->n, 0 }, raw = { 0, 0 };
	const char *why;
	enum field f;
	int64_t time;

	if (!json_string(s, own) || !json_mark(s, ':'))
		return "not JSON";
	key.n = own->n - key.at;
	f = field_named(part_of(own, key));
	if (f == EVENT_FIELDS)
		return "a key that is no field of an event";
	if (fields[f].at)
		return "a key that is there twice";
	why = take_value(s, own, &raw);
	if (why)
		return why;
	fields[f].at = own->n;
	if (!buf_room(own, 2 * raw.n)) /* so that it does not move under what is read from it */
		return "out of memory";
	if (f != F_TIME)
		event_escape(own, part_of(own, raw));
	else if (event_time(part_of(own, raw), &time))
		when_put_epoch(own, time);
	fields[f].n = own->n - fields[f].at;
	return NULL;
}

static const char *take_object(struct slice *s, struct buf *own, struct part *fields)
{
	const char *why = NULL;

	if (!json_mark(s, '{'))
		return "not a JSON object";
	if (!json_mark(s, '}')) {
		do
			why = take_pair(s, own, fields);
		while (!why && json_mark(s, ','));
		if (!why && !json_mark(s, '}'))
			why = "not JSON";
	}
	return why ? why : json_end(s) ? NULL : "something behind the JSON object";
}

const char *event_parse_json(struct slice line, struct buf *own)
{
	struct part fields[EVENT_FIELDS] = { { 0, 0 } };
	const char *why;
	size_t from;

	own->n = 0;
	why = take_object(&line, own, fields);
	if (why)
		return why;
	if (!fields[F_TIME].n)
		return "no time from 0 to 2^33";
	if (!partition_valid(part_of(own, fields[F_PARTITION])))
		return "no valid name of a partition";
	if (!fields[F_VERB].n)
		return "no verb";
	from = own->n;
	if (!buf_room(own, own->n + EVENT_FIELDS))
		return "out of memory";
	for (int f = 0; f < EVENT_FIELDS; f++) {
		buf_slice(own, part_of(own, fields[f]));
		buf_byte(own, f < EVENT_FIELDS - 1 ? '\t' : '\n');
	}
	memmove(own->p, own->p + from, own->n - from);
	own->n -= from;
	return own->failed ? "out of memory" : NULL;
}
