/*
 * zone_event.h - what happens to zones, as their programs tell it to whoever traces
 *
 * Whoever changes a zone's state (zoneadm, zonecfg, a zone's supervisor) sends itself a signal that
 * is ignored, ZONE_EVENT_SIGNAL with the code ZONE_EVENT_CODE, its value the address of a struct
 * zone_event. Nobody gets it; but the kernel's tracepoint signal_generate fires, in the thread that
 * made it happen and before it goes on, and a program that looks there reads the event. Without one,
 * it is a system call that does nothing. An event counts only when a thread with CAP_SYS_ADMIN
 * of the system's own user and pid namespaces sends it to itself: nothing in a zone can.
 *
 *	offset	size	struct zone_event
 *	0	8	magic
 *	8	4	what: enum zone_event_what
 *	12	4	id of the zone while it is up, else 0
 *	16	16	its pid namespace while it is up, else 0
 *	32	16	its network namespace, as long
 *	48	64	name
 *	112	16	brand
 *	128	80	reason, "" where there is none
 *	208	256	zonepath
 *
 * Texts end in a zero; a longer zonepath is cut off.
 */
#ifndef BASE_ZONE_EVENT_H
#define BASE_ZONE_EVENT_H

#include <stdint.h>
#include <sys/types.h>

enum {
	ZONE_EVENT_SIGNAL = 28, /* SIGWINCH: ignored unless somebody wants it */
	ZONE_EVENT_CODE = -23040,
	ZONE_EVENT_NAME = 64,
	ZONE_EVENT_BRAND = 16,
	ZONE_EVENT_REASON = 80,
	ZONE_EVENT_PATH = 256
};
#define ZONE_EVENT_MAGIC 0x746e6576656e6f7aull /* "zonevent" */

/* States that a zone comes to, and what is done to it; each a probe of provider zone but the first. */
enum zone_event_what {
	ZONE_EVENT_BEGUN = 1, /* it has a first process, which waits: its identity is known */
	ZONE_EVENT_CONFIGURED,
	ZONE_EVENT_UNCONFIGURED,
	ZONE_EVENT_INCOMPLETE,
	ZONE_EVENT_INSTALLED,
	ZONE_EVENT_UNINSTALLED,
	ZONE_EVENT_READY,
	ZONE_EVENT_BOOT,
	ZONE_EVENT_RUNNING,
	ZONE_EVENT_REBOOT,
	ZONE_EVENT_SHUTDOWN,
	ZONE_EVENT_DOWN,
	ZONE_EVENT_HALTED,
	ZONE_EVENT_MIXED, /* no event: of a control group, its processes are told apart by number */
};

/* A namespace for ever: its number that is never used again, and 0; before Linux 6.18 its inode number,
 * which is, and of a pid namespace when its first process was started, in hundredths of a second since
 * boot. */
struct zone_key {
	uint64_t ns, started;
};
struct zone_event {
	uint64_t magic;
	uint32_t what;
	int32_t id;
	struct zone_key key, net;
	char name[ZONE_EVENT_NAME], brand[ZONE_EVENT_BRAND], reason[ZONE_EVENT_REASON],
	    path[ZONE_EVENT_PATH];
};
_Static_assert(sizeof(struct zone_event) == 464, "the table above");

/* The pid namespace that the process is in; it must be the first there. 0, or -1 when it is gone. */
int zone_key_of(pid_t pid, struct zone_key *key);
/* What a zone's supervisor has written down where it works, of the zone that it has up. -1: it is none, or none that
 * counts: only root's word does. */
int zone_event_read(pid_t supervisor, struct zone_event *ev);
/* The network namespace that it is in. */
int zone_key_of_net(pid_t pid, struct zone_key *key);

#endif
