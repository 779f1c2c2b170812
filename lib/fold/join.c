#include "fold/join.h"

#include <stdlib.h>

#include "base/buf.h"

enum { TEXTS = 4 };

/* What is known of a call so far: visits, the texts of which stand in buffers. */
struct join {
	struct visit first, last, taken; /* ordinal 0: none yet */
	struct buf first_text, last_text;
	long long wait, missed, ringmissed;
	uint32_t *attempt;
	size_t attempts, attemptcap;
};

struct joins {
	struct join *join; /* by the number of the call */
	size_t cap;
	void (*joined)(void *arg, const struct visit *v);
	void *arg;
};

struct joins *joins_new(void (*joined)(void *arg, const struct visit *v), void *arg)
{
	struct joins *j = calloc(1, sizeof(*j));

	if (j)
		*j = (struct joins){ .joined = joined, .arg = arg };
	return j;
}

static struct join *join_of(struct joins *j, uint32_t call)
{
	size_t had = j->cap;

	if (!array_need(&j->join, &j->cap, call + (size_t)1, sizeof(*j->join)))
		return NULL;
	if (had < j->cap)
		memset(j->join + had, 0, (j->cap - had) * sizeof(*j->join));
	return j->join + call;
}

/* Copies the texts into the buffer, in which they are then found. */
static bool keep(struct buf *b, struct slice *const *text)
{
	size_t i, at = 0;

	b->n = 0;
	for (i = 0; i < TEXTS; i++)
		buf_slice(b, *text[i]);
	for (i = 0; i < TEXTS && !b->failed; i++) {
		text[i]->p = b->p + at;
		at += text[i]->n;
	}
	return !b->failed;
}

static bool keep_first(struct join *c, const struct visit *v)
{
	struct slice *const text[TEXTS] = { &c->first.callid, &c->first.caller, &c->first.did,
					    &c->first.url };

	c->first = *v;
	return keep(&c->first_text, text);
}

static bool keep_last(struct join *c, const struct visit *v)
{
	struct slice *const text[TEXTS] = { &c->last.cause, &c->last.key, &c->last.target,
					    &c->last.status };

	c->last = *v;
	return keep(&c->last_text, text);
}

static bool keep_attempts(struct join *c, const struct visit *v)
{
	long long i;

	if (!array_need(&c->attempt, &c->attemptcap, c->attempts + (size_t)v->missed,
			sizeof(*c->attempt)))
		return false;
	for (i = 0; i < v->missed; i++)
		c->attempt[c->attempts++] = v->attempt[i];
	return true;
}

bool joins_visit(struct joins *j, const struct visit *v)
{
	struct join *c = join_of(j, v->call);

	if (!c)
		return false;
	if (!c->first.ordinal)
		c->wait = -1;
	if (v->wait >= 0)
		c->wait = (c->wait < 0 ? 0 : c->wait) + v->wait;
	c->missed += v->missed;
	c->ringmissed += v->ringmissed;
	if (v->outcome == OUTCOME_ANSWERED && v->ordinal > c->taken.ordinal)
		c->taken = *v;
	if ((!c->first.ordinal || v->ordinal < c->first.ordinal) && !keep_first(c, v))
		return false;
	if (v->ordinal > c->last.ordinal && !keep_last(c, v))
		return false;
	return keep_attempts(c, v);
}

static void give(struct joins *j, struct join *c)
{
	bool taken = c->taken.ordinal > 0;
	struct visit v = c->first;

	v.outcome = c->last.outcome;
	v.cause = c->last.cause;
	v.end = c->last.end;
	v.key = c->last.key;
	v.target = c->last.target;
	v.status = c->last.status;
	v.position_out = c->last.position_out;
	v.unfinished = c->last.unfinished;
	v.ended_by = c->last.ended_by;
	v.ended_why = c->last.ended_why;
	v.connect = v.outcome == OUTCOME_ANSWERED ? c->last.connect : -1;
	v.agent = taken ? c->taken.agent : (struct slice){ 0 };
	v.talk = taken ? c->taken.talk : -1;
	v.ring = taken ? c->taken.ring : -1;
	v.wait = c->wait;
	v.missed = c->missed;
	v.ringmissed = c->ringmissed;
	v.attempt = c->attempt;
	j->joined(j->arg, &v);
}

void joins_forgotten(struct joins *j, uint32_t call)
{
	struct join *c = call < j->cap ? j->join + call : NULL;

	if (!c || !c->first.ordinal)
		return;
	give(j, c);
	c->first.ordinal = c->last.ordinal = c->taken.ordinal = 0;
	c->missed = c->ringmissed = 0;
	c->attempts = 0;
}

void joins_free(struct joins *j)
{
	size_t i;

	if (!j)
		return;
	for (i = 0; i < j->cap; i++) {
		buf_free(&j->join[i].first_text);
		buf_free(&j->join[i].last_text);
		free(j->join[i].attempt);
	}
	free(j->join);
	free(j);
}
