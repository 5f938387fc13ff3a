/*
 * loads.h - processes wait where the dynamic linker has mapped new libraries, until those have been looked at
 *
 * In: processes, and where their linker tells debuggers of libraries (_dl_debug_state: once when it begins to map some, once
 * when they are all there; nothing of them has run by then). Out: the processes that are there and wait.
 *
 * The thread waits in the program of a user probe, awake, and so is never stopped: no signal is sent, nobody that watches
 * it sees anything, and it goes on by itself after LOADS_WAIT_NS, whatever becomes of us, or when it is killed. One that had
 * to is not held again before somebody has looked. What waits for long must let the kernel's grace periods pass and
 * others have the processor, so the program is one that may sleep.
 */
#ifndef KERN_LOADS_H
#define KERN_LOADS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOADS_MAX = 256 /* processes */, LOADS_WAIT_NS = 1000000000 };

struct kern_loads;

/* NULL and *e: the kernel does not permit it. Needs programs that may sleep; multi: it has uprobe-multi links. */
struct kern_loads *kern_loads_open(bool multi, struct err *e);
struct kern_load_place {
	int fd; /* the linker's file, and offset in that */
	uint64_t offset;
	uint64_t addr; /* the same in the process */
};
/* From now on, in place of where it waited before. -1 and *e. */
int kern_loads_watch(struct kern_loads *x, uint32_t pid, const struct kern_load_place *at,
		     struct err *e);
void kern_loads_forget(struct kern_loads *x, uint32_t pid); /* NULL, or one unknown, is fine */
/* Readable when some wait; -1 for NULL. */
int kern_loads_fd(const struct kern_loads *x);
bool kern_loads_waiting(const struct kern_loads *x); /* a few loads from memory; NULL: false */
/* Tells fn of each that waits now; they do until kern_loads_go_on(). */
void kern_loads_read(struct kern_loads *x, void (*fn)(void *arg, uint32_t pid), void *arg);
void kern_loads_go_on(struct kern_loads *x);
void kern_loads_close(struct kern_loads *x); /* all go on; NULL is fine */

#endif
