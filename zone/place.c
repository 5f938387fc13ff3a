/*
 * place.c - see place.h
 */
#include "zone/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

static int cannot(struct err *e, const char *what, const char *path)
{
	if (errno == ELOOP || errno == ENOTDIR)
		return err_set(e, errno, "%s: a part of it is not a directory", path);
	return err_sys(e, errno, "cannot %s %s", what, path);
}

/* The next part of a path in name; what is behind it, or NULL at the end. */
static const char *next_part(const char *path, char name[256])
{
	path += strspn(path, "/");
	size_t n = strcspn(path, "/");
	if (!n || n > 255)
		return NULL;
	memcpy(name, path, n);
	name[n] = '\0';
	return path + n;
}

int zone_place_open(const char *root, const char *path, bool make, struct err *e)
{
	char name[256];
	const char *rest = path;
	int dir = open(root && *root ? root : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_sys(e, errno, "cannot open %s", root && *root ? root : "/");
	while ((rest = next_part(rest, name))) {
		bool last = rest[strspn(rest, "/")] == '\0';
		int inner = -1;
		if (strcmp(name, "..") == 0)
			errno = EINVAL;
		else if (!make || mkdirat(dir, name, last ? 0700 : 0755) == 0 || errno == EEXIST)
			inner = openat(dir, name, DIRECTORY);
		int code = errno;
		close(dir);
		errno = code;
		if (inner < 0)
			return cannot(e, make ? "make" : "open", path);
		dir = inner;
		if (last)
			break;
	}
	return dir;
}

int zone_place_child(int dir, const char *name, struct err *e)
{
	int fd = openat(dir, name, DIRECTORY);
	return fd < 0 ? cannot(e, "open", name) : fd;
}

static int remove_entry(int dir, const char *name, dev_t device, struct err *e);

static int empty(int dir, dev_t device, struct err *e)
{
	int copy = openat(dir, ".", DIRECTORY), status = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		err_sys(e, errno, "cannot read a directory");
		if (copy >= 0)
			close(copy);
		return -1;
	}
	for (struct dirent *f; status == 0 && (f = readdir(d));)
		if (strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0)
			status = remove_entry(dir, f->d_name, device, e);
	closedir(d);
	return status;
}

static int remove_entry(int dir, const char *name, dev_t device, struct err *e)
{
	struct stat st;
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, errno, "cannot remove %s", name);
	int inner = zone_place_child(dir, name, e);
	if (inner < 0)
		return -1;
	int status = fstat(inner, &st);
	if (status == 0 && st.st_dev != device)
		status = err_set(e, EBUSY, "%s: another file system is mounted there", name);
	else
		status = empty(inner, device, e);
	close(inner);
	if (status == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		status = err_sys(e, errno, "cannot remove %s", name);
	return status;
}

int zone_place_empty(int dir, struct err *e)
{
	struct stat st;
	if (fstat(dir, &st) < 0)
		return err_sys(e, errno, "cannot read a directory");
	return empty(dir, st.st_dev, e);
}
