/*
 * zones.c - see zones.h
 */
#include "analytics/http/zones.h"

#include "base/container.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4096 };

/* The beginning of a file below a folder; false when it cannot be read. */
static bool read_small(int dir, const char *path, char out[FILE_MAX])
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, out, FILE_MAX - 1);
	close(fd);
	if (n < 0)
		return false;
	out[n] = '\0';
	return true;
}

/* Zones of another root than the system's have "@" and eight digits behind their name. */
static size_t without_root(const char *name, size_t n)
{
	return n > 9 && name[n - 9] == '@' && strspn(name + n - 8, "0123456789abcdef") >= 8 ? n - 9
											    : n;
}

const char *zones_of_cgroup(const char *line, struct arena *a, const char **brand)
{
	size_t end = strcspn(line, "\n");
	const char *path = memchr(line, ':', end);
	path = path ? memchr(path + 1, ':', (size_t)(line + end - path - 1)) : NULL;
	*brand = "global";
	if (!path)
		return NULL;
	char *own = arena_strndup(a, path + 1, (size_t)(line + end - path - 1));
	char *ours = strstr(own, "/zones/");
	size_t n = ours ? strcspn(ours + 7, "/") : 0;
	if (n) {
		*brand = "zone";
		return arena_strndup(a, ours + 7, without_root(ours + 7, n));
	}
	struct container c = {0};
	if (!container_of_cgroup(own, false, &c))
		return NULL;
	*brand = arena_strdup(a, c.brand);
	return arena_strdup(a, c.name);
}

static struct zones_zone *zone_named(struct zones *z, struct arena *a, const char *name,
				     const char *brand)
{
	for (size_t i = 0; i < z->at.n; i++) {
		if (strcmp(z->at.at[i].name, name) != 0)
			continue;
		if (strcmp(z->at.at[i].brand, brand) == 0)
			return &z->at.at[i];
		/* As base/container.h has it: a container is never taken for a zone of ours. */
		return zone_named(z, a, arena_printf(a, "%s@%s", name, brand), brand);
	}
	struct zones_zone *one = vec_push(&z->at, a);
	*one = (struct zones_zone){.name = name, .state = "running", .brand = brand};
	return one;
}

/* Zones that are up, also those without a process at the moment. */
static void read_zones(struct zones *z, struct arena *a, const char *run_dir)
{
	char text[FILE_MAX], path[512];
	DIR *d = opendir(run_dir);
	struct dirent *de;
	while (d && (de = readdir(d))) {
		snprintf(path, sizeof path, "%.200s/state", de->d_name);
		if (de->d_name[0] == '.' || !read_small(dirfd(d), path, text))
			continue;
		struct zones_zone *one = zone_named(z, a, arena_strdup(a, de->d_name), "zone");
		one->state = arena_strndup(a, text, strcspn(text, "\n"));
		snprintf(path, sizeof path, "%.200s/id", de->d_name);
		one->id = read_small(dirfd(d), path, text) ? atoi(text) : 0;
	}
	if (d)
		closedir(d);
}

/* "PID (name) S PARENT .." */
static bool read_stat(int proc, const char *pid, struct arena *a, struct zones_process *out)
{
	char path[64], text[FILE_MAX];
	snprintf(path, sizeof path, "%.20s/stat", pid);
	if (!read_small(proc, path, text))
		return false;
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	if (!open || !close || close < open || strlen(close) < 5)
		return false;
	*out =
	    (struct zones_process){.pid = atoi(pid),
				   .parent = atoi(close + 4),
				   .name = arena_strndup(a, open + 1, (size_t)(close - open - 1))};
	return true;
}

static const char *zone_of(int proc, const char *pid, struct arena *a, const char **brand)
{
	char path[64], text[FILE_MAX];
	const char *name = NULL;
	snprintf(path, sizeof path, "%.20s/cgroup", pid);
	if (!read_small(proc, path, text))
		return NULL;
	for (char *line = text; !name && line && *line;
	     line = strchr(line, '\n'), line = line ? line + 1 : NULL)
		name = zones_of_cgroup(line, a, brand);
	return name;
}

int zones_read(struct zones *z, struct arena *a, const char *run_dir, const char *proc_dir,
	       struct err *e)
{
	struct dirent *de;
	size_t n = 0;
	*z = (struct zones){0};
	zone_named(z, a, "global", "global");
	read_zones(z, a, run_dir ? run_dir : "/run/zones");
	DIR *d = opendir(proc_dir ? proc_dir : "/proc");
	if (!d)
		return err_sys(e, errno, "%s", proc_dir ? proc_dir : "/proc");
	while (n < ZONES_MAX_PROCESSES && (de = readdir(d))) {
		struct zones_process p;
		const char *brand;
		if (!isdigit((unsigned char)de->d_name[0]) ||
		    !read_stat(dirfd(d), de->d_name, a, &p))
			continue;
		/* Threads of the kernel are nobody's processes. */
		if (p.pid == 2 || p.parent == 2)
			continue;
		const char *name = zone_of(dirfd(d), de->d_name, a, &brand);
		struct zones_zone *zone = name ? zone_named(z, a, name, brand) : &z->at.at[0];
		*vec_push(&zone->processes, a) = p;
		n++;
	}
	closedir(d);
	return 0;
}
