/*
 * zoneadm.c - the command zoneadm(8): installs, boots, halts and lists zones
 *
 * Every subcommand but list and verify holds the lock of the store from its look at the state to
 * its end, so that two administrators take turns.
 */
#include "cmd/zoneadm.h"

#include "zone/boot.h"
#include "zone/clone.h"
#include "zone/install.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int usage(FILE *to)
{
	fputs("usage: zoneadm [-R root] -z zone verify\n"
	      "       zoneadm [-R root] -z zone install [-d directory | -a archive | -t sparse]\n"
	      "       zoneadm [-R root] -z zone clone [-m method] [-s snapshot] source\n"
	      "       zoneadm [-R root] -z zone uninstall [-F]\n"
	      "       zoneadm [-R root] -z zone mark incomplete\n"
	      "       zoneadm [-R root] -z zone ready\n"
	      "       zoneadm [-R root] -z zone boot [-- [-i init] [argument ...]]\n"
	      "       zoneadm [-R root] -z zone halt\n"
	      "       zoneadm [-R root] -z zone reboot\n"
	      "       zoneadm [-R root] -z zone shutdown [-r]\n"
	      "       zoneadm [-R root] [-z zone] list [-cin] [-p | -v]\n"
	      "       zoneadm help\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

int zoneadm_fail(const struct zoneadm *z, const char *fmt, ...)
{
	va_list ap;
	fputs("zoneadm: ", stderr);
	if (z->zone)
		fprintf(stderr, "zone '%s': ", z->zone);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return E_ERROR;
}

/* ---- verify, install, uninstall, mark ---- */

static int verify(struct zoneadm *z)
{
	BUF_AUTO wrong = {0};
	unsigned n = zone_verify(&z->config, &wrong);
	if (!n)
		n = zone_verify_place(&z->config, z->root, &wrong);
	fputs(buf_str(&wrong), stderr);
	if (!n)
		return E_OK;
	fprintf(stderr, "could not verify zonepath %s because of the above errors.\n",
		zone_get(&z->config, "zonepath"));
	fprintf(stderr, "zoneadm: zone %s failed to verify\n", z->zone);
	return E_ERROR;
}

static int run_verify(struct zoneadm *z, int argc, char **argv)
{
	BUF_AUTO notes = {0};
	(void)argv;
	if (argc != 1)
		return E_USAGE;
	int status = verify(z);
	zone_verify_notes(&z->config, &notes);
	fputs(buf_str(&notes), stdout);
	return status;
}

static int set_state(struct zoneadm *z, enum zone_state state)
{
	struct err e;
	return zone_store_set_state(&z->store, z->zone, state, &e) < 0
		   ? zoneadm_fail(z, "%s", e.text)
		   : E_OK;
}

/* What could not be made whole is removed; where that fails, too, the zone stays incomplete. */
static int undo(struct zoneadm *z, const struct err *e)
{
	struct err again = {0};
	zoneadm_fail(z, "%s", e->text);
	/* Was there before, so it is not ours to remove. */
	if (e->code == EEXIST ||
	    zone_uninstall(zone_get(&z->config, "zonepath"), z->root, &again) == 0)
		set_state(z, ZONE_CONFIGURED);
	else
		zoneadm_fail(z, "%s", again.text);
	return E_ERROR;
}

static int install_options(struct zoneadm *z, int argc, char **argv, struct zone_source *from)
{
	int ch, given = 0;
	optind = 1;
	while ((ch = getopt(argc, argv, "d:a:t:")) != -1) {
		if (ch == '?' || (ch == 't' && strcmp(optarg, "sparse") != 0))
			return E_USAGE;
		from->kind = ch == 'd'	 ? ZONE_FROM_DIR
			     : ch == 'a' ? ZONE_FROM_ARCHIVE
					 : ZONE_SPARSE;
		from->path = optarg;
		given++;
	}
	if (given > 1 || optind < argc)
		return E_USAGE;
	if (!given && strcmp(zone_get(&z->config, "brand"), "sparse") == 0)
		from->kind = ZONE_SPARSE;
	else if (!given)
		return zoneadm_fail(z, "install of a %s zone needs -d, -a or -t",
				    zone_get(&z->config, "brand"));
	return E_OK;
}

static int run_install(struct zoneadm *z, int argc, char **argv)
{
	struct zone_source from = {0};
	struct err e = {0};
	int status = install_options(z, argc, argv, &from);
	if (status != E_OK)
		return status;
	if (z->live.state == ZONE_INCOMPLETE)
		return zoneadm_fail(
		    z, "must be uninstalled before install: an install was interrupted");
	if (z->live.state != ZONE_CONFIGURED)
		return zoneadm_fail(z, "zone is already installed");
	if (verify(z) != E_OK)
		return E_ERROR;
	puts("Preparing to install zone .");
	fflush(stdout);
	if (set_state(z, ZONE_INCOMPLETE) != E_OK)
		return E_ERROR;
	if (zone_install(&z->config, z->root, &from, &e) < 0)
		return undo(z, &e);
	if (set_state(z, ZONE_INSTALLED) != E_OK)
		return E_ERROR;
	puts("Zone is initialized.");
	return E_OK;
}

static int clone_options(struct zoneadm *z, int argc, char **argv, struct zone_cloning *c)
{
	int ch;
	optind = 1;
	while ((ch = getopt(argc, argv, "m:s:")) != -1) {
		if (ch == 'm')
			c->method = optarg;
		else if (ch == 's')
			c->snapshot = optarg;
		else
			return E_USAGE;
	}
	if (optind + 1 != argc)
		return E_USAGE;
	c->source = argv[optind];
	return strcmp(c->source, z->zone) == 0
		   ? zoneadm_fail(z, "a zone cannot be cloned from itself")
		   : E_OK;
}

static int run_clone(struct zoneadm *z, int argc, char **argv)
{
	struct zone_live live;
	struct zone_config from;
	struct zone_cloning c = {.root = z->root};
	struct err e = {0};
	int status = clone_options(z, argc, argv, &c);
	if (status != E_OK)
		return status;
	if (z->live.state != ZONE_CONFIGURED)
		return zoneadm_fail(z, "must be configured before clone.");
	const struct zone_entry *entry = zone_store_find(&z->store, c.source);
	if (!entry)
		return zoneadm_fail(z, "%s: No such zone configured", c.source);
	zone_live_read(z->root, entry, &live);
	if (live.state != ZONE_INSTALLED)
		return zoneadm_fail(z, "zone %s must be installed and halted to be cloned",
				    c.source);
	if (zone_store_load(&z->store, c.source, &from, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	if (verify(z) != E_OK)
		return E_ERROR;
	c.source = zone_get(&from, "zonepath");
	c.target = zone_get(&z->config, "zonepath");
	printf("Cloning zonepath %s...\n", c.source);
	fflush(stdout);
	if (set_state(z, ZONE_INCOMPLETE) != E_OK)
		return E_ERROR;
	if (!zone_clone(&c, &e))
		return undo(z, &e);
	return set_state(z, ZONE_INSTALLED);
}

static bool sure(const struct zoneadm *z)
{
	char answer[16];
	if (!isatty(STDIN_FILENO)) {
		zoneadm_fail(z,
			     "input not from terminal and -F not specified: uninstall cancelled");
		return false;
	}
	printf("Are you sure you want to uninstall zone %s (y/[n])? ", z->zone);
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int run_uninstall(struct zoneadm *z, int argc, char **argv)
{
	struct err e = {0};
	bool force = argc == 2 && strcmp(argv[1], "-F") == 0;
	if (argc > 1 && !force)
		return E_USAGE;
	if (z->live.up)
		return zoneadm_fail(z, "uninstall operation is invalid for running zones.");
	if (z->live.state != ZONE_INSTALLED && z->live.state != ZONE_INCOMPLETE)
		return zoneadm_fail(z, "must be installed before uninstall.");
	if (!force && !sure(z))
		return E_ERROR;
	if (set_state(z, ZONE_INCOMPLETE) != E_OK)
		return E_ERROR;
	if (zone_uninstall(zone_get(&z->config, "zonepath"), z->root, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return set_state(z, ZONE_CONFIGURED);
}

static int run_mark(struct zoneadm *z, int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "incomplete") != 0)
		return E_USAGE;
	if (z->live.up)
		return zoneadm_fail(z, "mark operation is invalid for running zones.");
	if (z->live.state != ZONE_INSTALLED && z->live.state != ZONE_INCOMPLETE)
		return zoneadm_fail(z, "must be installed before mark.");
	return set_state(z, ZONE_INCOMPLETE);
}

/* ---- up and down ---- */

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
		if (zone_signal(z->root, z->entry, &z->live, SIGUSR1, false, &e) < 0)
			return zoneadm_fail(z, "%s", e.text);
		return E_OK;
	}
	if (z->live.up)
		return zoneadm_fail(z, "zone is already %s",
				    z->live.state == ZONE_RUNNING ? "booted"
								  : zone_state_name(z->live.state));
	if (z->live.state != ZONE_INSTALLED)
		return zoneadm_fail(z, "must be installed before %s.", argv[0]);
	if (verify(z) != E_OK)
		return E_ERROR;
	boot_arguments(z, argc, argv, &b);
	if (zone_boot(&b, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return E_OK;
}

static int run_boot(struct zoneadm *z, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--") == 0) {
		argv[1] = argv[0];
		return bring_up(z, argc - 1, argv + 1, true);
	}
	return argc > 1 ? E_USAGE : bring_up(z, argc, argv, true);
}

static int run_ready(struct zoneadm *z, int argc, char **argv)
{
	return argc > 1 ? E_USAGE : bring_up(z, argc, argv, false);
}

static int tell(struct zoneadm *z, const char *what, int signal, bool gone)
{
	struct err e = {0};
	if (!z->live.up || (!gone && z->live.state != ZONE_RUNNING))
		return zoneadm_fail(z, "must be running before %s.", what);
	if (zone_signal(z->root, z->entry, &z->live, signal, gone, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return E_OK;
}

static int run_halt(struct zoneadm *z, int argc, char **argv)
{
	return argc > 1 ? E_USAGE : tell(z, argv[0], SIGTERM, true);
}

static int run_reboot(struct zoneadm *z, int argc, char **argv)
{
	return argc > 1 ? E_USAGE : tell(z, argv[0], SIGHUP, false);
}

static int run_shutdown(struct zoneadm *z, int argc, char **argv)
{
	bool again = argc == 2 && strcmp(argv[1], "-r") == 0;
	if (argc > 1 && !again)
		return E_USAGE;
	if (z->live.state != ZONE_RUNNING)
		return zoneadm_fail(z, "must be running before shutdown.");
	if (tell(z, argv[0], SIGUSR2, true) != E_OK)
		return E_ERROR;
	zone_live_read(z->root, z->entry, &z->live);
	argv[1] = NULL;
	return again ? bring_up(z, 1, argv, true) : E_OK;
}

/* ---- dispatch ---- */

static const struct subcommand {
	const char *name;
	int (*run)(struct zoneadm *z, int argc, char **argv);
	bool locks;
} subcommands[] = {
    {"verify", run_verify, false}, {"install", run_install, true},
    {"clone", run_clone, true},	   {"uninstall", run_uninstall, true},
    {"mark", run_mark, true},	   {"ready", run_ready, true},
    {"boot", run_boot, true},	   {"halt", run_halt, true},
    {"reboot", run_reboot, true},  {"shutdown", run_shutdown, true},
};

static int run_on_zone(struct zoneadm *z, int argc, char **argv)
{
	const struct subcommand *s = NULL;
	struct err e = {0};
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		if (strcmp(subcommands[i].name, argv[0]) == 0)
			s = &subcommands[i];
	if (!s || !z->zone)
		return E_USAGE;
	if (zone_name_check(z->zone, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	if (geteuid() != 0)
		return zoneadm_fail(z, "you must be root for %s", s->name);
	/* No lock makes the directory of a store that is not there. */
	if (!(z->entry = zone_store_find(&z->store, z->zone)))
		return zoneadm_fail(z, "No such zone configured");
	if (s->locks && zone_store_lock(&z->store, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	if (!(z->entry = zone_store_find(&z->store, z->zone)))
		return zoneadm_fail(z, "No such zone configured");
	zone_live_read(z->root, z->entry, &z->live);
	if (zone_store_load(&z->store, z->zone, &z->config, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return s->run(z, argc, argv);
}

static int run(struct zoneadm *z, int argc, char **argv)
{
	struct err e = {0};
	if (zone_store_open(&z->store, z->arena, z->root, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	int status =
	    strcmp(argv[0], "list") == 0 ? zoneadm_list(z, argc, argv) : run_on_zone(z, argc, argv);
	zone_store_close(&z->store);
	return status == E_USAGE ? usage(stderr) : status;
}

int main(int argc, char **argv)
{
	struct zoneadm z = {0};
	int ch;
	if (argc > 1 && (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0))
		return usage(stdout);
	while ((ch = getopt(argc, argv, "+z:R:")) != -1) {
		if (ch == 'z')
			z.zone = optarg;
		else if (ch == 'R')
			z.root = optarg;
		else
			return usage(stderr);
	}
	if (optind >= argc)
		return usage(stderr);
	if (!(z.arena = arena_new()))
		return zoneadm_fail(&z, "out of memory");
	int status = arena_guard(z.arena) ? zoneadm_fail(&z, "out of memory")
					  : run(&z, argc - optind, argv + optind);
	arena_free(z.arena);
	return status;
}
