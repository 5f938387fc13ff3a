/*
 * usage.c - see usage.h
 */
#include "zone/usage.h"

#include "zone/live.h"
#include "zone/rctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NS = 1000000000, TEXT_MAX = 8192 };

/* Which resource control caps what, and counts it. */
static const struct {
	enum usage_what what;
	const char *control;
} controls[] = {
    {USAGE_CPU, "cpu-cap"},
    {USAGE_PHYSICAL, "max-physical-memory"},
    {USAGE_VIRTUAL, "max-swap"},
    {USAGE_LOCKED, "max-locked-memory"},
    {USAGE_PROCESSES, "max-processes"},
    {USAGE_LWPS, "max-lwps"},
    {USAGE_SHM_MEMORY, "max-shm-memory"},
    {USAGE_SHM_IDS, "max-shm-ids"},
    {USAGE_SEM_IDS, "max-sem-ids"},
    {USAGE_MSG_IDS, "max-msg-ids"},
};

static size_t read_text(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, size - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = '\0';
	return n;
}

/* ---- one zone ---- */

/* CPU time in ns: of version 1 from cpuacct, of version 2 from its cpu.stat, which every group has. */
static bool cpu_time(const struct zone_cgroups *g, uint64_t *ns)
{
	char text[64];
	const struct zone_cgroup *c = zone_cgroups_of(g, "cpuacct");
	if (c && !c->unified && zone_cgroup_read(c, "cpuacct.usage", text, sizeof(text)) == 0) {
		*ns = strtoull(text, NULL, 10);
		return true;
	}
	for (unsigned i = 0; i < g->n; i++) {
		long long us =
		    g->at[i].unified ? zone_cgroup_event(&g->at[i], "cpu.stat", "usage_usec") : -1;
		if (us >= 0) {
			*ns = (uint64_t)us * 1000;
			return true;
		}
	}
	return false;
}

/* Bytes that the interfaces of the process's network have received and sent, but for loopback. */
static bool net_bytes(pid_t pid, uint64_t *bytes)
{
	char path[64], text[TEXT_MAX], *save = NULL;
	unsigned long long in, out;
	*bytes = 0;
	snprintf(path, sizeof(path), "/proc/%d/net/dev", (int)pid);
	if (!read_text(path, text, sizeof(text)))
		return false;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		const char *colon = strchr(l, ':');
		l += strspn(l, " ");
		if (colon && strncmp(l, "lo:", 3) != 0 &&
		    sscanf(colon + 1, "%llu %*u %*u %*u %*u %*u %*u %*u %llu", &in, &out) == 2)
			*bytes += in + out;
	}
	return true;
}

static void read_levels(struct zone_usage *u, const struct zone_cgroups *g)
{
	const struct zone_limited l = {.groups = g, .init = u->init};
	uint64_t v = 0;
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		const struct zone_rctl *r = zone_rctl_find(controls[i].control);
		struct usage_level *at = &u->of[controls[i].what];
		if (!r)
			continue;
		at->known = r->usage && r->usage(&l, &at->used) == 1;
		at->capped = r->get(&l, &at->cap) == 1;
	}
	u->of[USAGE_CPU].known = cpu_time(g, &u->of[USAGE_CPU].used);
	u->of[USAGE_NET].known = net_bytes(u->init, &u->of[USAGE_NET].used);
	const struct zone_rctl *shares = zone_rctl_find("cpu-shares");
	u->shares = shares && shares->get(&l, &v) == 1 ? v : 0;
}

static void read_ours(struct usage_reading *r, struct arena *a, struct zone_store *s,
		      const char *root)
{
	for (size_t i = 0; i < s->entries.n; i++) {
		const struct zone_entry *entry = &s->entries.at[i];
		struct zone_cgroups g;
		struct zone_config c;
		struct zone_live l;
		struct err ignored = {0};
		zone_live_read(root, entry, &l);
		if (!l.up)
			continue;
		struct zone_usage *u = vec_push(&r->zones, a);
		snprintf(u->name, sizeof(u->name), "%s", entry->name);
		snprintf(u->brand, sizeof(u->brand), "%s",
			 zone_store_load(s, entry->name, &c, &ignored) == 0 ? zone_get(&c, "brand")
									    : "");
		u->id = (int32_t)l.id;
		u->init = l.init;
		zone_cgroups_find(&g, root, entry->name);
		read_levels(u, &g);
	}
}

/* ---- those of others ---- */

/* Does the line "4:cpu,cpuacct:/path" of /proc/PID/cgroup tell of this hierarchy? */
static bool is_line_of(const char *line, const char *colon, const struct zone_cgroup *c)
{
	char word[96], *save = NULL;
	if (c->unified)
		return strncmp(line, "0::", 3) == 0;
	const char *end = strchr(colon + 1, ':');
	snprintf(word, sizeof(word), "%.*s", end ? (int)(end - colon - 1) : 0, colon + 1);
	for (char *w = strtok_r(word, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		char with[64];
		snprintf(with, sizeof(with), ",%s,", w);
		if (strstr(c->controllers, with))
			return true;
	}
	return false;
}

/* Its path, but for what a first process makes for itself below its own. */
static void set_path(struct zone_cgroup *c, const char *path)
{
	static const char *const own[] = {"/init.scope", "/payload", "/supervisor"};
	char full[sizeof(c->path)];
	int mount = (int)(strstr(c->path, "/zones/") - c->path);
	int n = snprintf(full, sizeof(full), "%.*s%s", mount, c->path, path);
	for (size_t i = 0; n < (int)sizeof(full) && i < sizeof(own) / sizeof(own[0]); i++) {
		size_t cut = strlen(own[i]);
		if ((size_t)n > cut && strcmp(full + (size_t)n - cut, own[i]) == 0)
			full[n -= (int)cut] = '\0';
	}
	/* The root counts the whole machine. */
	if (n >= (int)sizeof(full) || strcmp(path, "/") == 0)
		c->path[0] = '\0';
	else
		memcpy(c->path, full, sizeof(full));
}

static void groups_of(pid_t pid, struct zone_cgroups *g)
{
	char path[64], text[TEXT_MAX], *save = NULL;
	bool found[ZONE_CGROUPS_MAX] = {false};
	zone_cgroups_find(g, NULL, "x");
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	read_text(path, text, sizeof(text));
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		const char *colon = strchr(l, ':'), *last = colon ? strchr(colon + 1, ':') : NULL;
		for (unsigned i = 0; last && i < g->n; i++)
			if (!found[i] && is_line_of(l, colon, &g->at[i])) {
				set_path(&g->at[i], last + 1);
				found[i] = true;
			}
	}
	unsigned left = 0;
	for (unsigned i = 0; i < g->n; i++)
		if (found[i] && g->at[i].path[0])
			g->at[left++] = g->at[i];
	g->n = left;
}

struct adopting {
	struct usage_reading *r;
	struct arena *a;
};

static int read_other(void *arg, const struct container *c)
{
	struct adopting *ad = arg;
	struct zone_cgroups g;
	struct zone_usage *u = vec_push(&ad->r->zones, ad->a);
	memcpy(u->name, c->name, sizeof(u->name));
	memcpy(u->brand, c->brand, sizeof(u->brand));
	u->id = c->id;
	u->init = c->pid;
	groups_of(c->pid, &g);
	read_levels(u, &g);
	struct zone_key own, its;
	if (zone_key_of_net(getpid(), &own) < 0 || zone_key_of_net(c->pid, &its) < 0 ||
	    own.ns == its.ns)
		u->of[USAGE_NET].known = false; /* it is the system's */
	return 0;
}

/* ---- the machine ---- */

static uint64_t memory_kib(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

static void level(struct zone_usage *u, enum usage_what what, uint64_t used)
{
	u->of[what] = (struct usage_level){.used = used, .known = true};
}

static void read_cpus(struct usage_reading *r)
{
	char text[TEXT_MAX];
	unsigned long long user, nice, sys, idle, wait, irq, soft;
	const uint64_t tick = NS / (uint64_t)sysconf(_SC_CLK_TCK);
	r->ncpus = (unsigned)sysconf(_SC_NPROCESSORS_CONF);
	r->online = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (read_text("/proc/stat", text, sizeof(text)) &&
	    sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &sys, &idle, &wait,
		   &irq, &soft) == 7) {
		level(&r->total, USAGE_CPU, (user + nice + sys + irq + soft) * tick);
		level(&r->system, USAGE_CPU, (irq + soft) * tick);
	}
}

static void read_memory(struct usage_reading *r)
{
	char text[TEXT_MAX];
	if (!read_text("/proc/meminfo", text, sizeof(text)))
		return;
	uint64_t all = memory_kib(text, "MemTotal:"), swap = memory_kib(text, "SwapTotal:");
	uint64_t used = all - memory_kib(text, "MemFree:");
	uint64_t kernel = memory_kib(text, "SUnreclaim:") + memory_kib(text, "KernelStack:") +
			  memory_kib(text, "PageTables:") + memory_kib(text, "VmallocUsed:");
	r->physical_bytes = all * 1024;
	r->virtual_bytes = (all + swap) * 1024;
	level(&r->total, USAGE_PHYSICAL, used * 1024);
	level(&r->total, USAGE_VIRTUAL, (used + swap - memory_kib(text, "SwapFree:")) * 1024);
	level(&r->total, USAGE_LOCKED, memory_kib(text, "Mlocked:") * 1024);
	level(&r->system, USAGE_PHYSICAL, kernel * 1024);
	level(&r->system, USAGE_VIRTUAL, kernel * 1024);
	level(&r->system, USAGE_LOCKED, 0);
}

/* The line of /proc/loadavg tells threads that there are: "0.1 0.2 0.3 2/421 999". */
static void read_counts(struct usage_reading *r)
{
	char text[TEXT_MAX];
	unsigned long long threads, bytes = 0;
	if (read_text("/proc/loadavg", text, sizeof(text)) &&
	    sscanf(text, "%*f %*f %*f %*u/%llu", &threads) == 1) {
		level(&r->total, USAGE_LWPS, threads);
		level(&r->system, USAGE_LWPS, 0);
	}
	if (net_bytes(getpid(), &r->total.of[USAGE_NET].used))
		bytes = r->total.of[USAGE_NET].used;
	level(&r->total, USAGE_NET, bytes);
}

/* What neither the system nor a zone has of the total; never less than nothing, as all is read one after the other. */
static void read_global(struct usage_reading *r)
{
	for (int k = 0; k < USAGE_KINDS; k++) {
		struct usage_level *total = &r->total.of[k], *left = &r->global.of[k];
		uint64_t others = r->system.of[k].used;
		if (!total->known || k == USAGE_NET)
			continue;
		for (size_t i = 0; i < r->zones.n; i++)
			others += r->zones.at[i].of[k].known ? r->zones.at[i].of[k].used : 0;
		*left = (struct usage_level){
		    .used = total->used > others ? total->used - others : 0, .known = true};
	}
	level(&r->global, USAGE_NET, r->total.of[USAGE_NET].used);
}

static int by_id(const void *a, const void *b)
{
	const struct zone_usage *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

int zone_usage_read(struct usage_reading *r, struct arena *a, const char *root, struct err *e)
{
	struct adopting ad = {.r = r, .a = a};
	struct zone_store s;
	struct timespec now;
	*r = (struct usage_reading){0};
	snprintf(r->total.name, sizeof(r->total.name), "[total]");
	snprintf(r->system.name, sizeof(r->system.name), "[system]");
	snprintf(r->global.name, sizeof(r->global.name), "global");
	if (zone_store_open(&s, a, root, e) < 0)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	r->at_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
	read_cpus(r);
	read_memory(r);
	read_counts(r);
	read_ours(r, a, &s, root);
	if (!root)
		containers_each(read_other, &ad);
	zone_store_close(&s);
	if (r->zones.n)
		qsort(r->zones.at, r->zones.n, sizeof(r->zones.at[0]), by_id);
	read_global(r);
	return 0;
}

const struct zone_usage *zone_usage_find(const struct usage_reading *r, int32_t id)
{
	for (size_t i = 0; i < r->zones.n; i++)
		if (r->zones.at[i].id == id)
			return &r->zones.at[i];
	return NULL;
}

double zone_usage_rate(const struct usage_reading *from, const struct zone_usage *before,
		       const struct usage_reading *to, const struct zone_usage *now,
		       enum usage_what what)
{
	if (what != USAGE_CPU && what != USAGE_NET)
		return (double)now->of[what].used;
	double seconds = (double)(to->at_ns - from->at_ns) / NS;
	uint64_t was = before && before->of[what].known ? before->of[what].used : 0;
	if (seconds <= 0 || now->of[what].used < was)
		return 0;
	return (double)(now->of[what].used - was) / seconds / (what == USAGE_CPU ? NS : 1);
}
