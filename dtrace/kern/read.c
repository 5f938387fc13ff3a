/*
 * read.c - reading the kernel's memory from here
 *
 * The program takes two arguments as those of a raw tracepoint: address and bytes. It copies that to the first
 * value of an array map, which is mapped here; for 0 bytes it leaves the address of the running thread's task_struct
 * there instead. Its value is what the copying helper said.
 */
#include "dtrace/kern/read.h"

#include "dtrace/kern/insn.h"
#include "dtrace/kern/kern.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HELPER_CURRENT_TASK = 35, HELPER_READ_KERNEL = 113 };

static int load_program(int map, struct err *e)
{
	struct bpf_insn insns[] = {
	    I_LOAD(BPF_DW, 3, 1, 0),
	    I_LOAD(BPF_DW, 2, 1, 8),
	    I_LD64(6, BPF_PSEUDO_MAP_VALUE, map, 0),
	    I_JMP_IMM(BPF_JEQ, 2, 0, 4),
	    I_JMP_IMM(BPF_JGT, 2, KERN_READ_MAX, 7),
	    I_MOV_REG(1, 6),
	    I_CALL(HELPER_READ_KERNEL),
	    I_EXIT(),
	    I_CALL(HELPER_CURRENT_TASK),
	    I_STORE(BPF_DW, 6, 0, 0),
	    I_MOV_IMM(0, 0),
	    I_EXIT(),
	    I_MOV_IMM(0, -1),
	    I_EXIT(),
	};
	struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
				      .name = "read",
				      .insns = insns,
				      .ninsns = sizeof(insns) / sizeof(insns[0])};
	return kern_prog_load(&spec, NULL, 0, e);
}

int kern_reader_open(struct kern_reader *r, struct err *e)
{
	struct kern_map_spec spec = {.type = BPF_MAP_TYPE_ARRAY,
				     .key_bytes = 4,
				     .value_bytes = KERN_READ_MAX,
				     .entries = 1,
				     .flags = BPF_F_MMAPABLE,
				     .name = "read"};
	*r = (struct kern_reader){.map = -1, .prog = -1};
	r->map = kern_map_create(&spec, e);
	if (r->map >= 0)
		r->mem = kern_map_mmap(r->map, KERN_READ_MAX, e);
	if (r->mem)
		r->prog = load_program(r->map, e);
	if (r->prog >= 0)
		return 0;
	kern_reader_close(r);
	return -1;
}

void kern_reader_close(struct kern_reader *r)
{
	if (r->mem)
		munmap(r->mem, KERN_READ_MAX);
	if (r->map >= 0)
		close(r->map);
	if (r->prog >= 0)
		close(r->prog);
	*r = (struct kern_reader){.map = -1, .prog = -1};
}

static int run(struct kern_reader *r, uint64_t addr, uint64_t n)
{
	uint64_t args[] = {addr, n};
	uint32_t failed = 0;
	struct err e;

	return kern_prog_test_run(r->prog, args, sizeof(args), &failed, &e) < 0 || failed ? -1 : 0;
}

int kern_read(struct kern_reader *r, uint64_t addr, void *buf, size_t n)
{
	if (n == 0 || n > KERN_READ_MAX || run(r, addr, n) < 0)
		return -1;
	memcpy(buf, r->mem, n);
	return 0;
}

uint64_t kern_read_current(struct kern_reader *r)
{
	uint64_t task = 0;

	if (run(r, 0, 0) == 0)
		memcpy(&task, r->mem, sizeof(task));
	return task;
}
