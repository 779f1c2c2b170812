#include "stream/block.h"

#include <stdlib.h>

enum { TABS = EVENT_FIELDS - 1, TIME_DIGITS = BLOCK_NAME - 1 };

/*
 * Eight digits in one word to their number, by sums of neighbours: pairs, then fours, then eight.
 * The caller has seen to it that they are digits. Little-endian; the portable way is a loop.
 */
static int64_t number(const unsigned char *p)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t w;

	memcpy(&w, p, 8);
	w = (w & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
	w = (w & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
	return (int64_t)((w & 0x0000ffff0000ffffu) * 42949672960001u >> 32);
#else
	int64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n * 10 + (p[i] - '0');
	return n;
#endif
}

/* Are the first eight digits new ones, of a time in range? Then they are those of the block. */
static bool new_hundreds(struct block *b, const unsigned char *p)
{
	if (p[0] == '0' || !scan_ten_digits(p) || memcmp(p, EVENT_DIGITS, 8) >= 0)
		return false;
	memcpy(&b->digits, p, 8);
	b->hundreds = number(p);
	return true;
}

/*
 * Ten digits without a fraction; what is rarer goes the long way. The first eight of them change
 * but every hundred seconds.
 */
ALWAYS_INLINE bool quick_time(struct block *b, const unsigned char *p, int64_t *time)
{
	uint64_t digits;
	unsigned char tens = p[8], ones = p[9];

	memcpy(&digits, p, 8);
	if (digits != b->digits && !new_hundreds(b, p))
		return false;
	tens = (unsigned char)(tens - '0');
	ones = (unsigned char)(ones - '0');
	*time = (b->hundreds * 100 + tens * 10 + ones) * 1000000;
	return tens <= 9 && ones <= 9;
}

ALWAYS_INLINE size_t slot(uint64_t word)
{
	return (word * 0x9e3779b97f4a7c15u) >> 58;
}

/* Is it a partition's name? */
static bool known_long(struct block *b, const unsigned char *p, size_t n)
{
	struct near name, *known;

	if (n - 1 >= PARTITION_MOST)
		return false;
	name = near_of(p, n);
	known = &b->names->name[near_hash(&name) >> 58];
	if (!near_eq(known, &name)) {
		if (!partition_valid(slice_of(p, n)))
			return false;
		*known = name;
	}
	if (n < 8)
		b->names->brief[slot(name.word[0])] = name.word[0];
	return true;
}

/* Asked of each line, answered from memory. */
ALWAYS_INLINE bool known_partition(struct block *b, const unsigned char *p, size_t n)
{
	uint64_t name;

	if (n - 1 < 7) {
		memcpy(&name, p, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		name &= ((uint64_t)1 << n * 8) - 1;
#else
		name &= ~(~(uint64_t)0 >> n * 8);
#endif
		if (b->names->brief[slot(name)] == name)
			return true;
	}
	return known_long(b, p, n);
}

/* Some verb, and not one of the stream's own? Those begin with letters that few others have. */
ALWAYS_INLINE bool plain_verb(const struct block *b, size_t verb)
{
	unsigned char c = b->p[verb];

	if (c != 'T' && c != 'S')
		return c != '\t';
	return !verb_of_stream(verb_near(slice_of(b->p + verb, scan_nth(&b->scan, verb, 1) - verb)));
}

/*
 * Is the line [at, end), which has `n` TABs, those of its first fields in the bits of *tabs, an event
 * in canonical form of the common shape: ten digits of time, a partition known by now, some verb?
 */
ALWAYS_INLINE bool is_plain(struct block *b, size_t at, size_t end, uint32_t n, int64_t *time,
			    uint64_t *tabs)
{
	const unsigned char *p = b->p + at;
	const size_t name = at + BLOCK_NAME;
	uint64_t w;

	if (n != TABS || p[TIME_DIGITS] != '\t' || end - at >= b->max_line || !quick_time(b, p, time))
		return false;
	*tabs = w = scan_window(b->scan.sep, name);
	if (!w || !known_partition(b, b->p + name, (size_t)__builtin_ctzll(w)))
		return false;
	w &= w - 1; /* callid */
	w &= w - 1; /* queue */
	w &= w - 1; /* agent */
	return plain_verb(b, w ? name + (size_t)__builtin_ctzll(w) + 1 : scan_nth(&b->scan, at, F_VERB) + 1);
}

ALWAYS_INLINE bool more(struct block *b)
{
	uint32_t ends[BLOCK_HEADS + 2], seps;
	size_t at = b->headed, n = scan_ends(&b->scan, &b->word, ends, BLOCK_HEADS);

	seps = n ? scan_seps_before(&b->scan, at) : 0;
	for (size_t i = 0; i < n; i++) {
		struct head *h = &b->head[i];
		uint32_t before = scan_seps_before(&b->scan, ends[i]);

		h->end = ends[i];
		h->plain = is_plain(b, at, h->end, before - seps, &h->time, &b->tabs[i]) &&
			   !scan_odd(&b->scan, at, h->end);
		seps = before;
		at = (size_t)h->end + 1;
	}
	b->headed = at;
	b->next = 0;
	b->heads = n;
	return n > 0;
}

/* The fields of a line of ten TABs, wherever they stand. */
static void cut_far(const struct block *b, size_t at, size_t end, struct event *ev)
{
	size_t start = at, base = at;
	uint64_t w = scan_window(b->scan.sep, at);

	for (int f = 0; f < TABS; f++) {
		for (; !w; w = scan_window(b->scan.sep, base))
			base += 64;
		ev->f[f] = slice_of(b->p + start, base + (size_t)__builtin_ctzll(w) - start);
		start += ev->f[f].n + 1;
		w &= w - 1;
	}
	ev->f[TABS] = slice_of(b->p + start, end - start);
	ev->tail.p = NULL;
}

/* What stands from *start up to the first TAB in the bits of *tabs, which count from p; and on to what
 * stands behind it. */
ALWAYS_INLINE struct slice field(const unsigned char *p, const unsigned char **start, uint64_t *tabs)
{
	const unsigned char *from = *start, *to = p + __builtin_ctzll(*tabs);

	*start = to + 1;
	*tabs &= *tabs - 1;
	return slice_of(from, (size_t)(to - from));
}

/* The fields, where the first ones and the data stand within 64 bytes each. */
ALWAYS_INLINE void cut(const struct block *b, size_t at, size_t end, uint64_t tabs,
		       struct event *ev)
{
	const unsigned char *p = b->p + at + BLOCK_NAME, *to = p;

	if (__builtin_popcountll(tabs) < F_VERB) {
		cut_far(b, at, end, ev);
		return;
	}
	ev->f[F_TIME] = slice_of(b->p + at, TIME_DIGITS);
	ev->f[F_PARTITION] = field(p, &to, &tabs);
	ev->f[F_CALLID] = field(p, &to, &tabs);
	ev->f[F_QUEUE] = field(p, &to, &tabs);
	ev->f[F_AGENT] = field(p, &to, &tabs);
	ev->f[F_VERB] = field(p, &to, &tabs);
	ev->tail = slice_of(to, (size_t)(b->p + end - to));
	if (b->brief)
		return;
	p = to;
	tabs = scan_window(b->scan.sep, (size_t)(p - b->p));
	if (__builtin_popcountll(tabs) < F_DATA5 - F_VERB - 1) {
		cut_far(b, at, end, ev);
		return;
	}
	ev->f[F_DATA1] = field(p, &to, &tabs);
	ev->f[F_DATA2] = field(p, &to, &tabs);
	ev->f[F_DATA3] = field(p, &to, &tabs);
	ev->f[F_DATA4] = field(p, &to, &tabs);
	ev->f[F_DATA5] = slice_of(to, (size_t)(b->p + end - to));
	ev->tail.p = NULL;
}

/* A line that is not of the common shape, or not canonical, or of the stream's own making. */
static enum block_got next_rare(struct block *b, struct event *ev, struct slice *line,
				const char **why)
{
	*line = slice_of(b->p + b->last, b->at - b->last - 1);
	if (line->n == 0 || (line->n == 1 && *line->p == '\r'))
		return BLOCK_BLANK;
	*why = line->n > b->max_line ? "longer than a line may be" : event_parse(*line, ev, &b->own);
	if (*why)
		return BLOCK_REFUSED;
	b->event = BLOCK_NOWHERE;
	b->time = ev->time;
	b->npartition = ev->f[F_PARTITION].n;
	memcpy(b->partition, ev->f[F_PARTITION].p, b->npartition);
	/* what was canonical all the same (an escape, a fraction) can be copied as it stands */
	if (ev->line.n == line->n + 1 && memcmp(ev->line.p, line->p, line->n) == 0) {
		for (int f = 0; f < EVENT_FIELDS; f++)
			ev->f[f].p = line->p + (ev->f[f].p - ev->line.p);
		ev->line.p = line->p;
	}
	return BLOCK_EVENT;
}

ALWAYS_INLINE enum block_got next(struct block *b, struct event *ev, struct slice *line,
				  const char **why)
{
	const struct head *h = block_head(b);
	size_t at = b->at;

	if (!h)
		return BLOCK_END;
	if (!h->plain) {
		block_remember(b);
		b->last = at;
		b->at = h->end + (size_t)1;
		b->next++;
		b->lines++;
		return next_rare(b, ev, line, why);
	}
	block_pass(b);
	ev->time = h->time;
	ev->line = slice_of(b->p + at, b->at - at);
	cut(b, at, h->end, b->tabs[b->next - 1], ev);
	ev->verb = verb_near(ev->f[F_VERB]);
	ev->changed = 0;
	return BLOCK_EVENT;
}

/* The code, twice: as any machine runs it, and with the bit instructions that came with AVX2. */
struct block_code {
	bool (*more)(struct block *b);
	enum block_got (*next)(struct block *b, struct event *ev, struct slice *line,
			       const char **why);
};

static bool more_plain(struct block *b)
{
	return more(b);
}

static enum block_got next_plain(struct block *b, struct event *ev, struct slice *line,
				 const char **why)
{
	return next(b, ev, line, why);
}

static const struct block_code plain_code = { more_plain, next_plain };

#if defined(__x86_64__)
__attribute__((target("bmi,bmi2,popcnt"))) static bool more_bmi(struct block *b)
{
	return more(b);
}

__attribute__((target("bmi,bmi2,popcnt"))) static enum block_got
next_bmi(struct block *b, struct event *ev, struct slice *line, const char **why)
{
	return next(b, ev, line, why);
}

static const struct block_code bmi_code = { more_bmi, next_bmi };
#endif

static const struct block_code *best_code(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
	    __builtin_cpu_supports("popcnt"))
		return &bmi_code;
#endif
	return &plain_code;
}

bool block_begin(struct block *b, struct slice lines)
{
	if (!b->code) {
		b->head = calloc(BLOCK_HEADS, sizeof(*b->head));
		b->tabs = calloc(BLOCK_HEADS, sizeof(*b->tabs));
		b->names = calloc(1, sizeof(*b->names));
		if (!b->head || !b->tabs || !b->names)
			return false;
		b->names->brief[0] = 1; /* which slot(0) is not */
		b->code = best_code();
	}
	b->p = lines.p;
	b->n = lines.n;
	b->at = b->last = b->headed = b->word = b->next = b->heads = 0;
	b->event = BLOCK_NOWHERE;
	b->lines = 0;
	if (scan_block(&b->scan, lines.p, lines.n, '\t'))
		return true;
	b->n = b->scan.words = 0;
	return false;
}

bool block_stretch(struct block *b, struct stretch *st)
{
	const struct head *h = block_head(b), *from = h;

	if (!h || !h->plain)
		return false;
	*st = (struct stretch){ b->p, b->p + b->at, h, b->head + b->heads };
	while (h < st->end && h->plain)
		h++;
	st->end = h;
	b->next += (size_t)(h - from);
	b->lines += (size_t)(h - from);
	b->last = h - from > 1 ? h[-2].end + (size_t)1 : b->at;
	b->event = b->last;
	b->at = h[-1].end + (size_t)1;
	return true;
}

void block_remember(struct block *b)
{
	const unsigned char *name = b->p + b->event + BLOCK_NAME;

	if (b->event == BLOCK_NOWHERE)
		return;
	quick_time(b, b->p + b->event, &b->time);
	for (b->npartition = 0; name[b->npartition] != '\t'; b->npartition++)
		b->partition[b->npartition] = name[b->npartition];
	b->event = BLOCK_NOWHERE;
}

bool block_more(struct block *b)
{
	return b->code && b->code->more(b);
}

enum block_got block_next(struct block *b, struct event *ev, struct slice *line, const char **why)
{
	return b->code ? b->code->next(b, ev, line, why) : BLOCK_END;
}

void block_free(struct block *b)
{
	scan_free(&b->scan);
	free(b->head);
	free(b->tabs);
	free(b->names);
	buf_free(&b->own);
}
