#include "stream/block.h"

enum { TABS = EVENT_FIELDS - 1, TIME_DIGITS = 10 };

/*
 * Eight digits in one word to their number, by sums of neighbours: pairs, then fours, then eight.
 * The caller has seen to it that they are digits. Little-endian; the portable way is a loop.
 */
static inline int64_t seconds(const unsigned char *p)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t w;

	memcpy(&w, p, 8);
	w = (w & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
	w = (w & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
	w = (w & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
	return (int64_t)w * 100 + (p[8] - '0') * 10 + (p[9] - '0');
#else
	int64_t s = 0;

	for (int i = 0; i < TIME_DIGITS; i++)
		s = s * 10 + (p[i] - '0');
	return s;
#endif
}

/* Ten digits without a fraction; what is rarer goes the long way. */
static inline bool quick_time(struct slice s, int64_t *time)
{
	if (s.n != TIME_DIGITS || s.p[0] == '0' || !scan_ten_digits(s.p))
		return false;
	*time = seconds(s.p) * 1000000;
	return *time <= EVENT_TIME_MAX;
}

static inline bool known_partition(struct block *b, struct slice s)
{
	if (s.n && slice_eq(s, slice_of(b->partition, b->npartition)))
		return true;
	if (!partition_valid(s))
		return false;
	memcpy(b->partition, s.p, s.n);
	b->npartition = s.n;
	return true;
}

/* Where the TABs of a line stand: bits of its first 128 bytes; more of it: further on. */
struct shape {
	uint64_t low, high;
	size_t end; /* of its LF */
	unsigned tabs;
	bool odd, more;
};

ALWAYS_INLINE uint64_t below_first(uint64_t bits)
{
	return bits ? (bits & (0 - bits)) - 1 : ~(uint64_t)0;
}

/* What of the line lies behind its first 128 bytes. */
static void shape_more(const struct scan *s, size_t base, struct shape *h)
{
	uint64_t lf;

	h->more = true;
	do {
		uint64_t before;

		lf = scan_window(s->lf, base);
		before = below_first(lf);
		h->tabs += (unsigned)__builtin_popcountll(scan_window(s->sep, base) & before);
		h->odd |= s->any_odd && (scan_window(s->odd, base) & before);
		h->end = base + (lf ? (unsigned)__builtin_ctzll(lf) : 64);
		base += 64;
	} while (!lf);
}

ALWAYS_INLINE void shape(const struct scan *s, size_t at, struct shape *h)
{
	uint64_t lf = scan_window(s->lf, at), before = below_first(lf), odd = 0;

	h->low = scan_window(s->sep, at) & before;
	h->high = 0;
	h->more = false;
	if (s->any_odd)
		odd = scan_window(s->odd, at) & before;
	h->tabs = (unsigned)__builtin_popcountll(h->low);
	if (lf) {
		h->end = at + (unsigned)__builtin_ctzll(lf);
	} else {
		lf = scan_window(s->lf, at + 64);
		before = below_first(lf);
		h->high = scan_window(s->sep, at + 64) & before;
		if (s->any_odd)
			odd |= scan_window(s->odd, at + 64) & before;
		h->tabs += (unsigned)__builtin_popcountll(h->high);
		h->end = at + 64 + (unsigned)__builtin_ctzll(lf ? lf : 1);
	}
	h->odd = odd != 0;
	if (!lf)
		shape_more(s, at + 128, h);
}

/* The fields of a line of 11. The TABs are taken in their order from two words at once, without a
 * branch on where the border between them falls. */
ALWAYS_INLINE void point_short(const unsigned char *p, const struct shape *h, size_t at,
			       struct event *ev, int fields)
{
	uint64_t low = h->low, high = h->high;
	size_t start = at;

	for (int i = 0; i < fields; i++) {
		uint64_t bits = low ? low : high, rest = bits & (bits - 1);
		size_t end = at + (low ? 0 : 64) + (unsigned)__builtin_ctzll(bits);

		high = low ? high : rest;
		low = low ? rest : 0;
		ev->f[i] = slice_of(p + start, end - start);
		start = end + 1;
	}
	if (fields == TABS)
		ev->f[TABS] = slice_of(p + start, h->end - start);
}

static void point_long(const unsigned char *p, size_t at, size_t end, struct event *ev)
{
	struct slice rest = slice_of(p + at, end - at);

	for (int i = 0; i < EVENT_FIELDS; i++)
		ev->f[i] = slice_cut(rest, '\t', &rest);
}

/* A line that is not of the common shape, or not canonical. */
static enum block_got next_rare(struct block *b, struct event *ev, struct slice *line,
				const char **why)
{
	*line = slice_of(b->p + b->last, b->at - b->last - 1);
	if (line->n == 0 || (line->n == 1 && *line->p == '\r'))
		return BLOCK_BLANK;
	*why = line->n > b->max_line ? "longer than a line may be" : event_parse(*line, ev, &b->own);
	if (*why)
		return BLOCK_REFUSED;
	known_partition(b, ev->f[F_PARTITION]);
	/* what was canonical all the same (an escape, a fraction) can be copied as it stands */
	if (ev->line.n == line->n + 1 && memcmp(ev->line.p, line->p, line->n) == 0)
		ev->line.p = line->p;
	return BLOCK_EVENT;
}

ALWAYS_INLINE enum block_got next(struct block *b, struct event *ev, struct slice *line,
				  const char **why)
{
	size_t at = b->at;
	struct shape h;

	shape(&b->scan, at, &h);
	b->last = at;
	b->at = h.end + 1;
	b->lines++;
	if (h.tabs != TABS || h.odd || h.end - at >= b->max_line)
		return next_rare(b, ev, line, why);
	ev->line = slice_of(b->p + at, b->at - at);
	if (h.more)
		point_long(b->p, at, h.end, ev);
	else if (b->brief)
		point_short(b->p, &h, at, ev, F_VERB + 1);
	else
		point_short(b->p, &h, at, ev, TABS);
	if (!quick_time(ev->f[F_TIME], &ev->time) || !known_partition(b, ev->f[F_PARTITION]) ||
	    ev->f[F_VERB].n == 0)
		return next_rare(b, ev, line, why);
	ev->verb = verb_of(ev->f[F_VERB]);
	return BLOCK_EVENT;
}

static enum block_got next_plain(struct block *b, struct event *ev, struct slice *line,
				 const char **why)
{
	return next(b, ev, line, why);
}

#if defined(__x86_64__)
/* The same with the bit instructions that came with AVX2. */
__attribute__((target("bmi,popcnt"))) static enum block_got
next_bmi(struct block *b, struct event *ev, struct slice *line, const char **why)
{
	return next(b, ev, line, why);
}
#endif

bool block_begin(struct block *b, struct slice lines)
{
	b->next = next_plain;
#if defined(__x86_64__)
	if (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
		b->next = next_bmi;
#endif
	b->p = lines.p;
	b->n = lines.n;
	b->at = b->last = 0;
	b->lines = 0;
	if (scan_block(&b->scan, lines.p, lines.n, '\t'))
		return true;
	b->n = 0;
	return false;
}

void block_free(struct block *b)
{
	scan_free(&b->scan);
	buf_free(&b->own);
}
