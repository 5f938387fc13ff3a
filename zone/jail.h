/*
 * jail.h - the first process of a zone, from its clone to its init
 */
#ifndef ZONE_JAIL_H
#define ZONE_JAIL_H

#include "zone/cgroup.h"
#include "zone/mounts.h"
#include "zone/program.h"

struct zone_jail {
	const char *hostname, *hostid;
	const char *init; /* a program of the zone; NULL: /sbin/init, else one that only reaps */
	struct zone_program *program; /* of an image, in place of init */
	const char *args;	      /* its arguments, separated by blanks; NULL = none */
	uint64_t kept;		      /* capabilities, bits of capability(7) */
	unsigned security;	      /* bits of security.h */
	bool userns;
	struct zone_mounts *mounts;	   /* planned */
	struct zone_doors *doors;	   /* of its group of version 2, which it joins first */
	const struct zone_cgroups *groups; /* those of version 1 it joins when they are there */
	int go; /* a byte when it has its ids and groups; the mounts; a byte when it is to run init */
	int report; /* "." when it has its namespaces and is in its groups, "+" when the zone is ready; the text of an error; closed by init's exec */
};
/* In the new process, with namespaces of its own; never returns. */
_Noreturn void zone_jail_enter(struct zone_jail *j);
/* What a process has of its caller's that is not for a zone: precedence over others, by nice, class or protection from
 * want of memory, and signals that are ignored. */
int zone_jail_shed(struct err *e);
/* What a zone's process keeps for good: which system calls it may make (security: bits of security.h; userns: the zone
 * has users of its own), and its capabilities. */
int zone_jail_filter(unsigned security, bool userns, struct err *e);
int zone_jail_drop(uint64_t kept, struct err *e);

#endif
