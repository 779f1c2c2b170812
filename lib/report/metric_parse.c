#include <stdlib.h>

#include "report/metric.h"

void thresholds_free(struct thresholds *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		threshold_free(t->v[i]);
		free(t->v[i]);
	}
	free(t->v);
	*t = (struct thresholds){ 0 };
}

/* The threshold of so many seconds, or of that file. NULL: told, or out of memory. */
static struct threshold *threshold_for(struct thresholds *t, const char *file, long long seconds,
				       struct diag *d)
{
	struct threshold *th;
	size_t i;

	for (i = 0; i < t->n; i++) {
		th = t->v[i];
		if (file ? th->file && strcmp(th->file, file) == 0 :
			   !th->file && th->seconds == seconds)
			return th;
	}
	th = calloc(1, sizeof(*th));
	if (!th || !array_need(&t->v, &t->cap, t->n + 1, sizeof(struct threshold *))) {
		free(th);
		diag_fail(d, "out of memory");
		return NULL;
	}
	t->v[t->n++] = th;
	th->seconds = seconds;
	if (!file)
		return th;
	if (!t->unread)
		return threshold_read(th, file, d) < 0 ? NULL : th;
	th->file = strdup(file);
	if (!th->file)
		diag_fail(d, "out of memory");
	return th->file ? th : NULL;
}

/* A request taken apart: name, and behind it either [reason] or nothing, then :parameter. */
struct request {
	struct slice name, reason, param;
	bool has_reason, has_param;
};

static struct request take_apart(struct slice text)
{
	struct request r = { 0 };
	size_t n = 0, end;

	while (n < text.n && text.p[n] != ':' && text.p[n] != '[')
		n++;
	r.name = slice_of(text.p, n);
	if (n < text.n && text.p[n] == '[') {
		for (end = text.n; end > n && text.p[end - 1] != ']'; end--)
			;
		if (end > n && (end == text.n || text.p[end] == ':')) {
			r.has_reason = true;
			r.reason = slice_of(text.p + n + 1, end - n - 2);
			n = end;
		} else {
			r.name = text; /* no such measure */
			n = text.n;
		}
	}
	if (n < text.n) {
		r.has_param = true;
		r.param = slice_of(text.p + n + 1, text.n - n - 1);
	}
	return r;
}

static bool fits(const struct measure *m, const struct request *r)
{
	switch (m->param) {
	case PARAM_NONE:
		return !r->has_reason && !r->has_param;
	case PARAM_FIGURE:
		return !r->has_reason;
	case PARAM_REASON:
		return r->has_reason;
	default:
		return !r->has_reason && r->has_param;
	}
}

/* *other: one of that name that wants its parameter otherwise, for the message. */
static const struct measure *find(const struct request *r, bool by_agent,
				  const struct measure **other)
{
	const struct measure *m, *found = NULL;

	*other = NULL;
	for (m = measure_defs; m->name; m++) {
		if (!slice_is(r->name, m->name) || (m->agents && !by_agent))
			continue;
		*other = m;
		if (fits(m, r) && (!found || m->agents))
			found = m;
	}
	return found;
}

static bool parse_percentile(struct slice s, unsigned *p)
{
	struct slice tenths, whole = slice_cut(s, '.', &tenths);
	bool point = whole.n != s.n;
	long long n, t = 0;

	if (!slice_int(whole, false, &n) || n > 100 ||
	    (point && (tenths.n != 1 || !slice_int(tenths, false, &t))))
		return false;
	*p = (unsigned)(n * 10 + t);
	return *p >= 1 && *p <= 1000;
}

static bool parse_figure(struct metric *m, struct slice s)
{
	static const char *const names[] = { "sum", "avg", "min", "max", "count" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (slice_is(s, names[i])) {
			m->figure = (enum figure)i;
			return true;
		}
	}
	m->figure = FIGURE_P;
	return s.n && s.p[0] == 'p' && parse_percentile(slice_of(s.p + 1, s.n - 1), &m->p);
}

static int parse_within(struct metric *m, struct slice s, struct thresholds *th, const char *what,
			struct diag *d)
{
	struct slice second, first;
	long long less = 0, seconds = 0;
	struct buf file = { 0 };
	const char *name = NULL;
	bool good;

	if (m->measure->param == PARAM_BETWEEN) {
		first = slice_cut(s, '-', &second);
		good = slice_int(first, false, &less) && slice_int(second, false, &seconds) &&
		       less < seconds;
	} else if (s.n && s.p[0] == '@') {
		buf_put(&file, s.p + 1, s.n - 1);
		name = buf_cstr(&file);
		good = name && *name;
	} else {
		good = slice_int(s, false, &seconds);
	}
	if (!good) {
		buf_free(&file);
		return diag_fail(d, "%s: %.*s: %.*s is not %s", what, (int)m->text.n,
				 (const char *)m->text.p, (int)s.n, (const char *)s.p,
				 m->measure->param == PARAM_BETWEEN ? "seconds-seconds" :
								      "seconds or @FILE");
	}
	m->within = threshold_for(th, name, seconds, d);
	buf_free(&file);
	if (m->measure->param == PARAM_BETWEEN)
		m->less = threshold_for(th, NULL, less, d);
	return m->within && (m->less || m->measure->param != PARAM_BETWEEN) ? 0 : -1;
}

static int parse_measure(struct metric *m, struct slice s, bool by_agent, struct thresholds *th,
			 const char *what, struct diag *d)
{
	m->of = calloc(1, sizeof(*m->of));
	if (!m->of)
		return diag_fail(d, "out of memory");
	if (metric_parse(m->of, s, false, by_agent, th, what, d) < 0)
		return -1;
	if (!metric_is_whole(m->of))
		return diag_fail(d, "%s: share:%.*s: neither a number nor a sum", what, (int)s.n,
				 (const char *)s.p);
	return 0;
}

static int parse_param(struct metric *m, const struct request *r, bool by_agent,
		       struct thresholds *th, const char *what, struct diag *d)
{
	bool good = true;

	switch (m->measure->param) {
	case PARAM_WITHIN:
	case PARAM_BETWEEN:
		return parse_within(m, r->param, th, what, d);
	case PARAM_MEASURE:
		return parse_measure(m, r->param, by_agent, th, what, d);
	case PARAM_FIGURE:
	case PARAM_REASON:
		good = !r->has_param || parse_figure(m, r->param);
		break;
	case PARAM_LENGTH:
		good = parse_figure(m, r->param) &&
		       (m->figure == FIGURE_MAX || m->figure == FIGURE_AVG || m->figure == FIGURE_MIN);
		break;
	default:
		break;
	}
	if (!good)
		return diag_fail(d, "%s: %.*s: no such figure (%s)", what, (int)m->text.n,
				 (const char *)m->text.p,
				 m->measure->param == PARAM_LENGTH ? "max avg min" :
				 "sum avg min max count p50 p99.9");
	return 0;
}

int metric_parse(struct metric *m, struct slice text, bool headed, bool by_agent,
		 struct thresholds *th, const char *what, struct diag *d)
{
	struct slice heading = text;
	const struct measure *other;
	struct request r;

	*m = (struct metric){ .figure = FIGURE_SUM };
	if (headed && memchr(text.p, '=', text.n))
		heading = slice_cut(text, '=', &text);
	event_escape(&m->heading, heading);
	buf_slice(&m->text, text);
	r = take_apart(text);
	if (r.has_reason)
		event_escape(&m->reason, r.reason);
	if (m->heading.failed || m->text.failed || m->reason.failed)
		return diag_fail(d, "out of memory");
	m->measure = find(&r, by_agent, &other);
	if (m->measure)
		return parse_param(m, &r, by_agent, th, what, d);
	if (!other)
		return diag_fail(d, "%s: %.*s: no such measure (see --help-measures)", what,
				 (int)text.n, (const char *)text.p);
	if (r.has_param || r.has_reason)
		return diag_fail(d, "%s: %.*s: no such measure, but there is %s", what, (int)text.n,
				 (const char *)text.p, other->shown ? other->shown : other->name);
	return diag_fail(d, "%s: %.*s: needs a parameter: %s", what, (int)text.n,
			 (const char *)text.p, other->shown);
}

void metric_free(struct metric *m)
{
	if (m->of)
		metric_free(m->of);
	free(m->of);
	buf_free(&m->text);
	buf_free(&m->heading);
	buf_free(&m->reason);
	*m = (struct metric){ 0 };
}
