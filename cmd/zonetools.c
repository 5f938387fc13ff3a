/*
 * zonetools.c - prtconf, psrinfo, mpstat, free, nproc, init and zonename, as programs within zones
 *
 * One static program, so that it runs whatever the zone's files are; it is what its name says. All but the last two read
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

/* What /proc/cpuinfo says of each processor. */
struct chips {
	int package[CPUS_MAX];
	double mhz[CPUS_MAX];
	char model[128];
};

static void read_chips(struct chips *c)
{
	char line[4096];
	int id = -1, value;
	FILE *f = fopen("/proc/cpuinfo", "re");
	memset(c, 0, sizeof(*c));
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "processor : %d", &value) == 1)
			id = value >= 0 && value < CPUS_MAX ? value : -1;
		if (id < 0)
			continue;
		if (sscanf(line, "physical id : %d", &value) == 1)
			c->package[id] = value;
		(void)sscanf(line, "cpu MHz : %lf", &c->mhz[id]);
		(void)sscanf(line, "model name : %127[^\n]", c->model);
	}
	if (f)
		fclose(f);
}

/* How many packages the processors are of; or each with its processors. */
static int show_packages(const struct machine *m, const struct chips *c, bool verbose)
{
	int packages = 0;
	for (int i = 0; i < m->n; i++) {
		int n = 0;
		bool first = true;
		for (int k = 0; k < m->n; k++) {
			n += c->package[k] == c->package[i];
			first &= k >= i || c->package[k] != c->package[i];
		}
		packages += first;
		if (!first || !verbose)
			continue;
		printf("The physical processor has %d virtual processor%s (", n, n == 1 ? "" : "s");
		for (int k = i; k < m->n; k++)
			if (c->package[k] == c->package[i])
				printf(k == i ? "%d" : " %d", k);
		printf(")\n  %s\n", c->model);
	}
	return verbose ? E_OK : printf("%d\n", packages) < 0;
}

static void show_processor(const struct machine *m, const struct chips *c, int i, bool verbose)
{
	struct utsname u;
	if (!verbose) {
		printf("%d\ton-line   since ", i);
		print_time(m->began);
		putchar('\n');
		return;
	}
	printf("Status of virtual processor %d as of: ", i);
	print_time((long long)time(NULL));
	fputs("\n  on-line since ", stdout);
	print_time(m->began);
	puts(".");
	if (c->mhz[i] > 0 && uname(&u) == 0)
		printf("  The %s processor operates at %.0f MHz.\n", u.machine, c->mhz[i]);
}

static int show_processors(const struct machine *m, int n, char **ids, bool verbose, bool silent)
{
	static struct chips c;
	int status = E_OK;
	read_chips(&c);
	for (int i = 0; !n && i < m->n; i++)
		show_processor(m, &c, i, verbose);
	for (int k = 0; k < n; k++) {
		char *end;
		long i = strtol(ids[k], &end, 10);
		if (end == ids[k] || *end || i < 0 || i >= m->n) {
			fprintf(stderr, "psrinfo: processor %s: there is none\n", ids[k]);
			status = E_ERROR;
		} else if (silent) {
			puts("1");
		} else {
			show_processor(m, &c, (int)i, verbose);
		}
	}
	return status;
}

static int psrinfo(int argc, char **argv)
{
	static const char use[] = "psrinfo [-v] [processor ...] | -p [-v] | -s processor";
	static struct machine m;
	static struct chips c;
	bool verbose = false, packages = false, silent = false;
	for (int ch; (ch = getopt(argc, argv, "pvs")) != -1;) {
		if (ch == '?')
			return usage(use);
		verbose |= ch == 'v';
		packages |= ch == 'p';
		silent |= ch == 's';
	}
	int n = argc - optind;
	if ((silent && (n != 1 || verbose || packages)) || (packages && n))
		return usage(use);
	if (!read_machine(&m))
		return fail("psrinfo", "cannot read /proc/stat");
	if (!packages)
		return show_processors(&m, n, argv + optind, verbose, silent);
	read_chips(&c);
	return show_packages(&m, &c, verbose);
}

/* ---- mpstat ---- */

static unsigned percent(unsigned long long part, unsigned long long all)
{
	return all ? (unsigned)((part * 100 + all / 2) / all) : 0;
}

struct mpstat {
	bool quiet, sets, whole; /* -q, -p, -a */
	char stamp;		 /* of -T; 0 = none */
};

/* The row of what is called id between two readings. */
static void print_times(const char *id, const struct cpu *c, const struct cpu *b, const char *last)
{
	unsigned long long user = c->user + c->nice - b->user - b->nice, wait = c->wait - b->wait;
	unsigned long long system = c->system - b->system;
	unsigned long long idle = c->idle > b->idle ? c->idle - b->idle : 0;
	unsigned long long all = user + system + wait + idle;
	unsigned u = percent(user, all), s = percent(system, all), w = percent(wait, all);
	printf("%3s    0   0    0     0    0    0    0    0    0    0     0  %3u %3u %3u %3u%s\n",
	       id, u, s, w, u + s + w < 100 ? 100 - u - s - w : 0, last);
}

static void add(struct cpu *to, const struct cpu *c)
{
	to->user += c->user;
	to->nice += c->nice;
	to->system += c->system;
	to->idle += c->idle;
	to->wait += c->wait;
}

/* A zone has one set of processors, which is 0 to it. */
static void print_cpus(const struct mpstat *p, const struct machine *now,
		       const struct machine *before)
{
	char text[16];
	struct cpu all = {0}, then = {0}, none = {0};
	if (!p->quiet)
		printf("%s minf mjf xcal  intr ithr  csw icsw migr smtx  srw syscl  usr sys  wt "
		       "idl%s\n",
		       p->whole ? "SET" : "CPU",
		       p->whole	 ? " sze"
		       : p->sets ? " set"
				 : "");
	for (int i = 0; i < now->n; i++) {
		const struct cpu *b = i < before->n ? &before->cpus[i] : &none;
		add(&all, &now->cpus[i]);
		add(&then, b);
		snprintf(text, sizeof(text), "%d", i);
		if (!p->whole)
			print_times(text, &now->cpus[i], b, p->sets ? "   0" : "");
	}
	snprintf(text, sizeof(text), " %3d", now->n);
	if (p->whole)
		print_times("0", &all, &then, text);
	fflush(stdout);
}

static void print_stamp(char how)
{
	char text[64] = "";
	time_t now = time(NULL);
	struct tm tm;
	if (how == 'u')
		printf("%lld\n", (long long)now);
	if (how == 'd' && localtime_r(&now, &tm) &&
	    strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Z %Y", &tm))
		puts(text);
}

static bool mpstat_options(int argc, char **argv, struct mpstat *p)
{
	for (int ch; (ch = getopt(argc, argv, "apqT:")) != -1;) {
		p->whole |= ch == 'a';
		p->sets |= ch == 'p';
		p->quiet |= ch == 'q';
		if (ch == 'T')
			p->stamp = optarg[0] && !optarg[1] ? optarg[0] : '?';
		if (ch == '?' || (p->stamp && !strchr("ud", p->stamp)))
			return false;
	}
	return true;
}

static int mpstat(int argc, char **argv)
{
	static const char use[] = "mpstat [-apq] [-T u|d] [interval [count]]";
	static struct machine before, now;
	struct mpstat p = {0};
	char *end = "";
	if (!mpstat_options(argc, argv, &p))
		return usage(use);
	int n = argc - optind;
	argv += optind;
	long interval = n > 0 ? strtol(argv[0], &end, 10) : 0, count = 0;
	if (!*end && n > 1)
		count = strtol(argv[1], &end, 10);
	if (n > 2 || *end || interval < 0 || count < 0 || (n > 0 && !interval))
		return usage(use);
	for (long i = 1;; i++) {
		if (!read_machine(&now))
			return fail("mpstat", "cannot read /proc/stat");
		print_stamp(p.stamp);
		print_cpus(&p, &now, &before);
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

/* ---- zonename ---- */

static int zonename(int argc, char **argv)
{
	char name[256];
	(void)argv;
	if (argc > 1)
		return usage("zonename");
	/* Made with the zone's devices; the system has none. */
	ssize_t n = readlink("/dev/.zonename", name, sizeof(name) - 1);
	name[n > 0 ? n : 0] = '\0';
	return puts(n > 0 ? name : "global") < 0;
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
	} tools[] = {{"prtconf", prtconf},  {"psrinfo", psrinfo}, {"mpstat", mpstat},
		     {"free", free_},	    {"nproc", nproc},	  {"init", init},
		     {"zonename", zonename}};
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (strcmp(tools[i].name, name) == 0)
			return tools[i].run(argc, argv);
	return usage("as prtconf, psrinfo, mpstat, free, nproc, init or zonename");
}
