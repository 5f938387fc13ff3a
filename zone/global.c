/*
 * global.c - see global.h
 *
 * What may be set of it: zonecfg(8) of illumos.
 */
#include "zone/global.h"

#include "zone/rctl.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool zone_is_global(const char *name)
{
	return strcmp(name, "global") == 0;
}

bool zone_global_has(const char *name)
{
	static const char *const own[] = {
	    "pool",	     "scheduling-class", "cpu-shares",	  "zfs-io-priority",
	    "dedicated-cpu", "capped-cpu",	 "capped-memory", "rctl",
	    "attr"};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(own[i], name) == 0)
			return true;
	return strncmp(name, "max-", 4) == 0;
}

/* What it has, and nobody changes. */
static const struct {
	const char *name, *value;
} fixed[] = {{"zonepath", "/"}, {"brand", "native"}, {"autoboot", "true"}};
enum { FIXED = sizeof(fixed) / sizeof(fixed[0]) };

static const char *fixed_value(const char *name)
{
	for (int i = 0; i < FIXED; i++)
		if (strcmp(fixed[i].name, name) == 0)
			return fixed[i].value;
	return NULL;
}

int zone_global_load(struct zone_store *s, struct zone_config *z, struct err *e)
{
	const char *path = arena_printf(s->arena, "%s/global.cfg", s->dir);
	zone_config_init(z, s->arena, "global");
	if (access(path, F_OK) == 0 && zone_store_load(s, "global", z, e) < 0)
		return -1;
	for (int i = 0; i < FIXED; i++)
		z->globals[zone_prop_index(zone_globals, fixed[i].name)] = fixed[i].value;
	return 0;
}

unsigned zone_global_verify(const struct zone_config *z, struct buf *out)
{
	unsigned n = 0;
	for (int i = 0; zone_globals[i].name; i++) {
		const char *always = fixed_value(zone_globals[i].name);
		if (!z->globals[i] || zone_global_has(zone_globals[i].name) ||
		    (always && strcmp(always, z->globals[i]) == 0))
			continue;
		buf_printf(out, "%s: cannot be set for the global zone\n", zone_globals[i].name);
		n++;
	}
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *in = &z->instances.at[i];
		struct err e = {0};
		if (!zone_global_has(in->type->name))
			buf_printf(out, "%s: the global zone cannot have one\n", in->type->name);
		else if (zone_instance_check(z, in, in, &e) < 0)
			buf_printf(out, "%s\n", e.text);
		else
			continue;
		n++;
	}
	return n;
}

static void note(const char *what, struct buf *out)
{
	buf_printf(out,
		   "note: %s is without effect on the global zone: what is in no zone has no group "
		   "of its own\n",
		   what);
}

void zone_global_notes(const struct zone_config *z, struct buf *out)
{
	for (int i = 0; zone_globals[i].name; i++)
		if (z->globals[i] && zone_global_has(zone_globals[i].name) &&
		    strcmp(zone_globals[i].name, "cpu-shares") != 0)
			note(zone_globals[i].name, out);
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *in = &z->instances.at[i];
		const char *name = zone_instance_get(in, "name");
		bool shares = strcmp(in->type->name, "rctl") == 0 && name &&
			      strcmp(name, "zone.cpu-shares") == 0;
		if (!shares && strcmp(in->type->name, "attr") != 0)
			note(in->type->name, out);
	}
	if (zone_rctl_configured(z, "cpu-shares") != ZONE_UNLIMITED)
		buf_puts(out, "note: cpu-shares weigh once priocntl -s -c FSS has made what is in "
			      "no zone share\n");
}

uint64_t zone_global_shares(const char *root)
{
	struct zone_store s;
	struct zone_config z;
	struct err ignored = {0};
	uint64_t shares = ZONE_UNLIMITED;
	struct arena *a = arena_new();
	if (a && !arena_guard(a) && zone_store_open(&s, a, root, &ignored) == 0 &&
	    zone_global_load(&s, &z, &ignored) == 0)
		shares = zone_rctl_configured(&z, "cpu-shares");
	if (a)
		arena_free(a);
	return shares == ZONE_UNLIMITED ? 1 : shares;
}
