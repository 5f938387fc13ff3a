/*
 * tracefs.c - reads the names and formats of the kernel's events
 *
 * Used for listings and argument names alone, never for attaching: probes work without tracefs.
 * Where it is not mounted, a private mount is made with fsopen(2): it appears in no mount table and
 * ends with its descriptor.
 */
#include "dtrace/kern/kern.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stdio.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_mounted(const char *path)
{
	struct statfs s;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && (fstatfs(fd, &s) < 0 || s.f_type != TRACEFS_MAGIC)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int open_private(void)
{
	int mnt = -1, fs = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);

	if (fs < 0)
		return -1;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	close(fs);
	return mnt;
}

int kern_tracefs_open(struct err *e)
{
	int fd = open_mounted("/sys/kernel/tracing");

	if (fd < 0)
		fd = open_mounted("/sys/kernel/debug/tracing");
	if (fd < 0)
		fd = open_private();
	if (fd < 0)
		return err_set(
		    e, ENOENT,
		    "tracefs is not mounted: mount -t tracefs nodev /sys/kernel/tracing");
	return fd;
}

int kern_tracefs_read(int tracefs_fd, const char *path, struct buf *out)
{
	char chunk[4096];
	ssize_t n;
	int fd = openat(tracefs_fd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	close(fd);
	return n < 0 ? -1 : 0;
}

static DIR *dir_at(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

bool kern_tracefs_group(int tracefs_fd, const char *event, char *group, size_t size)
{
	DIR *d = dir_at(tracefs_fd, "events");
	struct dirent *ent;
	char path[512];
	bool found = false;

	while (d && !found && (ent = readdir(d))) {
		if (ent->d_type != DT_DIR || ent->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", ent->d_name, event);
		found = faccessat(dirfd(d), path, F_OK, 0) == 0;
		if (found)
			snprintf(group, size, "%s", ent->d_name);
	}
	if (d)
		closedir(d);
	return found;
}

static void each_in_group(DIR *events, const char *group,
			  void (*fn)(void *, const char *, const char *), void *arg)
{
	DIR *d = dir_at(dirfd(events), group);
	struct dirent *ent;

	while (d && (ent = readdir(d)))
		if (ent->d_type == DT_DIR && ent->d_name[0] != '.')
			fn(arg, group, ent->d_name);
	if (d)
		closedir(d);
}

int kern_tracefs_each_event(int tracefs_fd,
			    void (*fn)(void *arg, const char *group, const char *name), void *arg)
{
	DIR *d = dir_at(tracefs_fd, "events");
	struct dirent *ent;

	if (!d)
		return -1;
	while ((ent = readdir(d)))
		if (ent->d_type == DT_DIR && ent->d_name[0] != '.')
			each_in_group(d, ent->d_name, fn, arg);
	closedir(d);
	return 0;
}
