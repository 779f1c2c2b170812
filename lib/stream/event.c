#include "stream/event.h"

#include <stdio.h>

static const char *const field_names[EVENT_FIELDS] = {
	"time", "partition", "callid", "queue", "agent", "verb",
	"data1", "data2", "data3", "data4", "data5",
};

const char *field_name(enum field f)
{
	return field_names[f];
}

enum field field_named(struct slice name)
{
	int f = 0;

	while (f < EVENT_FIELDS && !slice_is(name, field_names[f]))
		f++;
	return (enum field)f;
}

bool partition_valid(struct slice name)
{
	if (name.n == 0 || name.n > PARTITION_MOST)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = name.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == ':'))
			if ((c != '.' && c != '-') || i == 0 || i == name.n - 1)
				return false;
	}
	return true;
}

/* The letter behind the backslash for a byte that is escaped on writing, or 0. */
static unsigned char letter_of(unsigned char c)
{
	switch (c) {
	case '\t': return 't';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\\': return '\\';
	case '\0': return '0';
	default: return 0;
	}
}

/* The byte of a letter that is read behind a backslash; -1: none; -2: \N, nothing at all. */
static int byte_of(unsigned char letter)
{
	switch (letter) {
	case 't': return '\t';
	case 'n': return '\n';
	case 'r': return '\r';
	case '\\': return '\\';
	case '0': return '\0';
	case 'b': return '\b';
	case 'f': return '\f';
	case 'v': return '\v';
	case '\'': return '\'';
	case 'N': return -2;
	default: return -1;
	}
}

void event_escape(struct buf *b, struct slice raw)
{
	size_t plain = 0;

	for (size_t i = 0; i < raw.n; i++) {
		unsigned char letter = letter_of(raw.p[i]);

		if (letter) {
			buf_put(b, raw.p + plain, i - plain);
			buf_byte(b, '\\');
			buf_byte(b, letter);
			plain = i + 1;
		}
	}
	buf_put(b, raw.p + plain, raw.n - plain);
}

struct slice event_raw(struct slice field, struct buf *scratch)
{
	if (field.n == 0 || !memchr(field.p, '\\', field.n))
		return field;
	scratch->n = 0;
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] == '\\' && i + 1 < field.n)
			buf_byte(scratch, (unsigned char)byte_of(field.p[++i]));
		else
			buf_byte(scratch, field.p[i]);
	return buf_all(scratch);
}

/* The raw byte at *i, which is moved behind it. */
static int raw_at(struct slice s, size_t *i)
{
	int c = s.p[(*i)++];

	return c == '\\' && *i < s.n ? byte_of(s.p[(*i)++]) : c;
}

int event_cmp(struct slice a, struct slice b)
{
	size_t i = 0, j = 0;

	while (i < a.n && j < b.n) {
		int d = raw_at(a, &i) - raw_at(b, &j);

		if (d)
			return d;
	}
	return (i < a.n) - (j < b.n);
}

bool event_time(struct slice text, int64_t *time)
{
	struct slice fraction, whole = slice_cut(text, '.', &fraction);
	bool point = whole.n < text.n;
	long long s, f = 0;

	if (!slice_int(whole, false, &s) || s > EVENT_TIME_MAX / 1000000)
		return false;
	if (point && (fraction.n > 6 || !slice_int(fraction, false, &f)))
		return false;
	for (size_t i = fraction.n; point && i < 6; i++)
		f *= 10;
	*time = s * 1000000 + f;
	return *time <= EVENT_TIME_MAX;
}

/* The canonical text of a time. */
static struct slice time_text(int64_t time, unsigned char *text)
{
	long long s = time / 1000000, f = time % 1000000;
	int n = snprintf((char *)text, EVENT_TIME_ROOM, f ? "%lld.%06lld" : "%lld", s, f);

	while (f && text[n - 1] == '0')
		n--;
	return slice_of(text, (size_t)n);
}

void event_move(struct event *ev, int64_t time, unsigned char *text)
{
	ev->time = time;
	event_change(ev, F_TIME, time_text(time, text));
}

/* Copies a field to b in canonical form. */
static bool canonical(struct buf *b, struct slice field)
{
	for (size_t i = 0; i < field.n; i++) {
		int c = field.p[i];

		if (c == '\\') {
			if (++i == field.n)
				return false;
			c = byte_of(field.p[i]);
			if (c == -1)
				return false;
			if (c == -2)
				continue;
		}
		unsigned char raw = (unsigned char)c;
		event_escape(b, slice_of(&raw, 1));
	}
	return true;
}

/* Points ev at the fields of the canonical line [from, end of own), with its LF. */
static void point(struct event *ev, const struct buf *own)
{
	struct slice rest = slice_of(own->p, own->n - 1);

	ev->line = buf_all(own);
	ev->changed = 0;
	for (int f = 0; f < EVENT_FIELDS; f++)
		ev->f[f] = slice_cut(rest, '\t', &rest);
	ev->verb = verb_of(ev->f[F_VERB]);
}

const char *event_parse(struct slice line, struct event *ev, struct buf *own)
{
	unsigned char text[EVENT_TIME_ROOM];
	struct slice f[EVENT_FIELDS], rest = line, t;
	size_t tabs = 0;

	for (size_t i = 0; i < line.n; i++)
		tabs += line.p[i] == '\t';
	if (tabs == 0 && line.n && memchr(line.p, '|', line.n))
		return "fewer than 11 fields: raw logs are read by qlfetch -p NAME";
	if (tabs != EVENT_FIELDS - 1)
		return tabs < EVENT_FIELDS - 1 ? "fewer than 11 fields" : "more than 11 fields";
	for (int i = 0; i < EVENT_FIELDS; i++)
		f[i] = slice_cut(rest, '\t', &rest);
	if (!event_time(f[F_TIME], &ev->time))
		return "no time from 0 to 2^33";
	if (!partition_valid(f[F_PARTITION]))
		return "no valid name of a partition";
	if (f[F_VERB].n == 0)
		return "no verb";
	own->n = 0;
	t = time_text(ev->time, text);
	buf_slice(own, t);
	for (int i = 1; i < EVENT_FIELDS; i++) {
		buf_byte(own, '\t');
		if (!canonical(own, f[i]))
			return "a backslash that is no escape";
	}
	buf_byte(own, '\n');
	if (!buf_room(own, EVENT_SLACK) || own->failed)
		return "out of memory";
	point(ev, own);
	return ev->f[F_VERB].n ? NULL : "no verb";
}

#define NO_MEMORY "0\tunknown\tNONE\tNONE\tNONE\tSOURCEDOWN\tout of memory\t\t\t\t\n"

void event_make(struct event *ev, int64_t time, struct slice partition, enum verb verb,
		struct slice data1, struct buf *own)
{
	static unsigned char down[sizeof(NO_MEMORY) + EVENT_SLACK] = NO_MEMORY;
	static const struct buf lost = { down, sizeof(NO_MEMORY) - 1, 0, false };
	unsigned char text[EVENT_TIME_ROOM];

	own->n = 0;
	buf_slice(own, time_text(time, text));
	buf_byte(own, '\t');
	buf_slice(own, partition);
	buf_str(own, "\tNONE\tNONE\tNONE\t");
	buf_str(own, verb_name(verb));
	buf_byte(own, '\t');
	event_escape(own, data1);
	buf_str(own, "\t\t\t\t\n");
	buf_room(own, EVENT_SLACK);
	ev->time = time;
	point(ev, own->failed ? &lost : own);
}

size_t event_room(const struct event *ev)
{
	size_t n = ev->line.n;

	for (unsigned left = ev->changed; left; left &= left - 1)
		n += ev->f[__builtin_ctz(left)].n;
	return n;
}

/* Where the line goes on behind field f, which is changed, while the next one is not: at its TAB. */
static const unsigned char *behind(const struct event *ev, int f)
{
	if (f == EVENT_FIELDS - 1)
		return ev->line.p + ev->line.n - 1;
	return ev->f[f + 1].p - 1;
}

void event_put(struct buf *b, const struct event *ev)
{
	const unsigned char *from = ev->line.p;

	if (!buf_room(b, event_room(ev)))
		return;
	for (unsigned left = ev->changed; left;) {
		int f = __builtin_ctz(left);
		const unsigned char *to = f ? ev->f[f - 1].p + ev->f[f - 1].n + 1 : from;

		buf_put(b, from, (size_t)(to - from));
		/* those that are changed side by side */
		while (buf_slice(b, ev->f[f]), left &= left - 1, left >> (f + 1) & 1) {
			buf_byte(b, '\t');
			f++;
		}
		from = behind(ev, f);
	}
	buf_put(b, from, (size_t)(ev->line.p + ev->line.n - from));
}
