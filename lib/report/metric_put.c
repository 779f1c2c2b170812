#include "report/metric.h"
#include "report/ratio.h"

unsigned metric_keys(const struct metric *m)
{
	return m->of ? metric_keys(m->of) : m->measure->keys;
}

void metric_bind(struct metric *m, struct tally *t)
{
	const struct measure *d = m->measure;
	struct over_want w = { .over = d->over };

	t->wants |= d->wants;
	switch (d->how) {
	case HOW_VISITS:
	case HOW_RATIO:
		if (m->within)
			m->at = tally_within(t, m->within);
		if (m->less)
			m->at_less = tally_within(t, m->less);
		break;
	case HOW_OVER:
	case HOW_DISTINCT:
	case HOW_COVERED:
		w.remember = d->how == HOW_DISTINCT || m->figure == FIGURE_P;
		if (d->param == PARAM_REASON)
			w.reason = label_of(t->labels, buf_all(&m->reason));
		m->at = tally_over(t, w);
		break;
	case HOW_SHARE:
		metric_bind(m->of, t);
		break;
	default:
		break;
	}
}

/* How many of these visits there are in a row, whose threshold is at m->at. */
static long long visits(const struct metric *m, const long long *count, struct visits_of of)
{
	long long n = 0;
	int o;

	for (o = 0; o < OUTCOMES; o++)
		if (of.all >> o & 1)
			n += count[COUNT_OUTCOME + o];
	if (of.within >> OUTCOME_ANSWERED & 1)
		n += count[m->at] - (m->less ? count[m->at_less] : 0);
	if (of.within >> OUTCOME_ABANDONED & 1)
		n += count[m->at + 1];
	if (of.less >> OUTCOME_ABANDONED & 1)
		n -= count[m->at + 1];
	return n;
}

static long long sum(const long long *count, struct sum_of of)
{
	long long n = 0;
	int i;

	for (i = 0; i < COUNTS; i++) {
		if (of.plus >> i & 1)
			n += count[i];
		if (of.minus >> i & 1)
			n -= count[i];
	}
	return n;
}

static bool whole_figure(const struct metric *m)
{
	return m->figure == FIGURE_SUM || m->figure == FIGURE_COUNT;
}

bool metric_is_whole(const struct metric *m)
{
	switch (m->measure->how) {
	case HOW_VISITS:
	case HOW_COUNT:
	case HOW_SHIFT:
		return true;
	case HOW_OVER:
		return whole_figure(m);
	default:
		return false;
	}
}

bool metric_is_formula(const struct measure *m)
{
	switch (m->how) {
	case HOW_RATIO:
	case HOW_SHIFTS:
	case HOW_SHARE:
	case HOW_COVERED:
	case HOW_PERAGENT:
		return true;
	case HOW_SHIFT:
		return m->sum.plus & (m->sum.plus - 1) || m->sum.minus;
	default:
		return m->param == PARAM_WITHIN || m->param == PARAM_BETWEEN;
	}
}

long long metric_value(const struct metric *m, const struct tally *t, uint32_t row)
{
	const long long *count = tally_count(t, row);
	const struct hist *h;

	switch (m->measure->how) {
	case HOW_VISITS:
		return visits(m, count, m->measure->visits);
	case HOW_COUNT:
		return sum(count, m->measure->sum);
	case HOW_SHIFT:
		return sum(count + COUNT_SHIFT, m->measure->sum) / WHEN_SECOND;
	case HOW_OVER:
		h = tally_hist(t, row, m->at);
		return m->figure == FIGURE_SUM ? h->sum : (long long)h->count;
	default:
		return -1;
	}
}

long long metric_figure(const struct metric *m, const struct tally *t, uint32_t row)
{
	const long long *count = tally_count(t, row);

	if (m->measure->how != HOW_RATIO)
		return metric_value(m, t, row);
	return ratio_percent(visits(m, count, m->measure->visits),
			     visits(m, count, m->measure->by_visits));
}

static void put_ratio(long long a, long long b, struct table *out)
{
	long long r = ratio_percent(a, b);

	if (r < 0)
		table_empty(out);
	else
		table_hundredths(out, r);
}

static void put_figure(const struct metric *m, const struct hist *h, struct table *out)
{
	void (*put)(struct table *, long long) =
		m->measure->number ? table_integer : table_seconds;

	if (m->figure == FIGURE_COUNT) {
		table_integer(out, (long long)h->count);
	} else if (m->figure == FIGURE_SUM) {
		put(out, h->sum);
	} else if (!h->count) {
		table_empty(out);
	} else if (m->figure == FIGURE_AVG) {
		(m->measure->number ? table_hundredths : table_average)(out, hist_average(h));
	} else {
		put(out, m->figure == FIGURE_MIN ? h->min :
			 m->figure == FIGURE_MAX ? h->max : hist_percentile(h, m->p));
	}
}

static void put_length(const struct metric *m, const struct sweep *s, const struct row_period *p,
		       struct table *out)
{
	long long average;

	if (m->figure == FIGURE_MAX) {
		table_integer(out, s->max);
	} else if (m->figure == FIGURE_MIN) {
		table_integer(out, s->active < p->length ? 0 : s->least);
	} else {
		average = ratio_hundredths(s->area / 1000, p->length / 1000);
		if (average < 0)
			table_empty(out);
		else
			table_hundredths(out, average);
	}
}

static void put_per_agent(long long calls, const struct sweep *s, const struct row_period *p,
			  struct table *out)
{
	long long seconds = s->area / WHEN_SECOND, r;

	r = ratio_hundredths(calls * (p->length / WHEN_SECOND), seconds);
	if (r < 0)
		table_empty(out);
	else
		table_hundredths(out, r);
}

/* The longest time without an event, that before the first and behind the last within the period
 * among them. */
static int64_t silence(const struct seen *s, const struct row_period *p)
{
	int64_t gap = s->gap;

	if (p->from != WHEN_MIN && s->first - p->from > gap)
		gap = s->first - p->from;
	if (p->to != WHEN_MAX && p->to - s->last > gap)
		gap = p->to - s->last;
	return gap;
}

static void put_seen(const struct metric *m, const struct seen *s, const struct row_period *p,
		     struct table *out)
{
	if (s->first < 0)
		table_empty(out);
	else if (m->measure->how == HOW_FIRST)
		table_time(out, s->first);
	else if (m->measure->how == HOW_LAST)
		table_time(out, s->last);
	else
		table_seconds(out, silence(s, p) / WHEN_SECOND);
}

void metric_put(const struct metric *m, const struct tally *t, uint32_t row,
		const struct row_period *p, struct table *out)
{
	const struct measure *d = m->measure;
	const long long *count = tally_count(t, row);

	switch (d->how) {
	case HOW_VISITS:
	case HOW_COUNT:
		table_integer(out, metric_value(m, t, row));
		return;
	case HOW_RATIO:
		put_ratio(visits(m, count, d->visits), visits(m, count, d->by_visits), out);
		return;
	case HOW_OVER:
		put_figure(m, tally_hist(t, row, m->at), out);
		return;
	case HOW_DISTINCT:
		table_integer(out, tally_hist(t, row, m->at)->taken);
		return;
	case HOW_SHIFT:
		table_seconds(out, metric_value(m, t, row));
		return;
	case HOW_SHIFTS:
		put_ratio(sum(count + COUNT_SHIFT, d->sum), sum(count + COUNT_SHIFT, d->by), out);
		return;
	case HOW_COVERED:
		put_ratio((long long)tally_hist(t, row, m->at)->count, visits(m, count, d->visits), out);
		return;
	case HOW_PERAGENT:
		put_per_agent(visits(m, count, d->visits), t->sweep + row * SWEEPS + SWEEP_ON, p,
			      out);
		return;
	case HOW_LENGTH:
		put_length(m, t->sweep + row * SWEEPS +
			   (d->wants & WANT_ON ? SWEEP_ON : SWEEP_QUEUED), p, out);
		return;
	case HOW_SHARE:
		put_ratio(metric_value(m->of, t, row), m->all, out);
		return;
	case HOW_SEEN:
		table_seconds(out, count[COUNT_SEEN]);
		return;
	default:
		put_seen(m, t->seen + row, p, out);
		return;
	}
}
