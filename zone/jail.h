/*
 * jail.h - the first process of a zone, from its clone to its init
 */
#ifndef ZONE_JAIL_H
#define ZONE_JAIL_H

#include "zone/config.h"

enum { ZONE_BINDS_MAX = 32 };
struct zone_jail {
	const char *hostname;
	const char *init; /* a program of the zone; NULL: /sbin/init, else one that only reaps */
	const char *args; /* its arguments, separated by blanks; NULL = none */
	uint64_t kept;	  /* capabilities */
	bool userns;
	int tree; /* a detached mount of the zone's root */
	struct {
		int tree;	 /* what is mounted, detached */
		const char *dir; /* where, in the zone */
	} binds[ZONE_BINDS_MAX];
	unsigned nbinds;
	int go; /* a byte comes when it has its groups and ids, another when it is to run init */
	int report; /* "+" when the zone is ready; the text of an error; closed by init's exec */
};
/* In the new process, with namespaces of its own; never returns. */
_Noreturn void zone_jail_enter(struct zone_jail *j);
/* The capabilities that processes of the zone may have: bits of capability(7). */
uint64_t zone_jail_kept(const struct zone_config *z);
/* Capabilities, resources and system calls of a zone's process, for good. */
int zone_jail_drop(uint64_t kept, struct err *e);

#endif
