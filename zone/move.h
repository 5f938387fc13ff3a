/*
 * move.h - zones that get another zonepath, or leave this machine and come back
 *
 *	/etc/zones/NAME.moving	a move that is under way: the old and the new zonepath, a line each
 *	ZONEPATH/.arriving	there while the files are being copied to the new one
 *	ZONEPATH/detached.cfg	of a detached zone: its configuration, as the commands that make it
 */
#ifndef ZONE_MOVE_H
#define ZONE_MOVE_H

#include "zone/store.h"

/* Moves the files of a halted zone and says so in its configuration. path: of a directory that is not
 * there yet. By renaming, or where that cannot be by copying. */
int zone_move(struct zone_store *s, const char *root, struct zone_config *z, const char *path,
	      struct err *e);
/* Ends a move that was killed, whichever way that is possible without loss. */
int zone_move_repair(struct zone_store *s, const char *root, const char *name, struct err *e);

/* Leaves the configuration with the files. */
int zone_detach(const char *root, const struct zone_config *z, struct err *e);
/* Are these the files of a zone that was detached, of this configuration? check false: only whether
 * there are files. What does not fit is appended to out, a line each. Returns how many. */
unsigned zone_attach_check(const char *root, const struct zone_config *z, bool check,
			   struct buf *out);
/* Takes what zone_detach() left. */
int zone_attach(const char *root, const struct zone_config *z, struct err *e);

#endif
