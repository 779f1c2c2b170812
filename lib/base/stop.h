/*
 * A signal that asks to end, for whoever has still something to say then.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <signal.h>

/*
 * The first SIGHUP, SIGINT or SIGTERM is from now on only noted; a second one, or an alarm a second
 * later, ends the process whatever it waits for. Those that are ignored stay so. A wait that one comes
 * into ends with EINTR.
 */
void stop_catch(void);

/* The signal that came; 0: none. */
extern volatile sig_atomic_t stop_signal;

/* Ends by it, if one came. */
void stop_end(void);

#endif
