/*
 * lir.h - the code generator's own form of a function, between IR and instructions (private
 * to bpf/)
 *
 * select.c makes it from IR (what the target lacks is expanded there), live.c finds where each
 * variable lives, regalloc.c gives every virtual register a machine register (rewriting the list
 * when some have to stay in memory), emit.c writes instructions.
 *
 * An instruction is still "dst = a op b". Operands are more than registers: whatever can be made
 * out of nothing (a constant, the address of a frame object, of a map, of a function) or read from a
 * spill slot may stand directly wherever the emitter can build it in the destination or argument
 * register, and so needs no register of its own.
 *
 * Positions: instruction i covers 4i .. 4i+3, called lanes.
 *	lane 0	operands are read (early use)
 *	lane 1	calls clobber r0-r5; a "mid" use is still alive here
 *	lane 2	the result is written; a "late" use is still alive here, so it
 *		never shares the result's register
 *	lane 3	after
 */
#ifndef BPF_LIR_H
#define BPF_LIR_H

#include "dtrace/bpf/codegen.h"

#include <linux/bpf.h>

enum opnd_kind {
	O_NONE,
	O_REG,	  /* n = virtual register */
	O_IMM,	  /* v */
	O_FRAME,  /* address of frame object n, + v */
	O_MAP,	  /* map n */
	O_MAPVAL, /* address of the value of map n, + v */
	O_KSYM,	  /* address of the kernel symbol with BTF id n */
	O_FUNC,	  /* address of unit function n */
	O_SLOT,	  /* content of spill slot n */
};

struct opnd {
	enum opnd_kind kind;
	int32_t n;
	int64_t v;
};

/* Operations are those of enum ir_op (IR_CONST, IR_FRAME and the like have become IR_MOV) and: */
enum { LIR_ENTRY = 200 }; /* args[] are the parameters, arriving in r1.. */

struct lir {
	uint8_t op, cond, size, nargs;
	bool a_dies, b_dies; /* set by live_ranges(): this is the last read of the register */
	int32_t off, label;
	uint32_t line;
	struct opnd dst, a, b;
	struct opnd *args; /* calls, LIR_ENTRY; [0] of IR_CMPXCHG: the value expected */
	int64_t imm;
	const char *sym;
};

enum { LEVEL_WHOLE, LEVEL_REGION, LEVEL_INSN };
struct vreg {
	struct opnd home; /* where its value can be had without a register; O_NONE: nowhere yet */
	uint8_t level; /* LEVEL_WHOLE: as the IR had it; _REGION: a copy between two calls; _INSN:
			  for one insn */
	bool in_home;  /* this round of rewriting takes it out of its register */
	int8_t reg;    /* machine register, -1 = none yet */
	int ranges;    /* first of its ranges, -1 = none */
	float weight;
};

struct range {
	int start, end; /* positions, end exclusive */
	int next;
};

/* Arrays that are used again from round to round and function to function. */
struct scratch {
	void *p;
	size_t bytes;
};

struct cg {
	struct arena *arena;
	struct ir_unit *unit;
	const struct codegen_target *target;
	struct image_prog *prog;
	struct err *err;
	struct scratch s_live[12], s_alloc[6], s_rewrite[4];
	VEC(struct ir_func *) order; /* functions that are reached, as they are emitted */
	int *func_index;	     /* by unit id: index in order, -1 = not reached */
	uint32_t *stack;	     /* by index in order: bytes of its frame */
	int *chain;		     /* ... and with those it calls; 0 = not known yet */
};

struct lfunc {
	struct cg *cg;
	const struct ir_func *ir;
	VEC(struct lir) ins;
	VEC(struct vreg) vregs;
	VEC(struct range) ranges;
	uint32_t *label_refs;
	int nlabels, nslots;
	uint8_t *slot_place; /* slot -> place in the frame, in units of 8 bytes */
	int nplaces;
	bool uses_may_goto;
	int32_t *frame_off; /* of each frame object, from r10 */
	uint32_t stack_bytes;
};

struct use {
	int var;
	int end; /* lane after the last in which it is alive: 1 early, 2 mid, 3 late */
};

/* n zeroed or dirty bytes, valid until the same scratch is asked again. */
void *scratch_get(struct cg *cg, struct scratch *s, size_t bytes, bool zero);

int lir_new_vreg(struct lfunc *f, int level, struct opnd home);
bool lir_is_alu(int op); /* two operands and a result */
bool lir_is_commutative(int op);
bool lir_is_pure(int op); /* no effect beyond its result */
bool lir_is_call(int op);
bool lir_is_sign(const struct lir *i); /* an IR_SET that is the sign bit of a, or its opposite */
/* Variables (O_REG or O_SLOT operands, by kind) that the instruction reads; at most 8. */
int lir_uses(const struct lir *i, enum opnd_kind kind, struct use out[8]);
/* Operands it writes; at most 5. */
int lir_defs(struct lir *i, enum opnd_kind kind, struct opnd *out[5]);

/* IR to LIR. Values that can be made out of nothing get a home. NULL and cg->err when the target lacks an operation. */
struct lfunc *select_func(struct cg *cg, const struct ir_func *f);

/* Ranges of all variables of one kind: first[var] heads a list in f->ranges, sorted. Removes pure
 * instructions whose result nobody reads. freq[i], when not NULL, becomes the weight of instruction
 * i (10 for each loop around it). */
void live_ranges(struct lfunc *f, enum opnd_kind kind, int nvars, int *first, float *freq);

/* Gives every virtual register a machine register, and every slot a place in the frame. */
int regalloc_func(struct lfunc *f);

#endif
