/*
 * cgroup.c - see cgroup.h
 *
 * Files and units: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
 */
#include "zone/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- which hierarchies there are ---- */

/* The controllers that a zone has a group of its own in. */
static bool controls(const char *options)
{
	static const char *const used[] = {"cpu",     "cpuacct", "memory", "pids",
					   "freezer", "devices", "blkio"};
	char all[256];
	char *rest = all;
	snprintf(all, sizeof(all), "%s", options);
	for (char *word; (word = strsep(&rest, ","));)
		for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
			if (strcmp(word, used[i]) == 0)
				return true;
	return false;
}

void zone_cgroups_find(struct zone_cgroups *g, const char *root, const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	char suffix[16] = "";
	g->n = 0;
	for (const char *p = root; p && *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	if (root && *root)
		snprintf(suffix, sizeof(suffix), "@%08x", hash);
	FILE *f = setmntent("/proc/self/mounts", "re");
	for (struct mntent *m; f && g->n < ZONE_CGROUPS_MAX && (m = getmntent(f));) {
		bool unified = strcmp(m->mnt_type, "cgroup2") == 0;
		if (!unified && (strcmp(m->mnt_type, "cgroup") != 0 || !controls(m->mnt_opts)))
			continue;
		struct zone_cgroup *c = &g->at[g->n];
		int n =
		    snprintf(c->path, sizeof(c->path), "%s/zones/%s%s", m->mnt_dir, name, suffix);
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

/* ---- limits ---- */

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

/* Sets a limit in the hierarchy of the controller, of either version. */
static int set_limit(const struct zone_cgroups *g, const char *controller, const char *file1,
		     uint64_t value1, const char *file2, const char *value2, struct err *e)
{
	char word[32], text[32];
	int code = ENOENT;
	snprintf(word, sizeof(word), ",%s,", controller);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value1);
	for (unsigned i = 0; i < g->n; i++) {
		const struct zone_cgroup *c = &g->at[i];
		if (!c->unified && !strstr(c->controllers, word))
			continue;
		if (write_file(c->path, c->unified ? file2 : file1, c->unified ? value2 : text) ==
		    0)
			return 0;
		if (!c->unified || errno != ENOENT)
			code = errno;
	}
	return err_sys(e, code, "cannot set the zone's limit %s", file1);
}

static const struct zone_instance *find(const struct zone_config *z, const char *type)
{
	for (size_t i = 0; i < z->instances.n; i++)
		if (strcmp(z->instances.at[i].type->name, type) == 0)
			return &z->instances.at[i];
	return NULL;
}

/* The limit of a resource control "zone.NAME", or of the property NAME; 0 = none. */
static uint64_t control(const struct zone_config *z, const char *name)
{
	char full[64];
	snprintf(full, sizeof(full), "zone.%s", name);
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *r = &z->instances.at[i];
		if (strcmp(r->type->name, "rctl") != 0 ||
		    strcmp(zone_instance_get(r, "name"), full) != 0)
			continue;
		const char *value = zone_instance_get(r, "value");
		const char *limit = value ? strstr(value, "limit=") : NULL;
		return limit ? strtoull(limit + 6, NULL, 10) : 0;
	}
	int i = zone_prop_index(zone_globals, name);
	return i >= 0 && z->globals[i] ? strtoull(z->globals[i], NULL, 10) : 0;
}

static uint64_t bytes(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);
	const char *unit = *end ? strchr("kKmMgGtT", *end) : NULL;
	return unit ? n << (10 * ((unit - "kKmMgGtT") / 2 + 1)) : n;
}

static int set_cpu(const struct zone_cgroups *g, const struct zone_config *z, struct err *e)
{
	const struct zone_instance *cap = find(z, "capped-cpu");
	uint64_t shares = control(z, "cpu-shares"), percent = control(z, "cpu-cap");
	char text[48];
	if (cap)
		percent = (uint64_t)(strtod(zone_instance_get(cap, "ncpus"), NULL) * 100 + 0.5);
	snprintf(text, sizeof(text), "%llu 100000", (unsigned long long)percent * 1000);
	if (percent &&
	    set_limit(g, "cpu", "cpu.cfs_quota_us", percent * 1000, "cpu.max", text, e) < 0)
		return -1;
	snprintf(text, sizeof(text), "%llu",
		 (unsigned long long)(shares < 100 ? shares * 100 : 10000));
	return shares ? set_limit(g, "cpu", "cpu.shares", shares * 1024, "cpu.weight", text, e) : 0;
}

static int set_memory(const struct zone_cgroups *g, const struct zone_config *z, struct err *e)
{
	const struct zone_instance *cap = find(z, "capped-memory");
	const char *physical = cap ? zone_instance_get(cap, "physical") : NULL;
	const char *swap = cap ? zone_instance_get(cap, "swap") : NULL;
	char text[32];
	uint64_t most = physical ? bytes(physical) : 0, all = swap ? bytes(swap) : 0;
	/* Both together cannot be less than memory alone. */
	if (all && (!most || most > all))
		most = all;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)most);
	if (most &&
	    set_limit(g, "memory", "memory.limit_in_bytes", most, "memory.max", text, e) < 0)
		return -1;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)(all - most));
	return all ? set_limit(g, "memory", "memory.memsw.limit_in_bytes", all, "memory.swap.max",
			       text, e)
		   : 0;
}

static int set_limits(const struct zone_cgroups *g, const struct zone_config *z, struct err *e)
{
	uint64_t lwps = control(z, "max-lwps");
	char text[32];
	if (!lwps)
		lwps = control(z, "max-processes") * 10;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)lwps);
	if (lwps && set_limit(g, "pids", "pids.max", lwps, "pids.max", text, e) < 0)
		return -1;
	return set_cpu(g, z, e) < 0 ? -1 : set_memory(g, z, e);
}

/* ---- making, joining, removing ---- */

/* Of version 2, controllers are given down from level to level; one that a hierarchy of its own has
 * is refused, and is found there. */
static void give_down(const char *dir)
{
	static const char *const wanted[] = {"+cpu", "+memory", "+pids", "+io"};
	for (int i = 0; i < 4; i++)
		(void)write_file(dir, "cgroup.subtree_control", wanted[i]);
}

static int make_one(const struct zone_cgroup *c, struct err *e)
{
	char dir[sizeof(c->path)];
	snprintf(dir, sizeof(dir), "%s", c->path);
	char *name = strrchr(dir, '/');
	*name = '\0';
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return err_sys(e, errno, "cannot make %s", dir);
	if (c->unified) {
		char *zones = strrchr(dir, '/');
		*zones = '\0';
		give_down(dir);
		*zones = '/';
		give_down(dir);
	}
	if (mkdir(c->path, 0755) < 0 && errno != EEXIST)
		return err_sys(e, errno, "cannot make %s", c->path);
	return 0;
}

int zone_cgroups_make(const struct zone_cgroups *g, const struct zone_config *z, struct err *e)
{
	for (unsigned i = 0; i < g->n; i++)
		if (make_one(&g->at[i], e) < 0)
			return -1;
	return set_limits(g, z, e);
}

int zone_cgroups_join(const struct zone_cgroups *g, pid_t pid, struct err *e)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", (int)pid);
	for (unsigned i = 0; i < g->n; i++)
		if (write_file(g->at[i].path, "cgroup.procs", text) < 0)
			return err_sys(e, errno, "cannot join %s", g->at[i].path);
	return 0;
}

void zone_cgroups_remove(const struct zone_cgroups *g)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	for (unsigned i = 0; i < g->n; i++)
		for (int tries = 0; tries < 200 && rmdir(g->at[i].path) < 0 && errno == EBUSY;
		     tries++)
			nanosleep(&pause, NULL);
}
