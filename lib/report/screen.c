#include "report/screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/term.h"
#include "report/frame.h"

enum { ONCE = 256, AT, EVERY, CALLERS, DURATIONS };

const struct opt screen_opts[] = {
	{ ONCE, 0, "once", NULL, "one frame, at the end of the input", NULL },
	{ AT, 0, "at", "TIME", "one frame, as of TIME; what comes later is not looked at", NULL },
	{ EVERY, 0, "every", "DURATION", "a frame so often (1s)", NULL },
	{ CALLERS, 0, "callers", "FORM", "show callers in full (default), by their last3, or none",
	  "full last3 none" },
	{ 'n', 'n', "limit", "N", "so many rows of each panel", NULL },
	{ 'F', 'F', "format", "FORMAT",
	  "table (for people, default), json (an object per line), prom (Prometheus)",
	  "table json prom" },
	{ DURATIONS, 0, "durations", "FORM",
	  "seconds as numbers: seconds (default), or as h:mm:ss: hms", "seconds hms" },
	{ 'o', 'o', "output", "FILE", "write to FILE, which each frame replaces", NULL },
	{ 0 },
};

/* *n: which of the words it is. 0; -1: told. */
static int word(int *n, const char *what, const char *arg, const char *const *words, struct diag *d)
{
	for (*n = 0; words[*n]; ++*n)
		if (strcmp(arg, words[*n]) == 0)
			return 0;
	return diag_fail(d, "%s: %s: no such form", what, arg);
}

int screen_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	static const char *const formats[] = { "table", "json", "prom", NULL };
	static const char *const callers[] = { "full", "last3", "none", NULL };
	static const char *const durations[] = { "seconds", "hms", NULL };
	struct screen_options *o = to;
	int n;

	switch (id) {
	case ONCE:
		o->once = true;
		return 0;
	case AT:
		o->at = arg;
		return 0;
	case EVERY:
		if (opt_duration(what, arg, &o->every, d) < 0)
			return -1;
		return o->every ? 0 : diag_fail(d, "%s: 0: no frame would be the last", what);
	case CALLERS:
		if (word(&n, what, arg, callers, d) < 0)
			return -1;
		o->wall.callers = (enum wall_callers)n;
		return 0;
	case 'n':
		return opt_number(what, arg, 1, 1000000, &o->wall.rows, d);
	case 'F':
		if (word(&n, what, arg, formats, d) < 0)
			return -1;
		o->wall.format = (enum wall_format)n;
		return 0;
	case DURATIONS:
		if (word(&n, what, arg, durations, d) < 0)
			return -1;
		o->wall.hms = n == 1;
		return 0;
	default:
		o->output = arg;
		return 0;
	}
}

struct screen {
	const struct screen_options *o;
	struct diag *d;
	struct term *term;       /* drawn on; or NULL */
	struct out out;          /* else written to, or, of a file, the frame at hand */
	bool open, replaces;     /* out is open; it is a file that each frame replaces */
	bool shown;
	struct frame frame;
	struct buf text;
};

struct screen *screen_open(const struct screen_options *o, bool keys, struct diag *d)
{
	struct screen *s = calloc(1, sizeof(*s));
	bool live = !o->once && !o->at;

	if (!s) {
		diag_fail(d, "out of memory");
		return NULL;
	}
	s->o = o;
	s->d = d;
	if (live && !o->output && o->wall.format == WALL_TABLE && term_able(STDOUT_FILENO)) {
		s->term = term_open(STDOUT_FILENO, keys, d);
		if (s->term)
			return s;
	} else if (out_open(&s->out, o->output, d) == 0) {
		s->replaces = live && s->out.temporary;
		s->open = !s->replaces;
		/* that it can be written is known now; each frame opens it anew */
		if (s->open || out_close(&s->out, false, d) == 0)
			return s;
	}
	free(s);
	return NULL;
}

/* The frame as lines with LF. */
static void put_lines(struct screen *s)
{
	if (s->shown)
		buf_byte(&s->text, '\n');
	for (size_t i = 0; i < s->frame.lines; i++) {
		buf_slice(&s->text, frame_line(&s->frame, i));
		buf_byte(&s->text, '\n');
	}
}

static void put_frame(struct screen *s, const struct board_view *v, long long behind)
{
	struct frame_size size = { .behind = behind };

	if (s->open)
		size.colour = term_coloured(s->out.fd);
	if (s->open && isatty(s->out.fd))
		term_size(s->out.fd, &size.columns, &size.lines);
	size.lines = 0;
	frame_make(&s->frame, v, &s->o->wall, &size);
	put_lines(s);
}

/* Into the buffer, in the form that was asked for. */
static int make(struct screen *s, const struct board_view *v, long long behind)
{
	s->text.n = 0;
	if (s->o->wall.format == WALL_JSON) {
		wall_json(&s->text, v, &s->o->wall);
	} else if (s->o->wall.format == WALL_PROM) {
		if (s->shown && !s->replaces)
			buf_byte(&s->text, '\n');
		wall_prom(&s->text, v);
	} else {
		put_frame(s, v, behind);
	}
	return s->text.failed || s->frame.failed ? diag_fail(s->d, "out of memory") : 0;
}

static int draw(struct screen *s, const struct board_view *v, long long behind, struct slice note)
{
	struct frame_size size = { .colour = term_coloured(STDOUT_FILENO), .behind = behind,
				   .note = note };

	term_size(STDOUT_FILENO, &size.columns, &size.lines);
	frame_make(&s->frame, v, &s->o->wall, &size);
	if (s->frame.failed)
		return diag_fail(s->d, "out of memory");
	if (term_draw(s->term, buf_all(&s->frame.text), s->frame.end, s->frame.lines) == 0)
		return 0;
	return errno == EINTR ? -1 : diag_errno(s->d, "terminal");
}

int screen_show(struct screen *s, const struct board_view *v, long long behind, struct slice note)
{
	if (s->term)
		return draw(s, v, behind, note);
	if (s->replaces)
		s->shown = false;
	if (make(s, v, behind) < 0 || (s->replaces && out_open(&s->out, s->o->output, s->d) < 0))
		return -1;
	s->shown = true;
	s->out.fleeting = s->replaces;
	out_slice(&s->out, buf_all(&s->text));
	if (s->replaces)
		return out_close(&s->out, true, s->d);
	return s->o->once || s->o->at ? 0 : out_flush(&s->out);
}

bool screen_drawn(const struct screen *s)
{
	return s->term != NULL;
}

int screen_keys(const struct screen *s)
{
	return s->term ? term_keys(s->term) : -1;
}

int screen_asks(struct screen *s, int *sig, bool *redraw)
{
	int key;

	*sig = 0;
	if (!s->term)
		return -1;
	*sig = term_signals(s->term, redraw);
	key = term_key(s->term);
	if (key != '\f') /* Ctrl-L */
		return key;
	term_forget(s->term);
	*redraw = true;
	return -1;
}

void screen_leave(struct screen *s)
{
	if (!s->term)
		return;
	term_close(s->term);
	s->term = NULL;
	s->open = out_open(&s->out, NULL, s->d) == 0;
}

int screen_close(struct screen *s, bool keep)
{
	int r = 0;

	if (!s)
		return 0;
	term_close(s->term);
	if (s->open)
		r = out_close(&s->out, keep, s->d);
	frame_free(&s->frame);
	buf_free(&s->text);
	free(s);
	return r;
}
