/*
 * cgroup.h - the control groups of a zone: its limits, and where it is counted
 *
 * A zone has a group "zones/NAME" in every hierarchy that is mounted, be they one for each
 * controller (version 1), one for all (version 2) or both beside each other. The variable
 * ZONE_CGROUPS of the environment, "legacy" or "unified", leaves those of the other version alone.
 */
#ifndef ZONE_CGROUP_H
#define ZONE_CGROUP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
/* Groups elsewhere than in "zones". */
void zone_cgroups_find_in(struct zone_cgroups *g, const char *root, const char *dir,
			  const char *name);
/* Those of version 2, or those of version 1. */
void zone_cgroups_only(const struct zone_cgroups *g, bool unified, struct zone_cgroups *only);
int zone_cgroup_make(const struct zone_cgroup *c, struct err *e);
int zone_cgroups_make(const struct zone_cgroups *g, struct err *e);
/* Removes the directories above, where nothing is in them any more. */
void zone_cgroups_leave(const struct zone_cgroups *g);
/* Files by which a process joins the groups, to be opened before it has users or mounts of its own. A
 * process that moves itself alone is let in at once; moved by another, or with its threads, it waits until the
 * kernel has seen every CPU pass by (the lock on groups of threads), which is milliseconds. */
struct zone_doors {
	int tasks[ZONE_CGROUPS_MAX]; /* of the groups of version 1 */
	unsigned n;
	int group, procs; /* of version 2, the directory and the file; -1 = none, or joined */
};
int zone_doors_open(struct zone_doors *d, const struct zone_cgroups *g, struct err *e);
void zone_doors_close(struct zone_doors *d);
/* As fork(), with flags of clone3(): the child is in the group of version 2 where the kernel can do that, and
 * joins the others by zone_doors_enter(), before it runs anything that is not ours. */
pid_t zone_doors_clone(struct zone_doors *d, uint64_t flags);
/* Moves the calling process, which has no threads, into the groups. */
int zone_doors_enter(const struct zone_doors *d, struct err *e);
/* Lets the owner of a zone divide its group of version 2 further, as a service manager does: the limits of the group
 * itself stay root's. */
int zone_cgroups_delegate(const struct zone_cgroups *g, uid_t owner, struct err *e);
/* Ends every process of them and of the groups below, of a zone that nobody looks after any more. True: some had not
 * ended by themselves within a second. */
bool zone_cgroups_end(const struct zone_cgroups *g);
/* With the groups below them. Waits up to five seconds for the last of its processes to go. */
void zone_cgroups_remove(const struct zone_cgroups *g);

/* The group where a controller would be: its own hierarchy, else that of version 2; NULL = none. */
const struct zone_cgroup *zone_cgroups_of(const struct zone_cgroups *g, const char *controller);
/* A file of a group. -1 and *e: also where the controller is not in this hierarchy. */
int zone_cgroup_write(const struct zone_cgroup *c, const char *file, const char *text,
		      struct err *e);
/* Its first line. */
int zone_cgroup_read(const struct zone_cgroup *c, const char *file, char *text, size_t room);
/* The number after a key that begins a line of the file; -1 = there is none. */
long long zone_cgroup_event(const struct zone_cgroup *c, const char *file, const char *key);

#endif
