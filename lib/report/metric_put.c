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

static struct cell cell(enum cell_kind kind, long long v)
{
	return (struct cell){ v < 0 ? CELL_EMPTY : kind, v };
}

static struct cell figure(const struct metric *m, const struct hist *h)
{
	bool number = m->measure->number;
	enum cell_kind kind = number ? CELL_INTEGER : CELL_SECONDS;

	switch (m->figure) {
	case FIGURE_COUNT:
		return cell(CELL_INTEGER, (long long)h->count);
	case FIGURE_SUM:
		return cell(kind, h->sum);
	case FIGURE_AVG:
		return cell(number ? CELL_HUNDREDTHS : CELL_AVERAGE, hist_average(h));
	case FIGURE_MIN:
		return cell(kind, h->count ? h->min : -1);
	case FIGURE_MAX:
		return cell(kind, h->count ? h->max : -1);
	default:
		return cell(kind, hist_percentile(h, m->p));
	}
}

static struct cell at_once(const struct metric *m, const struct sweep *s, const struct row_period *p)
{
	if (m->figure == FIGURE_MAX)
		return cell(CELL_INTEGER, s->max);
	if (m->figure == FIGURE_MIN)
		return cell(CELL_INTEGER, s->active < p->length ? 0 : s->least);
	return cell(CELL_HUNDREDTHS, ratio_hundredths(s->area / 1000, p->length / 1000));
}

static struct cell per_agent(long long calls, const struct sweep *s, const struct row_period *p)
{
	long long seconds = p->length / WHEN_SECOND, area = s->area / WHEN_SECOND;

	while (seconds && calls > INT64_MAX / 1000 / seconds) { /* no log has so many */
		calls >>= 1;
		area >>= 1;
	}
	return cell(CELL_HUNDREDTHS, ratio_hundredths(calls * seconds, area));
}

/* The longest time without an event, that before the first and behind the last within the period
 * among them; -1: of several rows together it is not known. */
static int64_t silence(const struct extent *s, const struct row_period *p)
{
	int64_t gap = s->gap;

	if (gap == EXTENT_UNKNOWN)
		return -1;
	if (p->from != WHEN_MIN && s->first - p->from > gap)
		gap = s->first - p->from;
	if (p->to != WHEN_MAX && p->to - s->last > gap)
		gap = p->to - s->last;
	return gap / WHEN_SECOND;
}

static struct cell seen(const struct metric *m, const struct extent *s, const struct row_period *p)
{
	if (s->first < 0)
		return cell(CELL_EMPTY, -1);
	if (m->measure->how == HOW_FIRST)
		return cell(CELL_TIME, s->first);
	if (m->measure->how == HOW_LAST)
		return cell(CELL_TIME, s->last);
	return cell(CELL_SECONDS, silence(s, p));
}

struct cell metric_cell(const struct metric *m, const struct tally *t, uint32_t row,
			const struct row_period *p)
{
	const struct measure *d = m->measure;
	const long long *count = tally_count(t, row);

	switch (d->how) {
	case HOW_VISITS:
	case HOW_COUNT:
		return cell(CELL_INTEGER, metric_value(m, t, row));
	case HOW_RATIO:
		return cell(CELL_HUNDREDTHS, ratio_percent(visits(m, count, d->visits),
							   visits(m, count, d->by_visits)));
	case HOW_OVER:
		return figure(m, tally_hist(t, row, m->at));
	case HOW_DISTINCT:
		return cell(CELL_INTEGER, tally_hist(t, row, m->at)->taken);
	case HOW_SHIFT:
		return cell(CELL_SECONDS, metric_value(m, t, row));
	case HOW_SHIFTS:
		return cell(CELL_HUNDREDTHS, ratio_percent(sum(count + COUNT_SHIFT, d->sum),
							   sum(count + COUNT_SHIFT, d->by)));
	case HOW_COVERED:
		return cell(CELL_HUNDREDTHS,
			    ratio_percent((long long)tally_hist(t, row, m->at)->count,
					  visits(m, count, d->visits)));
	case HOW_PERAGENT:
		return per_agent(visits(m, count, d->visits), t->sweep + row * SWEEPS + SWEEP_ON, p);
	case HOW_LENGTH:
		return at_once(m, t->sweep + row * SWEEPS +
			       (d->wants & WANT_ON ? SWEEP_ON : SWEEP_QUEUED), p);
	case HOW_SHARE:
		return cell(CELL_HUNDREDTHS, ratio_percent(metric_value(m->of, t, row), m->all));
	case HOW_SEEN:
		return cell(CELL_SECONDS, count[COUNT_SEEN]);
	default:
		return seen(m, t->seen + row, p);
	}
}

void cell_put(struct cell c, struct table *out)
{
	switch (c.kind) {
	case CELL_INTEGER:
		table_integer(out, c.v);
		return;
	case CELL_SECONDS:
		table_seconds(out, c.v);
		return;
	case CELL_HUNDREDTHS:
		table_hundredths(out, c.v);
		return;
	case CELL_AVERAGE:
		table_average(out, c.v);
		return;
	case CELL_TIME:
		table_time(out, c.v);
		return;
	default:
		table_empty(out);
	}
}
