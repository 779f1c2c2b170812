/*
 * The files that a followed log was rotated into, and what tells one log from another: content.
 */
#ifndef STREAM_FOLLOW_PARTS_H
#define STREAM_FOLLOW_PARTS_H

#include <stdint.h>
#include <time.h>

#include "base/diag.h"
#include "base/slice.h"

/* So many bytes from the beginning of a content, and their hash, however they are cut. */
struct follow_place {
	unsigned long long n;
	uint64_t hash;
	uint64_t rest; /* the last n % 8 bytes, not yet hashed */
};

void follow_place_begin(struct follow_place *p);
void follow_place_add(struct follow_place *p, struct slice bytes);
bool follow_place_same(const struct follow_place *a, const struct follow_place *b);

/* The beginning of a content, uncompressed: by it two files are the same log, or not. */
enum { FOLLOW_HEAD = 1024 };
struct follow_head {
	size_t n; /* 0: empty, or it could not be read */
	unsigned char p[FOLLOW_HEAD];
};

/* Of a file, plain or gzip. */
void follow_head_read(const char *path, struct follow_head *h);
/* Does one go on where the other ends? Never where one is empty. */
bool follow_head_same(const struct follow_head *a, const struct follow_head *b);
/* The time of its first line that has one; WHEN_MAX: none has. */
int64_t follow_head_time(const struct follow_head *h);

struct follow_part {
	char *path;
	struct timespec changed;
	struct follow_head head;
};

/* Zero-initialize it. */
struct follow_parts {
	struct follow_part *part;
	size_t n, cap;
};

/*
 * The files beside `log` whose names begin with its own and that are not empty, but for the log
 * itself, which fd is open on (-1: there is none). 0; -1: told.
 */
int follow_parts_list(struct follow_parts *p, const char *log, int fd, struct diag *d);
/* Takes away those that do not satisfy. */
void follow_parts_keep(struct follow_parts *p, bool (*is)(const struct follow_part *, void *arg),
		       void *arg);
/* Puts them into the order in which they were written, and leaves out copies (stream/rotated),
 * which d is told. 0; -1: told. */
int follow_parts_order(struct follow_parts *p, struct diag *d);
void follow_parts_free(struct follow_parts *p);

/* Behind the whole lines of a file. */
void follow_part_place(const char *path, struct follow_place *place);

/* Does the file, plain or gzip, begin with the content that the place ends? */
bool follow_part_holds(const char *path, const struct follow_place *place);

/* Heads of contents that are known. Zero-initialize it. */
struct follow_heads {
	struct follow_head *head;
	size_t n, cap;
};

bool follow_heads_has(const struct follow_heads *h, const struct follow_head *head);
/* Adds it, unless it is there or empty; of the same content the longer is kept. false: out of
 * memory. */
bool follow_heads_add(struct follow_heads *h, const struct follow_head *head);
void follow_heads_free(struct follow_heads *h);

#endif
