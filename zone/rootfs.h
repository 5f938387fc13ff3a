/*
 * rootfs.h - the root of a zone as one file system: made, mounted, removed
 *
 * On btrfs it is a subvolume; over layers (layers.h) it is an overlay; else a directory.
 */
#ifndef ZONE_ROOTFS_H
#define ZONE_ROOTFS_H

#include "zone/layers.h"

#include <stdint.h>
#include <sys/types.h>

/* Whose ids the files are seen with. */
enum { ZONE_IDS = 1 << 16 }; /* so many has a zone with ids of its own */
struct zone_ids {
	int userns;  /* descriptor of a user namespace; -1: as they are */
	uid_t first; /* who is its root, outside */
};
/* Makes an empty "root" in the zonepath of descriptor `dir`. EEXIST where there is one. */
int zone_rootfs_make(int dir, struct err *e);
/* Removes "root" and "work" of the zonepath. What is not there is removed already. */
int zone_rootfs_remove(int dir, struct err *e);
/* A detached mount of a directory, attrs being MOUNT_ATTR_..., -1 and *e; EINVAL where
 * the file system cannot have others' ids. */
int zone_rootfs_tree(int dir, const struct zone_ids *ids, uint64_t attrs, struct err *e);
/* The same of a zone's root with all of its layers; dir: its zonepath. */
struct zone_rootfs {
	int tree; /* -1 = none */
	/* What it was made of, not needed any more. To close it takes the kernel a while. */
	int below[ZONE_LAYERS_MAX + 3];
	unsigned nbelow;
};
int zone_rootfs_mount(struct zone_rootfs *r, const char *root, int dir, const struct zone_ids *ids,
		      uint64_t attrs, struct err *e);
void zone_rootfs_close(struct zone_rootfs *r);
/* Can the root of one zonepath be a layer below another's? Nothing is left of the attempt. */
int zone_rootfs_can_overlay(int from, int to, struct err *e);

#endif
