#include "stream/gunzip.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct gunzip {
	z_stream z;
	bool between; /* a member has ended: the archive may, or another begins */
};

enum { GZIP_ONLY = 15 + 16 };

struct gunzip *gunzip_new(void)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (g && inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
		free(g);
		return NULL;
	}
	return g;
}

void gunzip_free(struct gunzip *g)
{
	if (g)
		inflateEnd(&g->z);
	free(g);
}

static unsigned int most(size_t n)
{
	return n > UINT_MAX ? UINT_MAX : (unsigned int)n;
}

int gunzip_run(struct gunzip *g, struct slice *in, bool last, unsigned char *to, size_t room,
	       size_t *made, const char **why)
{
	*made = 0;
	while (room) {
		int r;

		if (g->between && in->n) {
			if (in->p[0] != 0x1f) {
				*why = "something that is no gzip behind the end";
				return -1;
			}
			g->between = false;
			inflateReset(&g->z);
		}
		if (in->n == 0 && g->between)
			return last ? 0 : 1;
		g->z.next_in = (unsigned char *)(size_t)in->p;
		g->z.avail_in = most(in->n);
		g->z.next_out = to;
		g->z.avail_out = most(room);
		r = inflate(&g->z, Z_NO_FLUSH);
		in->p += most(in->n) - g->z.avail_in;
		in->n -= most(in->n) - g->z.avail_in;
		*made += most(room) - g->z.avail_out;
		to += most(room) - g->z.avail_out;
		room -= most(room) - g->z.avail_out;
		if (r == Z_STREAM_END) {
			g->between = true;
		} else if (r == Z_BUF_ERROR || (r == Z_OK && in->n == 0 && room)) {
			if (!last)
				return 1;
			*why = "cut off";
			return -1;
		} else if (r != Z_OK) {
			*why = r == Z_MEM_ERROR ? "out of memory" : g->z.msg ? g->z.msg : "corrupt";
			return -1;
		}
	}
	return 1;
}

const char *gunzip_library(void)
{
	static char name[32] = "zlib ";

	if (!name[5])
		strncpy(name + 5, zlibVersion(), sizeof(name) - 6);
	return name;
}
