/*
 * cgroup.c - see cgroup.h
 *
 * Files and units: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
 */
#include "zone/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <mntent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- which hierarchies there are ---- */

/* The controllers that a zone has a group of its own in. */
static bool controls(const char *options)
{
	static const char *const used[] = {"cpu",  "cpuacct", "cpuset",	 "memory",
					   "pids", "freezer", "devices", "blkio"};
	char all[256];
	char *rest = all;
	snprintf(all, sizeof(all), "%s", options);
	for (char *word; (word = strsep(&rest, ","));)
		for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
			if (strcmp(word, used[i]) == 0)
				return true;
	return false;
}

void zone_cgroups_find_in(struct zone_cgroups *g, const char *root, const char *dir,
			  const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	char suffix[16] = "";
	const char *only = getenv("ZONE_CGROUPS");
	bool no_legacy = only && strcmp(only, "unified") == 0;
	bool no_unified = only && strcmp(only, "legacy") == 0;
	char real[PATH_MAX];
	g->n = 0;
	/* However it is written. */
	if (root && *root && realpath(root, real))
		root = real;
	for (const char *p = root; p && *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	if (root && *root)
		snprintf(suffix, sizeof(suffix), "@%08x", hash);
	FILE *f = setmntent("/proc/self/mounts", "re");
	for (struct mntent *m; f && g->n < ZONE_CGROUPS_MAX && (m = getmntent(f));) {
		bool unified = strcmp(m->mnt_type, "cgroup2") == 0;
		if (!unified && (strcmp(m->mnt_type, "cgroup") != 0 || !controls(m->mnt_opts)))
			continue;
		if (unified ? no_unified : no_legacy)
			continue;
		struct zone_cgroup *c = &g->at[g->n];
		int n =
		    snprintf(c->path, sizeof(c->path), "%s/%s/%s%s", m->mnt_dir, dir, name, suffix);
		int o = snprintf(c->controllers, sizeof(c->controllers), ",%s,", m->mnt_opts);
		c->unified = unified;
		if (unified)
			c->controllers[0] = '\0';
		if (n < (int)sizeof(c->path) && o < (int)sizeof(c->controllers))
			g->n++;
	}
	if (f)
		endmntent(f);
}

void zone_cgroups_find(struct zone_cgroups *g, const char *root, const char *name)
{
	zone_cgroups_find_in(g, root, "zones", name);
}

void zone_cgroups_only(const struct zone_cgroups *g, bool unified, struct zone_cgroups *only)
{
	only->n = 0;
	for (unsigned i = 0; i < g->n; i++)
		if (g->at[i].unified == unified)
			only->at[only->n++] = g->at[i];
}

/* ---- files of the groups ---- */

static int write_file(const char *dir, const char *file, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = write(fd, text, strlen(text));
	int code = errno;
	close(fd);
	errno = code;
	return n < 0 ? -1 : 0;
}

static int read_file(const char *dir, const char *file, char *text, size_t room)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, room - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n < 0 ? -1 : 0;
}

const struct zone_cgroup *zone_cgroups_of(const struct zone_cgroups *g, const char *controller)
{
	char word[32];
	const struct zone_cgroup *unified = NULL;
	snprintf(word, sizeof(word), ",%s,", controller);
	for (unsigned i = 0; i < g->n; i++) {
		if (g->at[i].unified)
			unified = &g->at[i];
		else if (strstr(g->at[i].controllers, word))
			return &g->at[i];
	}
	return unified;
}

int zone_cgroup_write(const struct zone_cgroup *c, const char *file, const char *text,
		      struct err *e)
{
	if (write_file(c->path, file, text) == 0)
		return 0;
	return errno == ENOENT ? err_set(e, ENOENT, "no control group has %s here", file)
			       : err_sys(e, errno, "cannot set %s to %s", file, text);
}

int zone_cgroup_read(const struct zone_cgroup *c, const char *file, char *text, size_t room)
{
	if (read_file(c->path, file, text, room) < 0)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

long long zone_cgroup_event(const struct zone_cgroup *c, const char *file, const char *key)
{
	char text[1024];
	size_t n = strlen(key);
	if (read_file(c->path, file, text, sizeof(text)) < 0)
		return -1;
	for (const char *p = text; p; p = strchr(p, '\n'), p += p != NULL)
		if (strncmp(p, key, n) == 0 && p[n] == ' ')
			return strtoll(p + n, NULL, 10);
	return -1;
}

/* ---- making, joining, removing ---- */

/* Of version 2, controllers are given down from level to level; one that a hierarchy of its own has
 * is refused, and is found there. */
static void give_down(const char *dir)
{
	static const char *const wanted[] = {"+cpu", "+cpuset", "+memory", "+pids", "+io"};
	char there[256], *rest = there;
	(void)read_file(dir, "cgroup.controllers", there, sizeof(there));
	for (char *word; (word = strsep(&rest, " \n"));)
		for (int i = 0; i < 5; i++)
			if (strcmp(word, wanted[i] + 1) == 0)
				(void)write_file(dir, "cgroup.subtree_control", wanted[i]);
}

/* Of version 1, a new group has neither CPUs nor memory, and nobody can join it. */
static int inherit_cpus(const char *dir, const char *file, struct err *e)
{
	char up[256], text[1024];
	if (read_file(dir, file, text, sizeof(text)) < 0 || strspn(text, "\n") != strlen(text))
		return 0;
	snprintf(up, sizeof(up), "%s/..", dir);
	if (read_file(up, file, text, sizeof(text)) < 0 || write_file(dir, file, text) < 0)
		return err_sys(e, errno, "cannot set %s of %s", file, dir);
	return 0;
}

/* The directory that a group is in, "zones". */
static void above(const struct zone_cgroup *c, char dir[sizeof(c->path)])
{
	memcpy(dir, c->path, sizeof(c->path));
	*strrchr(dir, '/') = '\0';
}

/* A group has what it is to get from those above: they stay as long as it is there. */
static int hand_down(const struct zone_cgroup *c, struct err *e)
{
	static const char *const files[] = {"cpuset.cpus", "cpuset.mems"};
	char dir[sizeof(c->path)], top[sizeof(c->path)];
	above(c, dir);
	if (c->unified) {
		memcpy(top, dir, sizeof(top));
		*strrchr(top, '/') = '\0';
		give_down(top);
		give_down(dir);
	}
	for (int i = 0; i < 2 && strstr(c->controllers, ",cpuset,"); i++)
		if (inherit_cpus(dir, files[i], e) < 0 || inherit_cpus(c->path, files[i], e) < 0)
			return -1;
	return 0;
}

/* Whoever removes the directory above as the last of the zones goes may do so in between. */
int zone_cgroup_make(const struct zone_cgroup *c, struct err *e)
{
	enum { TRIES = 1000 };
	char dir[sizeof(c->path)];
	for (int i = 0; i < TRIES; i++) {
		if (mkdir(c->path, 0755) == 0 || errno == EEXIST)
			return hand_down(c, e);
		if (errno != ENOENT)
			break;
		above(c, dir);
		if (mkdir(dir, 0755) < 0 && errno != EEXIST)
			return err_sys(e, errno, "cannot make %s", dir);
	}
	return err_sys(e, errno, "cannot make %s", c->path);
}

void zone_cgroups_leave(const struct zone_cgroups *g)
{
	char dir[sizeof(g->at[0].path)];
	for (unsigned i = 0; i < g->n; i++) {
		above(&g->at[i], dir);
		(void)rmdir(dir);
	}
}

int zone_cgroups_make(const struct zone_cgroups *g, struct err *e)
{
	for (unsigned i = 0; i < g->n; i++)
		if (zone_cgroup_make(&g->at[i], e) < 0)
			return -1;
	return 0;
}

static int open_file(const struct zone_cgroup *c, const char *file)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", c->path, file);
	return open(path, O_WRONLY | O_CLOEXEC);
}

int zone_doors_open(struct zone_doors *d, const struct zone_cgroups *g, struct err *e)
{
	*d = (struct zone_doors){.group = -1, .procs = -1};
	for (unsigned i = 0; i < g->n; i++) {
		const struct zone_cgroup *c = &g->at[i];
		char below[256];
		struct zone_cgroup login = {.unified = c->unified};
		/* One of version 2 that gives controllers down has no processes of its own. */
		if (c->unified &&
		    zone_cgroup_read(c, "cgroup.subtree_control", below, sizeof(below)) == 0 &&
		    *below) {
			snprintf(login.path, sizeof(login.path), "%.180s/zlogin", c->path);
			(void)mkdir(login.path, 0755);
			c = &login;
		}
		int fd = open_file(c, c->unified ? "cgroup.procs" : "tasks");
		if (fd < 0) {
			err_sys(e, errno, "cannot join %s", c->path);
			zone_doors_close(d);
			return -1;
		}
		if (c->unified) {
			d->procs = fd;
			d->group = open(c->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		} else {
			d->tasks[d->n++] = fd;
		}
	}
	return 0;
}

void zone_doors_close(struct zone_doors *d)
{
	while (d->n)
		close(d->tasks[--d->n]);
	if (d->group >= 0)
		close(d->group);
	if (d->procs >= 0)
		close(d->procs);
	d->group = d->procs = -1;
}

pid_t zone_doors_clone(struct zone_doors *d, uint64_t flags)
{
	struct clone_args a = {.flags = flags, .exit_signal = SIGCHLD};
	if (d->group >= 0) {
		struct clone_args into = a;
		into.flags |= CLONE_INTO_CGROUP;
		into.cgroup = (uint64_t)d->group;
		pid_t pid = (pid_t)syscall(SYS_clone3, &into, sizeof(into));
		if (pid == 0) {
			close(d->procs);
			d->procs = -1;
		}
		if (pid >= 0)
			return pid;
		/* A kernel that does not know of it, a group that is full: it can be joined. */
	}
	return (pid_t)syscall(SYS_clone3, &a, sizeof(a));
}

int zone_doors_enter(const struct zone_doors *d, struct err *e)
{
	bool in = d->procs < 0 || write(d->procs, "0", 1) == 1;
	for (unsigned i = 0; in && i < d->n; i++)
		in = write(d->tasks[i], "0", 1) == 1;
	return in ? 0 : err_sys(e, errno, "cannot join the zone's groups");
}

int zone_cgroups_delegate(const struct zone_cgroups *g, uid_t owner, struct err *e)
{
	static const char *const files[] = {".", "cgroup.procs", "cgroup.threads",
					    "cgroup.subtree_control"};
	char path[256];
	for (unsigned i = 0; i < g->n; i++) {
		if (!g->at[i].unified)
			continue;
		/* Groups cost the kernel memory. */
		if (write_file(g->at[i].path, "cgroup.max.descendants", "1024") < 0 ||
		    write_file(g->at[i].path, "cgroup.max.depth", "16") < 0)
			return err_sys(e, errno, "cannot bound the groups of the zone");
		for (int k = 0; k < 4; k++) {
			snprintf(path, sizeof(path), "%s/%s", g->at[i].path, files[k]);
			if (chown(path, owner, owner) < 0 && errno != ENOENT)
				return err_sys(e, errno, "cannot give %s to the zone", path);
		}
	}
	return 0;
}

/* The groups that are below one: nobody makes any more when its processes have ended. */
static void remove_below(int dir, int depth)
{
	int copy = depth < 32 ? openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	for (struct dirent *f; d && (f = readdir(d));) {
		if (f->d_type != DT_DIR || f->d_name[0] == '.')
			continue;
		int inner = openat(dir, f->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (inner >= 0) {
			remove_below(inner, depth + 1);
			close(inner);
		}
		(void)unlinkat(dir, f->d_name, AT_REMOVEDIR);
	}
	if (d)
		closedir(d);
	else if (copy >= 0)
		close(copy);
}

/* Of a group and those below it: how many processes are sent a signal. */
static unsigned signal_in(int dir, int depth, int signal)
{
	unsigned n = 0;
	int procs = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	FILE *f = procs < 0 ? NULL : fdopen(procs, "r");
	for (int pid; f && fscanf(f, "%d", &pid) == 1;)
		n += pid > 0 && kill(pid, signal) == 0;
	if (f)
		fclose(f);
	int copy = depth < 32 ? openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	for (struct dirent *entry; d && (entry = readdir(d));) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		int inner =
		    openat(dir, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (inner >= 0) {
			n += signal_in(inner, depth + 1, signal);
			close(inner);
		}
	}
	if (d)
		closedir(d);
	return n;
}

/* Has every process gone, in so many rounds of 5 ms, each of which sends them all the signal (0 = none)? */
static bool all_gone(const struct zone_cgroups *g, int signal, int rounds)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	for (int round = 0; round < rounds; round++) {
		unsigned n = 0;
		for (unsigned i = 0; i < g->n; i++) {
			int dir = open(g->at[i].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			n += dir < 0 ? 0 : signal_in(dir, 0, signal);
			if (dir >= 0)
				close(dir);
		}
		if (!n)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

bool zone_cgroups_end(const struct zone_cgroups *g)
{
	/* The first process is sent SIGKILL when its supervisor ends, and the others when it has: that takes a moment. */
	if (all_gone(g, 0, 200))
		return false;
	all_gone(g, SIGKILL, 1000);
	return true;
}

void zone_cgroups_remove(const struct zone_cgroups *g)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	for (unsigned i = 0; i < g->n; i++)
		for (int tries = 0; tries < 1000 && rmdir(g->at[i].path) < 0 && errno == EBUSY;
		     tries++) {
			int dir = open(g->at[i].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (dir >= 0) {
				remove_below(dir, 0);
				close(dir);
			}
			nanosleep(&pause, NULL);
		}
}
