/*
 * mounts.c - see mounts.h
 */
#include "zone/mounts.h"

#include "zone/place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- planned ---- */

static int add_bind(struct zone_mounts *m, const char *from, const char *dir, bool readonly,
		    struct err *e)
{
	if (m->nbinds == ZONE_BINDS_MAX)
		return err_set(e, E2BIG, "more than %d file systems", ZONE_BINDS_MAX);
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
			if (strcmp(zone_instance_get(i, "type"), "lofs") != 0)
				return err_set(e, ENOTSUP, "fs %s: only lofs can be mounted", dir);
			status = add_bind(m, zone_instance_get(i, "special"), dir,
					  has_value(i, "options", "ro"), e);
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

static int open_bind(struct zone_mounts *m, unsigned i, const struct zone_ids *ids, struct err *e)
{
	uint64_t attrs = MOUNT_ATTR_NODEV | (m->binds[i].readonly ? MOUNT_ATTR_RDONLY : 0);
	if (!m->binds[i].from)
		return 0; /* open already */
	int fd = open(m->binds[i].from, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "cannot open %s", m->binds[i].from);
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
		status = open_bind(m, i, ids, e);
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

int zone_mounts_send(const struct zone_mounts *m, int socket)
{
	int trees[ZONE_BINDS_MAX + 1] = {m->root.tree};
	size_t size = sizeof(int) * (m->nbinds + 1);
	union control c = {0};
	struct iovec io = {.iov_base = "!", .iov_len = 1};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = c.room,
			   .msg_controllen = CMSG_SPACE(size)};
	for (unsigned i = 0; i < m->nbinds; i++)
		trees[i + 1] = m->binds[i].tree;
	struct cmsghdr *p = CMSG_FIRSTHDR(&h);
	p->cmsg_level = SOL_SOCKET;
	p->cmsg_type = SCM_RIGHTS;
	p->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(p), trees, size);
	return sendmsg(socket, &h, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

bool zone_mounts_receive(struct zone_mounts *m, int socket)
{
	int trees[ZONE_BINDS_MAX + 1];
	size_t size = sizeof(int) * (m->nbinds + 1);
	union control c = {0};
	char byte;
	struct iovec io = {.iov_base = &byte, .iov_len = 1};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = c.room,
			   .msg_controllen = sizeof(c.room)};
	ssize_t n;
	while ((n = recvmsg(socket, &h, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	struct cmsghdr *p = n == 1 ? CMSG_FIRSTHDR(&h) : NULL;
	if (!p || p->cmsg_type != SCM_RIGHTS || p->cmsg_len != CMSG_LEN(size))
		return false;
	memcpy(trees, CMSG_DATA(p), size);
	m->root.tree = trees[0];
	for (unsigned i = 0; i < m->nbinds; i++)
		m->binds[i].tree = trees[i + 1];
	return true;
}
