/*
 * What the pieces of stream/follow share: follow.c has the lines, follow_read.c the files they come
 * from, follow_move.c which file comes next.
 */
#ifndef STREAM_FOLLOW_OWN_H
#define STREAM_FOLLOW_OWN_H

#include <time.h>

#include "base/words.h"
#include "stream/block.h"
#include "stream/follow.h"
#include "stream/follow_parts.h"
#include "stream/qlog.h"
#include "stream/reader.h"

/* PATIENCE: so many calls may find files that are just being renamed. */
enum { FOLLOW_LONGEST = 1 << 20, FOLLOW_PATIENCE = 30 };

/* What a step came to, where it is not yet the caller's answer: an enum follow_got, or this. */
enum { FOLLOW_GO_ON = -1 };

struct follow {
	const struct follow_options *o;
	struct diag *d, own; /* own: keeps the reason */
	char why[512];
	bool started, skipping;
	int64_t oldest;      /* of the first event; WHEN_MAX: none yet */
	int64_t first;       /* time of the newest log that was begun; WHEN_MIN: none yet */
	struct follow_heads known;
	struct words names;  /* of files, for who remembers where a line stood */
	int tries;

	struct follow_parts queue; /* to be read before the log */
	size_t front;
	struct reader *reader;     /* of the front */
	struct follow_place skip;  /* of it: this was given already */

	int fd;                    /* of the log; -1: there is none */
	unsigned char tail[256];   /* read last */
	size_t ntail;
	struct buf dir;            /* the log's, as a C string */
	struct timespec looked;    /* its change when successors were looked for */

	/* the file being read, a part or the log */
	const char *path;
	struct follow_head head;
	struct follow_place place; /* of whole lines, up to here given */
	struct buf text;           /* read, not yet given; the first `at` bytes of it are */
	size_t at;
	unsigned long long line;
	bool last;                 /* nothing more comes: a last line without LF counts */
	bool too_long;             /* what comes is the rest of a line that is */

	struct {                   /* given behind the gap before it */
		bool event;
		struct event ev;
		const char *where;
		unsigned long long line;
	} held;
	bool asked;

	struct follow_counts counts;
	unsigned long long named;
	struct qlog qlog;
	bool converting;           /* qlog has lines left */
	enum qlog_got remark;      /* on the line behind them, not made yet; QLOG_EVENT: none */
	const char *remark_why;
	struct buf made;           /* event lines */
	struct block block;        /* of them */
	bool failed;               /* out of memory */
};

void follow_set_why(struct follow *f, const char *why);
/* Told: FOLLOW_FAILED. */
int follow_no_memory(struct follow *f);
/* The reason is errno's: FOLLOW_DOWN. */
int follow_down(struct follow *f, const char *path);

/* A file is begun. path lives as long as f, or is follow_name's. */
void follow_begin_file(struct follow *f, const char *path, const struct follow_head *head);
const char *follow_name(struct follow *f, const char *path);
/* Lines in text to events, until one is to be given. false: there are none, or f->failed. */
bool follow_text_next(struct follow *f, struct event *ev);
/* Room for n bytes behind the text; what was given of it goes. */
bool follow_text_room(struct follow *f, size_t n);

/* The next event of the queue's front, or of the log. */
int follow_front_next(struct follow *f, struct event *ev, const char **where,
		      unsigned long long *line);
int follow_log_next(struct follow *f, struct event *ev, const char **where,
		    unsigned long long *line);

int follow_start(struct follow *f);
/*
 * The log that we had is left: drained, if it was read to its end, or not, if what it held is
 * elsewhere by now.
 */
int follow_move_on(struct follow *f, bool drained);
/* A log of which nothing was seen yet may have been filled, copied and truncated meanwhile: nothing
 * tells but the copy, which has come. */
int follow_begin_again(struct follow *f);
/* Did the directory change since this was asked last? */
bool follow_changed(struct follow *f);
/* Are there parts that were not there before, or that hold what has no name here any more? */
bool follow_parts_came(struct follow *f);
/* Stands something in a log later than the one we have? */
bool follow_succeeded(struct follow *f);
/* Of a plain file. */
void follow_head_see(int fd, struct follow_head *head);

#endif
