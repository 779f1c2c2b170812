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

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/*
 * Points ev at the fields of the line at `at`, by bits. Behind its LF: where the next line begins.
 * *fit: it has 11 fields and nothing odd in it.
 */
ALWAYS_INLINE size_t cut(const struct block *b, size_t at, struct event *ev, bool *fit)
{
	size_t start = at;
	unsigned tabs = 0;
	uint64_t odd = 0;

	for (size_t base = at;; base += 64) {
		uint64_t tab = scan_window(b->scan.sep, base), lf = scan_window(b->scan.lf, base);
		uint64_t before = lf ? (lf & (0 - lf)) - 1 : ~(uint64_t)0;

		if (b->scan.any_odd)
			odd |= scan_window(b->scan.odd, base) & before;
		for (tab &= before; tab; tab &= tab - 1) {
			size_t end = base + (unsigned)__builtin_ctzll(tab);

			if (tabs < TABS)
				ev->f[tabs] = slice_of(b->p + start, end - start);
			tabs++;
			start = end + 1;
		}
		if (lf) {
			size_t end = base + (unsigned)__builtin_ctzll(lf);

			ev->f[TABS] = slice_of(b->p + start, end - start);
			*fit = tabs == TABS && !odd;
			return end + 1;
		}
	}
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
	/* what was canonical all the same (an escape, a fraction) can be copied as it stands */
	if (ev->line.n == line->n + 1 && memcmp(ev->line.p, line->p, line->n) == 0)
		ev->line.p = line->p;
	return BLOCK_EVENT;
}

ALWAYS_INLINE enum block_got next(struct block *b, struct event *ev, struct slice *line,
				  const char **why)
{
	size_t at = b->at;
	bool fit;

	b->last = at;
	b->at = cut(b, at, ev, &fit);
	b->lines++;
	ev->line = slice_of(b->p + at, b->at - at);
	if (!fit || ev->line.n > b->max_line || !quick_time(ev->f[F_TIME], &ev->time) ||
	    !known_partition(b, ev->f[F_PARTITION]) || ev->f[F_VERB].n == 0)
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
	if (__builtin_cpu_supports("bmi"))
		b->next = next_bmi;
#endif
	b->p = lines.p;
	b->n = lines.n;
	b->at = b->last = 0;
	b->lines = 0;
	return scan_block(&b->scan, lines.p, lines.n, '\t');
}

void block_free(struct block *b)
{
	scan_free(&b->scan);
	buf_free(&b->own);
}
