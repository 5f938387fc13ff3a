/*
 * codegen.h - IR to eBPF instructions
 *
 * In: a unit of IR (ir.h). Out: instructions, relocations and lines of a program image (image.h). Register allocation (r6-r9 across
 * calls, r0-r5 between; lir.h, regalloc.c), frame layout, instruction selection, branch fixing. The result is verifier-friendly:
 * memory operations keep their order, pointers are spilled whole and aligned, 32-bit immediates are used where they fit, nothing is
 * unreachable.
 */
#ifndef BPF_CODEGEN_H
#define BPF_CODEGEN_H

#include "base/err.h"
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"

/* What the target kernel's instruction set offers. */
struct codegen_target {
	bool may_goto; /* 6.9: bounded loops without counting */
	bool cpu_v4;   /* 6.6: sdiv, smod, movsx, bswap, ldsx, gotol */
	bool atomics;  /* 5.12: fetch, xchg, cmpxchg, or, and */
	bool
	    forgets_slots; /* before 6.8: a comparison of what was loaded from the stack tells its verifier
			     * nothing of what lies there */
	bool keep_ir; /* do not run ir_optimize() first (tests, -xdump) */
};

/* Generates prog->insns, relocs, lines, funcs, func_names, has_callbacks and stack_bytes (of the deepest chain of calls) from u into
 * the arena of u; the other members are the caller's. Runs ir_optimize() on u first. Only functions that the entry reaches are there.
 * -1 and *e when it does not fit (over 512 bytes of stack; a jump over 32767 instructions without gotol) or needs an atomic
 * operation that the target lacks. Signed division, sign extension and loop budgets are expanded where the target lacks them. */
int codegen_unit(struct ir_unit *u, const struct codegen_target *t, struct image_prog *prog,
		 struct err *e);

/* One instruction (two slots for ld_imm64) as text, e.g. "r1 = *(u64 *)(r6 +8)", "if r1 == 0 goto +5", "call ktime_get_ns#5". Returns slots
 * used. helper names come from a table. */
unsigned disasm_insn(const struct bpf_insn *insn, struct buf *out);
/* -S and -xdump=bpf: whole program with D line numbers and comments in the margin, names of maps (when image is not NULL), functions
 * and kernel functions. */
void disasm_prog(const struct image_prog *prog, const struct image *image, struct buf *out);

#endif
