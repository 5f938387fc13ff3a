/*
 * view_files.c - the files of view.h: how the kernel would write them if the zone were the machine
 *
 * Formats: proc_meminfo(5), proc_stat(5), proc_cpuinfo(5), proc_uptime(5), proc_loadavg(5). CPUs are numbered from 0;
 * their times are the zone's, divided among them.
 */
#include "zone/view.h"

#include "zone/pool.h"
#include "zone/rctl.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TICKS_HZ = 100 }; /* of /proc/stat, whatever the kernel's */

const char *const zone_view_paths[ZONE_VIEWS] = {"/proc/meminfo", "/proc/cpuinfo",
						 "/proc/stat",	  "/proc/uptime",
						 "/proc/swaps",	  "/sys/devices/system/cpu/online",
						 "/proc/loadavg"};

static void read_whole(const char *path, struct buf *out)
{
	char part[8192];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
	if (fd >= 0)
		close(fd);
}

static bool limit_of(const struct zone_viewed *z, const char *name, uint64_t *v)
{
	const struct zone_limited l = {z->groups, 0};
	const struct zone_rctl *r = zone_rctl_find(name);
	return r && r->get(&l, v) > 0;
}

static uint64_t use_of(const struct zone_viewed *z, const char *name)
{
	const struct zone_limited l = {z->groups, 0};
	const struct zone_rctl *r = zone_rctl_find(name);
	uint64_t v = 0;
	return r && r->usage && r->usage(&l, &v) > 0 ? v : 0;
}

/* ---- CPUs ---- */

static unsigned count_cpus(const struct zone_viewed *z)
{
	char text[1024];
	cpu_set_t cpus;
	uint64_t cap;
	struct err ignored;
	const struct zone_cgroup *c = zone_cgroups_of(z->groups, "cpuset");
	bool known =
	    c &&
	    (zone_cgroup_read(c, c->unified ? "cpuset.cpus.effective" : "cpuset.effective_cpus",
			      text, sizeof(text)) == 0 ||
	     zone_cgroup_read(c, "cpuset.cpus", text, sizeof(text)) == 0) &&
	    pool_cpus_parse(text, &cpus) == 0 && CPU_COUNT(&cpus);
	BUF_AUTO online = {0};
	read_whole("/sys/devices/system/cpu/online", &online);
	(void)ignored;
	if (!known && pool_cpus_parse(buf_str(&online), &cpus) < 0)
		return 1;
	unsigned n = (unsigned)CPU_COUNT(&cpus);
	if (limit_of(z, "cpu-cap", &cap) && (cap + 99) / 100 < n)
		n = (unsigned)((cap + 99) / 100);
	return n ? n : 1;
}

static void make_online(const struct zone_viewed *z, struct buf *out)
{
	unsigned n = count_cpus(z);
	buf_printf(out, n > 1 ? "0-%u\n" : "0\n", n - 1);
}

/* As many of the system's as the zone has. */
static void make_cpuinfo(const struct zone_viewed *z, struct buf *out)
{
	BUF_AUTO all = {0};
	unsigned n = count_cpus(z), k = 0;
	read_whole("/proc/cpuinfo", &all);
	for (const char *p = buf_str(&all); *p && k < n; k++) {
		const char *end = strstr(p, "\n\n");
		size_t size = end ? (size_t)(end - p) + 2 : strlen(p);
		const char *line = memchr(p, '\n', size);
		if (strncmp(p, "processor", 9) == 0 && line) {
			buf_printf(out, "processor\t: %u", k);
			buf_add(out, line, size - (size_t)(line - p));
		} else {
			buf_add(out, p, size);
		}
		p += size;
	}
}

struct times { /* in ticks */
	uint64_t user, system;
};

static struct times times_of(const struct zone_viewed *z)
{
	const struct zone_cgroup *c = zone_cgroups_of(z->groups, "cpuacct");
	struct times t = {0};
	if (c && !c->unified) {
		long long user = zone_cgroup_event(c, "cpuacct.stat", "user");
		long long system = zone_cgroup_event(c, "cpuacct.stat", "system");
		t = (struct times){user > 0 ? (uint64_t)user : 0,
				   system > 0 ? (uint64_t)system : 0};
	} else if (c) {
		long long user = zone_cgroup_event(c, "cpu.stat", "user_usec");
		long long system = zone_cgroup_event(c, "cpu.stat", "system_usec");
		t.user = user > 0 ? (uint64_t)user * TICKS_HZ / 1000000 : 0;
		t.system = system > 0 ? (uint64_t)system * TICKS_HZ / 1000000 : 0;
	}
	return t;
}

static uint64_t uptime_ticks(const struct zone_viewed *z)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	int64_t s = (int64_t)now.tv_sec - (int64_t)z->began;
	return s < 0 ? 0 : (uint64_t)s * TICKS_HZ + (uint64_t)now.tv_nsec / (1000000000 / TICKS_HZ);
}

static uint64_t idle_ticks(const struct zone_viewed *z, unsigned n, struct times t)
{
	uint64_t all = uptime_ticks(z) * n;
	return all > t.user + t.system ? all - t.user - t.system : 0;
}

static void make_stat(const struct zone_viewed *z, struct buf *out)
{
	struct times t = times_of(z);
	unsigned n = count_cpus(z);
	uint64_t idle = idle_ticks(z, n, t);
	for (unsigned k = 0; k <= n; k++) {
		/* The first line is of all; what cannot be divided goes to the first CPU. */
		uint64_t v[3] = {t.user, t.system, idle};
		for (int i = 0; i < 3 && k; i++)
			v[i] = v[i] / n + (k == 1 ? v[i] % n : 0);
		if (k)
			buf_printf(out, "cpu%u ", k - 1);
		else
			buf_puts(out, "cpu  ");
		buf_printf(out, "%llu 0 %llu %llu 0 0 0 0 0 0\n", (unsigned long long)v[0],
			   (unsigned long long)v[1], (unsigned long long)v[2]);
	}
	buf_printf(out,
		   "intr 0\nctxt 0\nbtime %lld\nprocesses %llu\nprocs_running 1\nprocs_blocked 0\n",
		   (long long)z->began, (unsigned long long)use_of(z, "max-lwps"));
}

static void make_uptime(const struct zone_viewed *z, struct buf *out)
{
	uint64_t up = uptime_ticks(z), idle = idle_ticks(z, count_cpus(z), times_of(z));
	buf_printf(out, "%llu.%02llu %llu.%02llu\n", (unsigned long long)up / TICKS_HZ,
		   (unsigned long long)up % TICKS_HZ, (unsigned long long)idle / TICKS_HZ,
		   (unsigned long long)idle % TICKS_HZ);
}

/* ---- load ---- */

static uint64_t used_ns(const struct zone_viewed *z)
{
	char text[32];
	const struct zone_cgroup *c = zone_cgroups_of(z->groups, "cpuacct");
	if (c && !c->unified)
		return zone_cgroup_read(c, "cpuacct.usage", text, sizeof(text)) < 0
			   ? 0
			   : strtoull(text, NULL, 10);
	long long us = c ? zone_cgroup_event(c, "cpu.stat", "usage_usec") : 0;
	return us > 0 ? (uint64_t)us * 1000 : 0;
}

/* Decays as the kernel's load does (kernel/sched/loadavg.c), over however long nobody asked. */
static void look_at_load(const struct zone_viewed *z)
{
	static const double seconds[3] = {60, 300, 900};
	struct zone_load *l = z->load;
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	int64_t at = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	uint64_t used = used_ns(z);
	double passed = (double)(at - l->at_ns) / 1e9;
	if (l->at_ns && passed > 0) {
		double cpus = used > l->used_ns ? (double)(used - l->used_ns) / 1e9 / passed : 0;
		for (int i = 0; i < 3; i++) {
			double kept = exp(-passed / seconds[i]);
			l->load[i] = l->load[i] * kept + cpus * (1 - kept);
		}
	}
	l->at_ns = at;
	l->used_ns = used;
}

static void make_loadavg(const struct zone_viewed *z, struct buf *out)
{
	uint64_t tasks = use_of(z, "max-lwps");
	look_at_load(z);
	/* At least whoever reads this runs. */
	buf_printf(out, "%.2f %.2f %.2f 1/%llu %llu\n", z->load->load[0], z->load->load[1],
		   z->load->load[2], (unsigned long long)tasks, (unsigned long long)tasks);
}

/* ---- memory ---- */

/* KiB of a line of the system's own file. */
static uint64_t line_of(const struct buf *meminfo, const char *name)
{
	const char *p = strstr(buf_str(meminfo), name);
	return p ? strtoull(p + strlen(name), NULL, 10) : 0;
}

struct memory { /* in bytes */
	uint64_t total, used, swap_total, swap_used;
	bool limited;
};

static struct memory memory_of(const struct zone_viewed *z, const struct buf *host)
{
	struct memory m = {.total = line_of(host, "MemTotal:") << 10,
			   .swap_total = line_of(host, "SwapTotal:") << 10};
	uint64_t most, both;
	m.limited = limit_of(z, "max-physical-memory", &most) && most < m.total;
	if (m.limited)
		m.total = most;
	m.used = use_of(z, "max-physical-memory");
	uint64_t all = use_of(z, "max-swap");
	m.swap_used = all > m.used ? all - m.used : 0;
	if (limit_of(z, "max-swap", &both)) {
		uint64_t swap = both > m.total ? both - m.total : 0;
		m.swap_total = swap < m.swap_total ? swap : m.swap_total;
		m.limited = true;
	}
	return m;
}

static uint64_t stat_of(const struct zone_cgroup *c, const char *v1, const char *v2)
{
	char name[64];
	snprintf(name, sizeof(name), "total_%s", v1);
	long long v = c ? zone_cgroup_event(c, "memory.stat", c->unified ? v2 : name) : -1;
	return v > 0 ? (uint64_t)v : 0;
}

static void put_kib(struct buf *out, const char *name, uint64_t bytes)
{
	buf_printf(out, "%-15s %8llu kB\n", name, (unsigned long long)bytes >> 10);
}

static void make_meminfo(const struct zone_viewed *z, struct buf *out)
{
	BUF_AUTO host = {0};
	read_whole("/proc/meminfo", &host);
	struct memory m = memory_of(z, &host);
	const struct zone_cgroup *c = zone_cgroups_of(z->groups, "memory");
	if (!m.limited) {
		buf_add(out, host.p, host.n);
		return;
	}
	uint64_t cached = stat_of(c, "cache", "file"), rss = stat_of(c, "rss", "anon");
	uint64_t active[2] = {stat_of(c, "active_anon", "active_anon"),
			      stat_of(c, "active_file", "active_file")};
	uint64_t inactive[2] = {stat_of(c, "inactive_anon", "inactive_anon"),
				stat_of(c, "inactive_file", "inactive_file")};
	uint64_t free = m.total > m.used ? m.total - m.used : 0;
	uint64_t available = free + active[1] + inactive[1];
	put_kib(out, "MemTotal:", m.total);
	put_kib(out, "MemFree:", free);
	put_kib(out, "MemAvailable:", available < m.total ? available : m.total);
	put_kib(out, "Buffers:", 0);
	put_kib(out, "Cached:", cached);
	put_kib(out, "SwapCached:", 0);
	put_kib(out, "Active:", active[0] + active[1]);
	put_kib(out, "Inactive:", inactive[0] + inactive[1]);
	put_kib(out, "Active(anon):", active[0]);
	put_kib(out, "Inactive(anon):", inactive[0]);
	put_kib(out, "Active(file):", active[1]);
	put_kib(out, "Inactive(file):", inactive[1]);
	put_kib(out, "Unevictable:", stat_of(c, "unevictable", "unevictable"));
	put_kib(out, "Mlocked:", 0);
	put_kib(out, "SwapTotal:", m.swap_total);
	put_kib(out, "SwapFree:", m.swap_total > m.swap_used ? m.swap_total - m.swap_used : 0);
	put_kib(out, "Dirty:", stat_of(c, "dirty", "file_dirty"));
	put_kib(out, "Writeback:", stat_of(c, "writeback", "file_writeback"));
	put_kib(out, "AnonPages:", rss);
	put_kib(out, "Mapped:", stat_of(c, "mapped_file", "file_mapped"));
	put_kib(out, "Shmem:", stat_of(c, "shmem", "shmem"));
	put_kib(out, "Slab:", stat_of(c, "slab", "slab"));
	put_kib(out, "SReclaimable:", 0);
	put_kib(out, "SUnreclaim:", 0);
	buf_puts(
	    out,
	    "HugePages_Total:       0\nHugePages_Free:        0\nHugepagesize:       2048 kB\n");
}

static void make_swaps(const struct zone_viewed *z, struct buf *out)
{
	BUF_AUTO host = {0};
	read_whole("/proc/meminfo", &host);
	struct memory m = memory_of(z, &host);
	buf_puts(out, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	if (m.swap_total)
		buf_printf(
		    out, "none                                    virtual\t\t%llu\t\t%llu\t\t0\n",
		    (unsigned long long)m.swap_total >> 10, (unsigned long long)m.swap_used >> 10);
}

void zone_view_make(const struct zone_viewed *z, unsigned i, struct buf *out)
{
	static void (*const makers[ZONE_VIEWS])(const struct zone_viewed *z, struct buf *out) = {
	    make_meminfo, make_cpuinfo, make_stat,   make_uptime,
	    make_swaps,	  make_online,	make_loadavg};
	if (i < ZONE_VIEWS)
		makers[i](z, out);
}
