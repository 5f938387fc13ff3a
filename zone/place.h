/*
 * place.h - the directories of a zone, below a root that need not be the system's
 *
 *	ROOT/ZONEPATH		0700, of root, no symbolic link on the way to it
 *	ROOT/ZONEPATH/root	the zone's own "/"
 *	ROOT/ZONEPATH/layers, work	of a zone over layers that it shares (layers.h)
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
#include <sys/types.h>

/* A descriptor of the directory `path` (absolute) below root (NULL or "": "/"). make: what is missing
 * is made, the last part with mode 0700. -1 and *e: also for a symbolic link on the way. */
int zone_place_open(const char *root, const char *path, bool make, struct err *e);
/* The directory `name` directly within `dir`, not through a link. -1 and *e. */
int zone_place_child(int dir, const char *name, struct err *e);
/* Removes everything below the directory of descriptor `dir`; where something is mounted it stops. */
int zone_place_empty(int dir, struct err *e);
/* Removes `name` of the directory and everything below it. What is not there is removed already. */
int zone_place_remove_tree(int dir, const char *name, struct err *e);
/* Removes an empty directory. -1 and errno. */
int zone_place_remove(const char *root, const char *path);

/* A small regular file of the directory, not through a link, as text. Its length, or -1 and errno. */
ssize_t zone_place_read(int dir, const char *name, char *text, size_t room);
/* Replaces it whole. */
int zone_place_write(int dir, const char *name, const char *text, struct err *e);

#endif
