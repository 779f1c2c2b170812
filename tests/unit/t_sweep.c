#include "report/sweep.h"

#include <string.h>

#include "dice.h"
#include "unit.h"

static const struct {
	int64_t span[4][2];
	long long max, least;
	int64_t active, area;
} rows[] = {
	{ { { 0 } }, 0, 0, 0, 0 },
	{ { { 5, 5 }, { 7, 6 } }, 0, 0, 0, 0 }, /* empty, and less than empty */
	{ { { 5, 10 } }, 1, 1, 5, 5 },
	{ { { 5, 10 }, { 10, 12 } }, 1, 1, 7, 7 }, /* half open: one goes, one comes */
	{ { { 10, 12 }, { 5, 10 } }, 1, 1, 7, 7 },
	{ { { 5, 10 }, { 7, 12 }, { 20, 21 } }, 2, 1, 8, 11 },
	{ { { 0, 9 }, { 0, 9 }, { 3, 4 } }, 3, 2, 9, 19 },
};

static const struct sweep_period always = { INT64_MIN, INT64_MAX };

enum { MANY = 3000, LATE = 60 };

/* Intervals that come at most LATE behind their beginning, settled now and then on the way, and
 * counted second by second. */
static void random_spans(unsigned seed)
{
	static int at[MANY * 2 + 200];
	struct dice d = { seed };
	struct sweep s = { 0 };
	long long max = 0, least = 0, area = 0, active = 0;
	size_t most = 0;
	int i, t;

	memset(at, 0, sizeof(at));
	for (i = 0; i < MANY; i++) {
		int from = 2 * i + 100 - (int)dice_throw(&d, LATE),
		    to = from + (int)dice_throw(&d, LATE);

		sweep_add(&s, from, to);
		for (t = from; t < to; t++)
			at[t]++;
		if (i % 100 == 0)
			sweep_settle(&s, 2 * i + 100 - LATE, always);
		most = s.cap > most ? s.cap : most;
	}
	sweep_finish(&s, false, always);
	for (i = 0; i < (int)(sizeof(at) / sizeof(*at)); i++) {
		area += at[i];
		active += at[i] > 0;
		max = at[i] > max ? at[i] : max;
		least = at[i] && (!least || at[i] < least) ? at[i] : least;
	}
	CHECK(s.max == max && s.least == least && s.area == area && s.active == active,
	      "seed %u: settled on the way is the same", seed);
	CHECK(most < 1000, "seed %u: with little memory (%zu)", seed, most);
	sweep_free(&s);
}

/* Many that are cut at the same borders, in any order, are few steps, and stay so. */
static void same_borders(bool keep)
{
	enum { PARTS = 3000, TIMES = 100, LONG = 10 };
	struct dice d = { 7 };
	struct sweep s = { 0 };
	size_t most = 0;
	int i, k;

	for (i = 0; i < TIMES; i++) {
		int from = (int)dice_throw(&d, PARTS);

		for (k = 0; k < PARTS; k++) {
			int part = (from + k) % PARTS;

			sweep_add(&s, part * LONG, (part + 1) * LONG);
		}
		most = s.cap > most ? s.cap : most;
	}
	sweep_finish(&s, keep, always);
	CHECK_EQ_INT(s.max, TIMES, "same borders: at most");
	CHECK_EQ_INT(s.least, TIMES, "same borders: at least");
	CHECK_EQ_INT(s.area, (long long)TIMES * PARTS * LONG, "same borders: all together");
	CHECK_EQ_INT(s.n, keep ? PARTS + 1 : 0, "same borders: steps that stay");
	CHECK(most <= 1 << 14, "same borders: with little memory (%zu)", most);
	sweep_free(&s);
}

/* Of [10, 30): one before it, one that reaches into it, two at once, one over its end. */
static void part_of_period(int64_t settled)
{
	static const int64_t span[][2] = { { 0, 5 }, { 0, 5 }, { 0, 5 }, { 2, 12 }, { 20, 24 }, { 22, 24 },
					   { 28, 90 } };
	const struct sweep_period p = { 10, 30 };
	struct sweep s = { 0 };
	size_t i;

	for (i = 0; i < sizeof(span) / sizeof(*span); i++)
		sweep_add(&s, span[i][0], span[i][1]);
	sweep_settle(&s, settled, p);
	sweep_finish(&s, false, p);
	CHECK_EQ_INT(s.area, 2 + 4 + 2 + 2, "period: all together");
	CHECK_EQ_INT(s.active, 2 + 4 + 2, "period: how long any");
	CHECK_EQ_INT(s.least, 1, "period: at least");
	CHECK_EQ_INT(s.max, 4, "period: at most, also before it");
	sweep_free(&s);
}

int main(void)
{
	struct sweep late = { 0 };
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct sweep s = { 0 };

		for (k = 0; k < 4; k++)
			sweep_add(&s, rows[i].span[k][0], rows[i].span[k][1]);
		sweep_finish(&s, false, always);
		CHECK_EQ_INT(s.max, rows[i].max, "row %zu: at most", i);
		CHECK_EQ_INT(s.least, rows[i].least, "row %zu: at least", i);
		CHECK_EQ_INT(s.active, rows[i].active, "row %zu: how long any", i);
		CHECK_EQ_INT(s.area, rows[i].area, "row %zu: all together", i);
		sweep_free(&s);
	}
	sweep_add(&late, 0, 100);
	sweep_add(&late, 20, 40);
	sweep_settle(&late, 50, always);
	sweep_add(&late, 10, 70);
	sweep_finish(&late, false, always);
	CHECK_EQ_INT(late.area, 100 + 20 + 30, "what comes too late counts from what is settled");
	sweep_free(&late);
	part_of_period(0);
	part_of_period(15);
	same_borders(false);
	same_borders(true);
	random_spans(1);
	random_spans(2);
	random_spans(3);
	return unit_done();
}
