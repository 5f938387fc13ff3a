/*
 * select.c - IR to the code generator's own form
 *
 * In: a checked IR function and the target. Out: a struct lfunc that holds only what emit.c can
 * write: signed division, sign extension and loop budgets are expanded where the target lacks them,
 * offsets fit 16 bits, no instruction's result is the same virtual register as an operand that must
 * not share its machine register.
 *
 * A register that is assigned once, from nothing but constants, is given a home and its assignment
 * is dropped: each use makes the value again where it is wanted, as an immediate, an address or an
 * argument.
 */
#include "dtrace/bpf/lir.h"

#include <errno.h>

struct sel {
	struct cg *cg;
	struct lfunc *f;
	const struct ir_func *ir;
	uint32_t *ndefs; /* by register */
	uint32_t line;
	int *budget; /* by instruction index: loop counter of a may_goto, or -1; NULL when the
			target has it */
	int *budget_before; /* by label: counter to set before it, or -1 */
	int *budget_next;   /* by counter register: the next one for the same label */
	int32_t *budget_max;
	VEC(int) entry_budgets;
	const char *refused; /* name of an operation that the target lacks */
};

static const struct opnd none = {O_NONE, 0, 0};

static struct opnd reg(int r)
{
	return (struct opnd){O_REG, r, 0};
}

static struct opnd imm(int64_t v)
{
	return (struct opnd){O_IMM, 0, v};
}

static struct opnd val(struct ir_val v)
{
	return v.is_imm ? imm(v.imm) : reg(v.reg);
}

static struct lir *add(struct sel *s, int op, struct opnd dst, struct opnd a, struct opnd b)
{
	struct lir *l = vec_push(&s->f->ins, s->cg->arena);

	l->op = (uint8_t)op;
	l->dst = dst;
	l->a = a;
	l->b = b;
	l->label = -1;
	l->line = s->line;
	return l;
}

static struct opnd fresh(struct sel *s)
{
	return reg(lir_new_vreg(s->f, LEVEL_WHOLE, none));
}

static struct opnd home_of(struct sel *s, struct opnd o)
{
	return o.kind == O_REG ? s->f->vregs.at[o.n].home : none;
}

static bool same_reg(struct opnd x, struct opnd y)
{
	return x.kind == O_REG && y.kind == O_REG && x.n == y.n;
}

/* ---- values made out of nothing ---- */

static struct opnd nothing(const struct ir_insn *i)
{
	switch (i->op) {
	case IR_CONST:
		return imm(i->imm);
	case IR_MAP:
		return (struct opnd){O_MAP, (int32_t)i->imm, 0};
	case IR_MAPVAL:
		return (struct opnd){O_MAPVAL, (int32_t)i->imm, i->off};
	case IR_KSYM:
		return (struct opnd){O_KSYM, (int32_t)i->imm, 0};
	case IR_FRAME:
		return (struct opnd){O_FRAME, (int32_t)i->imm, i->off};
	case IR_FUNCADDR:
		return (struct opnd){O_FUNC, (int32_t)i->imm, 0};
	default:
		return none;
	}
}

static void find_homes(struct sel *s)
{
	for (unsigned k = 0; k < s->ir->nparams; k++)
		s->ndefs[s->ir->params[k]]++;
	for (size_t k = 0; k < s->ir->insns.n; k++)
		if (s->ir->insns.at[k].dst >= 0)
			s->ndefs[s->ir->insns.at[k].dst]++;
	for (size_t k = 0; k < s->ir->insns.n; k++) {
		const struct ir_insn *i = &s->ir->insns.at[k];
		struct opnd h = nothing(i);

		if (i->op == IR_ADD && i->b.is_imm) { /* an address in the frame, moved on */
			h = home_of(s, reg(i->a.reg));
			if (h.kind != O_FRAME)
				continue;
			h.v += i->b.imm;
		}
		if (h.kind != O_NONE && i->dst >= 0 && s->ndefs[i->dst] == 1)
			s->f->vregs.at[i->dst].home = h;
	}
}

/* ---- arithmetic ---- */

static void alu(struct sel *s, int op, struct opnd dst, struct opnd a, struct opnd b)
{
	struct opnd t = dst;

	if (home_of(s, b).kind == O_NONE && home_of(s, a).kind == O_IMM && lir_is_commutative(op) &&
	    b.kind == O_REG) {
		t = a, a = b, b = t, t = dst;
	}
	if (same_reg(dst, b) && !same_reg(dst, a) && lir_is_commutative(op)) {
		t = a, a = b, b = t, t = dst;
	}
	if (same_reg(dst, b) && !same_reg(dst, a))
		t = fresh(s);
	add(s, op, t, a, b);
	if (!same_reg(t, dst))
		add(s, IR_MOV, dst, t, none);
}

/* x with the sign in `sign` (0 or -1) removed or put back: (x ^ sign) - sign. */
static struct opnd flip(struct sel *s, struct opnd x, struct opnd sign)
{
	struct opnd t = fresh(s), r = fresh(s);

	add(s, IR_XOR, t, x, sign);
	add(s, IR_SUB, r, t, sign);
	return r;
}

/* Division rounds to zero: of the magnitudes, then the sign. A zero divisor gives what unsigned
 * division gives: 0, or a. */
static void signed_division(struct sel *s, const struct ir_insn *i)
{
	bool mod = i->op == IR_SMOD;
	struct opnd a = val(i->a), b = val(i->b), sa = fresh(s), sign = sa, q = fresh(s);
	struct opnd ua, ub;

	add(s, IR_SAR, sa, a, imm(63));
	ua = flip(s, a, sa);
	if (b.kind == O_IMM) {
		int64_t m = b.v < 0 ? -b.v : b.v;

		ub = m == (int32_t)m ? imm(m) : fresh(s);
		if (ub.kind == O_REG)
			add(s, IR_MOV, ub, imm(m), none);
		if (b.v < 0 && !mod) {
			sign = fresh(s);
			add(s, IR_XOR, sign, sa, imm(-1));
		}
	} else {
		struct opnd sb = fresh(s);

		add(s, IR_SAR, sb, b, imm(63));
		ub = flip(s, b, sb);
		if (!mod) {
			sign = fresh(s);
			add(s, IR_XOR, sign, sa, sb);
		}
	}
	add(s, mod ? IR_UMOD : IR_UDIV, q, ua, ub);
	add(s, IR_MOV, reg(i->dst), flip(s, q, sign), none);
}

static void division(struct sel *s, const struct ir_insn *i)
{
	bool is_signed = i->op == IR_SDIV || i->op == IR_SMOD;
	struct opnd b = val(i->b), h = home_of(s, b);

	if (h.kind == O_IMM && h.v == (int32_t)h.v)
		b = h;
	if (b.kind == O_IMM && b.v == 0) { /* the verifier refuses it as an immediate */
		bool mod = i->op == IR_UMOD || i->op == IR_SMOD;
		add(s, IR_MOV, reg(i->dst), mod ? val(i->a) : imm(0), none);
	} else if (is_signed && !s->cg->target->cpu_v4) {
		struct ir_insn n = *i;

		n.b = b.kind == O_IMM ? IRV_IMM(b.v) : i->b;
		signed_division(s, &n);
	} else {
		alu(s, i->op, reg(i->dst), val(i->a), b);
	}
}

static void binary(struct sel *s, const struct ir_insn *i)
{
	struct opnd b = val(i->b);
	int op = i->op;

	if (op >= IR_UDIV && op <= IR_SMOD) {
		division(s, i);
		return;
	}
	if (b.kind == O_IMM && op == IR_SUB && b.v > INT32_MIN) {
		op = IR_ADD;
		b.v = -b.v;
	}
	if (op >= IR_SHL && op <= IR_SAR) {
		struct opnd h = home_of(s, b);

		b = h.kind == O_IMM ? h : b;
		if (b.kind == O_IMM)
			b.v &= 63;
	}
	alu(s, op, reg(i->dst), val(i->a), b);
}

/* dst = its low bytes, sign-extended, by shifting. */
static void sext_by_shift(struct sel *s, struct opnd dst, struct opnd a, unsigned size)
{
	struct opnd t = fresh(s);

	add(s, IR_SHL, t, a, imm(64 - 8 * (int)size));
	add(s, IR_SAR, dst, t, imm(64 - 8 * (int)size));
}

static void unary(struct sel *s, const struct ir_insn *i)
{
	if (i->op == IR_SEXT && !s->cg->target->cpu_v4)
		sext_by_shift(s, reg(i->dst), val(i->a), i->size);
	else
		add(s, i->op, reg(i->dst), val(i->a), none)->size = i->size;
}

static enum ir_cond mirrored(enum ir_cond c)
{
	static const enum ir_cond m[] = {
	    [IR_EQ] = IR_EQ,   [IR_NE] = IR_NE,	  [IR_ULT] = IR_UGT,	    [IR_ULE] = IR_UGE,
	    [IR_UGT] = IR_ULT, [IR_UGE] = IR_ULE, [IR_SLT] = IR_SGT,	    [IR_SLE] = IR_SGE,
	    [IR_SGT] = IR_SLT, [IR_SGE] = IR_SLE, [IR_SETBITS] = IR_SETBITS};
	return m[c];
}

static void compare(struct sel *s, const struct ir_insn *i)
{
	struct opnd a = val(i->a), b = val(i->b), dst = i->op == IR_SET ? reg(i->dst) : none;
	enum ir_cond cond = i->cond;
	struct lir *l;

	if (home_of(s, a).kind == O_IMM && b.kind == O_REG && home_of(s, b).kind != O_IMM) {
		struct opnd t = a;

		a = b, b = t;
		cond = mirrored(cond);
	}
	if (same_reg(dst, a) || same_reg(dst, b))
		dst = fresh(s);
	l = add(s, i->op, dst, a, b);
	l->cond = (uint8_t)cond;
	l->label = i->label;
	if (i->op == IR_SET && !same_reg(dst, reg(i->dst)))
		add(s, IR_MOV, reg(i->dst), dst, none);
}

/* ---- memory ---- */

/* The base of an access, and its offset brought into 16 bits. */
static struct opnd base(struct sel *s, const struct ir_insn *i, int32_t *off)
{
	struct opnd a = val(i->a), t;
	enum opnd_kind h = home_of(s, a).kind;

	*off = i->off;
	if ((i->off >= INT16_MIN && i->off <= INT16_MAX) || h == O_MAPVAL || h == O_FRAME)
		return a;
	t = fresh(s);
	add(s, IR_ADD, t, a, imm(i->off));
	*off = 0;
	return t;
}

static void memory(struct sel *s, const struct ir_insn *i)
{
	int32_t off;
	struct opnd a = base(s, i, &off), b = none, dst = i->dst >= 0 ? reg(i->dst) : none;
	struct lir *l;
	int op = i->op;
	bool by_shift = op == IR_LDS && !s->cg->target->cpu_v4;

	if (op > IR_ATOMIC_ADD && op <= IR_CMPXCHG && !s->cg->target->atomics)
		s->refused = ir_op_name(i->op);
	if (op != IR_LD && op != IR_LDS)
		b = val(i->b);
	if ((op == IR_FETCH_ADD || op == IR_XCHG) && same_reg(dst, a))
		dst = fresh(s);
	if (by_shift)
		op = IR_LD, dst = fresh(s);
	l = add(s, op, dst, a, b);
	l->off = off;
	l->size = i->size;
	if (op == IR_CMPXCHG) {
		l->args = arena_array(s->cg->arena, struct opnd, 1);
		l->args[0] = val(i->args[0]);
		l->nargs = 1;
	}
	if (by_shift)
		sext_by_shift(s, reg(i->dst), dst, i->size);
	else if (i->dst >= 0 && !same_reg(dst, reg(i->dst)))
		add(s, IR_MOV, reg(i->dst), dst, none);
}

static void call(struct sel *s, const struct ir_insn *i)
{
	struct lir *l = add(s, i->op, i->dst >= 0 ? reg(i->dst) : none, none, none);

	l->args = i->nargs ? arena_array(s->cg->arena, struct opnd, i->nargs) : NULL;
	l->nargs = i->nargs;
	for (unsigned k = 0; k < i->nargs; k++)
		l->args[k] = val(i->args[k]);
	l->imm = i->imm;
	l->sym = i->sym;
}

/* ---- loop budgets, where the kernel keeps none ---- */

/* The label that heads the innermost loop around instruction at: the target of the shortest jump
 * back over it. */
static int loop_head(const struct ir_func *ir, const int *place, size_t at, int *head_at)
{
	int best = -1;
	size_t span = SIZE_MAX;

	for (size_t k = at; k < ir->insns.n; k++) {
		const struct ir_insn *i = &ir->insns.at[k];
		bool jumps = i->op == IR_JMP || i->op == IR_BR || i->op == IR_BR32;

		if (!jumps || place[i->label] < 0 || (size_t)place[i->label] > at)
			continue;
		if (k - (size_t)place[i->label] < span) {
			span = k - (size_t)place[i->label];
			best = i->label;
			*head_at = place[i->label];
		}
	}
	return best;
}

/* Is the label reached only by falling into it and by jumps back from below? */
static bool entered_from_above(const struct ir_func *ir, int label, int at)
{
	if (at == 0 || ir->insns.at[at - 1].op == IR_JMP || ir->insns.at[at - 1].op == IR_RET)
		return false;
	for (int k = 0; k < at; k++) {
		const struct ir_insn *i = &ir->insns.at[k];

		if (i->label == label && i->op != IR_LABEL)
			return false;
	}
	return true;
}

static void budget(struct sel *s, size_t at, const int *place)
{
	int head_at = -1, head = loop_head(s->ir, place, at, &head_at);
	int c = lir_new_vreg(s->f, LEVEL_WHOLE, none);
	int64_t max = s->ir->insns.at[at].imm;

	s->budget[at] = c;
	s->budget_max[c - s->ir->nregs] = (int32_t)(max < 1	      ? 1
						    : max > INT32_MAX ? INT32_MAX
								      : max);
	if (head >= 0 && entered_from_above(s->ir, head, head_at)) {
		s->budget_next[c - s->ir->nregs] = s->budget_before[head];
		s->budget_before[head] = c;
	} else {
		*vec_push(&s->entry_budgets, s->cg->arena) = c;
	}
}

static void find_budgets(struct sel *s)
{
	const struct ir_func *ir = s->ir;
	size_t count = 0;
	int *place;

	for (size_t k = 0; k < ir->insns.n; k++)
		count += ir->insns.at[k].op == IR_MAY_GOTO;
	s->f->uses_may_goto = count && s->cg->target->may_goto;
	if (!count || s->cg->target->may_goto)
		return;
	place = arena_array(s->cg->arena, int, ir->nlabels + 1);
	s->budget = arena_array(s->cg->arena, int, ir->insns.n);
	s->budget_before = arena_array(s->cg->arena, int, ir->nlabels + 1);
	s->budget_next = arena_array(s->cg->arena, int, count);
	s->budget_max = arena_array(s->cg->arena, int32_t, count);
	for (int k = 0; k < ir->nlabels; k++)
		place[k] = s->budget_before[k] = -1;
	for (size_t k = 0; k < ir->insns.n; k++)
		if (ir->insns.at[k].op == IR_LABEL)
			place[ir->insns.at[k].label] = (int)k;
	for (size_t k = 0; k < ir->insns.n; k++)
		if (ir->insns.at[k].op == IR_MAY_GOTO)
			budget(s, k, place);
}

static void set_budget(struct sel *s, int c)
{
	add(s, IR_MOV, reg(c), imm(s->budget_max[c - s->ir->nregs]), none);
}

static void label(struct sel *s, const struct ir_insn *i)
{
	if (s->budget)
		for (int c = s->budget_before[i->label]; c >= 0;
		     c = s->budget_next[c - s->ir->nregs])
			set_budget(s, c);
	add(s, IR_LABEL, none, none, none)->label = i->label;
}

static void may_goto(struct sel *s, const struct ir_insn *i, size_t at)
{
	struct lir *l;

	if (!s->budget) {
		add(s, IR_MAY_GOTO, none, none, none)->label = i->label;
		return;
	}
	add(s, IR_ADD, reg(s->budget[at]), reg(s->budget[at]), imm(-1));
	l = add(s, IR_BR, none, reg(s->budget[at]), imm(0));
	l->cond = IR_EQ;
	l->label = i->label;
}

/* ---- the function ---- */

static void insn(struct sel *s, const struct ir_insn *i, size_t at)
{
	s->line = i->line;
	if (i->dst >= 0 && s->f->vregs.at[i->dst].home.kind != O_NONE) {
		add(s, IR_MOV, reg(i->dst), s->f->vregs.at[i->dst].home, none);
		return;
	}
	switch (i->op) {
	case IR_NOP:
		break;
	case IR_LABEL:
		label(s, i);
		break;
	case IR_CONST:
	case IR_MAP:
	case IR_MAPVAL:
	case IR_KSYM:
	case IR_FRAME:
	case IR_FUNCADDR:
		add(s, IR_MOV, reg(i->dst), nothing(i), none);
		break;
	case IR_MOV:
		if (i->a.is_imm || i->a.reg != i->dst)
			add(s, IR_MOV, reg(i->dst), val(i->a), none);
		break;
	case IR_NEG:
	case IR_NOT:
	case IR_SEXT:
	case IR_ZEXT:
	case IR_BSWAP:
		unary(s, i);
		break;
	case IR_SET:
	case IR_BR:
	case IR_BR32:
		compare(s, i);
		break;
	case IR_JMP:
		add(s, IR_JMP, none, none, none)->label = i->label;
		break;
	case IR_RET:
		add(s, IR_RET, none, val(i->a), none);
		break;
	case IR_CALL:
	case IR_KFUNC:
	case IR_CALLFN:
		call(s, i);
		break;
	case IR_MAY_GOTO:
		may_goto(s, i, at);
		break;
	case IR_COMMENT:
		add(s, IR_COMMENT, none, none, none)->sym = i->sym;
		break;
	default:
		if (lir_is_alu(i->op))
			binary(s, i);
		else
			memory(s, i);
	}
}

static void entry(struct sel *s)
{
	const struct ir_func *ir = s->ir;
	struct lir *l = add(s, LIR_ENTRY, none, none, none);

	l->nargs = ir->nparams;
	l->args = arena_array(s->cg->arena, struct opnd, 5);
	for (unsigned k = 0; k < ir->nparams; k++)
		l->args[k] = reg(ir->params[k]);
	for (size_t k = 0; k < s->entry_budgets.n; k++)
		set_budget(s, s->entry_budgets.at[k]);
}

struct lfunc *select_func(struct cg *cg, const struct ir_func *ir)
{
	struct lfunc *f = arena_new_of(cg->arena, struct lfunc);
	struct sel s = {.cg = cg, .f = f, .ir = ir};

	f->cg = cg;
	f->ir = ir;
	f->nlabels = ir->nlabels;
	s.ndefs = arena_array(cg->arena, uint32_t, ir->nregs + 1);
	for (int r = 0; r < ir->nregs; r++)
		lir_new_vreg(f, LEVEL_WHOLE, none);
	find_homes(&s);
	find_budgets(&s);
	entry(&s);
	for (size_t k = 0; k < ir->insns.n; k++)
		insn(&s, &ir->insns.at[k], k);
	if (s.refused) {
		err_set(cg->err, ENOTSUP, "%s: this kernel lacks the atomic operation %s", ir->name,
			s.refused);
		return NULL;
	}
	f->label_refs = arena_array(cg->arena, uint32_t, f->nlabels + 1);
	for (size_t k = 0; k < f->ins.n; k++)
		if (f->ins.at[k].label >= 0 && f->ins.at[k].op != IR_LABEL)
			f->label_refs[f->ins.at[k].label]++;
	return f;
}
