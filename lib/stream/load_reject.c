#include "stream/load_reject.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "stream/reader.h"

enum { LONGEST = 4 << 20 };

static struct load_rejected *find(struct load_reject *r, struct slice line)
{
	uint64_t hash = hash_mix(hash_bytes(hash_seed(), line), line.n);
	uint32_t id;

	MAP_EACH (&r->map, i, hash, id)
		if (r->line[id].hash == hash)
			return &r->line[id];
	if (!array_need(&r->line, &r->cap, r->n + 1, sizeof(*r->line)) ||
	    !map_add(&r->map, hash, (uint32_t)r->n))
		return NULL;
	r->line[r->n] = (struct load_rejected){ .hash = hash };
	return &r->line[r->n++];
}

/* What stands there already. A last line without LF was cut: it gets one, and is no event. */
static int read_lines(struct load_reject *r, const char *path, struct diag *d)
{
	struct reader *in = reader_open(path, LONGEST, d);
	enum reader_got got = READER_FAILED;
	struct slice block, line;
	bool ok = in != NULL, torn = false;

	while (ok && (got = reader_next(in, &block)) != READER_END && got != READER_FAILED) {
		torn |= got == READER_TORN;
		while (ok && block.n) {
			struct load_rejected *one;

			line = slice_cut(block, '\n', &block);
			one = find(r, line);
			ok = one != NULL;
			if (one)
				one->held++;
		}
	}
	reader_close(in);
	if (!ok && in)
		return diag_fail(d, "out of memory");
	if (!ok || got == READER_FAILED)
		return -1;
	if (torn && fd_write(r->fd, "\n", 1) < 0)
		return diag_errno(d, "%s", path);
	return 0;
}

int load_reject_open(struct load_reject *r, const char *path, struct diag *d)
{
	*r = (struct load_reject){ .path = path };
	r->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (r->fd < 0) {
		r->fd = 0;
		return diag_errno(d, "%s", path);
	}
	return read_lines(r, path, d);
}

int load_reject_put(struct load_reject *r, struct slice line, struct diag *d)
{
	struct load_rejected *one;

	if (!r->fd)
		return 0;
	one = find(r, slice_of(line.p, line.n - 1));
	if (!one)
		return diag_fail(d, "out of memory");
	if (++one->read <= one->held)
		return 0;
	one->held++;
	return fd_write(r->fd, line.p, line.n) < 0 ? diag_errno(d, "%s", r->path) : 0;
}

void load_reject_close(struct load_reject *r, struct diag *d)
{
	if (r->fd && close(r->fd) < 0)
		diag_errno(d, "%s", r->path);
	map_free(&r->map);
	free(r->line);
	*r = (struct load_reject){ 0 };
}
