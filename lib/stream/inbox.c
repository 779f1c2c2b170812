#include "stream/inbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "stream/scan.h"

enum { EVENTS = 4096, BYTES = 4 << 20 };

struct half {
	struct buf text;
	const char *where[EVENTS];
	unsigned long long line[EVENTS];
	size_t n;
	unsigned long long done, all;
};

struct inbox {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t filled, emptied;
	struct source *source;
	struct half half[2];
	struct half *filling; /* by the thread */
	bool ended;
};

static bool full(const struct half *h)
{
	return h->n == EVENTS || h->text.n >= BYTES;
}

static void put(struct inbox *b, const struct event *ev)
{
	unsigned long long line;
	const char *where = source_where(b->source, ev, &line);
	struct half *h;

	pthread_mutex_lock(&b->mutex);
	while (full(b->filling))
		pthread_cond_wait(&b->emptied, &b->mutex);
	h = b->filling;
	event_put(&h->text, ev);
	h->where[h->n] = where;
	h->line[h->n] = line;
	if (h->n++ == 0) {
		source_progress(b->source, &h->done, &h->all);
		pthread_cond_signal(&b->filled);
	}
	pthread_mutex_unlock(&b->mutex);
}

static void *read_all(void *arg)
{
	struct inbox *b = arg;
	struct event ev;

	while (source_next(b->source, &ev))
		put(b, &ev);
	pthread_mutex_lock(&b->mutex);
	b->ended = true;
	pthread_cond_signal(&b->filled);
	pthread_mutex_unlock(&b->mutex);
	return NULL;
}

struct inbox *inbox_open(struct source *s, struct diag *d)
{
	struct inbox *b = calloc(1, sizeof(*b));

	if (!b) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	b->source = s;
	b->filling = &b->half[0];
	pthread_mutex_init(&b->mutex, NULL);
	pthread_cond_init(&b->filled, NULL);
	pthread_cond_init(&b->emptied, NULL);
	errno = pthread_create(&b->thread, NULL, read_all, b);
	if (errno == 0)
		return b;
	diag_errno(d, "thread");
	free(b);
	return NULL;
}

static void deadline(struct timespec *t, int milliseconds)
{
	clock_gettime(CLOCK_REALTIME, t);
	t->tv_sec += milliseconds / 1000;
	t->tv_nsec += milliseconds % 1000 * 1000000L;
	if (t->tv_nsec >= 1000000000L) {
		t->tv_sec++;
		t->tv_nsec -= 1000000000L;
	}
}

enum inbox_got inbox_take(struct inbox *b, int milliseconds, struct inbox_lines *got)
{
	struct timespec until;
	enum inbox_got r = INBOX_LINES;
	struct half *h;

	deadline(&until, milliseconds);
	pthread_mutex_lock(&b->mutex);
	while (b->filling->n == 0 && !b->ended &&
	       pthread_cond_timedwait(&b->filled, &b->mutex, &until) != ETIMEDOUT)
		;
	h = b->filling;
	if (h->n == 0) {
		r = b->ended ? INBOX_END : INBOX_NONE;
	} else {
		b->filling = h == &b->half[0] ? &b->half[1] : &b->half[0];
		b->filling->n = b->filling->text.n = 0;
		pthread_cond_signal(&b->emptied);
	}
	pthread_mutex_unlock(&b->mutex);
	if (r != INBOX_LINES)
		return r;
	if (!buf_room(&h->text, SCAN_SLACK) || h->text.failed)
		return INBOX_FAILED;
	*got = (struct inbox_lines){ buf_all(&h->text), h->n, h->where, h->line, h->done,
				     h->all };
	return INBOX_LINES;
}

bool inbox_close(struct inbox *b)
{
	bool ended;

	pthread_mutex_lock(&b->mutex);
	ended = b->ended;
	pthread_mutex_unlock(&b->mutex);
	if (!ended)
		return false;
	pthread_join(b->thread, NULL);
	pthread_mutex_destroy(&b->mutex);
	pthread_cond_destroy(&b->filled);
	pthread_cond_destroy(&b->emptied);
	buf_free(&b->half[0].text);
	buf_free(&b->half[1].text);
	free(b);
	return true;
}
