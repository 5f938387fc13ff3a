/*
 * special.h - directories of the host that a zone is given, found so that no other zone chooses them
 *
 * The way to such a directory may lead through links as far as it is the host's. From where it is in the zonepath of a
 * zone, whose root may put links there at any moment, it leads through none.
 */
#ifndef ZONE_SPECIAL_H
#define ZONE_SPECIAL_H

#include "base/err.h"

/* A descriptor (O_PATH) of the file or directory; root: below which the zones are. -1 and *e. */
int zone_special_open(const char *root, const char *path, struct err *e);

#endif
