/*
 * unpack.h - archives unpacked below a directory, which they cannot leave
 *
 * Names are looked up as if that directory were the root of everything: links on the way lead
 * within it, whatever they say, and ".." stops there. What an entry stands for is never reached
 * through a link. Owners, modes, times, user's attributes and file capabilities are kept; device
 * nodes are left out, as a zone cannot use them.
 *
 * In a layer of an image (layer true) a file ".wh.NAME" takes NAME of the layers before away, and
 * ".wh..wh..opq" everything of them in its directory.
 */
#ifndef ZONE_UNPACK_H
#define ZONE_UNPACK_H

#include "base/err.h"
#include "zone/tar.h"

/* From where a descriptor stands; it may be compressed, if a file. */
int zone_unpack(int archive, int to, bool layer, struct err *e);
/* The same of an archive that is being read. */
int zone_unpack_tar(struct tar *t, int to, bool layer, struct err *e);
/* A file below the directory, looked up so. -1 and *e. */
int zone_open_within(int dir, const char *path, int flags, struct err *e);

#endif
