/*
 * special.c - see special.h
 */
#include "zone/special.h"

#include "zone/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct zonepaths {
	struct zone_store store;
	char root[PATH_MAX]; /* by its real name, "" for the system's */
};

/* Is the directory a zonepath, or in one? Where it is cannot be told, it is. */
static bool is_in_zone(const struct zonepaths *z, int dir)
{
	char link[32], real[PATH_MAX];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	ssize_t n = readlink(link, real, sizeof(real) - 1);
	if (n < 0)
		return true;
	real[n] = '\0';
	size_t skip = strlen(z->root);
	if (strncmp(real, z->root, skip) != 0)
		return false;
	for (size_t i = 0; i < z->store.entries.n; i++) {
		const char *path = z->store.entries.at[i].path;
		size_t length = strlen(path);
		if (length && strncmp(real + skip, path, length) == 0 &&
		    (real[skip + length] == '/' || !real[skip + length]))
			return true;
	}
	return false;
}

static int open_strictly(int dir, const char *rest)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve =
				   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	return (int)syscall(SYS_openat2, dir, rest, &how, sizeof(how));
}

/* Part by part; `dir` is closed. */
static int walk(const struct zonepaths *z, int dir, const char *path)
{
	char part[NAME_MAX + 1];
	while (dir >= 0 && *(path += strspn(path, "/"))) {
		size_t n = strcspn(path, "/");
		bool strict = is_in_zone(z, dir);
		int next = -1;
		if (strict) {
			next = open_strictly(dir, path);
		} else if (n > NAME_MAX) {
			errno = ENAMETOOLONG;
		} else {
			memcpy(part, path, n);
			part[n] = '\0';
			next = openat(dir, part, O_PATH | O_CLOEXEC);
		}
		int code = errno;
		close(dir);
		errno = code;
		dir = next;
		path += strict ? strlen(path) : n;
	}
	return dir;
}

int zone_special_open(const char *root, const char *path, struct err *e)
{
	struct zonepaths z = {.root = ""};
	struct arena *a = arena_new();
	int fd = -1;
	if (!a || arena_guard(a)) {
		err_set(e, ENOMEM, "out of memory");
	} else if (root && *root && !realpath(root, z.root)) {
		err_sys(e, errno, "cannot open %s", root);
	} else if (zone_store_open(&z.store, a, root, e) == 0) {
		fd = walk(&z, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), path);
		if (fd < 0 && (errno == ELOOP || errno == EXDEV))
			err_set(e, ELOOP, "%s: a link of a zone's is on the way", path);
		else if (fd < 0)
			err_sys(e, errno, "cannot open %s", path);
		zone_store_close(&z.store);
	}
	if (a)
		arena_free(a);
	return fd;
}
