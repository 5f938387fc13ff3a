/*
 * zoneadm_run.c - zoneadm ready, boot, reboot, shutdown, halt and apply: zones up and down
 */
#include "cmd/zoneadm.h"

#include "zone/boot.h"
#include "zone/pool_active.h"
#include "zone/rctl.h"

#include <signal.h>
#include <string.h>

/* "-i init arguments": of the command line, or else of the property bootargs. */
static void boot_arguments(struct zoneadm *z, int argc, char **argv, struct zone_boot *b)
{
	char *all = arena_strdup(z->arena, zone_get(&z->config, "bootargs"));
	for (int i = 1; i < argc; i++)
		all = arena_printf(z->arena, "%s%s%s", i > 1 ? all : "", i > 1 ? " " : "", argv[i]);
	if (strncmp(all, "-i ", 3) == 0) {
		b->init = all += 3 + strspn(all + 3, " ");
		all += strcspn(all, " ");
		if (*all)
			*all++ = '\0';
	}
	b->args = all;
}

static int bring_up(struct zoneadm *z, int argc, char **argv, bool run)
{
	struct zone_boot b = {.root = z->root, .config = &z->config, .run = run};
	struct err e = {0};
	if (z->live.state == ZONE_READY && run) {
		if (argc > 1)
			return zoneadm_fail(z,
					    "a zone that is ready has its boot arguments already");
		if (zone_signal(z->root, &z->entry, &z->live, SIGUSR1, false, &e) < 0)
			return zoneadm_fail(z, "%s", e.text);
		return E_OK;
	}
	if (z->live.up)
		return zoneadm_fail(z, "zone is already %s",
				    z->live.state == ZONE_RUNNING ? "booted"
								  : zone_state_name(z->live.state));
	if (z->live.state != ZONE_INSTALLED)
		return zoneadm_fail(z, "must be installed before %s.", argv[0]);
	if (zoneadm_verify(z) != E_OK)
		return E_ERROR;
	boot_arguments(z, argc, argv, &b);
	const char *pool = zone_get(&z->config, "pool");
	if (*pool && !pool_is_active(z->root, pool))
		zoneadm_fail(z, "WARNING: pool '%s' not found; using default pool.", pool);
	if (zone_boot(&b, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	zone_live_read(z->root, &z->entry, &z->live);
	if (z->live.system_users)
		zoneadm_fail(z, "WARNING: the file system of %s " ZONEADM_SYSTEM_USERS,
			     zone_get(&z->config, "zonepath"));
	return E_OK;
}

/* "-- arguments" behind the words of the subcommand; what is left of it is a subcommand of its own. */
static int boot_with(struct zoneadm *z, int argc, char **argv)
{
	if (argc == 1)
		return bring_up(z, argc, argv, true);
	if (strcmp(argv[1], "--") != 0)
		return E_USAGE;
	argv[1] = argv[0];
	return bring_up(z, argc - 1, argv + 1, true);
}

int zoneadm_boot(struct zoneadm *z, int argc, char **argv)
{
	return boot_with(z, argc, argv);
}

int zoneadm_ready(struct zoneadm *z, int argc, char **argv)
{
	return argc > 1 ? E_USAGE : bring_up(z, argc, argv, false);
}

static int tell(struct zoneadm *z, const char *what, int signal, bool gone)
{
	struct err e = {0};
	if (!z->live.up || (!gone && z->live.state != ZONE_RUNNING))
		return zoneadm_fail(z, "must be running before %s.", what);
	if (zone_signal(z->root, &z->entry, &z->live, signal, gone, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return E_OK;
}

int zoneadm_halt(struct zoneadm *z, int argc, char **argv)
{
	return argc > 1 ? E_USAGE : tell(z, argv[0], SIGTERM, true);
}

/* Ends it by a signal to its supervisor, and boots it with other arguments. */
static int again(struct zoneadm *z, int signal, int argc, char **argv)
{
	if (tell(z, argv[0], signal, true) != E_OK)
		return E_ERROR;
	zone_live_read(z->root, &z->entry, &z->live);
	return boot_with(z, argc, argv);
}

int zoneadm_reboot(struct zoneadm *z, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--") != 0)
		return E_USAGE;
	return argc > 1 ? again(z, SIGTERM, argc, argv) : tell(z, argv[0], SIGHUP, false);
}

int zoneadm_shutdown(struct zoneadm *z, int argc, char **argv)
{
	bool boot = argc > 1 && strcmp(argv[1], "-r") == 0;
	if ((argc > 1 && !boot) || (argc > 2 && strcmp(argv[2], "--") != 0))
		return E_USAGE;
	if (z->live.state != ZONE_RUNNING)
		return zoneadm_fail(z, "must be running before shutdown.");
	if (!boot)
		return tell(z, argv[0], SIGUSR2, true);
	argv[1] = argv[0];
	return again(z, SIGUSR2, argc - 1, argv + 1);
}

int zoneadm_apply(struct zoneadm *z, int argc, char **argv)
{
	struct zone_cgroups groups;
	struct err e = {0};
	(void)argv;
	if (argc > 1)
		return E_USAGE;
	if (!z->live.up)
		return zoneadm_fail(z, "must be running before apply.");
	zone_cgroups_find(&groups, z->root, z->zone);
	if (zone_rctl_apply(&(struct zone_limited){&groups, z->live.init}, &z->config, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return E_OK;
}
