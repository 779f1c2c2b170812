/*
 * Names by the rules of rule/channel; events through whole rewrites, once and twice; offsets and files
 * of names, good and bad.
 */
#include "rule/rewrite.h"

#include <stdlib.h>
#include <unistd.h>

#include "rule/channel.h"
#include "unit.h"

/* Of partition A; stripped; as an agent, were it Local, were it a login's; with the partition. */
static const struct {
	const char *name, *strip, *local, *bare, *partition;
} names[] = {
	{ "Agent/101", "Agent/101", "Agent/101", "Agent/101", "Agent/A-101" },
	{ "SIP/101", "SIP/101", "SIP/101", "SIP/101", "SIP/A-101" },
	{ "101", "101", "101", "Agent/101", "A-101" },
	{ "Jane Roe", "Jane Roe", "Jane Roe", "Agent/Jane Roe", "A-Jane Roe" },
	{ "Local/101@ctx/n", "Local/101@ctx/n", "Agent/101", "Local/101@ctx/n", "Local/A-101@ctx/n" },
	{ "Local/101@ctx", "Local/101@ctx", "Agent/101", "Local/101@ctx", "Local/A-101@ctx" },
	{ "Local/101@ctx-0a2b;1", "Local/101@ctx", "Agent/101", "Local/101@ctx-0a2b;1",
	  "Local/A-101@ctx-0a2b;1" },
	{ "Local/101@ctx-0000001f;2", "Local/101@ctx", "Agent/101", "Local/101@ctx-0000001f;2",
	  "Local/A-101@ctx-0000001f;2" },
	{ "Local/101@ctx-0a2b,1", "Local/101@ctx", "Agent/101", "Local/101@ctx-0a2b,1",
	  "Local/A-101@ctx-0a2b,1" },
	{ "Local/101/n", "Local/101/n", "Agent/101", "Local/101/n", "Local/101/A-n" },
	{ "Local/101@team-cafe", "Local/101@team-cafe", "Agent/101", "Local/101@team-cafe",
	  "Local/A-101@team-cafe" },
	{ "local/101@ctx/n", "local/101@ctx/n", "Agent/101", "local/101@ctx/n", "local/A-101@ctx/n" },
	{ "Local/@ctx", "Local/@ctx", "Local/@ctx", "Local/@ctx", "Local/@ctx" },
	{ "Local/", "Local/", "Local/", "Local/", "Local/" },
	{ "Local", "Local", "Local", "Agent/Local", "A-Local" },
	{ "SIP/101-0a2b", "SIP/101", "SIP/101-0a2b", "SIP/101-0a2b", "SIP/A-101-0a2b" },
	{ "SIP/101-08a3cf10", "SIP/101", NULL, NULL, NULL },
	{ "PJSIP/team-101-0000001f", "PJSIP/team-101", NULL, NULL, NULL },
	{ "SIP/team-cafes", "SIP/team-cafes", NULL, NULL, NULL },
	{ "SIP/team-abc", "SIP/team-abc", NULL, NULL, NULL },
	{ "SIP/101-0A2B", "SIP/101-0A2B", NULL, NULL, NULL },
	{ "SIP/101-012345678", "SIP/101-012345678", NULL, NULL, NULL },
	{ "SIP/101-", "SIP/101-", NULL, NULL, "SIP/A-101-" },
	{ "SIP/-0a2b", "SIP/-0a2b", NULL, NULL, "SIP/A--0a2b" },
	{ "SIP/", "SIP/", NULL, NULL, "SIP/" },
	{ "/101-0a2b", "/101-0a2b", NULL, NULL, "/A-101-0a2b" },
	{ "IAX2/101-4711", "IAX2/101", NULL, NULL, NULL },
	{ "IAX2/101-7", "IAX2/101", NULL, NULL, NULL },
	{ "DAHDI/4-1", "DAHDI/4", NULL, NULL, NULL },
	{ "Zap/4-1", "Zap/4", NULL, NULL, NULL },
	{ "Agent/team-0a2b", "Agent/team-0a2b", NULL, NULL, "Agent/A-team-0a2b" },
	{ "team-0a2b", "team-0a2b", NULL, "Agent/team-0a2b", "A-team-0a2b" },
	{ "a b/101-0a2b", "a b/101-0a2b", NULL, NULL, "a b/A-101-0a2b" },
	/* what has the partition before it already */
	{ "SIP/A-1001", "SIP/A-1001", NULL, NULL, "SIP/A-1001" },
	{ "SIP/A-1001-0a2b", "SIP/A-1001", NULL, NULL, "SIP/A-1001-0a2b" },
	{ "DAHDI/A-4", "DAHDI/A-4", NULL, NULL, "DAHDI/A-4" },
	{ "Agent/A-101", "Agent/A-101", NULL, NULL, "Agent/A-101" },
	{ "Local/A-101@ctx/n", "Local/A-101@ctx/n", "Agent/A-101", NULL, "Local/A-101@ctx/n" },
	{ "A-101", "A-101", NULL, "Agent/A-101", "A-101" },
	{ "Agent/AB-101", "Agent/AB-101", NULL, NULL, "Agent/A-AB-101" },
	{ "Agent/A", "Agent/A", NULL, NULL, "Agent/A-A" },
	{ "PJSIP/101/sip:101@host:5060", "PJSIP/101/sip:101@host:5060", NULL, NULL,
	  "PJSIP/101/A-sip:101@host:5060" },
};

static void check_name(const char *rule, const char *name, const char *want, struct slice got)
{
	if (want)
		CHECK_EQ_SLICE(got.p, got.n, want, "%s of %s", rule, name);
}

static void check_names(void)
{
	struct buf b = { 0 }, c = { 0 };
	struct slice s, a = SLICE("A"), got;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		s = slice_str(names[i].name);
		check_name("strip", names[i].name, names[i].strip, channel_strip(s, a));
		check_name("local", names[i].name, names[i].local, channel_local_to_agent(s, &b));
		check_name("bare", names[i].name, names[i].bare, channel_bare_to_agent(s, &b));
		got = channel_partition(s, a, &b);
		check_name("partition", names[i].name, names[i].partition, got);
		check_name("twice partition", names[i].name, names[i].partition,
			   channel_partition(got, a, &c));
	}
	buf_free(&b);
	buf_free(&c);
}

static char said[512];

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	if (!said[0])
		snprintf(said, sizeof(said), "%.*s", (int)n - 1, line);
}

static int operand(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	(void)to, (void)id, (void)arg;
	return diag_fail(d, "%s: operand", what);
}

/* options: separated by spaces */
static int rewrite_of(struct rewrite *r, const char *options)
{
	static const struct opt none[] = { { 0, 0, NULL, NULL, NULL, NULL } };
	const struct opt_group groups[] = { { NULL, none, operand, NULL },
					    { NULL, rewrite_opts, rewrite_take, r },
					    { NULL, NULL, NULL, NULL } };
	const struct command c = { "t", "", "", NULL, false, NULL };
	struct diag d = { "t", hear, NULL, 0 };
	char text[256], *argv[12] = { (char *)"t" };
	int argc = 1, result;

	*r = (struct rewrite){ 0 };
	said[0] = '\0';
	snprintf(text, sizeof(text), "%s", options);
	for (char *s = strtok(text, " "); s; s = strtok(NULL, " "))
		argv[argc++] = s;
	result = opt_parse(&c, groups, argc, argv, &d);
	return result == -1 ? 0 : d.status;
}

/* One event a line: time partition queue agent verb data1, TAB or space between. */
static const struct {
	const char *options, *in, *out;
	bool once; /* a second time it would change more */
} flows[] = {
	{ "", "1 A q Agent/1 V x\n", "1 A q Agent/1 V x\n", false },
	{ "--by-partition",
	  "1 A q Agent/1 CONNECT x\n1 B q Agent/1 CONNECT Agent/1\n1 A NONE NONE QUEUESTART \n1 A q  INFO \n"
	  "1 B q SIP/9 HOTDESK SIP/7\n1 B q NONE TICK \n1 A NONE 7 AGENTLOGIN SIP/7\n",
	  "1 A q Agent/A-1 CONNECT x\n1 B q Agent/B-1 CONNECT Agent/1\n1 A NONE NONE QUEUESTART \n1 A q  INFO "
	  "\n1 B q SIP/B-9 HOTDESK SIP/B-7\n1 B q NONE TICK \n1 A NONE A-7 AGENTLOGIN SIP/7\n",
	  false },
	{ "--strip-channel --by-partition", "1 A q SIP/1001-0a2b CONNECT \n1 A q SIP/1001-9f2b ABANDON \n",
	  "1 A q SIP/A-1001 CONNECT \n1 A q SIP/A-1001 ABANDON \n", false },
	{ "--strip-channel", "1 A q SIP/1-0a2b HOTDESK SIP/2-0a2b\n1 A q SIP/1-0a2b V SIP/2-0a2b\n",
	  "1 A q SIP/1 HOTDESK SIP/2\n1 A q SIP/1 V SIP/2-0a2b\n", false },
	{ "--local-to-agent --by-partition", "1 A q Local/7@x/n PENALTY 3\n1 A q Local/7@x-0a2b;1 V 3\n",
	  "1 A q Agent/A-7 PENALTY 3\n1 A q Agent/A-7 V 3\n", false },
	{ "--login-to-agent",
	  "1 A NONE 7 AGENTLOGIN c\n1 A NONE 7 AGENTLOGOFF c\n1 A NONE 7 AGENTCALLBACKLOGIN c\n"
	  "1 A NONE 7 AGENTCALLBACKLOGOFF c\n1 A NONE 7 PAUSE c\n1 A NONE Agent/7 AGENTLOGIN c\n"
	  "1 A NONE NONE AGENTLOGIN c\n1 A NONE  AGENTLOGIN c\n",
	  "1 A NONE Agent/7 AGENTLOGIN c\n1 A NONE Agent/7 AGENTLOGOFF c\n1 A NONE Agent/7 "
	  "AGENTCALLBACKLOGIN c\n1 A NONE Agent/7 AGENTCALLBACKLOGOFF c\n1 A NONE 7 PAUSE c\n"
	  "1 A NONE Agent/7 AGENTLOGIN c\n1 A NONE NONE AGENTLOGIN c\n1 A NONE  AGENTLOGIN c\n",
	  false },
	/* somebody sits down, another takes the seat, leaves; elsewhere nothing happens */
	{ "--hotdesk",
	  "1 A q SIP/2 PAUSE \n2 A q Agent/7 HOTDESK SIP/2\n3 A q SIP/2 PAUSE SIP/2\n3 B q SIP/2 PAUSE \n"
	  "3 A q SIP/3 PAUSE \n4 A NONE NONE QUEUESTART \n5 A q SIP/2 PAUSE \n6 A q Agent/8 HOTDESK SIP/2\n"
	  "7 A q SIP/2 PAUSE \n8 A q Agent/7 HOTDESK \n9 A q SIP/2 PAUSE \n10 A q Agent/8 HOTDESK \n"
	  "11 A q SIP/2 PAUSE \n",
	  "1 A q SIP/2 PAUSE \n2 A q Agent/7 HOTDESK SIP/2\n3 A q Agent/7 PAUSE SIP/2\n3 B q SIP/2 PAUSE \n"
	  "3 A q SIP/3 PAUSE \n4 A NONE NONE QUEUESTART \n5 A q Agent/7 PAUSE \n6 A q Agent/8 HOTDESK SIP/2\n"
	  "7 A q Agent/8 PAUSE \n8 A q Agent/7 HOTDESK \n9 A q Agent/8 PAUSE \n10 A q Agent/8 HOTDESK \n"
	  "11 A q SIP/2 PAUSE \n",
	  false },
	{ "--hotdesk",
	  "1 A q Agent/7 HOTDESK 2\n2 A q SIP/2 V \n2 A q PJSIP/2 V \n2 A q 2 V \n2 A q Agent/2 V \n"
	  "2 A q Local/2@x/n V \n3 A q NONE HOTDESK 2\n4 A q SIP/2 V \n5 A q SIP/2 HOTDESK Agent/7\n"
	  "6 A q SIP/2 V \n",
	  "1 A q Agent/7 HOTDESK 2\n2 A q Agent/7 V \n2 A q Agent/7 V \n2 A q Agent/7 V \n2 A q Agent/2 V \n"
	  "2 A q Agent/7 V \n3 A q NONE HOTDESK 2\n4 A q SIP/2 V \n5 A q SIP/2 HOTDESK Agent/7\n"
	  "6 A q Agent/7 V \n",
	  false },
	{ "--hotdesk",
	  "1 A q Agent/7 HOTDESK SIP/2\n1 B q Agent/7 HOTDESK SIP/2\n2 A q Agent/7 HOTDESK \n3 A q SIP/2 V \n"
	  "3 B q SIP/2 V \n",
	  "1 A q Agent/7 HOTDESK SIP/2\n1 B q Agent/7 HOTDESK SIP/2\n2 A q Agent/7 HOTDESK \n3 A q SIP/2 V \n"
	  "3 B q Agent/7 V \n",
	  false },
	{ "--hotdesk --strip-channel --by-partition",
	  "1 A q Agent/7 HOTDESK SIP/2-0a2b\n2 A q SIP/2-0b00 V \n2 A q SIP/2 V \n2 A q SIP/3 V \n",
	  "1 A q Agent/A-7 HOTDESK SIP/A-2\n2 A q Agent/A-7 V \n2 A q Agent/A-7 V \n2 A q SIP/A-3 V \n", false },
	{ "--hotdesk --by-partition",
	  "1 A q Agent/7 HOTDESK 2\n2 A q SIP/2 V \n2 A q SIP/3 V \n3 A q Agent/7 HOTDESK \n4 A q SIP/2 V \n",
	  "1 A q Agent/A-7 HOTDESK A-2\n2 A q Agent/A-7 V \n2 A q SIP/A-3 V \n3 A q Agent/A-7 HOTDESK \n"
	  "4 A q SIP/A-2 V \n",
	  false },
	{ "--agents agents --queues queues",
	  "1 A sales SIP/1 V SIP/1\n1 A support SIP/3 V \n1 A other Agent/a\\\\b V \n1 A NONE NONE V \n"
	  "1 A sales SIP/1 HOTDESK SIP/1\n",
	  "1 A all Agent/1 V SIP/1\n1 A all SIP/3 V \n1 A other Agent/c\\\\d V \n1 A NONE NONE V \n"
	  "1 A all Agent/1 HOTDESK SIP/1\n",
	  false },
	{ "--hotdesk --agents agents --by-partition",
	  "1 A q Agent/9 HOTDESK SIP/1\n2 A q SIP/1 V \n2 B q SIP/1 V \n",
	  "1 A q A-Jane HOTDESK SIP/A-1\n2 A q A-Jane V \n2 B q Agent/B-1 V \n", true },
	{ "--shift A=+3s --shift C=-1500ms",
	  "1 A q a V \n1.5 A q a V \n1 B q a V \n2 C q a V \n1 A NONE NONE TICK \n1 C NONE NONE SOURCEDOWN x\n"
	  "1 C q a V \n8589934589 A q a V \n8589934589.000001 A q a V \n8589934592 A NONE NONE SOURCEDOWN x\n",
	  "4 A q a V \n4.5 A q a V \n1 B q a V \n0.5 C q a V \n4 A NONE NONE TICK \n0 C NONE NONE SOURCEDOWN x\n"
	  "refused\n8589934592 A q a V \nrefused\n8589934592 A NONE NONE SOURCEDOWN x\n",
	  true },
	{ "--shift A=0", "1 A q a V \n", "1 A q a V \n", false },
	{ "--shift A=1.000001 --by-partition", "1 A q a V \n", "2.000001 A q A-a V \n", true },
	{ "--shift A=-1m", "7200 A q a V \n", "7140 A q a V \n", true },
	{ "--shift A=2h", "7200 A q a V \n", "14400 A q a V \n", true },
	{ "--shift A=-.5h", "7200 A q a V \n", NULL, true },
	{ "--shift A=+0.5h", "7200 A q a V \n", "9000 A q a V \n", true },
	{ "--shift A=1d", "7200 A q a V \n", "93600 A q a V \n", true },
	{ "--shift A=1.5ms", "7200 A q a V \n", "7200.0015 A q a V \n", true },
};

/* `1 A q Agent/1 V x` to an event's line */
static void long_line(struct slice s, struct buf *line)
{
	struct slice rest = s, word;

	line->n = 0;
	for (int i = 0; i < 6; i++) {
		word = slice_cut(rest, ' ', &rest);
		buf_slice(line, word);
		if (i == 1)
			buf_str(line, "\tc1");
		buf_byte(line, '\t');
	}
	buf_str(line, "\t\t\t");
}

/* and back */
static void short_line(const struct event *ev, struct buf *b)
{
	static const enum field in[] = { F_TIME, F_PARTITION, F_QUEUE, F_AGENT, F_VERB, F_DATA1 };

	for (size_t i = 0; i < 6; i++) {
		buf_slice(b, ev->f[in[i]]);
		buf_byte(b, i < 5 ? ' ' : '\n');
	}
}

static void flow(struct rewrite *r, struct slice in, struct buf *out)
{
	struct buf line = { 0 }, own = { 0 }, whole = { 0 };
	struct slice rest = in;
	struct event ev;
	const char *why;

	out->n = 0;
	while (rest.n) {
		long_line(slice_cut(rest, '\n', &rest), &line);
		why = event_parse(buf_all(&line), &ev, &own);
		if (why)
			buf_str(out, why);
		else if (!rewrite_event(r, &ev))
			buf_str(out, "refused\n");
		else
			short_line(&ev, out);
		/* the whole line is what its fields say */
		whole.n = 0;
		event_put(&whole, &ev);
		line.n = 0;
		for (int f = 0; f < EVENT_FIELDS; f++) {
			buf_slice(&line, ev.f[f]);
			buf_byte(&line, f < F_DATA5 ? '\t' : '\n');
		}
		if (!slice_eq(buf_all(&line), buf_all(&whole)))
			buf_str(out, "torn\n");
	}
	buf_free(&line);
	buf_free(&own);
	buf_free(&whole);
}

static void check_flow(size_t i)
{
	struct buf out = { 0 }, again = { 0 };
	struct rewrite r;

	if (!flows[i].out) {
		CHECK_EQ_INT(rewrite_of(&r, flows[i].options), 2, "refused %s", flows[i].options);
		rewrite_free(&r);
		return;
	}
	CHECK_EQ_INT(rewrite_of(&r, flows[i].options), 0, "flow %zu: %s", i, said);
	CHECK_EQ_INT(rewrite_is_none(&r), !*flows[i].options, "flow %zu: none", i);
	flow(&r, slice_str(flows[i].in), &out);
	CHECK_EQ_SLICE(out.p, out.n, flows[i].out, "flow %zu: %s", i, flows[i].options);
	CHECK(!r.failed, "flow %zu: memory", i);
	rewrite_free(&r);
	if (!flows[i].once) {
		rewrite_of(&r, flows[i].options);
		flow(&r, buf_all(&out), &again);
		CHECK_EQ_SLICE(again.p, again.n, flows[i].out, "flow %zu: twice is once", i);
		rewrite_free(&r);
	}
	buf_free(&out);
	buf_free(&again);
}

static const struct {
	const char *options, *said;
} refused[] = {
	{ "--shift A", "t: --shift: A: not PARTITION=TIME: no time as in +3s, -1500ms, 2h" },
	{ "--shift A=", "t: --shift: A=: not PARTITION=TIME: no time as in +3s, -1500ms, 2h" },
	{ "--shift A=3x", "t: --shift: A=3x: not PARTITION=TIME: no time as in +3s, -1500ms, 2h" },
	{ "--shift A=+-3s", "t: --shift: A=+-3s: not PARTITION=TIME: no time as in +3s, -1500ms, 2h" },
	{ "--shift A=99999999999s",
	  "t: --shift: A=99999999999s: not PARTITION=TIME: no time as in +3s, -1500ms, 2h" },
	{ "--shift A=8589934592d",
	  "t: --shift: A=8589934592d: not PARTITION=TIME: no time as in +3s, -1500ms, 2h" },
	{ "--shift -A=3s", "t: --shift: -A=3s: not PARTITION=TIME: no valid name of a partition" },
	{ "--shift =3s", "t: --shift: =3s: not PARTITION=TIME: no valid name of a partition" },
	{ "--shift A=1 --shift A=2", "t: --shift: A=2: this partition is shifted already" },
	{ "--agents missing", "t: missing: No such file or directory" },
	{ "--agents one", "t: one:2: no TAB between an old and a new name" },
	{ "--queues three", "t: three:1: more than two names" },
	{ "--queues empty1", "t: empty1:1: an empty name" },
	{ "--queues empty2", "t: empty2:3: an empty name" },
	{ "--queues none", "t: none:1: NONE is no name" },
	{ "--agents both", "t: both:3: this old name has another new name already" },
	{ "--agents agents --agents both", "t: both:3: this old name has another new name already" },
};

static void put_file(const char *name, const char *text)
{
	FILE *fp = fopen(name, "w");

	if (CHECK(fp != NULL, "%s", name)) {
		fputs(text, fp);
		fclose(fp);
	}
}

static const struct {
	const char *name, *text;
} files[] = {
	{ "agents", "SIP/1\tAgent/1\r\n\nAgent/9\tJane\nSIP/1\tAgent/1\nAgent/a\\b\tAgent/c\\d\n" },
	{ "queues", "sales\tall\nsupport\tall\nx y\tz" },
	{ "one", "a\tb\nc\n" },
	{ "three", "a\tb\tc\n" },
	{ "empty1", "\tb\n" },
	{ "empty2", "a\tb\n\nc\t\n" },
	{ "none", "a\tNONE\n" },
	{ "both", "a\tb\na\tb\na\tc\n" },
};

int main(void)
{
	char dir[] = "/tmp/t_rewrite.XXXXXX";

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		put_file(files[i].name, files[i].text);
	check_names();
	for (size_t i = 0; i < sizeof(flows) / sizeof(*flows); i++)
		check_flow(i);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct rewrite r;

		CHECK_EQ_INT(rewrite_of(&r, refused[i].options), 2, "refused %s", refused[i].options);
		CHECK_EQ_STR(said, refused[i].said, "refused %s", refused[i].options);
		rewrite_free(&r);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i].name);
	if (chdir("/") == 0)
		rmdir(dir);
	return unit_done();
}
