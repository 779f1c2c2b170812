#include "report/hist.h"

#include <stdlib.h>

#include "report/ratio.h"

/* Where `value` is counted: a slot of its own that is not full yet, or a free one. */
static struct hist_value *find(const struct hist *h, uint32_t value)
{
	uint32_t i = hist_place(h, value);

	while (h->values[i].times &&
	       (h->values[i].value != value || h->values[i].times == UINT32_MAX))
		i = (i + 1) & (h->room - 1);
	return h->values + i;
}

static bool grow(struct hist *h)
{
	struct hist old = *h;
	uint32_t i;

	h->room = old.room ? old.room * 2 : 16;
	h->values = calloc(h->room, sizeof(*h->values));
	if (!h->values) {
		*h = old;
		return false;
	}
	for (i = 0; i < old.room; i++)
		if (old.values[i].times)
			*find(h, old.values[i].value) = old.values[i];
	free(old.values);
	return true;
}

bool hist_remember(struct hist *h, uint32_t value, uint32_t times)
{
	struct hist_value *v;
	uint32_t fits;

	while (times) {
		if (h->taken >= h->room / 4 * 3 && !grow(h))
			return false;
		v = find(h, value);
		h->taken += !v->times;
		fits = UINT32_MAX - v->times;
		fits = fits < times ? fits : times;
		v->value = value;
		v->times += fits;
		times -= fits;
	}
	return true;
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
	size_t i, k = 0;
	long long r;

	if (!h->taken)
		return -1;
	v = malloc(h->taken * sizeof(*v));
	if (!v)
		return -1;
	for (i = 0; i < h->room; i++) {
		if (!h->values[i].times)
			continue;
		v[k++] = h->values[i];
		n += h->values[i].times;
	}
	rank = n / 1000 * p + (n % 1000 * p + 999) / 1000;
	r = value_of_rank(v, k, rank ? rank : 1);
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
	free(h->values);
	*h = (struct hist){ 0 };
}
