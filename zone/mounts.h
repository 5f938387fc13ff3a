/*
 * mounts.h - what a zone that boots finds mounted: its root and the file systems of its configuration
 *
 * They are planned before its first process is there, opened as detached mounts with the ids that
 * this process has, sent to it, and hung into its root by it (jail.c).
 */
#ifndef ZONE_MOUNTS_H
#define ZONE_MOUNTS_H

#include "zone/config.h"
#include "zone/rootfs.h"

enum { ZONE_BINDS_MAX = 120 };
struct zone_mounts {
	struct zone_rootfs root;
	struct {
		const char *from, *dir; /* of the host, NULL = open already; where, in the zone */
		bool readonly;
		const struct zone_instance *fs; /* one of the configuration's; NULL = another */
		int tree;			/* detached */
	} binds[ZONE_BINDS_MAX];
	unsigned nbinds;
};
/* What is to be mounted, in this order. */
int zone_mounts_plan(struct zone_mounts *m, const char *root, const struct zone_config *z,
		     struct err *e);
/* One more, which is the caller's and open: a detached mount. */
int zone_mounts_add_open(struct zone_mounts *m, int tree, const char *dir, struct err *e);
/* EINVAL where a file system cannot have others' ids. */
int zone_mounts_open(struct zone_mounts *m, const char *root, const char *zonepath,
		     const struct zone_ids *ids, struct err *e);
void zone_mounts_close(struct zone_mounts *m);
/* Over a socket to who has planned the same. -1 and errno; received: false for the end. */
int zone_mounts_send(const struct zone_mounts *m, int socket);
bool zone_mounts_receive(struct zone_mounts *m, int socket);

#endif
