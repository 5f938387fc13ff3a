/* load_int.h - what the files of the loader share */
#ifndef KERN_LOAD_INT_H
#define KERN_LOAD_INT_H

#include "dtrace/kern/kern.h"
#include "dtrace/kern/load.h"
#include "dtrace/kern/view.h"

struct bpf_insn;

enum { LOAD_KPROBE_MULTI = 42 /* BPF_TRACE_KPROBE_MULTI */ };
enum { LOAD_UPROBE_MULTI = 48 /* BPF_TRACE_UPROBE_MULTI */ };

/* A program as it stands in the kernel; descriptors are -1 when absent. */
struct loaded_prog {
	const struct image_prog *image;
	int fd;
	int timer_map; /* ATTACH_TICK by bpf_timer: closing it stops the timer */
	int timer_fd;  /* ATTACH_TICK by timerfd */
	bool
	    relative; /* of a timer: the time from one firing to the next; else times are absolute */
	bool by_timer; /* loaded as a SYSCALL program with the timer functions in front */
};

struct loaded {
	const struct image *image;
	const struct features *features;
	struct load_opts opts;
	int *map_fds;		   /* image->maps.n */
	struct loaded_prog *progs; /* image->progs.n */
	int *links;		   /* -1: gone before its time */
	uint32_t nlinks, cap_links;
	uint8_t *glob; /* mapping, NULL when absent */
	size_t glob_bytes;
	struct view buf, agg;
	struct grace *grace;	 /* NULL until one was asked for */
	struct deadman *deadman; /* NULL: nobody watches */
	size_t buf_stride, agg_stride;
	bool attached;
	struct loaded *next;	    /* of an image that came later; shares maps of the first */
	const struct loaded *first; /* ... which is this; NULL: it is the first */
};

/* load.c: instructions of a program with all relocations done, behind `prefix` free slots;
 * malloc'd. */
struct bpf_insn *load_relocated(struct loaded *l, const struct image_prog *p, uint32_t prefix,
				struct err *e);
/* load.c: loads, and turns a refusal into the words of the D program. */
int load_prog_checked(struct loaded *l, const struct image_prog *p, struct kern_prog_spec *spec,
		      uint32_t prefix, struct err *e);

/* load.c: keeps a link until load_detach(); fd < 0: -1. */
int load_add_link(struct loaded *l, int fd, struct err *e);

/* load_uprobe.c: hangs a program at all its places; at those of one file. */
int load_uprobes(struct loaded *l, struct loaded_prog *lp, struct err *e);
int load_uprobes_file(struct loaded *l, struct loaded_prog *lp, const struct image_uprobes *f,
		      struct err *e);

/* load_kprobe.c: hangs a program at all its functions. */
int load_kprobes(struct loaded *l, struct loaded_prog *lp, struct err *e);

/* load_refusal.c: e holds the failure of loading p, log the verifier's words: rewrites e in terms
 * of clauses. */
void load_refusal(const struct image_prog *p, const char *log, uint32_t prefix, uint32_t strsize,
		  struct err *e);

/* load_tick.c */
int load_tick_prog(struct loaded *l, struct loaded_prog *lp,
		   struct err *e); /* loads one tick program, either way */
/* One run of a program by hand, on the CPU of option cpu where there is one and this thread may go there. */
int load_run_prog(struct loaded *l, int fd, uint32_t *retval, struct err *e);
int load_tick_start(struct loaded *l, struct loaded_prog *lp, struct err *e);
void load_tick_stop(struct loaded_prog *lp);

#endif
