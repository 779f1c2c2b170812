#include "stream/gunzip.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#ifdef HAVE_ISAL
#include <isa-l.h>
#include <isa-l/igzip_lib.h>
#endif

enum inflated { INFLATED_BAD = -1, INFLATED_SOME, INFLATED_MEMBER };

/* What a library must do: as much of one member as input and room allow. */
struct library {
	void *(*begin)(void);
	void (*again)(void *state);
	enum inflated (*run)(void *state, struct slice *in, unsigned char *to, size_t room,
			     size_t *made, const char **why);
	void (*end)(void *state);
};

struct gunzip {
	const struct library *library;
	void *state;
	bool between; /* a member has ended: the archive may, or another begins */
};

static unsigned int most(size_t n)
{
	return n > INT_MAX ? INT_MAX : (unsigned int)n;
}

/*
 * zlib
 */

enum { GZIP_ONLY = 15 + 16 };

static void *zlib_begin(void)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (z && inflateInit2(z, GZIP_ONLY) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static void zlib_again(void *state)
{
	inflateReset(state);
}

static enum inflated zlib_run(void *state, struct slice *in, unsigned char *to, size_t room,
			      size_t *made, const char **why)
{
	z_stream *z = state;
	unsigned int n = most(in->n);
	int r;

	z->next_in = (unsigned char *)(size_t)in->p;
	z->avail_in = n;
	z->next_out = to;
	z->avail_out = most(room);
	r = inflate(z, Z_NO_FLUSH);
	*made = most(room) - z->avail_out;
	*in = slice_of(z->next_in, in->n - (n - z->avail_in));
	if (r == Z_STREAM_END)
		return INFLATED_MEMBER;
	if (r == Z_OK || r == Z_BUF_ERROR)
		return INFLATED_SOME;
	*why = r == Z_MEM_ERROR ? "out of memory" : "corrupt";
	return INFLATED_BAD;
}

static void zlib_end(void *state)
{
	inflateEnd(state);
	free(state);
}

static const struct library zlib = { zlib_begin, zlib_again, zlib_run, zlib_end };

/*
 * ISA-L
 */

#ifdef HAVE_ISAL
/* isal_inflate would read the header too, but fails where one with a check sum comes in pieces. */
struct isal_state {
	struct inflate_state inflate;
	struct isal_gzip_header header;
	bool in_header;
};

static void isal_again(void *state)
{
	struct isal_state *s = state;

	isal_inflate_reset(&s->inflate);
	s->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
	isal_gzip_header_init(&s->header);
	s->in_header = true;
}

static void *isal_begin(void)
{
	struct isal_state *s = malloc(sizeof(*s));

	if (s) {
		isal_inflate_init(&s->inflate);
		isal_again(s);
	}
	return s;
}

static int isal_step(struct isal_state *s)
{
	int r;

	if (s->in_header) {
		r = isal_read_gzip_header(&s->inflate, &s->header);
		if (r != ISAL_DECOMP_OK)
			return r;
		s->in_header = false;
	}
	return isal_inflate(&s->inflate);
}

static enum inflated isal_run(void *state, struct slice *in, unsigned char *to, size_t room,
			      size_t *made, const char **why)
{
	struct isal_state *s = state;
	struct inflate_state *i = &s->inflate;
	unsigned int n = most(in->n);
	int r;

	i->next_in = (unsigned char *)(size_t)in->p;
	i->avail_in = n;
	i->next_out = to;
	i->avail_out = most(room);
	r = isal_step(s);
	*made = most(room) - i->avail_out;
	*in = slice_of(i->next_in, in->n - (n - i->avail_in));
	if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT) {
		*why = "corrupt";
		return INFLATED_BAD;
	}
	return !s->in_header && i->block_state == ISAL_BLOCK_FINISH ? INFLATED_MEMBER : INFLATED_SOME;
}

static const struct library isal = { isal_begin, isal_again, isal_run, free };

static const struct library *const libraries[] = { &zlib, &isal };
#else
static const struct library *const libraries[] = { &zlib };
#endif

int gunzip_libraries(void)
{
	return (int)(sizeof(libraries) / sizeof(*libraries));
}

const char *gunzip_library(int library)
{
	static char name[40];

	if (library < 0)
		library = gunzip_libraries() - 1;
	snprintf(name, sizeof(name), "zlib %s", zlibVersion());
#ifdef HAVE_ISAL
	if (library == 1)
		snprintf(name, sizeof(name), "ISA-L %d.%d.%d", ISAL_MAJOR_VERSION,
			 ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
#endif
	return name;
}

const char *gunzip_built(void)
{
	static char text[60];

	snprintf(text, sizeof(text), ", gzip by %s", gunzip_library(-1));
	return text;
}

struct gunzip *gunzip_new(int library)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->library = libraries[library < 0 ? gunzip_libraries() - 1 : library];
	g->state = g->library->begin();
	if (!g->state) {
		free(g);
		return NULL;
	}
	return g;
}

void gunzip_free(struct gunzip *g)
{
	if (g)
		g->library->end(g->state);
	free(g);
}

int gunzip_run(struct gunzip *g, struct slice *in, bool last, unsigned char *to, size_t room,
	       size_t *made, const char **why)
{
	*made = 0;
	while (room) {
		size_t had = in->n, some;
		enum inflated r;

		if (g->between && in->n) {
			if (in->p[0] != 0x1f) {
				*why = "something that is no gzip behind the end";
				return -1;
			}
			g->between = false;
			g->library->again(g->state);
		}
		if (in->n == 0 && g->between)
			return last ? 0 : 1;
		r = g->library->run(g->state, in, to, room, &some, why);
		*made += some;
		to += some;
		room -= some;
		if (r == INFLATED_BAD)
			return -1;
		g->between = r == INFLATED_MEMBER;
		if (r == INFLATED_SOME && room && (in->n == 0 || (in->n == had && some == 0))) {
			if (!last)
				return 1;
			*why = "cut off";
			return -1;
		}
	}
	return 1;
}
