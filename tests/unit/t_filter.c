/* Which of a handful of events pass, for each option, and options that are refused. */
#include "rule/filter.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

/* A field ends at a space; the fields that are missing are empty. */
static const char *const events[] = {
	/* 0 */ "10 A c1 sales NONE ENTERQUEUE  061 1",
	/* 1 */ "11 A c1 sales Agent/101 CONNECT 1 x 2",
	/* 2 */ "12.5 B c1 support Agent/102 COMPLETECALLER 1 5 1",
	/* 3 */ "13 B NONE NONE Agent/102 AGENTLOGIN SIP/1",
	/* 4 */ "14 A NONE NONE NONE QUEUESTART",
	/* 5 */ "15 A c2 sales NONE DIVERT_CA_RATIO",
	/* 6 */ "16 C c3 Te\\tch\\\\  heartbeat a\\0b \377",
	/* 7 */ "17 A NONE NONE NONE HEARTBEAT",
	/* 8 */ "18 B NONE NONE NONE TICK",
	/* 9 */ "19 B NONE NONE NONE SOURCEDOWN killed",
	/* a */ "20 B NONE NONE NONE SOURCEUP",
};
enum { EVENTS = sizeof(events) / sizeof(*events) };

#define STREAM "89a"

static const struct {
	const char *args[7];
	const char *passed;
} rows[] = {
	{ { NULL }, "01234567" STREAM },
	{ { "-qsales" }, "015" STREAM },
	{ { "-q", "sales,support" }, "0125" STREAM },
	{ { "-q", "sales", "--queue=support" }, "0125" STREAM },
	{ { "-q", "SALES" }, STREAM },
	{ { "-q", "sale" }, STREAM },
	{ { "-q", "Te\tch\\" }, "6" STREAM },
	{ { "-q", "@names" }, "06" "15" STREAM },
	{ { "-a", "Agent/102" }, "23" STREAM },
	{ { "-a", "" }, "6" STREAM },
	{ { "-a", "NONE," }, "04567" STREAM },
	{ { "-e", "CONNECT" }, "1" STREAM },
	{ { "-e", "ENTERQUEUE,CONNECT,heartbeat" }, "016" STREAM },
	{ { "-e", "HEARTBEAT" }, "7" STREAM },
	{ { "-e", "DIVERT_CA_RATIO" }, "5" STREAM },
	{ { "-e", "DIVERT_" }, STREAM },
	{ { "-e", "" }, STREAM },
	{ { "-e", "TICK" }, STREAM },
	{ { "-c", "c1,c3" }, "0126" STREAM },
	{ { "-p", "B" }, "23" STREAM },
	{ { "-p", "A,C" }, "014567" STREAM },
	{ { "--class", "agent" }, "3" STREAM },
	{ { "--class", "call" }, "01256" STREAM },
	{ { "--class", "system,agent" }, "347" STREAM },
	{ { "--class", "agent", "-e", "heartbeat,CONNECT,AGENTLOGIN" }, "3" STREAM },
	{ { "--class", "call", "-e", "heartbeat,QUEUESTART" }, "6" STREAM },
	{ { "-f", "11", "-t", "13" }, "12" STREAM },
	{ { "-f", "12.5", "-t", "12.500001" }, "2" STREAM },
	{ { "-t", "12.5" }, "01" STREAM },
	{ { "-f", "1970-01-01T01:00:14", "-z", "CET-1" }, "4567" STREAM },
	{ { "-f", "15", "--agents-from", "13", "-t", "17" }, "3456" STREAM },
	{ { "-f", "15", "--agents-from", "13.5", "-t", "17" }, "456" STREAM },
	{ { "-f", "15", "--agents-from", "16", "-t", "17" }, "56" STREAM },
	{ { "-f", "17", "--agents-from", "0", "--class=call,system" }, "47" STREAM },
	{ { "-q", "sales", "-p", "A", "-c", "c1" }, "01" STREAM },
	{ { "-q", "sales", "-p", "B" }, STREAM },
	{ { "--not", "-q", "sales" }, "23467" STREAM },
	{ { "--not", "-q", "sales", "-c", "c1" }, "234567" STREAM },
	{ { "--not", "-q", "sales", "--not" }, "23467" STREAM },
	{ { "--match", "agent~^Agent/10[12]$" }, "123" STREAM },
	{ { "--match", "verb~(CONNECT|START)$" }, "14" STREAM },
	{ { "--match", "queue~^Te\tch\\\\$" }, "6" STREAM },
	{ { "--match", "agent~^$" }, "6" STREAM },
	{ { "--match", "data2~^[^x]$" }, "26" STREAM },
	{ { "--match", "time~\\.5$" }, "2" STREAM },
	{ { "--match", "data2~.", "--match", "data3~1" }, "02" STREAM },
	{ { "--match", "data1~x~y" }, STREAM },
	{ { "--not", "--match", "data2~." }, "3457" STREAM },
#ifdef REG_STARTEND
	{ { "--match", "data1~b$" }, "6" STREAM },
#endif
};

static const struct {
	const char *args[5];
	const char *said; /* its beginning */
} refused[] = {
	{ { "--class", "calls" }, "t: --class: calls: not one of call, agent, system" },
	{ { "--class", "call," }, "t: --class: : not one of call, agent, system" },
	{ { "--class", "" }, "t: --class: : not one of call, agent, system" },
	{ { "-p", "A,-B" }, "t: -p: -B: no valid name of a partition" },
	{ { "-p", "" }, "t: -p: : no valid name of a partition" },
	{ { "-q", "@missing" }, "t: -q: missing: No such file or directory" },
	{ { "-c", "@empty" }, "t: -c: empty: no names in it" },
	{ { "--match", "data2" }, "t: --match: data2: not of the form FIELD~EXPR" },
	{ { "--match", "data6~x" }, "t: --match: data6: no such field" },
	{ { "--match", "~x" }, "t: --match: : no such field" },
	{ { "--match", "data1~(" }, "t: --match: data1~(: " },
	{ { "--match", "data1~[[:no:]]" }, "t: --match: data1~[[:no:]]: " },
	{ { "--not" }, "t: --not: nothing is asked that it could turn round" },
	{ { "-f", "never" }, "t: --from: never: not a " WHEN_TIME },
	{ { "--agents-from", "1", "-t", "9" }, "t: --agents-from: only with --from" },
	{ { "--agents-from", "x", "-f", "9" }, "t: --agents-from: x: not a " WHEN_TIME },
	{ { "-z", "Nowhere" }, "t: --zone: Nowhere: no such zone" },
};

static char said[512];

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	if (!said[0])
		snprintf(said, sizeof(said), "%.*s", (int)n - 1, line);
}

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	return id == 'p' ? filter_partition(to, what, arg, d) : diag_fail(d, "%s: operand", what);
}

static int filter_of(struct filter *f, const char *const *args)
{
	static const struct opt own[] = { { 'p', 'p', "partition", "LIST", "", NULL }, { 0 } };
	const struct opt_group groups[] = { { NULL, own, take, f },
					    { NULL, filter_opts, filter_take, f },
					    { NULL, NULL, NULL, NULL } };
	const struct command c = { "t", "", "", NULL, false, NULL };
	struct diag d = { "t", hear, NULL, 0 };
	char *argv[9] = { (char *)"t" };
	int argc = 1;

	*f = FILTER_ALL;
	said[0] = '\0';
	for (; args[argc - 1]; argc++)
		argv[argc] = (char *)args[argc - 1];
	if (opt_parse(&c, groups, argc, argv, &d) != -1 || filter_ready(f, 0, &d) < 0)
		return d.status;
	return 0;
}

static void event_of(const char *spaced, struct event *ev, struct buf *own)
{
	struct buf line = { 0 };
	int tabs = 10;

	for (; *spaced; spaced++) {
		tabs -= *spaced == ' ';
		buf_byte(&line, *spaced == ' ' ? '\t' : (unsigned char)*spaced);
	}
	while (tabs-- > 0)
		buf_byte(&line, '\t');
	CHECK_EQ_STR(event_parse(buf_all(&line), ev, own), NULL, "an event");
	buf_free(&line);
}

static void check_row(size_t i, const struct event *ev)
{
	char passed[2 * EVENTS + 1] = "", want[2 * EVENTS + 1] = "";
	struct filter f;
	int n = 0;

	CHECK_EQ_INT(filter_of(&f, rows[i].args), 0, "row %zu", i);
	CHECK_EQ_INT(filter_is_all(&f), !rows[i].args[0], "row %zu: all", i);
	/* twice, for what is remembered the second time */
	for (int k = 0; k < 2 * EVENTS; k++)
		if (filter_match(&f, &ev[k % EVENTS]))
			passed[n++] = "0123456789a"[k % EVENTS];
	n = 0;
	for (int k = 0; k < 2 * EVENTS; k++)
		if (strchr(rows[i].passed, "0123456789a"[k % EVENTS]))
			want[n++] = "0123456789a"[k % EVENTS];
	CHECK_EQ_STR(passed, want, "row %zu: %s %s", i, rows[i].args[0], rows[i].args[1]);
	CHECK(!filter_failed(&f), "row %zu: memory", i);
	filter_free(&f);
}

static void put_file(const char *name, const char *text)
{
	FILE *fp = fopen(name, "w");

	if (CHECK(fp != NULL, "%s", name)) {
		fputs(text, fp);
		fclose(fp);
	}
}

/* What is remembered of a list is of short names: one of 255 bytes was once taken for one of them. */
static void test_long_name(void)
{
	static const char *const args[] = { "-c", "c1,c3", NULL };
	struct filter *f = malloc(sizeof(*f));
	char spaced[400] = "10 A ";
	struct buf own = { 0 };
	struct event ev;

	memset(spaced + 5, 'x', 255);
	memcpy(spaced + 260, " sales NONE INFO", sizeof(" sales NONE INFO"));
	event_of(spaced, &ev, &own);
	if (CHECK(f && filter_of(f, args) == 0, "two call ids")) {
		CHECK(!filter_match(f, &ev), "a third of %zu bytes", ev.f[F_CALLID].n);
		filter_free(f);
	}
	free(f);
	buf_free(&own);
}

int main(void)
{
	static struct buf own[EVENTS];
	struct event ev[EVENTS];
	char dir[] = "/tmp/t_filter.XXXXXX";

	setenv("TZ", "UTC0", 1);
	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	put_file("names", "sales\r\n\nTe\tch\\\n");
	put_file("empty", "\n\n");
	for (int k = 0; k < EVENTS; k++)
		event_of(events[k], &ev[k], &own[k]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(i, ev);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct filter f;

		CHECK_EQ_INT(filter_of(&f, refused[i].args), 2, "refused %zu", i);
		said[strlen(refused[i].said)] = '\0';
		CHECK_EQ_STR(said, refused[i].said, "refused %zu: what is said", i);
		filter_free(&f);
	}
	test_long_name();
	for (int k = 0; k < EVENTS; k++)
		buf_free(&own[k]);
	unlink("names");
	unlink("empty");
	if (chdir("/") == 0)
		rmdir(dir);
	return unit_done();
}
