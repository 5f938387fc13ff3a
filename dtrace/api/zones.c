/*
 * zones.c - see zones.h
 */
#include "dtrace/api/zones.h"

#include "base/zone_event.h"
#include "dtrace/kern/kern.h"
#include "dtrace/sym/process.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What proc_fs numbers namespaces from: their numbers less this are short. */
enum { FIRST_NS = 0xF0000000, ADOPTED_ID = 1000000 };

/* Tries to find a name: a container's first process is there before it is in its cgroup. */
enum { TRIES = 100, ENTRIES_MIN = 256 };

struct entry {			  /* of zones_map, as we put it there */
	struct zone_key key, net; /* net: 0 where it is the system's */
	pid_t pid, parent;	  /* its first process, 0 when it is gone */
	pid_t supervisor;	  /* 0: none of ours */
	unsigned tries;		  /* that are left to name it */
};
struct zones {
	int map_fd;
	ino_t own;	     /* the system's pid namespace */
	struct zone_key net; /* and its network namespace */
	struct entry *entries;
	size_t n, room;
};

struct zones *zones_new(const struct image *image, struct loaded *l)
{
	struct stat st;
	struct zones *z = image->zones_map ? calloc(1, sizeof(*z)) : NULL;
	if (!z)
		return NULL;
	z->map_fd = load_map_fd(l, image->zones_map);
	z->own = stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0;
	struct zone_event global = {.magic = ZONE_EVENT_MAGIC, .name = "global"};
	struct err ignored = {0};
	if (zone_key_of_net(1, &z->net) == 0 || zone_key_of_net(getpid(), &z->net) == 0)
		kern_map_update(z->map_fd, &z->net, &global, 0, &ignored);
	return z;
}

void zones_free(struct zones *z)
{
	if (z)
		free(z->entries);
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

/* What a supervisor has written down where it works. Only root's word counts. */
static bool read_event(pid_t supervisor, struct zone_event *told)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof(path), "/proc/%d", (int)supervisor);
	if (supervisor <= 0 || stat(path, &st) < 0 || st.st_uid != 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/cwd/event", (int)supervisor);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool known = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == 0 &&
		     !(st.st_mode & 022) && read(fd, told, sizeof(*told)) == sizeof(*told) &&
		     told->magic == ZONE_EVENT_MAGIC;
	if (fd >= 0)
		close(fd);
	return known;
}

/* A zone of ours: its supervisor is the parent of its first process, and means this namespace. */
static bool told_by_supervisor(pid_t supervisor, struct zone_event *z)
{
	struct zone_event told;
	if (!read_event(supervisor, &told) || memcmp(&told.key, &z->key, sizeof(told.key)) != 0)
		return false;
	*z = told;
	return true;
}

/* ---- entries of the table ---- */

static struct zone_key supervisor_key(pid_t supervisor)
{
	return (struct zone_key){.ns = IMAGE_ZONE_SUPERVISOR | (uint64_t)supervisor};
}

/* Takes out what has ended. True: there is nothing left of it. */
static bool clean(const struct zones *z, struct entry *e)
{
	struct zone_key now, supervisor = supervisor_key(e->supervisor);
	struct zone_event told;
	if (e->supervisor && !read_event(e->supervisor, &told)) {
		kern_map_delete(z->map_fd, &supervisor);
		e->supervisor = 0;
	}
	if (e->pid && (zone_key_of(e->pid, &now) < 0 || memcmp(&now, &e->key, sizeof(now)) != 0)) {
		kern_map_delete(z->map_fd, &e->key);
		if (e->net.ns)
			kern_map_delete(z->map_fd, &e->net);
		e->pid = 0;
	}
	return !e->pid && !e->supervisor;
}

void zones_clean(struct zones *z)
{
	size_t left = 0;
	for (size_t i = 0; i < z->n; i++)
		if (!clean(z, &z->entries[i]))
			z->entries[left++] = z->entries[i];
	z->n = left;
}

static struct entry *add_entry(struct zones *z)
{
	if (z->n == z->room) {
		zones_clean(z);
		size_t room = z->n < ENTRIES_MIN / 2 ? ENTRIES_MIN : 2 * z->n;
		struct entry *grown = realloc(z->entries, room * sizeof(*grown));
		if (!grown)
			return NULL;
		z->entries = grown;
		z->room = room;
	}
	return &z->entries[z->n++];
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

enum { ANYWAY, UNLESS_THERE }; /* BPF_ANY, BPF_NOEXIST */

static void put_at(const struct zones *z, const struct entry *e, const struct zone_event *zone,
		   uint64_t how)
{
	struct err ignored = {0};
	kern_map_update(z->map_fd, &e->key, zone, how, &ignored);
	if (e->net.ns)
		kern_map_update(z->map_fd, &e->net, zone, how, &ignored);
}

/* A container of somebody else's, by its first process. False: it has no name but its number. */
static bool name_other(pid_t pid, ino_t ns, struct zone_event *zone)
{
	zone->id = ADOPTED_ID + (int32_t)((uint32_t)ns - (uint32_t)FIRST_NS);
	if (name_by_cgroup(pid, zone->name, sizeof(zone->name)))
		return true;
	snprintf(zone->name, sizeof(zone->name), "pidns-%llu", (unsigned long long)ns);
	return false;
}

static void put_others(const struct zones *z, struct entry *e, struct zone_event *zone,
		       uint64_t how)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)e->pid);
	if (stat(path, &st) < 0)
		return;
	if (name_other(e->pid, st.st_ino, zone))
		e->tries = 0;
	else if (how == ANYWAY) /* nothing new */
		return;
	put_at(z, e, zone, how);
}

/* Programs put a zone of ours there themselves when its supervisor tells of it, which it has written
 * down before: when that is not to be read after it was taken for another's, it was not told yet. */
static void put(const struct zones *z, struct entry *e, uint64_t how)
{
	struct zone_event zone = {
	    .magic = ZONE_EVENT_MAGIC, .what = ZONE_EVENT_RUNNING, .key = e->key};
	struct zone_key supervisor = supervisor_key(e->parent);
	struct err ignored = {0};
	if (!told_by_supervisor(e->parent, &zone)) {
		put_others(z, e, &zone, how);
		if (!told_by_supervisor(e->parent, &zone))
			return;
	}
	e->supervisor = e->parent;
	e->tries = 0;
	put_at(z, e, &zone, ANYWAY);
	kern_map_update(z->map_fd, &supervisor, &zone, UNLESS_THERE, &ignored);
}

void zones_learn(struct zones *z, pid_t pid)
{
	char path[64];
	struct stat st;
	struct zone_key key;
	pid_t parent;
	if (!is_first(pid, &parent) || zone_key_of(pid, &key) < 0)
		return;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &st) < 0 || st.st_ino == z->own)
		return;
	struct entry *e = add_entry(z);
	if (!e)
		return;
	*e = (struct entry){.key = key, .pid = pid, .parent = parent, .tries = TRIES};
	if (zone_key_of_net(pid, &e->net) == 0 && memcmp(&e->net, &z->net, sizeof(z->net)) == 0)
		e->net = (struct zone_key){0};
	put(z, e, UNLESS_THERE);
	if (clean(z, e)) /* it ended while we looked */
		z->n--;
}

void zones_name(struct zones *z)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->entries[i].pid && z->entries[i].tries) {
			z->entries[i].tries--;
			put(z, &z->entries[i], ANYWAY);
		}
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

/* ---- the zone of one process ---- */

/* Number of the outermost pid namespace below ours that the process is in; ours when in none; 0: unknown. */
static ino_t outermost(pid_t pid, ino_t own)
{
	char path[64];
	struct stat st;
	ino_t below = 0, at = 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	for (int fd = open(path, O_RDONLY | O_CLOEXEC); fd >= 0;) {
		below = at;
		at = fstat(fd, &st) == 0 ? st.st_ino : 0;
		int parent = at && at != own ? ioctl(fd, NS_GET_PARENT) : -1;
		close(fd);
		fd = parent;
	}
	return at != own ? 0 : below ? below : own;
}

struct search {
	ino_t ns;
	char *name;
	size_t size;
};

static int is_searched(void *arg, pid_t pid)
{
	const struct search *s = arg;
	struct zone_event zone = {0};
	struct stat st;
	char path[64];
	pid_t parent;
	if (!is_first(pid, &parent) || zone_key_of(pid, &zone.key) < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &st) < 0 || st.st_ino != s->ns)
		return 0;
	if (!told_by_supervisor(parent, &zone))
		name_other(pid, st.st_ino, &zone);
	return take(zone.name, strnlen(zone.name, sizeof(zone.name)), s->name, s->size);
}

bool zones_name_of(pid_t pid, char *name, size_t size)
{
	struct stat st;
	ino_t ns = stat("/proc/self/ns/pid", &st) < 0 ? 0 : outermost(pid, st.st_ino);
	if (!ns)
		return false;
	if (ns == st.st_ino)
		return take("global", 6, name, size);
	struct search s = {.ns = ns, .name = name, .size = size};
	return process_each(is_searched, &s) != 0;
}
