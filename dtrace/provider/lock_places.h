/* lock_places.h - where the functions of a process lie that take and let go of locks of POSIX threads
 *
 * In: a process. Out: of each object of it that has such functions (the C library, or the program itself where it is
 * static) the places where they begin and return, as uprobe_attach() takes them; .own of a place is what its function
 * does. Provider plockstat stands on it.
 */
#ifndef PROVIDER_LOCK_PLACES_H
#define PROVIDER_LOCK_PLACES_H

#include "dtrace/probe/probe.h"
#include "dtrace/provider/uprobe.h"

/* What a function does; a bit each, to be asked for together. */
enum lock_kind {
	LOCK = 1,
	UNLOCK = 2,
	WAIT = 4, /* for a condition, its mutex let go meanwhile */
	RDLOCK = 8,
	WRLOCK = 16,
	RWUNLOCK = 32,
	GLIBC = 64,
	MUTEXES = LOCK | UNLOCK | WAIT,
	RWLOCKS = RDLOCK | WRLOCK | RWUNLOCK
};
/* How functions are seen: as they begin; as they return, by the kernel, or where they do. */
enum lock_seen { BEGINS, CAUGHT, RETURNS, NSEEN };

/* An object that has some of the functions; the places where each kind is seen, as probes that uprobe_attach() takes. */
struct lock_object {
	struct uprobe at[NSEEN];
	struct probe probe[NSEEN];
};
struct lock_process {
	pid_t pid;
	const char *module; /* of the first object */
	VEC(struct lock_object *) objects;
	bool used;
};
/* Fills lp->objects and lp->module, for the process lp->pid; no object where none has a function. id is what the probes
 * of the places go by. -1 and *e when the process cannot be read. All is a's. */
int lock_places_find(struct lock_process *lp, struct uprobe_files *files, uint32_t id,
		     struct arena *a, struct err *e);

#endif
