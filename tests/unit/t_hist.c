#include "report/hist.h"

#include <stdlib.h>

#include "report/ratio.h"
#include "unit.h"

static const struct {
	long long v[12];
	int n;
	unsigned p;
	long long want;
} ranks[] = {
	{ { 0 }, 0, 500, -1 },
	{ { 7 }, 1, 1, 7 },
	{ { 7 }, 1, 1000, 7 },
	{ { 3, 1, 2 }, 3, 500, 2 },
	{ { 1, 2, 3, 4 }, 4, 500, 2 },   /* ceil(2) */
	{ { 1, 2, 3, 4 }, 4, 510, 3 },   /* ceil(2.04) */
	{ { 1, 2, 3, 4 }, 4, 250, 1 },
	{ { 1, 2, 3, 4 }, 4, 251, 2 },
	{ { 5, 5, 5, 9 }, 4, 750, 5 },
	{ { 5, 5, 5, 9 }, 4, 751, 9 },
	{ { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, 10, 900, 90 },
	{ { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, 10, 950, 100 },
	{ { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, 10, 999, 100 },
	{ { 0, 0, 0 }, 3, 500, 0 },
	{ { 0, 8589934592 }, 2, 1000, HIST_MOST },
};

static const struct {
	long long a, b, hundredths, percent;
} ratios[] = {
	{ 0, 0, -1, -1 },     { 5, 0, -1, -1 },       { 0, 7, 0, 0 },
	{ 1, 3, 33, 3333 },   { 2, 3, 67, 6667 },     { 1, 8, 13, 1250 }, /* 0.125 goes up */
	{ 1, 200, 1, 50 },    { 1, 201, 0, 50 },      { 17, 4, 425, 42500 },
	{ 1, 40000, 0, 0 },   { 1, 20000, 0, 1 },     { 1, 20001, 0, 0 },
	{ 125, 1000, 13, 1250 }, { 7, 7, 100, 10000 },
	{ 9000000000000000LL, 9000000000000001LL, 100, 10000 },
};

static int by_value(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

/* Against the definition: the ceil(n * p / 1000)-th of the sorted values. */
static void random_values(unsigned seed, int n, long long spread)
{
	long long *v = calloc((size_t)n, sizeof(*v)), sum = 0;
	struct hist h = { 0 }, half[2] = { { 0 }, { 0 } };
	int i, wrong = 0;
	unsigned p;

	srand(seed);
	for (i = 0; i < n; i++) {
		v[i] = rand() % spread;
		sum += v[i];
		hist_add(&h, v[i]);
		hist_add(half + i % 2, v[i]);
	}
	qsort(v, (size_t)n, sizeof(*v), by_value);
	hist_merge(half, half + 1);
	for (p = 1; p <= 1000; p++) {
		long long want = v[((long long)n * p + 999) / 1000 - 1];

		wrong += hist_percentile(&h, p) != want || hist_percentile(half, p) != want;
	}
	CHECK_EQ_INT(wrong, 0, "percentiles of %d values below %lld", n, spread);
	CHECK_EQ_INT(h.sum, sum, "their sum");
	CHECK_EQ_INT(h.min, v[0], "the least");
	CHECK_EQ_INT(h.max, v[n - 1], "the greatest");
	CHECK(h.room <= 2 * (unsigned)spread + 16, "room for distinct values only: %u", h.room);
	CHECK(half->count == h.count && half->sum == h.sum && half->min == h.min &&
	      half->max == h.max, "two halves merged are the whole");
	hist_free(&h);
	hist_free(half);
	hist_free(half + 1);
	free(v);
}

static void extremes(void)
{
	struct hist h = { 0 }, none = { 0 };
	struct hist_value *before;
	int i;

	CHECK_EQ_INT(hist_average(&h), -1, "no average of nothing");
	hist_add(&h, 999999999999999999LL);
	hist_add(&h, 1);
	CHECK_EQ_INT(h.max, 999999999999999999LL, "the greatest is exact");
	for (i = 0; i < 20; i++)
		hist_add(&h, 999999999999999999LL);
	CHECK_EQ_INT(h.sum, INT64_MAX, "a sum does not run over");
	CHECK(hist_merge(&none, &h) && none.count == 22, "merged into nothing");
	before = h.values;
	for (i = 0; i < 1000000; i++)
		hist_add(&h, 1);
	CHECK(h.values == before, "a value seen before takes no memory");
	hist_free(&h);
	hist_free(&none);
	hist_sum(&h, 4);
	hist_sum(&h, 5);
	CHECK_EQ_INT(hist_average(&h), 450, "an average of sums alone");
	CHECK_EQ_INT(hist_percentile(&h, 500), -1, "no percentile of what is not remembered");
}

/* Low values stand in an array where that pays, and may be more than a number of 32 bits holds. */
static void low_values(void)
{
	struct hist h = { 0 };
	struct hist_value v[70];
	uint64_t times = 0;
	uint32_t i;

	for (i = 0; i < 64; i++)
		hist_add(&h, 63 - i);
	hist_add(&h, 1000000);
	CHECK(h.lows >= 32 && h.lows <= 256, "an array for low values: %u", h.lows);
	CHECK(h.others <= 33, "and a hash for the others: %u", h.others);
	hist_remember(&h, 7, UINT32_MAX);
	hist_remember(&h, 7, UINT32_MAX);
	for (i = 64; i < 600; i++)
		hist_remember(&h, i, 1);
	CHECK_EQ_INT(hist_percentile(&h, 500), 7, "what came more than 2^32 times");
	hist_free(&h);
	h = (struct hist){ 0 };
	for (i = 0; i < 64; i++)
		hist_remember(&h, i, UINT32_MAX);
	hist_remember(&h, 3, 5);
	CHECK(h.taken <= 70, "slots taken: %u", h.taken);
	hist_values(&h, v);
	for (i = 0; i < h.taken; i++)
		times += v[i].value == 3 ? v[i].times : 0;
	CHECK(times == (uint64_t)UINT32_MAX + 5, "none is lost");
	hist_free(&h);
}

/* Values of 32 bits once had no end of places to be counted at. */
static void high_values(void)
{
	struct hist h = { 0 };
	long long i;

	for (i = 0; i < 100; i++)
		hist_add(&h, UINT32_MAX / 2 - 50 + i);
	hist_add(&h, 1);
	CHECK_EQ_INT(hist_percentile(&h, 1000), UINT32_MAX / 2 + 49, "the greatest");
	CHECK_EQ_INT(hist_percentile(&h, 1), 1, "the least");
	hist_free(&h);
}

int main(void)
{
	size_t i;
	int k;

	for (i = 0; i < sizeof(ranks) / sizeof(*ranks); i++) {
		struct hist h = { 0 };

		for (k = 0; k < ranks[i].n; k++)
			hist_add(&h, ranks[i].v[k]);
		CHECK_EQ_INT(hist_percentile(&h, ranks[i].p), ranks[i].want, "row %zu: p%u.%u", i,
			     ranks[i].p / 10, ranks[i].p % 10);
		hist_free(&h);
	}
	for (i = 0; i < sizeof(ratios) / sizeof(*ratios); i++) {
		CHECK_EQ_INT(ratio_hundredths(ratios[i].a, ratios[i].b), ratios[i].hundredths,
			     "%lld / %lld", ratios[i].a, ratios[i].b);
		CHECK_EQ_INT(ratio_percent(ratios[i].a, ratios[i].b), ratios[i].percent,
			     "%lld / %lld in percent", ratios[i].a, ratios[i].b);
	}
	random_values(1, 1, 5);
	random_values(2, 100, 10);
	random_values(3, 5000, 700);
	random_values(4, 20000, 100000);
	extremes();
	low_values();
	high_values();
	return unit_done();
}
