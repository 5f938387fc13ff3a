/*
 * cgroup.h - the control groups of a zone: its limits, and where it is counted
 *
 * A zone has a group "zones/NAME" in every hierarchy that is mounted, be they one for each
 * controller (version 1), one for all (version 2) or both beside each other.
 */
#ifndef ZONE_CGROUP_H
#define ZONE_CGROUP_H

#include "zone/config.h"

#include <sys/types.h>

enum { ZONE_CGROUPS_MAX = 24 };
struct zone_cgroup {
	char path[192];
	char controllers[96]; /* ",cpu,cpuacct,"; "" of version 2 */
	bool unified;
};
struct zone_cgroups {
	struct zone_cgroup at[ZONE_CGROUPS_MAX];
	unsigned n;
};
/* The groups of the zone: root is part of a name outside of the system's own, so that zones of the
 * same name below two roots do not meet. */
void zone_cgroups_find(struct zone_cgroups *g, const char *root, const char *name);
/* Makes them and sets the limits of the configuration. */
int zone_cgroups_make(const struct zone_cgroups *g, const struct zone_config *z, struct err *e);
int zone_cgroups_join(const struct zone_cgroups *g, pid_t pid, struct err *e);
/* Waits up to a second for the last of its processes to go. */
void zone_cgroups_remove(const struct zone_cgroups *g);

#endif
