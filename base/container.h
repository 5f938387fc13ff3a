/*
 * container.h - zones that others made: containers, services, virtual machines, and what they are called
 *
 * A container has a pid namespace of its own right below the system's; its name comes from the control
 * group that its maker has put it in. What shares the system's pid namespace is told by its control
 * group alone: a container that was given it, a service of systemd. That is its group of version 2, or, where that says
 * nothing, the one that it has in a hierarchy of version 1. A virtual machine is a process that
 * has /dev/kvm open. One that is called as a zone of ours has "@" and its maker behind its name, so that nobody
 * takes it for that zone. Everything is read from /proc, written by whoever runs: nothing of it is trusted
 * but where a process's own groups and namespaces are.
 */
#ifndef BASE_CONTAINER_H
#define BASE_CONTAINER_H

#include "base/zone_event.h"

#include <stdbool.h>
#include <stddef.h>

struct container {
	char name[ZONE_EVENT_NAME];
	char brand
	    [ZONE_EVENT_BRAND]; /* who made it: docker, podman, kubernetes, lxc, nspawn, systemd, kvm, ...; "pidns" */
	int32_t id; /* from CONTAINER_IDS on; the same as long as it lives */
	pid_t pid;  /* its first process, or one of it */
};
enum { CONTAINER_IDS = 1000000 };

/* What the path of a control group stands for: "/system.slice/docker-<id>.scope" is the docker container with that id: by its
 * name (container_name.h) or else the first twelve digits of the id; "/lxc.payload.web" is web of lxc. services: those of systemd count as well. false: nothing
 * that is known. */
bool container_of_cgroup(const char *path, bool services, struct container *c);

/* The hierarchy of version 1 whose groups tell: that of the first of the controllers that makers of containers always use. */
struct container_legacy {
	unsigned hierarchy; /* as the kernel numbers them; 0: there is none */
	char controller[16];
};
struct container_legacy container_legacy(void);

/* The container or service that a process is in by its groups, `text` as /proc/PID/cgroup has them. inside: it is in a pid
 * namespace below ours, where any group may tell; else its group of version 2 does, or that of `legacy`. Groups that the system's
 * first process or the calling one is in, too, name nothing. false: none is known. Needs no privilege. */
bool container_of_groups(const char *text, bool inside, const struct container_legacy *legacy,
			 struct container *c);

/* Is the process the first of a pid namespace right below ours? */
bool container_is_first(pid_t pid, pid_t *parent);
/* The container that is the namespace of its first process: named by its groups, else "pidns-<number>", and then false. */
bool container_of_namespace(pid_t pid, struct container *c);
/* What a program of virtual machines was told to call its guest: the word behind -name or --name of its arguments (each
 * with a zero behind it, n bytes in all), with or without guest=, up to a comma. false: there is none. */
bool container_of_arguments(const char *args, size_t n, struct container *c);
/* Programs that run virtual machines are known by name (qemu-..., firecracker, ...). */
bool container_is_monitor(const char *program);
/* The virtual machine that the process is; not one that is in a container. */
bool container_of_kvm(pid_t pid, struct container *c);
/* A control group by its id, which is the number of its directory. */
struct container_group {
	uint64_t id; /* 0: none */
	bool legacy; /* of container_legacy(), else of version 2 */
};
/* Calls fn for each group of version 2 and of container_legacy(), and the container or service that it is in or NULL. */
typedef void container_group_fn(void *arg, struct container_group group, const struct container *c);
void container_groups_each(container_group_fn *fn, void *arg);
/* The group of the process, of version 2 where that is mounted. */
struct container_group container_group_of(pid_t pid);

/* Calls fn for each there is, until it returns non-zero; returns that, or 0. What the calling process is in itself is
 * none. */
typedef int container_fn(void *arg, const struct container *c);
int containers_each(container_fn *fn, void *arg);

#endif
