#include "stream/load_follow.h"

#include <time.h>

#include "base/notify.h"
#include "base/when.h"
#include "stream/newest.h"

enum { NAP = 200000000, EACH = 1024, METRICS = 15, PATIENCE = 50, AWHILE = 10, DAY = 86400 };

struct daemon {
	struct load *l;
	struct follow *f;
	const struct load_follow_options *o;
	const char *partition;
	struct diag *d;
	time_t measured, spoke;
	int64_t newest; /* event read, seconds; -1: none */
};

void load_alive(void)
{
	notify("WATCHDOG=1");
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = NAP }, NULL);
}

/* Some time before the newest event stored; the rule sorts out what is there. */
static int find_beginning(const struct daemon *m, struct follow_options *log)
{
	int64_t second;
	int r = load_newest(m->l, &second);

	if (r < 0)
		return -1;
	if (r == 0 && !m->o->has_from)
		return diag_fail(m->d, "%s: nothing is stored yet: --from TIME or --from all says where "
				       "to begin", m->partition);
	log->parts = true;
	log->from = m->o->from;
	log->reach = WHEN_MIN;
	if (r > 0) {
		log->reach = second * WHEN_SECOND;
		log->from = log->reach - m->o->resume * WHEN_SECOND;
		/* not before what was asked for, and no gap where it was asked to skip */
		if (m->o->has_from && m->o->from > log->from) {
			log->from = m->o->from;
			log->reach = WHEN_MIN;
		}
	}
	return 0;
}

static void put_total(struct buf *b, const struct daemon *m, const char *what, unsigned long long n)
{
	buf_fmt(b, "qlload_events_total{partition=\"%s\",result=\"%s\"} %llu\n", m->partition, what, n);
}

static void write_metrics(struct daemon *m)
{
	struct load_totals t = load_totals(m->l);
	struct buf b = { 0 };

	buf_str(&b, "# HELP qlload_events_total Events read from the log, by what became of them.\n"
		    "# TYPE qlload_events_total counter\n");
	put_total(&b, m, "inserted", t.inserted);
	put_total(&b, m, "there", t.there);
	put_total(&b, m, "refused", t.refused + follow_counts(m->f).refused);
	put_total(&b, m, "before", t.before);
	buf_fmt(&b, "# HELP qlload_errors_total Errors of the server that were overcome.\n"
		    "# TYPE qlload_errors_total counter\nqlload_errors_total{partition=\"%s\"} %llu\n"
		    "# HELP qlload_waiting Events read and not yet stored.\n"
		    "# TYPE qlload_waiting gauge\nqlload_waiting{partition=\"%s\"} %zu\n",
		m->partition, t.errors, m->partition, load_waiting(m->l));
	if (m->newest >= 0)
		buf_fmt(&b, "# HELP qlload_newest_event_seconds The time of the newest event read.\n"
			    "# TYPE qlload_newest_event_seconds gauge\n"
			    "qlload_newest_event_seconds{partition=\"%s\"} %lld\n",
			m->partition, (long long)m->newest);
	buf_fmt(&b, "# HELP qlload_alive_seconds When this was written.\n"
		    "# TYPE qlload_alive_seconds gauge\nqlload_alive_seconds{partition=\"%s\"} %lld\n",
		m->partition, (long long)time(NULL));
	out_text(m->o->metrics, &b, m->d);
	buf_free(&b);
}

static int tick(struct daemon *m)
{
	time_t now = time(NULL);

	if (now != m->spoke)
		load_alive();
	m->spoke = now;
	if (m->o->metrics && (now - m->measured >= METRICS || now < m->measured)) {
		m->measured = now;
		write_metrics(m);
	}
	return load_tick(m->l);
}

static int gap(struct daemon *m)
{
	const char *log = m->o->log.path, *why = follow_why(m->f);

	if (!m->o->accept_gap)
		return diag_fail(m->d, "%s: gap: %s; --accept-gap goes on", log, why);
	diag_warn(m->d, "%s: gap: %s; going on", log, why);
	return 0;
}

/* A log that is not there may come; that it is waited for is said once, but not in every rotation. */
static void later(struct daemon *m, int *naps)
{
	if (++*naps == PATIENCE / 2)
		diag_note(m->d, "%s; waiting", follow_why(m->f));
}

/* What cannot be read for so many naps will not be. */
static int down(struct daemon *m, int *naps)
{
	return ++*naps < PATIENCE ? 0 : diag_fail(m->d, "%s", follow_why(m->f));
}

static int pass(struct daemon *m)
{
	unsigned long long line, n = 0;
	const char *where;
	struct event ev;
	int r = 0, naps = 0, waited = 0;

	notify("READY=1");
	while (r == 0) {
		enum follow_got got = follow_next(m->f, &ev, &where, &line);

		switch (got) {
		case FOLLOW_EVENT:
			m->newest = ev.time / WHEN_SECOND;
			waited = 0;
			r = load_put(m->l, &ev, where, line);
			if (r == 0 && ++n % EACH == 0)
				r = tick(m);
			continue;
		case FOLLOW_GAP: r = gap(m); break;
		case FOLLOW_DOWN: r = down(m, &naps); break;
		case FOLLOW_FAILED: r = -1; break;
		case FOLLOW_LATER:
			naps = 0;
			later(m, &waited);
			break;
		default: naps = waited = 0; break;
		}
		if (r < 0)
			load_flush(m->l);
		else
			r = tick(m);
		if (r == 0 && got != FOLLOW_GAP)
			nap();
	}
	return -1;
}

int load_follow(struct load *l, const struct load_follow_options *o, const char *partition,
		struct diag *d)
{
	struct daemon m = { .l = l, .o = o, .partition = partition, .d = d, .newest = -1 };
	struct follow_options log = o->log;

	if (find_beginning(&m, &log) < 0)
		return -1;
	m.f = follow_open(&log, d);
	if (!m.f)
		return -1;
	pass(&m);
	follow_close(m.f);
	return -1;
}

/* The log's last day, compared and not written. */
static int compare(struct load *l, const struct load_follow_options *o, int64_t *newest,
		   struct diag *d)
{
	struct follow_options log = o->log;
	struct follow *f;
	enum follow_got got = FOLLOW_EVENT;
	unsigned long long line;
	const char *where;
	struct event ev;
	int r = 0, naps = 0;

	*newest = -1;
	log.parts = true;
	log.from = (time(NULL) - DAY) * WHEN_SECOND;
	log.reach = WHEN_MIN;
	f = follow_open(&log, d);
	while (f && r == 0 && got != FOLLOW_WAIT && naps < AWHILE) {
		got = follow_next(f, &ev, &where, &line);
		if (got == FOLLOW_EVENT) {
			*newest = ev.time / WHEN_SECOND;
			r = load_put(l, &ev, where, line);
		} else if (got == FOLLOW_LATER) {
			naps++;
			nap();
		} else if (got != FOLLOW_WAIT) {
			r = got == FOLLOW_FAILED ? -1 : diag_fail(d, "%s", follow_why(f));
		}
	}
	follow_close(f);
	return !f || r < 0 ? -1 : load_flush(l);
}

/* A log that has had no line for a day has a newest one all the same. */
static int newest_line(struct load *l, const struct load_follow_options *o, int64_t *newest,
		       struct diag *d)
{
	int64_t time;

	if (compare(l, o, newest, d) < 0)
		return -1;
	if (*newest < 0 && newest_event(o->log.path, WHEN_MAX, &time) == NEWEST_FOUND)
		*newest = time / WHEN_SECOND;
	return 0;
}

/* seconds < 0: none. */
static void put_second(struct buf *b, const char *what, int64_t seconds)
{
	if (seconds < 0)
		buf_fmt(b, "%s none\n", what);
	else
		buf_fmt(b, "%s %lld\n", what, (long long)seconds);
}

int load_status(struct load *l, const struct load_follow_options *o, struct diag *d)
{
	int64_t stored, newest = time(NULL), lag;
	struct buf b = { 0 };
	long long holder;
	int r = load_newest(l, &stored);

	if (r < 0 || load_holder(l, &holder) < 0 ||
	    (o->log.path && newest_line(l, o, &newest, d) < 0))
		return -1;
	if (r == 0)
		stored = -1;
	lag = newest < 0 ? 0 : stored < 0 ? -1 : newest > stored ? newest - stored : 0;
	put_second(&b, "newest row", stored);
	if (o->log.path) {
		put_second(&b, "newest line", newest);
		buf_fmt(&b, "missing of the last day %llu\n", load_totals(l).inserted);
	}
	put_second(&b, "lag", lag);
	if (holder)
		buf_fmt(&b, "loading connection %lld\n", holder);
	else
		buf_str(&b, "loading nobody\n");
	out_text(NULL, &b, d);
	buf_free(&b);
	if (lag < 0)
		diag_warn(d, "the partition is empty");
	else if (lag > o->max_lag)
		diag_warn(d, "the partition is %lld s behind", (long long)lag);
	return 0;
}
