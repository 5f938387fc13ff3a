/* execs.c - see execs.h */
#include "dtrace/kern/execs.h"

#include "dtrace/kern/insn.h"
#include "dtrace/kern/kern.h"
#include "dtrace/types/btf.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	HELPER_LOOKUP = 1,
	HELPER_PID_TGID = 14,
	HELPER_TASK = 35,
	HELPER_SEND_SIGNAL = 109,
	HELPER_READ_KERNEL = 113
};

struct followed { /* value of the map of processes, by number */
	uint32_t stop, execs;
	uint32_t stopped; /* by the last of those */
	uint32_t zero;
};
struct kern_execs {
	int processes, sum, link; /* two maps, and what the program hangs on; -1: not there */
	const uint64_t *total;	  /* the only value of `sum` */
	size_t page_bytes;
};

static int make_maps(struct kern_execs *x, struct err *e)
{
	const struct kern_map_spec processes = {.type = BPF_MAP_TYPE_HASH,
						.key_bytes = 4,
						.value_bytes = sizeof(struct followed),
						.entries = KERN_EXECS_MAX,
						.flags = BPF_F_NO_PREALLOC,
						.name = "followed"};
	const struct kern_map_spec sum = {.type = BPF_MAP_TYPE_ARRAY,
					  .key_bytes = 4,
					  .value_bytes = 8,
					  .entries = 1,
					  .flags = BPF_F_MMAPABLE,
					  .name = "execs"};
	if ((x->processes = kern_map_create(&processes, e)) < 0 ||
	    (x->sum = kern_map_create(&sum, e)) < 0)
		return -1;
	x->total = kern_map_mmap(x->sum, x->page_bytes, e);
	return x->total ? 0 : -1;
}

/* Byte offset of task_struct.pdeath_signal, an int; -1: it is not known. */
static int32_t death_signal_offset(struct btf *b)
{
	uint32_t bits, bytes;

	if (!b || !btf_member(b, "task_struct", "pdeath_signal", &bits, &bytes, NULL) || bytes != 4)
		return -1;
	return (int32_t)(bits / 8);
}

/* at: where a process has the signal that it gets when its parent ends; -1: none is stopped. */
static int load_program(const struct kern_execs *x, int32_t at, struct err *e)
{
	const struct bpf_insn insns[] = {
	    I_CALL(HELPER_PID_TGID),
	    I_ALU_IMM(BPF_RSH, 0, 32),
	    I_STORE(BPF_W, 10, 0, -4),
	    I_LD64(1, BPF_PSEUDO_MAP_FD, x->processes, 0),
	    I_MOV_REG(2, 10),
	    I_ALU_IMM(BPF_ADD, 2, -4),
	    I_CALL(HELPER_LOOKUP),
	    I_JMP_IMM(BPF_JEQ, 0, 0, 29), /* to the end: it is not followed */
	    I_MOV_REG(6, 0),
	    I_STORE_IMM(BPF_W, 6, offsetof(struct followed, stopped), 0),
	    I_STORE_IMM(BPF_W, 10, -4, 0),
	    I_LD64(1, BPF_PSEUDO_MAP_FD, x->sum, 0),
	    I_MOV_REG(2, 10),
	    I_ALU_IMM(BPF_ADD, 2, -4),
	    I_CALL(HELPER_LOOKUP),
	    I_JMP_IMM(BPF_JEQ, 0, 0, 20), /* for the verifier */
	    I_MOV_REG(7, 0),
	    I_LOAD(BPF_W, 1, 6, offsetof(struct followed, stop)),
	    I_JMP_IMM(BPF_JEQ, 1, 0, 13),
	    /* Would it be killed if we were? It has lost that when it became another user. */
	    I_CALL(HELPER_TASK),
	    I_MOV_REG(3, 0),
	    I_ALU_IMM(BPF_ADD, 3, at),
	    I_MOV_REG(1, 10),
	    I_ALU_IMM(BPF_ADD, 1, -8),
	    I_STORE_IMM(BPF_W, 10, -8, 0),
	    I_MOV_IMM(2, at < 0 ? 0 : 4),
	    I_CALL(HELPER_READ_KERNEL),
	    I_LOAD(BPF_W, 1, 10, -8),
	    I_JMP_IMM(BPF_JNE, 1, SIGKILL, 3),
	    I_STORE_IMM(BPF_W, 6, offsetof(struct followed, stopped), 1),
	    I_MOV_IMM(1, SIGSTOP),
	    I_CALL(HELPER_SEND_SIGNAL),
	    I_MOV_IMM(1, 1),
	    I_ATOMIC(BPF_W, BPF_ADD, 6, 1, offsetof(struct followed, execs)),
	    I_MOV_IMM(1, 1),
	    I_ATOMIC(BPF_DW, BPF_ADD, 7, 1, 0),
	    I_MOV_IMM(0, 0),
	    I_EXIT(),
	};
	const struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
					    .name = "execs",
					    .insns = insns,
					    .ninsns = sizeof(insns) / sizeof(insns[0])};
	return kern_prog_load(&spec, NULL, 0, e);
}

struct kern_execs *kern_execs_open(struct btf *btf, struct err *e)
{
	struct kern_execs *x = calloc(1, sizeof(*x));
	if (!x) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	*x = (struct kern_execs){
	    .processes = -1, .sum = -1, .link = -1, .page_bytes = (size_t)sysconf(_SC_PAGESIZE)};
	int prog = make_maps(x, e) < 0 ? -1 : load_program(x, death_signal_offset(btf), e);
	if (prog >= 0) {
		x->link = kern_raw_tp_attach(prog, "sched_process_exec", 0, e);
		close(prog);
	}
	if (x->link >= 0)
		return x;
	kern_execs_close(x);
	return NULL;
}

int kern_execs_follow(struct kern_execs *x, uint32_t pid, bool stop, struct err *e)
{
	const struct followed f = {.stop = stop};
	return kern_map_update(x->processes, &pid, &f, BPF_ANY, e);
}

uint64_t kern_execs_total(const struct kern_execs *x)
{
	return x ? __atomic_load_n(x->total, __ATOMIC_ACQUIRE) : 0;
}

int64_t kern_execs_of(const struct kern_execs *x, uint32_t pid)
{
	struct followed f;
	struct err ignored = {0};
	return kern_map_lookup(x->processes, &pid, &f, &ignored) < 0 ? -1 : (int64_t)f.execs;
}

bool kern_execs_stopped(const struct kern_execs *x, uint32_t pid)
{
	struct followed f;
	struct err ignored = {0};
	return kern_map_lookup(x->processes, &pid, &f, &ignored) == 0 && f.stopped;
}

void kern_execs_close(struct kern_execs *x)
{
	if (!x)
		return;
	if (x->link >= 0)
		close(x->link);
	if (x->total)
		munmap((void *)x->total, x->page_bytes);
	if (x->processes >= 0)
		close(x->processes);
	if (x->sum >= 0)
		close(x->sum);
	free(x);
}
