#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/out.h"
#include "unit.h"

static char dir[] = "/tmp/t_out.XXXXXX";
static char path[64];
static struct buf said;

static void hear(void *arg, const char *line, size_t n)
{
	(void)arg;
	buf_put(&said, line, n);
}

static struct diag quiet(void)
{
	said.n = 0;
	return (struct diag){ "t_out", hear, NULL, 0 };
}

static struct buf content(void)
{
	int fd = open(path, O_RDONLY);
	struct buf b = { 0 };
	ssize_t n;

	while (fd >= 0 && buf_room(&b, 65536) && (n = read(fd, b.p + b.n, 65536)) > 0)
		b.n += (size_t)n;
	if (fd >= 0)
		close(fd);
	return b;
}

/* How many files there are in our directory. */
static int files(void)
{
	char cmd[64];
	int n = -1;
	FILE *fp;

	snprintf(cmd, sizeof(cmd), "ls %s | wc -l", dir);
	fp = popen(cmd, "r");
	if (fp && fscanf(fp, "%d", &n) != 1)
		n = -1;
	if (fp)
		pclose(fp);
	return n;
}

static void test_file(void)
{
	struct diag d = quiet();
	mode_t mask = umask(027);
	struct stat st;
	struct out o;
	struct buf b;

	CHECK_EQ_INT(out_open(&o, path, &d), 0, "a file is opened");
	out_put(&o, "one\n", 4);
	out_flush(&o);
	CHECK(access(path, F_OK) < 0, "not yet under its name");
	CHECK_EQ_INT(files(), 1, "but somewhere beside");
	out_slice(&o, SLICE("two"));
	out_byte(&o, '\n');
	CHECK_EQ_INT(out_close(&o, true, &d), 0, "closed");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "one\ntwo\n", "under its name");
	buf_free(&b);
	CHECK_EQ_INT(files(), 1, "and nothing else");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640, "its mode follows the umask");
	umask(mask);

	out_open(&o, path, &d);
	out_put(&o, "three\n", 6);
	out_flush(&o);
	CHECK_EQ_INT(out_close(&o, false, &d), 0, "given up");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "one\ntwo\n", "the old one stays");
	buf_free(&b);
	CHECK_EQ_INT(files(), 1, "the new one is gone");

	out_open(&o, path, &d);
	CHECK_EQ_INT(out_close(&o, true, &d), 0, "an empty one");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "", "replaces it");
	buf_free(&b);
	CHECK(d.status == 0 && said.n == 0, "nothing was said");
	unlink(path);

	CHECK_EQ_INT(out_open(&o, "/nonexistent/file", &d), -1, "no such directory");
	CHECK_EQ_SLICE(said.p, said.n, "t_out: /nonexistent/file: No such file or directory\n", "said");
	CHECK_EQ_INT(d.status, 2, "not done");

	d = quiet();
	out_open(&o, path, &d);
	mkdir(path, 0700);
	out_put(&o, "x", 1);
	CHECK_EQ_INT(out_close(&o, true, &d), -1, "a directory has come to be there");
	CHECK_EQ_INT(d.status, 2, "not done");
	CHECK_EQ_INT(files(), 1, "the temporary file is gone");
	rmdir(path);
}

/* Puts, rooms and runs of all sizes, mixed, against a plain copy. */
static void test_mixed(void)
{
	enum { SOURCE = 600000 };
	static unsigned char source[SOURCE];
	uint64_t x = 88172645463325252u;
	struct diag d = quiet();
	struct buf want = { 0 }, b;
	struct out o;
	size_t at = 0;

	for (size_t i = 0; i < SOURCE; i++)
		source[i] = (unsigned char)(i * 2654435761u >> 13);
	out_open(&o, path, &d);
	for (int i = 0; i < 4000; i++) {
		size_t n;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		n = x % (i % 100 ? 300 : 200000);
		if (x % 7 == 0)
			at = (x >> 20) % SOURCE;
		if (at + n > SOURCE)
			at = 0;
		switch (i % 97 ? x % 8 : 8) {
		case 0:
			out_put(&o, source + at, n);
			break;
		case 1:
			n = n < OUT_ROOM ? n : OUT_ROOM;
			memcpy(out_room(&o, n), source + at, n);
			out_took(&o, n);
			break;
		case 2:
			out_byte(&o, source[at]);
			n = 1;
			break;
		case 8:
			out_flush(&o);
			n = 0;
			break;
		default:
			out_run(&o, slice_of(source + at, n));
		}
		buf_put(&want, source + at, n);
		at += n;
	}
	CHECK_EQ_INT(out_close(&o, true, &d), 0, "closed");
	b = content();
	CHECK(slice_eq(buf_all(&b), buf_all(&want)), "mixed puts and runs: %zu bytes in order", want.n);
	buf_free(&b);
	buf_free(&want);
	unlink(path);
}

static void test_runs(void)
{
	unsigned char lines[] = "one\ntwo\nthree\nfour\n";
	struct diag d = quiet();
	struct out o;
	struct buf b;

	out_open(&o, path, &d);
	out_run(&o, slice_of(lines, 4));
	out_run(&o, slice_of(lines + 4, 4));
	CHECK(o.run.p == lines && o.run.n == 8, "adjoining runs are one");
	CHECK_EQ_INT(o.n, 0, "and nothing is copied");
	out_run(&o, slice_of(lines + 14, 5));
	CHECK(o.run.p == lines + 14 && o.run.n == 5, "another run settles the one before");
	out_put(&o, "-\n", 2);
	CHECK_EQ_INT(o.run.n, 0, "so does a put");
	out_run(&o, slice_of(lines + 8, 6));
	out_settle(&o);
	memset(lines, 'x', sizeof(lines));
	CHECK_EQ_INT(out_close(&o, true, &d), 0, "closed");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "one\ntwo\nfour\n-\nthree\n", "in order, as they were when settled");
	buf_free(&b);

	out_open(&o, path, &d);
	out_run(&o, SLICE("last\n"));
	out_close(&o, true, &d);
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "last\n", "closing settles");
	buf_free(&b);

	out_open(&o, path, &d);
	out_run(&o, SLICE("a"));
	out_run(&o, (struct slice){ 0 });
	out_run(&o, SLICE("b"));
	out_close(&o, true, &d);
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "ab", "an empty run between");
	buf_free(&b);
	unlink(path);
}

/* To stdout in a process of its own, where stdout is `to`: 0, or what was said on its stderr. */
static int child(const char *to, size_t bytes, bool run, struct buf *text)
{
	static unsigned char block[300000];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	if (pipe(fds) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		struct diag d = { "t_out", diag_to_fd, &fds[1], 0 };
		int fd = open(to, O_WRONLY);
		struct out o;

		close(STDOUT_FILENO);
		if (fd >= 0)
			dup2(fd, STDOUT_FILENO);
		out_open(&o, "-", &d);
		if (run)
			out_run(&o, slice_of(block, bytes));
		else
			out_put(&o, block, bytes);
		out_byte(&o, '\n');
		out_put(&o, "behind", 6);
		out_close(&o, true, &d);
		_exit(d.status);
	}
	close(fds[1]);
	text->n = 0;
	while (buf_room(text, 256) && (n = read(fds[0], text->p + text->n, 256)) > 0)
		text->n += (size_t)n;
	close(fds[0]);
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void test_errors(void)
{
	static const size_t sizes[] = { 0, 1, 70000, 300000 };
	struct buf text = { 0 };

	for (size_t i = 0; i < 8; i++) {
		size_t n = sizes[i / 2];
		const char *kind = i % 2 ? "a run" : "a put";

		CHECK_EQ_INT(child("/dev/null", n, i % 2, &text), 0, "%s of %zu bytes", kind, n);
		CHECK_EQ_SLICE(text.p, text.n, "", "said");
		CHECK_EQ_INT(child("/nonexistent", n, i % 2, &text), 2, "to a closed stdout");
		CHECK_EQ_SLICE(text.p, text.n, "t_out: stdout: Bad file descriptor\n", "said");
		if (access("/dev/full", W_OK) < 0) {
			unit_skip("no /dev/full");
			continue;
		}
		CHECK_EQ_INT(child("/dev/full", n, i % 2, &text), 2, "to a full disk");
		CHECK_EQ_SLICE(text.p, text.n, "t_out: stdout: No space left on device\n", "said, once");
	}
	buf_free(&text);
}

/* A device that was named behind -o used to be replaced by a file. */
static void test_places(void)
{
	struct diag d = quiet();
	char link[80], text[8] = "";
	struct stat st;
	struct out o;
	struct buf b;
	int fd;

	mkfifo(path, 0600);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	CHECK_EQ_INT(out_open(&o, path, &d), 0, "a FIFO is opened");
	out_put(&o, "x\n", 2);
	CHECK_EQ_INT(out_close(&o, true, &d), 0, "and closed");
	CHECK_EQ_INT(read(fd, text, sizeof(text)), 2, "what was written is in it");
	close(fd);
	CHECK(lstat(path, &st) == 0 && S_ISFIFO(st.st_mode), "it is still a FIFO");
	unlink(path);

	snprintf(link, sizeof(link), "%s/link", dir);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	CHECK_EQ_INT(symlink("out", link), 0, "a link");
	out_open(&o, link, &d);
	out_put(&o, "y\n", 2);
	CHECK_EQ_INT(out_close(&o, true, &d), 0, "a file through a link");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "y\n", "has come to where the link leads");
	buf_free(&b);
	CHECK(lstat(link, &st) == 0 && S_ISLNK(st.st_mode), "which is still a link");
	unlink(link);
	unlink(path);

	CHECK_EQ_INT(out_open(&o, "/dev/null", &d), 0, "/dev/null");
	out_put(&o, "z\n", 2);
	CHECK_EQ_INT(out_close(&o, false, &d), 0, "/dev/null is closed");
	CHECK(lstat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode), "/dev/null is a device");
	CHECK(d.status == 0 && said.n == 0, "nothing was said of places");
}

/* Waiting for input, with a reader at the other end and then without. */
static void test_wait(void)
{
	struct diag d = quiet();
	char name[64], text[8];
	struct out o;
	int in[2], fd;

	snprintf(name, sizeof(name), "%s/fifo", dir);
	if (!CHECK(mkfifo(name, 0600) == 0 && pipe(in) == 0, "pipes"))
		return;
	signal(SIGPIPE, SIG_IGN);
	fd = open(name, O_RDONLY | O_NONBLOCK);
	if (!CHECK(fd >= 0 && out_open(&o, name, &d) == 0, "both ends"))
		return;
	out_put(&o, "a", 1);
	CHECK(write(in[1], "b", 1) == 1 && out_wait(&o, in[0], -1), "input is there");
	CHECK(read(fd, text, sizeof(text)) <= 0, "so nothing is flushed");
	CHECK(read(in[0], text, 1) == 1 && out_wait(&o, in[0], 1), "none comes in time");
	CHECK_EQ_INT(read(fd, text, sizeof(text)), 1, "what there was is flushed");
	CHECK(out_wait(&o, -1, 1), "no input to wait for");
	close(in[1]);
	CHECK(out_wait(&o, in[0], -1), "its end can be read");
	close(fd);
	CHECK(!out_wait(&o, -1, 10000), "the reader is gone");
	CHECK_EQ_INT(o.err, EPIPE, "as if it had been written to");
	CHECK_EQ_INT(out_close(&o, true, &d), -1, "and that is an error");
	signal(SIGPIPE, SIG_DFL);
	close(in[0]);
	unlink(name);
}

static void test_text(void)
{
	struct diag d = quiet();
	struct buf text = { 0 }, b;

	buf_str(&text, "a text\n");
	CHECK_EQ_INT(out_text(path, &text, &d), 0, "a text to a file");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "a text\n", "is there");
	buf_free(&b);
	CHECK_EQ_INT(out_text("/nonexistent/file", &text, &d), -1, "no such directory");
	d = quiet();
	text.failed = true;
	CHECK_EQ_INT(out_text(path, &text, &d), -1, "a text that had no memory");
	CHECK_EQ_SLICE(said.p, said.n, "t_out: out of memory\n", "said");
	b = content();
	CHECK_EQ_SLICE(b.p, b.n, "a text\n", "and the old one stays");
	buf_free(&b);
	buf_free(&text);
	unlink(path);
}

int main(void)
{
	if (!CHECK(mkdtemp(dir), "a directory of our own"))
		return unit_done();
	snprintf(path, sizeof(path), "%s/out", dir);
	test_file();
	test_mixed();
	test_runs();
	test_errors();
	test_places();
	test_wait();
	test_text();
	CHECK_EQ_INT(rmdir(dir), 0, "nothing is left behind");
	buf_free(&said);
	return unit_done();
}
