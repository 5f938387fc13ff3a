/*
 * zoneadm.h - what the files of the command zoneadm(8) share
 */
#ifndef CMD_ZONEADM_H
#define CMD_ZONEADM_H

#include "zone/live.h"

enum { E_OK, E_ERROR, E_USAGE };

struct zoneadm {
	struct arena *arena;
	struct zone_store store; /* locked, but for list and verify */
	const char *root, *zone; /* NULL: the system's; no zone named */
	struct zone_entry *entry;
	struct zone_config config;
	struct zone_live live;
};
/* "zoneadm: zone 'x': ..." to standard error. Returns E_ERROR. */
int zoneadm_fail(const struct zoneadm *z, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int zoneadm_list(struct zoneadm *z, int argc, char **argv);

#endif
