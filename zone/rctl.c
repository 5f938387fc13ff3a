/*
 * rctl.c - see rctl.h
 *
 * Files and units: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst, sysctl/kernel.rst.
 */
#include "zone/rctl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PERIOD_US = 100000, SHARE1 = 1024, SHARE2 = 100, PAGE = 4096 };

/* ---- a number in a file of a group ---- */

struct file {
	const char *controller, *v1, *v2;
};

static int get_file(const struct zone_limited *l, const struct file *f, uint64_t *v)
{
	char text[64], *end;
	const struct zone_cgroup *c = zone_cgroups_of(l->groups, f->controller);
	if (!c || zone_cgroup_read(c, c->unified ? f->v2 : f->v1, text, sizeof(text)) < 0)
		return -1;
	if (strncmp(text, "max", 3) == 0)
		return 0;
	*v = strtoull(text, &end, 10);
	/* No limit on memory is the greatest number of whole pages. */
	return end == text ? -1 : *v < INT64_MAX - PAGE;
}

static int set_file(const struct zone_limited *l, const struct file *f, uint64_t v, struct err *e)
{
	char text[32];
	const struct zone_cgroup *c = zone_cgroups_of(l->groups, f->controller);
	if (!c)
		return err_set(e, ENOTSUP, "no control groups of %s are mounted", f->controller);
	if (v == ZONE_UNLIMITED)
		snprintf(text, sizeof(text), "%s",
			 c->unified || strcmp(f->controller, "pids") == 0 ? "max" : "-1");
	else
		snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	return zone_cgroup_write(c, c->unified ? f->v2 : f->v1, text, e);
}

#define FILE_GET(name, ...)                                                                        \
	static int name(const struct zone_limited *l, uint64_t *v)                                 \
	{                                                                                          \
		return get_file(l, &(const struct file){__VA_ARGS__}, v);                          \
	}
#define FILE_SET(name, ...)                                                                        \
	static int name(const struct zone_limited *l, uint64_t v, struct err *e)                   \
	{                                                                                          \
		return set_file(l, &(const struct file){__VA_ARGS__}, v, e);                       \
	}
FILE_GET(get_lwps, "pids", "pids.max", "pids.max")
FILE_SET(set_lwps, "pids", "pids.max", "pids.max")
FILE_GET(use_lwps, "pids", "pids.current", "pids.current")
FILE_GET(get_memory, "memory", "memory.limit_in_bytes", "memory.max")
FILE_GET(use_memory, "memory", "memory.usage_in_bytes", "memory.current")
FILE_GET(get_both, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max")
FILE_SET(set_both, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max")
FILE_GET(use_both, "memory", "memory.memsw.usage_in_bytes", "memory.swap.current")
FILE_GET(get_io, "blkio", "blkio.bfq.weight", "io.weight")
FILE_SET(set_io, "blkio", "blkio.bfq.weight", "io.weight")

static bool unified(const struct zone_limited *l, const char *controller)
{
	const struct zone_cgroup *c = zone_cgroups_of(l->groups, controller);
	return c && c->unified;
}

/* ---- memory ---- */

/* Memory and swap space together: version 1 counts them so, version 2 swap space alone. */
static int get_swap(const struct zone_limited *l, uint64_t *v)
{
	uint64_t memory;
	int got = get_both(l, v);
	if (got <= 0 || !unified(l, "memory"))
		return got;
	got = get_memory(l, &memory);
	*v += got > 0 ? memory : 0;
	return got;
}

static int use_swap(const struct zone_limited *l, uint64_t *v)
{
	uint64_t memory;
	int got = use_both(l, v);
	if (got <= 0 || !unified(l, "memory"))
		return got;
	got = use_memory(l, &memory);
	*v += got > 0 ? memory : 0;
	return got;
}

static int set_swap(const struct zone_limited *l, uint64_t v, struct err *e)
{
	uint64_t memory = 0;
	int got = get_memory(l, &memory);
	if (v != ZONE_UNLIMITED && got > 0 && v < memory)
		return err_set(e, EINVAL,
			       "max-swap counts memory and swap space together: it cannot be "
			       "less than max-physical-memory");
	if (v != ZONE_UNLIMITED && unified(l, "memory"))
		v = got > 0 ? v - memory : 0;
	return set_both(l, v, e);
}

static int set_memory(const struct zone_limited *l, uint64_t v, struct err *e)
{
	static const struct file f = {"memory", "memory.limit_in_bytes", "memory.max"};
	uint64_t both;
	int limited = get_swap(l, &both);
	if (limited > 0 && (v == ZONE_UNLIMITED || v > both))
		return err_set(e, EINVAL,
			       "max-swap counts memory and swap space together: raise it first");
	if (set_file(l, &f, v, e) < 0)
		return -1;
	/* Together they stay what they were. */
	return limited > 0 && unified(l, "memory") ? set_both(l, both - v, e) : 0;
}

/* ---- CPU ---- */

/* In percent of a CPU. */
static int get_cap(const struct zone_limited *l, uint64_t *v)
{
	static const struct file quota = {"cpu", "cpu.cfs_quota_us", "cpu.max"},
				 period = {"cpu", "cpu.cfs_period_us", "cpu.max"};
	char text[64];
	uint64_t each = PERIOD_US;
	const struct zone_cgroup *c = zone_cgroups_of(l->groups, "cpu");
	int got = get_file(l, &quota, v);
	if (got <= 0 || (int64_t)*v < 0)
		return got < 0 ? -1 : 0;
	if (!c->unified)
		(void)get_file(l, &period, &each);
	else if (zone_cgroup_read(c, "cpu.max", text, sizeof(text)) == 0 && strchr(text, ' '))
		each = strtoull(strchr(text, ' '), NULL, 10);
	*v = each ? (*v * 100 + each / 2) / each : 0;
	return 1;
}

static int set_cap(const struct zone_limited *l, uint64_t v, struct err *e)
{
	char text[48];
	const struct zone_cgroup *c = zone_cgroups_of(l->groups, "cpu");
	bool none = v == ZONE_UNLIMITED;
	unsigned long long quota = v * (PERIOD_US / 100);
	if (!c)
		return err_set(e, ENOTSUP, "no control groups of cpu are mounted");
	if (!none && (v < 1 || v > 100 * 65536))
		return err_set(e, EINVAL, "cpu-cap is in percent of a CPU, from 1 on");
	if (c->unified)
		snprintf(text, sizeof(text), none ? "max %d" : "%2$llu %1$d", PERIOD_US, quota);
	else
		snprintf(text, sizeof(text), none ? "-1" : "%llu", quota);
	if (!c->unified && !none && zone_cgroup_write(c, "cpu.cfs_period_us", "100000", e) < 0)
		return -1;
	return zone_cgroup_write(c, c->unified ? "cpu.max" : "cpu.cfs_quota_us", text, e);
}

static int get_shares(const struct zone_limited *l, uint64_t *v)
{
	static const struct file f = {"cpu", "cpu.shares", "cpu.weight"};
	uint64_t each = unified(l, "cpu") ? SHARE2 : SHARE1;
	int got = get_file(l, &f, v);
	*v = (*v + each / 2) / each;
	return got;
}

static int set_shares(const struct zone_limited *l, uint64_t v, struct err *e)
{
	static const struct file f = {"cpu", "cpu.shares", "cpu.weight"};
	bool two = unified(l, "cpu");
	uint64_t each = two ? SHARE2 : SHARE1, most = two ? 10000 : 262144;
	if (v == ZONE_UNLIMITED)
		v = 1;
	/* Nothing at all cannot be said: as little as there is. */
	return set_file(l, &f, v > most / each ? most : v ? v * each : two ? 1 : 2, e);
}

/* ---- processes ---- */

/* Calls each(pid) for the processes of the zone. */
static int each_process(const struct zone_limited *l, void (*each)(pid_t pid, void *arg), void *arg)
{
	char path[256], line[32];
	const struct zone_cgroup *c = zone_cgroups_of(l->groups, "pids");
	if (!c)
		return -1;
	snprintf(path, sizeof(path), "%s/cgroup.procs", c->path);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		each((pid_t)strtol(line, NULL, 10), arg);
	if (f)
		fclose(f);
	return f ? 0 : -1;
}

static void count_process(pid_t pid, void *arg)
{
	(void)pid;
	++*(uint64_t *)arg;
}

static int use_processes(const struct zone_limited *l, uint64_t *v)
{
	*v = 0;
	return each_process(l, count_process, v) < 0 ? -1 : 1;
}

static int get_locked(const struct zone_limited *l, uint64_t *v)
{
	struct rlimit r;
	if (prlimit(l->init, RLIMIT_MEMLOCK, NULL, &r) < 0)
		return -1;
	*v = r.rlim_max;
	return r.rlim_max != RLIM_INFINITY;
}

static void limit_locked(pid_t pid, void *arg)
{
	struct rlimit r = {.rlim_cur = *(uint64_t *)arg, .rlim_max = *(uint64_t *)arg};
	(void)prlimit(pid, RLIMIT_MEMLOCK, &r, NULL);
}

/* Each process has the limit for itself. Its first one has to take it; another may be gone by now. */
static int set_locked(const struct zone_limited *l, uint64_t v, struct err *e)
{
	struct rlimit r = {.rlim_cur = v, .rlim_max = v};
	if (v == ZONE_UNLIMITED)
		return err_set(e, ENOTSUP,
			       "max-locked-memory cannot be taken away from a zone that is up");
	if (prlimit(l->init, RLIMIT_MEMLOCK, &r, NULL) < 0)
		return err_sys(e, errno, "cannot set max-locked-memory");
	return each_process(l, limit_locked, &v);
}

static void add_locked(pid_t pid, void *arg)
{
	char path[64], line[128];
	unsigned long long kib;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmLck: %llu", &kib) == 1)
			*(uint64_t *)arg += kib << 10;
	if (f)
		fclose(f);
}

static int use_locked(const struct zone_limited *l, uint64_t *v)
{
	*v = 0;
	return each_process(l, add_locked, v) < 0 ? -1 : 1;
}

/* ---- System V IPC: settings of the zone's namespace ---- */

/* Which word of which file. */
struct setting {
	const char *file;
	unsigned word;
	uint64_t unit, most;
	const char *list; /* what there is of it, a line each after the first; NULL = not counted */
};
static const struct setting shm_memory = {"shmall", 0, PAGE, UINT64_MAX / PAGE - 1, NULL},
			    shm_ids = {"shmmni", 0, 1, 32768, "/proc/sysvipc/shm"},
			    msg_ids = {"msgmni", 0, 1, 32000, "/proc/sysvipc/msg"},
			    sem_ids = {"sem", 3, 1, 32768, "/proc/sysvipc/sem"};

/* In a process of its own, in the zone's IPC namespace. The namespace's settings belong to the zone's
 * root; of old they belonged to the system's. */
static bool enter_ipc(pid_t init, bool as_root_of_zone)
{
	int fd = (int)syscall(SYS_pidfd_open, init, 0);
	return fd >= 0 &&
	       (!as_root_of_zone || (setns(fd, CLONE_NEWUSER | CLONE_NEWIPC) == 0 &&
				     setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0)) &&
	       (as_root_of_zone || setns(fd, CLONE_NEWIPC) == 0);
}

static unsigned read_words(const char *path, unsigned long long words[4])
{
	FILE *f = fopen(path, "re");
	int n =
	    f ? fscanf(f, "%llu %llu %llu %llu", &words[0], &words[1], &words[2], &words[3]) : 0;
	if (f)
		fclose(f);
	return n > 0 ? (unsigned)n : 0;
}

static bool write_setting(const struct setting *s, uint64_t v)
{
	char path[64], text[128];
	unsigned long long words[4];
	size_t n = 0;
	snprintf(path, sizeof(path), "/proc/sys/kernel/%s", s->file);
	unsigned have = read_words(path, words);
	if (s->word >= have)
		return false;
	words[s->word] = v == ZONE_UNLIMITED || v / s->unit > s->most ? s->most : v / s->unit;
	for (unsigned i = 0; i < have; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%llu ", words[i]);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;
	return ok;
}

static uint64_t count_lines(const char *path)
{
	uint64_t n = 0;
	int c;
	FILE *f = fopen(path, "re");
	while (f && (c = fgetc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n ? n - 1 : 0;
}

enum ipc_what { IPC_GET, IPC_SET, IPC_USE };
/* What is asked of the setting, done in a child; false when it cannot be. */
static bool ask_ipc(const struct zone_limited *l, const struct setting *s, enum ipc_what what,
		    bool as_root_of_zone, uint64_t *v)
{
	char path[64];
	unsigned long long words[4];
	int pipe_[2], status = -1;
	if (l->init <= 0 || pipe2(pipe_, O_CLOEXEC) < 0)
		return false;
	pid_t child = fork();
	if (child == 0) {
		bool ok = enter_ipc(l->init, as_root_of_zone);
		snprintf(path, sizeof(path), "/proc/sys/kernel/%s", s->file);
		if (ok && what == IPC_SET)
			ok = write_setting(s, *v);
		else if (ok && what == IPC_GET && (ok = read_words(path, words) > s->word))
			*v = words[s->word] >= s->most ? ZONE_UNLIMITED : words[s->word] * s->unit;
		else if (ok && what == IPC_USE)
			*v = count_lines(s->list);
		_exit(ok && write(pipe_[1], v, sizeof(*v)) == sizeof(*v) ? 0 : 1);
	}
	close(pipe_[1]);
	bool got = read(pipe_[0], v, sizeof(*v)) == sizeof(*v);
	close(pipe_[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return got && status == 0;
}

static int set_ipc(const struct zone_limited *l, const struct setting *s, uint64_t v, struct err *e)
{
	uint64_t first = v, second = v;
	if (ask_ipc(l, s, IPC_SET, true, &first) || ask_ipc(l, s, IPC_SET, false, &second))
		return 0;
	return err_set(e, EPERM, "cannot set kernel.%s of the zone", s->file);
}

static int get_ipc(const struct zone_limited *l, const struct setting *s, uint64_t *v)
{
	return !ask_ipc(l, s, IPC_GET, false, v) ? -1 : *v != ZONE_UNLIMITED;
}

#define IPC_RCTL(name)                                                                             \
	static int get_##name(const struct zone_limited *l, uint64_t *v)                           \
	{                                                                                          \
		return get_ipc(l, &name, v);                                                       \
	}                                                                                          \
	static int set_##name(const struct zone_limited *l, uint64_t v, struct err *e)             \
	{                                                                                          \
		return set_ipc(l, &name, v, e);                                                    \
	}
#define IPC_USAGE(name)                                                                            \
	static int use_##name(const struct zone_limited *l, uint64_t *v)                           \
	{                                                                                          \
		return ask_ipc(l, &name, IPC_USE, false, v) ? 1 : -1;                              \
	}
IPC_RCTL(shm_memory)
IPC_RCTL(shm_ids)
IPC_RCTL(msg_ids)
IPC_RCTL(sem_ids)
IPC_USAGE(shm_ids)
IPC_USAGE(msg_ids)
IPC_USAGE(sem_ids)

/* ---- the table ---- */

static int get_none(const struct zone_limited *l, uint64_t *v)
{
	(void)l;
	(void)v;
	return 0;
}

enum { LWPS_MAX = INT32_MAX, IDS_MAX = 1 << 24, SHARES_MAX = 65535 };
const struct zone_rctl zone_rctls[] = {
    {"zfs-io-priority", 0, 1024, get_io, set_io, NULL},
    {"max-swap", RCTL_BYTES | RCTL_DENY | RCTL_EVENTS, ZONE_UNLIMITED, get_swap, set_swap,
     use_swap},
    {"max-locked-memory", RCTL_BYTES | RCTL_DENY, ZONE_UNLIMITED, get_locked, set_locked,
     use_locked},
    {"max-shm-memory", RCTL_BYTES | RCTL_DENY, ZONE_UNLIMITED, get_shm_memory, set_shm_memory,
     NULL},
    {"max-shm-ids", RCTL_DENY, IDS_MAX, get_shm_ids, set_shm_ids, use_shm_ids},
    {"max-sem-ids", RCTL_DENY, IDS_MAX, get_sem_ids, set_sem_ids, use_sem_ids},
    {"max-msg-ids", RCTL_DENY, IDS_MAX, get_msg_ids, set_msg_ids, use_msg_ids},
    {"max-physical-memory", RCTL_BYTES | RCTL_DENY | RCTL_EVENTS, ZONE_UNLIMITED, get_memory,
     set_memory, use_memory},
    {"max-processes", RCTL_DENY, LWPS_MAX, get_none, NULL, use_processes},
    {"max-lwps", RCTL_DENY | RCTL_EVENTS, LWPS_MAX, get_lwps, set_lwps, use_lwps},
    {"cpu-cap", RCTL_DENY | RCTL_EVENTS, UINT32_MAX, get_cap, set_cap, NULL},
    {"cpu-shares", 0, SHARES_MAX, get_shares, set_shares, get_shares},
    {NULL},
};

const struct zone_rctl *zone_rctl_find(const char *name)
{
	if (strncmp(name, "zone.", 5) == 0)
		name += 5;
	for (const struct zone_rctl *r = zone_rctls; r->name; r++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

long long zone_rctl_refusals(const struct zone_limited *l, const struct zone_rctl *r)
{
	static const struct {
		const char *name, *controller, *v1, *key1, *v2, *key2;
	} events[] = {
	    {"max-lwps", "pids", "pids.events", "max", "pids.events", "max"},
	    {"cpu-cap", "cpu", "cpu.stat", "nr_throttled", "cpu.stat", "nr_throttled"},
	    {"max-physical-memory", "memory", "memory.oom_control", "oom_kill", "memory.events",
	     "oom"},
	    {"max-swap", "memory", "memory.memsw.failcnt", NULL, "memory.swap.events", "max"},
	};
	uint64_t v;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const struct zone_cgroup *c = zone_cgroups_of(l->groups, events[i].controller);
		if (strcmp(events[i].name, r->name) != 0 || !c)
			continue;
		if (!c->unified && !events[i].key1)
			return get_file(
				   l, &(const struct file){events[i].controller, events[i].v1, ""},
				   &v) > 0
				   ? (long long)v
				   : -1;
		return zone_cgroup_event(c, c->unified ? events[i].v2 : events[i].v1,
					 c->unified ? events[i].key2 : events[i].key1);
	}
	return -1;
}

/* ---- values ---- */

int zone_rctl_read_value(const char *text, bool bytes, uint64_t *v, struct err *e)
{
	static const char units[] = "KMGTPE";
	char *end;
	double n = strtod(text, &end);
	if (end == text || !(n >= 0) || *text == '-' || strpbrk(text, "xXnNiI"))
		return err_set(e, EINVAL, "%s is no value", text);
	const char *unit = *end ? strchr(units, *end >= 'a' ? *end - 'a' + 'A' : *end) : NULL;
	double factor = 1;
	for (const char *u = units; unit && u <= unit; u++)
		factor *= bytes ? 1024 : 1000;
	end += unit != NULL;
	if (bytes && (*end == 'B' || *end == 'b'))
		end++;
	if (*end || n * factor >= 18446744073709549568.0)
		return err_set(e, EINVAL, "%s is no value", text);
	/* Whole numbers keep their last digits. */
	*v = unit || strchr(text, '.') ? (uint64_t)(n * factor) : strtoull(text, NULL, 10);
	return 0;
}

void zone_rctl_show_value(uint64_t v, bool bytes, char *text, size_t room)
{
	static const char units[] = "\0KMGTPE";
	double n = (double)v, each = bytes ? 1024 : 1000;
	unsigned u = 0;
	while (n >= each && u < 6) {
		n /= each;
		u++;
	}
	int digits = u == 0 ? 0 : n < 10 ? 2 : n < 100 ? 1 : 0;
	snprintf(text, room, "%.*f%.1s%s", digits, n, units + u, bytes ? "B" : "");
}

/* ---- configurations ---- */

static const struct zone_instance *find(const struct zone_config *z, const char *type)
{
	for (size_t i = 0; i < z->instances.n; i++)
		if (strcmp(z->instances.at[i].type->name, type) == 0)
			return &z->instances.at[i];
	return NULL;
}

/* Of a capped-memory or capped-cpu resource. */
static const char *capped(const struct zone_config *z, const char *name)
{
	static const char *const which[][3] = {{"max-physical-memory", "capped-memory", "physical"},
					       {"max-swap", "capped-memory", "swap"},
					       {"max-locked-memory", "capped-memory", "locked"},
					       {"cpu-cap", "capped-cpu", "ncpus"}};
	for (size_t i = 0; i < sizeof(which) / sizeof(which[0]); i++) {
		const struct zone_instance *in = find(z, which[i][1]);
		if (strcmp(which[i][0], name) == 0 && in)
			return zone_instance_get(in, which[i][2]);
	}
	return NULL;
}

uint64_t zone_rctl_configured(const struct zone_config *z, const char *name)
{
	char full[64];
	struct err ignored;
	uint64_t v = ZONE_UNLIMITED;
	const char *cap = capped(z, name);
	if (cap && strcmp(name, "cpu-cap") == 0)
		return (uint64_t)(strtod(cap, NULL) * 100 + 0.5);
	if (cap && zone_rctl_read_value(cap, true, &v, &ignored) == 0)
		return v;
	snprintf(full, sizeof(full), "zone.%s", name);
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *r = &z->instances.at[i];
		if (strcmp(r->type->name, "rctl") != 0 ||
		    strcmp(zone_instance_get(r, "name"), full) != 0)
			continue;
		const char *value = zone_instance_get(r, "value");
		const char *limit = value ? strstr(value, "limit=") : NULL;
		return limit ? strtoull(limit + 6, NULL, 10) : v;
	}
	int i = zone_prop_index(zone_globals, name);
	if (i >= 0 && z->globals[i])
		(void)zone_rctl_read_value(z->globals[i], true, &v, &ignored);
	return v;
}

/* What its first process hands down to the others. FSS, TS and IA are what it has. */
static int apply_class(const struct zone_limited *l, const struct zone_config *z, struct err *e)
{
	const char *class = zone_get(z, "scheduling-class");
	bool fixed = strcmp(class, "FX") == 0, real = strcmp(class, "RT") == 0;
	struct sched_param p = {.sched_priority = real};
	if ((fixed || real) && sched_setscheduler(l->init, real ? SCHED_RR : SCHED_BATCH, &p) < 0)
		return err_sys(e, errno, "scheduling-class %s cannot be had in the zone's groups",
			       class);
	return 0;
}

int zone_rctl_apply(const struct zone_limited *l, const struct zone_config *z, struct err *e)
{
	uint64_t memory = zone_rctl_configured(z, "max-physical-memory");
	/* From the last to the first: memory before memory and swap space. */
	for (size_t i = sizeof(zone_rctls) / sizeof(zone_rctls[0]) - 1; i-- > 0;) {
		const struct zone_rctl *r = &zone_rctls[i];
		uint64_t v = zone_rctl_configured(z, r->name);
		if (strcmp(r->name, "max-lwps") == 0 && v == ZONE_UNLIMITED) {
			v = zone_rctl_configured(z, "max-processes");
			v = v == ZONE_UNLIMITED ? v : v * 10;
		}
		/* Both together cannot be less than memory alone. */
		if (strcmp(r->name, "max-swap") == 0 && memory != ZONE_UNLIMITED && v < memory)
			v = memory;
		if (v == ZONE_UNLIMITED || !r->set)
			continue;
		if (r->set(l, v, e) < 0 && (r->flags & RCTL_DENY || e->code != ENOENT))
			return err_wrap(e, "zone.%s", r->name);
	}
	return apply_class(l, z, e);
}
