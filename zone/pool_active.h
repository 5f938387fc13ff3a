/*
 * pool_active.h - the pools that are in effect
 *
 *	/run/pools/active	the configuration, as the commands of poolcfg(8) that make it; the directory is
 *				locked by whoever changes it
 *	/run/zones/NAME/pool	the pool that a zone which is up is bound to
 *
 * A pool's CPUs are those of control groups of cpuset: a zone has its own (cgroup.h), processes
 * outside of zones that are bound to a pool are in "pools/NAME". A zone with dedicated CPUs has a pool and
 * a set SUNWtmp_NAME as long as it is up. Processes that are in neither use any CPU.
 */
#ifndef ZONE_POOL_ACTIVE_H
#define ZONE_POOL_ACTIVE_H

#include "zone/cgroup.h"
#include "zone/config.h"
#include "zone/pool.h"

struct pool_active {
	const char *root;
	int dir; /* locked */
	bool enabled;
	struct pool_conf conf;
	cpu_set_t online;
};
int pool_online(cpu_set_t *online, struct err *e);

/* Locks and reads what is active: where nothing is, what there would be. Sets of zones that are not up any
 * more are gone. -1 and *e, nothing locked. */
int pool_active_open(struct pool_active *p, struct arena *a, const char *root, struct err *e);
/* Allocates CPUs, writes it down, and gives everything that is bound its CPUs. */
int pool_active_commit(struct pool_active *p, struct err *e);
/* Lets the processes outside of zones go that are bound to these pools: before the configuration is another. */
void pool_active_release(const struct pool_active *p);
/* No pools are in effect: everything may run everywhere. */
int pool_active_disable(struct pool_active *p, struct err *e);
void pool_active_close(struct pool_active *p);

/* A file of poolcfg below root; a missing one is what discover makes. */
int pool_file_read(struct pool_conf *c, struct arena *a, const char *root, const char *path,
		   const cpu_set_t *online, struct err *e);
int pool_file_write(const struct pool_conf *c, const char *root, const char *path, struct err *e);

bool pool_is_active(const char *root, const char *pool);
/* Of a zone that is being made: its groups are there, nothing is in them. live: its directory. A pool that
 * is not active is pool_default as long as it is not. */
int pool_bind_new_zone(const char *root, const struct zone_config *z, const struct zone_cgroups *g,
		       int live, struct err *e);
void pool_unbind_zone(const char *root, const struct zone_config *z);
/* Of a zone that is up. */
int pool_bind_zone(struct pool_active *p, const char *zone, const char *pool, struct err *e);
/* Of a process and all its threads, outside of zones. */
int pool_bind_process(struct pool_active *p, pid_t pid, const char *pool, struct err *e);
/* The pool of a process, in the arena. NULL and *e when there is no such process. */
const char *pool_of_process(struct pool_active *p, pid_t pid, struct err *e);

#endif
