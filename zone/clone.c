/*
 * clone.c - see clone.h
 */
#include "zone/clone.h"

#include "zone/copy.h"
#include "zone/layers.h"
#include "zone/place.h"
#include "zone/program.h"
#include "zone/rootfs.h"
#include "zone/step.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

struct work {
	const struct zone_cloning *c;
	int from, to; /* zonepaths */
};
struct method {
	const char *name;
	/* Could this do it? -1 and *e why not. Changes nothing. */
	int (*can)(const struct work *w, struct err *e);
	int (*clone)(const struct work *w, struct err *e);
	bool snapshots; /* knows -s */
};

static bool has_layers(int dir)
{
	struct stat st;
	return fstatat(dir, "layers", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* ---- btrfs ---- */

/* The subvolume to take. -1 and *e. */
static int open_subvolume(const struct work *w, struct err *e)
{
	enum { SUBVOLUME_INODE = 256 }; /* BTRFS_FIRST_FREE_OBJECTID */
	struct statfs fs;
	struct stat st;
	if (has_layers(w->from))
		return err_set(e, ENOTSUP, "the source lies over layers");
	int fd = w->c->snapshot ? zone_place_open(w->c->root, w->c->snapshot, false, e)
				: zone_place_child(w->from, "root", e);
	if (fd < 0)
		return -1;
	if (fstatfs(fd, &fs) < 0 || fs.f_type != BTRFS_SUPER_MAGIC || fstat(fd, &st) < 0 ||
	    st.st_ino != SUBVOLUME_INODE) {
		close(fd);
		return err_set(e, ENOTSUP, "the root of the source is no subvolume of btrfs");
	}
	return fd;
}

static int can_snapshot(const struct work *w, struct err *e)
{
	struct btrfs_ioctl_fs_info_args a = {0}, b = {0};
	int fd = open_subvolume(w, e);
	if (fd < 0)
		return -1;
	bool same = ioctl(fd, BTRFS_IOC_FS_INFO, &a) == 0 &&
		    ioctl(w->to, BTRFS_IOC_FS_INFO, &b) == 0 &&
		    memcmp(a.fsid, b.fsid, sizeof(a.fsid)) == 0;
	close(fd);
	return same ? 0 : err_set(e, EXDEV, "the zonepaths are not on the same btrfs");
}

static int clone_snapshot(const struct work *w, struct err *e)
{
	struct btrfs_ioctl_vol_args_v2 a = {.name = "root"};
	int fd = open_subvolume(w, e);
	if (fd < 0)
		return -1;
	a.fd = fd;
	int status = ioctl(w->to, BTRFS_IOC_SNAP_CREATE_V2, &a);
	if (status < 0)
		err_sys(e, errno, "cannot make a snapshot");
	close(fd);
	return status;
}

/* ---- overlay ---- */

static int can_overlay(const struct work *w, struct err *e)
{
	return has_layers(w->from) ? 0 : zone_rootfs_can_overlay(w->from, w->to, e);
}

static int clone_overlay(const struct work *w, struct err *e)
{
	if (!w->c->snapshot && zone_layers_freeze(w->c->root, w->c->source, w->from, e) < 0)
		return -1;
	zone_step("clone: source frozen");
	return zone_layers_share(w->c->root, w->from, w->to, w->c->snapshot, e);
}

/* ---- copies ---- */

static int copy(const struct work *w, bool share, struct err *e)
{
	const struct zone_copying how = {.share = share};
	const struct zone_ids none = {.userns = -1};
	int status = -1;
	/* All layers of it as one; it cannot be written by this. */
	struct zone_rootfs from;
	if (zone_rootfs_mount(&from, w->c->root, w->from, &none, MOUNT_ATTR_RDONLY, e) == 0 &&
	    zone_rootfs_make(w->to, e) == 0) {
		zone_step("clone: root made");
		int to = zone_place_child(w->to, "root", e);
		if (to >= 0) {
			status = zone_copy_tree(from.tree, to, &how, e);
			close(to);
		}
	}
	zone_rootfs_close(&from);
	return status;
}

static int can_reflink(const struct work *w, struct err *e)
{
	char text[] = "x";
	int status = -1;
	if (has_layers(w->from))
		return err_set(e, ENOTSUP, "the source lies over layers");
	int a =
	    openat(w->from, ".probe", O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int b = openat(w->to, ".probe", O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (a >= 0 && b >= 0 && write(a, text, 1) == 1)
		status = ioctl(b, FICLONE, a);
	if (status < 0)
		err_sys(e, errno, "blocks cannot be shared between the zonepaths");
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	unlinkat(w->from, ".probe", 0);
	unlinkat(w->to, ".probe", 0);
	return status;
}

static int clone_reflink(const struct work *w, struct err *e)
{
	return copy(w, true, e);
}

static int can_copy(const struct work *w, struct err *e)
{
	(void)w, (void)e;
	return 0;
}

static int clone_copy(const struct work *w, struct err *e)
{
	return copy(w, false, e);
}

/* ---- the table ---- */

static const struct method methods[] = {
    {"snapshot", can_snapshot, clone_snapshot, true},
    {"overlay", can_overlay, clone_overlay, true},
    {"reflink", can_reflink, clone_reflink, false},
    {"copy", can_copy, clone_copy, false},
};
enum { NMETHODS = sizeof(methods) / sizeof(methods[0]) };

const char *zone_clone_methods(void)
{
	return "snapshot | overlay | reflink | copy";
}

static const struct method *choose(const struct work *w, struct err *e)
{
	for (int i = 0; i < NMETHODS; i++) {
		const struct method *m = &methods[i];
		if (w->c->method && strcmp(m->name, w->c->method) != 0)
			continue;
		if (w->c->snapshot && !m->snapshots) {
			err_set(e, ENOTSUP, "%s: knows no snapshots", m->name);
			continue;
		}
		if (m->can(w, e) == 0) {
			*e = (struct err){0};
			return m;
		}
		if (w->c->method)
			err_wrap(e, "clone by %s", m->name);
	}
	if (!e->code)
		err_set(e, EINVAL, "%s is none of %s", w->c->method, zone_clone_methods());
	return NULL;
}

/* A file of the zonepath, as the clone is to have it: "sparse", "program". */
static int copy_mark(const struct work *w, const char *name, struct err *e)
{
	char text[64], *all = NULL;
	ssize_t n = zone_place_read(w->from, name, text, sizeof(text));
	if (n < 0 && errno == EFBIG && (all = malloc(ZONE_PROGRAM_TEXT)))
		n = zone_place_read(w->from, name, all, ZONE_PROGRAM_TEXT);
	int status = n >= 0	       ? zone_place_write(w->to, name, all ? all : text, e)
		     : errno == ENOENT ? 0
				       : err_sys(e, errno, "cannot read the source");
	free(all);
	return status;
}

static bool is_made(int to)
{
	struct stat st;
	return fstatat(to, "root", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

const char *zone_clone(const struct zone_cloning *c, struct err *e)
{
	struct work w = {.c = c, .from = zone_place_open(c->root, c->source, false, e), .to = -1};
	const char *name = NULL;
	if (w.from >= 0 && zone_layers_repair(c->root, w.from, e) == 0)
		w.to = zone_place_open(c->root, c->target, true, e);
	zone_step("clone: zonepath made");
	if (w.to >= 0 && is_made(w.to))
		err_set(e, EEXIST, "the zonepath has a root already");
	const struct method *m = w.to < 0 || e->code ? NULL : choose(&w, e);
	if (m && copy_mark(&w, "sparse", e) == 0 && copy_mark(&w, "program", e) == 0 &&
	    m->clone(&w, e) == 0)
		name = m->name;
	if (w.from >= 0)
		close(w.from);
	if (w.to >= 0)
		close(w.to);
	return name;
}
