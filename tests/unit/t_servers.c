#include "rule/servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* One line, and what is wrong with it; NULL: nothing. */
static const struct {
	const char *line, *why;
} lines[] = {
	{ "", NULL },
	{ "   \t", NULL },
	{ "# A.source = x", NULL },
	{ "  # nothing", NULL },
	{ "A.source = /var/log/asterisk", NULL },
	{ "A.source=/var/log/asterisk", NULL },
	{ "\tA.source\t= /var/log\r", NULL },
	{ "A.source = sql:A", NULL },
	{ "A.source = sql:A?table=queue_log&layout=asterisk", NULL },
	{ "A.source = events:/var/cache/a.gz", NULL },
	{ "a.b.source = /x", NULL },
	{ "A.persistent = no # as its queues.conf says", NULL },
	{ "A.class = call,system", NULL },
	{ "A.shift = -1.5h", NULL },
	{ "A.shift = +3", NULL },
	{ "A.hotdesk = yes", NULL },
	{ "A.defaults-group = ql", NULL },

	{ "A", "not NAME.key = value" },
	{ "A.source", "not NAME.key = value" },
	{ "source = x", "not NAME.key = value" },
	{ "= x", "not NAME.key = value" },
	{ ".source = x", "not NAME.key = value" },
	{ "A.source =", "A.source: no value" },
	{ "A.source = # nothing", "A.source: no value" },
	{ "A.sources = x", "sources: no such key" },
	{ "A. = x", "not NAME.key = value" },
	{ "A.Source = x", "Source: no such key" },
	{ "A.command = id", "command: no such key" },
	{ "-A.source = x", "-A: not the name of a partition" },
	{ "a b.source = x", "a b: not the name of a partition" },
	{ "*.source = x", "*: not the name of a partition" },
	{ "123456789012345678901.source = x", "123456789012345678901: not the name of a partition" },
	{ "A.source = x\x01y", "a control character" },
	{ "A.source = -", "A.source: standard input is no partition's" },
	{ "A.source = sql:B", "A.source: not sql: and the partition's name" },
	{ "A.source = sql:", "A.source: not sql: and the partition's name" },
	{ "A.source = events:", "A.source: no file" },
	{ "A.persistent = maybe", "A.persistent: neither yes nor no" },
	{ "A.persistent = Yes", "A.persistent: neither yes nor no" },
	{ "A.class = calls", "A.class: not a list of call, agent, system" },
	{ "A.class = call,", "A.class: not a list of call, agent, system" },
	{ "A.class = call,,agent", "A.class: not a list of call, agent, system" },
	{ "A.shift = +", "A.shift: not a shift (+3s, -1500ms, 2h)" },
	{ "A.shift = +x", "A.shift: not a shift (+3s, -1500ms, 2h)" },
};

/* What is given as a file or source, and what is opened, in a configuration d/c. */
static const struct {
	const char *value, *opened;
} files[] = {
	{ "/var/log/asterisk", "/var/log/asterisk" },
	{ "logs/A", "d/logs/A" },
	{ "../A", "d/../A" },
	{ "sql:A?table=t", "sql:A?table=t" },
	{ "events:cache/a", "events:d/cache/a" },
	{ "a b", "d/a b" },
	{ "-x", "d/-x" },
	{ "$(id)", "d/$(id)" },
};

static void keep(void *arg, const char *line, size_t n)
{
	buf_put(arg, line, n - 1);
	buf_byte(arg, '\n');
}

/* Opens a configuration of this text, d/c; what is said goes to *said. */
static int open_text(struct servers *s, const char *text, struct buf *said)
{
	struct diag d = { "t", keep, said, 0 };
	FILE *fp = fopen("d/c", "w");

	said->n = 0;
	*s = (struct servers){ 0 };
	if (!fp)
		return -2;
	fputs(text, fp);
	fclose(fp);
	return servers_open(s, NULL, "d/c", &d);
}

static void check_line(const char *line, const char *why)
{
	struct buf text = { 0 }, said = { 0 }, want = { 0 };
	struct servers s;

	buf_fmt(&text, "\n%s\n", line);
	if (why)
		buf_fmt(&want, "t: d/c:2: %s\n", why);
	CHECK_EQ_INT(open_text(&s, buf_cstr(&text), &said), why ? -1 : 0, "status of %s", line);
	CHECK_EQ_STR(buf_cstr(&said), buf_cstr(&want), "%s", line);
	servers_free(&s);
	buf_free(&text);
	buf_free(&said);
	buf_free(&want);
}

static void check_file(const char *value, const char *opened)
{
	struct buf text = { 0 }, said = { 0 }, b = { 0 };
	struct servers s;
	struct diag d = { "t", keep, &said, 0 };

	buf_fmt(&text, "A.source = %s\n", value);
	if (CHECK_EQ_INT(open_text(&s, buf_cstr(&text), &said), 0, "source %s", value)) {
		CHECK_EQ_INT(servers_source(&s, "A", "A", &b, &d), 0, "is there");
		CHECK_EQ_STR(buf_cstr(&b), opened, "%s is opened as", value);
	}
	servers_free(&s);
	buf_free(&text);
	buf_free(&said);
	buf_free(&b);
}

static void check_values(void)
{
	struct buf said = { 0 }, b = { 0 };
	struct diag d = { "t", keep, &said, 0 };
	struct servers s;
	const struct server *v;

	open_text(&s, "B.persistent = no\nB.shift = -1h\nB.class = call,agent\n"
		      "B.agents = names.tsv\nA.b.hotdesk = yes", &said);
	CHECK_EQ_STR(buf_cstr(&said), "", "a good file says nothing");
	v = servers_find(&s, "B");
	CHECK(!server_yes(v, SERVER_PERSISTENT, true), "B.persistent is no");
	CHECK(server_yes(v, SERVER_HOTDESK, true), "what is not given is as asked");
	CHECK_EQ_INT(v->shift, INT64_C(-3600000000), "B.shift");
	CHECK_EQ_INT(v->classes, CLASS_CALL | CLASS_AGENT, "B.class");
	CHECK_EQ_STR(v->value[SERVER_AGENTS], "d/names.tsv", "B.agents");
	CHECK(server_yes(servers_find(&s, "A.b"), SERVER_HOTDESK, false), "a name with a point");
	CHECK_EQ_INT(servers_source(&s, "B", "B", &b, &d), 0, "a name without a source");
	CHECK_EQ_STR(buf_cstr(&b), "sql:B", "is a partition of the database");
	CHECK_EQ_INT(servers_source(&s, "cluster:B|C", "C", &b, &d), -1, "C is not there");
	CHECK_EQ_STR(buf_cstr(&said), "t: cluster:B|C: C: no such partition in d/c\n",
		     "and is named");
	servers_free(&s);
	buf_free(&said);
	buf_free(&b);
}

static void check_bad(void)
{
	struct buf said = { 0 };
	struct servers s;
	struct diag d = { "t", keep, &said, 0 };

	CHECK_EQ_INT(open_text(&s, "A.x = 1\nA.hotdesk = yes\nA.hotdesk = no\n", &said), -1,
		     "two bad lines");
	CHECK_EQ_STR(buf_cstr(&said), "t: d/c:1: x: no such key\n"
				      "t: d/c:3: A.hotdesk: given twice\n", "are both named");
	servers_free(&s);
	said.n = 0;
	CHECK_EQ_INT(servers_open(&s, NULL, "d/none", &d), -1, "no such file");
	CHECK_EQ_STR(buf_cstr(&said), "t: d/none: No such file or directory\n", "is named");
	servers_free(&s);
	said.n = 0;
	CHECK_EQ_INT(servers_open(&s, NULL, "d", &d), -1, "a directory");
	CHECK_EQ_STR(buf_cstr(&said), "t: d: Is a directory\n", "is named");
	servers_free(&s);
	buf_free(&said);
}

int main(void)
{
	char dir[] = "/tmp/t_servers.XXXXXX";

	if (!mkdtemp(dir) || chdir(dir) < 0 || mkdir("d", 0700) < 0)
		return 1;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		check_line(lines[i].line, lines[i].why);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		check_file(files[i].value, files[i].opened);
	check_values();
	check_bad();
	unlink("d/c");
	rmdir("d");
	if (chdir("/") == 0)
		rmdir(dir);
	return unit_done();
}
