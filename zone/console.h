/*
 * console.h - the console of a zone: a terminal that lasts as long as its supervisor, over reboots
 *
 * The zone has one side of it as /dev/console, which is its first process's input and output. The other side is
 * the supervisor's, which throws away what is written to it but for the last of it, until somebody attaches:
 * a connection to the socket "console" in the zone's directory of /run/zones is given that side, with a message
 * of what was written last, and has it until it hangs up.
 */
#ifndef ZONE_CONSOLE_H
#define ZONE_CONSOLE_H

#include "base/err.h"

#include <sys/types.h>

enum { ZONE_CONSOLE_KEPT = 4096 };
struct zone_console {
	int master, slave, listener; /* 0 = there is none */
	int client;		     /* who has it; 0 = nobody */
	size_t n;
	char kept[ZONE_CONSOLE_KEPT];
};
/* Makes it, and the socket in the working directory, which is the zone's. Where none can be had it is none. */
void zone_console_open(struct zone_console *c);
/* Its side in the zone as a mount, for the zone's root and its group of terminals; -1 = none. */
int zone_console_mount(const struct zone_console *c, uid_t root);
/* After SIGIO: takes what was written, lets in who attaches, forgets who has gone. */
void zone_console_look(struct zone_console *c);
void zone_console_close(struct zone_console *c);

/* The other end: attaches to the console of a zone that is up, below its directory; what was written last is
 * in text, NUL-terminated. The connection is *held, to be closed to detach. The terminal, or -1 and *e. */
int zone_console_attach(int dir, int *held, char text[ZONE_CONSOLE_KEPT + 1], struct err *e);

#endif
