#include "stream/newest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "unit.h"

#define S INT64_C(1000000)

/* A log's content, put `times` before it a line of 1 s, and its newest event in seconds. */
static const struct {
	const char *name;
	const char *text;
	int times;
	enum newest found;
	int64_t time;
} rows[] = {
	{ "empty", "", 0, NEWEST_NONE, 0 },
	{ "one line", "5|NONE|NONE|NONE|QUEUESTART\n", 0, NEWEST_FOUND, 5 },
	{ "no end of line", "5|a|q|x|CONNECT\n6|a|q|x|CONNECT", 0, NEWEST_FOUND, 6 },
	{ "blank before the time", "5|a|q|x|CONNECT\n  6|a|q|x|CONNECT\n", 0, NEWEST_FOUND, 6 },
	{ "a long fraction", "5|a|q|x|CONNECT\n6.9999999999|a|q|x|CONNECT\n", 0, NEWEST_FOUND, 6 },
	{ "a byte order mark", "\xef\xbb\xbf" "6.1234567|a|q|x|CONNECT\n", 0, NEWEST_FOUND, 6 },
	{ "rubbish behind it", "5|a|q|x|CONNECT\n\n\nrubbish|x\n7\n\x01\x02", 0, NEWEST_FOUND, 5 },
	{ "nothing but rubbish", "rubbish\n|||\n", 0, NEWEST_NONE, 0 },
	{ "events", "5\tA\ta\tq\tx\tCONNECT\t\t\t\t\t\n", 0, NEWEST_FOUND, 5 },
	{ "many lines", "9|a|q|x|CONNECT\n", 10000, NEWEST_FOUND, 9 },
	{ "many lines, the last of them rubbish", "x\n", 10000, NEWEST_FOUND, 1 },
};

static void put_file(const char *path, const char *text, int times, bool gzip)
{
	gzFile fp = gzopen(path, gzip ? "wb" : "wbT");

	for (int i = 0; i < times; i++)
		gzputs(fp, "1|call|queue|agent|RINGNOANSWER|1000\n");
	gzputs(fp, text);
	gzclose(fp);
}

static void check(const char *what, const char *path, int64_t enough, enum newest found,
		  int64_t seconds)
{
	int64_t time = -S;

	CHECK_EQ_INT(newest_event(path, enough * S, &time), found, "%s", what);
	if (found == NEWEST_FOUND)
		CHECK_EQ_INT(time / S, seconds, "%s: its time", what);
}

static void check_rubbish_behind_many(void)
{
	struct buf b = { 0 };

	buf_str(&b, "5|a|q|x|CONNECT\n");
	for (int i = 0; i < 20000; i++)
		buf_str(&b, "rubbish\n");
	put_file("log", buf_cstr(&b), 0, false);
	check("much rubbish behind it", "log", 0, NEWEST_FOUND, 5);
	unlink("log");
	buf_free(&b);
}

static void check_directory(void)
{
	mkdir("d", 0700);
	put_file("d/queue_log.0", "7|a|q|x|CONNECT\n", 0, true);
	put_file("d/queue_log", "5|a|q|x|CONNECT\n", 0, false);
	put_file("d/messages", "9|a|q|x|CONNECT\n", 0, false);
	check("enough in a plain file", "d", 5, NEWEST_FOUND, 5);
	check("more in a gzip file", "d", 6, NEWEST_FOUND, 7);
	put_file("d/queue_log.1", "", 1000, true);
	if (truncate("d/queue_log.1", 40) == 0) {
		check("enough, in spite of a cut file", "d", 7, NEWEST_FOUND, 7);
		check("a cut file", "d", 8, NEWEST_UNKNOWN, 0);
	}
	unlink("d/queue_log.0");
	unlink("d/queue_log.1");
	mkdir("d/queue_log.d", 0700);
	check("a directory is no part of a log", "d", 8, NEWEST_FOUND, 5);
	unlink("d/queue_log");
	check("a directory without logs", "d", 5, NEWEST_NONE, 0);
	rmdir("d/queue_log.d");
	unlink("d/messages");
	rmdir("d");
	check("no such file", "d", 5, NEWEST_UNKNOWN, 0);
	mkfifo("f", 0600);
	check("a pipe is not opened", "f", 5, NEWEST_UNKNOWN, 0);
	unlink("f");
}

int main(void)
{
	char dir[] = "/tmp/t_newest.XXXXXX";

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	for (int gzip = 0; gzip < 2; gzip++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			put_file("log", rows[i].text, rows[i].times, gzip);
			check(rows[i].name, "log", 100, rows[i].found, rows[i].time);
			unlink("log");
		}
	}
	check_rubbish_behind_many();
	check_directory();
	if (chdir("/") == 0)
		rmdir(dir);
	return unit_done();
}
