/*
 * mounts.c - see mounts.h
 */
#include "zone/mounts.h"

#include "zone/place.h"
#include "zone/special.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- planned ---- */

static int add_bind(struct zone_mounts *m, const char *from, const char *dir, bool readonly,
		    struct err *e)
{
	if (m->nbinds == ZONE_BINDS_MAX)
		return err_set(e, E2BIG, "more than %d file systems", ZONE_BINDS_MAX);
	m->binds[m->nbinds].fs = NULL;
	m->binds[m->nbinds].from = from;
	m->binds[m->nbinds].dir = dir;
	m->binds[m->nbinds].readonly = readonly;
	m->binds[m->nbinds++].tree = -1;
	return 0;
}

int zone_mounts_add_open(struct zone_mounts *m, int tree, const char *dir, struct err *e)
{
	if (add_bind(m, NULL, dir, true, e) < 0)
		return -1;
	m->binds[m->nbinds - 1].tree = tree;
	return 0;
}

static bool has_value(const struct zone_instance *i, const char *name, const char *value)
{
	int p = zone_prop_index(i->type->props, name);
	for (size_t k = 0; p >= 0 && k < i->values[p].n; k++)
		if (strcmp(i->values[p].at[k], value) == 0)
			return true;
	return false;
}

static int add_configured(struct zone_mounts *m, const struct zone_config *z, struct err *e)
{
	for (size_t k = 0; k < z->instances.n; k++) {
		const struct zone_instance *i = &z->instances.at[k];
		const char *dir = zone_instance_get(i, "dir");
		int status = 0;
		if (strcmp(i->type->name, "inherit-pkg-dir") == 0) {
			status = add_bind(m, dir, dir, true, e);
		} else if (strcmp(i->type->name, "fs") == 0) {
			status = add_bind(m, zone_instance_get(i, "special"), dir,
					  has_value(i, "options", "ro"), e);
			if (status == 0)
				m->binds[m->nbinds - 1].fs = i;
		}
		if (status < 0)
			return -1;
	}
	return 0;
}

int zone_mounts_plan(struct zone_mounts *m, const char *root, const struct zone_config *z,
		     struct err *e)
{
	struct stat st;
	int dir = zone_place_open(root, zone_get(z, "zonepath"), false, e);
	if (dir < 0)
		return -1;
	bool sparse = fstatat(dir, "sparse", &st, AT_SYMLINK_NOFOLLOW) == 0;
	close(dir);
	m->nbinds = 0;
	m->root = (struct zone_rootfs){.tree = -1};
	if (sparse && add_bind(m, "/usr", "/usr", true, e) < 0)
		return -1;
	return add_configured(m, z, e);
}

/* ---- opened ---- */

static const struct {
	const char *name;
	uint64_t attr; /* 0: it is so anyway */
} flags[] = {{"ro", MOUNT_ATTR_RDONLY},	      {"nosuid", MOUNT_ATTR_NOSUID},
	     {"noexec", MOUNT_ATTR_NOEXEC},   {"noatime", MOUNT_ATTR_NOATIME},
	     {"nodev", MOUNT_ATTR_NODEV},     {"nodevices", MOUNT_ATTR_NODEV},
	     {"nosetuid", MOUNT_ATTR_NOSUID}, {"rw", 0}};
enum { FLAGS = sizeof(flags) / sizeof(flags[0]) };

static uint64_t attrs_of(const struct zone_instance *fs)
{
	uint64_t attrs = 0;
	for (int k = 0; fs && k < FLAGS; k++)
		attrs |= has_value(fs, "options", flags[k].name) ? flags[k].attr : 0;
	return attrs;
}

/* The others are the file system's own: "size=1m", or a word. */
static bool give_options(int fd, const struct zone_instance *fs, const char **failed)
{
	int p = zone_prop_index(fs->type->props, "options");
	for (size_t i = 0; i < fs->values[p].n; i++) {
		char name[64];
		const char *text = *failed = fs->values[p].at[i], *equals = strchr(text, '=');
		bool known = false;
		for (int k = 0; k < FLAGS; k++)
			known |= strcmp(flags[k].name, text) == 0;
		snprintf(name, sizeof(name), "%.*s",
			 (int)(equals ? equals - text : (ptrdiff_t)strlen(text)), text);
		if (!known &&
		    syscall(SYS_fsconfig, fd, equals ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
			    name, equals ? equals + 1 : NULL, 0) < 0)
			return false;
	}
	*failed = NULL;
	return true;
}

/* A file system of its own, mounted nowhere yet. */
static int mount_fs(const struct zone_instance *fs, uint64_t attrs, struct err *e)
{
	const char *type = zone_instance_get(fs, "type"), *failed = NULL;
	const char *special = zone_instance_get(fs, "special");
	int mnt = -1, fd = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "fs %s: type %s", zone_instance_get(fs, "dir"), type);
	/* Of a disk that is to be read only, the whole file system is. */
	if (syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, "source", special, 0) == 0 &&
	    give_options(fd, fs, &failed) &&
	    (!(attrs & MOUNT_ATTR_RDONLY) ||
	     syscall(SYS_fsconfig, fd, FSCONFIG_SET_FLAG, "ro", NULL, 0) == 0) &&
	    syscall(SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, (unsigned)attrs);
	if (mnt < 0)
		err_sys(e, errno, "fs %s: cannot mount %s of type %s%s%s",
			zone_instance_get(fs, "dir"), special, type, failed ? ": option " : "",
			failed ? failed : "");
	/* EINVAL of ids would be tried again without any. */
	if (mnt < 0 && e->code == EINVAL)
		e->code = ENOTSUP;
	close(fd);
	return mnt;
}

/* Linux before 6.3 cannot show memory with others' ids. All that will be in it is made by the zone's
 * users, whose ids it keeps as they are outside: only its root is there already. */
static int give_memory(int mnt, const struct zone_ids *ids)
{
	struct statfs fs;
	struct stat st;
	if (fstatfs(mnt, &fs) < 0 || fstat(mnt, &st) < 0)
		return -1;
	if (fs.f_type != TMPFS_MAGIC || st.st_uid >= ZONE_IDS || st.st_gid >= ZONE_IDS) {
		errno = EINVAL;
		return -1;
	}
	if (fchownat(mnt, "", ids->first + st.st_uid, ids->first + st.st_gid, AT_EMPTY_PATH) == 0)
		return 0;
	return errno == EROFS ? 0 : -1; /* it stays empty, whoever has it */
}

static int give(int mnt, const struct zone_ids *ids)
{
	struct mount_attr a = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)ids->userns};
	if (syscall(SYS_mount_setattr, mnt, "", AT_EMPTY_PATH, &a, sizeof(a)) == 0)
		return 0;
	return errno == EINVAL ? give_memory(mnt, ids) : -1;
}

static int open_fs(struct zone_mounts *m, unsigned i, const struct zone_ids *ids, struct err *e)
{
	int mnt = mount_fs(m->binds[i].fs, MOUNT_ATTR_NODEV | attrs_of(m->binds[i].fs), e);
	if (mnt < 0)
		return -1;
	if (ids->userns >= 0 && give(mnt, ids) < 0) {
		err_sys(e, errno, "fs %s: cannot be given to the zone's users", m->binds[i].dir);
		close(mnt);
		return -1;
	}
	m->binds[i].tree = mnt;
	return 0;
}

static int open_bind(struct zone_mounts *m, const char *root, unsigned i,
		     const struct zone_ids *ids, struct err *e)
{
	const struct zone_instance *fs = m->binds[i].fs;
	uint64_t attrs =
	    MOUNT_ATTR_NODEV | attrs_of(fs) | (m->binds[i].readonly ? MOUNT_ATTR_RDONLY : 0);
	if (!m->binds[i].from)
		return 0; /* open already */
	if (fs && strcmp(zone_instance_get(fs, "type"), "lofs") != 0)
		return open_fs(m, i, ids, e);
	int fd = fs ? zone_special_open(root, m->binds[i].from, e)
		    : open(m->binds[i].from, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return fs ? -1 : err_sys(e, errno, "cannot open %s", m->binds[i].from);
	m->binds[i].tree = zone_rootfs_tree(fd, ids, attrs, e);
	close(fd);
	return m->binds[i].tree < 0 ? -1 : 0;
}

int zone_mounts_open(struct zone_mounts *m, const char *root, const char *zonepath,
		     const struct zone_ids *ids, struct err *e)
{
	int dir = zone_place_open(root, zonepath, false, e);
	if (dir < 0)
		return -1;
	int status = zone_rootfs_mount(&m->root, root, dir, ids, MOUNT_ATTR_NODEV, e);
	close(dir);
	for (unsigned i = 0; status == 0 && i < m->nbinds; i++)
		status = open_bind(m, root, i, ids, e);
	return status;
}

void zone_mounts_close(struct zone_mounts *m)
{
	zone_rootfs_close(&m->root);
	for (unsigned i = 0; i < m->nbinds; i++) {
		if (!m->binds[i].from)
			continue;
		if (m->binds[i].tree >= 0)
			close(m->binds[i].tree);
		m->binds[i].tree = -1;
	}
}

/* ---- handed over ---- */

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int) * (ZONE_BINDS_MAX + 1))];
};

/* The message says which there are: those that could not be made are left out. */
int zone_mounts_send(const struct zone_mounts *m, int socket)
{
	int trees[ZONE_BINDS_MAX + 1] = {m->root.tree};
	char there[ZONE_BINDS_MAX + 1] = {1};
	size_t n = 1;
	union control c = {0};
	for (unsigned i = 0; i < m->nbinds; i++)
		if ((there[i + 1] = m->binds[i].tree >= 0))
			trees[n++] = m->binds[i].tree;
	struct iovec io = {.iov_base = there, .iov_len = m->nbinds + 1};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = c.room,
			   .msg_controllen = CMSG_SPACE(sizeof(int) * n)};
	struct cmsghdr *p = CMSG_FIRSTHDR(&h);
	p->cmsg_level = SOL_SOCKET;
	p->cmsg_type = SCM_RIGHTS;
	p->cmsg_len = CMSG_LEN(sizeof(int) * n);
	memcpy(CMSG_DATA(p), trees, sizeof(int) * n);
	return sendmsg(socket, &h, MSG_NOSIGNAL) == (ssize_t)io.iov_len ? 0 : -1;
}

bool zone_mounts_receive(struct zone_mounts *m, int socket)
{
	int trees[ZONE_BINDS_MAX + 1];
	char there[ZONE_BINDS_MAX + 1];
	size_t n = 1, k = 1;
	union control c = {0};
	struct iovec io = {.iov_base = there, .iov_len = sizeof(there)};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = c.room,
			   .msg_controllen = sizeof(c.room)};
	ssize_t got;
	while ((got = recvmsg(socket, &h, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	struct cmsghdr *p = got == (ssize_t)m->nbinds + 1 ? CMSG_FIRSTHDR(&h) : NULL;
	for (unsigned i = 0; p && i < m->nbinds; i++)
		n += there[i + 1] != 0;
	if (!p || p->cmsg_type != SCM_RIGHTS || p->cmsg_len != CMSG_LEN(sizeof(int) * n))
		return false;
	memcpy(trees, CMSG_DATA(p), sizeof(int) * n);
	m->root.tree = trees[0];
	for (unsigned i = 0; i < m->nbinds; i++)
		m->binds[i].tree = there[i + 1] ? trees[k++] : -1;
	return true;
}
