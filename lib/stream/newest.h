/*
 * The newest event of a log, without reading all of it: a plain file's last lines say it. Only of
 * gzip files more has to be read, and only where the plain ones leave it open.
 */
#ifndef STREAM_NEWEST_H
#define STREAM_NEWEST_H

#include <stdint.h>

enum newest {
	NEWEST_UNKNOWN, /* no regular file, or one that cannot be read: who reads it will say so */
	NEWEST_NONE,    /* there is no event */
	NEWEST_FOUND
};

/*
 * path: a log or an event stream, or a directory whose queue_log* are one log. *time,
 * microseconds: that of the newest event; if it is at least `enough`, there may be a newer one.
 */
enum newest newest_event(const char *path, int64_t enough, int64_t *time);

#endif
