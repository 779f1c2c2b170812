/*
 * The reports that have a name: keys and measures, ready made.
 */
#ifndef REPORT_PRESET_H
#define REPORT_PRESET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/out.h"

struct preset {
	const char *name;
	const char *keys;     /* as -g takes them; "" for none; HEADING= may stand before one */
	const char *measures; /* as -m takes them, the same; with `steps`, T stands for each */
	const char *outcomes; /* of visits with these outcomes only, as --outcome; NULL: all */
	const char *steps;    /* a line of measures for each of these thresholds; NULL: one line */
	bool by_agent;        /* measures are those of agents, also without the key */
	bool inside;          /* only visits that were over within the period */
	bool named;           /* without the visits whose first key is empty */
	bool queues;          /* of queues: without agents' time that is a login's */
	const char *text;     /* what it shows */
};

extern const struct preset presets[]; /* ended by name NULL */

/* NULL: there is none of that name. */
const struct preset *preset_named(struct slice name);

/* What there is, for --help-reports. */
void preset_help(struct out *o);
/* Their names, each with a space behind. */
void preset_words(struct buf *b);

#endif
