/* Partial results put together, to a table or to a part. */
#include "report/partial_own.h"

static int check_top(const struct reports *r)
{
	return r->o->top && r->callids ?
		       diag_fail(r->d, "--top: callids of several rows together are not known by the "
				       "parts: send the events") : 0;
}

/* What the agents did is on the tape: the fold of agents is told it. 0; -1: told. */
static int play(struct reports *r, struct tape *tape)
{
	struct facts *f = facts_new(r->facts, NULL, reports_interval, r, r->d);
	int bad = !f || tape_play(tape, f, &r->clock, r->d) < 0 || !facts_finish(f) ? -1 : 0;

	facts_free(f);
	return bad;
}

/* Of visits the parts have counted what sticks out; of agents' time it is told as it is played. */
static int tell(struct reports *r, struct tape *tape, bool agents)
{
	facts_tell_flags(r->d, "visits", r->rebuilt, r->unfinished);
	return agents ? play(r, tape) : 0;
}

static void write_all(struct partials *parts, struct reports *r, const struct report_ask *ask,
		      bool again, const struct table_options *out)
{
	bool agents = reports_need(r) & REPORT_INTERVALS;
	struct tape *tape = tape_new(r->facts);

	if (!tape)
		diag_fail(r->d, "out of memory");
	else if (partials_add(parts, r, tape, r->d) < 0)
		;
	else if (again)
		partial_write(r, ask, agents ? tape : NULL, out->output);
	else if (tell(r, tape, agents) == 0 && reports_finish(r) == 0)
		reports_write(r, out);
	tape_free(tape);
}

void partials_write(const struct partial_options *p, struct facts_options *facts,
		    struct report_options *o, const struct table_options *out, struct diag *d)
{
	struct partials *parts = partials_read(p->path, p->paths, d);
	struct report_ask ask = { 0 };
	struct reports *r = NULL;

	o->keep = p->again;
	if (parts && partials_expect(parts, p->expect, d) == 0 &&
	    partials_ask(parts, &ask, facts, o, d) == 0 && facts_resolve(facts, o->now, d) == 0)
		r = reports_ask(&ask, o, facts, d);
	if (r && check_top(r) == 0)
		write_all(parts, r, &ask, p->again, out);
	reports_free(r);
	partials_free(parts);
}
