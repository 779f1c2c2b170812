#include "report/shift.h"

#include <string.h>

#include "dice.h"
#include "unit.h"

enum { LENGTH = 20000, SESSION = 400 };

/* Seconds of each sum, as stretches give them. */
struct sums {
	long long of[SHIFT_TIMES];
	int64_t last;
	bool disorder;
};

static void take(void *arg, uint32_t account, int64_t from, int64_t to, unsigned bits, int talks)
{
	struct sums *s = arg;
	int i;

	s->disorder |= account != 0 || from < s->last || from >= to || !bits;
	s->last = to;
	for (i = 0; i < SHIFT_TIMES; i++)
		s->of[i] += (to - from) * shift_counts((enum shift_time)i, bits, talks);
}

static const struct {
	const char *what;
	struct {
		enum span_kind kind;
		int64_t from, to;
		uint32_t slot;
	} span[6];
	long long want[SHIFT_TIMES]; /* on, paused, unpaid, busy, both, off, talk, billable */
} rows[] = {
	{ "nothing", { { 0 } }, { 0 } },
	{ "a session", { { SPAN_ON, 10, 20, 0 } }, { [SHIFT_ON] = 10 } },
	{ "two talks at once, one over the end",
	  { { SPAN_ON, 10, 20, 0 }, { SPAN_TALK, 12, 16, 0 }, { SPAN_TALK, 14, 25, 0 } },
	  { [SHIFT_ON] = 10, [SHIFT_BUSY] = 8, [SHIFT_OFF] = 5, [SHIFT_TALK] = 15 } },
	{ "three talks at once, outside of a session and in it",
	  { { SPAN_ON, 10, 20, 0 }, { SPAN_TALK, 0, 30, 0 }, { SPAN_TALK, 5, 15, 0 }, { SPAN_TALK, 25, 30, 0 } },
	  { [SHIFT_ON] = 10, [SHIFT_BUSY] = 10, [SHIFT_OFF] = 10 + 5 + 10 + 5, [SHIFT_TALK] = 30 + 10 + 5 } },
	{ "talk and wrap-up within a pause",
	  { { SPAN_ON, 0, 30, 0 }, { SPAN_PAUSE, 10, 20, 0 }, { SPAN_UNPAID, 10, 20, 0 },
	    { SPAN_TALK, 5, 12, 0 }, { SPAN_WRAP, 12, 15, 0 } },
	  { [SHIFT_ON] = 30, [SHIFT_PAUSED] = 10, [SHIFT_UNPAID] = 10, [SHIFT_BUSY] = 10,
	    [SHIFT_BOTH] = 5, [SHIFT_TALK] = 7 } },
	{ "a pause outside of any session",
	  { { SPAN_ON, 0, 10, 0 }, { SPAN_PAUSE, 5, 20, 0 }, { SPAN_BILLABLE, 5, 20, 0 } },
	  { [SHIFT_ON] = 10, [SHIFT_PAUSED] = 5, [SHIFT_BILLABLE] = 15 } },
	{ "slots: paused while all that are open are",
	  { { SPAN_ON, 0, 30, 1 }, { SPAN_ON, 10, 20, 2 }, { SPAN_QPAUSE, 5, 30, 1 },
	    { SPAN_QPAUSE, 15, 20, 2 } },
	  { [SHIFT_ON] = 30, [SHIFT_PAUSED] = 5 + 5 + 10 } },
	/* it made up for the one that was not */
	{ "slots: a pause of one that is not open pauses no other",
	  { { SPAN_ON, 0, 30, 1 }, { SPAN_QPAUSE, 5, 20, 2 }, { SPAN_QPAUSE, 25, 40, 1 },
	    { SPAN_QPAUSE, 28, 35, 2 } },
	  { [SHIFT_ON] = 30, [SHIFT_PAUSED] = 5 } },
	{ "wrap-up is not talk", { { SPAN_WRAP, 0, 5, 0 } }, { 0 } },
};

/* In how many of them is t? */
static int in_any(const int64_t (*span)[2], int n, int64_t t)
{
	int i, in = 0;

	for (i = 0; i < n; i++)
		in += t >= span[i][0] && t < span[i][1];
	return in;
}

/* Sessions one after the other, calls over and beside them that become known late, pauses; settled
 * whenever there is much. Against a count of each second. */
static void random_day(unsigned seed)
{
	static int64_t talk[LENGTH / 20][2], on[LENGTH / SESSION][2], pause[LENGTH / SESSION][2];
	struct dice d = { seed };
	struct shifts s = { 0 };
	struct sums got = { .last = -1 };
	long long want[SHIFT_TIMES] = { 0 };
	size_t most = 0;
	int n = LENGTH / SESSION, calls = LENGTH / 20, i, k, t;

	for (i = 0; i < n; i++) {
		int64_t at = (int64_t)i * SESSION;

		on[i][0] = at + (int64_t)dice_throw(&d, 100);
		on[i][1] = at + SESSION - (int64_t)dice_throw(&d, 100);
		pause[i][0] = on[i][0] + (int64_t)dice_throw(&d, 50);
		pause[i][1] = pause[i][0] + (int64_t)dice_throw(&d, 100);
		shifts_add(&s, 0, SPAN_PAUSE, 0, pause[i][0], pause[i][1], 1);
		shifts_add(&s, 0, SPAN_ON, 0, on[i][0], on[i][1], 1);
		for (k = i * SESSION / 20; k < (i + 1) * SESSION / 20; k++) {
			talk[k][0] = at + (int64_t)dice_throw(&d, SESSION);
			talk[k][1] = talk[k][0] + (int64_t)dice_throw(&d, 30);
			shifts_add(&s, 0, SPAN_TALK, 0, talk[k][0], talk[k][1], 1);
		}
		shift_settle(&s, 0, at, take, &got);
		most = s.shift[0].n > most ? s.shift[0].n : most;
	}
	shift_settle(&s, 0, INT64_MAX, take, &got);
	for (t = 0; t < LENGTH + 100; t++) {
		bool is_on = in_any((const int64_t(*)[2])on, n, t);
		int is_talk = in_any((const int64_t(*)[2])talk, calls, t);
		bool is_paused = in_any((const int64_t(*)[2])pause, n, t);
		unsigned bits = (is_on ? SHIFT_IS_ON : 0u) | (is_paused ? SHIFT_IS_PAUSED : 0u) |
				(is_talk ? SHIFT_IS_TALK | SHIFT_IS_BUSY : 0u);

		for (k = 0; k < SHIFT_TIMES; k++)
			want[k] += shift_counts((enum shift_time)k, bits, is_talk);
	}
	CHECK(memcmp(got.of, want, sizeof(want)) == 0, "seed %u: settled on the way is the same", seed);
	CHECK(!got.disorder, "seed %u: in order", seed);
	CHECK(most < 200, "seed %u: with little memory (%zu)", seed, most);
	shifts_free(&s);
}

int main(void)
{
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct shifts s = { 0 };
		struct sums got = { .last = -1 };

		for (k = 0; k < 6; k++)
			shifts_add(&s, 0, rows[i].span[k].kind, rows[i].span[k].slot,
				   rows[i].span[k].from, rows[i].span[k].to, 1);
		shift_settle(&s, 0, INT64_MAX, take, &got);
		for (k = 0; k < SHIFT_TIMES; k++)
			CHECK_EQ_INT(got.of[k], rows[i].want[k], "%s: sum %zu", rows[i].what, k);
		shifts_free(&s);
	}
	random_day(1);
	random_day(2);
	random_day(3);
	return unit_done();
}
