#include "stream/block.h"

#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/inline.h"

_Static_assert((int)SCAN_SLACK >= (int)EVENT_SLACK, "what can be read behind a block can be behind its last event");

enum { TABS = EVENT_FIELDS - 1, NAME = SECONDS_DIGITS + 1 };

ALWAYS_INLINE size_t slot(uint64_t word)
{
	return near_place(word, BLOCK_NAMES_BITS);
}

/* Is it a partition's name? */
APART static bool known_long(struct block *b, const unsigned char *p, size_t n)
{
	struct near name, *known;

	if (n - 1 >= PARTITION_MOST)
		return false;
	name = near_of(p, n);
	known = &b->names->name[slot(near_one(&name))];
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

/* Some verb, and not one of the stream's own? */
ALWAYS_INLINE bool plain_verb(const unsigned char *p, size_t n)
{
	return verb_may_be_of_stream(*p) ? !verb_of_stream(verb_near(slice_of(p, n))) : *p != '\t';
}

/* Is each of a line's marks but the last a TAB? */
static bool all_tabs(const struct block *b, const uint32_t *mark)
{
	bool all = true;

	for (int i = 1; i <= TABS; i++)
		all &= b->p[mark[i]] == '\t';
	return all;
}

/*
 * Is a line with as many marks as an event has, which follow the LF before it at *mark, an event in
 * canonical form of the common shape: ten digits of time, a partition known by now, some verb?
 */
ALWAYS_INLINE bool is_plain(struct block *b, const unsigned char *block, const uint32_t *mark, size_t most,
			    int64_t *time)
{
	uint32_t at = mark[0] + 1; /* of the first line, 0 */
	const unsigned char *p = block + at;

	return mark[F_TIME + 1] - at == SECONDS_DIGITS && mark[EVENT_FIELDS] - at < most &&
	       seconds_quick(&b->seconds, p, time) &&
	       known_partition(b, p + NAME, mark[F_PARTITION + 1] - at - NAME) &&
	       plain_verb(block + mark[F_VERB] + 1, mark[F_VERB + 1] - mark[F_VERB] - 1);
}

/* Those of the next n lines of the piece, the first of which follows the mark `before`. */
ALWAYS_INLINE void make_heads(struct block *b, size_t n, uint32_t before)
{
	const unsigned char *p = b->p;
	const uint32_t *restrict mark = b->scan.mark, *restrict end = b->end;
	struct head *restrict head = b->head;
	bool odd = b->scan.odd;
	size_t most = b->max_line;

	for (size_t i = 0; i < n; i++) {
		uint32_t to = end[i];

		head[i].end = mark[to];
		head[i].plain = to - before == EVENT_FIELDS && is_plain(b, p, mark + before, most, &head[i].time) &&
				(!odd || all_tabs(b, mark + before));
		before = to;
	}
}

ALWAYS_INLINE bool more(struct block *b)
{
	struct scan *s = &b->scan;

	block_remember(b);
	b->last = block_last(b);
	b->begin = block_at(b);
	b->lines += b->next;
	b->next = b->heads = b->verbs = b->remembered = 0;
	if (b->line == s->lines) {
		b->line = 0;
		if (!scan_more(s))
			return false;
	}
	b->end = s->end + b->line;
	b->heads = s->lines - b->line < BLOCK_HEADS ? s->lines - b->line : BLOCK_HEADS;
	make_heads(b, b->heads, b->line ? b->end[-1] : 0);
	b->line += b->heads;
	return true;
}

/* The fields of a line of the block at p, whose marks follow the LF before it at *mark. */
ALWAYS_INLINE void cut(const unsigned char *p, const uint32_t *mark, struct slice *f)
{
	for (int i = 0; i < EVENT_FIELDS; i++)
		f[i] = slice_of(p + (uint32_t)(mark[i] + 1), mark[i + 1] - mark[i] - 1);
}

#if defined(__x86_64__)
/* Four of them at once. */
__attribute__((target("avx2"))) ALWAYS_INLINE void cut_four(__m256i at, const uint32_t *mark, struct slice *f)
{
	__m128i from = _mm_loadu_si128((const __m128i *)(const void *)mark);
	__m128i to = _mm_loadu_si128((const __m128i *)(const void *)(mark + 1));
	__m256i p, n, even, odd;

	from = _mm_sub_epi32(from, _mm_set1_epi32(-1));
	p = _mm256_add_epi64(_mm256_cvtepu32_epi64(from), at);
	n = _mm256_cvtepu32_epi64(_mm_sub_epi32(to, from));
	even = _mm256_unpacklo_epi64(p, n);
	odd = _mm256_unpackhi_epi64(p, n);
	_mm256_storeu_si256((__m256i *)(void *)f, _mm256_permute2x128_si256(even, odd, 0x20));
	_mm256_storeu_si256((__m256i *)(void *)(f + 2), _mm256_permute2x128_si256(even, odd, 0x31));
}

__attribute__((target("avx2"))) ALWAYS_INLINE void cut_avx2(const unsigned char *p, const uint32_t *mark,
							      struct slice *f)
{
	const __m256i at = _mm256_set1_epi64x((long long)(size_t)p);

	_Static_assert(EVENT_FIELDS == 11 && sizeof(*f) == 16, "three times four, one of them twice");
	cut_four(at, mark, f);
	cut_four(at, mark + 4, f + 4);
	cut_four(at, mark + 7, f + 7);
}
#endif

typedef void cut_fn(const unsigned char *p, const uint32_t *mark, struct slice *f);

ALWAYS_INLINE size_t events(struct block *b, struct event *ev, size_t most, cut_fn *cut_line)
{
	const unsigned char *p = b->p;
	const struct head *head = b->head;
	const uint32_t *mark = b->scan.mark, *end = b->end;
	size_t from = b->next, left = b->verbs - from, to = from + (left < most ? left : most), i = from;

	do {
		const uint32_t *m = mark + end[i] - EVENT_FIELDS;
		uint32_t at = m[0] + 1;

		ev->time = head[i].time;
		ev->verb = b->verb[i];
		ev->changed = 0;
		ev->line = slice_of(p + at, head[i].end + 1 - at);
		cut_line(p, m, ev->f);
		ev++;
	} while (++i < to && head[i].plain);
	b->next = i;
	return i - from;
}

/* A line that is not of the common shape, or not canonical, or of the stream's own making. */
static enum block_got rare(struct block *b, struct event *ev, struct slice *line, const char **why)
{
	size_t at = block_at(b);

	block_remember(b);
	*line = slice_of(b->p + at, b->head[b->next++].end - at);
	if (line->n == 0 || (line->n == 1 && *line->p == '\r'))
		return BLOCK_BLANK;
	*why = line->n > b->max_line ? "longer than a line may be" : event_parse(*line, ev, &b->own);
	if (*why)
		return BLOCK_REFUSED;
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

static bool more_plain(struct block *b)
{
	return more(b);
}

static size_t events_plain(struct block *b, struct event *ev, size_t most)
{
	return events(b, ev, most, cut);
}

static const struct block_code plain_code = { more_plain, events_plain };

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,popcnt"))) static bool more_avx2(struct block *b)
{
	return more(b);
}

__attribute__((target("avx2,bmi,bmi2,popcnt"))) static size_t events_avx2(struct block *b, struct event *ev,
									     size_t most)
{
	return events(b, ev, most, cut_avx2);
}

static const struct block_code avx2_code = { more_avx2, events_avx2 };
#endif

const struct block_code *block_code(int i)
{
#if defined(__x86_64__)
	if (i == 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt"))
		return &avx2_code;
#endif
	return i == 0 ? &plain_code : NULL;
}

bool block_begin(struct block *b, struct slice lines)
{
	if (!b->head) {
		b->head = calloc(BLOCK_HEADS, sizeof(*b->head));
		b->verb = calloc(BLOCK_HEADS, sizeof(*b->verb));
		b->names = calloc(1, sizeof(*b->names));
		if (!b->head || !b->verb || !b->names) {
			block_free(b);
			return false;
		}
		b->names->brief[0] = 1; /* which slot(0) is not */
	}
	if (!b->code)
		b->code = block_code(1) ? block_code(1) : block_code(0);
	block_end(b);
	if (!scan_begin(&b->scan, lines.p, lines.n, '\t'))
		return false;
	b->p = lines.p;
	b->n = lines.n;
	return true;
}

void block_end(struct block *b)
{
	b->n = b->scan.n = b->scan.lines = 0;
	b->lines = 0;
	b->begin = b->last = b->line = b->next = b->heads = b->verbs = b->remembered = 0;
}

bool block_stretch(struct block *b, struct stretch *st)
{
	const struct head *h = block_head(b);

	if (!h || !h->plain)
		return false;
	*st = (struct stretch){ b->p, b->p + block_at(b), h, b->head + b->heads };
	while (h < st->end && h->plain)
		h++;
	st->end = h;
	b->next = (size_t)(h - b->head);
	return true;
}

void block_remember(struct block *b)
{
	const unsigned char *line;

	if (b->next == b->remembered || !b->head[b->next - 1].plain)
		return;
	line = b->p + block_last(b);
	b->remembered = b->next;
	seconds_quick(&b->seconds, line, &b->time);
	for (b->npartition = 0; line[NAME + b->npartition] != '\t'; b->npartition++)
		b->partition[b->npartition] = line[NAME + b->npartition];
}

bool block_more(struct block *b)
{
	return b->code && b->code->more(b);
}

/* Nobody waits for a verb then before its event is told from others. */
void block_name(struct block *b)
{
	const struct head *head = block_head(b);
	const unsigned char *p = b->p;
	const uint32_t *mark = b->scan.mark, *end = b->end;
	unsigned char *restrict verb = b->verb;

	if (!head || b->verbs == b->heads)
		return;
	head = b->head;
	for (size_t i = b->next, n = b->heads; i < n; i++) {
		const uint32_t *m = mark + end[i] - EVENT_FIELDS + F_VERB;

		if (head[i].plain)
			verb[i] = (unsigned char)verb_near(slice_of(p + m[0] + 1, m[1] - m[0] - 1));
	}
	b->verbs = b->heads;
}

void block_one(struct block *b, struct event *ev)
{
	b->verb[b->next] = (unsigned char)block_verb(b);
	b->verbs = b->verbs > b->next ? b->verbs : b->next + 1;
	block_events(b, ev, 1);
}

enum block_got block_next(struct block *b, struct event *ev, struct slice *line, const char **why)
{
	const struct head *h = block_head(b);

	if (!h)
		return BLOCK_END;
	if (!h->plain)
		return rare(b, ev, line, why);
	block_one(b, ev);
	return BLOCK_EVENT;
}

void block_free(struct block *b)
{
	scan_free(&b->scan);
	free(b->head);
	free(b->verb);
	free(b->names);
	buf_free(&b->own);
	b->head = NULL;
	b->verb = NULL;
	b->names = NULL;
}
