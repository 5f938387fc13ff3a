/*
 * ir_pass.h - what the files of the optimizer share (private to ir/)
 */
#ifndef IR_IR_PASS_H
#define IR_IR_PASS_H

#include "dtrace/ir/ir.h"

/* Shape of an instruction: which operands it has. Arguments (nargs) are counted by themselves. */
bool ir_reads_a(enum ir_op op);
bool ir_reads_b(enum ir_op op);
bool ir_is_jump(enum ir_op op);	  /* has a label to go to */
bool ir_ends_flow(enum ir_op op); /* nothing falls through */
bool ir_is_pure(enum ir_op op);	  /* no effect beyond its result */
bool ir_is_binary(enum ir_op op);
bool ir_is_commutative(enum ir_op op);
enum ir_cond ir_cond_negate(enum ir_cond c); /* not of IR_SETBITS */
enum ir_cond ir_cond_mirror(enum ir_cond c); /* b c' a */
bool ir_cond_eval(enum ir_cond c, int64_t a, int64_t b);

/* Constants, copies, cheaper forms, address offsets, comparisons fused into branches; leaves what
 * nobody reads any more. */
void ir_propagate(struct ir_func *f);

#endif
