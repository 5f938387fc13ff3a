/*
 * emit.h - what emit.c offers to codegen.c, and encodings that the system's header may lack
 * (private to bpf/)
 */
#ifndef BPF_EMIT_H
#define BPF_EMIT_H

#include "dtrace/bpf/lir.h"

/* Encodings newer than some distributions' linux/bpf.h. */
enum {
	BPF_JCOND_OP = 0xe0, /* conditional jump on a condition of the kernel's own; source register
				says which */
	BPF_MAY_GOTO_SRC = 0,  /* the loop budget is spent */
	BPF_MEMSX_MODE = 0x80, /* load with sign extension */
};

struct emit_code {
	VEC(struct bpf_insn) insns;
	VEC(struct image_reloc) relocs;
	VEC(struct image_line) lines;
};

/* Appends the function to the program. Calls and function addresses hold the unit's function number
 * until emit_link(). */
int emit_func(struct lfunc *f, struct emit_code *code);
/* Turns the function numbers into distances; prog->funcs must be complete. */
void emit_link(struct cg *cg, struct emit_code *code);

#endif
