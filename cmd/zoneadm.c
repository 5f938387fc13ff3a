/*
 * zoneadm.c - the command zoneadm(8): installs, boots, halts and lists zones
 *
 * Here: the command line, and which zones it is about. A subcommand that changes a zone holds the
 * zone's lock from its look at the state to its end, so that two administrators take turns at a
 * zone, and no others wait. Several zones are worked on by as many processes. Who is not root asks
 * zoneadmd(8).
 */
#include "cmd/zoneadm.h"

#include "zone/boot.h"
#include "zone/delegate.h"
#include "zone/install.h"
#include "zone/move.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How each subcommand is used; those of one name stand together. */
static const struct use {
	const char *name, *text;
} uses[] = {
    {"verify", "-z zone verify"},
    {"install", "-z zone install [-d directory | -a archive | -o image [-T tag] |\n"
		"               -t sparse | -t debian [-r release]]"},
    {"clone", "-z zone clone [-b] [-m method] [-s snapshot] source"},
    {"uninstall", "-z zone uninstall [-F]"},
    {"export-oci", "-z zone export-oci directory"},
    {"mark", "-z zone mark incomplete"},
    {"move", "-z zone move path"},
    {"detach", "-z zone detach [-n]"},
    {"attach", "-z zone attach [-F] [-n]"},
    {"ready", "-z zone ready"},
    {"boot", "-z zone boot [-- [-i init] [argument ...]]"},
    {"halt", "-z zone halt"},
    {"reboot", "-z zone reboot [-- [-i init] [argument ...]]"},
    {"shutdown", "-z zone shutdown [-r [-- [-i init] [argument ...]]]"},
    {"apply", "-z zone apply"},
    {"list", "[-z zone] list [-cin] [-p | -v]"},
    {"top", "top [-d seconds] [-n times]"},
    {NULL, "boot -a | shutdown -a | halt -a"},
};

static bool is_used(const char *name)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (uses[i].name && strcmp(uses[i].name, name) == 0)
			return true;
	return false;
}

/* Of one subcommand; where there is none of that name (or NULL) of all. */
static int usage(FILE *to, const char *name)
{
	bool all = !name || !is_used(name);
	const char *head = "usage:";
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (!all && (!uses[i].name || strcmp(uses[i].name, name) != 0))
			continue;
		fprintf(to, "%-6s zoneadm [-R root] %s\n", head, uses[i].text);
		head = "";
	}
	if (all)
		fputs("       zoneadm help [subcommand]\n"
		      "zone: a name, or a pattern in quotes for several; -u uuid in its place\n",
		      to);
	return to == stdout ? E_OK : E_USAGE;
}

static int help(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && !is_used(argv[1])))
		return usage(stderr, NULL);
	return usage(stdout, argc == 2 ? argv[1] : NULL);
}

int zoneadm_fail(const struct zoneadm *z, const char *fmt, ...)
{
	va_list ap;
	char text[1024];
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Names in an archive, words of an image: nothing of them is for the terminal. */
	for (char *p = text; *p; p++)
		*p = (unsigned char)*p < ' ' || *p == 127 ? '?' : *p;
	if (z->zone)
		fprintf(stderr, "zoneadm: zone '%s': %s\n", z->zone, text);
	else
		fprintf(stderr, "zoneadm: %s\n", text);
	return E_ERROR;
}

/* ---- what subcommands share ---- */

int zoneadm_verify(struct zoneadm *z)
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
	int status = zoneadm_verify(z);
	zone_verify_notes(&z->config, &notes);
	if (z->live.system_users)
		buf_printf(&notes, "note: the file system of %s " ZONEADM_SYSTEM_USERS "\n",
			   zone_get(&z->config, "zonepath"));
	fputs(buf_str(&notes), stdout);
	return status;
}

int zoneadm_set_state(struct zoneadm *z, enum zone_state state)
{
	struct err e = {0};
	int status = zone_store_lock(&z->store, &e);
	if (status == 0)
		status = zone_store_set_state(&z->store, z->zone, state, &e);
	zone_store_unlock(&z->store);
	return status < 0 ? zoneadm_fail(z, "%s", e.text) : E_OK;
}

/* What is known of the zone, once it is locked (where it is to be). */
static int know(struct zoneadm *z, bool locks)
{
	struct err e = {0};
	const struct zone_entry *entry;
	if (!zone_store_find(&z->store, z->zone))
		return zoneadm_fail(z, "No such zone configured");
	z->lock = locks ? zone_live_lock(z->root, z->zone, &e) : -1;
	/* Whoever had the lock may have changed it. */
	if (locks && (z->lock < 0 || zone_move_repair(&z->store, z->root, z->zone, &e) < 0 ||
		      zone_store_read(&z->store, &e) < 0))
		return zoneadm_fail(z, "%s", e.text);
	if (!(entry = zone_store_find(&z->store, z->zone)))
		return zoneadm_fail(z, "No such zone configured");
	z->entry = *entry;
	zone_live_read(z->root, &z->entry, &z->live);
	if (locks && z->live.left && zone_boot_repair(z->root, z->zone))
		zoneadm_fail(z,
			     "processes that were left when its supervisor was killed are ended");
	if (zone_store_load(&z->store, z->zone, &z->config, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return E_OK;
}

int zoneadm_source(struct zoneadm *z, const char *name, struct zoneadm *source)
{
	struct err e = {0};
	*source = *z;
	source->zone = name;
	if (strcmp(name, z->zone) == 0)
		return zoneadm_fail(z, "a zone cannot be cloned from itself");
	if (zone_name_check(name, &e) < 0 || !zone_store_find(&z->store, name))
		return zoneadm_fail(z, "%s: No such zone configured", name);
	/* In the order of names, so that no two commands wait for each other. */
	if (strcmp(name, z->zone) < 0) {
		close(z->lock);
		z->lock = -1;
	}
	int status = know(source, true);
	return status == E_OK && z->lock < 0 ? know(z, true) : status;
}

/* ---- dispatch ---- */

static const struct subcommand {
	const char *name;
	zoneadm_run *run;
	bool locks;
} subcommands[] = {
    {"verify", run_verify, false},	  {"install", zoneadm_install, true},
    {"clone", zoneadm_clone, true},	  {"uninstall", zoneadm_uninstall, true},
    {"mark", zoneadm_mark, true},	  {"move", zoneadm_move, true},
    {"detach", zoneadm_detach, true},	  {"attach", zoneadm_attach, true},
    {"ready", zoneadm_ready, true},	  {"boot", zoneadm_boot, true},
    {"halt", zoneadm_halt, true},	  {"reboot", zoneadm_reboot, true},
    {"export-oci", zoneadm_export, true}, {"shutdown", zoneadm_shutdown, true},
    {"apply", zoneadm_apply, true},
};

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		if (strcmp(subcommands[i].name, name) == 0)
			return &subcommands[i];
	return NULL;
}

static int run_on_zone(struct zoneadm *z, int argc, char **argv)
{
	const struct subcommand *s = find(argv[0]);
	struct err e = {0};
	if (zone_name_check(z->zone, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	int status = know(z, s->locks);
	return status == E_OK ? s->run(z, argc, argv) : status;
}

/* ---- several zones ---- */

/* One of them, in a process of its own. */
_Noreturn static void run_alone(const struct zoneadm *all, const char *zone, int argc, char **argv)
{
	struct zoneadm z = {.root = all->root, .zone = zone, .lock = -1};
	struct err e = {0};
	int status = E_ERROR;
	if (!(z.arena = arena_new()) || arena_guard(z.arena))
		_exit(zoneadm_fail(&z, "out of memory"));
	if (zone_store_open(&z.store, z.arena, z.root, &e) < 0)
		zoneadm_fail(&z, "%s", e.text);
	else
		status = run_on_zone(&z, argc, argv);
	fflush(stdout);
	_exit(status);
}

static int reap_one(void)
{
	int status;
	while (wait(&status) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : E_ERROR;
}

/* The worst of their ends. Twice as many at once as there are CPUs: much of it is to wait. */
static int run_each(const struct zoneadm *z, const char *const *zones, size_t n, int argc,
		    char **argv)
{
	size_t most = 2 * (size_t)sysconf(_SC_NPROCESSORS_ONLN), busy = 0;
	int worst = E_OK, status;
	fflush(stdout);
	for (size_t i = 0; i < n || busy; i++) {
		if (busy == most || i >= n) {
			status = reap_one();
			worst = status > worst ? status : worst;
			busy--;
		}
		if (i >= n)
			continue;
		pid_t pid = fork();
		if (pid == 0)
			run_alone(z, zones[i], argc, argv);
		if (pid < 0)
			worst = zoneadm_fail(z, "%s: cannot fork: %s", zones[i], strerror(errno));
		busy += pid > 0;
	}
	return worst;
}

static bool boots_itself(struct zoneadm *z, const struct zone_entry *entry)
{
	struct zone_config c;
	struct err e;
	return entry->state == ZONE_INSTALLED &&
	       zone_store_load(&z->store, entry->name, &c, &e) == 0 &&
	       strcmp(zone_get(&c, "autoboot"), "true") == 0;
}

static bool is_meant(struct zoneadm *z, const struct zone_entry *entry, const char *what, bool all)
{
	struct zone_live l;
	if (z->uuid)
		return strcmp(z->uuid, entry->uuid) == 0;
	if (!all)
		return fnmatch(z->zone, entry->name, 0) == 0;
	if (strcmp(what, "boot") == 0 && !boots_itself(z, entry))
		return false;
	zone_live_read(z->root, entry, &l);
	return l.up == (strcmp(what, "boot") != 0);
}

static int run_on_several(struct zoneadm *z, int argc, char **argv, bool all)
{
	VEC(const char *) zones = {0};
	for (size_t i = 0; i < z->store.entries.n; i++)
		if (is_meant(z, &z->store.entries.at[i], argv[0], all))
			*vec_push(&zones, z->arena) = z->store.entries.at[i].name;
	if (!zones.n)
		return all ? E_OK : zoneadm_fail(z, "No such zone configured");
	if (zones.n == 1) {
		z->zone = zones.at[0];
		return run_on_zone(z, argc, argv);
	}
	return run_each(z, zones.at, zones.n, argc, argv);
}

static bool is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* Not being root: zoneadmd(8) is asked. */
static int run_for_user(struct zoneadm *z, int argc, char **argv)
{
	struct delegate_request r = {.program = DELEGATE_ZONEADM, .term = "", .zone = z->zone};
	struct err e = {0};
	if (!z->zone || is_pattern(z->zone))
		return zoneadm_fail(z, "you must be root for %s of several zones", argv[0]);
	if (argc > DELEGATE_WORDS)
		return zoneadm_fail(z, "too many arguments");
	for (int i = 0; i < argc; i++)
		r.words[r.nwords++] = argv[i];
	int status = delegate_ask(z->root, &r, &e);
	return status < 0 ? zoneadm_fail(z, "%s", e.text) : status;
}

static int run(struct zoneadm *z, int argc, char **argv)
{
	struct err e = {0};
	bool all = argc == 2 && !z->zone && !z->uuid && strcmp(argv[1], "-a") == 0 &&
		   (strcmp(argv[0], "boot") == 0 || strcmp(argv[0], "halt") == 0 ||
		    strcmp(argv[0], "shutdown") == 0);
	bool list = strcmp(argv[0], "list") == 0;
	if (strcmp(argv[0], "top") == 0)
		return zoneadm_top(z, argc, argv);
	if (!list && (!find(argv[0]) || (!all && !z->zone && !z->uuid)))
		return E_USAGE;
	if (!list && geteuid() != 0)
		return run_for_user(z, argc, argv);
	if (zone_store_open(&z->store, z->arena, z->root, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	if (list)
		return zoneadm_list(z, argc, argv);
	if (all || z->uuid || is_pattern(z->zone))
		return run_on_several(z, all ? 1 : argc, argv, all);
	return run_on_zone(z, argc, argv);
}

int main(int argc, char **argv)
{
	struct zoneadm z = {.lock = -1};
	char root[PATH_MAX];
	int ch;
	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		return usage(stdout, NULL);
	while ((ch = getopt(argc, argv, "+z:u:R:")) != -1) {
		if (ch == 'z')
			z.zone = optarg;
		else if (ch == 'u')
			z.uuid = optarg;
		else if (ch == 'R') /* a supervisor lives in a directory of its own */
			z.root = realpath(optarg, root) ? root : optarg;
		else
			return usage(stderr, NULL);
	}
	if (optind >= argc || (z.zone && z.uuid))
		return usage(stderr, NULL);
	if (strcmp(argv[optind], "help") == 0)
		return help(argc - optind, argv + optind);
	const char *name = argv[optind];
	if (!(z.arena = arena_new()))
		return zoneadm_fail(&z, "out of memory");
	int status = arena_guard(z.arena) ? zoneadm_fail(&z, "out of memory")
					  : run(&z, argc - optind, argv + optind);
	arena_free(z.arena);
	return status == E_USAGE ? usage(stderr, name) : status;
}
