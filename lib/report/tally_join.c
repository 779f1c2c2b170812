/* Rows put together as if they had been one: the others of --top. */
#include "report/sum.h"
#include "report/tally_rows.h"

/* Of slots, what agents' time is follows from all slots of the row: it is not added up. */
static bool by_slots(const struct tally *t)
{
	return t->slotted && !t->reasons;
}

static bool count_adds_up(const struct tally *t, size_t i)
{
	if (i == COUNT_CALLIDS || i == COUNT_SEEN)
		return false;
	return !by_slots(t) || !(i == COUNT_SESSIONS || i == COUNT_PAUSES ||
				 (i >= COUNT_SHIFT && i < COUNTS));
}

static bool values_add_up(const struct tally *t, enum over over)
{
	return !by_slots(t) || (over != OVER_LOGON && over != OVER_PAUSE);
}

static void join_steps(struct tally *into, const struct tally *t, uint32_t row, int which)
{
	const struct sweep *s = t->sweep + row * SWEEPS + (size_t)which;
	struct sweep *to = into->sweep + which;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!sweep_step(to, s->step[i].t, s->step[i].by))
			into->failed = true;
}

static void join_row(struct tally *into, const struct tally *t, uint32_t row)
{
	long long *to = tally_count(into, 0);
	size_t i;

	for (i = 0; i < tally_counts(t); i++)
		if (count_adds_up(t, i))
			to[i] = sum_of(to[i], tally_count(t, row)[i]);
	for (i = 0; i < t->overs; i++)
		if (values_add_up(t, t->over[i].over) &&
		    !hist_merge(tally_hist(into, 0, i), tally_hist(t, row, i)))
			into->failed = true;
	if (t->sweep) {
		join_steps(into, t, row, SWEEP_QUEUED);
		if (!by_slots(t))
			join_steps(into, t, row, SWEEP_ON);
	}
	if (t->seen && t->seen[row].first >= 0) {
		extent_merge(into->seen, t->seen + row);
		into->seen->gap = EXTENT_UNKNOWN;
	}
}

void tally_join(struct tally *into, struct tally *t, const bool *joined, uint32_t rows)
{
	uint32_t row, none = 0;

	if (tally_row(into, &none) == ROW_NONE)
		return;
	for (row = 0; row < rows; row++)
		if (joined[row])
			join_row(into, t, row);
	tally_count(into, 0)[COUNT_CALLIDS] += tally_recall_count(t, joined, rows);
	tally_persons_join(into, t, joined, rows);
	if (by_slots(t))
		tally_shift_join(into, t, joined, rows);
	tally_finish(into);
}
