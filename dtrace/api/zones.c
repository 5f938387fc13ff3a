/*
 * zones.c - see zones.h
 */
#include "dtrace/api/zones.h"

#include "dtrace/kern/kern.h"
#include "dtrace/sym/process.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What proc_fs numbers namespaces from: their numbers less this are short. */
enum { FIRST_NS = 0xF0000000, ADOPTED_ID = 1000000 };

struct zones {
	int map_fd;
	ino_t own; /* the system's pid namespace */
};

struct zones *zones_new(const struct image *image, struct loaded *l)
{
	struct stat st;
	struct zones *z = image->zones_map ? calloc(1, sizeof(*z)) : NULL;
	if (!z)
		return NULL;
	z->map_fd = load_map_fd(l, image->zones_map);
	z->own = stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0;
	return z;
}

void zones_free(struct zones *z)
{
	free(z);
}

/* ---- names ---- */

static bool take(const char *from, size_t n, char *name, size_t size)
{
	if (n == 0 || n >= size)
		return false;
	memcpy(name, from, n);
	name[n] = '\0';
	return true;
}

/* An id as their tools show it: its first twelve digits. */
static bool take_id(const char *from, char *name, size_t size)
{
	size_t n = 0;
	while (isxdigit((unsigned char)from[n]))
		n++;
	return n >= 32 && take(from, 12, name, size);
}

/* The part behind a prefix, without an ending. */
static bool take_between(const char *part, const char *prefix, const char *ending, char *name,
			 size_t size)
{
	size_t n = strlen(part), skip = strlen(prefix), cut = strlen(ending);
	if (strncmp(part, prefix, skip) != 0 || n < skip + cut ||
	    strcmp(part + n - cut, ending) != 0)
		return false;
	return take(part + skip, n - skip - cut, name, size);
}

static bool name_of_part(const char *part, char *name, size_t size)
{
	static const char *const ids[] = {"docker-", "libpod-", "cri-containerd-", "crio-", ""};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strncmp(part, ids[i], strlen(ids[i])) == 0 &&
		    take_id(part + strlen(ids[i]), name, size))
			return true;
	return take_between(part, "lxc.payload.", "", name, size) ||
	       take_between(part, "machine-", ".scope", name, size) ||
	       take_between(part, "systemd-nspawn@", ".service", name, size);
}

bool zones_name_of_cgroup(const char *line, char *name, size_t size)
{
	char path[4096], *save = NULL;
	const char *colon = strrchr(line, ':');
	bool found = false;
	snprintf(path, sizeof(path), "%s", colon ? colon + 1 : line);
	/* The innermost part that has a name: Kubernetes puts containers into pods. */
	for (char *p = strtok_r(path, "/", &save); p; p = strtok_r(NULL, "/", &save))
		found |= name_of_part(p, name, size);
	return found;
}

static bool is_in(const char *process, const char *line)
{
	char path[64], text[8192];
	snprintf(path, sizeof(path), "/proc/%s/cgroup", process);
	return kern_read_small(path, text, sizeof(text)) > 0 && strstr(text, line);
}

/* The first line with one. A group that the system's first process is in, too, or we are, names no
 * container: all of this may run in one. */
static bool name_by_cgroup(pid_t pid, char *name, size_t size)
{
	char path[64], text[8192], *save = NULL;
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	if (kern_read_small(path, text, sizeof(text)) < 0)
		return false;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (!is_in("1", l) && !is_in("self", l) && zones_name_of_cgroup(l, name, size))
			return true;
	return false;
}

static long read_number(const char *zone, const char *file)
{
	char path[512], text[64];
	snprintf(path, sizeof(path), "/run/zones/%s/%s", zone, file);
	return kern_read_small(path, text, sizeof(text)) > 0 ? strtol(text, NULL, 10) : -1;
}

/* A zone of ours: its supervisor wrote down its first process. */
static bool name_by_registry(pid_t pid, pid_t parent, struct image_zone *z)
{
	DIR *d = opendir("/run/zones");
	struct dirent *e;
	bool found = false;
	while (d && !found && (e = readdir(d))) {
		long written = e->d_name[0] == '.' ? -1 : read_number(e->d_name, "pid");
		found = written > 0 && (written == pid || written == parent) &&
			take(e->d_name, strlen(e->d_name), z->name, sizeof(z->name));
		if (found)
			z->id = (int32_t)read_number(e->d_name, "id");
	}
	if (d)
		closedir(d);
	return found && z->id > 0;
}

/* ---- first processes of namespaces ---- */

/* Is it the first process of a namespace right below the system's? NSpid tells its number in each
 * that it is in, ours first: two, the second 1. */
static bool is_first(pid_t pid, pid_t *parent)
{
	char path[64], text[8192];
	int in_ours, in_its, further;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (kern_read_small(path, text, sizeof(text)) < 0)
		return false;
	const char *ids = strstr(text, "\nNSpid:"), *pp = strstr(text, "\nPPid:");
	*parent = pp ? atoi(pp + 6) : 0;
	return ids && sscanf(ids, "\nNSpid: %d %d %d", &in_ours, &in_its, &further) == 2 &&
	       in_its == 1;
}

/* Field 22 of /proc/PID/stat: when it was started. */
static uint64_t started(pid_t pid)
{
	char path[64], text[2048];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (kern_read_small(path, text, sizeof(text)) < 0)
		return 0;
	const char *p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

void zones_learn(struct zones *z, pid_t pid)
{
	char path[64];
	struct stat st;
	struct err e = {0};
	pid_t parent;
	if (!is_first(pid, &parent))
		return;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &st) < 0 || st.st_ino == z->own)
		return;
	struct image_zone_key key = {.ns = st.st_ino, .started = started(pid)};
	struct image_zone zone = {0};
	if (!name_by_registry(pid, parent, &zone)) {
		zone.id = ADOPTED_ID + (int32_t)((uint32_t)st.st_ino - (uint32_t)FIRST_NS);
		if (!name_by_cgroup(pid, zone.name, sizeof(zone.name)))
			snprintf(zone.name, sizeof(zone.name), "pidns-%llu",
				 (unsigned long long)st.st_ino);
	}
	kern_map_update(z->map_fd, &key, &zone, 0, &e);
}

static int learn_one(void *arg, pid_t pid)
{
	zones_learn(arg, pid);
	return 0;
}

void zones_learn_all(struct zones *z)
{
	process_each(learn_one, z);
}
