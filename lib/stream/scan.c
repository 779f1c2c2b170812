#include "stream/scan.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* The largest control byte that is odd; LF and TAB below it are not, where they are delimiters. */
enum { LOW = 13 };

static uint64_t scan_bytes(const unsigned char *p, size_t words, unsigned char sep, uint64_t *seps,
			   uint64_t *lfs, uint64_t *odds, uint32_t *before)
{
	uint64_t any = 0;
	uint32_t count = 0;

	for (size_t w = 0; w < words; w++, p += 64) {
		uint64_t s = 0, l = 0, o = 0;

		for (int i = 0; i < 64; i++) {
			unsigned char c = p[i];

			s |= (uint64_t)(c == sep) << i;
			l |= (uint64_t)(c == '\n') << i;
			o |= (uint64_t)((c <= LOW && c != '\n' && c != sep) || c == '\\') << i;
		}
		before[w] = count;
		count += (uint32_t)__builtin_popcountll(s);
		seps[w] = s;
		lfs[w] = l;
		any |= odds[w] = o;
	}
	return any;
}

#if defined(__SSE2__)
static uint64_t scan_sse2(const unsigned char *p, size_t words, unsigned char sep, uint64_t *seps,
			  uint64_t *lfs, uint64_t *odds, uint32_t *before)
{
	const __m128i vsep = _mm_set1_epi8((char)sep), vlf = _mm_set1_epi8('\n'),
		      vlow = _mm_set1_epi8(LOW), vback = _mm_set1_epi8('\\');
	uint64_t any = 0;
	uint32_t count = 0;

	for (size_t w = 0; w < words; w++, p += 64) {
		uint64_t s = 0, l = 0, o = 0;

		for (int i = 0; i < 64; i += 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
			__m128i odd = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, vlow), v),
						   _mm_cmpeq_epi8(v, vback));

			s |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, vsep)) << i;
			l |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, vlf)) << i;
			o |= (uint64_t)(unsigned)_mm_movemask_epi8(odd) << i;
		}
		before[w] = count;
		count += (uint32_t)__builtin_popcountll(s);
		seps[w] = s;
		lfs[w] = l;
		any |= odds[w] = o & ~(s | l);
	}
	return any;
}

__attribute__((target("avx2,popcnt"))) static uint64_t
scan_avx2(const unsigned char *p, size_t words, unsigned char sep, uint64_t *seps, uint64_t *lfs,
	  uint64_t *odds, uint32_t *before)
{
	const __m256i vsep = _mm256_set1_epi8((char)sep), vlf = _mm256_set1_epi8('\n'),
		      vlow = _mm256_set1_epi8(LOW), vback = _mm256_set1_epi8('\\');
	uint64_t any = 0;
	uint32_t count = 0;

	for (size_t w = 0; w < words; w++, p += 64) {
		uint64_t s = 0, l = 0, o = 0;

		for (int i = 0; i < 64; i += 32) {
			__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
			__m256i odd = _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(v, vlow), v),
						      _mm256_cmpeq_epi8(v, vback));

			s |= (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, vsep)) << i;
			l |= (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, vlf)) << i;
			o |= (uint64_t)(unsigned)_mm256_movemask_epi8(odd) << i;
		}
		before[w] = count;
		count += (uint32_t)__builtin_popcountll(s);
		seps[w] = s;
		lfs[w] = l;
		any |= odds[w] = o & ~(s | l);
	}
	return any;
}

/* Compares give the bits themselves here. */
__attribute__((target("avx512bw,popcnt"))) static uint64_t
scan_avx512(const unsigned char *p, size_t words, unsigned char sep, uint64_t *seps, uint64_t *lfs,
	    uint64_t *odds, uint32_t *before)
{
	const __m512i vsep = _mm512_set1_epi8((char)sep), vlf = _mm512_set1_epi8('\n'),
		      vlow = _mm512_set1_epi8(LOW), vback = _mm512_set1_epi8('\\');
	uint64_t any = 0;
	uint32_t count = 0;

	for (size_t w = 0; w < words; w++, p += 64) {
		__m512i v = _mm512_loadu_si512(p);
		uint64_t s = _mm512_cmpeq_epi8_mask(v, vsep), l = _mm512_cmpeq_epi8_mask(v, vlf);
		uint64_t o = _mm512_cmple_epu8_mask(v, vlow) | _mm512_cmpeq_epi8_mask(v, vback);

		before[w] = count;
		count += (uint32_t)__builtin_popcountll(s);
		seps[w] = s;
		lfs[w] = l;
		any |= odds[w] = o & ~(s | l);
	}
	return any;
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

static uint64_t scan_neon(const unsigned char *p, size_t words, unsigned char sep, uint64_t *seps,
			  uint64_t *lfs, uint64_t *odds, uint32_t *before)
{
	const uint8x16_t vsep = vdupq_n_u8(sep), vlf = vdupq_n_u8('\n'), vlow = vdupq_n_u8(LOW),
			 vback = vdupq_n_u8('\\');
	uint64_t any = 0;
	uint32_t count = 0;

	for (size_t w = 0; w < words; w++, p += 64) {
		uint8x16_t v[4], s[4], l[4], o[4];

		for (int i = 0; i < 4; i++) {
			v[i] = vld1q_u8(p + i * 16);
			s[i] = vceqq_u8(v[i], vsep);
			l[i] = vceqq_u8(v[i], vlf);
			o[i] = vorrq_u8(vcleq_u8(v[i], vlow), vceqq_u8(v[i], vback));
		}
		before[w] = count;
		seps[w] = bits(s[0], s[1], s[2], s[3]);
		lfs[w] = bits(l[0], l[1], l[2], l[3]);
		count += (uint32_t)__builtin_popcountll(seps[w]);
		any |= odds[w] = bits(o[0], o[1], o[2], o[3]) & ~(seps[w] | lfs[w]);
	}
	return any;
}
#endif

scan_kernel_fn *scan_kernel(int i, const char **name)
{
#if defined(__SSE2__)
	static const char *const names[] = { "bytes", "sse2", "avx2", "avx512" };

	*name = i < 4 ? names[i] : "";
	if (i == 3 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("popcnt"))
		return scan_avx512;
	if (i == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
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

/* What stands behind the block is of no account. */
static void forget_slack(struct scan *s, size_t n)
{
	uint64_t in = ((uint64_t)1 << n % 64) - 1, any = 0;

	s->sep[s->words - 1] &= in;
	s->lf[s->words - 1] &= in;
	if (!s->any_odd)
		return;
	s->odd[s->words - 1] &= in;
	for (size_t i = 0; i < s->words; i++)
		any |= s->odd[i];
	s->any_odd = any != 0;
}

bool scan_block(struct scan *s, const unsigned char *p, size_t n, unsigned char sep)
{
	static scan_kernel_fn *kernel;
	size_t words = (n + 63) / 64;

	if (words > s->cap || !s->sep) {
		size_t cap = words < 1024 ? 1024 : words + words / 2;
		uint64_t *bits = calloc((cap + 2) * 4, sizeof(*bits));

		if (!bits)
			return false;
		free(s->sep);
		s->sep = bits;
		s->lf = bits + cap + 2;
		s->odd = bits + (cap + 2) * 2;
		s->before = (uint32_t *)(bits + (cap + 2) * 3);
		s->cap = cap;
	}
	if (!kernel)
		kernel = best();
	s->words = words;
	s->any_odd = kernel(p, words, sep, s->sep, s->lf, s->odd, s->before) != 0;
	if (n % 64)
		forget_slack(s, n);
	s->sep[words] = s->lf[words] = s->odd[words] = 0;
	s->sep[words + 1] = s->lf[words + 1] = s->odd[words + 1] = 0;
	return true;
}

void scan_free(struct scan *s)
{
	free(s->sep);
	*s = (struct scan){ 0 };
}
