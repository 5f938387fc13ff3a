/*
 * device.h - the devices of a zone: those that any has, and those of its `device` resources
 *
 * The zone's /dev has nodes for these and no others, made outside of it and owned by its root. Its control
 * group allows no others either: by the controller devices of version 1, by a BPF program of version 2.
 */
#ifndef ZONE_DEVICE_H
#define ZONE_DEVICE_H

#include "zone/cgroup.h"
#include "zone/mounts.h"

#include <sys/types.h>

enum { ZONE_DEVICES_MAX = 64 };
struct zone_devices {
	int nodes; /* a detached file system that has them; 0 = none */
	struct {
		char path[128]; /* "/dev/...", in the zone as outside */
		mode_t type;	/* S_IFCHR, S_IFBLK */
		dev_t rdev;
	} at[ZONE_DEVICES_MAX];
	unsigned n;
	int trees[ZONE_DEVICES_MAX]; /* detached mounts of the nodes */
	unsigned open;
};
/* Looks for what the resources match and adds its mounts. -1 and *e; then what is open is for
 * zone_devices_close(). */
int zone_devices_open(struct zone_devices *d, const struct zone_config *z, struct zone_mounts *m,
		      struct err *e);
/* Makes them the zone's: root is its root user, as the system sees it. Limits its group to them. */
int zone_devices_give(const struct zone_devices *d, const struct zone_cgroups *g, uid_t root,
		      struct err *e);
void zone_devices_close(struct zone_devices *d);

#endif
