/*
 * Bytes on their way out: to stdout, or to a file that appears under its name only when whole.
 *
 * An error (a full disk) is remembered in `err` and what follows is dropped; out_close tells it.
 * A run is a stretch of somebody else's memory that is written without being copied: consecutive
 * calls of out_run with adjoining slices make one. The owner of that memory settles the run before
 * the memory changes.
 */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include "base/buf.h"
#include "base/diag.h"

/* Room behind the buffer, and what must be readable behind the beginning of what out_line takes. */
enum { OUT_CAP = 1 << 17, OUT_LINE = 128 };

struct out {
	int fd;
	int err; /* errno of the first write that failed, or 0 */
	unsigned char *buf;
	size_t n;
	struct slice run;
	const char *name; /* as the user gave it, for messages; "stdout" */
	char *path;       /* the same, links followed */
	char *temporary;  /* the file being written, until it is renamed; NULL: none */
	bool fleeting;    /* the caller's to set: soon replaced, so need not outlive the machine's end */
};

/* NULL or "-" is stdout; what is there and no regular file (a device, a FIFO, /dev/stderr) is written
 * to as it is. 0, or -1 with the reason told to d. */
int out_open(struct out *o, const char *path, struct diag *d);

void out_put(struct out *o, const void *p, size_t n);
void out_slice(struct out *o, struct slice s);
void out_byte(struct out *o, unsigned char c);

/*
 * The same as out_slice, for a line among many short ones that stand in different places: copied
 * without a look at its length, so at least OUT_LINE bytes must be readable from s.p on.
 */
static inline void out_line(struct out *o, struct slice s)
{
	if (s.n > OUT_LINE || o->run.n || s.n > OUT_CAP - o->n) {
		out_slice(o, s);
		return;
	}
	memcpy(o->buf + o->n, s.p, OUT_LINE);
	o->n += s.n;
}

/* Room for n bytes, at most OUT_ROOM, to be filled by the caller at once; then out_took. */
enum { OUT_ROOM = 1 << 16 };
unsigned char *out_room(struct out *o, size_t n);
void out_took(struct out *o, size_t n);

/* The lines of s, borrowed until out_settle (or the next out_run that does not adjoin). */
void out_run_anew(struct out *o, struct slice s);
static inline void out_run(struct out *o, struct slice s)
{
	if (o->run.p && o->run.p + o->run.n == s.p)
		o->run.n += s.n;
	else
		out_run_anew(o, s);
}
void out_settle(struct out *o);

/* Everything to the system. 0, or -1 (see err). */
int out_flush(struct out *o);

/*
 * Flushes, if there is anything to wait for, and waits until fd can be read (-1: nothing is), for at
 * most so long (-1: for ever). Whoever reads o may go meanwhile: that is as if it had been written to,
 * SIGPIPE, or an error where that is ignored. false: an error, see err.
 */
bool out_wait(struct out *o, int fd, int milliseconds);

/*
 * Flushes and closes. The file comes into place under its name if `keep` and all went well, else
 * it is removed. 0, or -1 with the reason told to d, also where an earlier write had failed.
 */
int out_close(struct out *o, bool keep, struct diag *d);

/* The three in one, of a text that is there already: out_open, its bytes, out_close. 0; -1: told, also
 * where the text had no memory. */
int out_text(const char *path, const struct buf *text, struct diag *d);

#endif
