/*
 * place.c - see place.h
 */
#include "zone/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

/* A directory within `dir` that nothing is mounted on. A subvolume is one. */
static int open_unmounted(int dir, const char *name, struct err *e)
{
	struct open_how how = {.flags = DIRECTORY, .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV};
	int fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
	if (fd < 0 && errno == EXDEV)
		return err_set(e, EBUSY, "%s: another file system is mounted there", name);
	return fd < 0 ? cannot(e, "open", name) : fd;
}

/* Whose files they were may have put directories into each other without end, more than there are descriptors: what
 * is deep is moved up first. */
struct emptying {
	int top;
	unsigned name; /* of the next that is moved */
	bool moved;
};
enum { DEEP = 64 };

static int move_up(struct emptying *m, int dir, const char *name, struct err *e)
{
	char as[32];
	int status;
	do {
		snprintf(as, sizeof(as), ".deep.%u", m->name++);
		status = renameat2(dir, name, m->top, as, RENAME_NOREPLACE);
	} while (status < 0 && errno == EEXIST && m->name);
	m->moved = true;
	return status < 0 ? cannot(e, "move", name) : 0;
}

static int empty_below(struct emptying *m, int dir, unsigned depth, struct err *e);

static int remove_entry(struct emptying *m, int dir, const char *name, unsigned depth,
			struct err *e)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, errno, "cannot remove %s", name);
	if (unlinkat(dir, name, AT_REMOVEDIR) == 0)
		return 0;
	int inner = open_unmounted(dir, name, e);
	if (inner < 0)
		return -1;
	int status = depth < DEEP ? empty_below(m, inner, depth + 1, e) : move_up(m, dir, name, e);
	close(inner);
	if (status == 0 && depth < DEEP && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		status = err_sys(e, errno, "cannot remove %s", name);
	return status;
}

static int empty_below(struct emptying *m, int dir, unsigned depth, struct err *e)
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
			status = remove_entry(m, dir, f->d_name, depth, e);
	closedir(d);
	return status;
}

int zone_place_empty(int dir, struct err *e)
{
	struct emptying m = {.top = dir};
	int status;
	do {
		m.moved = false;
		status = empty_below(&m, dir, 0, e);
	} while (status == 0 && m.moved);
	return status;
}

int zone_place_remove_tree(int dir, const char *name, struct err *e)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, errno, "cannot remove %s", name);
	int inner = open_unmounted(dir, name, e);
	if (inner < 0)
		return -1;
	int status = zone_place_empty(inner, e);
	close(inner);
	if (status == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		status = err_sys(e, errno, "cannot remove %s", name);
	return status;
}

int zone_place_remove(const char *root, const char *path)
{
	char parent[4096];
	struct err ignored;
	snprintf(parent, sizeof(parent), "%s", path);
	char *slash = strrchr(parent, '/');
	if (!slash || !slash[1]) {
		errno = EINVAL;
		return -1;
	}
	*slash = '\0';
	int dir = zone_place_open(root, parent, false, &ignored);
	int status = dir < 0 ? -1 : unlinkat(dir, slash + 1, AT_REMOVEDIR), code = errno;
	if (dir >= 0)
		close(dir);
	errno = code;
	return status;
}

/* ---- small files ---- */

ssize_t zone_place_read(int dir, const char *name, char *text, size_t room)
{
	struct stat st;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size >= room)
		errno = EFBIG;
	else
		n = read(fd, text, room - 1);
	int code = errno;
	close(fd);
	errno = code;
	if (n >= 0)
		text[n] = '\0';
	return n;
}

int zone_place_write(int dir, const char *name, const char *text, struct err *e)
{
	char temp[64];
	size_t n = strlen(text);
	snprintf(temp, sizeof(temp), ".%s", name);
	int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;
	int code = ok ? 0 : errno ? errno : ENOSPC;
	if (fd >= 0 && close(fd) < 0 && ok)
		code = errno;
	if (!code && renameat(dir, temp, dir, name) == 0)
		return 0;
	code = code ? code : errno;
	if (fd >= 0)
		unlinkat(dir, temp, 0);
	return err_sys(e, code, "cannot write %s", name);
}
