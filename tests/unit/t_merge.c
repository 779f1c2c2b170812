#include "stream/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dice.h"
#include "unit.h"

static char dir[] = "/tmp/t_merge.XXXXXX";
static struct buf said;

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	buf_put(&said, line, n);
}

static struct diag quiet(void)
{
	said.n = 0;
	return (struct diag){ "t_merge", hear, NULL, 0 };
}

enum { INPUTS = 40, EVENTS = 60 };

/* A line of an input, as the merge should give it. */
struct line {
	int64_t time;
	char text[120];
};

struct stream {
	struct line line[EVENTS];
	size_t n, at;
	char path[64];
};

/* The line's time in canonical form or, with `odd`, in another. */
static void put_time(char *text, size_t room, int64_t time, bool odd)
{
	long long s = time / 1000000, f = time % 1000000 / 100000;

	if (odd)
		snprintf(text, room, "%010lld.%lld0", s, f);
	else
		snprintf(text, room, f ? "%lld.%lld" : "%lld", s, f);
}

/* Random lines, in order but for `back` in a hundred; `names`: of so many kinds. */
static void make_stream(struct stream *s, struct dice *d, size_t back, size_t names, size_t number)
{
	int64_t time = 1795369298000000 + (int64_t)dice_throw(d, 5) * 1000000;
	FILE *fp;

	s->n = dice_throw(d, 4) ? dice_throw(d, EVENTS) : 0;
	s->at = 0;
	snprintf(s->path, sizeof(s->path), "%s/%zu", dir, number);
	fp = fopen(s->path, "w");
	for (size_t i = 0; fp && i < s->n; i++) {
		struct line *l = &s->line[i];
		char stamp[2][32], rest[64];
		bool odd = !dice_throw(d, 5);

		time += (int64_t)(dice_throw(d, 4) * dice_throw(d, 4)) * 500000;
		if (dice_throw(d, 100) < back)
			time -= 2500000;
		put_time(stamp[0], sizeof(stamp[0]), time, false);
		put_time(stamp[1], sizeof(stamp[1]), time, odd);
		if (names)
			snprintf(rest, sizeof(rest), "A\tc%zu", dice_throw(d, names));
		else
			snprintf(rest, sizeof(rest), "%c\t%zu-%zu", (int)('A' + dice_throw(d, 3)), number, i);
		l->time = time;
		snprintf(l->text, sizeof(l->text), "%s\t%s\tq\ta\tV\t\t\t\t\t\n", stamp[0], rest);
		fprintf(fp, "%s\t%s\tq\ta\t%s\t\t\t\t\t\n", stamp[1], rest, odd ? "\\NV" : "V");
		if (!dice_throw(d, 20))
			fputs("\n", fp);
	}
	if (fp)
		fclose(fp);
}

static struct inputs in;

static struct merge *open_merge(struct stream *s, size_t n, bool dedup, bool brief, struct diag *d)
{
	in = (struct inputs){ .d = d, .brief = brief };
	for (size_t i = 0; i < n; i++) {
		const char *operand = s[i].path;
		struct source_options o = { .operand = &operand, .operands = 1 };

		inputs_add(&in, &o);
	}
	return merge_new(&in, dedup);
}

static void close_merge(struct merge *m)
{
	merge_close(m);
	inputs_close(&in);
}

/* Again and again the stream whose next line has the smallest time, the first of several. */
static struct line *naive(struct stream *s, size_t n)
{
	struct stream *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (s[i].at < s[i].n && (!best || s[i].line[s[i].at].time < best->line[best->at].time))
			best = &s[i];
	return best ? &best->line[best->at++] : NULL;
}

static unsigned long long steps_back(const struct stream *s, size_t n)
{
	unsigned long long steps = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 1; k < s[i].n; k++)
			steps += s[i].line[k].time < s[i].line[k - 1].time;
	return steps;
}

static void test_random(size_t back, bool brief)
{
	static struct stream s[INPUTS];
	struct dice d = { back + 31 };
	size_t wrong = 0, events = 0;

	for (int round = 0; round < 150; round++) {
		struct diag q = quiet();
		size_t n = 1 + dice_throw(&d, INPUTS);
		struct merge *m;
		const struct event *ev;
		struct line *l;

		for (size_t i = 0; i < n; i++)
			make_stream(&s[i], &d, back, 0, i);
		m = open_merge(s, n, false, brief, &q);
		while ((ev = merge_next(m))) {
			l = naive(s, n);
			wrong += !l || !slice_is(ev->line, l->text) || ev->time != l->time;
			events++;
		}
		wrong += naive(s, n) != NULL || merge_next(m);
		wrong += in.backwards != steps_back(s, n) || merge_repeats(m);
		wrong += (q.status == 1) != (steps_back(s, n) > 0);
		close_merge(m);
	}
	CHECK_EQ_INT(wrong, 0, "%zu events, %zu %% steps back: as the naive merge has them", events, back);
}

static size_t count(const struct line *lines, size_t n, const char *text)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += strcmp(lines[i].text, text) == 0;
	return found;
}

/* Each line as often as the input that has it most often; in the order of the merge. */
static void test_dedup(void)
{
	static struct stream s[INPUTS];
	static struct line got[INPUTS * EVENTS];
	struct dice d = { 37 };
	size_t wrong = 0, dropped = 0, kept = 0;

	for (int round = 0; round < 400; round++) {
		struct diag q = quiet();
		size_t n = 1 + dice_throw(&d, 6), k = 0, all = 0;
		struct merge *m;
		const struct event *ev;
		struct line *l = NULL;

		for (size_t i = 0; i < n; i++) {
			make_stream(&s[i], &d, 0, 4, i);
			all += s[i].n;
		}
		m = open_merge(s, n, true, round % 2, &q);
		while ((ev = merge_next(m))) {
			got[k].time = ev->time;
			snprintf(got[k++].text, sizeof(got->text), "%.*s", (int)ev->line.n, ev->line.p);
			/* a subsequence of the merge without --dedup */
			do
				l = naive(s, n);
			while (l && !slice_is(ev->line, l->text));
			wrong += !l;
		}
		wrong += merge_repeats(m) != all - k || q.status;
		close_merge(m);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < s[i].n; j++) {
				const char *text = s[i].line[j].text;
				size_t most = 0;

				for (size_t o = 0; o < n; o++) {
					size_t has = count(s[o].line, s[o].n, text);

					most = has > most ? has : most;
				}
				wrong += count(got, k, text) != most;
			}
		dropped += all - k;
		kept += k;
	}
	CHECK_EQ_INT(wrong, 0, "dedup: %zu kept, %zu dropped", kept, dropped);
	CHECK(dropped > 1000 && kept > 1000, "dedup: some of both");
}

static void test_newest(void)
{
	static struct stream s[INPUTS];
	struct dice d = { 41 };
	size_t wrong = 0;

	for (int round = 0; round < 50; round++) {
		struct diag q = quiet();
		size_t n = 1 + dice_throw(&d, 8), met = 0;
		int64_t want[3] = { 0 };
		struct merge *m;
		const struct event *ev;

		for (size_t i = 0; i < n; i++) {
			make_stream(&s[i], &d, (size_t)round % 20, 0, i);
			for (size_t k = 0; k < s[i].n; k++) {
				size_t p = (size_t)(strchr(s[i].line[k].text, '\t')[1] - 'A');

				met += !want[p];
				if (s[i].line[k].time > want[p])
					want[p] = s[i].line[k].time;
			}
		}
		m = open_merge(s, n, false, round % 2, &q);
		in.keep_newest = true;
		while ((ev = merge_next(m)))
			;
		wrong += in.partitions.n != met || in.newests != met;
		for (uint32_t i = 0; i < in.newests; i++)
			wrong += in.newest[i] != want[names_text(&in.partitions, i).p[0] - 'A'];
		close_merge(m);
	}
	CHECK_EQ_INT(wrong, 0, "the newest event of each partition");
}

#define EVENT(time, partition) time "\t" partition "\tc\tq\ta\tV\t\t\t\t\t\n"
#define DOWN(time, partition, why) time "\t" partition "\tNONE\tNONE\tNONE\tSOURCEDOWN\t" why "\t\t\t\t\n"

/* Commands; what comes of them, which messages, and the status. */
static const struct {
	const char *command[3], *out, *said;
	int status;
} rows[] = {
	{ { "printf '1\\tA\\tc\\tq\\ta\\tV\\t\\t\\t\\t\\t\\n'" }, EVENT("1", "A"), "", 0 },
	{ { "true", "true" }, "", "", 0 },
	{ { "exit 1" }, "", "exit 1: status 1", 1 },
	{ { "printf '2\\tA\\tc\\tq\\ta\\tV\\t\\t\\t\\t\\t\\n'", "printf '1\\tB\\tc\\tq\\ta\\tV\\t\\t\\t\\t\\t\\n'" },
	  EVENT("1", "B") EVENT("2", "A"), "", 0 },
	{ { "exit 3" }, DOWN("0", "input-1", "exit 3: status 3"), "input-1: exit 3: status 3", 2 },
	{ { "true", "exit 2" }, DOWN("0", "input-2", "exit 2: status 2"), "input-2: exit 2: status 2", 2 },
	{ { "printf '5\\tA\\tc\\tq\\ta\\tV\\t\\t\\t\\t\\t\\n'; exit 2" },
	  EVENT("5", "A")
	  DOWN("5", "A", "printf '5\\\\tA\\\\tc\\\\tq\\\\ta\\\\tV\\\\t\\\\t\\\\t\\\\t\\\\t\\\\n'; exit 2: status 2"),
	  "A: printf", 2 },
	{ { "kill -9 $$" }, DOWN("0", "input-1", "kill -9 $$: killed by signal 9"), "killed by signal 9", 2 },
	{ { "exec 2>/dev/null; /no/such/command -p B" },
	  DOWN("0", "B", "exec 2>/dev/null; /no/such/command -p B: status 127"), "status 127", 2 },
	{ { ": -pB; exit 2" }, DOWN("0", "B", ": -pB; exit 2: status 2"), "B: : -pB", 2 },
	{ { ": --partition 'B'; exit 2" }, DOWN("0", "B", ": --partition 'B'; exit 2: status 2"), "B: ", 2 },
	{ { ": --partition=\"B\" ; exit 2" }, DOWN("0", "B", ": --partition=\"B\" ; exit 2: status 2"), "B: ", 2 },
	{ { ": ssh -p 22 host qlfetch -v -p B log ; exit 2" },
	  DOWN("0", "B", ": ssh -p 22 host qlfetch -v -p B log ; exit 2: status 2"), "B: ", 2 },
	{ { ": /usr/bin/qlfetch -p B log '|' qlfilter -p C ; exit 2" },
	  DOWN("0", "B", ": /usr/bin/qlfetch -p B log '|' qlfilter -p C ; exit 2: status 2"), "B: ", 2 },
	{ { ": \"qlfetch -p'B' log\"; exit 2" },
	  DOWN("0", "B", ": \"qlfetch -p'B' log\"; exit 2: status 2"), "B: ", 2 },
	{ { ": -p B.; exit 2" }, DOWN("0", "input-1", ": -p B.; exit 2: status 2"), "input-1: ", 2 },
	/* it has said so itself */
	{ { "printf '7\\tA\\tNONE\\tNONE\\tNONE\\tSOURCEDOWN\\tx\\t\\t\\t\\t\\n'; exit 2" },
	  DOWN("7", "A", "x"), "A: printf", 2 },
	/* cut off inside a line */
	{ { "printf '5\\tA\\tc\\tq\\ta\\tV\\t\\t\\t\\t\\t\\n5\\tA'; exit 2" },
	  EVENT("5", "A") DOWN("5", "A", "not read to its end"), "ends inside a line", 2 },
	/* there is nothing on stdin, and the merge does not wait for it */
	{ { "cat" }, "", "", 0 },
};

static void test_commands(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag d = quiet();
		struct source_options o = { .operands = 0 };
		struct merge *m;
		struct buf out = { 0 };
		const struct event *ev;

		in = (struct inputs){ .d = &d, .brief = i % 2 };
		for (int k = 0; rows[i].command[k]; k++)
			inputs_add_command(&in, rows[i].command[k], &o);
		m = merge_new(&in, false);
		while ((ev = merge_next(m)))
			buf_slice(&out, ev->line);
		close_merge(m);
		buf_byte(&said, '\0');
		CHECK_EQ_SLICE(out.p, out.n, rows[i].out, "row %zu, %s", i, rows[i].command[0]);
		CHECK_EQ_INT(d.status, rows[i].status, "row %zu: status", i);
		CHECK(rows[i].said[0] ? strstr((char *)said.p, rows[i].said) != NULL : said.n == 1,
		      "row %zu: what was said: %s", i, (char *)said.p);
		buf_free(&out);
	}
}

static void test_backwards(bool brief)
{
	struct diag d = quiet();
	struct stream s = { .n = 0 };
	struct merge *m;
	const struct event *ev;
	FILE *fp;

	snprintf(s.path, sizeof(s.path), "%s/back", dir);
	fp = fopen(s.path, "w");
	if (!CHECK(fp, "a file"))
		return;
	fputs(EVENT("10", "A") "\n" "rubbish\n" EVENT("10", "A") EVENT("9.5", "B") EVENT("9.75", "A"), fp);
	fclose(fp);
	m = open_merge(&s, 1, false, brief, &d);
	while ((ev = merge_next(m)))
		;
	close_merge(m);
	buf_byte(&said, '\0');
	CHECK(strstr((char *)said.p, "/back:5: B goes back in time, from 10 to 9.5\n"), "named: %s",
	      (char *)said.p);
	CHECK(strstr((char *)said.p, "/back:3: fewer than 11 fields\n"), "refused, too");
	CHECK_EQ_INT(d.status, 1, "status");
	unlink(s.path);
}

int main(void)
{
	char cmd[64];

	if (!CHECK(mkdtemp(dir), "a directory of our own"))
		return unit_done();
	for (int brief = 0; brief < 2; brief++) {
		test_random(0, brief);
		test_random(7, brief);
		test_backwards(brief);
	}
	test_dedup();
	test_newest();
	test_commands();
	snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	CHECK_EQ_INT(system(cmd), 0, "nothing is left behind");
	buf_free(&said);
	return unit_done();
}
