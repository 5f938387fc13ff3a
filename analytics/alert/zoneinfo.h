/*
 * zoneinfo.h - what time it is elsewhere: offsets from UTC by the files of /usr/share/zoneinfo
 *
 * libc knows one time zone for a whole process (TZ, tzset), which other threads use meanwhile; each threshold
 * has its own. Read are version 2 and later of the format of RFC 8536: the 64-bit transitions, and the rule
 * for the time after them.
 */
#ifndef ALERT_ZONEINFO_H
#define ALERT_ZONEINFO_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zoneinfo;

/* Whether name may be loaded: no path out of the folder, and the file is there. "UTC" always is. */
bool zoneinfo_exists(const char *name);
/* NULL and *e on failure; zoneinfo_free(). */
struct zoneinfo *zoneinfo_load(const char *name, struct err *e);
/* The same from the bytes of a file. */
struct zoneinfo *zoneinfo_parse(const void *bytes, size_t n, struct err *e);
void zoneinfo_free(struct zoneinfo *z);
/* Seconds east of UTC at a unix time. */
int zoneinfo_offset(const struct zoneinfo *z, int64_t unix_s);

#endif
