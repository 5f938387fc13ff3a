/*
 * load.h - a program image goes into the kernel: maps, programs, attachments, ticks
 *
 * In: struct image (bpf/image.h). Out: struct loaded, which owns every descriptor and mapping.
 * Nothing is pinned: the kernel objects hang from the descriptors alone, so that the death of the
 * process (kill -9 too) removes them. Not done here: reading records, deciding when to stop
 * (consume/ does both).
 *
 *	struct loaded *l = load_image(image, features, &opts, &e);
 *				maps made, GLOB initialised, programs loaded
 *	load_attach(l, &e);	everything fires from here on, and returns at once: not ACTIVE
 *	load_run(l, "BEGIN", &e);
 *				programs attached as ATTACH_CALLED, by their name
 *	load_set_activity(l, ACT_ACTIVE);
 *	...
 *	load_set_activity(l, ACT_DRAINING); load_detach(l); load_run(l, "END", &e); load_free(l);
 *
 * ---- How a program is loaded, by its attach kind ----
 *	CALLED		raw tracepoint program, never attached
 *	RAW_TP		raw tracepoint program on `target`
 *	TP_BTF		tracing program; its attach type id is that of typedef btf_trace_<target>
 *	PERF_CLOCK	perf event program, one cpu-clock event per online CPU (or on opts.cpu
 *			alone)
 *	PERF_EVENT	the same on a counter of the event that `target` names (perf_events.h)
 *	TICK		see below
 *
 * ---- Ticks ----
 * Lower emits a tick program like a CALLED one: entry function funcs[0] takes the context and must
 * not use it (probe context CTX_NONE). The loader does the rest in one of two ways:
 *
 *   bpf_timer	the loader puts two functions in front of the program and loads all as a
 *		SYSCALL program: the first arms a timer when it is test-run once, the second is
 *		the timer's callback: it calls the program and arms itself again for the next
 *		multiple of the period (absolute times: no drift; late ticks are caught up, none
 *		is lost). Fires on idle CPUs and without any help of the consumer.
 *   timerfd	the program is loaded as a raw tracepoint program; load_tick_fds() gives
 *		descriptors to poll and load_tick_run() runs the program once for each
 *		expiration.
 *
 * The second is used where FEAT_TIMER is missing or the verifier refuses the first (a program that
 * needs its context, such as one with stack(), or that has no 64 bytes of stack left).
 */
#ifndef KERN_LOAD_H
#define KERN_LOAD_H

#include "base/buf.h"
#include "base/err.h"
#include "dtrace/bpf/image.h"
#include "dtrace/kern/features.h"

struct loaded;

struct load_opts {
	int cpu;	     /* trace this CPU only (option cpu); -1: all. Applies to PERF_* */
	struct buf *bpflog;  /* -xbpflog: gets the verifier's words; NULL: they are dropped */
	size_t bpflog_bytes; /* room for what the verifier says of a program; 0: plenty */
};

/* Makes maps and loads programs. NULL and *e: no privilege, no memory, or the verifier's refusal
 * told by clause ("... clause at line N ..."). image and features must outlive the result. Free
 * with load_free(). */
struct loaded *load_image(const struct image *image, const struct features *features,
			  const struct load_opts *opts, struct err *e);
/* Adds the programs of user probes and of kernel functions of another image, which continues the one that runs (lower.h), and
 * attaches them; its other programs are left out. more must outlive l. -1 and *e: as if nothing had been done. */
int load_more(struct loaded *l, const struct image *more, struct err *e);
/* Attaches every program. On failure what was attached is detached again. */
int load_attach(struct loaded *l, struct err *e);
/* Runs an ATTACH_CALLED program by name: 0 ran, 1 the image has no such program, -1 and *e. */
int load_run(struct loaded *l, const char *name, struct err *e);
/* Stops everything that fires, all in bulk; maps and CALLED programs stay usable. Harmless when
 * repeated. */
void load_detach(struct loaded *l);
void load_free(struct loaded *l); /* detaches too; NULL is fine */

/* ---- run-time memory; valid until load_free() ---- */
struct image_state *load_state(struct loaded *l); /* = byte 0 of GLOB */
void load_set_activity(struct loaded *l, enum image_activity activity);
/* Elements of BUF and AGG, laid out as image.h says; NULL: no such map or CPU. Only their first
 * IMAGE_BUF_DATA and IMAGE_AGG_CELLS bytes are there all the time (see view.h). */
uint8_t *load_buf(struct loaded *l, uint32_t cpu);
uint8_t *load_agg(struct loaded *l, uint32_t cpu);
/* Makes bytes [off, off + bytes) of the whole of BUF or AGG accessible, until load_hide(). -1: no
 * memory for it. */
int load_show(struct loaded *l, uint32_t map, size_t off, size_t bytes);
void load_hide(struct loaded *l, uint32_t map);
/* From now on tracing ends when load_state()->unwatched is not set to 0 for so long (deadman.h). */
void load_watch_over(struct loaded *l, uint64_t timeout_ns);
/* A grace period: begins one, -1 and *e: it cannot be had; and whether it is over (grace.h). */
int load_grace(struct loaded *l, struct err *e);
bool load_grace_over(const struct loaded *l);
int load_map_fd(struct loaded *l, uint32_t map); /* -1: not made (value size 0) */

/* ---- timerfd ticks; none of these when bpf_timer does the work ---- */
/* Descriptors to poll for input: fills at most max, returns how many there are. */
int load_tick_fds(struct loaded *l, int *fds, int max);
/* To be called when fd is readable: runs its program once per expiration. Returns how many, -1 and
 * *e. */
int load_tick_run(struct loaded *l, int fd, struct err *e);

/* Firings that the kernel refused because the program was already running on that CPU, all programs
 * so far: lost, so they are reported as drops. */
uint64_t load_misses(struct loaded *l);
/* Runs of all its programs so far and the time they took, while kern_cost_enable() has it counted. */
void load_cost(const struct loaded *l, uint64_t *runs, uint64_t *ns);

#endif
