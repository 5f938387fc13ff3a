/*
 * ir_interp.h - runs an IR function on the host, for the tests of the code generator
 *
 * Registers hold integers and host addresses. Maps are given as memory; helpers return 0 and leave
 * nothing behind. It follows ir.h and the documented semantics of eBPF arithmetic: shifts by count
 * & 63, division by zero gives 0, modulo by zero the dividend.
 */
#ifndef TEST_IR_INTERP_H
#define TEST_IR_INTERP_H

#include "dtrace/ir/ir.h"

#include <stdlib.h>
#include <string.h>

struct interp {
	uint8_t *maps[8];
	long steps; /* left */
};

static int64_t interp_func(struct interp *in, const struct ir_func *f, const int64_t *args);

static bool interp_cond(enum ir_cond c, int64_t sa, int64_t sb)
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
	default:
		return (a & b) != 0;
	}
}

static int64_t interp_sext(int64_t v, unsigned size)
{
	return size == 1 ? (int8_t)v : size == 2 ? (int16_t)v : size == 4 ? (int32_t)v : v;
}

static int64_t interp_zext(int64_t v, unsigned size)
{
	return size == 1 ? (uint8_t)v : size == 2 ? (uint16_t)v : size == 4 ? (uint32_t)v : v;
}

static int64_t interp_alu(enum ir_op op, int64_t sa, int64_t sb)
{
	uint64_t a = (uint64_t)sa, b = (uint64_t)sb;

	switch (op) {
	case IR_ADD:
		return (int64_t)(a + b);
	case IR_SUB:
		return (int64_t)(a - b);
	case IR_MUL:
		return (int64_t)(a * b);
	case IR_UDIV:
		return b ? (int64_t)(a / b) : 0;
	case IR_UMOD:
		return b ? (int64_t)(a % b) : sa;
	case IR_SDIV:
		return !b ? 0 : sb == -1 ? (int64_t)(0 - a) : sa / sb;
	case IR_SMOD:
		return !b ? sa : sb == -1 ? 0 : sa % sb;
	case IR_AND:
		return (int64_t)(a & b);
	case IR_OR:
		return (int64_t)(a | b);
	case IR_XOR:
		return (int64_t)(a ^ b);
	case IR_SHL:
		return (int64_t)(a << (b & 63));
	case IR_SHR:
		return (int64_t)(a >> (b & 63));
	case IR_SAR:
		return sa >> (b & 63);
	default:
		abort();
	}
}

static int64_t interp_load(const void *p, unsigned size)
{
	int64_t v = 0;

	memcpy(&v, p, size);
	return v;
}

static int64_t interp_bswap(int64_t v, unsigned size)
{
	return size == 2   ? __builtin_bswap16((uint16_t)v)
	       : size == 4 ? __builtin_bswap32((uint32_t)v)
			   : (int64_t)__builtin_bswap64((uint64_t)v);
}

/* The instructions that touch memory. Returns the result. */
static int64_t interp_memory(const struct ir_insn *i, int64_t a, int64_t b, int64_t expect)
{
	uint8_t *p = (uint8_t *)(uintptr_t)(a + i->off);
	int64_t old, new = b;

	if (i->op == IR_LD)
		return interp_load(p, i->size);
	if (i->op == IR_LDS)
		return interp_sext(interp_load(p, i->size), i->size);
	old = i->op == IR_ST ? 0 : interp_load(p, i->size);
	if (i->op == IR_ATOMIC_ADD || i->op == IR_FETCH_ADD)
		new = (int64_t)((uint64_t)old + (uint64_t)b);
	else if (i->op == IR_ATOMIC_OR)
		new = old | b;
	else if (i->op == IR_ATOMIC_AND)
		new = old &b;
	else if (i->op == IR_CMPXCHG)
		new = old == interp_zext(expect, i->size) ? b : old;
	memcpy(p, &new, i->size);
	return old;
}

static int64_t interp_func(struct interp *in, const struct ir_func *f, const int64_t *args)
{
	int64_t *r = calloc((size_t)f->nregs + 1, sizeof(*r)), ret = 0;
	uint8_t **frame = calloc(f->frame.n + 1, sizeof(*frame));
	size_t *place = calloc((size_t)f->nlabels + 1, sizeof(*place));

#define INTERP_VAL(x) ((x).is_imm ? (x).imm : r[(x).reg])
	for (size_t k = 0; k < f->frame.n; k++)
		frame[k] = calloc(1, f->frame.at[k].size + 8);
	for (size_t k = 0; k < f->insns.n; k++)
		if (f->insns.at[k].op == IR_LABEL)
			place[f->insns.at[k].label] = k;
	for (unsigned k = 0; k < f->nparams; k++)
		r[f->params[k]] = args[k];
	for (size_t pc = 0; pc < f->insns.n && in->steps-- > 0; pc++) {
		const struct ir_insn *i = &f->insns.at[pc];
		int64_t a = INTERP_VAL(i->a), b = INTERP_VAL(i->b), v = 0, sub[5] = {0};

		switch (i->op) {
		case IR_NOP:
		case IR_LABEL:
		case IR_COMMENT:
		case IR_MAY_GOTO:
			break;
		case IR_CONST:
			v = i->imm;
			break;
		case IR_MOV:
			v = a;
			break;
		case IR_NEG:
			v = (int64_t)(0 - (uint64_t)a);
			break;
		case IR_NOT:
			v = ~a;
			break;
		case IR_SEXT:
			v = interp_sext(a, i->size);
			break;
		case IR_ZEXT:
			v = interp_zext(a, i->size);
			break;
		case IR_BSWAP:
			v = interp_bswap(a, i->size);
			break;
		case IR_SET:
			v = interp_cond(i->cond, a, b);
			break;
		case IR_BR:
			if (interp_cond(i->cond, a, b))
				pc = place[i->label];
			break;
		case IR_BR32: {
			bool sign = i->cond >= IR_SLT && i->cond <= IR_SGE;

			a = sign ? (int32_t)a : (int64_t)(uint32_t)a;
			b = sign ? (int32_t)b : (int64_t)(uint32_t)b;
			if (interp_cond(i->cond, a, b))
				pc = place[i->label];
			break;
		}
		case IR_JMP:
			pc = place[i->label];
			break;
		case IR_RET:
			ret = a;
			goto out;
		case IR_CALL:
		case IR_KFUNC:
			break;
		case IR_CALLFN:
			for (unsigned k = 0; k < i->nargs; k++)
				sub[k] = INTERP_VAL(i->args[k]);
			v = interp_func(in, f->unit->funcs.at[i->imm], sub);
			break;
		case IR_MAPVAL:
			v = (int64_t)(uintptr_t)(in->maps[i->imm] + i->off);
			break;
		case IR_FRAME:
			v = (int64_t)(uintptr_t)(frame[i->imm] + i->off);
			break;
		default:
			if (i->op >= IR_ADD && i->op <= IR_SAR)
				v = interp_alu(i->op, a, b);
			else if (i->op >= IR_LD && i->op <= IR_CMPXCHG)
				v = interp_memory(i, a, b,
						  i->op == IR_CMPXCHG ? INTERP_VAL(i->args[0]) : 0);
			else
				abort();
		}
		if (i->dst >= 0)
			r[i->dst] = v;
	}
out:
	for (size_t k = 0; k < f->frame.n; k++)
		free(frame[k]);
	free(frame);
	free(place);
	free(r);
	return ret;
}

#endif
