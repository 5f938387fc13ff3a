/*
 * rootfs.c - see rootfs.h
 *
 * The layers of an overlay are detached mounts of their own, each seen with the zone's ids: overlay
 * itself cannot be. Kernels before 6.15 take only mounts that hang somewhere: there a child with
 * these descriptors and a mount namespace that goes with it does the same.
 */
#include "zone/rootfs.h"

#include "zone/place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- made and removed ---- */

int zone_rootfs_make(int dir, struct err *e)
{
	struct btrfs_ioctl_vol_args a = {.name = "root"};
	struct statfs fs;
	bool btrfs = fstatfs(dir, &fs) == 0 && fs.f_type == BTRFS_SUPER_MAGIC;
	if ((btrfs && ioctl(dir, BTRFS_IOC_SUBVOL_CREATE, &a) == 0) ||
	    mkdirat(dir, "root", 0755) == 0)
		return 0;
	return errno == EEXIST ? err_set(e, EEXIST, "the zonepath has a root already")
			       : err_sys(e, errno, "cannot make the zone's root");
}

int zone_rootfs_remove(int dir, struct err *e)
{
	static const char *const names[] = {"root", "work"};
	struct btrfs_ioctl_vol_args a = {.name = "root"};
	/* At once, where it is a subvolume without others in it. */
	(void)ioctl(dir, BTRFS_IOC_SNAP_DESTROY, &a);
	for (int i = 0; i < 2; i++)
		if (zone_place_remove_tree(dir, names[i], e) < 0)
			return -1;
	return 0;
}

/* ---- mounted ---- */

int zone_rootfs_tree(int dir, const struct zone_ids *ids, uint64_t attrs, struct err *e)
{
	struct mount_attr a = {.attr_set = attrs, .propagation = MS_PRIVATE};
	if (ids->userns >= 0) {
		a.attr_set |= MOUNT_ATTR_IDMAP;
		a.userns_fd = (uint64_t)ids->userns;
	}
	int tree = (int)syscall(SYS_open_tree, dir, "",
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree >= 0 && syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &a, sizeof(a)) == 0)
		return tree;
	err_sys(e, errno, "cannot mount the zone's files");
	if (tree >= 0)
		close(tree);
	return -1;
}

/* What an overlay is made of, as descriptors. */
struct stack {
	int lower[ZONE_LAYERS_MAX]; /* detached mounts, topmost first */
	unsigned n;
	int zonepath; /* a detached mount that upper and work are in */
	int upper, work;
};

static void stack_fini(struct stack *s, struct zone_rootfs *r)
{
	const int rest[] = {s->zonepath, s->upper, s->work};
	for (unsigned i = 0; i < s->n; i++)
		r->below[r->nbelow++] = s->lower[i];
	for (int i = 0; i < 3; i++)
		if (rest[i] >= 0)
			r->below[r->nbelow++] = rest[i];
}

void zone_rootfs_close(struct zone_rootfs *r)
{
	if (r->tree >= 0)
		close(r->tree);
	while (r->nbelow)
		close(r->below[--r->nbelow]);
	r->tree = -1;
}

static int create(int fs, uint64_t attrs)
{
	int mnt = -1;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "redirect_dir", "on", 0) == 0 &&
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "source", "zone", 0) == 0 &&
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, (unsigned)attrs);
	return mnt;
}

static int by_descriptors(const struct stack *s, uint64_t attrs)
{
	int fs = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC), mnt = -1;
	bool ok = fs >= 0;
	for (unsigned i = 0; ok && i < s->n; i++)
		ok =
		    syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, "lowerdir+", NULL, s->lower[i]) == 0;
	if (ok && syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, "upperdir", NULL, s->upper) == 0 &&
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, "workdir", NULL, s->work) == 0)
		mnt = create(fs, attrs);
	int code = errno;
	if (fs >= 0)
		close(fs);
	errno = code;
	return mnt;
}

static bool hang(int tree)
{
	return syscall(SYS_move_mount, tree, "", AT_FDCWD, "/tmp", MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

/* In a mount namespace of its own: the names of descriptors, short enough for many layers. */
static int by_names(const struct stack *s, int fs, uint64_t attrs)
{
	char lower[256] = "", upper[16], work[16];
	size_t n = 0;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    !hang(s->zonepath) || chdir("/proc/self/fd") < 0)
		return -1;
	for (unsigned i = 0; i < s->n; i++) {
		n += (size_t)snprintf(lower + n, n < sizeof(lower) ? sizeof(lower) - n : 0, "%s%d",
				      i ? ":" : "", s->lower[i]);
		if (n >= sizeof(lower) || !hang(s->lower[i]))
			return -1;
	}
	snprintf(upper, sizeof(upper), "%d", s->upper);
	snprintf(work, sizeof(work), "%d", s->work);
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "lowerdir", lower, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "upperdir", upper, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "workdir", work, 0) < 0)
		return -1;
	return create(fs, attrs);
}

/* The child's table of descriptors is this process's: the mount that it makes is here, too. Its
 * number is put where a pipe leads, its status says whether there is one. */
static int by_child(const struct stack *s, uint64_t attrs)
{
	struct clone_args a = {.flags = CLONE_FILES, .exit_signal = SIGCHLD};
	int fs = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC), told[2], mnt = -1, status;
	if (fs < 0 || pipe2(told, O_CLOEXEC) < 0) {
		if (fs >= 0)
			close(fs);
		return -1;
	}
	pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));
	if (pid == 0) {
		int made = by_names(s, fs, attrs);
		if (made < 0)
			made = -errno;
		_exit(write(told[1], &made, sizeof(made)) != sizeof(made));
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || status != 0 || read(told[0], &mnt, sizeof(mnt)) != sizeof(mnt))
		mnt = -EIO;
	close(told[0]);
	close(told[1]);
	close(fs);
	errno = mnt < 0 ? -mnt : 0;
	return mnt < 0 ? -1 : mnt;
}

static int mount_stack(const struct stack *s, uint64_t attrs, struct err *e)
{
	int mnt = by_descriptors(s, attrs);
	/* EOPNOTSUPP: before Linux 6.5 overlay takes no descriptors at all. */
	if (mnt < 0 && (errno == EINVAL || errno == EBADF || errno == EOPNOTSUPP))
		mnt = by_child(s, attrs);
	return mnt < 0 ? err_sys(e, errno, "cannot lay the zone's root over its layers") : mnt;
}

/* Upper and work of a zonepath. */
static int add_upper(struct stack *s, int dir, const struct zone_ids *ids, struct err *e)
{
	s->zonepath = zone_rootfs_tree(dir, ids, 0, e);
	if (s->zonepath < 0)
		return -1;
	s->upper = zone_place_child(s->zonepath, "root", e);
	s->work = s->upper < 0 ? -1 : zone_place_child(s->zonepath, "work", e);
	return s->work < 0 ? -1 : 0;
}

static int add_lower(struct stack *s, int dir, const struct zone_ids *ids, struct err *e)
{
	int files = zone_place_child(dir, "root", e);
	int tree = files < 0 ? -1 : zone_rootfs_tree(files, ids, MOUNT_ATTR_RDONLY, e);
	if (files >= 0)
		close(files);
	if (tree >= 0)
		s->lower[s->n++] = tree;
	return tree < 0 ? -1 : 0;
}

/* Overlay works as who mounted it, in whose name it makes files: that must be somebody whom the
 * zone's ids have. All capabilities stay. */
static int become(uid_t first)
{
	int bits = prctl(PR_GET_SECUREBITS);
	prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP);
	setfsgid(first);
	setfsuid(first);
	return bits;
}

static void unbecome(int bits)
{
	setfsuid(geteuid());
	setfsgid(getegid());
	prctl(PR_SET_SECUREBITS, bits);
}

static int mount_overlay(struct zone_rootfs *r, const char *root, int dir,
			 const struct zone_layers *l, const struct zone_ids *ids, uint64_t attrs,
			 struct err *e)
{
	struct stack s = {.zonepath = -1, .upper = -1, .work = -1};
	int status = add_upper(&s, dir, ids, e);
	for (unsigned i = 0; status == 0 && i < l->n; i++) {
		int layer = zone_place_open(root, l->path[i], false, e);
		status = layer < 0 ? -1 : add_lower(&s, layer, ids, e);
		if (layer >= 0)
			close(layer);
	}
	int bits = ids->userns < 0 ? -1 : become(ids->first);
	if (status == 0)
		r->tree = mount_stack(&s, attrs, e);
	if (bits >= 0)
		unbecome(bits);
	stack_fini(&s, r);
	return r->tree < 0 ? -1 : 0;
}

int zone_rootfs_mount(struct zone_rootfs *r, const char *root, int dir, const struct zone_ids *ids,
		      uint64_t attrs, struct err *e)
{
	struct zone_layers l;
	*r = (struct zone_rootfs){.tree = -1};
	if (zone_layers_repair(root, dir, e) < 0 || zone_layers_read(dir, &l, e) < 0)
		return -1;
	if (l.n)
		return mount_overlay(r, root, dir, &l, ids, attrs, e);
	int files = zone_place_child(dir, "root", e);
	r->tree = files < 0 ? -1 : zone_rootfs_tree(files, ids, attrs, e);
	if (files >= 0)
		close(files);
	return r->tree < 0 ? -1 : 0;
}

int zone_rootfs_can_overlay(int from, int to, struct err *e)
{
	const struct zone_ids none = {.userns = -1};
	struct stack s = {.zonepath = -1, .upper = -1, .work = -1};
	struct zone_rootfs r = {.tree = -1};
	if (mkdirat(to, "root", 0755) < 0 || mkdirat(to, "work", 0700) < 0)
		err_sys(e, errno, "cannot make directories");
	else if (add_lower(&s, from, &none, e) == 0 && add_upper(&s, to, &none, e) == 0)
		r.tree = mount_stack(&s, MOUNT_ATTR_NODEV, e);
	int status = r.tree < 0 ? -1 : 0;
	stack_fini(&s, &r);
	zone_rootfs_close(&r);
	struct err ignored;
	zone_rootfs_remove(to, &ignored);
	return status;
}
