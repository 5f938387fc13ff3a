/*
 * tables.c - the properties and resources of zones
 *
 * Source: zonecfg(8), resource_controls(7) of illumos. Rows stand in the order in which info and
 * export print them.
 */
#include "zone/config.h"

#include <string.h>

const struct zone_prop zone_globals[] = {
    {"zonepath", ZONE_PATH, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"brand", ZONE_CHOICE, "linux sparse oci native", "linux", false, false, ZONE_FULL, NULL},
    {"autoboot", ZONE_BOOL, NULL, "false", false, false, ZONE_FULL, NULL},
    {"bootargs", ZONE_TEXT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"pool", ZONE_TEXT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"limitpriv", ZONE_WORDS, NULL, NULL, false, false, ZONE_PARTIAL,
     "privileges become capabilities where Linux has one for them"},
    {"scheduling-class", ZONE_CHOICE, "FSS TS IA FX RT", NULL, false, false, ZONE_PARTIAL,
     "FSS, TS and IA are the fair scheduler, FX batch, RT round robin within the zone's share"},
    {"ip-type", ZONE_CHOICE, "shared exclusive", "shared", false, false, ZONE_FULL, NULL},
    {"hostid", ZONE_HEX, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"fs-allowed", ZONE_WORDS, NULL, NULL, false, false, ZONE_PARTIAL,
     "with the privilege sys_mount a zone mounts what the kernel lets a user namespace mount"},
    {"cpu-shares", ZONE_UINT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"max-lwps", ZONE_UINT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"max-processes", ZONE_UINT, NULL, NULL, false, false, ZONE_PARTIAL,
     "Linux counts threads: max-lwps is set to ten times as many where it is not set itself"},
    {"max-shm-memory", ZONE_SIZE, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"max-shm-ids", ZONE_UINT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"max-msg-ids", ZONE_UINT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"max-sem-ids", ZONE_UINT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"zfs-io-priority", ZONE_UINT, NULL, NULL, false, false, ZONE_PARTIAL,
     "a weight of block I/O, where the disk's scheduler has weights"},
    {NULL},
};

static const struct zone_prop fs[] = {
    {"dir", ZONE_PATH, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"special", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"raw", ZONE_TEXT, NULL, NULL, false, false, ZONE_STORED,
     "a file system is checked by whoever made it"},
    {"type", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"options", ZONE_TEXT, NULL, NULL, true, false, ZONE_FULL, NULL},
    {NULL},
};
static const struct zone_prop inherit_pkg_dir[] = {
    {"dir", ZONE_PATH, NULL, NULL, false, true, ZONE_FULL, NULL},
    {NULL},
};
static const struct zone_prop net[] = {
    {"address", ZONE_TEXT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"allowed-address", ZONE_TEXT, NULL, NULL, true, false, ZONE_FULL, NULL},
    {"physical", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"defrouter", ZONE_TEXT, NULL, NULL, true, false, ZONE_FULL, NULL},
    {"global-nic", ZONE_TEXT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"mac-addr", ZONE_TEXT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"vlan-id", ZONE_UINT, NULL, NULL, false, false, ZONE_FULL, NULL},
    {"property", ZONE_COMPOUND, "name value", NULL, true, false, ZONE_STORED,
     "kept with the configuration"},
    {NULL},
};
static const struct zone_prop device[] = {
    {"match", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"property", ZONE_COMPOUND, "name value", NULL, true, false, ZONE_STORED,
     "kept with the configuration"},
    {NULL},
};
static const struct zone_prop rctl[] = {
    {"name", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"value", ZONE_COMPOUND, "priv limit action", NULL, true, true, ZONE_PARTIAL,
     "limits are refusals: local signals are not sent"},
    {NULL},
};
static const struct zone_prop attr[] = {
    {"name", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"type", ZONE_CHOICE, "int uint string boolean", NULL, false, true, ZONE_FULL, NULL},
    {"value", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {NULL},
};
static const struct zone_prop dataset[] = {
    {"name", ZONE_TEXT, NULL, NULL, false, true, ZONE_STORED, "kept with the configuration"},
    {NULL},
};
static const struct zone_prop dedicated_cpu[] = {
    {"ncpus", ZONE_RANGE, NULL, NULL, false, true, ZONE_PARTIAL, "kernel threads stay on the CPUs"},
    {"importance", ZONE_UINT, NULL, NULL, false, false, ZONE_STORED, "nothing moves CPUs about"},
    {NULL},
};
static const struct zone_prop capped_cpu[] = {
    {"ncpus", ZONE_CPUS, NULL, NULL, false, true, ZONE_FULL, NULL},
    {NULL},
};
static const struct zone_prop capped_memory[] = {
    {"physical", ZONE_SIZE, NULL, NULL, false, false, ZONE_PARTIAL,
     "a zone beyond it is reclaimed from, then loses processes: it is not paged out as a whole"},
    {"swap", ZONE_SIZE, NULL, NULL, false, false, ZONE_PARTIAL,
     "bounds memory and swap space together"},
    {"locked", ZONE_SIZE, NULL, NULL, false, false, ZONE_PARTIAL, "a limit for each process"},
    {NULL},
};
static const struct zone_prop security_flags[] = {
    {"lower", ZONE_WORDS, NULL, NULL, false, false, ZONE_PARTIAL,
     "what it has of aslr and noexecstack cannot be taken off; a program's header may ask for a "
     "stack that can be executed"},
    {"default", ZONE_WORDS, NULL, NULL, false, false, ZONE_PARTIAL,
     "without aslr processes begin without it; forbidnullmap is the system's vm.mmap_min_addr"},
    {"upper", ZONE_WORDS, NULL, NULL, false, false, ZONE_PARTIAL,
     "bounds default: a process may go back to the kernel's own"},
    {NULL},
};
static const struct zone_prop admin[] = {
    {"user", ZONE_TEXT, NULL, NULL, false, true, ZONE_FULL, NULL},
    {"auths", ZONE_WORDS, NULL, NULL, false, true, ZONE_FULL, NULL},
    {NULL},
};

const struct zone_resource zone_resources[] = {
    {"fs", fs, false, "dir"},
    {"inherit-pkg-dir", inherit_pkg_dir, false, "dir"},
    {"net", net, false, NULL},
    {"device", device, false, "match"},
    {"dataset", dataset, false, "name"},
    {"dedicated-cpu", dedicated_cpu, true, NULL},
    {"capped-cpu", capped_cpu, true, NULL},
    {"capped-memory", capped_memory, true, NULL},
    {"rctl", rctl, false, "name"},
    {"attr", attr, false, "name"},
    {"admin", admin, false, "user"},
    {"security-flags", security_flags, true, NULL},
    {NULL},
};

const struct zone_resource *zone_resource_find(const char *name)
{
	/* What later releases call a network interface of the zone's own. */
	if (strcmp(name, "anet") == 0)
		name = "net";
	for (const struct zone_resource *r = zone_resources; r->name; r++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

int zone_prop_index(const struct zone_prop *props, const char *name)
{
	for (int i = 0; props[i].name; i++)
		if (strcmp(props[i].name, name) == 0)
			return i;
	return -1;
}
