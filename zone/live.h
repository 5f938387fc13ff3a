/*
 * live.h - what is known of zones that are up
 *
 * Each has a supervising process, which keeps ROOT/run/zones/NAME with the files
 *
 *	busy	locked (flock) by the command that changes the zone just now
 *	lock	locked (fcntl) by the supervisor as long as it lives: who holds it is it
 *	id	the zone's id: a number from 1 on, never given twice before the machine starts anew
 *	pid	its first process, as the system sees it
 *	state	"ready", "running" or "shutting_down"
 *	security	where it has any, the bits of security.h
 *	users	"system" where its files cannot have users of its own: its root is the system's
 *
 * A supervisor takes the last five away when it ends. Files of one that was killed count for nothing; they tell
 * that there may be processes, which zone_boot_repair() ends.
 */
#ifndef ZONE_LIVE_H
#define ZONE_LIVE_H

#include "zone/store.h"

#include <sys/types.h>

struct zone_live {
	bool up;
	bool left; /* its supervisor was killed: what it had made may be there */
	bool system_users;
	unsigned id, security;
	pid_t supervisor, init;
	enum zone_state state; /* of the index where it is not up */
};
/* Looks; entry: the zone's line of the index. */
void zone_live_read(const char *root, const struct zone_entry *entry, struct zone_live *l);

/* The same for many: from within a descriptor of ROOT/run/zones (-1: nothing is up), and only whether
 * it is up, in which state and with which id. */
int zone_live_open(const char *root);
void zone_live_look(int dir, const struct zone_entry *entry, struct zone_live *l);

/* Waits for whoever changes the zone: a descriptor that is the lock; -1 and *e. */
int zone_live_lock(const char *root, const char *name, struct err *e);

/* Makes and locks the directory for the calling process: a descriptor of it, to be kept open with
 * what it holds until the zone is down; -1 and *e where somebody else has it. */
int zone_live_claim(const char *root, const char *name, struct err *e);
/* Takes away what it wrote there; without holding the lock any more, where it was killed. */
void zone_live_forget(int dir);
/* Replaces a file of the directory. */
int zone_live_write(int dir, const char *file, const char *text, struct err *e);
/* A new zone id. 0 and *e when none can be had. */
unsigned zone_live_new_id(const char *root, struct err *e);

#endif
