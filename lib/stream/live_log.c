#include "stream/live_log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/when.h"
#include "stream/gunzip.h"

/* POLL: the longest a line waits for us. GRACE: a log that is being rotated has no name meanwhile. */
#define POLL (WHEN_SECOND / 10)
#define MOST (2 * WHEN_SECOND)
#define GRACE (3 * WHEN_SECOND)
#define MARGIN (2 * WHEN_SECOND)

struct live_log {
	struct follow_options o;
	struct buf path;
	struct follow *f;
	bool begun;     /* it was read before */
	int64_t later;  /* by the clock, since when it has been later; -1: it is not */
	struct buf why;
};

static enum live_got give_up(struct live_log *l, enum live_got got, const char *before,
			     const char **why)
{
	l->why.n = 0;
	buf_str(&l->why, before);
	buf_str(&l->why, follow_why(l->f));
	*why = buf_cstr(&l->why) ? (char *)l->why.p : "out of memory";
	return got;
}

static enum live_got next(void *of, int64_t now, int64_t clock, struct event *ev, int64_t *promise,
			  const char **why)
{
	struct live_log *l = of;
	unsigned long long line;
	const char *where;
	enum follow_got got = follow_next(l->f, ev, &where, &line);

	if (got != FOLLOW_LATER)
		l->later = -1;
	*promise = WHEN_MIN;
	switch (got) {
	case FOLLOW_EVENT:
		l->begun = true;
		return LIVE_EVENT;
	case FOLLOW_WAIT:
		l->begun = true;
		*promise = now / WHEN_SECOND * WHEN_SECOND - MARGIN;
		return LIVE_IDLE;
	case FOLLOW_LATER:
		if (l->later < 0)
			l->later = clock;
		if (l->begun && clock - l->later < GRACE)
			return LIVE_IDLE;
		return give_up(l, LIVE_TROUBLE, "", why);
	case FOLLOW_DOWN: return give_up(l, LIVE_TROUBLE, "", why);
	case FOLLOW_GAP: return give_up(l, LIVE_GAP, "gap: ", why);
	default: return LIVE_FAILED;
	}
}

static struct live_counts counts(const void *of)
{
	struct follow_counts c = follow_counts(((const struct live_log *)of)->f);

	return (struct live_counts){ .read = c.read, .refused = c.refused };
}

static void end(void *of)
{
	struct live_log *l = of;

	follow_close(l->f);
	buf_free(&l->path);
	buf_free(&l->why);
	free(l);
}

/* Of a directory: its log. */
static int stat_log(const char *operand, struct stat *st)
{
	int fd, r = stat(operand, st);

	if (r < 0 || !S_ISDIR(st->st_mode))
		return r;
	fd = open(operand, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	r = fstatat(fd, "queue_log", st, 0);
	close(fd);
	return r;
}

int live_log_check(const char *operand, int out, struct diag *d)
{
	unsigned char magic[2];
	struct stat st, to;
	ssize_t n;
	int fd;

	if (strcmp(operand, "-") == 0)
		return diag_fail(d, "--follow: standard input is read as it comes without it");
	if (stat_log(operand, &st) == 0 && fstat(out, &to) == 0 && st.st_dev == to.st_dev &&
	    st.st_ino == to.st_ino)
		return diag_fail(d, "%s: is where the output goes", operand);
	if (stat(operand, &st) < 0 || S_ISDIR(st.st_mode))
		return 0;
	if (!S_ISREG(st.st_mode))
		return diag_fail(d, "%s: --follow is for a file or a directory", operand);
	fd = open(operand, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, magic, sizeof(magic));
	if (fd >= 0)
		close(fd);
	return n == 2 && gunzip_magic(magic, 2)
		       ? diag_fail(d, "%s: --follow is for the log that is written to; its compressed "
				     "parts are found by themselves", operand)
		      : 0;
}

int live_log_open(struct live_feed *feed, const struct follow_options *o, struct diag *d)
{
	struct live_log *l = calloc(1, sizeof(*l));
	size_t n = strlen(o->path);
	struct stat st;

	if (!l)
		return diag_fail(d, "out of memory");
	l->o = *o;
	l->later = -1;
	buf_str(&l->path, o->path);
	if ((stat(o->path, &st) == 0 && S_ISDIR(st.st_mode)) || (n && o->path[n - 1] == '/')) {
		buf_str(&l->path, n && o->path[n - 1] == '/' ? "queue_log" : "/queue_log");
		l->o.parts = true;
	}
	l->o.path = buf_cstr(&l->path) ? (char *)l->path.p : o->path;
	l->f = follow_open(&l->o, d);
	if (!l->f) {
		buf_free(&l->path);
		free(l);
		return -1;
	}
	*feed = (struct live_feed){ l, l->o.partition, next, counts, end, POLL, POLL, MOST };
	return 0;
}
