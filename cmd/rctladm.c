/*
 * rctladm.c - the command rctladm(8): which refusals of resource controls are logged
 */
#include "zone/live.h"
#include "zone/rctl_log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };

static int usage(void)
{
	fputs("usage: rctladm [-R root] [-lu] [-e action] [-d action] [name ...]\n", stderr);
	return E_USAGE;
}

static int fail(const char *of, const char *what)
{
	fprintf(stderr, "rctladm: %s%s%s\n", of ? of : "", of ? ": " : "", what);
	return E_ERROR;
}

static void show(const struct zone_rctl *r, int level)
{
	char name[64], action[32];
	snprintf(name, sizeof(name), "zone.%s", r->name);
	if (!(r->flags & RCTL_EVENTS))
		snprintf(action, sizeof(action), "syslog=n/a");
	else
		snprintf(action, sizeof(action), "syslog=%s",
			 level == ZONE_LOG_OFF ? "off" : zone_rctl_log_level_name(level));
	printf("%-27s %-14s [ no-basic %sno-signal %s%s]\n", name, action,
	       r->flags & RCTL_DENY ? "deny " : "no-deny ",
	       r->flags & RCTL_EVENTS ? "" : "no-syslog ",
	       r->flags & RCTL_BYTES ? "bytes " : "count ");
}

/* "syslog", "syslog=level", "all"; -1 = none. */
static int action_level(const char *action)
{
	if (strncmp(action, "syslog=", 7) == 0)
		return zone_rctl_log_level(action + 7);
	return strcmp(action, "syslog") == 0 || strcmp(action, "all") == 0
		   ? zone_rctl_log_level("notice")
		   : -1;
}

/* The supervisors of zones that are up read the file anew. */
static int wake(const char *root)
{
	struct zone_store s;
	struct zone_live l;
	struct err e = {0};
	struct arena *a = arena_new();
	if (!a || arena_guard(a))
		return fail(NULL, "out of memory");
	int status = zone_store_open(&s, a, root, &e) < 0 ? fail(NULL, e.text) : E_OK;
	for (size_t i = 0; status == E_OK && i < s.entries.n; i++) {
		zone_live_read(root, &s.entries.at[i], &l);
		if (l.up && l.supervisor > 0)
			(void)kill(l.supervisor, SIGIO);
	}
	arena_free(a);
	return status;
}

static int change(const char *root, const char *enable, bool disable, int n, char **names)
{
	int levels[ZONE_RCTLS_MAX];
	struct err e = {0};
	int level = enable ? action_level(enable) : ZONE_LOG_OFF;
	if (enable && level < 0)
		return fail(enable, "no such action");
	if (zone_rctl_log_read(root, levels, &e) < 0)
		return fail(NULL, e.text);
	for (int i = 0; i < n; i++) {
		const struct zone_rctl *r =
		    strncmp(names[i], "zone.", 5) == 0 ? zone_rctl_find(names[i]) : NULL;
		if (!r)
			return fail(names[i], "no such resource control");
		if (!(r->flags & RCTL_EVENTS))
			return fail(names[i], "its refusals are not counted on Linux");
		if (enable || disable)
			levels[r - zone_rctls] = level;
	}
	return zone_rctl_log_write(root, levels, &e) < 0 ? fail(NULL, e.text) : wake(root);
}

static int list(const char *root, int n, char **names)
{
	int levels[ZONE_RCTLS_MAX];
	struct err e = {0};
	if (zone_rctl_log_read(root, levels, &e) < 0)
		return fail(NULL, e.text);
	for (int i = 0; i < n; i++)
		if (strncmp(names[i], "zone.", 5) != 0 || !zone_rctl_find(names[i]))
			return fail(names[i], "no such resource control");
	for (unsigned k = 0; zone_rctls[k].name; k++) {
		bool wanted = n == 0;
		for (int i = 0; i < n; i++)
			wanted |= zone_rctl_find(names[i]) == &zone_rctls[k];
		if (wanted)
			show(&zone_rctls[k], levels[k]);
	}
	return E_OK;
}

int main(int argc, char **argv)
{
	const char *root = NULL, *enable = NULL, *disable = NULL;
	int ch, levels[ZONE_RCTLS_MAX];
	bool update = false;
	struct err e = {0};
	while ((ch = getopt(argc, argv, "+R:lue:d:")) != -1) {
		if (ch == 'R')
			root = optarg;
		else if (ch == 'e')
			enable = optarg;
		else if (ch == 'd')
			disable = optarg;
		else if (ch == 'u')
			update = true;
		else if (ch != 'l')
			return usage();
	}
	if (update)
		return zone_rctl_log_read(root, levels, &e) < 0 ? fail(NULL, e.text) : wake(root);
	if (disable && strncmp(disable, "syslog", 6) != 0 && strcmp(disable, "all") != 0)
		return fail(disable, "no such action");
	if (!enable && !disable)
		return list(root, argc - optind, argv + optind);
	if (optind >= argc)
		return usage();
	return change(root, enable, disable != NULL, argc - optind, argv + optind);
}
