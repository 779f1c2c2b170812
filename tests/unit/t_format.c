/*
 * Every form that events are written in, and JSON back: first some lines as they should be, then
 * every byte in every field. event_escape and event_parse are proved by t_event.
 */
#include "dice.h"
#include "stream/event.h"
#include "unit.h"

static struct buf scratch[2];

/* The event of a line whose TABs are written as spaces; it lives until the next one. */
static struct event event_of(const char *spaced)
{
	static struct buf line, own;
	struct event ev;
	const char *why;

	line.n = 0;
	for (const char *s = spaced; *s; s++)
		buf_byte(&line, *s == ' ' ? '\t' : (unsigned char)*s);
	why = event_parse(buf_all(&line), &ev, &own);
	if (why)
		printf("Bail out! %s: %s\n", spaced, why);
	return ev;
}

static const struct {
	const char *event;
	const char *queuelog, *json, *csv;
	bool held;
} forms[] = {
	{ "10 A c1 sales NONE ENTERQUEUE  061 1  ",
	  "10|c1|sales|NONE|ENTERQUEUE||061|1\n",
	  "{\"time\":10,\"partition\":\"A\",\"callid\":\"c1\",\"queue\":\"sales\",\"agent\":\"NONE\","
	  "\"verb\":\"ENTERQUEUE\",\"data1\":\"\",\"data2\":\"061\",\"data3\":\"1\",\"data4\":\"\","
	  "\"data5\":\"\"}\n",
	  "10,A,c1,sales,NONE,ENTERQUEUE,,061,1,,\r\n", true },
	{ "10.25 A NONE NONE NONE QUEUESTART     ",
	  "10.25|NONE|NONE|NONE|QUEUESTART|\n",
	  "{\"time\":10.25,\"partition\":\"A\",\"callid\":\"NONE\",\"queue\":\"NONE\",\"agent\":"
	  "\"NONE\",\"verb\":\"QUEUESTART\",\"data1\":\"\",\"data2\":\"\",\"data3\":\"\",\"data4\":"
	  "\"\",\"data5\":\"\"}\n",
	  "10.25,A,NONE,NONE,NONE,QUEUESTART,,,,,\r\n", true },
	{ "1 A c q a V \\n=1 \\0 \\\\ \\t\" 5|6|",
	  "1|c|q|a|V| =1| |\\|\t\"|5|6|\n",
	  "{\"time\":1,\"partition\":\"A\",\"callid\":\"c\",\"queue\":\"q\",\"agent\":\"a\",\"verb\":"
	  "\"V\",\"data1\":\"\\n=1\",\"data2\":\"\\u0000\",\"data3\":\"\\\\\",\"data4\":\"\\t\\\"\","
	  "\"data5\":\"5|6|\"}\n",
	  NULL, false },
	{ "1 A c q =a V a,b -1 -x +41 @",
	  "1|c|q|=a|V|a,b|-1|-x|+41|@\n", NULL,
	  "1,A,c,q,'=a,V,\"a,b\",-1,'-x,+41,'@\r\n", true },
	{ "1 A NONE NONE NONE TICK     ", "",
	  NULL, "1,A,NONE,NONE,NONE,TICK,,,,,\r\n", true },
	{ "1 A NONE NONE NONE SOURCEDOWN killed    ", "", NULL, NULL, true },
	{ "1 A NONE NONE NONE SOURCEUP     ", "", NULL, NULL, true },
	{ "1 A NONE NONE NONE HEARTBEAT     ", "1|NONE|NONE|NONE|HEARTBEAT|\n", NULL, NULL, true },
};

static void check_form(size_t i, enum event_format format, const char *want)
{
	struct event ev = event_of(forms[i].event);
	struct buf b = { 0 };
	bool held;

	if (want) {
		held = event_put_as(&b, &ev, format, scratch);
		CHECK_EQ_SLICE(b.p, b.n, want, "form %d of %s", (int)format, forms[i].event);
		CHECK_EQ_INT(held, format != EVENT_QUEUELOG || forms[i].held, "form %d of %s: held",
			     (int)format, forms[i].event);
	}
	buf_free(&b);
}

#define COMMON "\"partition\":\"A\",\"callid\":\"c\",\"queue\":\"q\",\"agent\":\"a\",\"verb\":\"V\""

static const struct {
	const char *json;
	const char *line, *why; /* one of them */
} objects[] = {
	{ "{\"time\":1," COMMON "}", "1\tA\tc\tq\ta\tV\t\t\t\t\t\n", NULL },
	{ " {\t\"verb\" : \"V\" , \"data5\":\"x\",\"partition\":\"A\",\"time\":\"1.50\" } \r",
	  "1.5\tA\t\t\t\tV\t\t\t\t\tx\n", NULL },
	{ "{\"time\":1," COMMON ",\"data1\":12,\"data2\":null,\"data3\":-1.5e3}",
	  "1\tA\tc\tq\ta\tV\t12\t\t-1.5e3\t\t\n", NULL },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\t\\n\\r\\\\\\u0000\\/\\b\\f\\\"\"}",
	  "1\tA\tc\tq\ta\tV\t\\t\\n\\r\\\\\\0/\b\f\"\t\t\t\t\n", NULL },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\u00e9\\u20AC\\ud83d\\ude00\",\"data2\":\"\\udcff\"}",
	  "1\tA\tc\tq\ta\tV\t\303\251\342\202\254\360\237\230\200\t\377\t\t\t\n", NULL },
	{ "", NULL, "not a JSON object" },
	{ "[]", NULL, "not a JSON object" },
	{ "{}", NULL, "no time from 0 to 2^33" },
	{ "{\"time\":1," COMMON "},", NULL, "something behind the JSON object" },
	{ "{\"time\":1," COMMON "", NULL, "not JSON" },
	{ "{\"time\":1," COMMON ",}", NULL, "not JSON" },
	{ "{\"time\":1," COMMON ",\"data6\":\"\"}", NULL, "a key that is no field of an event" },
	{ "{\"time\":1," COMMON ",\"time\":1}", NULL, "a key that is there twice" },
	{ "{\"time\":1," COMMON ",\"data1\":true}", NULL, "a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":[]}", NULL, "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\x\"}", NULL, "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\u12\"}", NULL, "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\ud83d\"}", NULL,
	  "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\ud83dx\\u0041\"}", NULL,
	  "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"\\udc41\"}", NULL,
	  "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"\t\"}", NULL, "not JSON, or a value that is no string" },
	{ "{\"time\":1," COMMON ",\"data1\":\"", NULL, "not JSON, or a value that is no string" },
	{ "{\"time\":-1," COMMON "}", NULL, "no time from 0 to 2^33" },
	{ "{\"time\":8589934593," COMMON "}", NULL, "no time from 0 to 2^33" },
	{ "{\"time\":1,\"partition\":\"-A\",\"verb\":\"V\"}", NULL, "no valid name of a partition" },
	{ "{\"time\":1,\"partition\":\"A\",\"verb\":\"\"}", NULL, "no verb" },
};

static void check_object(size_t i)
{
	struct buf own = { 0 };
	const char *why = event_parse_json(slice_str(objects[i].json), &own);

	CHECK_EQ_STR(why, objects[i].why, "json %s", objects[i].json);
	if (objects[i].line)
		CHECK_EQ_SLICE(own.p, own.n, objects[i].line, "line of %s", objects[i].json);
	buf_free(&own);
}

/* An event with `raw` in field f and plain values elsewhere. */
static bool event_with(enum field f, struct slice raw, struct event *ev, struct buf *own)
{
	static const char *const plain[EVENT_FIELDS] = { "1795369298.5", "A", "c", "q", "a", "V",
							 "1", "2", "3", "4", "5" };
	struct buf line = { 0 };
	const char *why;

	for (int i = 0; i < EVENT_FIELDS; i++) {
		if (i)
			buf_byte(&line, '\t');
		if (i == (int)f)
			event_escape(&line, raw);
		else
			buf_str(&line, plain[i]);
	}
	why = event_parse(buf_all(&line), ev, own);
	buf_free(&line);
	return !why;
}

static bool json_trip(const struct event *ev)
{
	static struct buf b, back;

	b.n = 0;
	event_put_as(&b, ev, EVENT_JSON, scratch);
	return !event_parse_json(slice_of(b.p, b.n - 1), &back) &&
	       slice_eq(buf_all(&back), ev->line);
}

/* One cell from the front of *s, without its quotes, in cell; the byte behind it. */
static int csv_cell(struct slice *s, struct buf *cell)
{
	size_t i = 0;
	bool quoted = s->n && s->p[0] == '"';

	cell->n = 0;
	for (i = quoted; i < s->n; i++) {
		if (quoted && s->p[i] == '"') {
			if (i + 1 == s->n || s->p[i + 1] != '"')
				break;
			i++;
		} else if (!quoted && (s->p[i] == ',' || s->p[i] == '\r')) {
			break;
		}
		buf_byte(cell, s->p[i]);
	}
	i += quoted;
	if (i >= s->n)
		return -1;
	*s = slice_of(s->p + i + 1, s->n - i - 1);
	return s->p[-1];
}

static bool csv_trip(const struct event *ev)
{
	static struct buf b, cell, want;
	struct slice rest, raw;
	int end = 0;

	b.n = 0;
	event_put_as(&b, ev, EVENT_CSV, scratch);
	rest = buf_all(&b);
	for (int f = 0; f < EVENT_FIELDS; f++) {
		end = csv_cell(&rest, &cell);
		raw = event_raw(ev->f[f], scratch);
		want.n = 0;
		if (raw.n && raw.p[0] && strchr("=+-@\t\r", raw.p[0]))
			buf_byte(&want, '\'');
		buf_slice(&want, raw);
		if (!slice_eq(buf_all(&cell), buf_all(&want)) || end != (f < F_DATA5 ? ',' : '\r'))
			return false;
	}
	return slice_eq(rest, SLICE("\n"));
}

static bool queuelog_trip(const struct event *ev, enum field with)
{
	static struct buf b;
	struct slice rest, value, raw;
	bool held;

	b.n = 0;
	held = event_put_as(&b, ev, EVENT_QUEUELOG, scratch);
	rest = slice_of(b.p, b.n - 1);
	for (int f = 0; f < EVENT_FIELDS; f++) {
		if (f == F_PARTITION)
			continue;
		raw = event_raw(ev->f[f], scratch);
		if (f < F_DATA5)
			value = slice_cut(rest, '|', &rest);
		else
			value = rest;
		if (f == (int)with && !held) {
			if (!slice_is(value, "x y") && !slice_is(value, " "))
				return false;
		} else if (!slice_eq(value, raw)) {
			return false;
		}
	}
	return b.p[b.n - 1] == '\n';
}

static void check_bytes(enum field f)
{
	struct buf own = { 0 }, out = { 0 };
	int json = 0, csv = 0, queuelog = 0, all = 0;

	for (int c = 0; c < 256; c++) {
		unsigned char raw[] = { 'x', (unsigned char)c, 'y' };
		struct slice values[] = { slice_of(raw, 3), slice_of(raw + 1, 1) };
		bool spaced = c == '\n' || c == '\r' || c == '\0' || (c == '|' && f != F_DATA5);

		for (int v = 0; v < 2; v++) {
			struct event ev;

			if (!event_with(f, values[v], &ev, &own))
				continue;
			all++;
			json += json_trip(&ev);
			csv += csv_trip(&ev);
			queuelog += (c == '|' && f != F_DATA5) || queuelog_trip(&ev, f);
			out.n = 0;
			if (event_put_as(&out, &ev, EVENT_QUEUELOG, scratch) == spaced)
				queuelog = -1000;
		}
	}
	if (f != F_PARTITION)
		CHECK_EQ_INT(all, 512, "%s takes every byte", field_name(f));
	CHECK_EQ_INT(json, all, "%s: every byte through JSON", field_name(f));
	CHECK_EQ_INT(csv, all, "%s: every byte through CSV", field_name(f));
	CHECK_EQ_INT(queuelog, all, "%s: every byte but LF, CR, NUL through a queue_log",
		     field_name(f));
	buf_free(&own);
	buf_free(&out);
}

/* Bytes that are UTF-8 only in part, in every neighbourhood. */
static void check_utf8(void)
{
	static const unsigned char edge[] = { 0x00, 0x22, 0x41, 0x5c, 0x7f, 0x80, 0x85, 0x9f, 0xa0, 0xbf,
					      0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff };
	enum { EDGES = sizeof(edge) };
	struct buf own = { 0 };
	struct event ev;
	int bad = 0;

	for (int i = 0; i < 65536; i++) {
		unsigned char raw[] = { (unsigned char)(i >> 8), (unsigned char)i };

		bad += !event_with(F_DATA1, slice_of(raw, 2), &ev, &own) || !json_trip(&ev);
	}
	CHECK_EQ_INT(bad, 0, "every two bytes through JSON");
	for (size_t i = 0; i < EDGES * EDGES * EDGES * EDGES; i++) {
		unsigned char raw[] = { edge[i % EDGES], edge[i / EDGES % EDGES],
					edge[i / EDGES / EDGES % EDGES],
					edge[i / EDGES / EDGES / EDGES] };

		bad += !event_with(F_AGENT, slice_of(raw, 4), &ev, &own) || !json_trip(&ev);
	}
	CHECK_EQ_INT(bad, 0, "every four bytes at UTF-8's edges through JSON");
	buf_free(&own);
}

/* A JSON object with a few bytes that are others: refused, or a line that is canonical. */
static void check_mutants(void)
{
	enum { MUTANTS = 20000 };
	struct event ev = event_of("10.5 A c1 sales NONE ENTERQUEUE \\n\\0 061 \\\\\303\251 \377 x|");
	struct buf text = { 0 }, mutant = { 0 }, line = { 0 }, own = { 0 };
	struct dice dice = { 1 };
	int taken = 0, bad = 0;

	event_put_as(&text, &ev, EVENT_JSON, scratch);
	for (int i = 0; i < MUTANTS; i++) {
		mutant.n = 0;
		buf_put(&mutant, text.p, text.n - 1 - dice_throw(&dice, 2) * dice_throw(&dice, 20));
		for (size_t n = dice_throw(&dice, 3); n; n--)
			mutant.p[dice_throw(&dice, mutant.n)] =
				DICE_PICK(&dice, "\0\"\\{}[]:,u0dD8cfF.eE+-\t\n\377 null");
		if (event_parse_json(buf_all(&mutant), &line))
			continue;
		taken++;
		bad += event_parse(slice_of(line.p, line.n - 1), &ev, &own) != NULL ||
		       !slice_eq(ev.line, buf_all(&line));
	}
	CHECK_EQ_INT(bad, 0, "what is taken of mutants is canonical");
	CHECK(taken > MUTANTS / 20 && taken < MUTANTS, "%d of %d mutants taken", taken, MUTANTS);
	buf_free(&text);
	buf_free(&mutant);
	buf_free(&line);
	buf_free(&own);
}

int main(void)
{
	struct buf head = { 0 };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		check_form(i, EVENT_QUEUELOG, forms[i].queuelog);
		check_form(i, EVENT_JSON, forms[i].json);
		check_form(i, EVENT_CSV, forms[i].csv);
	}
	event_csv_head(&head);
	CHECK_EQ_SLICE(head.p, head.n,
		       "time,partition,callid,queue,agent,verb,data1,data2,data3,data4,data5\r\n",
		       "CSV's heading");
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++)
		check_object(i);
	for (enum field f = F_PARTITION; f < EVENT_FIELDS; f++)
		check_bytes(f);
	check_utf8();
	check_mutants();
	buf_free(&head);
	buf_free(&scratch[0]);
	buf_free(&scratch[1]);
	return unit_done();
}
