#include "stream/pipeline.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/*
 * Pipelines of shell scripts. A leg of partition P is written "P: script", one that tells of its
 * status 2 itself "P! script"; ">" is a command that carries all, ">>" one that takes several.
 * "=" is the last, whose output is no events.
 */
#define DOWN(p, why) "\n0\t" p "\tNONE\tNONE\tNONE\tSOURCEDOWN\tsh: " why "\t\t\t\t\n"

static const struct {
	const char *name;
	const char *command[6];
	const char *out, *said;
	int status, result;
	bool tolerant;
} rows[] = {
	{ "one leg", { "A: echo 1" }, "1\n", "", 0, 0, false },
	{ "two legs", { "A: echo 1", "B: echo 2", ">>" }, "1\n2\n", "", 0, 0, false },
	{ "legs in order", { "A: sleep 0.2; echo 1", "B: echo 2", ">>" }, "1\n2\n", "", 0, 0, false },
	{ "a chain", { "A: echo 1", "= tr 1 x" }, "x\n", "", 0, 0, false },
	{ "legs and a chain", { "A: echo 1", "B: echo 2", ">>", "> sort -r", "= tr 1 x" },
	  "2\nx\n", "", 0, 0, false },
	{ "nothing on stdin", { "A: cat" }, "", "", 0, 0, false },

	{ "status 1 of a leg", { "A: echo 1; exit 1", "= cat" }, "1\n", "", 1, 0, false },
	{ "status 1 of the last", { "A: echo 1", "= cat; exit 1" }, "1\n", "", 1, 0, false },
	{ "status 9 of the last", { "A: echo 1", "= cat; exit 9" }, "1\n", "", 2, 0, false },
	{ "a leg killed", { "A: echo 1; kill -9 $$", "= cat" },
	  "1\n" DOWN("A", "killed by signal 9"), "A: sh: killed by signal 9", 2, 0, false },
	{ "a leg killed inside a line", { "A: printf half; kill -9 $$", "= cat" },
	  "half" DOWN("A", "killed by signal 9"), "A: sh: killed by signal 9", 2, 0, false },
	{ "one of two legs killed", { "A: echo 1", "B: kill -9 $$", ">>", "= cat" },
	  "1\n" DOWN("B", "killed by signal 9"), "B: sh: killed by signal 9", 2, 0, false },
	{ "a leg killed, tolerated", { "A: kill -9 $$", "= cat" },
	  DOWN("A", "killed by signal 9"), "A: sh: killed by signal 9", 1, 0, true },
	{ "the last killed, tolerated", { "A: echo 1", "= kill -9 $$" },
	  "", "sh: killed by signal 9", 2, 0, true },
	{ "a single leg killed", { "A: echo 1; kill -9 $$" },
	  "1\n" DOWN("A", "killed by signal 9"), "A: sh: killed by signal 9", 2, 0, false },
	{ "status 2 of a leg", { "A: exit 2", "= cat" }, DOWN("A", "status 2"),
	  "A: sh: status 2", 2, 0, false },
	{ "status 2 of a leg that tells it", { "A! echo down; exit 2", "= cat" }, "down\n",
	  "A: sh: status 2", 2, 0, false },
	{ "status 3 of a leg that tells 2", { "A! exit 3", "= cat" }, DOWN("A", "status 3"),
	  "A: sh: status 3", 2, 0, false },
	{ "status 127 of a leg", { "A: exec /none 2>/dev/null", "= cat" }, DOWN("A", "status 127"),
	  "A: sh: status 127", 2, 0, false },
	{ "the middle of a leg killed", { "A: echo 1", "A: sed 1q; kill -9 $$", "= cat" },
	  "1\n" DOWN("A", "killed by signal 9"), "A: sh: killed by signal 9", 2, 0, false },
	{ "the middle killed", { "A: echo 1", "B: echo 2", ">> kill -9 $$", "= cat" },
	  DOWN("A", "killed by signal 9") "0\tB\tNONE\tNONE\tNONE\tSOURCEDOWN\tsh: killed by "
	  "signal 9\t\t\t\t\n", "sh: killed by signal 9", 2, 0, false },

	{ "a reader that ends first", { "A: exec yes", "= head -n 1" }, "y\n", "", 0, 0, false },
	{ "a merge whose reader ends first", { "A: exec yes", "B: exec yes", ">> exec cat \"$@\"", "= head -n 1" }, "y\n", "",
	  0, 0, false },
	{ "a reader that ends first and badly", { "A: exec yes", "= exit 2" }, "", "", 2, 0, false },
	{ "SIGPIPE with its reader there", { "A: kill -PIPE $$", "= sleep 0.2; cat" },
	  DOWN("A", "killed by signal 13"), "A: sh: killed by signal 13", 2, 0, false },
	{ "a killed leg behind a full pipe",
	  { "A: head -c 65536 /dev/zero; kill -9 $$", "= sleep 0.3; tr -d '\\0'" },
	  DOWN("A", "killed by signal 9"), "A: sh: killed by signal 9", 2, 0, false },
	{ "killed legs behind full pipes",
	  { "A: head -c 65536 /dev/zero; kill -9 $$", "B: sleep 0.1; head -c 65536 /dev/zero; kill -9 $$",
	    ">>", "= sleep 0.3; tr -d '\\0' | wc -l" },
	  "4\n", "A: sh: killed by signal 9/B: sh: killed by signal 9", 2, 0, false },
	{ "a killed leg behind a full pipe that is read last",
	  { "A: sleep 0.2; echo 1", "B: head -c 65536 /dev/zero; kill -9 $$", ">>",
	    "= tr -d '\\0' | wc -l" },
	  "3\n", "B: sh: killed by signal 9", 2, 0, false },
	{ "more than a pipe holds", { "A: head -c 1000000 /dev/zero", "= wc -c" }, "1000000\n", "",
	  0, 0, false },
};

static void keep(void *arg, const char *line, size_t n)
{
	struct buf *b = arg;

	if (b->n)
		buf_byte(b, '/');
	buf_put(b, line + strlen("t: "), n - 1 - strlen("t: "));
}

static void add(struct pipeline *p, const char *text, bool first)
{
	size_t i = pipeline_add(p, "sh", strdup("/bin/sh"));
	struct pipeline_command *c = &p->command[i];
	static const char *names[] = { "A", "B" };
	bool leg = *text == 'A' || *text == 'B';
	const char *script = text + 2 + (text[2] == ' ');

	c->partition = leg ? names[*text - 'A'] : NULL;
	c->tells = text[1] == '!';
	c->events = *text != '=';
	c->several = strncmp(text, ">>", 2) == 0;
	if (!leg || !first)
		for (size_t j = 0; j < i; j++)
			if (p->command[j].into == PIPELINE_STDOUT && (!leg || j == i - 1))
				p->command[j].into = i;
	words_add(&c->argv, "-c");
	words_add(&c->argv, !c->several ? script : script[0] ? script : "cat \"$@\"");
	words_add(&c->argv, "sh");
}

static void build(struct pipeline *p, const char *const *command)
{
	for (size_t i = 0; command[i]; i++)
		add(p, command[i], i == 0 || *command[i] != *command[i - 1]);
}

/* Runs it with stdout in a file, whose content comes to *out. */
static int run_into(struct pipeline *p, bool tolerant, struct diag *d, struct buf *out)
{
	char name[] = "/tmp/t_pipeline.XXXXXX";
	int fd = mkstemp(name), saved, result;
	ssize_t n;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(fd, STDOUT_FILENO);
	result = pipeline_run(p, tolerant, d);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	out->n = 0;
	buf_room(out, 1 << 16);
	n = pread(fd, out->p, 1 << 16, 0);
	out->n = n > 0 ? (size_t)n : 0;
	close(fd);
	unlink(name);
	return result;
}

static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void check_runs(void)
{
	struct buf said = { 0 }, out = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag d = { "t", keep, &said, 0 };
		struct pipeline p = { 0 };
		int files = open_files();

		said.n = 0;
		build(&p, rows[i].command);
		CHECK_EQ_INT(run_into(&p, rows[i].tolerant, &d, &out), rows[i].result, "%s",
			     rows[i].name);
		CHECK_EQ_SLICE(out.p, out.n, rows[i].out, "%s: output", rows[i].name);
		CHECK_EQ_STR(buf_cstr(&said), rows[i].said, "%s: said", rows[i].name);
		CHECK_EQ_INT(d.status, rows[i].status, "%s: status", rows[i].name);
		CHECK_EQ_INT(open_files(), files, "%s: open files", rows[i].name);
		pipeline_free(&p);
	}
	CHECK(waitpid(-1, NULL, WNOHANG) < 0, "no child is left");
	buf_free(&said);
	buf_free(&out);
}

static void check_missing(void)
{
	struct buf said = { 0 }, out = { 0 };
	struct diag d = { "t", keep, &said, 0 };
	struct pipeline p = { 0 };
	int files = open_files();

	add(&p, "A: sleep 100", true);
	add(&p, "= cat", true);
	strcpy(p.command[1].path, "/bin/0");
	CHECK_EQ_INT(run_into(&p, false, &d, &out), 0, "a command that is not there");
	CHECK_EQ_STR(buf_cstr(&said), "sh: No such file or directory", "is named");
	CHECK_EQ_INT(d.status, 2, "status");
	CHECK_EQ_INT(open_files(), files, "open files");
	CHECK(waitpid(-1, NULL, WNOHANG) < 0, "and no child is left");
	pipeline_free(&p);
	buf_free(&said);
	buf_free(&out);
}

/* The stdout of the last command has nobody who reads it. */
static void check_closed(void)
{
	static const char *const command[] = { "A: exec yes", "> exec cat", NULL };
	struct buf said = { 0 };
	struct diag d = { "t", keep, &said, 0 };
	struct pipeline p = { 0 };
	int ends[2], saved, result;

	build(&p, command);
	if (pipe(ends) < 0)
		return;
	close(ends[0]);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	result = pipeline_run(&p, false, &d);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	CHECK_EQ_INT(result, SIGPIPE, "a closed stdout");
	CHECK_EQ_STR(buf_cstr(&said), "", "ends quietly");
	CHECK_EQ_INT(d.status, 0, "status");
	pipeline_free(&p);
	buf_free(&said);
}

/* A signal that comes to the running process alone ends all of its commands. */
static void check_signal(int sig)
{
	static const char *const command[] = { "A: echo; exec sleep 100", "B: exec sleep 100", ">>",
					       "> cat", NULL };
	struct buf said = { 0 };
	struct diag d = { "t", keep, &said, 0 };
	struct pipeline p = { 0 };
	int ends[2], status, result;
	char byte;
	pid_t pid;

	build(&p, command);
	if (pipe(ends) < 0)
		return;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		result = pipeline_run(&p, false, &d);
		_exit(result == sig && said.n == 0 ? 0 : 1);
	}
	close(ends[1]);
	CHECK_EQ_INT(read(ends[0], &byte, 1), 1, "signal %d: it runs", sig);
	kill(pid, sig);
	waitpid(pid, &status, 0);
	CHECK_EQ_INT(status, 0, "signal %d: is passed on, and is the result", sig);
	while (read(ends[0], &byte, 1) > 0) { } /* the end of the file: nobody is left */
	close(ends[0]);
	pipeline_free(&p);
	buf_free(&said);
}

static void check_text(void)
{
	static const char *const command[] = { "A: echo 1", "A: tr '1' x", "B: echo 2", ">> x", "> sort",
					       NULL };
	struct pipeline p = { 0 };
	struct buf b = { 0 };

	build(&p, command);
	p.command[4].zone = "CET-1CEST";
	p.command[1].into = 3;
	pipeline_text(&p, &b);
	CHECK_EQ_STR(buf_cstr(&b),
		     "sh -c x sh \\\n"
		     "    -x 'sh -c '\\''echo 1'\\'' sh | sh -c '\\''tr '\\''\\'\\'''\\''1'\\''\\'\\'''\\'' x'\\'' sh' \\\n"
		     "    -x 'sh -c '\\''echo 2'\\'' sh' |\n"
		     "TZ=CET-1CEST sh -c sort sh\n",
		     "a pipeline as text");
	pipeline_free(&p);
	buf_free(&b);
}

int main(void)
{
	check_runs();
	check_missing();
	check_closed();
	check_signal(SIGTERM);
	check_signal(SIGINT);
	check_signal(SIGHUP);
	check_text();
	return unit_done();
}
