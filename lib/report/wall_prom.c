#include "base/utf8.h"
#include "base/when.h"
#include "report/wall.h"
#include "stream/event.h"

struct prom {
	struct buf *b;
	struct buf raw, seen;
};

/* A label's value: UTF-8, where \ " and LF are escaped. What is no text is shown as \xHH. */
static void value(struct prom *p, struct slice field)
{
	p->seen.n = 0;
	utf8_visible(&p->seen, event_raw(field, &p->raw));
	for (size_t i = 0; i < p->seen.n; i++) {
		if (p->seen.p[i] == '"' || p->seen.p[i] == '\\')
			buf_byte(p->b, '\\');
		buf_byte(p->b, p->seen.p[i]);
	}
}

static void head(struct prom *p, const char *name, const char *help)
{
	buf_fmt(p->b, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void sample(struct prom *p, const char *name, const char *label, struct slice of)
{
	buf_str(p->b, name);
	if (label) {
		buf_fmt(p->b, "{%s=\"", label);
		value(p, of);
		buf_str(p->b, "\"}");
	}
	buf_byte(p->b, ' ');
}

/* ql_queue_answered_percent, ql_queue_sla_20_percent, ql_queue_longest_seconds, as a C string. */
static const char *metric_name(struct buf *name, const struct board_figure *f)
{
	name->n = 0;
	buf_str(name, "ql_queue_");
	for (size_t i = 0; i < f->name.n; i++) {
		unsigned char c = f->name.p[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (c != '%' || f->kind != BOARD_SHARE)
			buf_byte(name, good ? c : '_');
	}
	if (f->kind != BOARD_NUMBER)
		buf_str(name, f->kind == BOARD_SHARE ? "_percent" : "_seconds");
	return buf_cstr(name);
}

static void queues(struct prom *p, const struct board_view *v)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < v->figures; i++) {
		const char *n = metric_name(&name, v->figure + i);

		if (!n)
			break;
		head(p, n, v->figure[i].text);
		for (size_t k = 0; k < v->queues; k++) {
			long long x = v->queue[k].value[i];

			if (x < 0)
				continue;
			sample(p, n, "queue", v->queue[k].queue);
			if (v->figure[i].kind == BOARD_SHARE)
				buf_fmt(p->b, "%lld.%02lld\n", x / 100, x % 100);
			else
				buf_fmt(p->b, "%lld\n", x);
		}
	}
	p->b->failed |= name.failed;
	buf_free(&name);
}

static void alarms(struct prom *p, const struct board_view *v)
{
	head(p, "ql_queue_alarm", "how many of its figures have an alarm on");
	for (size_t k = 0; k < v->queues; k++) {
		sample(p, "ql_queue_alarm", "queue", v->queue[k].queue);
		buf_fmt(p->b, "%d\n", __builtin_popcountll(v->queue[k].alarm));
	}
}

static void agents(struct prom *p, const struct board_view *v)
{
	unsigned long long n[BOARD_STATES] = { 0 };

	for (size_t i = 0; i < v->agents; i++)
		n[v->agent[i].state]++;
	head(p, "ql_agents", "agents on or on the phone, by state");
	for (int i = 0; i < BOARD_STATES; i++) {
		sample(p, "ql_agents", "state", slice_str(board_state_name((enum board_state)i)));
		buf_fmt(p->b, "%llu\n", n[i]);
	}
}

static void partitions(struct prom *p, const struct board_view *v)
{
	head(p, "ql_partition_up", "0: the partition is down");
	for (size_t i = 0; i < v->partitions; i++) {
		sample(p, "ql_partition_up", "partition", v->partition[i].partition);
		buf_fmt(p->b, "%d\n", !v->partition[i].down);
	}
}

void wall_prom(struct buf *b, const struct board_view *v)
{
	struct prom p = { .b = b };

	head(&p, "ql_time_seconds", "the instant of all these figures");
	sample(&p, "ql_time_seconds", NULL, (struct slice){ 0 });
	when_put_epoch(b, v->now < 0 ? 0 : v->now);
	buf_byte(b, '\n');
	partitions(&p, v);
	queues(&p, v);
	alarms(&p, v);
	agents(&p, v);
	b->failed |= p.raw.failed || p.seen.failed;
	buf_free(&p.raw);
	buf_free(&p.seen);
}
