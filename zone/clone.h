/*
 * clone.h - a zone's files made of another's
 *
 * The ways to do it stand in one table, the best first; without one named, the first is taken that
 * the file systems of both zonepaths can do.
 */
#ifndef ZONE_CLONE_H
#define ZONE_CLONE_H

#include "base/err.h"

struct zone_cloning {
	const char *root; /* NULL: the system's */
	const char *source,
	    *target;	      /* zonepaths; the source is halted, the target empty or not there */
	const char *snapshot; /* what of the source: a layer, a subvolume; NULL: as it is now */
	const char *method;   /* NULL: the best */
};
/* Returns the name of the method that was used; NULL and *e. */
const char *zone_clone(const struct zone_cloning *c, struct err *e);
/* The names of all methods, separated by " | ". */
const char *zone_clone_methods(void);

#endif
