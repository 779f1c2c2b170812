/* Commands whose output is read: what they are given, what they end with, where they speak. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "stream/child.h"
#include "unit.h"

static struct buf said;

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	buf_put(&said, line, n);
}

static struct diag quiet(void)
{
	said.n = 0;
	return (struct diag){ "t_child", hear, NULL, 0 };
}

/* Reads it to its end; how it ended. */
static const char *finish(struct child *c, struct buf *to)
{
	ssize_t n;

	to->n = 0;
	while (buf_room(to, 4096) && ((n = read(c->fd, to->p + to->n, 4096)) > 0 || (n < 0 && errno == EINTR)))
		to->n += n > 0 ? (size_t)n : 0;
	return child_end(c);
}

static const struct {
	char *word;
} words[] = {
	{ "plain" }, { "" }, { " " }, { "a b" }, { "it's" }, { "\"" }, { "$(touch t_child.harm)" },
	{ "`touch t_child.harm`" }, { "; touch t_child.harm" }, { "a\nb\n" }, { "\\" }, { "*" }, { "$HOME" },
	{ "-n" }, { "%s" }, { "x=1" }, { "\xff\t|&<>" },
};

static void test_words(void)
{
	enum { N = sizeof(words) / sizeof(*words) };
	char *argv[N + 3] = { "printf", "%s\\n--\\n" };
	struct buf got = { 0 }, want = { 0 };
	struct diag d = quiet();
	struct child c;

	for (size_t i = 0; i < N; i++) {
		argv[i + 2] = words[i].word;
		buf_str(&want, words[i].word);
		buf_str(&want, "\n--\n");
	}
	if (CHECK(child_exec(&c, argv, false, &d) == 0, "a command by its arguments"))
		CHECK_EQ_STR(finish(&c, &got), NULL, "ends well");
	CHECK_EQ_MEM(got.p, got.n, want.p, want.n, "gets each word whole, and nobody reads it before");
	CHECK(access("t_child.harm", F_OK) < 0, "and none is run");
	buf_free(&got);
	buf_free(&want);
}

static const struct {
	const char *command, *how;
	bool remarked;
} ends[] = {
	{ "exit 0", NULL, false },     { "exit 1", NULL, true },
	{ "exit 2", "status 2", false }, { "exit 127", "status 127", false },
	{ "kill -9 $$", "killed by signal 9", false },
	{ "exec 3</dev/stdin; read x <&3 || exit 1", NULL, true }, /* nothing on stdin */
};

static void test_ends(void)
{
	struct buf got = { 0 };
	struct child c;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct diag d = quiet();

		if (!CHECK(child_start(&c, ends[i].command, &d) == 0, "sh: %s", ends[i].command))
			continue;
		CHECK_EQ_STR(finish(&c, &got), ends[i].how, "ends");
		CHECK(c.remarked == ends[i].remarked, "with remarks or without");
		CHECK(child_over(&c), "and is over");
	}
	buf_free(&got);
}

static void test_missing(void)
{
	static char *const names[] = { "t_child-no-such", "/no/such/t_child" };
	struct child c;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *argv[] = { names[i], NULL };
		struct diag d = quiet();
		char want[80];

		CHECK_EQ_INT(child_exec(&c, argv, false, &d), -1, "%s cannot be run", names[i]);
		snprintf(want, sizeof(want), "t_child: %s: No such file or directory\n", names[i]);
		CHECK_EQ_SLICE(said.p, said.n, want, "which is said");
		CHECK_EQ_STR(child_end(&c), NULL, "and there is nothing to wait for");
	}
}

/* How much is written to stderr by a command that is quiet, or not. */
static off_t speaks(bool silent)
{
	static char *const argv[] = { "sh", "-c", "echo out; echo err >&2", NULL };
	char path[] = "/tmp/t_child.XXXXXX";
	int fd = mkstemp(path), own = dup(STDERR_FILENO);
	struct buf got = { 0 };
	struct diag d = quiet();
	struct stat st;
	struct child c;

	dup2(fd, STDERR_FILENO);
	if (child_exec(&c, argv, silent, &d) == 0)
		finish(&c, &got);
	dup2(own, STDERR_FILENO);
	CHECK_EQ_SLICE(got.p, got.n, "out\n", "its output is read");
	fstat(fd, &st);
	close(fd);
	close(own);
	unlink(path);
	buf_free(&got);
	return st.st_size;
}

int main(void)
{
	test_words();
	test_ends();
	test_missing();
	CHECK_EQ_INT(speaks(false), 4, "what it says on stderr stands on ours");
	CHECK_EQ_INT(speaks(true), 0, "unless it shall be quiet");
	buf_free(&said);
	return unit_done();
}
