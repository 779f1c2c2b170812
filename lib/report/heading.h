/*
 * What stands over a table for people: the period and the zone.
 */
#ifndef REPORT_HEADING_H
#define REPORT_HEADING_H

#include <stdint.h>

#include "report/table.h"

/* "from 2026-11-22 00:00:00 to 2026-11-23 00:00:00, zone Europe/Rome"; WHEN_MIN and WHEN_MAX: what
 * is open is not named. */
void heading_period(struct table *t, int64_t from, int64_t to);

/* table_head with names of columns as C strings, at most 64. */
void heading_columns(struct table *t, const char *const *names, size_t n);

#endif
