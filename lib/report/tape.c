#include "report/tape.h"

#include <stdlib.h>

#include "report/fields.h"

/* Where a partition's members do not outlive a restart, somebody waits for its next event. */
enum { ALIVE = 60 };

struct part {
	int64_t most;          /* the greatest time so far: where its next line stands in the whole */
	int64_t last, kept_at; /* of its events; of those that are kept */
	bool begun, logged;    /* it has had any event; one of its server */
	bool kept, clock;      /* the last one is kept; was no event of its server */
	bool mortal;
	struct buf text;       /* what is recorded, */
	struct slice lines;    /* or what was added */
};

struct tape {
	const struct facts_options *o;
	struct names names;    /* partitions */
	struct part *part;
	uint32_t *order;       /* partitions by name */
	size_t cap, ordercap;
	struct names seen;     /* with -q: partition TAB agent, once named with one of these */
	struct buf scratch;
	bool over, failed;
};

struct tape *tape_new(const struct facts_options *o)
{
	struct tape *t = calloc(1, sizeof(*t));

	if (t)
		t->o = o;
	return t;
}

void tape_free(struct tape *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->names.n; i++)
		buf_free(&t->part[i].text);
	free(t->part);
	free(t->order);
	names_free(&t->names);
	names_free(&t->seen);
	buf_free(&t->scratch);
	free(t);
}

bool tape_failed(const struct tape *t)
{
	return t->failed;
}

/* There are few of them. */
static bool put_in_order(struct tape *t, uint32_t id)
{
	size_t k = id;

	if (!array_need(&t->order, &t->ordercap, t->names.n, sizeof(*t->order)))
		return false;
	for (; k && slice_cmp(names_text(&t->names, id), names_text(&t->names, t->order[k - 1])) < 0; k--)
		t->order[k] = t->order[k - 1];
	t->order[k] = id;
	return true;
}

static struct part *part_of(struct tape *t, struct slice name)
{
	uint32_t known = (uint32_t)t->names.n, id = names_put(&t->names, name);

	if (id < known)
		return t->part + id;
	if (id == NAMES_NONE || !array_need(&t->part, &t->cap, t->names.n, sizeof(*t->part)) ||
	    !put_in_order(t, id)) {
		t->failed = true;
		return NULL;
	}
	t->part[id] = (struct part){
		.most = WHEN_MIN,
		.mortal = names_find(&t->o->agents.no_persistent, name) != NAMES_NONE
	};
	return t->part + id;
}

/* A line begins: what it is, and its place in the whole, which is left out where it is its time. */
static void begin_line(struct tape *t, struct part *p, unsigned char what, int64_t time)
{
	buf_byte(&p->text, what);
	buf_byte(&p->text, '\t');
	if (t->over)
		buf_str(&p->text, "end");
	else if (p->most != time)
		when_put_epoch(&p->text, p->most);
	buf_byte(&p->text, '\t');
}

static void end_line(struct tape *t, struct part *p)
{
	buf_byte(&p->text, '\n');
	t->failed |= p->text.failed;
}

static void put_event(struct tape *t, struct part *p, const struct event *ev)
{
	begin_line(t, p, 'e', ev->time);
	event_put(&p->text, ev);
	p->kept_at = ev->time;
	t->failed |= p->text.failed;
}

/* The event before, which was not kept, as one that says nothing but its time. */
static void put_last(struct tape *t, struct part *p, struct slice partition)
{
	struct event ev;

	event_make(&ev, p->last, partition, p->clock ? VERB_HEARTBEAT : VERB_INFO, SLICE(""),
		   &t->scratch);
	t->failed |= t->scratch.failed;
	put_event(t, p, &ev);
	p->kept = true;
}

/* Does it name an agent with a queue that is asked for, for the first time there? */
static bool names_first(struct tape *t, const struct event *ev)
{
	size_t known = t->seen.n;

	if (!t->o->queue.n || !facts_names(t->o, ev))
		return false;
	t->scratch.n = 0;
	buf_slice(&t->scratch, ev->f[F_PARTITION]);
	buf_byte(&t->scratch, '\t');
	buf_slice(&t->scratch, ev->f[F_AGENT]);
	if (t->scratch.failed || names_put(&t->seen, buf_all(&t->scratch)) == NAMES_NONE)
		t->failed = true;
	return t->seen.n > known;
}

static bool is_needed(struct tape *t, const struct part *p, const struct event *ev)
{
	bool clock = verb_is_clock(ev->verb), first = names_first(t, ev);

	return first || agents_listen(ev) || !p->begun || ev->time < p->last ||
	       (!clock && !p->logged) ||
	       (!clock && p->mortal && ev->time >= p->kept_at + ALIVE * WHEN_SECOND);
}

/*
 * The clock of the fold is that of the latest event, and an event a little earlier counts as of it:
 * so an event that steps back is kept, and the one before it. So is, where members do not outlive a
 * restart, the last that the server logged before one.
 */
void tape_event(struct tape *t, const struct event *ev)
{
	struct part *p = part_of(t, ev->f[F_PARTITION]);
	bool clock = verb_is_clock(ev->verb), needed;

	if (!p)
		return;
	needed = is_needed(t, p, ev);
	if (p->begun && !p->kept &&
	    (ev->time < p->last ||
	     (p->mortal && !p->clock && (clock || ev->verb == VERB_QUEUESTART))))
		put_last(t, p, ev->f[F_PARTITION]);
	if (ev->time > p->most)
		p->most = ev->time;
	if (needed)
		put_event(t, p, ev);
	p->kept = needed;
	p->last = ev->time;
	p->clock = clock;
	p->begun = true;
	p->logged |= !clock;
}

static void put_visit(struct tape *t, struct part *p, unsigned char what, const struct visit *v,
		      int64_t at, long long seconds)
{
	begin_line(t, p, what, at);
	when_put_epoch(&p->text, at);
	buf_byte(&p->text, '\t');
	buf_slice(&p->text, v->queue);
	buf_byte(&p->text, '\t');
	buf_slice(&p->text, v->agent);
	buf_byte(&p->text, '\t');
	buf_int(&p->text, seconds);
	buf_byte(&p->text, '\t');
	buf_slice(&p->text, visit_ended_verb(v));
	buf_str(&p->text, v->outbound ? "\tout" : "\t");
	buf_str(&p->text, v->unfinished ? "\t>" : "\t");
	end_line(t, p);
}

static void connected(void *arg, const struct visit *v)
{
	struct tape *t = arg;
	struct part *p = v->agent.n && v->ring >= 0 ? part_of(t, v->partition) : NULL;

	if (p)
		put_visit(t, p, 'c', v, v->connect, v->ring);
}

static void ended(void *arg, const struct visit *v)
{
	struct tape *t = arg;
	struct part *p = visit_answered_by(v).n ? part_of(t, v->partition) : NULL;

	if (p)
		put_visit(t, p, 't', v, v->end, v->talk);
}

void tape_listen(struct tape *t, struct facts_options *o)
{
	o->calls.connected = connected;
	o->calls.ended = ended;
	o->calls.ended_arg = t;
}

void tape_over(struct tape *t)
{
	t->over = true;
}

size_t tape_partitions(const struct tape *t)
{
	return t->names.n;
}

struct slice tape_partition(const struct tape *t, size_t i)
{
	return names_text(&t->names, t->order[i]);
}

struct slice tape_lines(const struct tape *t, size_t i)
{
	const struct part *p = t->part + t->order[i];

	return p->text.n ? buf_all(&p->text) : p->lines;
}

void tape_add(struct tape *t, struct slice partition, struct slice lines)
{
	struct part *p = part_of(t, partition);

	if (p)
		p->lines = lines;
}

/* A partition being played: its next line, what that is, and where it stands; more: there is one. */
struct head {
	struct slice partition, lines;
	struct fields line;
	struct slice what;
	int64_t at;
	bool more;
};

static void forward(struct head *h)
{
	struct slice line, place;
	struct fields at;

	h->more = fields_line(&h->lines, &line);
	if (!h->more)
		return;
	h->line = fields_of(line);
	h->what = fields_text(&h->line);
	at = h->line;
	place = fields_text(&h->line);
	if (!place.n)
		at = h->line;
	h->at = slice_is(place, "end") ? WHEN_MAX : fields_time(&at);
	h->line.bad |= at.bad;
}

/* The one whose turn it is; NULL: no more. Of equal places the first. */
static struct head *next(struct head *head, size_t n)
{
	struct head *least = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (head[i].more && (!least || head[i].at < least->at))
			least = head + i;
	return least;
}

static int play_event(struct tape *t, struct head *h, struct facts *f)
{
	struct event ev;

	if (h->line.bad || event_parse(h->line.rest, &ev, &t->scratch))
		return -1;
	return facts_again(f, &ev);
}

static int play_visit(struct head *h, struct facts *f)
{
	struct visit v = { .partition = h->partition, .outcome = OUTCOME_ANSWERED };
	bool talk = slice_is(h->what, "t");
	long long seconds;

	v.connect = v.end = fields_time(&h->line);
	v.queue = fields_text(&h->line);
	v.agent = fields_text(&h->line);
	seconds = fields_int(&h->line);
	v.talk = talk ? seconds : -1;
	v.ring = talk ? -1 : seconds;
	v.ended_why = fields_text(&h->line);
	v.outbound = slice_is(fields_text(&h->line), "out");
	v.unfinished = slice_is(fields_text(&h->line), ">");
	if (!fields_end(&h->line) || (!talk && !slice_is(h->what, "c")) || seconds < -1 ||
	    seconds > EVENT_TIME_MAX / WHEN_SECOND)
		return -1;
	return talk ? facts_again_ended(f, &v) : facts_again_connected(f, &v);
}

int tape_play(struct tape *t, struct facts *f, int64_t *clock, struct diag *d)
{
	size_t n = tape_partitions(t), i;
	struct head *head = calloc(n + 1, sizeof(*head)), *h;
	int bad = head ? 0 : diag_fail(d, "out of memory");

	for (i = 0; !bad && i < n; i++) {
		head[i].partition = tape_partition(t, i);
		head[i].lines = tape_lines(t, i);
		forward(head + i);
	}
	while (!bad && (h = next(head, n))) {
		if (h->at != WHEN_MAX)
			*clock = h->at;
		bad = slice_is(h->what, "e") ? play_event(t, h, f) : play_visit(h, f);
		if (bad)
			diag_fail(d, "%.*s: what its agents did: a line is none", (int)h->partition.n,
				  (const char *)h->partition.p);
		else
			forward(h);
	}
	free(head);
	return bad;
}
