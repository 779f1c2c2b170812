/*
 * What time it is, in microseconds: by a clock that never steps, of which only differences say anything,
 * and the time of day (see base/when), which whoever owns the machine may set.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_steady(void);
int64_t clock_day(void);

#endif
