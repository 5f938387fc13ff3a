/*
 * zones.h - which zones there are: the table that zonename and zoneid are looked up in
 *
 * In: the first process of every pid namespace below the system's, control groups, processes that are
 * virtual machines (base/container.h). Out: for each an entry of the image's zones_map. A zone of ours
 * is named by its supervisor.
 *
 * One struct zones looks for all sessions of a program. It asks /proc only about processes of which a
 * session's own programs in the kernel tell (image.h, begun): forks of others cost nothing here.
 */
#ifndef API_ZONES_H
#define API_ZONES_H

#include "dtrace/kern/load.h"

#include <sys/types.h>

struct zones;
struct zones *zones_new(void); /* NULL: no memory. Free with zones_free(), when nobody has joined */
void zones_free(struct zones *z); /* NULL is fine */

/* A session's table. NULL when none of its programs asks for zones, or there is no memory. */
struct zone_table;
struct zone_table *zones_join(struct zones *z, const struct image *image, struct loaded *l);
void zones_leave(struct zone_table *t); /* NULL is fine */
/* Its programs are attached: what is there goes into it. Before, it only has the global zone. */
void zones_fill(struct zone_table *t);
/* Looks at what has begun, again for names that were not to be had yet, and at control groups when there are new ones. */
void zones_name(struct zones *z);

/* The name of the zone that a process is in now, by its pid namespace: "global" in the system's, services and virtual
 * machines there, too. false: it cannot be told. */
bool zones_name_of(pid_t pid, char *name, size_t size);

/* Is the pid namespace that makes its zone root's work? Users may make namespaces, and give their control groups
 * whatever names. */
bool zones_made_by_root(pid_t pid);

/* The process that another one, somewhere below, knows by this number; 0: none. Both are in the same zone. */
pid_t zones_pid_of(pid_t knower, pid_t number);

#endif
