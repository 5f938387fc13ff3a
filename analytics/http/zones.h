/*
 * zones.h - the zones of this host and their processes, as anybody may see them
 *
 * Zones are the folders of /run/zones; which process is in which zone is told by its control group:
 * ".../zones/NAME/...", of containers as base/container.h has it, so that names are those that statistics use. Everything
 * else is the global zone.
 */
#ifndef HTTP_ZONES_H
#define HTTP_ZONES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

enum { ZONES_MAX_PROCESSES = 20000 };

struct zones_process {
	int pid, parent;
	const char *name; /* of the program, 15 bytes at most */
};
struct zones_zone {
	const char *name, *state; /* "running", "ready" ..; of containers "running" */
	const char *brand; /* "global", "zone", of containers who made them: "docker", "lxc" .. */
	int id;		   /* 0: none of ours */
	VEC(struct zones_process) processes;
};
struct zones {
	VEC(struct zones_zone) at; /* the global zone first */
};

/* run_dir, proc_dir: NULL are /run/zones and /proc. */
int zones_read(struct zones *z, struct arena *a, const char *run_dir, const char *proc_dir,
	       struct err *e);
/* The name of the zone of a line of /proc/PID/cgroup ("N:CONTROLLERS:PATH"); NULL: none of its own. */
const char *zones_of_cgroup(const char *line, struct arena *a, const char **brand);

#endif
