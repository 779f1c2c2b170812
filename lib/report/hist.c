#include "report/hist.h"

#include <stdlib.h>
#include <string.h>

#include "report/ratio.h"

enum { ROOM_LEAST = 16, LOWS_MOST = 4096 };

static uint32_t place(const struct hist *h, uint32_t value)
{
	return (value * 0x9e3779b1u) >> 7 & (h->room - 1);
}

/* Where `value` is counted: a slot of its own that is not full yet, or a free one. */
static struct hist_value *find(const struct hist *h, uint32_t value)
{
	uint32_t i = place(h, value);

	while (h->values[i].times &&
	       (h->values[i].value != value || h->values[i].times == UINT32_MAX))
		i = (i + 1) & (h->room - 1);
	return h->values + i;
}

/* The longest array of low values of which a quarter would be of use; never shorter than it is. */
static uint32_t lows_worth(const struct hist *h)
{
	uint32_t n[33] = { 0 }, below = h->taken - h->others, worth = h->lows, lows = 1, i, k;

	for (i = 0; i < h->room; i++) { /* n[k]: below 2^k, but not below 2^(k - 1) */
		for (k = 0; k < 32 && h->values[i].value >> k; k++)
			;
		n[k] += h->values[i].times > 0;
	}
	for (k = 0; lows <= LOWS_MOST; k++, lows *= 2) {
		below += n[k];
		if (lows > h->lows && lows <= below * 4)
			worth = lows;
	}
	return worth;
}

static bool lengthen(struct hist *h, uint32_t lows)
{
	uint32_t *low = realloc(h->low, lows * sizeof(*low));

	if (!low)
		return false;
	memset(low + h->lows, 0, (lows - h->lows) * sizeof(*low));
	h->low = low;
	h->lows = lows;
	return true;
}

/* Makes room for another value: low ones go where they belong, the hash grows if it must. */
static bool grow(struct hist *h)
{
	struct hist old = *h;
	uint32_t lows = old.room ? lows_worth(h) : 0, i;

	h->room = old.room ? old.room * 2 : ROOM_LEAST;
	h->values = calloc(h->room, sizeof(*h->values));
	if (!h->values || (lows > old.lows && !lengthen(h, lows))) {
		free(h->values);
		*h = old;
		return false;
	}
	h->taken -= h->others;
	h->others = 0;
	for (i = 0; i < old.room; i++)
		if (old.values[i].times)
			hist_remember(h, old.values[i].value, old.values[i].times);
	free(old.values);
	return true;
}

/* As many of these times as there is room for. */
static uint32_t count(uint32_t *to, uint32_t times, uint32_t *taken)
{
	uint32_t fits = UINT32_MAX - *to < times ? UINT32_MAX - *to : times;

	*taken += !*to && fits;
	*to += fits;
	return fits;
}

bool hist_remember(struct hist *h, uint32_t value, uint32_t times)
{
	struct hist_value *v;

	if (value < h->lows)
		times -= count(h->low + value, times, &h->taken);
	while (times) {
		if (h->others >= h->room / 4 * 3) {
			if (!grow(h))
				return false;
			return hist_remember(h, value, times); /* it may be a low one now */
		}
		v = find(h, value);
		h->others += !v->times;
		v->value = value;
		times -= count(&v->times, times, &h->taken);
	}
	return true;
}

void hist_values(const struct hist *h, struct hist_value *to)
{
	uint32_t i;

	for (i = 0; i < h->lows; i++)
		if (h->low[i])
			*to++ = (struct hist_value){ i, h->low[i] };
	for (i = 0; i < h->room; i++)
		if (h->values[i].times)
			*to++ = h->values[i];
}

static uint32_t middle(uint32_t a, uint32_t b, uint32_t c)
{
	if (a > b)
		return b > c ? b : a < c ? a : c;
	return a > c ? a : b < c ? b : c;
}

static void swap(struct hist_value *a, struct hist_value *b)
{
	struct hist_value t = *a;

	*a = *b;
	*b = t;
}

/* The value of that rank, from 1, among n > 0 of them; they are moved about. */
static uint32_t value_of_rank(struct hist_value *v, size_t n, uint64_t rank)
{
	for (;;) {
		uint32_t pivot = middle(v[0].value, v[n / 2].value, v[n - 1].value);
		uint64_t below = 0, at = 0;
		size_t low = 0, i = 0, high = n;

		while (i < high) { /* v[0, low) below the pivot, v[low, i) it, v[high, n) above */
			if (v[i].value < pivot) {
				below += v[i].times;
				swap(v + low++, v + i++);
			} else if (v[i].value > pivot) {
				swap(v + i, v + --high);
			} else {
				at += v[i++].times;
			}
		}
		if (rank > below && rank <= below + at)
			return pivot;
		if (rank <= below) {
			n = low;
		} else {
			rank -= below + at;
			v += high;
			n -= high;
		}
	}
}

long long hist_percentile(const struct hist *h, unsigned p)
{
	struct hist_value *v;
	uint64_t n = 0, rank;
	long long r;
	size_t i;

	if (!h->taken)
		return -1;
	v = malloc(h->taken * sizeof(*v));
	if (!v)
		return -1;
	hist_values(h, v);
	for (i = 0; i < h->taken; i++)
		n += v[i].times;
	rank = n / 1000 * p + (n % 1000 * p + 999) / 1000;
	r = value_of_rank(v, h->taken, rank ? rank : 1);
	free(v);
	return r;
}

bool hist_merge(struct hist *h, const struct hist *from)
{
	uint32_t i;

	if (!from->count)
		return true;
	if (!h->count || from->min < h->min)
		h->min = from->min;
	if (!h->count || from->max > h->max)
		h->max = from->max;
	h->count += from->count;
	h->sum = from->sum > INT64_MAX - h->sum ? INT64_MAX : h->sum + from->sum;
	for (i = 0; i < from->lows; i++)
		if (!hist_remember(h, i, from->low[i]))
			return false;
	for (i = 0; i < from->room; i++)
		if (!hist_remember(h, from->values[i].value, from->values[i].times))
			return false;
	return true;
}

long long hist_average(const struct hist *h)
{
	return ratio_hundredths(h->sum, (long long)h->count);
}

void hist_free(struct hist *h)
{
	free(h->low);
	free(h->values);
	*h = (struct hist){ 0 };
}
