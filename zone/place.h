/*
 * place.h - the directories of a zone, below a root that need not be the system's
 *
 *	ROOT/ZONEPATH		0700, of root, no symbolic link on the way to it
 *	ROOT/ZONEPATH/root	the zone's own "/"
 *	ROOT/ZONEPATH/sparse	there when /usr is the system's, read-only
 *	ROOT/run/zones/NAME	what is known of a zone that is up (live.h)
 *
 * What lies below a zonepath was written by a zone or came with an archive: it is opened component
 * by component without following links, and never by a path that could be changed meanwhile.
 */
#ifndef ZONE_PLACE_H
#define ZONE_PLACE_H

#include "base/err.h"

#include <stdbool.h>

/* A descriptor of the directory `path` (absolute) below root (NULL or "": "/"). make: what is missing
 * is made, the last part with mode 0700. -1 and *e: also for a symbolic link on the way. */
int zone_place_open(const char *root, const char *path, bool make, struct err *e);
/* The directory `name` directly within `dir`, not through a link. -1 and *e. */
int zone_place_child(int dir, const char *name, struct err *e);
/* Removes everything below the directory of descriptor `dir`, never leaving its file system. */
int zone_place_empty(int dir, struct err *e);

#endif
