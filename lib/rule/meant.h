/*
 * Verbs that are nearly written. The set of verbs is open, so a name that is not known is no error;
 * but who asks for ENTERQEUE, or for connect, means another.
 */
#ifndef RULE_MEANT_H
#define RULE_MEANT_H

#include "stream/verb.h"

/* The known verb that differs from an unknown name by upper and lower case only, or by a single letter
 * that is missing, too many, another, or in the place of the next. VERB_OTHER: there is none. */
enum verb verb_meant(struct slice name);

#endif
