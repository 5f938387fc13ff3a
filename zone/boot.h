/*
 * boot.h - zones up and down
 *
 * A zone that is up has a supervisor: a process of its own session that made it, waits for its
 * first process, and makes it again when the zone reboots itself. It is told what to do by signals:
 * SIGUSR1 ready -> running, SIGTERM halt, SIGHUP reboot, SIGUSR2 shut down.
 */
#ifndef ZONE_BOOT_H
#define ZONE_BOOT_H

#include "zone/live.h"

struct zone_boot {
	const char *root; /* NULL: the system's */
	const struct zone_config *config;
	const char *init, *args; /* as jail.h has them */
	bool run;		 /* boot; else stop at ready */
};
/* Starts the supervisor and waits until the zone is ready or runs. */
int zone_boot(const struct zone_boot *b, struct err *e);
/* Ends what a supervisor that was killed has left: processes, should its zone's first one have wished to outlive it,
 * and groups. By whoever has the zone's lock. True: there were processes that
 * did not end with it. */
bool zone_boot_repair(const char *root, const char *name);
/* Sends the supervisor a signal, then waits until it is gone, or (gone false) until the zone runs
 * with another first process than before. */
int zone_signal(const char *root, const struct zone_entry *entry, const struct zone_live *l,
		int signal, bool gone, struct err *e);

#endif
