#include "stream/sink.h"

enum { FORMAT = 'F', OUTPUT = 'o' };

const struct opt sink_opts[] = {
	{ FORMAT, 'F', "format", "FORM",
	  "the form of what is written: tsv (events, as read), queuelog, json, csv",
	  "tsv queuelog json csv" },
	{ OUTPUT, 'o', "output", "FILE", "write to FILE, which appears when it is whole", NULL },
	{ 0 },
};

static int take_format(struct sink_options *o, const char *what, const char *arg, struct diag *d)
{
	static const char *const names[] = {
		[EVENT_TSV] = "tsv",
		[EVENT_QUEUELOG] = "queuelog",
		[EVENT_JSON] = "json",
		[EVENT_CSV] = "csv",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(arg, names[i]) == 0) {
			o->format = (enum event_format)i;
			return 0;
		}
	}
	return diag_fail(d, "%s: %s: not one of tsv, queuelog, json, csv", what, arg);
}

int sink_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct sink_options *o = to;

	if (id == FORMAT)
		return take_format(o, what, arg, d);
	o->output = arg;
	return 0;
}

int sink_open(struct sink *k, const struct sink_options *o, struct diag *d)
{
	*k = (struct sink){ .format = o->format, .d = d };
	if (out_open(&k->out, o->output, d) < 0)
		return -1;
	if (k->format == EVENT_CSV) {
		event_csv_head(&k->text);
		out_slice(&k->out, buf_all(&k->text));
	}
	return 0;
}

/*
 * One field that became another name, in a line as long as nearly all are: in three pieces, without a
 * look at how long each is. false: it is none such.
 */
static inline bool put_renamed(struct sink *k, const struct event *ev)
{
	enum { MOST = EVENT_SLACK / 2 };
	unsigned f = (unsigned)__builtin_ctz(ev->changed | 1u << EVENT_FIELDS);
	const unsigned char *from, *to;
	unsigned char *room;

	if (!ev->changed || ev->changed & (ev->changed - 1) || f < F_CALLID || f > F_VERB || ev->f[f].n > NEAR_MOST)
		return false;
	from = ev->f[f - 1].p + ev->f[f - 1].n + 1;
	to = ev->f[f + 1].p - 1;
	if (from - ev->line.p > MOST || ev->line.p + ev->line.n - to > MOST)
		return false;
	room = out_room(&k->out, 2 * MOST + NEAR_MOST);
	memcpy(room, ev->line.p, MOST);
	room += from - ev->line.p;
	memcpy(room, ev->f[f].p, NEAR_MOST);
	memcpy(room + ev->f[f].n, to, MOST);
	out_took(&k->out, ev->line.n - (size_t)(to - from) + ev->f[f].n);
	return true;
}

/* Straight into the output's room, without a copy of its own. */
static bool put_changed(struct sink *k, const struct event *ev)
{
	struct buf b = { 0 };
	size_t n = event_room(ev);

	if (n > OUT_ROOM)
		return false;
	b.p = out_room(&k->out, n);
	b.cap = n;
	event_put(&b, ev);
	out_took(&k->out, b.n);
	return true;
}

void sink_put_else(struct sink *k, const struct event *ev)
{
	if (k->format == EVENT_TSV && (put_renamed(k, ev) || put_changed(k, ev)))
		return;
	k->text.n = 0;
	if (k->format == EVENT_TSV)
		event_put(&k->text, ev);
	else if (!event_put_as(&k->text, ev, k->format, k->scratch))
		k->spaced++;
	out_slice(&k->out, buf_all(&k->text));
}

void sink_close(struct sink *k, bool keep)
{
	if (k->text.failed || k->scratch[0].failed || k->scratch[1].failed) {
		diag_fail(k->d, "out of memory");
		keep = false;
	}
	if (k->spaced)
		diag_warn(k->d, "-F queuelog: a byte that no value can hold there became a space in %llu line%s", k->spaced,
			  k->spaced == 1 ? "" : "s");
	out_close(&k->out, keep, k->d);
	buf_free(&k->text);
	buf_free(&k->scratch[0]);
	buf_free(&k->scratch[1]);
}
