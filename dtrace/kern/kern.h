/*
 * kern.h - the system calls of tracing: bpf(2), perf_event_open(2), timers
 *
 * The only folder that makes them. Raw bpf(2) rather than libbpf: what is needed (cookies, uprobe-multi links, test runs) is
 * partly missing from the libbpf of stable distributions, and a dynamic library would cost a third of the start-up time.
 * Everything returns a descriptor or 0, or -1 with *e set in terms of what the user can do about it (privilege, lockdown, missing
 * kernel option).
 */
#ifndef KERN_KERN_H
#define KERN_KERN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_insn;

struct kern_map_spec {
	uint32_t type, key_bytes, value_bytes, entries, flags; /* BPF_MAP_TYPE_*, BPF_F_* */
	const char *name;
	bool task_storage_btf; /* give it BTF for task storage (int key, struct value) */
};
int kern_map_create(const struct kern_map_spec *spec, struct err *e);
int kern_map_update(int fd, const void *key, const void *value, uint64_t flags, struct err *e);
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
};
/* log: NULL, or a buffer for the verifier's words when the load fails (it is tried again with the log on). */
int kern_prog_load(const struct kern_prog_spec *spec, char *log, size_t log_bytes, struct err *e);
int kern_prog_test_run(int prog_fd, void *ctx, uint32_t ctx_bytes, uint32_t *retval, struct err *e);
int kern_raw_tp_attach(int prog_fd, const char *name /* NULL for tp_btf */, uint64_t cookie, struct err *e);
int kern_perf_clock_attach(int prog_fd, int cpu, uint64_t period_ns, bool freq, struct err *e);
int kern_btf_load(const void *data, size_t size, struct err *e);
uint64_t kern_prog_misses(int prog_fd); /* recursion misses so far */
int kern_ncpus_possible(void);

#endif
