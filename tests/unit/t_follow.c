/*
 * A log that is written and rotated by dice, and a follower that looks when the dice say so: every
 * line comes, once, in order, and no gap is seen.
 */
#include "stream/follow.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/when.h"
#include "stream/follow_parts.h"
#include "dice.h"
#include "unit.h"

enum { RUNS = 300, STEPS = 60, PARTS = 200, PATIENCE = 60 };

struct world {
	struct dice dice;
	int fd;               /* of who writes; -1: the log was not begun */
	long long second;
	int written, got, bad; /* lines; bad: the first that came out of order, 0: none */
	bool within;          /* the last of those written is not whole yet */
	int parts;            /* named log.1 .. log.N, N the newest, with .gz or not, or gone */
	bool gap;
	struct follow_options o;
	struct follow *f;     /* NULL: not begun yet */
	struct diag *d;
	char trace[STEPS * 8]; /* for who looks into a failure */
	size_t ntrace;
};

static void note(struct world *w, char c)
{
	if (w->ntrace + 1 < sizeof(w->trace))
		w->trace[w->ntrace++] = c;
}

/* Of the log's own lines all have to come; of those before, none. */
static void begin(struct world *w)
{
	FILE *log = fopen("log", "r");
	int c;

	note(w, '!');
	w->got = w->written - w->within;
	while (log && (c = getc(log)) != EOF)
		w->got -= c == '\n';
	if (log)
		fclose(log);
	w->f = follow_open(&w->o, w->d);
}

static enum follow_got look(struct world *w)
{
	unsigned long long line;
	enum follow_got got;
	const char *where;
	struct event ev;
	long long n;

	if (!w->f) {
		if (dice_throw(&w->dice, 4))
			return FOLLOW_WAIT;
		begin(w);
	}
	note(w, '?');
	while ((got = follow_next(w->f, &ev, &where, &line)) == FOLLOW_EVENT || got == FOLLOW_GAP) {
		if (got == FOLLOW_GAP) {
			w->gap = true;
			continue;
		}
		if ((!slice_int(ev.f[F_DATA1], false, &n) || n != ++w->got) && !w->bad)
			w->bad = w->got;
	}
	return got;
}

static void begin_log(struct world *w)
{
	if (w->fd < 0)
		w->fd = open("log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void write_line(struct world *w)
{
	char text[200];
	int n, cut;

	begin_log(w);
	w->second += (long long)dice_throw(&w->dice, 3);
	/* long enough that the bytes a file is known by end somewhere in it */
	n = snprintf(text, sizeof(text), "%lld|c|q|a|INFO|%d|%.*s\n", w->second, ++w->written,
		     (int)dice_throw(&w->dice, 90),
		     "................................................................................"
		     "..........");
	/* the piece that was seen tells one log from another, so not too little of it */
	cut = dice_throw(&w->dice, 3) ? 0 : 22 + (int)dice_throw(&w->dice, (size_t)n - 21);
	if (cut >= n)
		cut = 0;
	if (cut && write(w->fd, text, (size_t)cut) == cut) {
		w->within = true;
		look(w);
		w->within = false;
	}
	if (write(w->fd, text + cut, (size_t)(n - cut)) != n - cut)
		abort();
}

static void write_lines(struct world *w)
{
	size_t n = dice_throw(&w->dice, 4) ? dice_throw(&w->dice, 5) : dice_throw(&w->dice, 40);

	note(w, 'w');
	while (n--)
		write_line(w);
}

/* Who writes is told later, if at all; the new log is made at once, or by who writes. */
static void rename_log(struct world *w)
{
	char to[32];
	int fd;

	if (access("log", F_OK) < 0)
		return;
	note(w, 'r');
	snprintf(to, sizeof(to), "log.%d", ++w->parts);
	rename("log", to);
	if (dice_throw(&w->dice, 2)) {
		fd = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		close(fd);
	}
	if (dice_throw(&w->dice, 2))
		write_lines(w);
	if (dice_throw(&w->dice, 2))
		look(w);
	if (w->fd >= 0 && dice_throw(&w->dice, 2))
		write_lines(w);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	w->second += 2; /* what says in which order files were written */
	if (dice_throw(&w->dice, 2))
		begin_log(w);
}

static void copy(const char *from, const char *to, bool packed)
{
	gzFile in = gzopen(from, "rb"), out = gzopen(to, packed ? "wb" : "wbT");
	char text[4096];
	int n;

	while ((n = gzread(in, text, sizeof(text))) > 0)
		gzwrite(out, text, (unsigned)n);
	gzclose(in);
	gzclose(out);
}

static void copy_and_truncate(struct world *w)
{
	char to[32];

	if (access("log", F_OK) < 0)
		return;
	note(w, 'c');
	snprintf(to, sizeof(to), "log.%d", ++w->parts);
	copy("log", to, false);
	if (truncate("log", 0) < 0)
		abort();
	w->second += 2;
}

static void replace(struct world *w)
{
	if (access("log", F_OK) < 0)
		return;
	note(w, '=');
	copy("log", "log~", false);
	rename("log~", "log");
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* Any part; of those removed all must have been given. */
static void pack(struct world *w)
{
	char from[32], to[40];

	if (!w->parts)
		return;
	snprintf(from, sizeof(from), "log.%d", 1 + (int)dice_throw(&w->dice, (size_t)w->parts));
	snprintf(to, sizeof(to), "%s.gz", from);
	if (access(from, F_OK) < 0)
		return;
	note(w, 'z');
	copy(from, to, true);
	if (dice_throw(&w->dice, 2))
		look(w);
	unlink(from);
}

static void remove_part(struct world *w)
{
	char name[32];

	if (!w->parts || look(w) != FOLLOW_WAIT)
		return;
	note(w, 'x');
	snprintf(name, sizeof(name), "log.%d%s", 1 + (int)dice_throw(&w->dice, (size_t)w->parts),
		 dice_throw(&w->dice, 2) ? ".gz" : "");
	unlink(name);
}

static void step(struct world *w)
{
	switch (dice_throw(&w->dice, 10)) {
	case 0: rename_log(w); break;
	case 1: copy_and_truncate(w); break;
	case 2: replace(w); break;
	case 3: pack(w); break;
	case 4: remove_part(w); break;
	case 5:
	case 6: look(w); break;
	default: write_lines(w); break;
	}
}

static void clean(void)
{
	if (system("rm -f log*") != 0)
		abort();
}

static bool run(uint64_t seed, struct diag *d)
{
	struct world w = { .dice = { seed }, .d = d, .fd = -1, .second = 1000000,
			   .o = { .path = "log", .partition = "A", .from = WHEN_MIN,
				  .reach = WHEN_MIN } };
	bool right;

	clean();
	if (dice_throw(&w.dice, 2))
		begin(&w);
	look(&w);
	for (int i = 0; i < STEPS; i++)
		step(&w);
	if (!w.f)
		begin(&w);
	write_line(&w);
	for (int i = 0; i < PATIENCE && w.got < w.written; i++)
		look(&w);
	follow_close(w.f);
	if (w.fd >= 0)
		close(w.fd);
	right = CHECK(!w.bad && !w.gap && w.got == w.written, "seed %llu", (unsigned long long)seed);
	if (!right)
		printf("#   %d of %d lines, out of order at %d%s: %s\n", w.got, w.written, w.bad,
		       w.gap ? ", a gap" : "", w.trace);
	return right;
}

/* However its bytes are cut, a place is the same; and another where a byte is. */
static void check_places(void)
{
	struct dice dice = { 1 };
	unsigned char text[64];
	int bad = 0;

	for (int i = 0; i < 2000; i++) {
		size_t n = dice_throw(&dice, sizeof(text)) + 1, at = 0;
		struct follow_place whole, cut;

		for (size_t j = 0; j < n; j++)
			text[j] = (unsigned char)dice_throw(&dice, 3);
		follow_place_begin(&whole);
		follow_place_begin(&cut);
		follow_place_add(&whole, slice_of(text, n));
		while (at < n) {
			size_t piece = dice_throw(&dice, n - at + 1);

			follow_place_add(&cut, slice_of(text + at, piece));
			at += piece;
		}
		bad += !follow_place_same(&whole, &cut);
		text[dice_throw(&dice, n)] ^= 1;
		follow_place_begin(&cut);
		follow_place_add(&cut, slice_of(text, n));
		bad += follow_place_same(&whole, &cut);
	}
	CHECK_EQ_INT(bad, 0, "places");
}

/*
 * A rotation that the follower is begun in the middle of, or that comes before it has seen anything, as
 * steps: L looks (the first one begins it), o makes the log, w writes a line to the file that is open
 * (which stays that after a rename), p writes half of one, q the other half, r renames, e makes an
 * empty log, c copies and truncates, z packs the part, n opens the log anew; a digit: so many lines
 * have come.
 */
static const struct {
	const char *steps, *what;
} begun[] = {
	{ "oLwwcL2", "seen empty, filled, copied and truncated" },
	{ "oLwwcwL3wL4", "and written to again" },
	{ "oLwwrnwL3", "seen empty, filled, renamed" },
	{ "LowwcL2wL3", "missing at first, then filled, copied and truncated" },
	{ "LowwrenwL3", "missing at first, then filled, renamed" },
	{ "oLwwcwwcL4wL5", "seen empty, and twice" },
	{ "oLwwrnwwrnL4wL5", "seen empty, and renamed twice" },
	{ "owwrLwL1nwL2", "begun between rename and reopening, no log yet" },
	{ "owwreLwL1nwL2", "begun between rename and reopening, the new log empty" },
	{ "owwrLnwL1", "nothing more in the old one" },
	{ "owwreLnwL1", "nor here" },
	{ "owwrLwnwL2wL3", "both between two looks" },
	{ "owwreLwnwwL3", "both, the new log empty" },
	{ "owwrpLqL1nwL2", "begun within a line of the old one" },
	{ "owwreLwznwL2", "the old one packed behind our back" },
	{ "owwrnwLwL2", "begun behind it all" },
	{ "owwrnwwreLwL1nwL2", "an older part is none of ours" },
	{ "owwceLwL1", "copied and truncated before: its lines are not the log's" },
};

static void put_text(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
}

static void check_begun(const char *steps, const char *what, struct diag *d)
{
	struct world w = { .fd = -1, .second = 1000000,
			   .o = { .path = "log", .partition = "A", .from = WHEN_MIN, .reach = WHEN_MIN } };
	char text[64];
	int lines = 0;

	clean();
	for (const char *s = steps; *s; s++) {
		unsigned long long line;
		const char *where;
		struct event ev;
		enum follow_got got;

		snprintf(text, sizeof(text), "%lld|c|q|a|INFO|%d\n", w.second, w.written);
		switch (*s) {
		case 'o': begin_log(&w); break;
		case 'w': put_text(w.fd, text); w.written++; w.second++; break;
		case 'p': put_text(w.fd, "1000009|c|q"); break;
		case 'q': put_text(w.fd, "|a|INFO|9\n"); break;
		case 'r': rename("log", w.parts++ ? "log.2" : "log.1"); break;
		case 'e': close(open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)); break;
		case 'c': copy_and_truncate(&w); break;
		case 'z': copy("log.1", "log.1.gz", true); unlink("log.1"); break;
		case 'n': close(w.fd); w.fd = -1; begin_log(&w); break;
		case 'L':
			if (!w.f)
				w.f = follow_open(&w.o, d);
			for (int i = 0; i < PATIENCE; i++)
				while ((got = follow_next(w.f, &ev, &where, &line)) == FOLLOW_EVENT ||
				       got == FOLLOW_GAP) {
					lines += got == FOLLOW_EVENT;
					w.gap |= got == FOLLOW_GAP;
				}
			break;
		default: CHECK_EQ_INT(lines, *s - '0', "%s: %.*s", what, (int)(s - steps), steps); break;
		}
	}
	CHECK(!w.gap, "%s: no gap", what);
	follow_close(w.f);
	if (w.fd >= 0)
		close(w.fd);
}

/* Of an idle log nothing is kept, however often it is asked. */
static void check_idle(struct diag *d)
{
	struct follow_options o = { .path = "log", .partition = "A", .from = WHEN_MIN,
				    .reach = WHEN_MIN };
	struct rusage before, after;
	struct follow *f;
	unsigned long long line;
	const char *where;
	struct event ev;
	int events = 0, other = 0;

	clean();
	copy("/dev/null", "log", false);
	/* long ago: as long as a directory has just changed it is looked through */
	utimensat(AT_FDCWD, ".", (struct timespec[2]){ { .tv_sec = 1 }, { .tv_sec = 1 } }, 0);
	f = follow_open(&o, d);
	for (int i = 0; i < 1000; i++)
		follow_next(f, &ev, &where, &line);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < 200000; i++) {
		enum follow_got got = follow_next(f, &ev, &where, &line);

		events += got == FOLLOW_EVENT;
		other += got != FOLLOW_EVENT && got != FOLLOW_WAIT;
	}
	getrusage(RUSAGE_SELF, &after);
	CHECK_EQ_INT(events + other, 0, "an idle log gives nothing");
	CHECK(after.ru_maxrss <= before.ru_maxrss + 64, "nor takes memory");
	follow_close(f);
}

int main(int argc, char **argv)
{
	struct diag quiet = { .prog = "" };
	char dir[] = "/tmp/t_follow.XXXXXX";
	unsigned long long first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	unsigned long long runs = argc > 2 ? strtoull(argv[2], NULL, 10) : argc > 1 ? 1 : RUNS;

	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	for (unsigned long long i = 0; i < runs; i++)
		run(first + i, &quiet);
	if (argc < 2) {
		for (size_t i = 0; i < sizeof(begun) / sizeof(*begun); i++)
			check_begun(begun[i].steps, begun[i].what, &quiet);
		check_idle(&quiet);
		check_places();
	}
	clean();
	if (chdir("/") < 0 || rmdir(dir) < 0)
		return 1;
	return unit_done();
}
