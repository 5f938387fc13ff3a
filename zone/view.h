/*
 * view.h - what a zone sees of the machine: its own limits
 *
 * A process beside the zone's supervisor serves a file system (FUSE, of the kernel's own protocol) of a few
 * files, which are mounted on those of the same purpose in the zone:
 *
 *	/proc/meminfo /proc/cpuinfo /proc/stat /proc/uptime /proc/swaps
 *	/sys/devices/system/cpu/online
 *
 * They are made at each reading, from the zone's control groups. The process is nobody's, holds nothing but
 * the kernel's end, and goes with the zone. Where the kernel has no FUSE the zone sees the system's.
 */
#ifndef ZONE_VIEW_H
#define ZONE_VIEW_H

#include "base/buf.h"
#include "zone/cgroup.h"
#include "zone/mounts.h"

#include <sys/types.h>
#include <time.h>

enum { ZONE_VIEWS = 7 };
extern const char *const zone_view_paths[ZONE_VIEWS];

/* The CPUs that the zone used on average, of late: as the kernel's load, but brought up to date when somebody
 * asks rather than every five seconds. */
struct zone_load {
	int64_t at_ns; /* CLOCK_BOOTTIME; 0 = never yet */
	uint64_t used_ns;
	double load[3]; /* over 1, 5 and 15 minutes */
};
struct zone_viewed {
	const struct zone_cgroups *groups;
	time_t began;
	struct zone_load *load;
};
/* What file i says now. */
void zone_view_make(const struct zone_viewed *z, unsigned i, struct buf *out);

struct zone_view {
	pid_t server;	/* 0 = none */
	unsigned first; /* of its mounts */
	bool planned, opened;
	bool limited;		   /* has files, not only the programs */
	int whole;		   /* the detached mount that the files were taken of; 0 = none */
	int trees[ZONE_VIEWS + 1]; /* detached mounts: a file each, and the programs; 0 = none */
};
/* Plans what is to be mounted in a zone: the programs (/dev/zone, /dev/zonetools) where they are installed, and files
 * where its configuration limits what it may see. */
void zone_view_plan(struct zone_view *v, const struct zone_config *z, struct zone_mounts *m);
/* Starts the process; where it cannot be done the mounts stay empty. */
void zone_view_start(struct zone_view *v, const struct zone_cgroups *g);
/* Fills in the mounts. */
void zone_view_open(struct zone_view *v, struct zone_mounts *m);
/* When the mounts are handed over; later, since the kernel takes milliseconds for it; when the zone is down. */
void zone_view_close(struct zone_view *v);
void zone_view_release(struct zone_view *v);
void zone_view_stop(struct zone_view *v);

#endif
