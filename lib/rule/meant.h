/*
 * Verbs that are nearly written. The set of verbs is open, so a name that is not known is no error;
 * but who asks for ENTERQEUE, for connect or for ABANDONED means another.
 */
#ifndef RULE_MEANT_H
#define RULE_MEANT_H

#include "stream/verb.h"

/*
 * The known verbs that an unknown name may stand for, as a set of bits; 0: there is none. Upper and
 * lower case and what is neither letter nor digit do not matter (enter_queue). It is one letter
 * wrong (missing, too many, another, in the place of the next), or two of eight or more; has an ending
 * (ABANDONED); is how verbs begin or end (COMPLETED, LOGIN); or is what people say (ANSWERED).
 */
uint64_t verb_meant(struct slice name);

#endif
