#include "base/json.h"
#include "base/when.h"
#include "report/wall.h"
#include "stream/event.h"

struct json {
	struct buf *b;
	const struct wall_options *o;
	struct buf scratch[2];
	bool first;              /* of its object or array */
};

static void comma(struct json *j)
{
	if (!j->first)
		buf_byte(j->b, ',');
	j->first = false;
}

static void key(struct json *j, struct slice name)
{
	comma(j);
	json_text(j->b, event_raw(name, &j->scratch[0]));
	buf_byte(j->b, ':');
}

#define KEY(j, name) key((j), SLICE(name))

static void begin(struct json *j, unsigned char mark)
{
	buf_byte(j->b, mark);
	j->first = true;
}

static void end(struct json *j, unsigned char mark)
{
	buf_byte(j->b, mark);
	j->first = false;
}

static void text(struct json *j, struct slice field)
{
	json_text(j->b, event_raw(field, &j->scratch[0]));
}

static void null(struct json *j)
{
	buf_str(j->b, "null");
}

static void when(struct json *j, int64_t t)
{
	if (t == WHEN_MIN || t < 0)
		null(j);
	else
		when_put_epoch(j->b, t);
}

static void seconds(struct json *j, long long v)
{
	if (v < 0) {
		null(j);
	} else if (j->o->hms) {
		buf_byte(j->b, '"');
		when_put_hms(j->b, v);
		buf_byte(j->b, '"');
	} else {
		buf_int(j->b, v);
	}
}

static void truth(struct json *j, bool v)
{
	buf_str(j->b, v ? "true" : "false");
}

static void figure(struct json *j, enum board_kind kind, long long v)
{
	if (v < 0)
		null(j);
	else if (kind == BOARD_SHARE)
		buf_fmt(j->b, "%lld.%02lld", v / 100, v % 100);
	else if (kind == BOARD_SECONDS)
		seconds(j, v);
	else
		buf_int(j->b, v);
}

static void figures(struct json *j, const struct board_view *v, const struct board_queue *q)
{
	for (size_t i = 0; i < v->figures; i++) {
		key(j, v->figure[i].name);
		figure(j, v->figure[i].kind, q->value[i]);
	}
}

static void queue(struct json *j, const struct board_view *v, const struct board_queue *q)
{
	comma(j);
	begin(j, '{');
	KEY(j, "queue");
	text(j, q->queue);
	figures(j, v, q);
	KEY(j, "alarms");
	begin(j, '[');
	for (size_t i = 0; i < v->figures; i++) {
		if (!(q->alarm >> i & 1))
			continue;
		comma(j);
		text(j, v->figure[i].name);
	}
	end(j, ']');
	end(j, '}');
}

static void call(struct json *j, const struct board_call *c)
{
	comma(j);
	begin(j, '{');
	KEY(j, "partition");
	text(j, c->partition);
	KEY(j, "callid");
	text(j, c->callid);
	KEY(j, "queue");
	text(j, c->queue);
	KEY(j, "direction");
	text(j, c->outbound ? SLICE("out") : SLICE("in"));
	if (j->o->callers != WALL_NONE) {
		KEY(j, "caller");
		json_text(j->b, wall_caller(j->o, c->caller, j->scratch));
	}
	KEY(j, "entered");
	when(j, c->enter);
	KEY(j, "connected");
	when(j, c->talking ? c->connect : WHEN_MIN);
	KEY(j, "waiting");
	seconds(j, c->waiting);
	KEY(j, "talking");
	seconds(j, c->talked);
	KEY(j, "agent");
	if (c->agent.n)
		text(j, c->agent);
	else
		null(j);
	end(j, '}');
}

static void agent(struct json *j, const struct board_agent *a)
{
	comma(j);
	begin(j, '{');
	KEY(j, "agent");
	text(j, a->agent);
	KEY(j, "state");
	text(j, slice_str(board_state_name(a->state)));
	KEY(j, "on");
	truth(j, a->on);
	KEY(j, "since");
	when(j, a->since);
	KEY(j, "queues");
	begin(j, '[');
	for (size_t i = 0; i < a->slots; i++) {
		comma(j);
		begin(j, '{');
		KEY(j, "partition");
		text(j, a->slot[i].partition);
		KEY(j, "queue");
		text(j, a->slot[i].queue);
		KEY(j, "paused");
		truth(j, a->slot[i].paused);
		end(j, '}');
	}
	end(j, ']');
	KEY(j, "last");
	when(j, a->last);
	KEY(j, "last_queue");
	if (a->last >= 0)
		text(j, a->last_queue);
	else
		null(j);
	KEY(j, "reason");
	if (a->state == BOARD_IN_PAUSE)
		text(j, a->reason);
	else
		null(j);
	end(j, '}');
}

static void partition(struct json *j, const struct board_partition *p)
{
	comma(j);
	begin(j, '{');
	KEY(j, "partition");
	text(j, p->partition);
	KEY(j, "down");
	truth(j, p->down);
	KEY(j, "since");
	when(j, p->down ? p->since : WHEN_MIN);
	KEY(j, "reason");
	if (p->down)
		text(j, p->reason);
	else
		null(j);
	end(j, '}');
}

void wall_json(struct buf *b, const struct board_view *v, const struct wall_options *o)
{
	struct json j = { .b = b, .o = o };

	begin(&j, '{');
	KEY(&j, "time");
	when(&j, v->now);
	KEY(&j, "day");
	when(&j, v->day);
	KEY(&j, "partitions");
	begin(&j, '[');
	for (size_t i = 0; i < v->partitions; i++)
		partition(&j, v->partition + i);
	end(&j, ']');
	KEY(&j, "queues");
	begin(&j, '[');
	for (size_t i = 0; i < wall_rows(o, v->queues); i++)
		queue(&j, v, v->queue + i);
	end(&j, ']');
	KEY(&j, "total");
	begin(&j, '{');
	figures(&j, v, &v->total);
	end(&j, '}');
	KEY(&j, "calls");
	begin(&j, '[');
	for (size_t i = 0; i < wall_rows(o, v->calls); i++)
		call(&j, v->call + i);
	end(&j, ']');
	KEY(&j, "agents");
	begin(&j, '[');
	for (size_t i = 0; i < wall_rows(o, v->agents); i++)
		agent(&j, v->agent + i);
	end(&j, ']');
	end(&j, '}');
	buf_byte(b, '\n');
	b->failed |= j.scratch[0].failed || j.scratch[1].failed;
	buf_free(&j.scratch[0]);
	buf_free(&j.scratch[1]);
}
