#include "stream/qlog.h"

#include <stdio.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
	LEAST = 5,             /* fields of a line */
	TIME_DIGITS = 10,      /* of the short way: 2001 to 2286 */
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
	q->at = 0;
	if (scan_block(&q->scan, block.p, block.n, '|'))
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

enum qlog_got qlog_line(struct qlog *q, struct slice line, struct buf *to, const char **why)
{
	unsigned char time[EVENT_TIME_ROOM];
	struct slice f[MOST], rest;
	size_t n = 0, ntime, full;
	bool bar = true;

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
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i] == '\0' && line.p[i - 1] == '\0') {
			*why = "a run of NULs";
			return QLOG_REFUSED;
		}
	full = line.n;
	if (line.p[line.n - 1] == '|')
		line.n--;
	for (rest = line; bar && n < MOST - 1; n++) {
		size_t left = rest.n;

		f[n] = slice_cut(rest, '|', &rest);
		bar = f[n].n < left;
	}
	if (bar)
		f[n++] = rest;
	if (!canonical_time(trim(f[0]), time, &ntime)) {
		*why = "no time from 0 to 2^33";
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

/* Copies n bytes with every '|' a TAB; up to 15 more bytes are written (and read) behind. */
ALWAYS_INLINE void copy_fields(unsigned char *to, const unsigned char *from, size_t n)
{
#if defined(__SSE2__)
	const __m128i bar = _mm_set1_epi8('|'), flip = _mm_set1_epi8('|' ^ '\t');

	for (size_t i = 0; i < n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(from + i));

		v = _mm_xor_si128(v, _mm_and_si128(_mm_cmpeq_epi8(v, bar), flip));
		_mm_storeu_si128((__m128i *)(void *)(to + i), v);
	}
#else
	for (size_t i = 0; i < n; i++)
		to[i] = from[i] == '|' ? '\t' : from[i];
#endif
}

/* Ten digits that are a time in range as it stands. */
ALWAYS_INLINE bool plain_time(const unsigned char *p)
{
	return scan_ten_digits(p) && p[0] != '0' &&
	       (p[0] < '8' || memcmp(p, "8589934592", TIME_DIGITS) <= 0);
}

/* What the short way needs to know of a line. */
struct shape {
	size_t end;   /* its LF */
	size_t verb;  /* behind the fourth bar */
	unsigned bars;
	bool odd;
};

ALWAYS_INLINE struct shape shape_of(const struct scan *s, size_t at)
{
	struct shape h = { 0 };

	for (size_t base = at;; base += 64) {
		uint64_t bars = scan_window(s->sep, base), lf = scan_window(s->lf, base);
		uint64_t odd = s->any_odd ? scan_window(s->odd, base) : 0;
		unsigned n;

		if (lf) {
			uint64_t before = (lf & (0 - lf)) - 1;

			bars &= before;
			odd &= before;
		}
		n = (unsigned)__builtin_popcountll(bars);
		h.odd |= odd != 0;
		if (h.bars < LEAST - 1 && h.bars + n >= LEAST - 1) {
			uint64_t b = bars;

			for (unsigned i = h.bars; i < LEAST - 2; i++)
				b &= b - 1;
			h.verb = base + (unsigned)__builtin_ctzll(b) + 1;
		}
		h.bars += n;
		if (lf) {
			h.end = base + (unsigned)__builtin_ctzll(lf);
			return h;
		}
	}
}

/* TICK, SOURCEDOWN and SOURCEUP are the stream's own and refused the long way. */
ALWAYS_INLINE bool rare_verb(unsigned char first)
{
	return first == 'T' || first == 'S';
}

/* The short way: false where the line is not of the common shape. */
ALWAYS_INLINE bool quick(const struct qlog *q, size_t at, const struct shape *h, struct buf *to)
{
	const unsigned char *p = q->p + at;
	unsigned char *d = to->p + to->n;
	size_t n = h->end - at;
	unsigned bars = h->bars;

	if (h->odd || bars < LEAST - 1 || n <= TIME_DIGITS || n > q->max_line || p[TIME_DIGITS] != '|' ||
	    !plain_time(p) || h->verb >= h->end || q->p[h->verb] == '|' || rare_verb(q->p[h->verb]))
		return false;
	if (p[n - 1] == '|') {
		n--;
		bars--;
	}
	if (bars >= MOST)
		return false;
	memcpy(d, p, 16);
	memcpy(d + TIME_DIGITS, q->stamp, 32);
	d += TIME_DIGITS + q->nstamp;
	n -= TIME_DIGITS + 1;
	copy_fields(d, p + TIME_DIGITS + 1, n);
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
	*lines = 0;
	*got = QLOG_EVENT;
	while (q->at < q->n) {
		struct shape h = shape_of(&q->scan, q->at);
		size_t n = h.end - q->at;

		if (qlog_room(n) > to->cap - to->n)
			return true;
		if (!quick(q, q->at, &h, to)) {
			*line = slice_of(q->p + q->at, n);
			*got = qlog_line(q, *line, to, why);
		}
		q->at += n + 1;
		++*lines;
		if (*got != QLOG_EVENT)
			break;
	}
	return q->at < q->n;
}

#if defined(__x86_64__)
/* The same with the bit instructions that came with AVX2. */
__attribute__((target("bmi,popcnt"))) static bool next_bmi(struct qlog *q, struct buf *to,
							   unsigned long long *lines,
							   enum qlog_got *got, struct slice *line,
							   const char **why)
{
	return next(q, to, lines, got, line, why);
}
#endif

bool qlog_next(struct qlog *q, struct buf *to, unsigned long long *lines, enum qlog_got *got,
	       struct slice *line, const char **why)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
		return next_bmi(q, to, lines, got, line, why);
#endif
	return next(q, to, lines, got, line, why);
}
