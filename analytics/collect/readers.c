/*
 * readers.c - collectors that read files of the whole machine: CPUs, disks, interfaces, protocols, memory
 */
#include "analytics/collect/readers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

char *reader_file(struct proc_rows *out, const char *path)
{
	size_t n = 0, cap = 16384;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_sys(&out->e, errno, "cannot open %s", path);
		return NULL;
	}
	char *p = arena_alloc(out->arena, cap);
	for (;;) {
		ssize_t got = read(fd, p + n, cap - 1 - n);
		if (got <= 0) {
			if (got < 0)
				err_sys(&out->e, errno, "cannot read %s", path);
			close(fd);
			p[n] = '\0';
			return got < 0 ? NULL : p;
		}
		n += (size_t)got;
		if (n == cap - 1) {
			p = arena_grow(out->arena, p, cap, cap * 2);
			cap *= 2;
		}
	}
}

char *reader_line(char **at)
{
	char *line = *at;
	if (!*line)
		return NULL;
	char *end = strchrnul(line, '\n');
	*at = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

unsigned reader_words(char *line, char **words, unsigned most)
{
	unsigned n = 0;
	char *save;
	for (char *w = strtok_r(line, " \t", &save); w && n < most;
	     w = strtok_r(NULL, " \t", &save))
		words[n++] = w;
	return n;
}

void reader_row(struct proc_rows *out, uint32_t entity, int64_t value, int64_t of, const char *f0,
		const char *f1, const char *f2)
{
	*vec_push(&out->rows, out->arena) =
	    (struct proc_row){.fields = {f0, f1, f2}, .entity = entity, .value = value, .of = of};
}

/* cpu: user nice system idle iowait irq softirq steal, in ticks; a row for each mode that is not idle. */
static void read_cpu(struct proc_rows *out, void *arg)
{
	static const char *const modes[] = {"user",   "nice", "system",	 "idle",
					    "iowait", "irq",  "softirq", "steal"};
	char *line, *words[12], *at = reader_file(out, "/proc/stat");
	(void)arg;
	while (at && (line = reader_line(&at))) {
		if (strncmp(line, "cpu", 3) != 0 || line[3] < '0' || line[3] > '9')
			continue;
		unsigned n = reader_words(line, words, 9);
		int64_t all = 0;
		uint32_t cpu = (uint32_t)atoi(words[0] + 3);
		for (unsigned i = 1; i < n; i++)
			all += atoll(words[i]);
		for (unsigned i = 1; i < n; i++)
			if (i != 4 && i != 5) /* idle, and idle with I/O under way */
				reader_row(out, cpu, atoll(words[i]), all, words[0] + 3,
					   modes[i - 1], NULL);
	}
}

/* ctxt: how often CPUs changed threads. forks: processes and threads made. */
static void read_stat_line(struct proc_rows *out, const char *word)
{
	char *line, *at = reader_file(out, "/proc/stat");
	size_t n = strlen(word);
	while (at && (line = reader_line(&at)))
		if (strncmp(line, word, n) == 0 && line[n] == ' ')
			reader_row(out, 0, atoll(line + n + 1), 0, NULL, NULL, NULL);
}
static void read_ctxt(struct proc_rows *out, void *arg)
{
	(void)arg;
	read_stat_line(out, "ctxt");
}
static void read_forks(struct proc_rows *out, void *arg)
{
	(void)arg;
	read_stat_line(out, "processes");
}

/* load: of one, five and fifteen minutes, in thousandths. */
static void read_load(struct proc_rows *out, void *arg)
{
	static const char *const spans[] = {"1", "5", "15"};
	char *words[3], *at = reader_file(out, "/proc/loadavg");
	(void)arg;
	if (!at || reader_words(at, words, 3) < 3)
		return;
	for (unsigned i = 0; i < 3; i++)
		reader_row(out, i, (int64_t)(strtod(words[i], NULL) * 1000 + 0.5), 0, spans[i],
			   NULL, NULL);
}

/* disk: whole disks and partitions alike, as diskstats has them; partitions are told by their parent's folder. */
enum disk_what { DISK_OPS, DISK_BYTES, DISK_BUSY, DISK_QUEUE };

static bool is_partition(const char *name)
{
	char path[96];
	snprintf(path, sizeof(path), "/sys/class/block/%s/partition", name);
	return access(path, F_OK) == 0;
}

static void disk_rows(struct proc_rows *out, enum disk_what what, uint32_t entity, char **w,
		      unsigned n)
{
	static const char *const ops[] = {"read", "write", "discard", "flush"};
	static const unsigned count_at[] = {3, 7, 14, 18}, sectors_at[] = {5, 9, 16, 0};
	struct timespec now;
	if (what == DISK_BUSY) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		reader_row(out, entity, atoll(w[12]), now.tv_sec * 1000 + now.tv_nsec / 1000000,
			   w[2], NULL, NULL);
		return;
	}
	if (what == DISK_QUEUE) {
		reader_row(out, entity, atoll(w[11]), 0, w[2], NULL, NULL);
		return;
	}
	for (unsigned i = 0; i < 4; i++) {
		unsigned at = what == DISK_OPS ? count_at[i] : sectors_at[i];
		if (at && at < n)
			reader_row(out, entity, atoll(w[at]) * (what == DISK_BYTES ? 512 : 1), 0,
				   w[2], ops[i], NULL);
	}
}

static void read_disk(struct proc_rows *out, void *arg)
{
	char *line, *words[20], *at = reader_file(out, "/proc/diskstats");
	uint32_t entity = 0;
	while (at && (line = reader_line(&at))) {
		unsigned n = reader_words(line, words, 20);
		bool used = false;
		for (unsigned i = 3; i < n; i++)
			used = used || strcmp(words[i], "0") != 0;
		if (n >= 14 && used && !is_partition(words[2]))
			disk_rows(out, *(const enum disk_what *)arg, entity++, words, n);
	}
}

/* memory: the parts that make up the whole, in bytes. */
static void read_memory(struct proc_rows *out, void *arg)
{
	static const char *const names[][2] = {{"MemFree:", "free"},
					       {"Buffers:", "buffers"},
					       {"Cached:", "cached"},
					       {"AnonPages:", "anonymous"},
					       {"SReclaimable:", "slab reclaimable"},
					       {"SUnreclaim:", "slab"},
					       {"KernelStack:", "kernel stacks"},
					       {"PageTables:", "page tables"},
					       {"Percpu:", "per CPU"}};
	char *line, *words[2], *at = reader_file(out, "/proc/meminfo");
	int64_t total = 0, told = 0;
	(void)arg;
	while (at && (line = reader_line(&at))) {
		if (reader_words(line, words, 2) < 2)
			continue;
		int64_t bytes = atoll(words[1]) * 1024;
		if (strcmp(words[0], "MemTotal:") == 0)
			total = bytes;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strcmp(words[0], names[i][0]) == 0) {
				reader_row(out, (uint32_t)i, bytes, 0, names[i][1], NULL, NULL);
				told += bytes;
			}
	}
	if (total)
		reader_row(out, 99, total > told ? total - told : 0, 0, "other", NULL, NULL);
}

static void read_swap(struct proc_rows *out, void *arg)
{
	char *line, *words[2], *at = reader_file(out, "/proc/meminfo");
	int64_t total = 0;
	(void)arg;
	while (at && (line = reader_line(&at))) {
		if (reader_words(line, words, 2) < 2)
			continue;
		if (strcmp(words[0], "SwapTotal:") == 0)
			total = atoll(words[1]) * 1024;
		if (strcmp(words[0], "SwapFree:") != 0)
			continue;
		reader_row(out, 0, total - atoll(words[1]) * 1024, 0, "used", NULL, NULL);
		reader_row(out, 1, atoll(words[1]) * 1024, 0, "free", NULL, NULL);
	}
}

/* vmstat: counters of the memory management, by their own names; arg: which begin how, "" any. */
static void read_vmstat(struct proc_rows *out, void *arg)
{
	const char *const *wanted = arg;
	char *line, *words[2], *at = reader_file(out, "/proc/vmstat");
	while (at && (line = reader_line(&at))) {
		if (reader_words(line, words, 2) < 2)
			continue;
		for (unsigned i = 0; wanted[i]; i++)
			if (strncmp(words[0], wanted[i], strlen(wanted[i])) == 0) {
				reader_row(out, 0, atoll(words[1]), 0, words[0], NULL, NULL);
				break;
			}
	}
}

/* irq: by line of the table and CPU; what does not have a number has a name. */
static void read_table(struct proc_rows *out, void *arg)
{
	char *line, *words[300], *at = reader_file(out, arg);
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	char *first = at ? reader_line(&at) : NULL;
	const char **names = arena_array(out->arena, const char *, 300);
	unsigned n = first ? reader_words(first, words, 299) : 0;
	for (unsigned i = 0; i < n; i++)
		names[i] = words[i] + (strncmp(words[i], "CPU", 3) == 0 ? 3 : 0);
	while (first && (line = reader_line(&at))) {
		unsigned have = reader_words(line, words, 300);
		if (have < 2)
			continue;
		words[0][strcspn(words[0], ":")] = '\0';
		/* Behind the counters of a device stand its controller and name; the last word is the name. */
		const char *what =
		    have > n + 2 ? arena_printf(out->arena, "%s %s", words[0], words[have - 1])
				 : words[0];
		for (unsigned i = 0; i < n && i + 1 < have && i < (unsigned)cpus; i++)
			reader_row(out, i, atoll(words[i + 1]), 0, what, names[i], NULL);
	}
}

/* pressure: time in which some, or all, that wanted a resource waited for it, in us of real time. */
static void read_pressure(struct proc_rows *out, void *arg)
{
	static const char *const of[] = {"cpu", "io", "memory"};
	struct timespec now;
	(void)arg;
	clock_gettime(CLOCK_MONOTONIC, &now);
	for (unsigned i = 0; i < 3; i++) {
		char *line, *total,
		    *at = reader_file(out, arena_printf(out->arena, "/proc/pressure/%s", of[i]));
		while (at && (line = reader_line(&at))) {
			bool full = strncmp(line, "full", 4) == 0;
			if ((total = strstr(line, "total=")))
				reader_row(out, i * 2 + full, atoll(total + 6),
					   now.tv_sec * 1000000 + now.tv_nsec / 1000, of[i],
					   full ? "all" : "some", NULL);
		}
	}
}

/* dentries: entries of the cache of names: in use or not. files: open files. */
static void read_dentries(struct proc_rows *out, void *arg)
{
	char *words[3], *at = reader_file(out, "/proc/sys/fs/dentry-state");
	(void)arg;
	if (!at || reader_words(at, words, 3) < 2)
		return;
	reader_row(out, 0, atoll(words[0]) - atoll(words[1]), 0, "used", NULL, NULL);
	reader_row(out, 1, atoll(words[1]), 0, "unused", NULL, NULL);
}
static void read_files(struct proc_rows *out, void *arg)
{
	char *words[3], *at = reader_file(out, "/proc/sys/fs/file-nr");
	(void)arg;
	if (at && reader_words(at, words, 3) >= 1)
		reader_row(out, 0, atoll(words[0]), 0, NULL, NULL, NULL);
}

/* capacity: file systems that lie on disks. */
static void read_capacity(struct proc_rows *out, void *arg)
{
	bool ratio = arg;
	char *line, *words[4], *at = reader_file(out, "/proc/self/mounts");
	const char **seen = arena_array(out->arena, const char *, 256);
	unsigned n = 0;
	while (at && (line = reader_line(&at)) && n < 256) {
		struct statvfs v;
		bool again = false;
		if (reader_words(line, words, 4) < 3 || words[0][0] != '/' ||
		    statvfs(words[1], &v) < 0 || !v.f_blocks)
			continue;
		for (unsigned i = 0; i < n; i++)
			again = again || strcmp(seen[i], words[0]) == 0;
		seen[n++] = words[0];
		int64_t all = (int64_t)(v.f_blocks * v.f_frsize),
			used = all - (int64_t)(v.f_bfree * v.f_frsize);
		if (again)
			continue;
		/* A level in percent, with three digits behind the point. */
		if (ratio)
			reader_row(out, n, used * 100000 / all, 0, words[1], words[2], NULL);
		else
			reader_row(out, n, used, 0, words[1], words[2], NULL);
	}
}

static enum disk_what disk_ops = DISK_OPS, disk_bytes = DISK_BYTES, disk_busy = DISK_BUSY,
		      disk_queue = DISK_QUEUE;
static const char *const vm_paging[] = {"pgpgin", "pgpgout", "pswpin", "pswpout", NULL};
static const char *const vm_reclaim[] = {"pgscan_kswapd",  "pgscan_direct", "pgsteal_kswapd",
					 "pgsteal_direct", "oom_kill",	    NULL};
static const char *const vm_faults[] = {"pgfault", "pgmajfault", NULL};

const struct proc_collector proc_collectors[] = {
    {"cpu", PROC_RATIO, {"cpu", "mode"}, read_cpu, NULL},
    {"switches", PROC_COUNTER, {NULL}, read_ctxt, NULL},
    {"forks", PROC_COUNTER, {NULL}, read_forks, NULL},
    {"load", PROC_LEVEL, {"minutes"}, read_load, NULL},
    {"disk.ops", PROC_COUNTER, {"disk", "op"}, read_disk, &disk_ops},
    {"disk.bytes", PROC_COUNTER, {"disk", "op"}, read_disk, &disk_bytes},
    {"disk.busy", PROC_RATIO, {"disk"}, read_disk, &disk_busy},
    {"disk.queue", PROC_LEVEL, {"disk"}, read_disk, &disk_queue},
    {"memory", PROC_LEVEL, {"component"}, read_memory, NULL},
    {"swap", PROC_LEVEL, {"state"}, read_swap, NULL},
    {"paging", PROC_COUNTER, {"event"}, read_vmstat, (void *)vm_paging},
    {"reclaim", PROC_COUNTER, {"event"}, read_vmstat, (void *)vm_reclaim},
    {"faults", PROC_COUNTER, {"event"}, read_vmstat, (void *)vm_faults},
    {"interrupts", PROC_COUNTER, {"irq", "cpu"}, read_table, "/proc/interrupts"},
    {"softirqs", PROC_COUNTER, {"type", "cpu"}, read_table, "/proc/softirqs"},
    {"pressure", PROC_RATIO, {"resource", "share"}, read_pressure, NULL},
    {"dentries", PROC_LEVEL, {"state"}, read_dentries, NULL},
    {"files", PROC_LEVEL, {NULL}, read_files, NULL},
    {"capacity.bytes", PROC_LEVEL, {"mount", "fs"}, read_capacity, NULL},
    {"capacity.percent", PROC_LEVEL, {"mount", "fs"}, read_capacity, "percent"},
    {"nic.bytes", PROC_COUNTER, {"device", "direction"}, read_nic, (void *)nic_bytes},
    {"nic.packets", PROC_COUNTER, {"device", "direction"}, read_nic, (void *)nic_packets},
    {"nic.errors", PROC_COUNTER, {"device", "direction", "kind"}, read_nic, (void *)nic_errors},
    {"protocol", PROC_COUNTER, {"protocol", "counter"}, read_protocols, NULL},
    {"sockets", PROC_LEVEL, {"protocol"}, read_sockets, NULL},
    {"processes.count",
     PROC_LEVEL,
     {"zone", "execname", "pid", "user", "state"},
     read_processes,
     (void *)process_one},
    {"processes.threads",
     PROC_LEVEL,
     {"zone", "execname", "pid", "user", "state"},
     read_processes,
     (void *)process_threads},
    {"processes.rss",
     PROC_LEVEL,
     {"zone", "execname", "pid", "user", "state"},
     read_processes,
     (void *)process_rss},
    {"zones.memory", PROC_LEVEL, {"zone"}, read_zones, (void *)zone_memory},
    {"zones.memory-limit", PROC_LEVEL, {"zone"}, read_zones, (void *)zone_memory_limit},
    {"zones.cpu", PROC_COUNTER, {"zone"}, read_zones, (void *)zone_cpu},
    {"zones.processes", PROC_LEVEL, {"zone"}, read_zones, (void *)zone_pids},
    {0},
};
