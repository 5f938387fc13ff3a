/*
 * lir.c - what the stages of the code generator ask about one instruction
 *
 * lir_uses() is where the constraints of the instruction set are written down: which operands may
 * share a register with the result (early) and which may not (late).
 */
#include "dtrace/bpf/lir.h"

#include <string.h>

void *scratch_get(struct cg *cg, struct scratch *s, size_t bytes, bool zero)
{
	if (s->bytes < bytes) {
		s->bytes = bytes + bytes / 2 + 64;
		s->p = arena_alloc(cg->arena, s->bytes);
	} else if (zero && bytes) {
		memset(s->p, 0, bytes);
	}
	return s->p;
}

int lir_new_vreg(struct lfunc *f, int level, struct opnd home)
{
	struct vreg *v = vec_push(&f->vregs, f->cg->arena);

	v->level = (uint8_t)level;
	v->home = home;
	v->reg = -1;
	v->ranges = -1;
	return (int)f->vregs.n - 1;
}

bool lir_is_alu(int op)
{
	return op >= IR_ADD && op <= IR_SAR;
}

bool lir_is_commutative(int op)
{
	return op == IR_ADD || op == IR_MUL || op == IR_AND || op == IR_OR || op == IR_XOR;
}

bool lir_is_pure(int op)
{
	return (op >= IR_CONST && op <= IR_SET) || op == IR_LD || op == IR_LDS;
}

bool lir_is_call(int op)
{
	return op == IR_CALL || op == IR_KFUNC || op == IR_CALLFN;
}

bool lir_is_sign(const struct lir *i)
{
	return i->op == IR_SET && i->b.kind == O_IMM && i->b.v == 0 &&
	       (i->cond == IR_SLT || i->cond == IR_SGE);
}

enum { EARLY = 1, MID = 2, LATE = 3 };

static int use(struct use *out, int n, const struct opnd *o, enum opnd_kind kind, int end)
{
	if (o->kind != kind)
		return n;
	out[n].var = o->n;
	out[n].end = end;
	return n + 1;
}

static int call_uses(const struct lir *i, enum opnd_kind kind, struct use *out)
{
	int n = 0;

	for (int k = 0; k < i->nargs; k++)
		n = use(out, n, &i->args[k], kind, EARLY);
	return n;
}

int lir_uses(const struct lir *i, enum opnd_kind kind, struct use out[8])
{
	int n = 0, a = EARLY, b = EARLY;

	switch (i->op) {
	case LIR_ENTRY:
		return 0;
	case IR_CALL:
	case IR_KFUNC:
	case IR_CALLFN:
		return call_uses(i, kind, out);
	case IR_SET: /* the result is written before the comparison, unless it is the sign bit */
		a = b = lir_is_sign(i) ? EARLY : LATE;
		break;
	case IR_FETCH_ADD: /* the operand is moved to the result first */
	case IR_XCHG:
		a = LATE;
		break;
	case IR_CMPXCHG: /* r0 is loaded before a and b are read */
		n = call_uses(i, kind, out);
		a = b = MID;
		break;
	default: /* dst = a; dst op= b */
		if (lir_is_alu(i->op) && (!lir_is_commutative(i->op) || i->a.kind != O_REG))
			b = LATE;
	}
	n = use(out, n, &i->a, kind, a);
	return use(out, n, &i->b, kind, b);
}

int lir_defs(struct lir *i, enum opnd_kind kind, struct opnd *out[5])
{
	int n = 0;

	if (i->op == LIR_ENTRY) {
		for (int k = 0; k < i->nargs; k++)
			if (i->args[k].kind == kind)
				out[n++] = &i->args[k];
	} else if (i->dst.kind == kind) {
		out[n++] = &i->dst;
	}
	return n;
}
