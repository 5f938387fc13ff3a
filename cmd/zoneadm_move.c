/*
 * zoneadm_move.c - zoneadm move, detach and attach: zones that go elsewhere with their files
 */
#include "cmd/zoneadm.h"

#include "zone/install.h"
#include "zone/move.h"
#include "zone/step.h"

#include <stdio.h>
#include <string.h>

int zoneadm_move(struct zoneadm *z, int argc, char **argv)
{
	struct err e = {0};
	if (argc != 2)
		return E_USAGE;
	if (z->live.up)
		return zoneadm_fail(z, "move operation is invalid for running zones.");
	if (z->live.state != ZONE_INSTALLED && z->live.state != ZONE_CONFIGURED)
		return zoneadm_fail(z, "must be installed before move.");
	int p = zone_prop_index(zone_globals, "zonepath");
	const char *path = zone_value(z->arena, &zone_globals[p], argv[1], &e);
	if (!path)
		return zoneadm_fail(z, "%s", e.text);
	if (strcmp(path, zone_get(&z->config, "zonepath")) == 0)
		return zoneadm_fail(z, "its zonepath is %s already", path);
	if (z->live.state == ZONE_CONFIGURED)
		return zoneadm_fail(z, "must be installed before move.");
	if (zone_move(&z->store, z->root, &z->config, path, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	return E_OK;
}

int zoneadm_detach(struct zoneadm *z, int argc, char **argv)
{
	struct err e = {0};
	bool only = argc == 2 && strcmp(argv[1], "-n") == 0;
	if (argc > 1 && !only)
		return E_USAGE;
	if (z->live.up)
		return zoneadm_fail(z, "detach operation is invalid for running zones.");
	if (z->live.state != ZONE_INSTALLED)
		return zoneadm_fail(z, "must be installed before detach.");
	if (only) {
		BUF_AUTO text = {0};
		zone_export(&z->config, &text);
		fputs(buf_str(&text), stdout);
		return E_OK;
	}
	if (zone_detach(z->root, &z->config, &e) < 0)
		return zoneadm_fail(z, "%s", e.text);
	zone_step("detach: manifest written");
	return zoneadm_set_state(z, ZONE_CONFIGURED);
}

int zoneadm_attach(struct zoneadm *z, int argc, char **argv)
{
	BUF_AUTO wrong = {0};
	struct err e = {0};
	bool force = false, only = false;
	for (int i = 1; i < argc; i++) {
		force |= strcmp(argv[i], "-F") == 0;
		only |= strcmp(argv[i], "-n") == 0;
		if (strcmp(argv[i], "-F") != 0 && strcmp(argv[i], "-n") != 0)
			return E_USAGE;
	}
	if (z->live.state != ZONE_CONFIGURED)
		return zoneadm_fail(z, "must be configured before attach.");
	if (zoneadm_verify(z) != E_OK)
		return E_ERROR;
	if (zone_attach_check(z->root, &z->config, !force, &wrong)) {
		fputs(buf_str(&wrong), stderr);
		return zoneadm_fail(z, "cannot be attached");
	}
	if (only)
		return E_OK;
	if (zoneadm_set_state(z, ZONE_INSTALLED) != E_OK)
		return E_ERROR;
	zone_step("attach: installed");
	return zone_attach(z->root, &z->config, &e) < 0 ? zoneadm_fail(z, "%s", e.text) : E_OK;
}
