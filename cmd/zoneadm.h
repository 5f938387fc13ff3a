/*
 * zoneadm.h - what the files of the command zoneadm(8) share
 */
#ifndef CMD_ZONEADM_H
#define CMD_ZONEADM_H

#include "zone/live.h"

enum { E_OK, E_ERROR, E_USAGE };

/* What is said of a zone that is up with system_users, behind "the file system of ZONEPATH". */
#define ZONEADM_SYSTEM_USERS "cannot have users of the zone's own: its root is root of the system"

struct zoneadm {
	struct arena *arena;
	struct zone_store store;
	const char *root, *zone, *uuid; /* NULL: the system's; no zone named, by neither */
	struct zone_entry entry;
	struct zone_config config;
	struct zone_live live;
	int lock; /* of the zone: no two commands change it at once */
};
/* "zoneadm: zone 'x': ..." to standard error. Returns E_ERROR. */
int zoneadm_fail(const struct zoneadm *z, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int zoneadm_list(struct zoneadm *z, int argc, char **argv);
int zoneadm_top(struct zoneadm *z, int argc, char **argv);

/* Writes the zone's state to the index. */
int zoneadm_set_state(struct zoneadm *z, enum zone_state state);
/* Says what is wrong with the configuration or the zonepath. */
int zoneadm_verify(struct zoneadm *z);
/* Locks, besides the zone, the one that it is made of; and knows it. */
int zoneadm_source(struct zoneadm *z, const char *name, struct zoneadm *source);

/* Subcommands; argv[0] is their name. */
typedef int zoneadm_run(struct zoneadm *z, int argc, char **argv);
zoneadm_run zoneadm_install, zoneadm_clone, zoneadm_uninstall, zoneadm_mark,
    zoneadm_export;					  /* zoneadm_files.c */
zoneadm_run zoneadm_attach, zoneadm_detach, zoneadm_move; /* zoneadm_move.c */
zoneadm_run zoneadm_ready, zoneadm_boot, zoneadm_halt, zoneadm_reboot, zoneadm_shutdown,
    zoneadm_apply; /* zoneadm_run.c */

#endif
