/*
 * pool_active.c - see pool_active.h
 */
#include "zone/pool_active.h"

#include "zone/live.h"
#include "zone/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY "SUNWtmp_"
enum { FILE_MAX = 1 << 20 };

int pool_online(cpu_set_t *online, struct err *e)
{
	char text[1024];
	int fd = open("/sys/devices/system/cpu/online", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (n <= 0 || pool_cpus_parse(text, online) < 0 || !CPU_COUNT(online))
		return err_set(e, EIO, "cannot tell which CPUs are online");
	return 0;
}

/* ---- files ---- */

/* Runs what a file holds; a missing file holds nothing. 1 = it was there. */
static int read_conf(struct pool_conf *c, int dir, const char *file, const cpu_set_t *online,
		     struct err *e)
{
	BUF_AUTO ignored = {0};
	struct stat st;
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "cannot read %s", file);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		close(fd);
		return err_set(e, EINVAL, "%s is no file of poolcfg", file);
	}
	char *text = arena_alloc(c->arena, (size_t)st.st_size + 1);
	ssize_t n = read(fd, text, (size_t)st.st_size);
	close(fd);
	if (n < 0 || pool_conf_run(c, text, online, &ignored, e) < 0)
		return n < 0 ? err_sys(e, errno, "cannot read %s", file) : err_wrap(e, "%s", file);
	return 1;
}

static int write_conf(const struct pool_conf *c, int dir, const char *file, struct err *e)
{
	BUF_AUTO text = {0};
	char new[256];
	snprintf(new, sizeof(new), "%s.new", file);
	pool_conf_export(c, &text);
	int fd = openat(dir, new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool ok = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0 &&
		  renameat(dir, new, dir, file) == 0;
	if (!ok)
		err_sys(e, errno, "cannot write %s", file);
	if (fd >= 0)
		close(fd);
	return ok ? 0 : -1;
}

/* The directory of a path below root, and the rest of the path. */
static int open_parent(const char *root, const char *path, bool make, const char **file,
		       struct err *e)
{
	char dir[256];
	const char *slash = strrchr(path, '/');
	*file = slash ? slash + 1 : path;
	if (!slash)
		return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	return zone_place_open(root, *dir ? dir : "/", make, e);
}

int pool_file_read(struct pool_conf *c, struct arena *a, const char *root, const char *path,
		   const cpu_set_t *online, struct err *e)
{
	const char *file;
	struct err missing;
	pool_conf_discover(c, a, "default", online);
	int dir = open_parent(root, path, false, &file, &missing);
	if (dir < 0)
		return 0;
	int status = read_conf(c, dir, file, online, e);
	close(dir);
	return status < 0 ? -1 : 0;
}

int pool_file_write(const struct pool_conf *c, const char *root, const char *path, struct err *e)
{
	const char *file;
	int dir = open_parent(root, path, true, &file, e);
	if (dir < 0)
		return -1;
	int status = write_conf(c, dir, file, e);
	close(dir);
	return status;
}

/* ---- what is active ---- */

static void drop_zone_sets(struct pool_conf *c, const char *zone)
{
	char name[sizeof(TEMPORARY) + ZONE_NAME_MAX];
	snprintf(name, sizeof(name), TEMPORARY "%s", zone);
	for (enum pool_kind kind = POOL_POOL; kind <= POOL_PSET; kind++) {
		struct pool_entity *p = pool_find(c, kind, name);
		if (p)
			pool_remove(c, p);
	}
}

/* Not asked of `own`, the zone that the calling process supervises: to look at its lock would lose it. */
static void drop_stale_sets(struct pool_active *p, const char *own)
{
	for (size_t i = p->conf.all.n; i-- > 0;) {
		if (i >= p->conf.all.n)
			continue;
		struct zone_live l;
		const char *name = p->conf.all.at[i].name;
		if (strncmp(name, TEMPORARY, sizeof(TEMPORARY) - 1) != 0 ||
		    (own && strcmp(name + sizeof(TEMPORARY) - 1, own) == 0))
			continue;
		struct zone_entry entry = {.name = name + sizeof(TEMPORARY) - 1};
		zone_live_read(p->root, &entry, &l);
		if (l.supervisor <= 0)
			drop_zone_sets(&p->conf, entry.name);
	}
}

static int open_as(struct pool_active *p, struct arena *a, const char *root, const char *own,
		   struct err *e)
{
	*p = (struct pool_active){.root = root, .dir = -1};
	if (pool_online(&p->online, e) < 0)
		return -1;
	if ((p->dir = zone_place_open(root, "/run/pools", true, e)) < 0)
		return -1;
	(void)flock(p->dir, LOCK_EX);
	pool_conf_discover(&p->conf, a, "default", &p->online);
	int got = read_conf(&p->conf, p->dir, "active", &p->online, e);
	if (got < 0) {
		pool_active_close(p);
		return err_wrap(e, "/run/pools");
	}
	p->enabled = got > 0;
	drop_stale_sets(p, own);
	return 0;
}

int pool_active_open(struct pool_active *p, struct arena *a, const char *root, struct err *e)
{
	return open_as(p, a, root, NULL, e);
}

void pool_active_close(struct pool_active *p)
{
	if (p->dir >= 0)
		close(p->dir);
	p->dir = -1;
}

/* ---- CPUs of groups ---- */

static int set_cpus(const struct zone_cgroups *g, const cpu_set_t *cpus, struct err *e)
{
	BUF_AUTO text = {0};
	const struct zone_cgroup *c = zone_cgroups_of(g, "cpuset");
	pool_cpus_print(cpus, &text);
	return c ? zone_cgroup_write(c, "cpuset.cpus", buf_str(&text), e)
		 : err_set(e, ENOTSUP, "no control groups of cpuset are mounted");
}

static const cpu_set_t *cpus_of(const struct pool_active *p, const char *pool)
{
	const struct pool_entity *found = pool_find(&p->conf, POOL_POOL, pool);
	if (!p->enabled)
		return &p->online;
	if (!found)
		found = pool_find(&p->conf, POOL_POOL, "pool_default");
	return &pool_pset(&p->conf, found)->cpus;
}

static void read_pool_name(const char *root, const char *zone, char *name, size_t room)
{
	char path[128];
	struct err missing;
	snprintf(path, sizeof(path), "/run/zones/%s", zone);
	int dir = zone_place_open(root, path, false, &missing);
	int fd = dir < 0 ? -1 : openat(dir, "pool", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? 0 : read(fd, name, room - 1);
	name[n > 0 ? n : 0] = '\0';
	if (n <= 0)
		snprintf(name, room, "pool_default");
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
}

/* Every zone that is up; what goes down meanwhile has no group any more. */
static void apply_to_zones(const struct pool_active *p)
{
	char pool[POOL_NAME_MAX + 16];
	struct err ignored;
	struct dirent *d;
	int fd = zone_place_open(p->root, "/run/zones", false, &ignored);
	DIR *dir = fd < 0 ? NULL : fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	while (dir && (d = readdir(dir))) {
		struct zone_cgroups g;
		if (zone_name_check(d->d_name, &ignored) < 0)
			continue;
		zone_cgroups_find(&g, p->root, d->d_name);
		read_pool_name(p->root, d->d_name, pool, sizeof(pool));
		(void)set_cpus(&g, cpus_of(p, pool), &ignored);
	}
	if (dir)
		closedir(dir);
	if (fd >= 0)
		close(fd);
}

static void apply(const struct pool_active *p)
{
	struct err ignored;
	apply_to_zones(p);
	for (size_t i = 0; i < p->conf.all.n; i++) {
		struct zone_cgroups g;
		if (p->conf.all.at[i].kind != POOL_POOL)
			continue;
		zone_cgroups_find_in(&g, p->root, "pools", p->conf.all.at[i].name);
		(void)set_cpus(&g, cpus_of(p, p->conf.all.at[i].name), &ignored);
	}
}

void pool_active_release(const struct pool_active *p)
{
	struct err ignored;
	for (size_t i = 0; i < p->conf.all.n; i++) {
		struct zone_cgroups g;
		if (p->conf.all.at[i].kind != POOL_POOL)
			continue;
		zone_cgroups_find_in(&g, p->root, "pools", p->conf.all.at[i].name);
		const struct zone_cgroup *c = zone_cgroups_of(&g, "cpuset");
		if (c && rmdir(c->path) < 0)
			(void)set_cpus(&g, &p->online, &ignored);
	}
}

int pool_active_commit(struct pool_active *p, struct err *e)
{
	if (pool_allocate(&p->conf, &p->online, e) < 0 ||
	    write_conf(&p->conf, p->dir, "active", e) < 0)
		return -1;
	p->enabled = true;
	apply(p);
	return 0;
}

int pool_active_disable(struct pool_active *p, struct err *e)
{
	for (size_t i = 0; i < p->conf.all.n; i++)
		if (strncmp(p->conf.all.at[i].name, TEMPORARY, sizeof(TEMPORARY) - 1) == 0)
			return err_set(e, EBUSY, "zone %s has dedicated CPUs",
				       p->conf.all.at[i].name + sizeof(TEMPORARY) - 1);
	if (unlinkat(p->dir, "active", 0) < 0 && errno != ENOENT)
		return err_sys(e, errno, "cannot remove /run/pools/active");
	pool_active_release(p);
	p->enabled = false;
	apply_to_zones(p);
	return 0;
}

/* ---- binding ---- */

static const struct zone_instance *dedicated(const struct zone_config *z)
{
	for (size_t i = 0; i < z->instances.n; i++)
		if (strcmp(z->instances.at[i].type->name, "dedicated-cpu") == 0)
			return &z->instances.at[i];
	return NULL;
}

/* A pool and a set for the zone, of "n" or "n-m" CPUs. */
static int add_zone_sets(struct pool_active *p, const struct zone_config *z, const char *ncpus,
			 struct err *e)
{
	BUF_AUTO ignored = {0};
	const char *dash = strchr(ncpus, '-');
	drop_zone_sets(&p->conf, z->name);
	const char *text = arena_printf(
	    p->conf.arena,
	    "create pset " TEMPORARY "%s (uint pset.min=%.*s; uint pset.max=%s);"
	    "create pool " TEMPORARY "%s; associate pool " TEMPORARY "%s (pset " TEMPORARY "%s)",
	    z->name, (int)(dash ? dash - ncpus : (long)strlen(ncpus)), ncpus,
	    dash ? dash + 1 : ncpus, z->name, z->name, z->name);
	if (pool_conf_run(&p->conf, text, &p->online, &ignored, e) < 0 ||
	    pool_active_commit(p, e) < 0)
		return err_wrap(e, "dedicated-cpu");
	return 0;
}

static int bind_new(struct pool_active *p, const struct zone_config *z,
		    const struct zone_cgroups *g, int live, struct err *e)
{
	const struct zone_instance *own = dedicated(z);
	const char *pool = *zone_get(z, "pool") ? zone_get(z, "pool") : "pool_default";
	if (own) {
		if (add_zone_sets(p, z, zone_instance_get(own, "ncpus"), e) < 0)
			return -1;
		pool = arena_printf(p->conf.arena, TEMPORARY "%s", z->name);
	}
	/* Also of a pool that there is not yet. */
	if (zone_live_write(live, "pool", pool, e) < 0)
		return -1;
	return p->enabled ? set_cpus(g, cpus_of(p, pool), e) : 0;
}

bool pool_is_active(const char *root, const char *pool)
{
	struct pool_active p = {.dir = -1};
	struct err ignored;
	struct arena *a = arena_new();
	bool is = a && !arena_guard(a) && pool_active_open(&p, a, root, &ignored) == 0 &&
		  p.enabled && pool_find(&p.conf, POOL_POOL, pool);
	pool_active_close(&p);
	if (a)
		arena_free(a);
	return is;
}

static bool concerns(const char *root, const struct zone_config *z)
{
	struct err missing;
	struct stat st;
	int dir = zone_place_open(root, "/run/pools", false, &missing);
	bool active = dir >= 0 && fstatat(dir, "active", &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (dir >= 0)
		close(dir);
	return active || dedicated(z) || *zone_get(z, "pool");
}

int pool_bind_new_zone(const char *root, const struct zone_config *z, const struct zone_cgroups *g,
		       int live, struct err *e)
{
	struct pool_active p = {.dir = -1};
	struct arena *a;
	if (unlinkat(live, "pool", 0) < 0 && errno != ENOENT)
		return err_sys(e, errno, "cannot write /run/zones: pool");
	if (!concerns(root, z))
		return 0;
	if (!(a = arena_new()))
		return err_set(e, ENOMEM, "out of memory");
	int status = -1;
	if (arena_guard(a))
		err_set(e, ENOMEM, "out of memory");
	else if (open_as(&p, a, root, z->name, e) == 0)
		status = bind_new(&p, z, g, live, e);
	pool_active_close(&p);
	arena_free(a);
	return status;
}

void pool_unbind_zone(const char *root, const struct zone_config *z)
{
	struct pool_active p = {.dir = -1};
	struct err ignored;
	struct arena *a = dedicated(z) ? arena_new() : NULL;
	if (!a)
		return;
	if (!arena_guard(a) && open_as(&p, a, root, z->name, &ignored) == 0) {
		drop_zone_sets(&p.conf, z->name);
		if (p.enabled)
			(void)pool_active_commit(&p, &ignored);
	}
	pool_active_close(&p);
	arena_free(a);
}

static int check_bindable(const struct pool_active *p, const char *pool, struct err *e)
{
	if (!p->enabled)
		return err_set(e, ENOTSUP, "pools are not enabled: see pooladm -e");
	if (!pool_find(&p->conf, POOL_POOL, pool))
		return err_set(e, ENOENT, "pool %s is not active", pool);
	return strncmp(pool, TEMPORARY, sizeof(TEMPORARY) - 1) == 0
		   ? err_set(e, EPERM, "pool %s is a zone's own", pool)
		   : 0;
}

int pool_bind_zone(struct pool_active *p, const char *zone, const char *pool, struct err *e)
{
	char path[128], now[POOL_NAME_MAX + 16];
	struct zone_cgroups g;
	if (check_bindable(p, pool, e) < 0)
		return -1;
	read_pool_name(p->root, zone, now, sizeof(now));
	if (strncmp(now, TEMPORARY, sizeof(TEMPORARY) - 1) == 0)
		return err_set(e, EBUSY, "zone %s has dedicated CPUs", zone);
	snprintf(path, sizeof(path), "/run/zones/%s", zone);
	zone_cgroups_find(&g, p->root, zone);
	int dir = zone_place_open(p->root, path, false, e);
	if (dir < 0)
		return -1;
	int status = set_cpus(&g, cpus_of(p, pool), e);
	if (status == 0)
		status = zone_live_write(dir, "pool", pool, e);
	close(dir);
	return status;
}

/* Where a process is in the hierarchy of a controller: "/zones/web"; "" = cannot be known. */
static void group_of(pid_t pid, const struct zone_cgroup *c, char *group, size_t room)
{
	char path[64], line[512];
	*group = '\0';
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		char *names = strchr(line, ':'), *at = names ? strchr(names + 1, ':') : NULL;
		line[strcspn(line, "\n")] = '\0';
		if (at && (c->unified ? at == names + 1 : strncmp(names, ":cpuset:", 8) == 0))
			snprintf(group, room, "%s", at + 1);
	}
	if (f)
		fclose(f);
}

/* The name behind "/DIR/" of a group of this root's, in *name; false when it is none. */
static bool named_in(const struct pool_active *p, const char *group, const char *dir,
		     char name[128])
{
	struct zone_cgroups g;
	size_t n = strlen(dir);
	if (*group != '/' || strncmp(group + 1, dir, n) != 0 || group[n + 1] != '/')
		return false;
	snprintf(name, 128, "%s", group + n + 2);
	name[strcspn(name, "@/")] = '\0';
	zone_cgroups_find_in(&g, p->root, dir, name);
	const struct zone_cgroup *c = zone_cgroups_of(&g, "cpuset");
	const char *own = c ? strstr(c->path, group) : NULL;
	return own && own[strlen(group)] == '\0';
}

const char *pool_of_process(struct pool_active *p, pid_t pid, struct err *e)
{
	char group[512], name[128], pool[POOL_NAME_MAX + 16];
	struct zone_cgroups g;
	zone_cgroups_find_in(&g, p->root, "pools", "pool_default");
	const struct zone_cgroup *c = zone_cgroups_of(&g, "cpuset");
	if (c)
		group_of(pid, c, group, sizeof(group));
	if (!c || !*group) {
		err_set(e, ESRCH, "no such process");
		return NULL;
	}
	if (named_in(p, group, "pools", name))
		return arena_strdup(p->conf.arena, name);
	if (named_in(p, group, "zones", name)) {
		read_pool_name(p->root, name, pool, sizeof(pool));
		return arena_strdup(p->conf.arena, pool);
	}
	return "pool_default";
}

int pool_bind_process(struct pool_active *p, pid_t pid, const char *pool, struct err *e)
{
	char text[16], group[512], name[128];
	struct zone_cgroups g;
	if (check_bindable(p, pool, e) < 0)
		return -1;
	zone_cgroups_find_in(&g, p->root, "pools", pool);
	const struct zone_cgroup *c = zone_cgroups_of(&g, "cpuset");
	if (!c)
		return err_set(e, ENOTSUP, "no control groups of cpuset are mounted");
	group_of(pid, c, group, sizeof(group));
	if (!*group)
		return err_set(e, ESRCH, "no such process");
	if (named_in(p, group, "zones", name))
		return err_set(e, EPERM, "it belongs to zone %s: bind that", name);
	snprintf(text, sizeof(text), "%d", (int)pid);
	if (zone_cgroup_make(c, e) < 0 || set_cpus(&g, cpus_of(p, pool), e) < 0)
		return -1;
	return zone_cgroup_write(c, "cgroup.procs", text, e);
}
