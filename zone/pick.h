/*
 * pick.h - files of a file system that is mounted nowhere, as mounts of their own
 */
#ifndef ZONE_PICK_H
#define ZONE_PICK_H

#include "base/err.h"

enum { ZONE_PICK_MAX = 64 };
/* trees[i]: a detached mount of the file "i" (its number) of the file system whose root is `mnt`, as
 * fsmount(2) returns it, for i below n. -1 and *e, and nothing open. */
int zone_pick(int mnt, unsigned n, int trees[], struct err *e);

#endif
