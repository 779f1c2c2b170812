#include "base/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/when.h"

enum { PAUSE = 200000, FIRST = 500000 };

int progress_start(struct progress *p, const char *mode, int fd, const char *what)
{
	bool always = strcmp(mode, "always") == 0;

	if (!always && strcmp(mode, "auto") != 0 && strcmp(mode, "never") != 0)
		return -1;
	*p = (struct progress){ .fd = -1, .what = what };
	if (always || (strcmp(mode, "auto") == 0 && isatty(fd)))
		p->fd = fd;
	p->began = p->drawn = p->fd < 0 ? 0 : clock_steady();
	return 0;
}

static void draw(const struct progress *p, struct buf *b)
{
	diag_to_fd((void *)(size_t)&p->fd, (const char *)b->p, b->n);
}

void progress_show(struct progress *p, unsigned long long done, unsigned long long all,
		   unsigned long long events)
{
	struct buf b = { 0 };
	int64_t t, spent;

	if (p->fd < 0)
		return;
	t = clock_steady();
	spent = t - p->began;
	if (t - p->drawn < (p->shown ? PAUSE : FIRST))
		return;
	p->drawn = t;
	p->shown = true;
	buf_fmt(&b, "\r%s: %llu.%llu MB", p->what, done / 1000000, done / 100000 % 10);
	if (events)
		buf_fmt(&b, ", %llu events, %lld/s", events,
			(long long)((double)events * 1e6 / (double)spent));
	if (all && done && done <= all) {
		buf_fmt(&b, ", %llu %%, left ", done * 100 / all);
		when_put_hms(&b, (long long)((double)(all - done) / (double)done * (double)spent / 1e6));
	}
	buf_str(&b, "\033[K");
	draw(p, &b);
	buf_free(&b);
}

void progress_end(struct progress *p)
{
	struct buf b = { 0 };

	if (p->fd < 0 || !p->shown)
		return;
	buf_str(&b, "\r\033[K");
	draw(p, &b);
	buf_free(&b);
}
