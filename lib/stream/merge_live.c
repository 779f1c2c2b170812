#include "stream/merge_live.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/wake.h"

/* Events of one input before the others have their turn; the least that an input may keep waiting; how
 * soon a command whose output has ended is asked again whether it has. */
enum { SOME = 4096, LEAST = 1 << 20, ENDING_MS = 20 };

struct watch {
	struct inputs *in;
	struct sink *k;
	struct turns *turns;
	struct pollfd *poll; /* of each input; the output; signals */
	bool *unread;        /* there may be more to be read at once */
	int64_t now;
	int signal;
};

static void told(void *arg, size_t i, bool silent)
{
	struct watch *w = arg;
	struct slice name = inputs_name(w->in, i);

	diag_note(w->in->d, "%.*s: %s", (int)name.n, (const char *)name.p,
		  silent ? "silent" : "speaks again");
}

static int no_memory(struct watch *w)
{
	return diag_fail(w->in->d, "out of memory");
}

static int open_watch(struct watch *w, int64_t wait, int64_t stale)
{
	size_t n = w->in->n, most = MERGE_LIVE_MOST / (n ? n : 1);
	struct turns_options o = { n, wait, stale, most < LEAST ? LEAST : most, told, w };

	w->turns = turns_new(&o);
	w->poll = calloc(n + 2, sizeof(*w->poll));
	w->unread = calloc(n + 1, sizeof(*w->unread));
	if (!w->turns || !w->poll || !w->unread)
		return no_memory(w);
	for (size_t i = 0; i < n; i++) {
		struct slice name = inputs_named(w->in, i);

		w->unread[i] = true;
		if (name.n && !turns_expect(w->turns, i, name))
			return no_memory(w);
	}
	return 0;
}

static int read_some(struct watch *w, size_t i)
{
	struct input *in = w->in->input[i];

	for (int n = 0; n < SOME && !turns_full(w->turns, i); n++) {
		if (!inputs_next(w->in, i)) {
			w->unread[i] = false;
			if (in->over)
				turns_over(w->turns, i);
			else
				turns_idle(w->turns, i);
			return 0;
		}
		if (!turns_feed(w->turns, i, &in->ev))
			return no_memory(w);
	}
	w->unread[i] = true;
	return 0;
}

/* What came; a command that is ending is asked every time. */
static int read_all(struct watch *w)
{
	for (size_t i = 0; i < w->in->n; i++) {
		struct input *in = w->in->input[i];

		if (!in->over && (w->unread[i] || w->poll[i].revents || !in->source) &&
		    read_some(w, i) < 0)
			return -1;
	}
	return 0;
}

static void write_all(struct watch *w)
{
	struct event ev;

	while (!w->k->out.err && turns_next(w->turns, &ev))
		sink_put(w->k, &ev);
	out_flush(&w->k->out);
}

/* Until something can be read, or is due. */
static void wait_for_something(struct watch *w)
{
	int64_t due = turns_due(w->turns), ms = -1;
	struct pollfd *p = w->poll, *output = p + w->in->n, *wake = output + 1;

	if (due != TURNS_NEVER)
		ms = due > w->now ? (due - w->now + 999) / 1000 : 0;
	for (size_t i = 0; i < w->in->n; i++) {
		const struct input *in = w->in->input[i];
		bool full = turns_full(w->turns, i);

		p[i] = (struct pollfd){ .fd = full || in->over ? -1 : in->fd, .events = POLLIN };
		if (w->unread[i] && !full)
			ms = 0;
		else if (!in->source && !in->over && (ms < 0 || ms > ENDING_MS))
			ms = ENDING_MS;
	}
	output->fd = w->k->out.fd;
	if (poll(p, (nfds_t)w->in->n + 2, ms < 1000000 ? (int)ms : 1000000) <= 0) {
		for (size_t i = 0; i < w->in->n + 2; i++)
			p[i].revents = 0;
		return;
	}
	if (output->revents)
		w->signal = SIGPIPE;
	else if (wake->revents)
		w->signal = wake_signal();
}

/* All inputs are over; or one has failed, and there is no more of the others now. */
static bool done(const struct watch *w)
{
	bool over = true, unread = false;

	for (size_t i = 0; i < w->in->n; i++) {
		over &= w->in->input[i]->over;
		unread |= w->unread[i];
	}
	return over || (w->in->d->status >= 2 && !unread);
}

static void watch(struct watch *w)
{
	for (;;) {
		w->now = clock_steady();
		if (!turns_now(w->turns, w->now)) {
			no_memory(w);
			return;
		}
		if (read_all(w) < 0)
			return;
		write_all(w);
		if (w->k->out.err || done(w))
			break;
		wait_for_something(w);
		if (w->signal)
			break;
	}
	for (size_t i = 0; i < w->in->n; i++)
		turns_over(w->turns, i);
	if (w->signal != SIGPIPE)
		write_all(w);
}

int merge_live(struct inputs *in, struct sink *k, int64_t wait, int64_t stale,
	       struct turns_counts *counts)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct watch w = { .in = in, .k = k };
	int fd, r = -1;

	fd = wake_on(signals, sizeof(signals) / sizeof(*signals), true);
	if (fd < 0) {
		diag_errno(in->d, "pipe");
	} else if (open_watch(&w, wait, stale) == 0) {
		w.poll[in->n + 1] = (struct pollfd){ .fd = fd, .events = POLLIN };
		watch(&w);
		*counts = turns_counts(w.turns);
		if (counts->late)
			diag_warn(in->d, "%llu event%s came late", counts->late,
				  counts->late == 1 ? "" : "s");
		r = w.signal;
	}
	wake_off();
	turns_free(w.turns);
	free(w.poll);
	free(w.unread);
	return r;
}
