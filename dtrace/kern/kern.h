/*
 * kern.h - the system calls of tracing: bpf(2), perf_event_open(2), timers
 *
 * The only folder that makes them. Raw bpf(2) rather than libbpf: what is needed (cookies,
 * uprobe-multi links, test runs) is partly missing from the libbpf of stable distributions, and a
 * dynamic library would cost a third of the start-up time. Everything returns a descriptor or 0, or
 * -1 with *e set in terms of what the user can do about it (privilege, lockdown, missing kernel
 * option).
 */
#ifndef KERN_KERN_H
#define KERN_KERN_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_insn;

struct kern_map_spec {
	uint32_t type, key_bytes, value_bytes, entries, flags; /* BPF_MAP_TYPE_*, BPF_F_* */
	const char *name;
	int inner;	       /* of a map of maps: a map like those in it; 0: none */
	bool task_storage_btf; /* give it BTF for task storage (int key, struct value) */
	bool timer_btf;	       /* give it BTF that says: the value begins with a struct bpf_timer */
	bool task_btf;	       /* the same with a counted pointer to a struct task_struct */
};
int kern_map_create(const struct kern_map_spec *spec, struct err *e);
int kern_map_update(int fd, const void *key, const void *value, uint64_t flags, struct err *e);
int kern_map_delete(int fd, const void *key); /* -1: there was none */
int kern_map_lookup(int fd, const void *key, void *value, struct err *e);
void *kern_map_mmap(int fd, size_t bytes, struct err *e); /* read-write, shared */

struct kern_prog_spec {
	uint32_t type; /* BPF_PROG_TYPE_* */
	uint32_t expected_attach_type, attach_btf_id, flags;
	const char *name;
	const struct bpf_insn *insns;
	uint32_t ninsns;
	int btf_fd; /* 0 = none */
	const void *func_info;
	uint32_t nfunc_info, func_info_rec_bytes;
	bool report; /* log gets what the verifier says of programs that it accepts, too */
};
/* log: NULL, or a buffer for the verifier's words when the load fails (it is tried again with the
 * log on). */
int kern_prog_load(const struct kern_prog_spec *spec, char *log, size_t log_bytes, struct err *e);
/* Runs a program once, here and now. ctx may be NULL with 0 bytes; retval may be NULL. */
int kern_prog_test_run(int prog_fd, void *ctx, uint32_t ctx_bytes, uint32_t *retval, struct err *e);
int kern_raw_tp_attach(int prog_fd, const char *name /* NULL for tp_btf */, uint64_t cookie,
		       struct err *e);
int kern_perf_clock_attach(int prog_fd, int cpu, uint64_t period_ns, bool freq, struct err *e);
/* One link for many uprobes of a file: cookies, ref_ctr_offsets may be NULL; pid 0 = every process.
 */
struct kern_uprobe_multi {
	const char *path;
	const uint64_t *offsets, *ref_ctr_offsets, *cookies;
	uint32_t count, flags, pid; /* flags: 1 = return probes */
	uint32_t attach_type;
};
int kern_uprobe_multi_attach(int prog_fd, const struct kern_uprobe_multi *spec, struct err *e);
/* The same for one place, by a perf event. The link owns the event. */
struct kern_uprobe {
	const char *path;
	uint64_t offset, semaphore, cookie;
	uint32_t pid;
	bool ret;
};
/* What the kernel calls such events: numbers, -1 what it does not offer; and the group that the next event joins.
 * All that are made with it have the same pid. */
struct kern_uprobe_events {
	int type, ret_bit, semaphore_bit;
	int leader; /* descriptor of its first event, or -1 */
	unsigned members;
};
struct kern_uprobe_events kern_uprobe_events_open(void);
void kern_uprobe_events_close(struct kern_uprobe_events *events);
int kern_uprobe_attach(int prog_fd, struct kern_uprobe_events *events,
		       const struct kern_uprobe *spec, struct err *e);
/* One link for many functions of the kernel, when they are called or (ret) return. */
struct kern_kprobe_multi {
	const uint64_t *addrs, *cookies;
	uint32_t count, attach_type;
	bool ret;
};
int kern_kprobe_multi_attach(int prog_fd, const struct kern_kprobe_multi *spec, struct err *e);
/* The same for one function, by a perf event, which the link owns. */
int kern_kprobe_attach(int prog_fd, uint64_t addr, bool ret, uint64_t cookie, struct err *e);
bool kern_kprobe_here(void); /* has the kernel such events? */
/* BPF_LINK_CREATE with a layout of the caller's: descriptor or -errno. */
int kern_link_create(const void *attr, size_t size);
/* A link that runs the program with the cookie when the perf event fires (5.15): its descriptor, or -errno. */
int kern_perf_link(int prog_fd, int event_fd, uint64_t cookie);
int kern_btf_load(const void *data, size_t size, struct err *e);
uint64_t kern_prog_misses(int prog_fd); /* recursion misses so far */
/* Has the kernel count runs of programs and the time they take, for as long as the descriptor is open. */
int kern_cost_enable(struct err *e);
/* What was counted for one; 0 and 0 while nothing was. */
void kern_prog_cost(int prog_fd, uint64_t *runs, uint64_t *ns);
int kern_ncpus_possible(void);
/* Calls fn for each online CPU, until it returns non-zero; returns that, or 0. */
int kern_each_online_cpu(int (*fn)(void *arg, int cpu), void *arg);
/* Reads a small file of /proc or /sys whole into text (NUL-terminated, cut to size): bytes read or
 * -1. */
int kern_read_small(const char *path, char *text, size_t size);
/* The number behind a prefix in a small file, as those that describe an event source; -1: there is none. */
int kern_number_in(const char *path, const char *prefix);

/* ---- what processes map to execute, and whom they come from, as it happens ---- */
struct kern_mapping {
	uint32_t pid;
	uint32_t parent; /* not 0: pid has been forked by it; the rest is not set */
	uint64_t start, bytes, offset;
	uint64_t ino;	  /* of the file; 0: unknown */
	const char *path; /* "/usr/lib/...", "[vdso]", "//anon" */
};
typedef void kern_mapping_fn(void *arg, const struct kern_mapping *m);
struct kern_mappings;
/* wake: kern_mappings_fds() become readable at each piece of news. */
struct kern_mappings *kern_mappings_open(bool wake, struct err *e);
int kern_mappings_fds(const struct kern_mappings *m, int *fds, int max);
/* Calls fn for what has happened since the last time. */
void kern_mappings_read(struct kern_mappings *m, kern_mapping_fn *fn, void *arg);
void kern_mappings_close(struct kern_mappings *m);

/* ---- tracefs: names and argument formats of the kernel's events ---- */
/* Descriptor of the root of tracefs: the mounted one, else a private mount that nobody else sees
 * and that goes with the descriptor. */
int kern_tracefs_open(struct err *e);
/* Text of a file below it, e.g. "events/syscalls/sys_enter_openat/format"; -1 when there is none.
 */
int kern_tracefs_read(int tracefs_fd, const char *path, struct buf *out);
/* Group of one event; false when it has none. */
bool kern_tracefs_group(int tracefs_fd, const char *event, char *group, size_t size);
/* Calls fn for every event "group/name"; 0, or -1 when events cannot be listed. */
int kern_tracefs_each_event(int tracefs_fd,
			    void (*fn)(void *arg, const char *group, const char *name), void *arg);

/* ---- BTF made by hand, for what the kernel wants described ---- */
/* A function of a program, for func_info. */
struct kern_func {
	const char *name;
	uint32_t first_insn;
	const struct image_abi *abi; /* NULL: a static function */
};
/* BTF that names every function as static int (void), global ones with their parameters; fills info with the func_info records (2
 * words each). Returns the descriptor. */
int kern_btf_for_funcs(const struct kern_func *funcs, uint32_t n, uint32_t *info, struct err *e);
/* BTF with an integer of key_bytes (4 or 8) as type 1 and a struct of value_bytes as type 2, its first member what spec asks for. */
int kern_btf_for_map(const struct kern_map_spec *spec, struct err *e);

#endif
