/*
 * zoneadm_files.c - zoneadm install, clone, uninstall and mark: zones get files, and lose them
 */
#include "cmd/zoneadm.h"

#include "zone/cgroup.h"
#include "zone/clone.h"
#include "zone/image.h"
#include "zone/install.h"
#include "zone/step.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What could not be made whole is removed; where that fails, too, the zone stays incomplete. */
static int undo(struct zoneadm *z, const struct err *e)
{
	struct err again = {0};
	zoneadm_fail(z, "%s", e->text);
	/* Was there before, so it is not ours to remove. */
	if (e->code == EEXIST ||
	    zone_uninstall(zone_get(&z->config, "zonepath"), z->root, &again) == 0)
		zoneadm_set_state(z, ZONE_CONFIGURED);
	else
		zoneadm_fail(z, "%s", again.text);
	return E_ERROR;
}

static int install_options(struct zoneadm *z, int argc, char **argv, struct zone_source *from)
{
	int ch, given = 0;
	const char *release = NULL;
	optind = 1;
	while ((ch = getopt(argc, argv, "d:a:o:t:T:r:")) != -1) {
		if (ch == 'T')
			from->tag = optarg;
		else if (ch == 'r')
			release = optarg;
		else if (ch == 't' && strcmp(optarg, "sparse") == 0)
			from->kind = ZONE_SPARSE;
		else if (ch == 't' && strcmp(optarg, "debian") == 0)
			from->kind = ZONE_FROM_DEBIAN;
		else if (ch == 'd' || ch == 'a' || ch == 'o')
			from->kind = ch == 'd'	 ? ZONE_FROM_DIR
				     : ch == 'a' ? ZONE_FROM_ARCHIVE
						 : ZONE_FROM_IMAGE;
		else
			return E_USAGE;
		if (ch == 'd' || ch == 'a' || ch == 'o')
			from->path = optarg;
		given += ch != 'T' && ch != 'r';
	}
	if (given > 1 || optind < argc)
		return E_USAGE;
	if (!given)
		from->kind = strcmp(zone_get(&z->config, "brand"), "sparse") == 0
				 ? ZONE_SPARSE
				 : ZONE_FROM_DEBIAN;
	if ((release && from->kind != ZONE_FROM_DEBIAN) ||
	    (from->tag && from->kind != ZONE_FROM_IMAGE))
		return E_USAGE;
	if (release)
		from->path = release;
	return E_OK;
}

/* In one line; what is no printable character of it is a question mark. */
static void show_program(const char *text)
{
	fputs("The image's program:", stdout);
	for (const char *p = text; strncmp(p, "arg ", 4) == 0; p += *p == '\n') {
		putchar(' ');
		for (p += 4; *p && *p != '\n'; p++)
			putchar(*p >= ' ' && *p < 0x7f ? *p : '?');
	}
	puts("\nIt is run unless bootargs names another.");
}

int zoneadm_install(struct zoneadm *z, int argc, char **argv)
{
	BUF_AUTO program = {0};
	struct zone_source from = {.program = &program};
	struct err e = {0};
	int status = install_options(z, argc, argv, &from);
	if (status != E_OK)
		return status;
	if (z->live.state == ZONE_INCOMPLETE)
		return zoneadm_fail(
		    z, "must be uninstalled before install: an install was interrupted");
	if (z->live.state != ZONE_CONFIGURED)
		return zoneadm_fail(z, "zone is already installed");
	if (zoneadm_verify(z) != E_OK)
		return E_ERROR;
	puts("Preparing to install zone .");
	fflush(stdout);
	if (zoneadm_set_state(z, ZONE_INCOMPLETE) != E_OK)
		return E_ERROR;
	zone_step("install: incomplete");
	if (zone_install(&z->config, z->root, &from, &e) < 0)
		return undo(z, &e);
	zone_step("install: made");
	if (zoneadm_set_state(z, ZONE_INSTALLED) != E_OK)
		return E_ERROR;
	puts("Zone is initialized.");
	if (program.n)
		show_program(buf_str(&program));
	return E_OK;
}

static int clone_options(int argc, char **argv, struct zone_cloning *c, bool *boot)
{
	int ch;
	optind = 1;
	while ((ch = getopt(argc, argv, "bm:s:")) != -1) {
		*boot |= ch == 'b';
		if (ch == 'b')
			continue;
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
	return E_OK;
}

int zoneadm_clone(struct zoneadm *z, int argc, char **argv)
{
	struct zoneadm source;
	struct zone_cloning c = {.root = z->root};
	struct err e = {0};
	char *boot[] = {"boot", NULL};
	bool boots = false;
	int status = clone_options(argc, argv, &c, &boots);
	if (status == E_OK)
		status = zoneadm_source(z, c.source, &source);
	if (status != E_OK)
		return status;
	if (z->live.state != ZONE_CONFIGURED)
		return zoneadm_fail(z, "must be configured before clone.");
	if (source.live.state != ZONE_INSTALLED)
		return zoneadm_fail(z, "zone %s must be installed and halted to be cloned",
				    source.zone);
	if (zoneadm_verify(z) != E_OK)
		return E_ERROR;
	c.source = zone_get(&source.config, "zonepath");
	c.target = zone_get(&z->config, "zonepath");
	printf("Cloning zonepath %s...\n", c.source);
	fflush(stdout);
	if (zoneadm_set_state(z, ZONE_INCOMPLETE) != E_OK)
		return E_ERROR;
	zone_step("clone: incomplete");
	if (!zone_clone(&c, &e))
		return undo(z, &e);
	zone_step("clone: made");
	status = zoneadm_set_state(z, ZONE_INSTALLED);
	if (status != E_OK || !boots)
		return status;
	/* Others may have the source from here on. */
	close(source.lock);
	z->live.state = ZONE_INSTALLED;
	return zoneadm_boot(z, 1, boot);
}

int zoneadm_export(struct zoneadm *z, int argc, char **argv)
{
	struct err e = {0};
	if (argc != 2)
		return E_USAGE;
	if (z->live.state != ZONE_INSTALLED)
		return zoneadm_fail(z, "must be installed and halted before export-oci.");
	return zone_image_export(&z->config, z->root, argv[1], &e) < 0
		   ? zoneadm_fail(z, "%s", e.text)
		   : E_OK;
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

/* Has no zone files any more? */
static bool all_uninstalled(const struct zone_store *s)
{
	for (size_t i = 0; i < s->entries.n; i++)
		if (s->entries.at[i].state != ZONE_CONFIGURED)
			return false;
	return true;
}

int zoneadm_uninstall(struct zoneadm *z, int argc, char **argv)
{
	struct zone_cgroups groups;
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
	if (zoneadm_set_state(z, ZONE_INCOMPLETE) != E_OK)
		return E_ERROR;
	zone_step("uninstall: incomplete");
	zone_cgroups_find(&groups, z->root, z->zone);
	zone_cgroups_remove(&groups); /* of a supervisor that was killed */
	if (zone_uninstall(zone_get(&z->config, "zonepath"), z->root, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	zone_step("uninstall: removed");
	int status = zoneadm_set_state(z, ZONE_CONFIGURED);
	if (all_uninstalled(&z->store))
		zone_cgroups_leave(&groups);
	return status;
}

int zoneadm_mark(struct zoneadm *z, int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "incomplete") != 0)
		return E_USAGE;
	if (z->live.up)
		return zoneadm_fail(z, "mark operation is invalid for running zones.");
	if (z->live.state != ZONE_INSTALLED && z->live.state != ZONE_INCOMPLETE)
		return zoneadm_fail(z, "must be installed before mark.");
	return zoneadm_set_state(z, ZONE_INCOMPLETE);
}
