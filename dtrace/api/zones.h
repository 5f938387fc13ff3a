/*
 * zones.h - which zones there are: the table that zonename and zoneid are looked up in
 *
 * In: the first process of every pid namespace below the system's, from /proc. Out: for each an entry
 * of the image's zones_map. A zone of ours is named by its supervisor; a container that somebody else
 * has made by its cgroup, as docker, containerd, Kubernetes, podman, LXC and systemd-nspawn name
 * theirs.
 */
#ifndef API_ZONES_H
#define API_ZONES_H

#include "dtrace/kern/load.h"

#include <sys/types.h>

struct zones;
/* NULL when no program asks for zones, or there is no memory. Free with zones_free(). */
struct zones *zones_new(const struct image *image, struct loaded *l);
void zones_free(struct zones *z); /* NULL is fine */
/* Looks at every process there is; at one that has begun. */
void zones_learn_all(struct zones *z);
void zones_learn(struct zones *z, pid_t pid);
/* Looks again for names that were not to be had yet. */
void zones_name(struct zones *z);
/* Takes out what ended before programs could know: once they are attached. */
void zones_clean(struct zones *z);

/* The name of the zone that a process is in now, as zonename has it: "global" in the system's pid namespace.
 * false: it cannot be told. */
bool zones_name_of(pid_t pid, char *name, size_t size);

/* The name that a container's cgroup (a line of /proc/PID/cgroup without its newline) stands for:
 * "docker-<id>.scope" gives the first twelve of the id, "lxc.payload.web" gives web. false: none that
 * is known. */
bool zones_name_of_cgroup(const char *line, char *name, size_t size);

#endif
