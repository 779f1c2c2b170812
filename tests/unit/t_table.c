#include "report/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "unit.h"

#define NAME(s) { (const unsigned char *)(s), sizeof(s) - 1 }

static const struct slice columns[] = { NAME("queue"), NAME("n"), NAME("wait"), NAME("sla:20") };
enum { COLUMNS = 4 };

static char path[] = "t_table.XXXXXX";
static char got[1 << 16];

static void silent(void *arg, const char *line, size_t n)
{
	(void)arg, (void)line, (void)n;
}

/* What the function writes with these options, read back from the file it went to. */
static const char *written(struct table_options o, void (*put)(struct table *))
{
	struct diag d = { "t_table", silent, NULL, 0 };
	struct table t;
	size_t n = 0;
	FILE *f;

	o.output = path;
	if (table_open(&t, &o, &d) < 0)
		return "cannot open";
	put(&t);
	if (table_close(&t, true, &d) < 0)
		return "cannot close";
	f = fopen(path, "rb");
	if (f) {
		n = fread(got, 1, sizeof(got) - 1, f);
		fclose(f);
	}
	got[n] = '\0';
	return got;
}

static void rows(struct table *t)
{
	table_note(t, "zone %s", "UTC");
	table_head(t, columns, COLUMNS);
	table_text(t, SLICE("=a\\tb<\033"));
	table_integer(t, 1000);
	table_seconds(t, 3725);
	table_hundredths(t, 6667);
	table_row(t);
	table_text(t, SLICE(""));
	table_integer(t, -1);
	table_seconds(t, -1);
	table_empty(t);
	table_row(t);
	table_note(t, "sla: answered & in time");
	table_end(t);
}

static void nothing(struct table *t)
{
	table_head(t, columns, 2);
	table_end(t);
}

static void two(struct table *t)
{
	table_title(t, "first");
	table_note(t, "a note");
	table_head(t, columns, 1);
	table_text(t, SLICE("x"));
	table_row(t);
	table_end(t);
	table_title(t, "second");
	table_head(t, columns, 1);
	table_text(t, SLICE(""));
	table_row(t);
	table_end(t);
}

static void numbers(struct table *t)
{
	static const struct slice c[] = { NAME("t"), NAME("avg"), NAME("h") };
	static const long long h[] = { 0, 5, 50, 100, 12345, -7 };
	size_t i;

	table_head(t, c, 3);
	for (i = 0; i < sizeof(h) / sizeof(*h); i++) {
		table_time(t, i ? (int64_t)i * 500000 : -1);
		table_average(t, h[i]);
		table_hundredths(t, h[i]);
		table_row(t);
	}
	table_end(t);
}

static const struct {
	const char *what;
	struct table_options o;
	void (*put)(struct table *);
	const char *text;
} cases[] = {
	{ "tsv", { .format = TABLE_TSV }, rows,
	  "queue\tn\twait\tsla:20\n=a\\tb<\033\t1000\t3725\t66.67\n\t\t\t\n" },
	{ "a file gets tsv", { .format = TABLE_AUTO }, nothing, "queue\tn\n" },
	{ "tsv without head", { .format = TABLE_TSV, .no_header = true }, rows,
	  "=a\\tb<\033\t1000\t3725\t66.67\n\t\t\t\n" },
	{ "csv", { .format = TABLE_CSV }, rows,
	  "queue,n,wait,sla:20\r\n'=a\tb<\033,1000,3725,66.67\r\n,,,\r\n" },
	{ "json", { .format = TABLE_JSON }, rows,
	  "{\"queue\":\"=a\\tb<\\u001b\",\"n\":1000,\"wait\":3725,\"sla:20\":66.67}\n"
	  "{\"queue\":\"\",\"n\":null,\"wait\":null,\"sla:20\":null}\n" },
	{ "json hms", { .format = TABLE_JSON, .hms = true }, rows,
	  "{\"queue\":\"=a\\tb<\\u001b\",\"n\":1000,\"wait\":\"1:02:05\",\"sla:20\":66.67}\n"
	  "{\"queue\":\"\",\"n\":null,\"wait\":null,\"sla:20\":null}\n" },
	{ "table", { .format = TABLE_TABLE }, rows,
	  "zone UTC\n"
	  "queue            n  wait  sla:20\n"
	  "=a\\x09b<\\x1B  1000  3725   66.67\n"
	  "\n"
	  "sla: answered & in time\n" },
	{ "table hms", { .format = TABLE_TABLE, .hms = true, .no_header = true }, rows,
	  "zone UTC\n"
	  "=a\\x09b<\\x1B  1000  1:02:05  66.67\n"
	  "\n"
	  "sla: answered & in time\n" },
	{ "html", { .format = TABLE_HTML }, rows,
	  "<p>zone UTC</p>\n<table>\n"
	  "<tr><th>queue</th><th>n</th><th>wait</th><th>sla:20</th></tr>\n"
	  "<tr><td>=a\\x09b&lt;\\x1B</td><td class=\"n\">1000</td><td class=\"n\">3725</td>"
	  "<td class=\"n\">66.67</td></tr>\n"
	  "<tr><td></td><td class=\"n\"></td><td class=\"n\"></td><td class=\"n\"></td></tr>\n"
	  "</table>\n<p>sla: answered &amp; in time</p>\n</body>\n</html>\n" },
	{ "empty table", { .format = TABLE_TABLE }, nothing, "queue  n\n" },
	{ "empty csv", { .format = TABLE_CSV }, nothing, "queue,n\r\n" },
	{ "empty json", { .format = TABLE_JSON }, nothing, "" },
	{ "two in tsv", { .format = TABLE_TSV, .several = true }, two,
	  "first\nqueue\nx\n\nsecond\nqueue\n\n" },
	{ "two in csv", { .format = TABLE_CSV, .several = true }, two,
	  "first\r\nqueue\r\nx\r\n\r\nsecond\r\nqueue\r\n\"\"\r\n" },
	{ "two in json", { .format = TABLE_JSON, .several = true }, two,
	  "{\"report\":\"first\",\"queue\":\"x\"}\n{\"report\":\"second\",\"queue\":\"\"}\n" },
	{ "two in a table", { .format = TABLE_TABLE, .several = true }, two,
	  "first\na note\nqueue\nx\n\nsecond\nqueue\n\n" },
	{ "one named, tsv", { .format = TABLE_TSV }, two, "queue\nx\nqueue\n\n" },
	{ "numbers", { .format = TABLE_TSV }, numbers,
	  "t\tavg\th\n\t0.00\t0.00\n0.5\t0.05\t0.05\n1\t0.50\t0.50\n1.5\t1.00\t1.00\n"
	  "2\t123.45\t123.45\n2.5\t-0.07\t-0.07\n" },
	{ "times for people", { .format = TABLE_TABLE, .hms = true, .no_header = true }, numbers,
	  "                     0:00:00    0.00\n"
	  "1970-01-01 00:00:00  0:00:00    0.05\n"
	  "1970-01-01 00:00:01  0:00:01    0.50\n"
	  "1970-01-01 00:00:01  0:00:01    1.00\n"
	  "1970-01-01 00:00:02  0:02:03  123.45\n"
	  "1970-01-01 00:00:02    -0.07   -0.07\n" },
};

static void lines(struct table *t)
{
	int i;

	table_head(t, columns, 1);
	for (i = 0; i < 4000; i++) {
		table_text(t, SLICE("0123456789"));
		table_row(t);
		if (i % 1000 == 0)
			table_flush(t);
	}
	table_end(t);
}

static void options(void)
{
	static const struct {
		int id;
		const char *arg;
		int r;
	} rows_[] = {
		{ 'F', "csv", 0 }, { 'F', "xml", -1 }, { 'F', "", -1 }, { 'N', NULL, 0 },
		{ 256, "hms", 0 }, { 256, "seconds", 0 }, { 256, "minutes", -1 },
	};
	struct diag d = { "t_table", silent, NULL, 0 };
	struct table_options o = { 0 };
	size_t i;

	for (i = 0; i < sizeof(rows_) / sizeof(*rows_); i++)
		CHECK_EQ_INT(table_take(&o, rows_[i].id, "x", rows_[i].arg, &d), rows_[i].r,
			     "option %d %s", rows_[i].id, rows_[i].arg ? rows_[i].arg : "");
	CHECK_EQ_STR(table_extension(TABLE_TABLE), "txt", "the extension of a table");
	CHECK_EQ_STR(table_extension(TABLE_AUTO), "tsv", "the extension of a file");
}

int main(void)
{
	struct diag d = { "t_table", silent, NULL, 0 };
	struct table_options full = { .output = "/dev/full" };
	struct table t;
	size_t i, n;
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	when_zone("UTC");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *s = written(cases[i].o, cases[i].put);

		if (cases[i].o.format == TABLE_HTML)
			s = strstr(s, "<body>\n") ? strstr(s, "<body>\n") + 7 : s;
		CHECK_EQ_STR(s, cases[i].text, "%s", cases[i].what);
	}
	n = strlen(written((struct table_options){ .format = TABLE_TSV }, lines));
	CHECK_EQ_INT(n, 6 + 4000 * 11, "many rows are all there");
	options();
	if (table_open(&t, &full, &d) == 0) {
		rows(&t);
		CHECK_EQ_INT(table_close(&t, true, &d), -1, "an error of writing is told");
		CHECK_EQ_INT(d.status, 2, "and is a failure");
	}
	unlink(path);
	return unit_done();
}
