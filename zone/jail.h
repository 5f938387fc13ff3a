/*
 * jail.h - the first process of a zone, from its clone to its init
 */
#ifndef ZONE_JAIL_H
#define ZONE_JAIL_H

#include "base/err.h"

#include <stdbool.h>

enum { ZONE_BINDS_MAX = 32 };
struct zone_jail {
	const char *hostname;
	const char *init; /* a program of the zone; NULL: /sbin/init, else one that only reaps */
	const char *args; /* its arguments, separated by blanks; NULL = none */
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
/* Capabilities, resources and system calls of a zone's process, for good. */
int zone_jail_drop(struct err *e);

#endif
