/*
 * usage.h - what zones use of what there is, and of what they may
 *
 * A reading is of one moment: CPU time and bytes of networks count up from when a zone was made, so two
 * readings make a rate; everything else is a level. Zones are ours and those that others made. What
 * belongs to no zone is the system's (interrupts, the kernel's own memory), what is left the global
 * zone's: the three add up to the total.
 */
#ifndef ZONE_USAGE_H
#define ZONE_USAGE_H

#include "base/container.h"
#include "zone/store.h"

enum usage_what {
	USAGE_CPU, /* ns; cap in percent of a CPU */
	USAGE_PHYSICAL,
	USAGE_VIRTUAL,
	USAGE_LOCKED, /* bytes */
	USAGE_PROCESSES,
	USAGE_LWPS,
	USAGE_SHM_MEMORY, /* bytes */
	USAGE_SHM_IDS,
	USAGE_SEM_IDS,
	USAGE_MSG_IDS,
	USAGE_NET, /* bytes sent and received; no cap */
	USAGE_KINDS
};
struct usage_level {
	uint64_t used, cap;
	bool known, capped;
};
struct zone_usage {
	char name[ZONE_EVENT_NAME], brand[ZONE_EVENT_BRAND];
	int32_t id;
	pid_t init;
	uint64_t shares; /* of CPU; 0 = not set */
	struct usage_level of[USAGE_KINDS];
};
struct usage_reading {
	uint64_t at_ns; /* of the monotonic clock */
	unsigned ncpus, online;
	uint64_t physical_bytes, virtual_bytes; /* that the machine has */
	struct zone_usage total, system, global;
	VEC(struct zone_usage) zones; /* by id */
};
/* Reads all into the arena. root: as zone_store_open() has it; those that others made are read without one. */
int zone_usage_read(struct usage_reading *r, struct arena *a, const char *root, struct err *e);
/* What was used between two readings of a zone (NULL: from its beginning), per second where it counts up. */
double zone_usage_rate(const struct usage_reading *from, const struct zone_usage *before,
		       const struct usage_reading *to, const struct zone_usage *now,
		       enum usage_what what);
/* The same zone in another reading; NULL: it was not there. */
const struct zone_usage *zone_usage_find(const struct usage_reading *r, int32_t id);

#endif
