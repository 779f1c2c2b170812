#include "report/key.h"

#include <stdio.h>

enum { ALL = KEY_OF_VISIT | KEY_OF_INTERVAL | KEY_OF_PAUSE | KEY_OF_EVENT };

const struct key_def key_defs[KEYS] = {
	[KEY_QUEUE] = { "queue", ALL, "the queue" },
	[KEY_PARTITION] = { "partition", ALL,
			    "the server" },
	[KEY_AGENT] = { "agent", ALL,
			"who answered; of agents' time: whose it is" },
	[KEY_CALLER] = { "caller", KEY_OF_VISIT, "the caller's number" },
	[KEY_DID] = { "did", KEY_OF_VISIT, "the number called" },
	[KEY_URL] = { "url", KEY_OF_VISIT, "the url of ENTERQUEUE" },
	[KEY_DIRECTION] = { "direction", KEY_OF_VISIT, "in or out; both are counted then" },
	[KEY_OUTCOME] = { "outcome", KEY_OF_VISIT,
			  "answered, abandoned, timeout, key, empty, withdrawn, syscompat, refused, "
			  "lost, waiting" },
	[KEY_CAUSE] = { "cause", KEY_OF_VISIT,
			"of answered: agent, caller (who hung up), transfer, blind, attended, "
			"ongoing, lost; of lost and refused: why" },
	[KEY_STATUS] = { "status", KEY_OF_VISIT, "the outcome code of CALLSTATUS" },
	[KEY_TARGET] = { "target", KEY_OF_VISIT, "where the call was transferred to" },
	[KEY_KEY] = { "key", KEY_OF_VISIT, "the key by which the caller left" },
	[KEY_POSITION] = { "position", KEY_OF_VISIT, "at entry" },
	[KEY_MISSED] = { "missed", KEY_OF_VISIT, "attempts that nobody took" },
	[KEY_VISIT] = { "visit", KEY_OF_VISIT, "the how many-th of its call" },
	[KEY_AREA] = { "area:N", KEY_OF_VISIT, "the first N digits of the caller" },
	[KEY_REASON] = { "reason", KEY_OF_PAUSE, "of pauses" },
	[KEY_YEAR] = { "year", ALL, "2026" },
	[KEY_MONTH] = { "month", ALL, "2026-11" },
	[KEY_WEEK] = { "week", ALL,
		       "2026-W47 (ISO 8601)" },
	[KEY_DAY] = { "day", ALL, "2026-11-22" },
	[KEY_DOW] = { "dow", ALL,
		      "1 Monday to 7 Sunday" },
	[KEY_HOUR] = { "hour", ALL,
		       "00 to 23; the second pass of an hour that DST repeats is 02b" },
	[KEY_SLOT] = { "slot", ALL,
		       "17:15, as long as --slot says" },
};

bool key_parse(struct slice text, struct key_ask *k)
{
	struct slice digits, name = slice_cut(text, ':', &digits);
	long long n;

	*k = (struct key_ask){ 0 };
	if (slice_is(name, "area")) {
		k->key = KEY_AREA;
		if (!slice_int(digits, false, &n) || n < 1 || n > 15)
			return false;
		k->digits = (int)n;
		return true;
	}
	for (k->key = 0; k->key < KEYS; k->key++)
		if (slice_is(text, key_defs[k->key].name))
			return k->key != KEY_AREA;
	return false;
}

void labels_init(struct labels *l, int slot)
{
	size_t i;

	*l = (struct labels){ .slot = slot };
	l->quarters = slot % 900 == 0;
	for (i = 0; i < KEY_QUARTERS; i++)
		l->quarter[i].number = -1;
	for (i = 0; i < KEY_RECENT; i++)
		l->recent[i].id = NAMES_NONE;
}

void labels_free(struct labels *l)
{
	names_free(&l->names);
	buf_free(&l->scratch);
}

uint32_t label_of(struct labels *l, struct slice text)
{
	uint32_t id = names_put(&l->names, text);

	l->failed |= id == NAMES_NONE;
	return id == NAMES_NONE ? 0 : id;
}

uint32_t label_keep(struct labels *l, struct label_kept *k, struct slice text)
{
	*k = (struct label_kept){ text.p, text.n, label_of(l, text) };
	return k->id;
}

static void moment_of(const struct when_local *w, struct moment *m)
{
	uint32_t year = (uint32_t)w->year, month = year * 100 + (uint32_t)w->month;

	m->of[KEY_YEAR - KEY_YEAR] = year;
	m->of[KEY_MONTH - KEY_YEAR] = month;
	m->of[KEY_WEEK - KEY_YEAR] = (uint32_t)w->week_year * 100 + (uint32_t)w->week;
	m->of[KEY_DAY - KEY_YEAR] = month * 100 + (uint32_t)w->day;
	m->of[KEY_DOW - KEY_YEAR] = (uint32_t)w->weekday;
	m->of[KEY_HOUR - KEY_YEAR] = (uint32_t)w->hour * 2 + (uint32_t)w->again;
}

static uint32_t slot_of(const struct labels *l, uint32_t second, bool again)
{
	return second / (uint32_t)l->slot * 2 + again;
}

/* The quarter of an hour that t is in is looked up once: clocks change at its borders only. Where
 * they do not (times before the zones were in order), the moment is asked for itself. */
const struct moment *moment_look_up(struct labels *l, int64_t t, struct moment *own)
{
	const int64_t length = 900 * WHEN_SECOND;
	int64_t number = t / length;
	struct label_quarter *q = &l->quarter[(uint64_t)number % KEY_QUARTERS];
	struct when_local w;

	if (q->number != number) {
		if (when_next_slot(number * length, 0) < (number + 1) * length) {
			when_local(t, &w);
			moment_of(&w, own);
			own->of[KEY_SLOT - KEY_YEAR] = slot_of(
				l, (uint32_t)(w.hour * 3600 + w.minute * 60 + w.second), w.again);
			return own;
		}
		when_local(number * length, &w);
		moment_of(&w, &q->m);
		q->number = number;
		q->minute = (uint32_t)(w.hour * 60 + w.minute);
		q->again = w.again;
		q->m.of[KEY_SLOT - KEY_YEAR] = slot_of(l, q->minute * 60, w.again);
	}
	if (l->quarters)
		return &q->m;
	*own = q->m;
	own->of[KEY_SLOT - KEY_YEAR] =
		slot_of(l, q->minute * 60 + (uint32_t)(t % length / WHEN_SECOND), q->again);
	return own;
}

static uint32_t number(long long v)
{
	return v < 0 ? KEY_UNKNOWN : v < KEY_UNKNOWN ? (uint32_t)v : KEY_UNKNOWN - 1;
}

static uint32_t area(struct labels *l, struct slice caller, int digits)
{
	size_t i;

	l->scratch.n = 0;
	for (i = 0; i < caller.n && l->scratch.n < (size_t)digits; i++)
		if (caller.p[i] >= '0' && caller.p[i] <= '9')
			buf_byte(&l->scratch, caller.p[i]);
	return label_of(l, buf_all(&l->scratch));
}

uint32_t key_visit_other(struct labels *l, struct key_ask k, const struct visit *v)
{
	switch (k.key) {
	case KEY_PARTITION:
		return label_kept(l, v->partition);
	case KEY_AGENT:
		return label_kept(l, visit_answered_by(v));
	case KEY_CALLER:
		return label_of(l, v->caller);
	case KEY_DID:
		return label_of(l, v->did);
	case KEY_URL:
		return label_of(l, v->url);
	case KEY_DIRECTION:
		return v->outbound;
	case KEY_OUTCOME:
		return v->outcome;
	case KEY_CAUSE:
		return label_of(l, v->cause);
	case KEY_STATUS:
		return label_of(l, v->status);
	case KEY_TARGET:
		return label_of(l, v->target);
	case KEY_KEY:
		return label_of(l, v->key);
	case KEY_POSITION:
		return number(v->position_in);
	case KEY_MISSED:
		return number(v->missed);
	case KEY_VISIT:
		return number(v->ordinal);
	case KEY_AREA:
		return area(l, v->caller, k.digits);
	default: /* KEY_REASON */
		return label_of(l, SLICE(""));
	}
}

uint32_t key_interval(struct labels *l, struct key_ask k, const struct interval *i,
		      const struct moment *m)
{
	switch (k.key) {
	case KEY_QUEUE:
		return label_kept(l, i->queue);
	case KEY_PARTITION:
		return label_of(l, i->partition);
	case KEY_AGENT:
		return label_kept(l, i->agent);
	case KEY_REASON:
		return label_of(l, i->reason);
	default:
		return key_moment(k.key, m);
	}
}

uint32_t key_event(struct labels *l, struct key_ask k, const struct event *ev,
		   const struct moment *m)
{
	switch (k.key) {
	case KEY_QUEUE:
		return label_of(l, ev->f[F_QUEUE]);
	case KEY_PARTITION:
		return label_of(l, ev->f[F_PARTITION]);
	case KEY_AGENT:
		return label_of(l, ev->f[F_AGENT]);
	default:
		return key_moment(k.key, m);
	}
}

static bool is_text(enum key k)
{
	return k <= KEY_REASON && k != KEY_POSITION && k != KEY_MISSED && k != KEY_VISIT;
}

bool key_is_label(enum key k)
{
	return is_text(k) && k != KEY_DIRECTION && k != KEY_OUTCOME;
}

bool key_can_be(enum key k, uint32_t value)
{
	return k == KEY_DIRECTION ? value <= 1 : k != KEY_OUTCOME || value < OUTCOMES;
}

/* Of the text keys, those whose values are no names but few words. */
static struct slice word_of(const struct labels *l, enum key k, uint32_t value)
{
	if (k == KEY_DIRECTION)
		return value ? SLICE("out") : SLICE("in");
	if (k == KEY_OUTCOME)
		return slice_str(outcome_name((enum outcome)value));
	return label_text(l, value);
}

int key_cmp(const struct labels *l, enum key k, uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	if (is_text(k))
		return event_cmp(word_of(l, k, a), word_of(l, k, b));
	a += 1; /* what is not known comes first, as an empty text does */
	b += 1;
	return a < b ? -1 : 1;
}

void key_put(struct table *t, struct labels *l, enum key k, uint32_t v)
{
	uint32_t minute;
	char text[64];

	if (is_text(k)) {
		table_text(t, word_of(l, k, v));
		return;
	}
	switch (k) {
	case KEY_YEAR:
		snprintf(text, sizeof(text), "%04u", v);
		break;
	case KEY_MONTH:
		snprintf(text, sizeof(text), "%04u-%02u", v / 100, v % 100);
		break;
	case KEY_WEEK:
		snprintf(text, sizeof(text), "%04u-W%02u", v / 100, v % 100);
		break;
	case KEY_DAY:
		snprintf(text, sizeof(text), "%04u-%02u-%02u", v / 10000, v / 100 % 100, v % 100);
		break;
	case KEY_DOW:
		snprintf(text, sizeof(text), "%u", v);
		break;
	case KEY_HOUR:
		snprintf(text, sizeof(text), "%02u%s", v / 2, v % 2 ? "b" : "");
		break;
	case KEY_SLOT:
		minute = v / 2 * (uint32_t)l->slot / 60;
		snprintf(text, sizeof(text), "%02u:%02u%s", minute / 60, minute % 60,
			 v % 2 ? "b" : "");
		break;
	default:
		if (v == KEY_UNKNOWN)
			table_empty(t);
		else
			table_integer(t, v);
		return;
	}
	table_text(t, slice_str(text));
}
