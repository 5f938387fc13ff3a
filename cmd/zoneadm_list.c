/*
 * zoneadm_list.c - zoneadm list: which zones there are, for people and for programs
 */
#include "cmd/zoneadm.h"

#include "base/buf.h"
#include "base/container.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct format {
	bool configured, installed, no_global, table, parsable;
};

static void print_parsable(unsigned id, bool up, const char *name, const char *state,
			   const char *path, const char *uuid, const char *brand, const char *ip)
{
	if (up)
		printf("%u", id);
	else
		putchar('-');
	printf(":%s:%s:", name, state);
	for (; *path; path++) {
		if (*path == ':')
			putchar('\\');
		putchar(*path);
	}
	printf(":%s:%s:%s\n", uuid, brand, ip);
}

static void print_zone(const struct format *f, unsigned id, bool up, const char *name,
		       const char *state, const char *path, const char *uuid, const char *brand,
		       const char *ip)
{
	char number[16] = "-";
	if (f->parsable) {
		print_parsable(id, up, name, state, path, uuid, brand,
			       strcmp(ip, "exclusive") == 0 ? "excl" : ip);
		return;
	}
	if (!f->table) {
		puts(name);
		return;
	}
	if (up)
		snprintf(number, sizeof(number), "%u", id);
	printf("%4s %-16s %-10s %-30s %-8s %-6s\n", number, name, state, path, brand,
	       strcmp(ip, "exclusive") == 0 ? "excl" : ip);
}

static bool wanted(const struct zoneadm *z, const struct format *f, const struct zone_live *l,
		   const struct zone_entry *entry)
{
	if (z->zone)
		return fnmatch(z->zone, entry->name, 0) == 0;
	if (z->uuid)
		return strcmp(z->uuid, entry->uuid) == 0;
	if (f->configured)
		return true;
	return f->installed ? l->state >= ZONE_INSTALLED : l->up && l->state == ZONE_RUNNING;
}

/* A zone that somebody else made. Its path leads to its files as it sees them; it has none of its own
 * when it is a service or a virtual machine of the system. */
static int list_adopted(void *arg, const struct container *c)
{
	char path[64];
	struct zone_key own, its;
	const struct format *f = arg;
	bool exclusive = zone_key_of_net(getpid(), &own) == 0 &&
			 zone_key_of_net(c->pid, &its) == 0 && own.ns != its.ns;
	snprintf(path, sizeof(path), "/proc/%d/root", (int)c->pid);
	print_zone(f, (unsigned)c->id, true, c->name, "running", path, "", c->brand,
		   exclusive ? "excl" : "shared");
	return 0;
}

static int list_zones(struct zoneadm *z, const struct format *f)
{
	struct err e = {0};
	struct zone_live l;
	BUF_AUTO outside = {0};
	int status = E_OK, up = zone_live_open(z->root);
	if (f->table)
		printf("%4s %-16s %-10s %-30s %-8s %-6s\n", "ID", "NAME", "STATUS", "PATH", "BRAND",
		       "IP");
	if (z->zone ? strcmp(z->zone, "global") == 0 : !f->no_global && !z->uuid)
		print_zone(f, 0, true, "global", "running", "/", "", "linux", "shared");
	for (size_t i = 0; i < z->store.entries.n; i++) {
		const struct zone_entry *entry = &z->store.entries.at[i];
		struct zone_brief b = {"", ""};
		zone_live_look(up, entry, &l);
		if (!wanted(z, f, &l, entry))
			continue;
		if ((f->table || f->parsable) &&
		    zone_store_glance(&z->store, entry->name, &b, &e) < 0) {
			fprintf(stderr, "zoneadm: %s\n", e.text);
			status = E_ERROR;
			continue;
		}
		print_zone(f, l.id, l.up, entry->name, zone_state_name(l.state), entry->path,
			   entry->uuid, b.brand, b.ip_type);
		if (f->table && l.up) {
			zone_live_read(z->root, entry, &l);
			if (l.system_users)
				buf_printf(&outside, " %s", entry->name);
		}
	}
	if (up >= 0)
		close(up);
	/* Those of others are of no alternate root. */
	if (f->configured && !z->zone && !z->uuid && !z->root)
		containers_each(list_adopted, (void *)(uintptr_t)f);
	if (outside.n)
		printf("Zones whose root is root of the system:%s\n", buf_str(&outside));
	return status;
}

static bool is_known(const struct zoneadm *z)
{
	for (size_t i = 0; i < z->store.entries.n; i++)
		if (fnmatch(z->zone, z->store.entries.at[i].name, 0) == 0)
			return true;
	return false;
}

int zoneadm_list(struct zoneadm *z, int argc, char **argv)
{
	struct format f = {0};
	int ch;
	optind = 1;
	while ((ch = getopt(argc, argv, "icnpv")) != -1) {
		f.installed |= ch == 'i';
		f.configured |= ch == 'c';
		f.no_global |= ch == 'n';
		f.parsable |= ch == 'p';
		f.table |= ch == 'v';
		if (ch == '?')
			return E_USAGE;
	}
	if (f.parsable && f.table) {
		fputs("zoneadm: list: -p and -v exclude each other\n", stderr);
		return E_USAGE;
	}
	if (optind < argc)
		return E_USAGE;
	if (z->zone && strcmp(z->zone, "global") != 0 && !is_known(z))
		return zoneadm_fail(z, "No such zone configured");
	return list_zones(z, &f);
}
