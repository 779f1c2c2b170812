#include "stream/block.h"

enum { TABS = EVENT_FIELDS - 1, TIME_DIGITS = 10 };

bool block_begin(struct block *b, struct slice lines)
{
	b->p = lines.p;
	b->n = lines.n;
	b->at = b->last = 0;
	return scan_block(&b->scan, lines.p, lines.n, '\t');
}

unsigned long long block_lines(const struct block *b)
{
	unsigned long long n = 0;

	for (size_t i = 0; i < b->n; i += 64) {
		uint64_t lf = b->scan.lf[i / 64];

		if (b->n - i < 64)
			lf &= ((uint64_t)1 << (b->n - i)) - 1;
		n += (unsigned)__builtin_popcountll(lf);
	}
	return n;
}

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
	if (s.n == b->npartition && memcmp(s.p, b->partition, s.n) == 0)
		return true;
	if (!partition_valid(s))
		return false;
	memcpy(b->partition, s.p, s.n);
	b->npartition = s.n;
	return true;
}

/* The ends of a line's fields, by bits. */
struct cuts {
	size_t end[EVENT_FIELDS]; /* the TABs, then the LF */
	unsigned tabs;
	bool odd;
};

static inline void cut(const struct block *b, struct cuts *c)
{
	c->tabs = 0;
	c->odd = false;
	for (size_t base = b->at;; base += 64) {
		uint64_t tab = scan_window(b->scan.sep, base), lf = scan_window(b->scan.lf, base);
		uint64_t before = lf ? (lf & (0 - lf)) - 1 : ~(uint64_t)0;

		if (b->scan.any_odd)
			c->odd |= (scan_window(b->scan.odd, base) & before) != 0;
		for (tab &= before; tab; tab &= tab - 1) {
			if (c->tabs < TABS)
				c->end[c->tabs] = base + (unsigned)__builtin_ctzll(tab);
			c->tabs++;
		}
		if (lf) {
			c->end[TABS] = base + (unsigned)__builtin_ctzll(lf);
			return;
		}
	}
}

enum block_got block_next(struct block *b, struct event *ev, struct slice *line, const char **why)
{
	struct cuts c;
	size_t at = b->at;

	if (at >= b->n)
		return BLOCK_END;
	cut(b, &c);
	b->last = at;
	b->at = c.end[TABS] + 1;
	if (c.tabs == TABS && !c.odd && b->at - at <= b->max_line) {
		ev->line = slice_of(b->p + at, b->at - at);
		for (int f = 0; f < EVENT_FIELDS; f++) {
			ev->f[f] = slice_of(b->p + at, c.end[f] - at);
			at = c.end[f] + 1;
		}
		if (quick_time(ev->f[F_TIME], &ev->time) &&
		    known_partition(b, ev->f[F_PARTITION]) && ev->f[F_VERB].n) {
			ev->verb = verb_of(ev->f[F_VERB]);
			return BLOCK_EVENT;
		}
	}
	*line = slice_of(b->p + b->last, b->at - b->last - 1);
	if (line->n == 0 || (line->n == 1 && *line->p == '\r'))
		return BLOCK_BLANK;
	*why = line->n > b->max_line ? "longer than a line may be" : event_parse(*line, ev, &b->own);
	if (*why)
		return BLOCK_REFUSED;
	/* what was canonical all the same (an escape, a fraction) can be copied as it stands */
	if (ev->line.n == line->n + 1 && memcmp(ev->line.p, line->p, line->n) == 0)
		ev->line.p = line->p;
	return BLOCK_EVENT;
}

void block_free(struct block *b)
{
	scan_free(&b->scan);
	buf_free(&b->own);
}
