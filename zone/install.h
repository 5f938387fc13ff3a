/*
 * install.h - a zone's files: checked, made, removed
 */
#ifndef ZONE_INSTALL_H
#define ZONE_INSTALL_H

#include "zone/config.h"

/* Where the files of a new zone come from. */
enum zone_source_kind {
	ZONE_FROM_DIR,
	ZONE_FROM_ARCHIVE,
	ZONE_FROM_IMAGE,
	ZONE_FROM_DEBIAN,
	ZONE_SPARSE
};
struct zone_source {
	enum zone_source_kind kind;
	const char
	    *path; /* of the directory, archive or image, as the caller sees it; of Debian: the
			   * release, NULL: the system's own */
	const char *tag;     /* of an image; NULL: the first */
	struct buf *program; /* what an image is to be run with is appended, as bootargs have it */
};

/* Is the zonepath one: root's, nobody else's, or not there yet? What is wrong goes to out, a line
 * each. Returns how many lines. */
unsigned zone_verify_place(const struct zone_config *z, const char *root, struct buf *out);
/* Makes zonepath/root. An archive is unpacked where nothing but that directory can be written. */
int zone_install(const struct zone_config *z, const char *root, const struct zone_source *from,
		 struct err *e);
/* Removes everything below the zonepath, and it. A zonepath that is not there is removed already. */
int zone_uninstall(const char *zonepath, const char *root, struct err *e);

#endif
