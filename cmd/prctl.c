/*
 * prctl.c - the command prctl(1): shows and changes resource controls of zones and processes
 *
 * What is shown is what the kernel holds to at this moment. Changes last until the zone is down;
 * zonecfg(8) is for what is to stay.
 */
#include "zone/live.h"
#include "zone/rctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };
enum change { SHOW, SET, CLEAR };

struct asked {
	const char *root, *name, *value, *privilege;
	bool zones, parsable, header;
	enum change change;
};

static int usage(void)
{
	fputs(
	    "usage: prctl [-R root] [-P] [-t basic|privileged|system] [-n name [-srx] [-v value]\n"
	    "             [-e|-d action]] [-i process|zone] id ...\n",
	    stderr);
	return E_USAGE;
}

static int fail(const char *of, const char *what)
{
	fprintf(stderr, "prctl: %s%s%s\n", of ? of : "", of ? ": " : "", what);
	return E_ERROR;
}

/* ---- output ---- */

static void print_name(struct asked *a, const char *set, const char *name)
{
	if (a->parsable)
		return;
	if (a->header)
		puts("NAME    PRIVILEGE       VALUE    FLAG   ACTION                       "
		     "RECIPIENT");
	a->header = false;
	printf("%s%s\n", set, name);
}

static void print_row(const struct asked *a, const char *set, const char *name, const char *level,
		      uint64_t v, bool bytes, const char *flag, const char *action)
{
	char text[32];
	if (a->privilege && strcmp(a->privilege, level) != 0)
		return;
	bool used = strcmp(level, "usage") == 0;
	if (a->parsable) {
		printf("%s%s %s %llu %s %s -\n", set, name, level, (unsigned long long)v, flag,
		       action);
		return;
	}
	zone_rctl_show_value(v, bytes, text, sizeof(text));
	if (used)
		printf("        %-15s%6s\n", level, text);
	else
		printf("        %-15s%6s%8s   %-28s%10s\n", level, text, flag, action, "-");
}

/* ---- zones ---- */

static void show_zone(struct asked *a, const struct zone_limited *l, const struct zone_rctl *r)
{
	uint64_t v;
	bool bytes = r->flags & RCTL_BYTES;
	const char *action = r->flags & RCTL_DENY ? "deny" : "none";
	print_name(a, "zone.", r->name);
	if (l->init > 0 && r->usage && r->usage(l, &v) > 0)
		print_row(a, "zone.", r->name, "usage", v, bytes, "-", "-");
	if (l->init > 0 && r->get(l, &v) > 0)
		print_row(a, "zone.", r->name, "privileged", v, bytes, "-", action);
	print_row(a, "zone.", r->name, "system", r->most, bytes, "max", action);
}

static int change_zone(const struct asked *a, const struct zone_limited *l,
		       const struct zone_rctl *r)
{
	struct err e = {0};
	uint64_t v = ZONE_UNLIMITED;
	if (a->privilege && strcmp(a->privilege, "privileged") != 0)
		return fail(a->name, "only privileged values of zones can be changed");
	if (l->init <= 0)
		return fail(a->name, "the global zone has no limits");
	if (!r->set)
		return fail(a->name,
			    "cannot be changed while the zone is up: Linux counts threads, so "
			    "change zone.max-lwps");
	if (a->change == SET && zone_rctl_read_value(a->value, r->flags & RCTL_BYTES, &v, &e) < 0)
		return fail(a->name, e.text);
	if (a->change == SET && v > r->most)
		return fail(a->name, "the value is beyond the system's limit");
	return r->set(l, v, &e) < 0 ? fail(a->name, e.text) : E_OK;
}

static int on_zone(struct asked *a, struct arena *arena, const char *id)
{
	struct zone_store s;
	struct zone_live live = {.up = true};
	struct zone_cgroups groups = {0};
	struct err e = {0};
	char *end;
	unsigned long number = strtoul(id, &end, 10);
	const char *name = strcmp(id, "global") == 0 || strcmp(id, "0") == 0 ? "global" : NULL;
	if (zone_store_open(&s, arena, a->root, &e) < 0)
		return fail(id, e.text);
	for (size_t i = 0; i < s.entries.n && !name; i++) {
		const struct zone_entry *entry = &s.entries.at[i];
		zone_live_read(a->root, entry, &live);
		if (strcmp(entry->name, id) == 0 || (live.up && !*end && live.id == number))
			name = entry->name;
	}
	if (!name || !live.up)
		return fail(id, name ? "the zone is not up" : "no such zone");
	if (strcmp(name, "global") == 0)
		live.init = 0;
	else
		zone_cgroups_find(&groups, a->root, name);
	const struct zone_limited l = {&groups, live.init};
	const struct zone_rctl *only = a->name ? zone_rctl_find(a->name) : NULL;
	if (a->name && (!only || strncmp(a->name, "zone.", 5) != 0))
		return fail(a->name, "zones have no such resource control");
	if (a->change != SHOW)
		return change_zone(a, &l, only);
	if (!a->parsable)
		printf("zone: %u: %s\n", live.init ? live.id : 0, name);
	for (const struct zone_rctl *r = zone_rctls; r->name; r++)
		if (!only || r == only)
			show_zone(a, &l, r);
	return E_OK;
}

/* ---- processes ---- */

static const struct limit {
	const char *name, *action;
	int resource;
	bool bytes;
} limits[] = {
    {"max-address-space", "deny", RLIMIT_AS, true},
    {"max-file-descriptor", "deny", RLIMIT_NOFILE, false},
    {"max-core-size", "deny", RLIMIT_CORE, true},
    {"max-stack-size", "deny", RLIMIT_STACK, true},
    {"max-data-size", "deny", RLIMIT_DATA, true},
    {"max-file-size", "deny,signal=XFSZ", RLIMIT_FSIZE, true},
    {"max-cpu-time", "signal=XCPU", RLIMIT_CPU, false},
    {"max-msg-size", "deny", RLIMIT_MSGQUEUE, true},
    {"max-sigqueue-size", "deny", RLIMIT_SIGPENDING, false},
};

static void show_limit(struct asked *a, pid_t pid, const struct limit *p)
{
	struct rlimit r;
	if (prlimit(pid, (enum __rlimit_resource)p->resource, NULL, &r) < 0)
		return;
	print_name(a, "process.", p->name);
	if (r.rlim_cur < r.rlim_max)
		print_row(a, "process.", p->name, "basic", r.rlim_cur, p->bytes, "-", p->action);
	if (r.rlim_max != RLIM_INFINITY)
		print_row(a, "process.", p->name, "privileged", r.rlim_max, p->bytes, "-",
			  p->action);
	print_row(a, "process.", p->name, "system", ZONE_UNLIMITED, p->bytes, "max", p->action);
}

static int change_limit(const struct asked *a, pid_t pid, const struct limit *p)
{
	struct rlimit r;
	struct err e = {0};
	uint64_t v = RLIM_INFINITY;
	bool basic = a->privilege && strcmp(a->privilege, "basic") == 0;
	if (a->change == SET && zone_rctl_read_value(a->value, p->bytes, &v, &e) < 0)
		return fail(a->name, e.text);
	if (prlimit(pid, (enum __rlimit_resource)p->resource, NULL, &r) < 0)
		return fail(a->name, strerror(errno));
	if (a->change == CLEAR && basic)
		v = r.rlim_max;
	if (basic && v > r.rlim_max)
		return fail(a->name, "the value is beyond the privileged one");
	r.rlim_cur = basic || r.rlim_cur > v ? v : r.rlim_cur;
	if (!basic)
		r.rlim_max = v;
	return prlimit(pid, (enum __rlimit_resource)p->resource, &r, NULL) < 0
		   ? fail(a->name, strerror(errno))
		   : E_OK;
}

static void read_command(pid_t pid, char *text, size_t room)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, room - 1);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static bool wants(const struct asked *a, const struct limit *p)
{
	return !a->name ||
	       (strncmp(a->name, "process.", 8) == 0 && strcmp(a->name + 8, p->name) == 0);
}

static int on_process(struct asked *a, const char *id)
{
	char *end, command[32];
	long pid = strtol(id, &end, 10);
	bool known = false;
	int status = E_OK;
	if (end == id || *end || pid <= 0 || pid > INT32_MAX)
		return fail(id, "no process id");
	if (prlimit((pid_t)pid, RLIMIT_NOFILE, NULL, NULL) < 0)
		return fail(id, strerror(errno));
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		known |= wants(a, &limits[i]);
	if (!known)
		return fail(a->name, "processes have no such resource control");
	read_command((pid_t)pid, command, sizeof(command));
	if (!a->parsable && a->change == SHOW)
		printf("process: %ld: %s\n", pid, command);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (!wants(a, &limits[i]))
			continue;
		if (a->change == SHOW)
			show_limit(a, (pid_t)pid, &limits[i]);
		else
			status = change_limit(a, (pid_t)pid, &limits[i]);
	}
	return status;
}

/* ---- the command line ---- */

static int read_options(struct asked *a, int argc, char **argv)
{
	const char *action = NULL;
	int ch;
	while ((ch = getopt(argc, argv, "+R:Pt:n:srxv:e:d:p:i:")) != -1) {
		if (ch == 'R')
			a->root = optarg;
		else if (ch == 'P')
			a->parsable = true;
		else if (ch == 't')
			a->privilege = optarg;
		else if (ch == 'n')
			a->name = optarg;
		else if (ch == 'v')
			a->value = optarg;
		else if (ch == 's' || ch == 'r')
			a->change = SET;
		else if (ch == 'x')
			a->change = CLEAR;
		else if (ch == 'e' || ch == 'd')
			action = optarg;
		else if (ch == 'i' && strncmp(optarg, "zone", 4) == 0)
			a->zones = true;
		else if (ch != 'p' && (ch != 'i' || (strcmp(optarg, "process") != 0 &&
						     strcmp(optarg, "pid") != 0)))
			return E_USAGE;
	}
	if (a->value && a->change == SHOW)
		a->change = SET;
	if (a->privilege && strcmp(a->privilege, "basic") != 0 &&
	    strcmp(a->privilege, "privileged") != 0 && strcmp(a->privilege, "system") != 0)
		return E_USAGE;
	if (action)
		return fail(a->name,
			    "Linux fixes what is done at a limit: actions cannot be changed");
	if (optind >= argc || ((a->value || a->change != SHOW) && !a->name) ||
	    (a->change == SET && !a->value))
		return E_USAGE;
	return E_OK;
}

int main(int argc, char **argv)
{
	struct asked a = {.header = true};
	int status = read_options(&a, argc, argv);
	if (status != E_OK)
		return status == E_USAGE ? usage() : status;
	struct arena *arena = arena_new();
	if (!arena || arena_guard(arena))
		return fail(NULL, "out of memory");
	for (int i = optind; i < argc; i++) {
		a.header = true;
		int one = a.zones ? on_zone(&a, arena, argv[i]) : on_process(&a, argv[i]);
		status = one > status ? one : status;
	}
	arena_free(arena);
	return status;
}
