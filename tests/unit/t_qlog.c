#include "stream/qlog.h"

#include <stdlib.h>

#include "dice.h"
#include "unit.h"

#define TIMES "no time from 0 to 2^33"
#define EVENTS TIMES ": events are read with -I events"
#define FEWER "fewer than 5 fields"
#define VERB "an empty verb"
#define NULS "a run of NULs"

/* A line with a NUL in it is given with its size. */
#define LINE(literal) { (const unsigned char *)(literal), sizeof(literal) - 1 }

/* event: what it becomes, without LF; NULL: it is blank, or refused as `why` says. */
static const struct {
	struct slice line;
	const char *event, *why;
	unsigned cr;
} rows[] = {
	/* as Asterisk writes them */
	{ LINE("1795369298|NONE|NONE|NONE|QUEUESTART|"), "1795369298\tA\tNONE\tNONE\tNONE\tQUEUESTART\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|NONE|ENTERQUEUE||061|1"), "1795369298\tA\tc\tq\tNONE\tENTERQUEUE\t\t061\t1\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|1|2|3|4|5"), "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t5", NULL, 0 },
	/* 5 fields, with a bar behind and without */
	{ LINE("1795369298|c|q|a|V"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V||"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298||||V"), "1795369298\tA\t\t\t\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|1|2|3|4|5|"), "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t5", NULL, 0 },
	/* more than 10: they stay in data5, behind a bar */
	{ LINE("1795369298|c|q|a|V|1|2|3|4|5|6|7"), "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t5|6|7", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|1|2|3|4|5|6|7|"), "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t5|6|7", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|1|2|3|4||"), "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|1|2|3|4|||"), "1795369298\tA\tc\tq\ta\tV\t1\t2\t3\t4\t|", NULL, 0 },
	{ LINE("1795369298|c|q|a|V||||||||||x"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t|||||x", NULL, 0 },
	/* times */
	{ LINE("0|c|q|a|V"), "0\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("8589934592|c|q|a|V"), "8589934592\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298.25|c|q|a|V"), "1795369298.25\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298.500000|c|q|a|V"), "1795369298.5\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298.000000|c|q|a|V"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298.123456789|c|q|a|V"), "1795369298.123456\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("0000000042|c|q|a|V"), "42\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("  1795369298 |c|q|a|V"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("\t1795369298\t|c|q|a|V"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 0 },
	{ LINE("8589934593|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("8589934592.5|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("9999999999|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("179536929x|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("-1|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("1795369298.|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("1795369298.1234567x|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("17953 69298|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("1e9|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("\xef\xbb\xbf" "1795369298|c|q|a|V"), NULL, TIMES, 0 }, /* a BOM that is not at the start */
	/* too few */
	{ LINE("x"), NULL, TIMES, 0 },
	{ LINE("1795369298"), NULL, FEWER, 0 },
	{ LINE("1795369298|"), NULL, FEWER, 0 },
	{ LINE("1795369298|c|q"), NULL, FEWER, 0 },
	{ LINE("1795369298|c|q|"), NULL, FEWER, 0 },
	{ LINE("1795369298|c|q|a"), NULL, FEWER, 0 },
	{ LINE("1795369298|c|q|a|"), NULL, VERB, 0 },
	{ LINE("1795369298|c|q|a||"), NULL, VERB, 0 },
	{ LINE("1795369298|c|q|a||1|2"), NULL, VERB, 0 },
	{ LINE("1795369298||||"), NULL, VERB, 0 },
	{ LINE("|"), NULL, TIMES, 0 },
	{ LINE("1795369298\tA\tc\tq\ta\tV\t\t\t\t\t"), NULL, EVENTS, 0 },
	{ LINE("1795369298.5\tA\tc\tq\ta\tV\t\t\t\t\tx|y"), NULL, EVENTS, 0 },
	{ LINE("x\tA\tc\tq\ta\tV\t\t\t\t\t"), NULL, TIMES, 0 },
	/* CR, blanks */
	{ LINE("1795369298|c|q|a|V|1\r"), "1795369298\tA\tc\tq\ta\tV\t1\t\t\t\t", NULL, 1 },
	{ LINE("1795369298|c|q|a|V|\r"), "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", NULL, 1 },
	{ LINE("1795369298|c|q|a|V|1\r\r"), "1795369298\tA\tc\tq\ta\tV\t1\\r\t\t\t\t", NULL, 1 },
	{ LINE("1795369298|c\r|q|a|V|1"), "1795369298\tA\tc\\r\tq\ta\tV\t1\t\t\t\t", NULL, 0 },
	{ LINE(""), NULL, NULL, 0 },
	{ LINE("\r"), NULL, NULL, 1 },
	{ LINE("  \t "), NULL, NULL, 0 },
	{ LINE("  \r"), NULL, NULL, 1 },
	/* bytes that have to be escaped, and those that have not */
	{ LINE("1795369298|a\tb|c\\d|e\\tf|V|\\"), "1795369298\tA\ta\\tb\tc\\\\d\te\\\\tf\tV\t\\\\\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|a\0b"), "1795369298\tA\tc\tq\ta\tV\ta\\0b\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|\0|\0"), "1795369298\tA\tc\tq\ta\tV\t\\0\t\\0\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V\x01|\xc3\xa9\xff\b\v\f'\x7f"), "1795369298\tA\tc\tq\ta\tV\x01\t\xc3\xa9\xff\b\v\f'\x7f\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|V|a\0\0b"), NULL, NULS, 0 },
	{ LINE("\0\0\0\0\0\0\0\0"), NULL, NULS, 0 },
	{ LINE("\0" "1795369298|c|q|a|V"), NULL, TIMES, 0 },
	{ LINE("1795369298|c|q|a|TICKET"), "1795369298\tA\tc\tq\ta\tTICKET\t\t\t\t\t", NULL, 0 },
	{ LINE("1795369298|c|q|a|SYSCOMPAT"), "1795369298\tA\tc\tq\ta\tSYSCOMPAT\t\t\t\t\t", NULL, 0 },
	/* the stream's own are no server's */
	{ LINE("1795369298|c|q|a|TICK"), NULL, "a verb that no server writes", 0 },
	{ LINE("1795369298|c|q|a|SOURCEDOWN|x"), NULL, "a verb that no server writes", 0 },
	{ LINE("1795369298|c|q|a|SOURCEUP||"), NULL, "a verb that no server writes", 0 },
};

static void test_rows(void)
{
	struct buf to = { 0 };
	struct qlog q;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *why = NULL;
		enum qlog_got got, want;
		char name[64];

		snprintf(name, sizeof(name), "row %zu, %.40s", i, (const char *)rows[i].line.p);
		qlog_init(&q, SLICE("A"), 1 << 20);
		to.n = 0;
		got = qlog_line(&q, rows[i].line, &to, &why);
		want = rows[i].event ? QLOG_EVENT : rows[i].why ? QLOG_REFUSED : QLOG_BLANK;
		CHECK_EQ_INT(got, want, "%s", name);
		CHECK_EQ_STR(got == QLOG_REFUSED ? why : NULL, rows[i].why, "%s: why not", name);
		CHECK_EQ_INT(q.cr, rows[i].cr, "%s: CRs", name);
		if (rows[i].event && to.n)
			to.n--;
		CHECK_EQ_SLICE(to.p, to.n, rows[i].event ? rows[i].event : "", "%s: event", name);
	}
	buf_free(&to);
}

static unsigned char odd_byte(struct dice *d)
{
	return dice_throw(d, 3) ? DICE_PICK(d, "||||||\t\t\\\r\0\x01 0189.A{\xfc\x80\xff")
				: (unsigned char)dice_next(d);
}

/* One of the rows' lines, changed up to n times; never with LF in it. */
static void put_line(struct buf *b, struct dice *d, size_t n)
{
	struct slice seed = rows[dice_throw(d, sizeof(rows) / sizeof(*rows))].line;
	size_t from = b->n, at;
	unsigned char c;

	buf_slice(b, dice_throw(d, 2) ? seed : SLICE("1795369298|1795369290.1|sales|Agent/101|CONNECT|8|1795369290.2|3"));
	while (n--) {
		at = from + dice_throw(d, b->n - from + 1);
		c = odd_byte(d);
		switch (dice_throw(d, 6)) {
		case 0:
			if (at < b->n)
				b->p[at] = c;
			break;
		case 1:
		case 2:
			buf_byte(b, c);
			memmove(b->p + at + 1, b->p + at, b->n - 1 - at);
			b->p[at] = c;
			break;
		case 3:
			if (at < b->n) {
				memmove(b->p + at, b->p + at + 1, b->n - 1 - at);
				b->n--;
			}
			break;
		case 4:
			if (!dice_throw(d, 8))
				b->n = dice_throw(d, 2) ? at : from;
			break;
		case 5:
			for (size_t i = dice_throw(d, 12) ? 0 : dice_throw(d, 150); i > 0; i--)
				buf_byte(b, c);
			break;
		}
	}
	for (size_t i = from; i < b->n; i++)
		if (b->p[i] == '\n')
			b->p[i] = '?';
	buf_byte(b, '\n');
}

/* What stands in the block from qlog_next's point of view, line by line, is what qlog_line makes
 * of each. */
struct twin {
	struct qlog q;
	struct buf to;
	struct slice rest;
	size_t wrong;
	unsigned long long refused;
};

/* n lines more, of which the last is remarked on as `got` says. */
static void follow(struct twin *t, unsigned long long n, enum qlog_got got, struct slice line,
		   const char *why)
{
	for (unsigned long long i = 1; i <= n; i++) {
		struct slice own = slice_cut(t->rest, '\n', &t->rest);
		const char *reason = NULL;
		enum qlog_got want = qlog_line(&t->q, own, &t->to, &reason);
		bool last = i == n && got != QLOG_EVENT;

		if (want != (last ? got : QLOG_EVENT)) {
			if (!t->wrong++)
				unit_bytes("line", own.p, own.n);
			continue;
		}
		t->refused += want == QLOG_REFUSED;
		if (last)
			t->wrong += !slice_eq(own, line) || (reason && strcmp(reason, why) != 0);
	}
}

static void test_random(bool plainly, size_t most_changes, size_t max_line, size_t room, uint64_t seed)
{
	struct twin t = { .wrong = 0 };
	struct dice d = { seed };
	struct buf text = { 0 }, to = { 0 };
	unsigned long long all = 0, cr = 0;
	struct qlog q;

	qlog_init(&q, SLICE("ABCDEFGHIJKLMNOPQRST"), max_line);
	q.plainly = plainly;
	t.q = q;
	for (int i = 0; i < 1500; i++) {
		size_t lines = dice_throw(&d, 100);
		bool more;

		text.n = to.n = t.to.n = 0;
		for (size_t k = 0; k < lines; k++)
			put_line(&text, &d, dice_throw(&d, most_changes + 1));
		t.rest = buf_all(&text);
		for (int k = 0; k < SCAN_SLACK; k++)
			buf_byte(&text, odd_byte(&d));
		t.rest.p = text.p;
		qlog_block(&q, t.rest);
		do {
			unsigned long long n;
			enum qlog_got got;
			struct slice line;
			const char *why = "";

			to.n = t.to.n = 0;
			buf_free(&to);
			buf_room(&to, room);
			more = qlog_next(&q, &to, &n, &got, &line, &why);
			all += n;
			if (more && n == 0) {
				t.wrong += room > 2000;
				break;
			}
			follow(&t, n, got, line, why);
			t.wrong += to.n != t.to.n || (to.n && memcmp(to.p, t.to.p, to.n) != 0);
			t.wrong += to.n > to.cap;
		} while (more);
		cr = q.cr;
		t.wrong += !more && t.rest.n != 0;
		t.q.cr = more ? cr : t.q.cr;
	}
	CHECK_EQ_INT(t.wrong, 0, "up to %zu changes, room %zu: as qlog_line says", most_changes, room);
	CHECK_EQ_INT(cr, t.q.cr, "up to %zu changes, room %zu: CRs", most_changes, room);
	CHECK(t.refused > 500 && all > t.refused + 500, "up to %zu changes, room %zu: some of both, %llu of %llu",
	      most_changes, room, t.refused, all);
	qlog_free(&q);
	qlog_free(&t.q);
	buf_free(&t.to);
	buf_free(&to);
	buf_free(&text);
}

/* Does the event pass? Asked of the event itself. */
static bool passes(const struct sieve *of, const struct event *ev)
{
	return ev->time >= of->from && ev->time < of->to && of->verbs >> ev->verb & 1 &&
	       (of->f == F_TIME || slice_eq(ev->f[of->f], of->is));
}

static unsigned long long all_lines(struct qlog *q, struct slice block, struct buf *to)
{
	unsigned long long refused = 0, n;
	enum qlog_got got;
	struct slice line;
	const char *why;
	bool more;

	to->n = 0;
	qlog_block(q, block);
	do {
		more = qlog_next(q, to, &n, &got, &line, &why);
		refused += got == QLOG_REFUSED;
	} while (more);
	return refused;
}

/* What a mesh drops, and keeps, of lines in which each condition of a sieve holds now and then. */
static void test_only(bool plainly, const struct sieve *of, uint64_t seed)
{
	static const char *const verbs[] = { "CONNECT", "ABANDON", "PAUSE", "PAUSEALL", "SOMETHING",
					     "DIVERT_X", "ADDMEMBER", "connect", "CONNECTED_TO_A_LONG_ONE" };
	static const char *const names[] = { "sales", "sale", "salesx", "", "NONE", "a\\b" };
	struct buf text = { 0 }, full = { 0 }, some = { 0 }, own = { 0 };
	unsigned long long lines = 0, dropped = 0, wrong = 0, kept = 0, other = 0;
	struct dice d = { seed };
	struct qlog q, only;
	struct mesh mesh;

	mesh_make(&mesh, of);
	qlog_init(&q, SLICE("A"), 1 << 20);
	q.plainly = plainly;
	only = q;
	only.only = &mesh;
	buf_room(&full, 1 << 18);
	buf_room(&some, 1 << 18);
	for (int i = 0; i < 500; i++) {
		struct slice block, rest, left, line, one;
		struct event ev;

		text.n = 0;
		for (size_t k = dice_throw(&d, 60); k > 0; k--) {
			buf_fmt(&text, "%s%llu%s|c%llu|%s|%s|%s|%llu%s\n", dice_throw(&d, 50) ? "" : " ",
				1795369200 + (unsigned long long)dice_throw(&d, 300),
				dice_throw(&d, 30) ? "" : ".5", (unsigned long long)dice_throw(&d, 3),
				names[dice_throw(&d, 6)], names[dice_throw(&d, 6)],
				verbs[dice_throw(&d, 9)], (unsigned long long)dice_throw(&d, 1000),
				dice_throw(&d, 4) ? "" : "|x|y|1|2|3|4");
			lines++;
		}
		block = buf_all(&text);
		buf_room(&text, SCAN_SLACK);
		block.p = text.p;
		wrong += all_lines(&q, block, &full) != all_lines(&only, block, &some);
		rest = buf_all(&full);
		left = buf_all(&some);
		one = slice_cut(left, '\n', &left);
		while (rest.n) {
			line = slice_cut(rest, '\n', &rest);
			wrong += event_parse(line, &ev, &own) != NULL;
			if (!slice_eq(line, one)) {
				dropped++;
				wrong += passes(of, &ev);
				continue;
			}
			kept++;
			other += !passes(of, &ev);
			one = slice_cut(left, '\n', &left);
		}
		wrong += one.n || left.n;
	}
	CHECK_EQ_INT(wrong, 0, "sieve %llu: what passes is kept, and in its order", (unsigned long long)seed);
	CHECK_EQ_INT(only.dropped, dropped, "sieve %llu: dropped", (unsigned long long)seed);
	CHECK(other <= only.unasked, "sieve %llu: of the common shape all are asked: %llu > %llu",
	      (unsigned long long)seed, other, only.unasked);
	CHECK(dropped > lines / 20 && kept > lines / 50, "sieve %llu: some of both: %llu dropped, %llu kept of %llu",
	      (unsigned long long)seed, dropped, kept, lines);
	qlog_free(&q);
	qlog_free(&only);
	buf_free(&text);
	buf_free(&full);
	buf_free(&some);
	buf_free(&own);
}

static void test_sieves(bool plainly)
{
	struct sieve time = SIEVE_ALL, verb = SIEVE_ALL, queue = SIEVE_ALL, callid = SIEVE_ALL, none = SIEVE_ALL, all;

	time.from = INT64_C(1795369250000000);
	time.to = INT64_C(1795369400000000);
	verb.verbs = SIEVE_VERB(VERB_CONNECT) | SIEVE_VERB(VERB_PAUSEALL) | SIEVE_VERB(VERB_DIVERT);
	queue.f = F_QUEUE;
	queue.is = SLICE("sales");
	callid.f = F_CALLID;
	callid.is = SLICE("c1");
	none.f = F_AGENT;
	none.is = SLICE("");
	all = queue;
	all.from = time.from;
	all.verbs = ~verb.verbs;
	test_only(plainly, &time, 11);
	test_only(plainly, &verb, 12);
	test_only(plainly, &queue, 13);
	test_only(plainly, &callid, 14);
	test_only(plainly, &none, 15);
	test_only(plainly, &all, 16);
}

/* The room that is promised to be enough, not a byte more: the sanitizers watch. */
static void test_room(const char *fill)
{
	size_t wrong = 0;

	for (size_t n = 0; n < 200; n++) {
		struct buf text = { 0 }, to = { .cap = qlog_room(n) };
		unsigned long long lines;
		enum qlog_got got;
		struct slice line;
		const char *why;
		struct qlog q;

		buf_str(&text, "1795369298|c|q|a|V|");
		while (text.n < n)
			buf_byte(&text, (unsigned char)fill[text.n % strlen(fill)]);
		text.n = n;
		buf_byte(&text, '\n');
		line = buf_all(&text);
		buf_room(&text, SCAN_SLACK);
		line.p = text.p;
		to.p = malloc(to.cap);
		qlog_init(&q, SLICE("ABCDEFGHIJKLMNOPQRST"), 1000);
		qlog_block(&q, line);
		wrong += qlog_next(&q, &to, &lines, &got, &line, &why) || lines != 1 || to.failed ||
			 to.cap != qlog_room(n);
		free(to.p);
		qlog_free(&q);
		buf_free(&text);
	}
	CHECK_EQ_INT(wrong, 0, "the room for lines of '%s'", fill);
}

static void test_max_line(void)
{
	enum { MOST = 100 };

	for (size_t n = MOST - 3; n < MOST + 3; n++)
		for (int odd = 0; odd < 2; odd++) {
			struct buf text = { 0 }, to = { 0 };
			struct qlog q;
			unsigned long long lines;
			enum qlog_got got;
			struct slice line;
			const char *why;

			buf_str(&text, "1795369298|c|q|a|V|");
			while (text.n < n)
				buf_byte(&text, odd && text.n == 40 ? '\\' : 'x');
			buf_byte(&text, '\n');
			line = buf_all(&text);
			buf_room(&text, SCAN_SLACK);
			line.p = text.p;
			buf_room(&to, 1000);
			qlog_init(&q, SLICE("A"), MOST);
			qlog_block(&q, line);
			qlog_next(&q, &to, &lines, &got, &line, &why);
			CHECK_EQ_INT(got, n > MOST ? QLOG_REFUSED : QLOG_EVENT, "%zu of %d bytes%s", n,
				     MOST, odd ? ", the long way" : "");
			qlog_free(&q);
			buf_free(&text);
			buf_free(&to);
		}
}

/* What a line begins with, microseconds; -1: no time. */
static const struct {
	const char *line;
	int64_t time;
} times[] = {
	{ "1795369298|c|q|a|V", 1795369298000000 },
	{ "1795369298|", 1795369298000000 },
	{ "1795369298\tA\tc\tq\ta\tV\t\t\t\t\t", 1795369298000000 },
	{ "5.5|c", 5500000 },
	{ "5.1234567891|c", 5123456 },
	{ "5.1234567891\tA", 5123456 },
	{ " \t5 |c", 5000000 },
	{ "\xef\xbb\xbf" "5|c", 5000000 },
	{ "\xef\xbb\xbf 5|c", 5000000 },
	{ "\xbb" "5|c", -1 },
	{ "5", -1 },
	{ "5 6|c", -1 },
	{ "", -1 },
	{ "|", -1 },
	{ "5.123456789x|c", -1 },
	{ "-5|c", -1 },
	{ "8589934593|c", -1 },
};

static void test_times(void)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		int64_t time = -1;
		bool has = qlog_line_time(slice_str(times[i].line), &time);

		CHECK_EQ_INT(has, times[i].time >= 0, "%s: has a time", times[i].line);
		CHECK_EQ_INT(has ? time : -1, times[i].time, "%s", times[i].line);
	}
}

int main(void)
{
	test_rows();
	test_times();
	for (int plainly = 0; plainly < 2; plainly++) {
		test_random(plainly, 0, 1 << 20, 1 << 18, 1);
		test_random(plainly, 1, 1 << 20, 1 << 18, 2);
		test_random(plainly, 4, 1 << 20, 4096, 3);
		test_random(plainly, 30, 200, 4096, 4);
		test_sieves(plainly);
	}
	test_max_line();
	test_room("x");
	test_room("|");
	test_room("\\");
	test_room("x|");
	test_room("\r");
	return unit_done();
}
