/*
 * zonetools.c - prtconf, psrinfo, mpstat, free, nproc and init, as programs within zones
 *
 * One static program, so that it runs whatever the zone's files are; it is what its name says. All but init read
 * the files that the zone's supervisor serves (zone/view.h), so they tell the zone's limits; of the
 * columns of mpstat those that the kernel counts for the whole machine only are 0. init asks the first process that
 * a zone has where it has none of its own (zone/reaper.h), and is the zone's own init(8) elsewhere.
 */
#include "base/initctl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE, CPUS_MAX = 1024 };

struct cpu { /* in ticks */
	unsigned long long user, nice, system, idle, wait;
};
struct machine {
	struct cpu cpus[CPUS_MAX];
	int n;
	long long began;
};

static bool read_machine(struct machine *m)
{
	char line[4096];
	unsigned id;
	struct cpu c;
	FILE *f = fopen("/proc/stat", "re");
	m->n = 0;
	m->began = 0;
	while (f && fgets(line, sizeof(line), f)) {
		/* The line before is of all of them. */
		if (line[3] != ' ' &&
		    sscanf(line, "cpu%u %llu %llu %llu %llu %llu", &id, &c.user, &c.nice, &c.system,
			   &c.idle, &c.wait) == 6 &&
		    m->n < CPUS_MAX)
			m->cpus[m->n++] = c;
		(void)sscanf(line, "btime %lld", &m->began);
	}
	if (f)
		fclose(f);
	return m->n > 0;
}

/* Of /proc/meminfo, in KiB. */
static unsigned long long meminfo(const char *name)
{
	char line[256];
	unsigned long long v = 0;
	size_t n = strlen(name);
	FILE *f = fopen("/proc/meminfo", "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, name, n) == 0 && line[n] == ':')
			v = strtoull(line + n + 1, NULL, 10);
	if (f)
		fclose(f);
	return v;
}

static int fail(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s\n", name, what);
	return E_ERROR;
}

static int usage(const char *text)
{
	fprintf(stderr, "usage: %s\n", text);
	return E_USAGE;
}

/* ---- prtconf ---- */

static int prtconf(int argc, char **argv)
{
	struct utsname u;
	unsigned long long mib = meminfo("MemTotal") >> 10;
	bool only = argc == 2 && strcmp(argv[1], "-m") == 0;
	if (argc > 1 && !only)
		return usage("prtconf [-m]");
	if (!mib || uname(&u) < 0)
		return fail("prtconf", "cannot read /proc/meminfo");
	if (only)
		printf("%llu\n", mib);
	else
		printf("System Configuration:  %s  %s\nMemory size: %llu Megabytes\n", u.sysname,
		       u.machine, mib);
	return E_OK;
}

/* ---- psrinfo ---- */

static void print_time(long long t)
{
	char text[64] = "";
	time_t when = (time_t)t;
	struct tm tm;
	if (localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%m/%d/%Y %H:%M:%S", &tm);
	fputs(text, stdout);
}

/* How many different packages, as far as the machine tells. */
static int count_packages(void)
{
	char line[4096];
	bool seen[CPUS_MAX] = {false};
	int n = 0, id;
	FILE *f = fopen("/proc/cpuinfo", "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "physical id : %d", &id) == 1 && id >= 0 && id < CPUS_MAX &&
		    !seen[id]) {
			seen[id] = true;
			n++;
		}
	if (f)
		fclose(f);
	return n ? n : 1;
}

static int psrinfo(int argc, char **argv)
{
	struct machine m;
	int ch, only = -1;
	bool verbose = false, packages = false, silent = false;
	while ((ch = getopt(argc, argv, "pvs")) != -1) {
		if (ch == '?')
			return usage("psrinfo [-p] [-v] [-s] [processor]");
		verbose |= ch == 'v';
		packages |= ch == 'p';
		silent |= ch == 's';
	}
	if (!read_machine(&m))
		return fail("psrinfo", "cannot read /proc/stat");
	if (packages)
		return printf("%d\n", count_packages()) < 0;
	if (optind < argc) {
		char *end;
		only = (int)strtol(argv[optind], &end, 10);
		if (*end || only < 0 || only >= m.n)
			return fail("psrinfo", "there is no such processor");
	}
	for (int i = 0; i < m.n; i++) {
		if (only >= 0 && i != only)
			continue;
		if (silent) {
			puts("1");
		} else if (verbose) {
			printf("Status of virtual processor %d as of: ", i);
			print_time((long long)time(NULL));
			fputs("\n  on-line since ", stdout);
			print_time(m.began);
			puts(".");
		} else {
			printf("%d\ton-line   since ", i);
			print_time(m.began);
			putchar('\n');
		}
	}
	return E_OK;
}

/* ---- mpstat ---- */

static unsigned percent(unsigned long long part, unsigned long long all)
{
	return all ? (unsigned)((part * 100 + all / 2) / all) : 0;
}

static void print_cpus(const struct machine *now, const struct machine *before)
{
	puts("CPU minf mjf xcal  intr ithr  csw icsw migr smtx  srw syscl  usr sys  wt idl");
	for (int i = 0; i < now->n; i++) {
		struct cpu c = now->cpus[i], b = {0};
		if (i < before->n)
			b = before->cpus[i];
		unsigned long long user = c.user + c.nice - b.user - b.nice, wait = c.wait - b.wait;
		unsigned long long system = c.system - b.system;
		unsigned long long idle = c.idle > b.idle ? c.idle - b.idle : 0;
		unsigned long long all = user + system + wait + idle;
		unsigned u = percent(user, all), s = percent(system, all), w = percent(wait, all);
		printf("%3d    0   0    0     0    0    0    0    0    0    0     0  %3u %3u %3u "
		       "%3u\n",
		       i, u, s, w, u + s + w < 100 ? 100 - u - s - w : 0);
	}
	fflush(stdout);
}

static int mpstat(int argc, char **argv)
{
	static struct machine before, now;
	char *end = "";
	long interval = argc > 1 ? strtol(argv[1], &end, 10) : 0, count = 0;
	if (!*end && argc > 2)
		count = strtol(argv[2], &end, 10);
	if (argc > 3 || *end || interval < 0 || count < 0 || (argc > 1 && !interval))
		return usage("mpstat [interval [count]]");
	for (long i = 1;; i++) {
		if (!read_machine(&now))
			return fail("mpstat", "cannot read /proc/stat");
		print_cpus(&now, &before);
		if (!interval || i == count)
			return E_OK;
		before = now;
		sleep((unsigned)interval);
	}
}

/* ---- free ---- */

static int free_(int argc, char **argv)
{
	int ch, shift = 0;
	while ((ch = getopt(argc, argv, "bkmg")) != -1) {
		if (ch == '?')
			return usage("free [-b | -k | -m | -g]");
		shift = ch == 'b' ? -10 : ch == 'm' ? 10 : ch == 'g' ? 20 : 0;
	}
	unsigned long long v[] = {meminfo("MemTotal"),
				  0,
				  meminfo("MemFree"),
				  meminfo("Shmem"),
				  meminfo("Buffers") + meminfo("Cached") + meminfo("SReclaimable"),
				  meminfo("MemAvailable"),
				  meminfo("SwapTotal"),
				  0,
				  meminfo("SwapFree")};
	if (!v[0])
		return fail("free", "cannot read /proc/meminfo");
	v[1] = v[0] > v[5] ? v[0] - v[5] : 0;
	v[7] = v[6] - v[8];
	puts("               total        used        free      shared  buff/cache   available");
	for (int i = 0; i < 9; i++) {
		if (i == 0 || i == 6)
			fputs(i ? "\nSwap:   " : "Mem:    ", stdout);
		printf("%12llu", shift < 0 ? v[i] << -shift : v[i] >> shift);
	}
	putchar('\n');
	return E_OK;
}

/* ---- nproc ---- */

static int nproc(int argc, char **argv)
{
	static struct machine m;
	cpu_set_t mine;
	bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
	int less = argc > 1 && strncmp(argv[1], "--ignore=", 9) == 0 ? atoi(argv[1] + 9) : 0;
	if (argc > 2 || (argc == 2 && !all && strncmp(argv[1], "--ignore=", 9) != 0))
		return usage("nproc [--all | --ignore=N]");
	if (!read_machine(&m))
		return fail("nproc", "cannot read /proc/stat");
	int n = m.n;
	if (!all && sched_getaffinity(0, sizeof(mine), &mine) == 0 && CPU_COUNT(&mine) < n)
		n = CPU_COUNT(&mine);
	return printf("%d\n", n > less ? n - less : 1) < 0;
}

/* ---- init ---- */

static int init(int argc, char **argv)
{
	int fd = open(INITCTL_PATH, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		if (access("/sbin/init", X_OK) == 0)
			execv("/sbin/init", argv);
		return fail("init", strerror(errno));
	}
	if (argc != 2 || strlen(argv[1]) != 1 || !strchr("06", *argv[1]))
		return usage("init 0 | 6");
	struct initctl_request r = {
	    .magic = INITCTL_MAGIC, .command = INITCTL_LEVEL, .level = (unsigned char)*argv[1]};
	return write(fd, &r, sizeof(r)) == sizeof(r) ? E_OK : fail("init", strerror(errno));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} tools[] = {{"prtconf", prtconf}, {"psrinfo", psrinfo}, {"mpstat", mpstat},
		     {"free", free_},	   {"nproc", nproc},	 {"init", init}};
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (strcmp(tools[i].name, name) == 0)
			return tools[i].run(argc, argv);
	return usage("as prtconf, psrinfo, mpstat, free, nproc or init");
}
