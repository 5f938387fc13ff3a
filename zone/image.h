/*
 * image.h - the roots of zones from images of containers, and to bundles
 *
 * An image is a directory in OCI's layout, a bundle (config.json and the root that it names), or an
 * archive of either of OCI's layout or as `docker save` writes it.
 */
#ifndef ZONE_IMAGE_H
#define ZONE_IMAGE_H

#include "zone/config.h"

/* Unpacks an image into "root" of the zonepath of descriptor `dir`, which is there. tag NULL: the
 * first. program: what it says of its program is appended, as program.h has it. */
int zone_image_unpack(const char *image, int dir, const char *tag, struct buf *program,
		      struct err *e);
/* Makes the directory `path`, a bundle of the zone's root and configuration. */
int zone_image_export(const struct zone_config *z, const char *root, const char *path,
		      struct err *e);

#endif
