#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/opt.h"
#include "unit.h"

enum { LONG_ONLY = 256, ZONE };

static const struct opt own[] = {
	{ 'o', 'o', "output", "FILE", "write to FILE", NULL },
	{ 'd', 'd', "root", "DIR", "look in DIR", NULL },
	{ 'v', 'v', "verbose", NULL, "say more", NULL },
	{ 'n', 'n', NULL, NULL, "a letter only", NULL },
	{ LONG_ONLY, 0, "not", NULL,
	  "a name only, with a help text long enough to be told on more lines than one",
	  NULL },
	{ 0 },
};

static const struct opt shared[] = {
	{ ZONE, 'z', "zone", "ZONE", "it's the zone\n[default: TZ]", NULL },
	{ 'e', 'e', "event", "VERB-LIST", "these verbs", "CONNECT ABANDON ADDMEMBER" },
	{ 'k', 'k', "keys", "KEY-LIST", "these keys", "queue day" },
	{ 'F', 'F', "format", "FORMAT", "how to write", "text csv json" },
	{ 'f', 'f', "from", "TIME", "no earlier", NULL },
	{ 'g', 'g', "gone-from-here-and-not-even-listed", "WORD", NULL, "never offered" },
	{ 'x', 0, "a-name-that-wants-a-line-of-its-own", "COMMAND", "", NULL },
	{ 0 },
};

/* Everything that was taken, or said. */
static struct buf taken, said;

static int take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	buf_fmt(&taken, "%s%s", (const char *)to, id == OPT_OPERAND ? "" : what);
	if (arg)
		buf_fmt(&taken, "[%s]", arg);
	buf_byte(&taken, ' ');
	if (arg && strcmp(arg, "bad") == 0)
		return diag_fail(d, "%s: %s: bad", what, arg);
	return 0;
}

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	buf_put(&said, line, n);
}

static const struct opt_group groups[] = {
	{ NULL, own, take, (char[]){ "" } },
	{ "Selection", shared, take, (char[]){ "s" } },
	{ NULL, NULL, NULL, NULL },
};

static const struct command command = {
	"qltry", "tries the options", "[option ...] [file ...]\n--not", "Example:\n  qltry -v", NULL, NULL,
};

static struct diag quiet(void)
{
	return (struct diag){ "qltry", hear, NULL, 0 };
}

static int parse(const struct command *c, const char *words)
{
	char line[256], *argv[32] = { NULL }, *save = NULL;
	struct diag d = quiet();
	int argc = 0;

	taken.n = said.n = 0;
	snprintf(line, sizeof(line), "%s", words);
	argv[argc++] = (char[]){ "qltry" };
	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = strcmp(w, "''") == 0 ? w + 2 : w;
	return opt_parse(c, groups, argc, argv, &d);
}

static const struct {
	const char *words, *taken;
} good[] = {
	{ "", "" },
	{ "-", "[-] " },
	{ "-v", "-v " },
	{ "-vn -nv", "-v -n -n -v " },
	{ "-o x", "-o[x] " },
	{ "-ox", "-o[x] " },
	{ "-vox", "-v -o[x] " },
	{ "-vo x", "-v -o[x] " },
	{ "-o -v", "-o[-v] " },
	{ "-o --", "-o[--] " },
	{ "-o ''", "-o[] " },
	{ "-f -2h", "s-f[-2h] " },
	{ "--output x", "--output[x] " },
	{ "--output=x", "--output[x] " },
	{ "--output= x", "--output[] [x] " },
	{ "--output=a=b", "--output[a=b] " },
	{ "--out x", "--output[x] " },
	{ "--o=x", "--output[x] " },
	{ "--for csv --fr=1", "s--format[csv] s--from[1] " },
	{ "--verb --not", "--verbose --not " },
	{ "a -v b -z UTC c", "[a] -v [b] s-z[UTC] [c] " },
	{ "-v -- -v --not -- -", "-v [-v] [--not] [--] [-] " },
	{ "--zone UTC", "s--zone[UTC] " },
};

static const struct {
	const char *words, *taken, *said;
} bad[] = {
	{ "-q", "", "qltry: -q: no such option\n" },
	{ "-vq", "-v ", "qltry: -q: no such option\n" },
	{ "-v a -o", "-v [a] ", "qltry: -o: no argument\n" },
	{ "--output", "", "qltry: --output: no argument\n" },
	{ "--out", "", "qltry: --output: no argument\n" },
	{ "--verbose=1", "", "qltry: --verbose: takes no argument\n" },
	{ "--help=1", "", "qltry: --help: takes no argument\n" },
	{ "--nothing", "", "qltry: --nothing: no such option\n" },
	{ "--nothing=x", "", "qltry: --nothing: no such option\n" },
	{ "--=x", "", "qltry: --: no such option\n" },
	{ "--outputs", "", "qltry: --outputs: no such option\n" },
	{ "--f=1", "", "qltry: --f: may be --format or --from\n" },
	{ "--ver", "", "qltry: --ver: may be --verbose or --version\n" },
	{ "--zo bad -v", "s--zone[bad] ", "qltry: --zone: bad: bad\n" },
	{ "bad -v", "[bad] ", "qltry: bad: bad: bad\n" },
	{ "--completion", "", "qltry: --completion: no argument\n" },
	{ "--completion tcsh", "", "qltry: --completion: tcsh: not one of bash zsh fish\n" },
};

static void test_parse(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		CHECK_EQ_INT(parse(&command, good[i].words), -1, "\"%s\" goes on", good[i].words);
		CHECK_EQ_SLICE(taken.p, taken.n, good[i].taken, "\"%s\"", good[i].words);
		CHECK_EQ_INT(said.n, 0, "\"%s\": nothing said", good[i].words);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int saved = dup(STDOUT_FILENO);
		char want[128];
		int status = parse(&command, bad[i].words);

		/* what is shown goes to stdout, which is closed behind it */
		dup2(saved, STDOUT_FILENO);
		close(saved);
		CHECK_EQ_INT(status, 2, "\"%s\" ends with 2", bad[i].words);
		snprintf(want, sizeof(want), "%sqltry: try 'qltry --help'\n", bad[i].said);
		CHECK_EQ_SLICE(taken.p, taken.n, bad[i].taken, "\"%s\": taken", bad[i].words);
		CHECK_EQ_SLICE(said.p, said.n, want, "\"%s\": said", bad[i].words);
	}
}

/* opt_parse in a process of its own, its stdout (into `path`) at most `cap` bytes. */
static int show(const char *words, const char *path, char *text, size_t cap)
{
	int status, fd;
	pid_t pid;
	ssize_t n;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, STDOUT_FILENO);
		_exit(parse(&command, words) & 0xff);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	if (text) {
		fd = open(path, O_RDONLY);
		n = read(fd, text, cap - 1);
		close(fd);
		text[n > 0 ? n : 0] = '\0';
	}
	return WEXITSTATUS(status);
}

static const char help[] =
	"usage: qltry [option ...] [file ...]\n"
	"       qltry --not\n"
	"\n"
	"tries the options\n"
	"\n"
	"Options:\n"
	"  -o, --output FILE       write to FILE\n"
	"  -d, --root DIR          look in DIR\n"
	"  -v, --verbose           say more\n"
	"  -n                      a letter only\n"
	"      --not               a name only, with a help text long enough to be told\n"
	"                          on more lines than one\n"
	"\n"
	"Selection:\n"
	"  -z, --zone ZONE         it's the zone\n"
	"                          [default: TZ]\n"
	"  -e, --event VERB-LIST   these verbs\n"
	"  -k, --keys KEY-LIST     these keys\n"
	"  -F, --format FORMAT     how to write\n"
	"  -f, --from TIME         no earlier\n"
	"      --a-name-that-wants-a-line-of-its-own COMMAND\n"
	"\n"
	"Help:\n"
	"  -h, --help              show this and end\n"
	"  -V, --version           show the version and end\n"
	"      --completion SHELL  write a completion script for SHELL and end\n"
	"\n"
	"Example:\n"
	"  qltry -v\n";

static void test_show(const char *dir)
{
	char path[128], text[8192];

	snprintf(path, sizeof(path), "%s/shown", dir);
	CHECK_EQ_INT(show("--help", path, text, sizeof(text)), 0, "--help");
	CHECK_EQ_STR(text, help, "its text");
	CHECK_EQ_INT(show("-v -nh --nonsense", path, text, sizeof(text)), 0, "-h behind others");
	CHECK_EQ_STR(text, help, "the same text");
	CHECK_EQ_INT(show("--vers", path, text, sizeof(text)), 0, "--version");
	CHECK_EQ_STR(text, "qltry (ql) " QL_VERSION "\n", "the version");
	CHECK_EQ_INT(show("--nonsense -h", path, text, sizeof(text)), 2, "-h behind an error");
	CHECK_EQ_STR(text, "", "is not reached");
	CHECK_EQ_INT(show("--completion=fish", path, text, sizeof(text)), 0, "--completion");
	CHECK(strstr(text, "-l zone -x -d 'it\\'s the zone [default: TZ]'"), "fish: quoted");
	CHECK_EQ_INT(show("--completion zsh", path, text, sizeof(text)), 0, "zsh");
	CHECK(strstr(text, "'*--zone=[it'\\''s the zone \\[default\\: TZ\\]]:ZONE: '"),
	      "zsh: quoted");
	unlink(path);
	if (access("/dev/full", W_OK) < 0) {
		unit_skip("no /dev/full");
		return;
	}
	CHECK_EQ_INT(show("--help", "/dev/full", NULL, 0), 2, "--help on a full disk");
	CHECK_EQ_INT(show("-V", "/dev/full", NULL, 0), 2, "--version on a full disk");
	CHECK_EQ_INT(show("--completion bash", "/dev/full", NULL, 0), 2, "--completion too");
}

/* The words of the line as bash cuts them, and what it would replace. */
static const struct {
	const char *line, *words, *last, *offers;
} tabs[] = {
	{ "qltry --fo", "qltry --fo", "--fo", "--format" },
	{ "qltry --format ", "qltry --format ''", "", "text csv json" },
	{ "qltry --format=", "qltry --format =", "", "text csv json" },
	{ "qltry --format=c", "qltry --format = c", "c", "csv" },
	{ "qltry -v -F j", "qltry -v -F j", "j", "json" },
	{ "qltry -vF j", "qltry -vF j", "j", "json" },
	{ "qltry -vFj", "qltry -vFj", "-vFj", "-vFjson" },
	{ "qltry -e A", "qltry -e A", "A", "ABANDON ADDMEMBER" },
	{ "qltry -e CONNECT,AB", "qltry -e CONNECT,AB", "CONNECT,AB", "CONNECT,ABANDON" },
	{ "qltry -e @na", "qltry -e @ na", "na", "names" },
	{ "qltry -e @na", "qltry -e @na", "@na", "@names" },
	{ "qltry -k @na", "qltry -k @ na", "na", "" },
	{ "qltry -k @na", "qltry -k @na", "@na", "" },
	{ "qltry -k queue,", "qltry -k queue,", "queue,", "queue,queue queue,day" },
	{ "qltry -z ", "qltry -z ''", "", "" },
	{ "qltry -o na", "qltry -o na", "na", "names" },
	{ "qltry --output=na", "qltry --output = na", "na", "names" },
	{ "qltry --root ", "qltry --root ''", "", "sub" },
	{ "qltry -v n", "qltry -v n", "n", "names" },
	{ "qltry -o --fo", "qltry -o --fo", "--fo", "" },
	{ "qltry -- --fo", "qltry -- --fo", "--fo", "" },
	{ "qltry -o -- --fo", "qltry -o -- --fo", "--fo", "--format" },
	{ "qltry --completion ", "qltry --completion ''", "", "bash zsh fish" },
};

/* try LINE LAST WORD...: what the function offers */
static const char driver[] = ". ./script\n"
			     "COMP_LINE=$1 COMP_POINT=${#1} last=$2\n"
			     "shift 2\n"
			     "COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n"
			     "_qltry qltry \"$last\"\n"
			     "echo \"${COMPREPLY[*]}\"\n";

static void test_bash(const char *dir)
{
	char cmd[512], path[128], text[256], want[256];
	FILE *fp;

	if (system("bash --version >/dev/null 2>&1") != 0) {
		unit_skip("no bash");
		return;
	}
	snprintf(path, sizeof(path), "%s/script", dir);
	show("--completion bash", path, NULL, 0);
	snprintf(path, sizeof(path), "%s/try", dir);
	fp = fopen(path, "w");
	if (!CHECK(fp, "%s", path))
		return;
	fputs(driver, fp);
	fclose(fp);
	snprintf(cmd, sizeof(cmd), "cd %s && mkdir sub && : >names", dir);
	CHECK_EQ_INT(system(cmd), 0, "some files");
	for (size_t i = 0; i < sizeof(tabs) / sizeof(*tabs); i++) {
		snprintf(cmd, sizeof(cmd), "cd %s && bash ./try '%s' '%s' %s", dir, tabs[i].line,
			 tabs[i].last, tabs[i].words);
		fp = popen(cmd, "r");
		if (!fp || !fgets(text, sizeof(text), fp))
			*text = '\0';
		if (fp)
			pclose(fp);
		snprintf(want, sizeof(want), "%s\n", tabs[i].offers);
		CHECK_EQ_STR(text, want, "bash: %s<TAB>", tabs[i].line);
	}
	snprintf(cmd, sizeof(cmd), "cd %s && rmdir sub && rm names script try", dir);
	CHECK_EQ_INT(system(cmd), 0, "gone again");
}

static const struct {
	const char *text;
	long long value; /* -1: refused */
} durations[] = {
	{ "0", 0 },	    { "90", 90 },	  { "15m", 900 },   { "1h30m", 5400 },
	{ "35d", 3024000 }, { "2w1s", 1209601 },  { "0s", 0 },	    { "8589934592", 8589934592 },
	{ "", -1 },	    { "m", -1 },	  { "1h30", -1 },   { "30m1h", -1 },
	{ "1h1h", -1 },	    { "-1", -1 },	  { "1 h", -1 },    { "1x", -1 },
	{ "1.5h", -1 },	    { "8589934593", -1 }, { "14203w", -1 }, { "99999999999999999999", -1 },
};

static const struct {
	const char *text;
	long long least, most, value;
	const char *said; /* NULL: taken */
} numbers[] = {
	{ "0", 0, 10, 0, NULL },
	{ "10", 0, 10, 10, NULL },
	{ "-5", -5, 10, -5, NULL },
	{ "11", 0, 10, -9, "qltry: -n: 11: more than 10\n" },
	{ "-1", 0, 10, -9, "qltry: -n: -1: less than 0\n" },
	{ "", 0, 10, -9, "qltry: -n: : not a number\n" },
	{ "1x", 0, 10, -9, "qltry: -n: 1x: not a number\n" },
	{ " 1", 0, 10, -9, "qltry: -n:  1: not a number\n" },
	{ "9999999999999999999", 0, 10, -9, "qltry: -n: 9999999999999999999: not a number\n" },
};

static const struct {
	const char *text;
	int64_t us; /* -1: refused */
} periods[] = {
	{ "0.3", 300000 }, { "0.3s", 300000 }, { "10", 10000000 }, { "1m1.5s", 61500000 },
	{ "1.000001", 1000001 }, { "0.0", 0 }, { "1.", -1 }, { ".5", -1 }, { "1.5m", -1 },
	{ "1.0000001", -1 }, { "1.5.5", -1 }, { "1.5s5", -1 }, { "8589934593", -1 }, { "", -1 },
};

static void test_arguments(void)
{
	long long n;

	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++) {
		struct diag d = quiet();
		int64_t us = -1;

		CHECK_EQ_INT(opt_period("-t", periods[i].text, &us, &d), periods[i].us < 0 ? -1 : 0,
			     "period \"%s\"", periods[i].text);
		CHECK_EQ_INT(us, periods[i].us, "its microseconds");
		n = -1;
		CHECK_EQ_INT(opt_duration("-t", periods[i].text, &n, &d),
			     periods[i].us < 0 || periods[i].us % 1000000 ? -1 : 0,
			     "as a duration of whole seconds");
	}

	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		struct diag d = quiet();

		n = -1;
		CHECK_EQ_INT(opt_duration("-t", durations[i].text, &n, &d),
			     durations[i].value < 0 ? -1 : 0, "duration \"%s\"", durations[i].text);
		CHECK_EQ_INT(n, durations[i].value, "its seconds");
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct diag d = quiet();

		n = -9;
		said.n = 0;
		CHECK_EQ_INT(opt_number("-n", numbers[i].text, numbers[i].least, numbers[i].most,
					&n, &d),
			     numbers[i].said ? -1 : 0, "number \"%s\"", numbers[i].text);
		CHECK_EQ_INT(n, numbers[i].value, "its value");
		CHECK_EQ_SLICE(said.p, said.n, numbers[i].said ? numbers[i].said : "", "what is said");
	}
}

static void test_choose(void)
{
	static const struct opt_use use[] = { { "not", "inverts" }, { "root", NULL }, { "none", "x" }, { NULL, NULL } };
	struct opt got[sizeof(use) / sizeof(*use)];

	opt_choose(got, own, use);
	CHECK_EQ_STR(got[0].name, "root", "in the order of the table");
	CHECK_EQ_STR(got[0].help, "look in DIR", "as it stands there");
	CHECK_EQ_STR(got[1].name, "not", "the next");
	CHECK_EQ_STR(got[1].help, "inverts", "as it is meant here");
	CHECK_EQ_INT(got[2].id, 0, "and no more");
}

int main(void)
{
	char dir[] = "/tmp/t_opt.XXXXXX";

	test_parse();
	if (CHECK(mkdtemp(dir), "a directory of our own")) {
		test_show(dir);
		test_bash(dir);
		rmdir(dir);
	}
	test_arguments();
	test_choose();
	buf_free(&taken);
	buf_free(&said);
	return unit_done();
}
