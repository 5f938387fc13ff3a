/*
 * ir_shape.c - facts about operations and conditions
 */
#include "dtrace/ir/ir_pass.h"

bool ir_reads_a(enum ir_op op)
{
	return (op >= IR_MOV && op <= IR_BR32) || (op >= IR_RET && op <= IR_CMPXCHG);
}

bool ir_reads_b(enum ir_op op)
{
	return ir_is_binary(op) || (op >= IR_SET && op <= IR_BR32) ||
	       (op >= IR_ST && op <= IR_CMPXCHG);
}

bool ir_is_jump(enum ir_op op)
{
	return op == IR_JMP || op == IR_BR || op == IR_BR32 || op == IR_MAY_GOTO;
}

bool ir_ends_flow(enum ir_op op)
{
	return op == IR_JMP || op == IR_RET;
}

bool ir_is_pure(enum ir_op op)
{
	return (op >= IR_CONST && op <= IR_SET) || op == IR_LD || op == IR_LDS ||
	       (op >= IR_MAP && op <= IR_FUNCADDR);
}

bool ir_is_binary(enum ir_op op)
{
	return op >= IR_ADD && op <= IR_SAR;
}

bool ir_is_commutative(enum ir_op op)
{
	return op == IR_ADD || op == IR_MUL || op == IR_AND || op == IR_OR || op == IR_XOR;
}

enum ir_cond ir_cond_negate(enum ir_cond c)
{
	static const enum ir_cond n[] = {
	    [IR_EQ] = IR_NE,   [IR_NE] = IR_EQ,	  [IR_ULT] = IR_UGE,	    [IR_ULE] = IR_UGT,
	    [IR_UGT] = IR_ULE, [IR_UGE] = IR_ULT, [IR_SLT] = IR_SGE,	    [IR_SLE] = IR_SGT,
	    [IR_SGT] = IR_SLE, [IR_SGE] = IR_SLT, [IR_SETBITS] = IR_SETBITS};
	return n[c];
}

enum ir_cond ir_cond_mirror(enum ir_cond c)
{
	static const enum ir_cond m[] = {
	    [IR_EQ] = IR_EQ,   [IR_NE] = IR_NE,	  [IR_ULT] = IR_UGT,	    [IR_ULE] = IR_UGE,
	    [IR_UGT] = IR_ULT, [IR_UGE] = IR_ULE, [IR_SLT] = IR_SGT,	    [IR_SLE] = IR_SGE,
	    [IR_SGT] = IR_SLT, [IR_SGE] = IR_SLE, [IR_SETBITS] = IR_SETBITS};
	return m[c];
}

bool ir_cond_eval(enum ir_cond c, int64_t sa, int64_t sb)
{
	uint64_t a = (uint64_t)sa, b = (uint64_t)sb;

	switch (c) {
	case IR_EQ:
		return a == b;
	case IR_NE:
		return a != b;
	case IR_ULT:
		return a < b;
	case IR_ULE:
		return a <= b;
	case IR_UGT:
		return a > b;
	case IR_UGE:
		return a >= b;
	case IR_SLT:
		return sa < sb;
	case IR_SLE:
		return sa <= sb;
	case IR_SGT:
		return sa > sb;
	case IR_SGE:
		return sa >= sb;
	case IR_SETBITS:
		return (a & b) != 0;
	}
	return false;
}
