/*
 * The options of a load, and of following a log, as tables.
 */
#ifndef STREAM_LOAD_OPTS_H
#define STREAM_LOAD_OPTS_H

#include "base/opt.h"
#include "stream/load_follow.h"

/* `to` is a struct load_options. */
extern const struct opt load_opts[];
opt_take load_take;

/* --from and its like; `to` is a struct load_follow_options. */
extern const struct opt load_follow_opts[];
opt_take load_follow_take;

#define LOAD_OPTIONS ((struct load_options){ .patience = 120, .not_before = INT64_MIN })
#define LOAD_FOLLOW_OPTIONS \
	((struct load_follow_options){ .resume = 86400, .from = INT64_MIN, .max_lag = 300 })

#endif
