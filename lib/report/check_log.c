/* A partition's log, as lines. */
#include <stdlib.h>

#include "base/hash.h"
#include "report/check_own.h"

/* Seconds. What is silent is an office that is open; where nobody says when it is (--hours,
 * --days), one that is closed may be for a long week-end. */
enum { SILENCE_OPEN = 3600, SILENCE = 5 * 86400 };

/* A silence longer than so many days is not looked at for hours further. */
enum { SILENCE_LOOKED = 31 };

/* A HEARTBEAT is late when the space is so many times the usual one, known by so many. */
enum { BEAT_LATE = 3, BEATS_KNOWN = 5 };

/* Lines of one second for which the memory is kept. */
enum { LINES_KEPT = 4096 };

uint32_t check_log(struct check *c, struct slice partition)
{
	uint32_t name, log;
	bool fresh;

	if (c->recent != NAMES_NONE && slice_eq(log_name(c, c->recent), partition))
		return c->recent;
	name = check_intern(c, partition);
	log = name == NAMES_NONE ? NAMES_NONE : pairs_put(&c->logs, name, 0, &fresh);
	if (log == NAMES_NONE || !array_need(&c->log, &c->logcap, c->logs.n, sizeof(*c->log))) {
		c->failed = true;
		return NAMES_NONE;
	}
	if (fresh)
		c->log[log] = (struct check_log){
			.name = name, .first = WHEN_MIN, .last = WHEN_MIN, .greatest = WHEN_MIN,
			.silent = -1, .beat = WHEN_MIN, .second = WHEN_MIN, .system = NAMES_NONE
		};
	return c->recent = log;
}

/*
 * Time.
 */

/* How much of from .. to lies in --hours and --days. */
static int64_t open_hours(const struct facts_options *o, int64_t from, int64_t to)
{
	int64_t sum = 0, next;

	if (!o->days && !o->hours_from && !o->hours_to)
		return to - from;
	if (to - from > SILENCE_LOOKED * 86400 * WHEN_SECOND)
		to = from + SILENCE_LOOKED * 86400 * WHEN_SECOND;
	for (; from < to; from = next) {
		next = facts_turn(o, from);
		if (next > to)
			next = to;
		if (facts_hour(o, from))
			sum += next - from;
	}
	return sum;
}

static int64_t longest_allowed(const struct check_options *o)
{
	const struct facts_options *f = &o->facts;
	bool hours = f->days || f->hours_from || f->hours_to;

	return (o->silence >= 0 ? o->silence : hours ? SILENCE_OPEN : SILENCE) * WHEN_SECOND;
}

/* Nothing was logged from the last event to this time. NULL: the input is over. */
static void silence(struct check *c, uint32_t log, int64_t to, const struct event *ev)
{
	struct check_log *l = &c->log[log];
	int64_t most = longest_allowed(c->o), silent = to - l->greatest;
	struct finding f = { .kind = FINDING_SILENCE, .time = l->greatest,
			     .partition = log_name(c, log) };

	if (silent <= l->silent && silent <= most)
		return;
	silent = open_hours(&c->o->facts, l->greatest, to);
	if (silent > l->silent) {
		l->silent = silent;
		l->silent_from = l->greatest;
	}
	if (silent > most)
		check_find(c, f, "nothing for %lld s, until %s%.*s",
			   (long long)(silent / WHEN_SECOND), ev ? "" : "the end of the input",
			   TEXT(ev ? ev->f[F_VERB] : SLICE("")));
}

static void in_time(struct check *c, uint32_t log, const struct event *ev)
{
	struct check_log *l = &c->log[log];
	struct buf from = { 0 };

	if (l->first == WHEN_MIN)
		l->first = l->greatest = ev->time;
	if (ev->time + WHEN_SECOND <= l->last) {
		when_put_local(&from, l->last);
		check_find(c, check_about(FINDING_BACK, ev), "%.*s: back from %.*s, %lld s",
			   TEXT(ev->f[F_VERB]), TEXT(from),
			   (long long)((l->last - ev->time) / WHEN_SECOND));
		c->failed |= from.failed;
		buf_free(&from);
	}
	l->last = ev->time;
	if (ev->time <= l->greatest)
		return;
	silence(c, log, ev->time, ev);
	l->greatest = ev->time;
}

static void heartbeat(struct check *c, struct check_log *l, const struct event *ev)
{
	struct finding f = check_about(FINDING_HEARTBEAT, ev);
	int64_t space, usual = l->beats ? l->beats_took / l->beats : 0;

	if (ev->time <= l->beat)
		return;
	f.time = l->beat;
	l->beat = ev->time;
	if (f.time == WHEN_MIN)
		return;
	space = ev->time - f.time;
	if (l->beats >= BEATS_KNOWN && space > BEAT_LATE * usual) {
		check_find(c, f, "the next one %lld s later, usually %lld s",
			   (long long)(space / WHEN_SECOND), (long long)(usual / WHEN_SECOND));
		return;
	}
	l->beats_took += space;
	l->beats++;
}

/*
 * Lines that stand twice.
 */

static void forget_lines(struct check_log *l, int64_t second)
{
	if (l->nlines > LINES_KEPT)
		map_free(&l->by_line);
	else
		map_clear(&l->by_line);
	l->second = second;
	l->nlines = 0;
	l->lines.n = 0;
}

static void twins(struct check *c, struct check_log *l, const struct event *ev)
{
	uint64_t h = hash_bytes(hash_seed(), ev->line);
	int64_t second = ev->time / WHEN_SECOND;
	uint32_t id;

	if (second != l->second)
		forget_lines(l, second);
	MAP_EACH (&l->by_line, i, h, id) {
		struct slice s = slice_of(l->lines.p + l->line[id].at, l->line[id].n);

		if (!slice_eq(s, ev->line))
			continue;
		check_find(c, check_about(FINDING_TWIN, ev), "%.*s: the same line again",
			   TEXT(ev->f[F_VERB]));
		return;
	}
	if (!array_need(&l->line, &l->linecap, l->nlines + 1, sizeof(*l->line)) ||
	    !map_add(&l->by_line, h, (uint32_t)l->nlines)) {
		c->failed = true;
		return;
	}
	l->line[l->nlines++] = (struct check_line){ l->lines.n, ev->line.n };
	buf_slice(&l->lines, ev->line);
	c->failed |= l->lines.failed;
}

/*
 * Verbs and call ids.
 */

static void verbs(struct check *c, uint32_t log, const struct event *ev)
{
	uint32_t name = check_intern(c, ev->f[F_VERB]), id;
	bool fresh;

	if (name == NAMES_NONE)
		return;
	id = pairs_put(&c->verbs, log, name, &fresh);
	if (id == NAMES_NONE || !array_need(&c->verb, &c->verbcap, c->verbs.n, sizeof(*c->verb))) {
		c->failed = true;
		return;
	}
	if (fresh)
		c->verb[id] = (struct check_verb){ .first = ev->time };
	c->verb[id].times++;
}

/* The verb that this would be in capitals; VERB_OTHER: none. */
static enum verb capitals(struct slice name)
{
	unsigned char text[64];

	if (name.n > sizeof(text))
		return VERB_OTHER;
	for (size_t i = 0; i < name.n; i++)
		text[i] = name.p[i] >= 'a' && name.p[i] <= 'z' ? name.p[i] & 0xdf : name.p[i];
	return verb_of(slice_of(text, name.n));
}

static void find_verbs(struct check *c)
{
	for (uint32_t i = 0; i < c->verbs.n; i++) {
		const struct check_verb *v = &c->verb[i];
		struct slice name = check_text(c, c->verbs.pair[i].b);
		bool known = capitals(name) != VERB_OTHER;
		struct finding f = { .kind = known ? FINDING_CASE : FINDING_VERB, .time = v->first,
				     .partition = log_name(c, c->verbs.pair[i].a) };

		check_find(c, f, "%.*s: %llu event%s%s", TEXT(name), v->times,
			   v->times == 1 ? "" : "s", known ? ", known in capitals only" : "");
	}
}

static size_t digits_before(struct slice s, size_t end)
{
	size_t at = end;

	while (at && s.p[at - 1] >= '0' && s.p[at - 1] <= '9')
		at--;
	return end - at;
}

/* The system name before an id as Asterisk makes it, `name-1795369298.4`; a NULL pointer: it is
 * no such id. */
static struct slice system_of(struct slice callid)
{
	size_t n = digits_before(callid, callid.n), end = callid.n - n;

	if (!n || !end || callid.p[--end] != '.')
		return slice_of(NULL, 0);
	n = digits_before(callid, end);
	end -= n;
	if (n < 9 || n > 10 || (end && (end < 2 || callid.p[end - 1] != '-')))
		return slice_of(NULL, 0);
	return slice_of(callid.p, end ? end - 1 : 0);
}

static void new_system(struct check *c, uint32_t log, uint32_t name, const struct event *ev)
{
	struct check_log *l = &c->log[log];
	struct slice text = check_text(c, name), other;
	size_t had = c->systemcap;

	if (!array_need(&c->system_log, &c->systemcap, (size_t)name + 1, sizeof(*c->system_log))) {
		c->failed = true;
		return;
	}
	for (; had < c->systemcap; had++)
		c->system_log[had] = NAMES_NONE;
	if (l->system != NAMES_NONE) {
		other = check_text(c, l->system);
		check_find(c, check_about(FINDING_MIXED, ev),
			   "system name %.*s, before %.*s", TEXT(text.n ? text : SLICE("none")),
			   TEXT(other.n ? other : SLICE("none")));
	}
	if (text.n && c->system_log[name] != NAMES_NONE)
		check_find(c, check_about(FINDING_SYSTEM, ev), "system name %.*s, as at %.*s",
			   TEXT(text), TEXT(log_name(c, c->system_log[name])));
	else
		c->system_log[name] = log;
}

static void systems(struct check *c, uint32_t log, const struct event *ev)
{
	struct check_log *l = &c->log[log];
	struct slice text = system_of(ev->f[F_CALLID]);
	uint32_t name;
	bool fresh;

	if (!text.p || (l->system != NAMES_NONE && slice_eq(check_text(c, l->system), text)))
		return;
	name = check_intern(c, text);
	if (name == NAMES_NONE)
		return;
	if (pairs_put(&c->systems, log, name, &fresh) == NAMES_NONE)
		c->failed = true;
	else if (fresh)
		new_system(c, log, name, ev);
	l->system = name;
}

void check_lines(struct check *c, uint32_t log, const struct event *ev)
{
	if (ev->verb == VERB_HEARTBEAT)
		heartbeat(c, &c->log[log], ev);
	if (verb_is_clock(ev->verb))
		return;
	c->log[log].events++;
	in_time(c, log, ev);
	twins(c, &c->log[log], ev);
	if (ev->verb == VERB_OTHER)
		verbs(c, log, ev);
	systems(c, log, ev);
}

void check_lines_finish(struct check *c)
{
	int64_t until = c->o->facts.calls.until;

	if (until == WHEN_MIN)
		until = c->clock;
	for (uint32_t i = 0; i < c->logs.n; i++)
		if (c->log[i].events && until > c->log[i].greatest)
			silence(c, i, until, NULL);
	find_verbs(c);
}

void check_lines_tell(struct check *c)
{
	struct buf from = { 0 };

	for (uint32_t i = 0; i < c->logs.n; i++) {
		const struct check_log *l = &c->log[i];

		if (l->silent < 0) {
			diag_note(c->d, "%.*s: %llu events", TEXT(log_name(c, i)), l->events);
			continue;
		}
		from.n = 0;
		when_put_local(&from, l->silent_from);
		diag_note(c->d, "%.*s: %llu events, longest silence %lld s from %.*s",
			  TEXT(log_name(c, i)), l->events, (long long)(l->silent / WHEN_SECOND),
			  TEXT(from));
	}
	buf_free(&from);
}

void check_lines_free(struct check *c)
{
	for (uint32_t i = 0; i < c->logs.n; i++) {
		buf_free(&c->log[i].lines);
		free(c->log[i].line);
		map_free(&c->log[i].by_line);
	}
	free(c->log);
	free(c->verb);
	free(c->system_log);
	pairs_free(&c->logs);
	pairs_free(&c->verbs);
	pairs_free(&c->systems);
}
