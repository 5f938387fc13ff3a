/*
 * zones.h - which zones there are: the table that zonename and zoneid are looked up in
 *
 * In: the first process of every pid namespace below the system's, control groups, processes that are
 * virtual machines (base/container.h). Out: for each an entry of the image's zones_map. A zone of ours
 * is named by its supervisor.
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
/* A program that a process runs from now on: it may become a virtual machine. */
void zones_learn_program(struct zones *z, pid_t pid, const char *path);
/* Looks again for names that were not to be had yet, and at control groups when there are new ones. */
void zones_name(struct zones *z);
/* Takes out what ended before programs could know: once they are attached. */
void zones_clean(struct zones *z);

/* The name of the zone that a process is in now, by its pid namespace: "global" in the system's, services and virtual
 * machines there, too. false: it cannot be told. */
bool zones_name_of(pid_t pid, char *name, size_t size);

/* Is the pid namespace that makes its zone root's work? Users may make namespaces, and give their control groups
 * whatever names. */
bool zones_made_by_root(pid_t pid);

/* The process that another one, somewhere below, knows by this number; 0: none. Both are in the same zone. */
pid_t zones_pid_of(pid_t knower, pid_t number);

#endif
