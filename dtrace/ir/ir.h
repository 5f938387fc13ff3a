/*
 * ir.h - the intermediate representation: eBPF with unlimited registers and labels
 *
 * lower/ and provider/ build it, bpf/ turns it into instructions. The code generator never sees how the D was spelt;
 * each instruction carries the D source line and may carry a comment, both for -S.
 *
 * A unit is one BPF program: funcs[0] is the entry, the others are its bpf-to-bpf subprograms. A function is a flat
 * list of instructions; control flow is by labels. Registers hold 64 bits (an integer or a pointer that the verifier
 * tracks) and may be assigned more than once; a register must be assigned on every path before it is read.
 * Back edges are allowed only through IR_MAY_GOTO, or a loop that the verifier can bound.
 *
 *	struct ir_func *f = ir_func_new(u, "prog", 1);		// 1 parameter: the context, in register f->params[0]
 *	int n = ir_imm(f, 7);
 *	int m = ir_alu(f, IR_ADD, n, IRV_IMM(1));
 *	ir_store(f, base, 16, 8, IRV_REG(m));
 */
#ifndef IR_IR_H
#define IR_IR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum ir_op {
	IR_NOP,
	IR_LABEL, /* label: */
	IR_CONST, /* dst = imm (64 bits) */
	IR_MOV,	  /* dst = a */
	/* dst = a OP b; b may be an immediate that fits 32 bits signed (the builder makes a register otherwise) */
	IR_ADD,
	IR_SUB,
	IR_MUL,
	IR_UDIV,
	IR_SDIV,
	IR_UMOD,
	IR_SMOD,
	IR_AND,
	IR_OR,
	IR_XOR,
	IR_SHL,
	IR_SHR,
	IR_SAR,
	IR_NEG,
	IR_NOT, /* dst = -a, ~a */
	IR_SEXT,
	IR_ZEXT,       /* dst = a, its low `size` bytes (1, 2, 4) extended */
	IR_BSWAP,      /* dst = the low `size` bytes (2, 4, 8) of a reversed, zero-extended */
	IR_SET,	       /* dst = a COND b ? 1 : 0 */
	IR_BR,	       /* if (a COND b) goto label; falls through otherwise */
	IR_BR32,       /* the same on the low 32 bits */
	IR_JMP,	       /* goto label */
	IR_RET,	       /* return a (an immediate or register) */
	IR_LD,	       /* dst = *(unsigned size *)(a + off) */
	IR_LDS,	       /* the same, sign-extended */
	IR_ST,	       /* *(size *)(a + off) = b */
	IR_ATOMIC_ADD, /* *(size *)(a + off) += b, atomically */
	IR_FETCH_ADD,  /* dst = old value of the same */
	IR_ATOMIC_OR,
	IR_ATOMIC_AND,
	IR_XCHG,    /* dst = *(a + off), *(a + off) = b, atomically */
	IR_CMPXCHG, /* dst = old *(a + off); stores b if it was args[0] */
	IR_CALL,    /* dst = helper number `imm` (args); dst may be -1 */
	IR_KFUNC, /* dst = kernel function `sym` (args); imm = its BTF id when known, else resolved at load */
	IR_CALLFN, /* dst = unit function `imm` (args) */
	IR_MAP,	   /* dst = pointer to map `imm` of the image, as helpers want it */
	IR_MAPVAL, /* dst = address of byte `off` of the first value of array map `imm` */
	IR_KSYM, /* dst = address of kernel variable or function `sym`, imm = its BTF id. Of a per-CPU variable: what
		  * bpf_this_cpu_ptr() takes */
	IR_FRAME,    /* dst = address of frame object `imm` + off */
	IR_FUNCADDR, /* dst = unit function `imm` as a callback */
	IR_MAY_GOTO, /* leave the loop: goto label if the budget of iterations is spent. Where the kernel lacks may_goto
		      * the backend keeps a counter of at most `imm` iterations instead. */
	IR_COMMENT, /* sym = text for the next instruction in -S */
};

enum ir_cond {
	IR_EQ,
	IR_NE,
	IR_ULT,
	IR_ULE,
	IR_UGT,
	IR_UGE,
	IR_SLT,
	IR_SLE,
	IR_SGT,
	IR_SGE,
	IR_SETBITS /* a & b */
};

/* An operand: a register or an immediate. */
struct ir_val {
	bool is_imm;
	int reg;
	int64_t imm;
};
#define IRV_REG(r) ((struct ir_val){.is_imm = false, .reg = (r)})
#define IRV_IMM(i) ((struct ir_val){.is_imm = true, .imm = (int64_t)(i)})

struct ir_insn {
	enum ir_op op;
	enum ir_cond cond;
	uint8_t size; /* bytes */
	uint8_t nargs;
	int dst; /* -1 = none */
	struct ir_val a, b;
	int64_t imm;
	int32_t off;
	int label;
	struct ir_val args[5];
	const char *sym;
	uint32_t line; /* D source line, 0 = none */
};

struct ir_frame_obj {
	uint32_t size, align; /* bytes; align at most 8 */
};

struct ir_func {
	struct ir_unit *unit;
	const char *name;
	uint32_t id; /* index in the unit */
	int params[5];
	uint8_t nparams;
	bool is_global; /* the verifier looks at it once, by itself, not at each call */
	uint32_t
	    pointee[5]; /* then: bytes to read and write behind each parameter; 0: it is a number */
	int nregs, nlabels;
	uint32_t line; /* given to instructions as they are added */
	VEC(struct ir_insn) insns;
	VEC(struct ir_frame_obj) frame;
};

struct ir_unit {
	struct arena *arena;
	const char *name;
	VEC(struct ir_func *) funcs;
};

struct ir_unit *ir_unit_new(struct arena *a, const char *name);
struct ir_func *ir_func_new(struct ir_unit *u, const char *name, unsigned nparams);

/* Builders: append to f; those that make a value return its new register. */
int ir_reg(struct ir_func *f);	 /* a fresh register, not assigned */
int ir_label(struct ir_func *f); /* a fresh label, not placed */
void ir_place(struct ir_func *f, int label);
int ir_imm(struct ir_func *f, int64_t v);
int ir_copy(struct ir_func *f, int reg);		  /* fresh register = reg */
void ir_mov(struct ir_func *f, int dst, struct ir_val v); /* assigns an existing register */
int ir_alu(struct ir_func *f, enum ir_op op, int a, struct ir_val b);
void ir_alu_to(struct ir_func *f, int dst, enum ir_op op, int a, struct ir_val b);
int ir_unary(struct ir_func *f, enum ir_op op, int a, unsigned size);
int ir_set(struct ir_func *f, enum ir_cond c, int a, struct ir_val b);
void ir_br(struct ir_func *f, enum ir_cond c, int a, struct ir_val b, int label);
void ir_br32(struct ir_func *f, enum ir_cond c, int a, struct ir_val b, int label);
void ir_jmp(struct ir_func *f, int label);
void ir_ret(struct ir_func *f, struct ir_val v);
int ir_load(struct ir_func *f, int base, int32_t off, unsigned size);
int ir_load_signed(struct ir_func *f, int base, int32_t off, unsigned size);
void ir_store(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v);
void ir_atomic_add(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v);
/* IR_ATOMIC_ADD, IR_ATOMIC_OR, IR_ATOMIC_AND; size 4 or 8 for all atomics */
void ir_atomic(struct ir_func *f, enum ir_op op, int base, int32_t off, unsigned size,
	       struct ir_val v);
/* On map values only, not on frame objects: verifiers up to at least 6.18 forget, when a constant of the stack read by one of these decides
 * a branch, where it came from, and remove code that is reached. */
int ir_fetch_add(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v);
int ir_xchg(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v);
int ir_cmpxchg(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val expect,
	       struct ir_val v);
int ir_call(struct ir_func *f, int helper, unsigned nargs, const struct ir_val *args);
int ir_kfunc(struct ir_func *f, const char *name, uint32_t btf_id, unsigned nargs,
	     const struct ir_val *args);
int ir_callfn(struct ir_func *f, const struct ir_func *callee, unsigned nargs,
	      const struct ir_val *args);
#define IR_CALL_ARGS(...)                                                                          \
	(sizeof((struct ir_val[]){__VA_ARGS__}) / sizeof(struct ir_val)), (struct ir_val[])        \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
int ir_map(struct ir_func *f, unsigned map);
int ir_mapval(struct ir_func *f, unsigned map, uint32_t off);
int ir_ksym(struct ir_func *f, const char *name, uint32_t btf_id);
int ir_frame(struct ir_func *f, uint32_t size, uint32_t align); /* a new frame object; its number */
int ir_frame_addr(struct ir_func *f, int obj, int32_t off);
int ir_funcaddr(struct ir_func *f, const struct ir_func *callback);
void ir_may_goto(struct ir_func *f, int label, uint32_t max_iterations);
void ir_comment(struct ir_func *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* -xdump=ir: one instruction a line. */
void ir_print(const struct ir_unit *u, struct buf *out);
const char *ir_op_name(enum ir_op op);
/* Checks the invariants above (registers assigned before use, labels placed once, operands in range); returns NULL or what is
 * wrong, in the arena. Run after lower in every build. */
const char *ir_check(const struct ir_unit *u, struct arena *a);
/* Passes, in order: jump threading and removal of unreachable blocks; constants, copies and cheaper forms; the first again; dead code.
 * codegen_unit() runs them; running them twice does no harm. */
void ir_optimize(struct ir_unit *u);

#endif
