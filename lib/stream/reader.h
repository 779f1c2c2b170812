/*
 * Readers: one file, plain or gzip, as blocks of whole lines.
 *
 * A block is read to an aligned place and the unfinished line behind it is put in front of that
 * place before the next read, so that lines are never copied but for the one that a block cuts.
 * Whether a file is gzip is told by its first bytes, never by its name.
 */
#ifndef STREAM_READER_H
#define STREAM_READER_H

#include "base/diag.h"
#include "base/slice.h"

struct reader;

/* What reader_next found. */
enum reader_got {
	READER_END,
	READER_LINES,     /* whole lines, each with its LF */
	READER_TORN,      /* the last line of the input, which has no LF there; one was put behind */
	READER_LONG,      /* a piece of a line longer than allowed; more of it follows */
	READER_LONG_LAST, /* the last piece of it, with its LF if it had one */
	READER_LATER,     /* the wait said so; the next call asks it again */
	READER_FAILED     /* the reason was told; the input ends here, after its whole lines */
};

/*
 * path: a file; "-": stdin. max_line: bytes, at least 1. NULL: told to d (which, with path, must
 * outlive the reader).
 */
struct reader *reader_open(const char *path, size_t max_line, struct diag *d);

/*
 * The same. wait: is called with the file before every read of it; true: the read will not have to
 * wait; false: it is not to be done now. A FIFO that nobody writes yet is opened at once then, and
 * is one from which nothing can be read. NULL: as reader_open.
 */
typedef bool reader_wait(void *arg, int fd);
struct reader *reader_open_wait(const char *path, size_t max_line, reader_wait *wait, void *arg,
				struct diag *d);

/* Sets the wait of a reader that was opened without. */
void reader_set_wait(struct reader *r, reader_wait *wait, void *arg);

/* Is it a file that somebody writes to by this descriptor, with something in it? */
bool reader_is(const struct reader *r, int fd);

/* What it is called in messages from now on, instead of by its path. */
void reader_set_name(struct reader *r, const char *name);

/*
 * The next block, valid until the next call, with at least SCAN_SLACK bytes readable behind it. A
 * failed input gives no torn line: what was cut off is no line.
 */
enum reader_got reader_next(struct reader *r, struct slice *block);

/* Bytes of the file read so far, compressed ones where it is gzip; its size, 0 where unknown. */
unsigned long long reader_at(const struct reader *r);
unsigned long long reader_size(const struct reader *r);

void reader_close(struct reader *r);

#endif
