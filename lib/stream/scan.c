#include "stream/scan.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "base/inline.h"

/* The largest control byte that is odd; LF and TAB below it are not, where they are delimiters. */
enum { LOW = 13 };

static bool scan_bytes(struct scan *s, size_t at, size_t words)
{
	size_t to = at + words * 64;
	bool odd = false;

	for (; at < to; at++) {
		unsigned char c = s->p[at];

		if (c > LOW && c != s->sep && c != '\\')
			continue;
		odd |= c != s->sep && c != '\n';
		if (c == '\n')
			s->end[s->lines++] = (uint32_t)s->marks;
		s->mark[s->marks++] = (uint32_t)at;
	}
	return odd;
}

#if defined(__SSE2__) || defined(__aarch64__)
/* Of each byte: the places of its bits, from the lowest on, and how many there are. */
static uint32_t places[256][8];
static unsigned char ones[256];

__attribute__((constructor)) static void fill(void)
{
	for (int i = 0; i < 256; i++)
		for (uint32_t bit = 0; bit < 8; bit++)
			if (i >> bit & 1)
				places[i][ones[i]++] = bit;
}

/* The marks of 64 bytes, eight bits at a time; nothing branches on how many there are. */
ALWAYS_INLINE void add_marks(struct scan *s, size_t at, uint64_t marks)
{
	uint32_t *mark = s->mark + s->marks;

	for (size_t i = 0; i < 64; i += 8, marks >>= 8) {
		const uint32_t *bit = places[marks & 255];

		for (int k = 0; k < 8; k++)
			mark[k] = (uint32_t)(at + i) + bit[k];
		mark += ones[marks & 255];
	}
	s->marks = (size_t)(mark - s->mark);
}

/* Which of the marks of 64 bytes are LFs; the first two in any case. Comes before add_marks. */
ALWAYS_INLINE void add_lines(struct scan *s, uint64_t marks, uint64_t lfs)
{
	size_t lines = (size_t)__builtin_popcountll(lfs);
	uint32_t *end = s->end + s->lines;

	for (size_t i = 0; i < 2 || i < lines; i++, lfs &= lfs - 1)
		end[i] = (uint32_t)s->marks +
			 (uint32_t)__builtin_popcountll(marks & ((lfs & -lfs) - 1));
	s->lines += lines;
}
#endif

#if defined(__SSE2__)
static bool scan_sse2(struct scan *s, size_t at, size_t words)
{
	const __m128i sep = _mm_set1_epi8((char)s->sep), lf = _mm_set1_epi8('\n'),
		      low = _mm_set1_epi8(LOW), back = _mm_set1_epi8('\\');
	uint64_t odd = 0;

	for (size_t to = at + words * 64; at < to; at += 64) {
		uint64_t seps = 0, lfs = 0, marks = 0;

		for (size_t i = 0; i < 64; i += 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s->p + at + i));
			__m128i is_sep = _mm_cmpeq_epi8(v, sep);
			__m128i is_odd = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, low), v),
						      _mm_cmpeq_epi8(v, back));

			seps |= (uint64_t)(unsigned)_mm_movemask_epi8(is_sep) << i;
			lfs |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, lf)) << i;
			marks |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(is_sep, is_odd)) << i;
		}
		odd |= marks & ~(seps | lfs);
		add_lines(s, marks, lfs);
		add_marks(s, at, marks);
	}
	return odd != 0;
}

/* A bit of each byte of the two. */
__attribute__((target("avx2"))) ALWAYS_INLINE uint64_t both(__m256i a, __m256i b)
{
	return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}

/* Those of the eight bytes from `at` on: where the next one goes. */
__attribute__((target("avx2,bmi,popcnt"))) ALWAYS_INLINE uint32_t *
add_eight(uint32_t *mark, __m256i at, uint64_t marks)
{
	const __m256i bit = _mm256_loadu_si256((const __m256i *)(const void *)places[marks & 255]);

	_mm256_storeu_si256((__m256i *)(void *)mark, _mm256_add_epi32(bit, at));
	return mark + ones[marks & 255];
}

__attribute__((target("avx2,bmi,popcnt"))) static bool scan_avx2(struct scan *s, size_t at, size_t words)
{
	const unsigned char *p = s->p;
	const __m256i sep = _mm256_set1_epi8((char)s->sep), lf = _mm256_set1_epi8('\n'),
		      low = _mm256_set1_epi8(LOW), back = _mm256_set1_epi8('\\'), eight = _mm256_set1_epi32(8);
	uint32_t *mark = s->mark + s->marks;
	uint64_t odd = 0;

	for (size_t to = at + words * 64; at < to; at += 64) {
		__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)(p + at)), from;
		__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(p + at + 32));
		__m256i sep_a = _mm256_cmpeq_epi8(a, sep), sep_b = _mm256_cmpeq_epi8(b, sep);
		__m256i low_a = _mm256_cmpeq_epi8(_mm256_min_epu8(a, low), a);
		__m256i low_b = _mm256_cmpeq_epi8(_mm256_min_epu8(b, low), b);
		uint64_t seps = both(sep_a, sep_b);
		uint64_t lfs = both(_mm256_cmpeq_epi8(a, lf), _mm256_cmpeq_epi8(b, lf));
		uint64_t marks = both(_mm256_or_si256(_mm256_or_si256(sep_a, low_a), _mm256_cmpeq_epi8(a, back)),
				      _mm256_or_si256(_mm256_or_si256(sep_b, low_b), _mm256_cmpeq_epi8(b, back)));

		odd |= marks & ~(seps | lfs);
		add_lines(s, marks, lfs);
		from = _mm256_set1_epi32((int)at);
		mark = add_eight(mark, from, marks);
		mark = add_eight(mark, from = _mm256_add_epi32(from, eight), marks >> 8);
		mark = add_eight(mark, from = _mm256_add_epi32(from, eight), marks >> 16);
		mark = add_eight(mark, from = _mm256_add_epi32(from, eight), marks >> 24);
		mark = add_eight(mark, from = _mm256_add_epi32(from, eight), marks >> 32);
		mark = add_eight(mark, from = _mm256_add_epi32(from, eight), marks >> 40);
		mark = add_eight(mark, from = _mm256_add_epi32(from, eight), marks >> 48);
		mark = add_eight(mark, _mm256_add_epi32(from, eight), marks >> 56);
		s->marks = (size_t)(mark - s->mark);
	}
	return odd != 0;
}

/* Sixteen of the bytes in `from` as places behind `at`. */
#define PLACES(from, i, at)                                                                  \
	_mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(from, i)), at)

/* Compares give the bits themselves here, and the places of bits are one instruction. */
__attribute__((target("avx512bw,avx512vbmi2,bmi,popcnt"))) static bool
scan_avx512(struct scan *s, size_t at, size_t words)
{
	static const unsigned char order[64] = {
		0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
		22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
		44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
	};
	const __m512i sep = _mm512_set1_epi8((char)s->sep), lf = _mm512_set1_epi8('\n'),
		      low = _mm512_set1_epi8(LOW), back = _mm512_set1_epi8('\\'),
		      in_order = _mm512_loadu_si512(order);
	const unsigned char *p = s->p;
	uint32_t *mark = s->mark + s->marks, *end = s->end + s->lines;
	uint32_t before = (uint32_t)s->marks;
	uint64_t odd = 0;

	for (size_t to = at + words * 64; at < to; at += 64) {
		__m512i v = _mm512_loadu_si512(p + at), base = _mm512_set1_epi32((int)at), found;
		uint64_t seps = _mm512_cmpeq_epi8_mask(v, sep), lfs = _mm512_cmpeq_epi8_mask(v, lf);
		uint64_t marks = seps | _mm512_cmple_epu8_mask(v, low) | _mm512_cmpeq_epi8_mask(v, back);
		uint32_t n = (uint32_t)__builtin_popcountll(marks);
		size_t lines = (size_t)__builtin_popcountll(lfs);

		odd |= marks & ~(seps | lfs);
		found = _mm512_maskz_compress_epi8(marks, in_order);
		_mm512_storeu_si512(mark, PLACES(found, 0, base));
		_mm512_storeu_si512(mark + 16, PLACES(found, 1, base));
		if (n > 32) {
			_mm512_storeu_si512(mark + 32, PLACES(found, 2, base));
			_mm512_storeu_si512(mark + 48, PLACES(found, 3, base));
		}
		for (size_t i = 0; i < 2 || i < lines; i++, lfs &= lfs - 1)
			end[i] = before + (uint32_t)__builtin_popcountll(marks & ((lfs & -lfs) - 1));
		mark += n;
		before += n;
		end += lines;
	}
	s->marks = before;
	s->lines = (size_t)(end - s->end);
	return odd != 0;
}
#endif

#if defined(__aarch64__)
/* NEON has no movemask: each byte keeps a bit of its own, and neighbours are added up. */
static uint64_t bits(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
	static const uint8_t place[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	const uint8x16_t m = vld1q_u8(place);
	uint8x16_t ab = vpaddq_u8(vandq_u8(a, m), vandq_u8(b, m));
	uint8x16_t cd = vpaddq_u8(vandq_u8(c, m), vandq_u8(d, m));
	uint8x16_t all = vpaddq_u8(ab, cd);

	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

static bool scan_neon(struct scan *s, size_t at, size_t words)
{
	const uint8x16_t sep = vdupq_n_u8(s->sep), lf = vdupq_n_u8('\n'), low = vdupq_n_u8(LOW),
			 back = vdupq_n_u8('\\');
	uint64_t odd = 0;

	for (size_t to = at + words * 64; at < to; at += 64) {
		uint8x16_t is_sep[4], is_lf[4], is_mark[4];
		uint64_t marks, lfs;

		for (size_t i = 0; i < 4; i++) {
			uint8x16_t v = vld1q_u8(s->p + at + i * 16);

			is_sep[i] = vceqq_u8(v, sep);
			is_lf[i] = vceqq_u8(v, lf);
			is_mark[i] = vorrq_u8(is_sep[i], vorrq_u8(vcleq_u8(v, low), vceqq_u8(v, back)));
		}
		marks = bits(is_mark[0], is_mark[1], is_mark[2], is_mark[3]);
		lfs = bits(is_lf[0], is_lf[1], is_lf[2], is_lf[3]);
		odd |= marks & ~(lfs | bits(is_sep[0], is_sep[1], is_sep[2], is_sep[3]));
		add_lines(s, marks, lfs);
		add_marks(s, at, marks);
	}
	return odd != 0;
}
#endif

scan_kernel_fn *scan_kernel(int i, const char **name)
{
#if defined(__SSE2__)
	static const char *const names[] = { "bytes", "sse2", "avx2", "avx512" };

	*name = i < 4 ? names[i] : "";
	if (i == 3 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2") &&
	    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
		return scan_avx512;
	if (i == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt"))
		return scan_avx2;
	if (i == 1)
		return scan_sse2;
#elif defined(__aarch64__)
	*name = i == 1 ? "neon" : "bytes";
	if (i == 1)
		return scan_neon;
#else
	*name = "bytes";
#endif
	return i == 0 ? scan_bytes : NULL;
}

static scan_kernel_fn *best(void)
{
	scan_kernel_fn *k, *found = NULL;
	const char *name;

	for (int i = 0; i < 4; i++)
		if ((k = scan_kernel(i, &name)))
			found = k;
	return found;
}

bool scan_begin(struct scan *s, const unsigned char *p, size_t n, unsigned char sep)
{
	enum { MARKS = SCAN_MARKS + SCAN_PIECE + SCAN_OVER, LINES = SCAN_PIECE + SCAN_OVER };

	if (!s->mark) {
		s->mark = malloc((MARKS + LINES) * sizeof(*s->mark));
		if (!s->mark)
			return false;
		s->end = s->mark + MARKS;
		s->kernel = best();
	}
	s->p = p;
	s->n = n;
	s->sep = sep;
	s->at = s->lines = 0;
	s->odd = false;
	s->mark[0] = UINT32_MAX;
	s->marks = 1;
	return true;
}

/* What is behind the last line, so far, goes on; all else is forgotten. */
static void carry(struct scan *s)
{
	size_t from = s->lines ? s->end[s->lines - 1] : 0;

	s->marks -= from;
	if (s->marks > SCAN_MARKS)
		s->marks = SCAN_MARKS;
	memmove(s->mark, s->mark + from, s->marks * sizeof(*s->mark));
	s->odd &= s->marks > 1;
	s->lines = 0;
}

bool scan_more(struct scan *s)
{
	carry(s);
	while (!s->lines && s->at < s->n) {
		size_t n = s->n - s->at < SCAN_PIECE ? s->n - s->at : SCAN_PIECE;

		if (s->marks > SCAN_MARKS)
			s->marks = SCAN_MARKS;
		s->odd |= s->kernel(s, s->at, (n + 63) / 64);
		s->at += n;
		/* what stands behind the block is of no account */
		while (s->mark[s->marks - 1] >= s->at && s->marks > 1)
			s->marks--;
		while (s->lines && s->end[s->lines - 1] >= s->marks)
			s->lines--;
	}
	return s->lines > 0;
}

void scan_free(struct scan *s)
{
	free(s->mark);
	*s = (struct scan){ 0 };
}
