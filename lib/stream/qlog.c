#include "stream/qlog.h"

#include "base/inline.h"

enum {
	LEAST = 5,             /* fields of a line */
	MOST = EVENT_FIELDS - 1 /* fields of a line with nothing to be joined in data5 */
};

void qlog_init(struct qlog *q, struct slice partition, size_t max_line)
{
	*q = (struct qlog){ .max_line = max_line };
	q->stamp[0] = '\t';
	memcpy(q->stamp + 1, partition.p, partition.n);
	q->stamp[1 + partition.n] = '\t';
	q->nstamp = partition.n + 2;
}

void qlog_free(struct qlog *q)
{
	scan_free(&q->scan);
}

bool qlog_block(struct qlog *q, struct slice block)
{
	q->p = block.p;
	q->n = block.n;
	q->at = q->line = 0;
	if (scan_begin(&q->scan, block.p, block.n, '|'))
		return true;
	q->n = 0;
	return false;
}

static struct slice trim(struct slice s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* An epoch, whose fraction may be longer than a microsecond's: it is cut. */
static bool epoch(struct slice text, int64_t *time)
{
	struct slice fraction, whole = slice_cut(text, '.', &fraction);

	for (size_t i = 0; i < fraction.n; i++)
		if (fraction.p[i] < '0' || fraction.p[i] > '9')
			return false;
	if (fraction.n > 6)
		text.n = whole.n + 7;
	return event_time(text, time);
}

static bool canonical_time(struct slice text, unsigned char *canonical, size_t *n)
{
	struct event ev = { .time = 0 };

	if (!epoch(text, &ev.time))
		return false;
	event_move(&ev, ev.time, canonical);
	*n = ev.f[F_TIME].n;
	return true;
}

bool qlog_line_time(struct slice line, int64_t *time)
{
	size_t n = 0;

	if (slice_begins(line, SLICE("\xef\xbb\xbf")))
		line = slice_of(line.p + 3, line.n - 3);
	line = trim(line);
	while (n < line.n && line.p[n] != '|' && line.p[n] != '\t')
		n++;
	return n < line.n && epoch(trim(slice_of(line.p, n)), time);
}

static bool has_two_nuls(struct slice line)
{
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i] == '\0' && line.p[i - 1] == '\0')
			return true;
	return false;
}

/* The fields of a line; the last one there may be has all that is left. How many. */
static size_t cut(struct slice line, struct slice f[MOST])
{
	bool bar = true;
	size_t n = 0;

	for (; bar && n < MOST - 1; n++) {
		size_t left = line.n;

		f[n] = slice_cut(line, '|', &line);
		bar = f[n].n < left;
	}
	if (bar)
		f[n++] = line;
	return n;
}

enum qlog_got qlog_line(struct qlog *q, struct slice line, struct buf *to, const char **why)
{
	unsigned char time[EVENT_TIME_ROOM];
	struct slice f[MOST];
	size_t n, ntime, full;

	if (line.n > q->max_line) {
		*why = "longer than a line may be";
		return QLOG_REFUSED;
	}
	if (line.n && line.p[line.n - 1] == '\r') {
		q->cr++;
		line.n--;
	}
	if (trim(line).n == 0)
		return QLOG_BLANK;
	if (has_two_nuls(line)) {
		*why = "a run of NULs";
		return QLOG_REFUSED;
	}
	full = line.n;
	if (line.p[line.n - 1] == '|')
		line.n--;
	n = cut(line, f);
	if (!canonical_time(trim(f[0]), time, &ntime)) {
		*why = canonical_time(slice_cut(line, '\t', &line), time, &ntime) ?
			       "no time from 0 to 2^33: events are read with -I events" :
			       "no time from 0 to 2^33";
		return QLOG_REFUSED;
	}
	if (n < LEAST && !(n == LEAST - 1 && full > line.n)) {
		*why = "fewer than 5 fields";
		return QLOG_REFUSED;
	}
	if (n < LEAST || f[4].n == 0) {
		*why = "an empty verb";
		return QLOG_REFUSED;
	}
	if (verb_of_stream(verb_of(f[4]))) {
		*why = "a verb that no server writes";
		return QLOG_REFUSED;
	}
	buf_put(to, time, ntime);
	buf_put(to, q->stamp, q->nstamp);
	for (size_t i = 1; i < MOST; i++) {
		if (i < n)
			event_escape(to, f[i]);
		buf_byte(to, i < MOST - 1 ? '\t' : '\n');
	}
	return QLOG_EVENT;
}

typedef unsigned char bytes32 __attribute__((vector_size(32)));

/* 32 bytes with every '|' a TAB. */
ALWAYS_INLINE void copy32(unsigned char *to, const unsigned char *from)
{
	bytes32 v;

	memcpy(&v, from, sizeof(v));
	v ^= (bytes32)(v == '|') & ('|' ^ '\t');
	memcpy(to, &v, sizeof(v));
}

/* n bytes so: at least 128 are read and written, and up to 31 more than n; a branch on the length is
 * for lines that are longer than nearly all. */
ALWAYS_INLINE void copy_fields(unsigned char *to, const unsigned char *from, size_t n)
{
	copy32(to, from);
	copy32(to + 32, from + 32);
	copy32(to + 64, from + 64);
	copy32(to + 96, from + 96);
	for (size_t i = 128; i < n; i += 32)
		copy32(to + i, from + i);
}

/* Some verb, and not one of the stream's own, which are refused? */
ALWAYS_INLINE bool plain_verb(const unsigned char *p, size_t n)
{
	return verb_may_be_of_stream(*p) ? !verb_of_stream(verb_of(slice_of(p, n))) : n > 0;
}

/* Is each of the n marks behind the first a bar? */
static bool all_bars(const struct qlog *q, const uint32_t *mark, size_t n)
{
	bool all = true;

	for (size_t i = 1; i <= n; i++)
		all &= q->p[mark[i]] == '|';
	return all;
}

/* Is a line to become an event? */
ALWAYS_INLINE bool is_asked(const struct qlog *q, int64_t time, const uint32_t *mark)
{
	struct slice verb = slice_of(q->p + mark[LEAST - 1] + 1, mark[LEAST] - mark[LEAST - 1] - 1);

	return mesh_but_verb(q->only, time, q->p, mark, true) &&
	       (!mesh_asks(q->only, verb.n) || mesh_verb(q->only, verb_near(verb)));
}

/* The short way: false where a line with so many marks, which follow the LF before it at *mark, is not of
 * the common shape. */
ALWAYS_INLINE bool quick(struct qlog *q, const uint32_t *mark, size_t marks, struct buf *to)
{
	const unsigned char *p = q->p + q->at;
	unsigned char *d = to->p + to->n;
	size_t n = mark[marks] - q->at, bars = marks - 1;
	unsigned trailing;
	int64_t time;

	if (bars < LEAST - 1 || bars > MOST || mark[1] - q->at != SECONDS_DIGITS || n > q->max_line ||
	    !seconds_quick(&q->seconds, p, &time) ||
	    !plain_verb(q->p + mark[LEAST - 1] + 1, mark[LEAST] - mark[LEAST - 1] - 1) ||
	    (q->scan.odd && !all_bars(q, mark, bars)))
		return false;
	trailing = p[n - 1] == '|';
	n -= trailing;
	bars -= trailing;
	if (bars == MOST)
		return false;
	if (q->only) {
		q->behind = !is_asked(q, time, mark);
		q->time = time;
		q->dropped += q->behind;
		if (q->behind)
			return true;
	}
	memcpy(d, p, 16);
	memcpy(d + SECONDS_DIGITS, q->stamp, 32);
	d += SECONDS_DIGITS + q->nstamp;
	n -= SECONDS_DIGITS + 1;
	copy_fields(d, p + SECONDS_DIGITS + 1, n);
	d += n;
	memcpy(d, "\t\t\t\t\t\t\t\t", 8);
	d += MOST - 1 - bars;
	*d++ = '\n';
	to->n = (size_t)(d - to->p);
	return true;
}

ALWAYS_INLINE bool next(struct qlog *q, struct buf *to, unsigned long long *lines,
			enum qlog_got *got, struct slice *line, const char **why)
{
	size_t n;

	*lines = 0;
	*got = QLOG_EVENT;
	while (q->at < q->n && *got == QLOG_EVENT) {
		const struct scan *s = &q->scan;
		uint32_t before;

		if (q->line == s->lines) {
			q->line = 0;
			if (!scan_more(&q->scan))
				break;
		}
		before = q->line ? s->end[q->line - 1] : 0;
		n = s->mark[s->end[q->line]] - q->at;
		if (qlog_room(n) > to->cap - to->n)
			return true;
		if (!quick(q, s->mark + before, s->end[q->line] - before, to)) {
			*line = slice_of(q->p + q->at, n);
			*got = qlog_line(q, *line, to, why);
			q->unasked += *got == QLOG_EVENT;
			q->behind &= *got != QLOG_EVENT;
		}
		q->at += n + 1;
		q->line++;
		++*lines;
	}
	return q->at < q->n;
}

#if defined(__x86_64__)
/* The same with AVX2 and the bit instructions that came with it. */
__attribute__((target("avx2,bmi,bmi2,popcnt"))) static bool
next_avx2(struct qlog *q, struct buf *to, unsigned long long *lines, enum qlog_got *got,
	  struct slice *line, const char **why)
{
	return next(q, to, lines, got, line, why);
}
#endif

bool qlog_next(struct qlog *q, struct buf *to, unsigned long long *lines, enum qlog_got *got,
	       struct slice *line, const char **why)
{
#if defined(__x86_64__)
	if (!q->plainly && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt"))
		return next_avx2(q, to, lines, got, line, why);
#endif
	return next(q, to, lines, got, line, why);
}
