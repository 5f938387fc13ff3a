/*
 * copy.h - a tree of files copied by several threads
 *
 * Kept: kind, mode, owner, times, extended attributes, holes, and hard links among the files of the
 * tree. Both trees are walked by descriptors without following links.
 */
#ifndef ZONE_COPY_H
#define ZONE_COPY_H

#include "base/err.h"

#include <stdbool.h>

struct zone_copying {
	bool share;  /* blocks must be shared: EOPNOTSUPP where they cannot be. Else they may be */
	bool raw;    /* what is overlay's own, too: the upper layer of one, as it is */
	bool mounts; /* copies what is mounted within, too; else that is refused */
};
/* Copies what is in directory `from` to the empty directory `to`, and its own attributes. */
int zone_copy_tree(int from, int to, const struct zone_copying *how, struct err *e);

#endif
