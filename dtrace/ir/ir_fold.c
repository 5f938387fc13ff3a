/*
 * ir_fold.c - what is known about values, used to make instructions cheaper
 *
 * One walk over a function. What is known about a register holds (a) everywhere, when it is
 * assigned once: it must be assigned on every path before it is read, so its one assignment
 * dominates all reads, as in SSA form; (b) else until the next label that is jumped to, as long as
 * nothing it was computed from is assigned again (each assignment gives a register a new version).
 *
 * Done here: constants and copies into operands, constant folding, x + 0 and the like,
 * multiplication and division by powers of two as shifts, sums of constants, constant offsets into
 * memory operands, extensions that change nothing, sign extension of a load into the load,
 * comparisons into the branch on their result, an operation's result straight into the register it
 * is then moved to. A test of bits (x & m) != 0 is left as it is: as one instruction the verifier
 * would learn about x on both sides, and programs that test many bits of one value would double its
 * work each time.
 */
#include "dtrace/ir/ir_pass.h"

enum know { K_NONE, K_CONST, K_COPY, K_INSN };

struct value {
	uint8_t know;
	uint8_t ubits; /* the value is below 1 << ubits */
	uint8_t sbits; /* the value is the sign extension of its low sbits */
	uint32_t epoch;
	int64_t imm;	 /* K_CONST */
	int src;	 /* K_COPY */
	uint32_t ver[2]; /* of src, or of the operands of the instruction */
	size_t at;	 /* instruction that assigned it */
};

struct fold {
	struct ir_func *f;
	struct value *values;
	uint32_t *ndefs, *nuses, *vers, *label_refs;
	size_t *touched; /* last instruction, + 1, that named the register */
	uint32_t epoch;
	size_t last_jump; /* last jump or label, + 1 */
};

static bool fits32(int64_t v)
{
	return v == (int32_t)v;
}

/* ---- what is known ---- */

static struct value *known(struct fold *o, int r)
{
	struct value *v = &o->values[r];

	if (v->know == K_NONE && !v->at)
		return NULL;
	return o->ndefs[r] == 1 || v->epoch == o->epoch ? v : NULL;
}

/* Does register r, an operand of what assigned v (owner), still hold what it held then? */
static bool unchanged(struct fold *o, int owner, const struct value *v, int r, uint32_t ver)
{
	if (o->ndefs[owner] == 1 && o->ndefs[r] == 1)
		return true;
	return v->epoch == o->epoch && o->vers[r] == ver;
}

static bool constant(struct fold *o, struct ir_val x, int64_t *out)
{
	struct value *v;

	if (x.is_imm) {
		*out = x.imm;
		return true;
	}
	v = known(o, x.reg);
	if (!v || v->know != K_CONST)
		return false;
	*out = v->imm;
	return true;
}

/* The instruction that computed r, if its operands still hold the same values. */
static const struct ir_insn *source(struct fold *o, struct ir_val x)
{
	struct value *v = x.is_imm ? NULL : known(o, x.reg);
	const struct ir_insn *i;

	if (!v || v->know != K_INSN)
		return NULL;
	i = &o->f->insns.at[v->at - 1];
	if (i->dst != x.reg)
		return NULL;
	if (ir_reads_a(i->op) && !i->a.is_imm && !unchanged(o, x.reg, v, i->a.reg, v->ver[0]))
		return NULL;
	if (ir_reads_b(i->op) && !i->b.is_imm && !unchanged(o, x.reg, v, i->b.reg, v->ver[1]))
		return NULL;
	return i;
}

static unsigned ubits(struct fold *o, struct ir_val x)
{
	struct value *v = x.is_imm ? NULL : known(o, x.reg);

	return v ? v->ubits : 64;
}

static unsigned sbits(struct fold *o, struct ir_val x)
{
	struct value *v = x.is_imm ? NULL : known(o, x.reg);

	return v ? v->sbits : 64;
}

static unsigned width(uint64_t v)
{
	return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

static void range_of(struct fold *o, const struct ir_insn *i, struct value *v)
{
	unsigned a = ubits(o, i->a), n = i->size * 8u;

	v->ubits = v->sbits = 64;
	switch (i->op) {
	case IR_CONST:
		v->ubits = (uint8_t)width((uint64_t)i->imm);
		v->sbits = (uint8_t)(width((uint64_t)(i->imm < 0 ? ~i->imm : i->imm)) + 1);
		return;
	case IR_LD:
	case IR_BSWAP:
	case IR_ZEXT:
		v->ubits = (uint8_t)(i->op == IR_ZEXT && a < n ? a : n);
		break;
	case IR_LDS:
	case IR_SEXT:
		v->sbits = (uint8_t)n;
		return;
	case IR_SET:
		v->ubits = 1;
		break;
	case IR_MOV:
		v->ubits = (uint8_t)a;
		v->sbits = (uint8_t)sbits(o, i->a);
		break;
	case IR_AND:
		v->ubits = (uint8_t)a;
		if (i->b.is_imm && i->b.imm >= 0 && width((uint64_t)i->b.imm) < a)
			v->ubits = (uint8_t)width((uint64_t)i->b.imm);
		else if (!i->b.is_imm && ubits(o, i->b) < a)
			v->ubits = (uint8_t)ubits(o, i->b);
		break;
	case IR_SHR:
		if (i->b.is_imm)
			v->ubits = (uint8_t)(a > (i->b.imm & 63) ? a - (i->b.imm & 63) : 0);
		break;
	case IR_UDIV:
		v->ubits = (uint8_t)a;
		break;
	default:
		break;
	}
	if (v->ubits < 64 && v->ubits + 1 < v->sbits)
		v->sbits = (uint8_t)(v->ubits + 1);
}

static void learn(struct fold *o, size_t at)
{
	const struct ir_insn *i = &o->f->insns.at[at];
	struct value v = {.epoch = o->epoch, .at = at + 1};

	if (i->dst < 0)
		return;
	range_of(o, i, &v);
	if (i->op == IR_CONST) {
		v.know = K_CONST;
		v.imm = i->imm;
	} else if (i->op == IR_MOV && !i->a.is_imm) {
		v.know = K_COPY;
		v.src = i->a.reg;
		v.ver[0] = o->vers[i->a.reg];
	} else if (ir_is_binary(i->op) || i->op == IR_SET || i->op == IR_LD) {
		v.know = K_INSN;
		v.ver[0] = o->vers[i->a.reg];
		v.ver[1] = i->b.is_imm ? 0 : o->vers[i->b.reg];
		if (i->a.reg == i->dst || (ir_reads_b(i->op) && !i->b.is_imm && i->b.reg == i->dst))
			v.know = K_NONE;
	}
	o->vers[i->dst]++;
	o->values[i->dst] = v;
}

/* ---- operands ---- */

static void forward(struct fold *o, struct ir_val *x)
{
	struct value *v;

	if (x->is_imm)
		return;
	v = known(o, x->reg);
	if (v && v->know == K_COPY && unchanged(o, x->reg, v, v->src, v->ver[0])) {
		o->nuses[x->reg]--;
		o->nuses[v->src]++;
		x->reg = v->src;
	}
}

static void make_imm(struct fold *o, struct ir_val *x, bool wide)
{
	int64_t c;

	if (x->is_imm || !constant(o, *x, &c) || (!wide && !fits32(c)))
		return;
	o->nuses[x->reg]--;
	*x = IRV_IMM(c);
}

static void operands(struct fold *o, struct ir_insn *i)
{
	bool needs_reg = i->op >= IR_ATOMIC_ADD && i->op <= IR_CMPXCHG;

	if (ir_reads_a(i->op))
		forward(o, &i->a);
	if (i->op == IR_RET || i->op == IR_MOV)
		make_imm(o, &i->a, true);
	if (ir_reads_b(i->op)) {
		forward(o, &i->b);
		if (!needs_reg)
			make_imm(o, &i->b, false);
	}
	for (unsigned k = 0; k < i->nargs; k++) {
		forward(o, &i->args[k]);
		make_imm(o, &i->args[k], true);
	}
}

static void unuse(struct fold *o, struct ir_val x)
{
	if (!x.is_imm)
		o->nuses[x.reg]--;
}

static void to_const(struct fold *o, struct ir_insn *i, int64_t v)
{
	unuse(o, i->a);
	if (ir_reads_b(i->op))
		unuse(o, i->b);
	i->op = IR_CONST;
	i->imm = v;
	i->a = i->b = IRV_IMM(0);
	i->nargs = 0;
}

/* dst = a (one of its own operands, which stays in use) */
static void to_mov(struct fold *o, struct ir_insn *i)
{
	if (ir_reads_b(i->op))
		unuse(o, i->b);
	i->op = IR_MOV;
	i->b = IRV_IMM(0);
}

/* ---- arithmetic ---- */

static int64_t extend(enum ir_op op, int64_t v, unsigned size)
{
	unsigned shift = 64 - 8 * size;

	return op == IR_SEXT ? (int64_t)((uint64_t)v << shift) >> shift
			     : (int64_t)((uint64_t)v << shift >> shift);
}

static int64_t swap(int64_t v, unsigned size)
{
	return (int64_t)(__builtin_bswap64((uint64_t)v) >> (64 - 8 * size));
}

static int64_t divide(enum ir_op op, int64_t sa, int64_t sb)
{
	uint64_t a = (uint64_t)sa, b = (uint64_t)sb;

	switch (op) {
	case IR_UDIV:
		return b ? (int64_t)(a / b) : 0;
	case IR_UMOD:
		return b ? (int64_t)(a % b) : sa;
	case IR_SDIV:
		return !sb ? 0 : sb == -1 ? (int64_t)(0 - a) : sa / sb;
	default:
		return !sb ? sa : sb == -1 ? 0 : sa % sb;
	}
}

static int64_t compute(enum ir_op op, int64_t sa, int64_t sb)
{
	uint64_t a = (uint64_t)sa, b = (uint64_t)sb;

	switch (op) {
	case IR_ADD:
		return (int64_t)(a + b);
	case IR_SUB:
		return (int64_t)(a - b);
	case IR_MUL:
		return (int64_t)(a * b);
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
		return divide(op, sa, sb);
	}
}

/* x OP c that is x, or a constant whatever x is. True when changed. */
static bool identity(struct fold *o, struct ir_insn *i, int64_t c)
{
	switch (i->op) {
	case IR_ADD:
	case IR_SUB:
	case IR_OR:
	case IR_XOR:
		if (c == 0)
			return to_mov(o, i), true;
		return false;
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
		if ((c & 63) == 0)
			return to_mov(o, i), true;
		return false;
	case IR_MUL:
		if (c == 0)
			return to_const(o, i, 0), true;
		if (c == 1)
			return to_mov(o, i), true;
		return false;
	case IR_AND:
		if (c == 0)
			return to_const(o, i, 0), true;
		if (c == -1 ||
		    (c > 0 && (c & (c + 1)) == 0 && ubits(o, i->a) <= width((uint64_t)c)))
			return to_mov(o, i), true;
		return false;
	case IR_UDIV:
	case IR_SDIV:
		if (c == 1)
			return to_mov(o, i), true;
		return false;
	default:
		return false;
	}
}

/* Powers of two. */
static void reduce_strength(struct ir_insn *i, int64_t c)
{
	int shift = c > 0 ? __builtin_ctzll((uint64_t)c) : 0;

	if (c <= 1 || (c & (c - 1)))
		return;
	if (i->op == IR_MUL || i->op == IR_UDIV) {
		i->op = i->op == IR_MUL ? IR_SHL : IR_SHR;
		i->b = IRV_IMM(shift);
	} else if (i->op == IR_UMOD && fits32(c - 1)) {
		i->op = IR_AND;
		i->b = IRV_IMM(c - 1);
	}
}

static void replace_a(struct fold *o, struct ir_insn *i, int reg)
{
	o->nuses[i->a.reg]--;
	o->nuses[reg]++;
	i->a.reg = reg;
}

/* (z + c1) + c2 = z + (c1 + c2), also for the other associative ones. */
static void gather(struct fold *o, struct ir_insn *i)
{
	const struct ir_insn *s = source(o, i->a);
	int64_t c;

	if (i->op == IR_SUB && i->b.imm > INT32_MIN) {
		i->op = IR_ADD;
		i->b.imm = -i->b.imm;
	}
	if (!s || s->op != i->op || !s->b.is_imm ||
	    (i->op != IR_ADD && i->op != IR_AND && i->op != IR_OR && i->op != IR_XOR))
		return;
	c = compute(i->op, s->b.imm, i->b.imm);
	if (!fits32(c))
		return;
	i->b.imm = c;
	replace_a(o, i, s->a.reg);
}

static void binary(struct fold *o, struct ir_insn *i)
{
	int64_t a, b;
	bool ca = constant(o, i->a, &a);

	if (ca && !i->b.is_imm && ir_is_commutative(i->op) && fits32(a) && !constant(o, i->b, &b)) {
		o->nuses[i->a.reg]--;
		i->a = i->b;
		i->b = IRV_IMM(a);
		ca = false;
	}
	if (!constant(o, i->b, &b)) {
		bool same = !i->b.is_imm && i->a.reg == i->b.reg;

		if (same && (i->op == IR_SUB || i->op == IR_XOR))
			to_const(o, i, 0);
		else if (same && (i->op == IR_AND || i->op == IR_OR))
			to_mov(o, i);
		return;
	}
	if (ca) {
		to_const(o, i, compute(i->op, a, b));
		return;
	}
	if (!i->b.is_imm)
		return; /* over 32 bits */
	if (identity(o, i, b))
		return;
	reduce_strength(i, b);
	gather(o, i);
	if (i->op == IR_ADD)
		identity(o, i, i->b.imm);
}

static void unary(struct fold *o, struct ir_insn *i)
{
	int64_t a;
	unsigned n = i->size * 8u;

	if (constant(o, i->a, &a)) {
		to_const(o, i,
			 i->op == IR_NEG     ? (int64_t)(0 - (uint64_t)a)
			 : i->op == IR_NOT   ? ~a
			 : i->op == IR_BSWAP ? swap(a, i->size)
					     : extend(i->op, a, i->size));
		return;
	}
	if ((i->op == IR_ZEXT && ubits(o, i->a) <= n) ||
	    (i->op == IR_SEXT && sbits(o, i->a) <= n)) {
		to_mov(o, i);
		return;
	}
	if (i->op == IR_SEXT) {
		struct value *v = known(o, i->a.reg);
		struct ir_insn *s = v ? &o->f->insns.at[v->at - 1] : NULL;

		if (s && s->op == IR_LD && s->dst == i->a.reg && s->size == i->size &&
		    o->nuses[i->a.reg] == 1 && o->ndefs[i->a.reg] == 1) {
			s->op = IR_LDS;
			v->sbits = (uint8_t)n;
			v->ubits = 64;
			to_mov(o, i);
		}
	}
}

/* ---- comparisons ---- */

static void to_compare(struct fold *o, struct ir_insn *i, const struct ir_insn *s, bool negate)
{
	unuse(o, i->a);
	o->nuses[s->a.reg]++;
	if (!s->b.is_imm)
		o->nuses[s->b.reg]++;
	i->cond = negate ? ir_cond_negate(s->cond) : s->cond;
	i->a = s->a;
	i->b = s->b;
}

/* A comparison of a comparison's result with 0: the first one itself. */
static void unwrap(struct fold *o, struct ir_insn *i)
{
	for (int depth = 0; depth < 8; depth++) {
		const struct ir_insn *s = source(o, i->a);
		bool negate = i->cond == IR_EQ;

		if (!s || s->op != IR_SET || !i->b.is_imm || i->b.imm != 0)
			return;
		if ((i->cond != IR_EQ && i->cond != IR_NE) || (negate && s->cond == IR_SETBITS))
			return;
		to_compare(o, i, s, negate);
		if (i->op == IR_BR32)
			i->op = IR_BR;
	}
}

static void to_jump(struct fold *o, struct ir_insn *i, bool taken)
{
	unuse(o, i->a);
	unuse(o, i->b);
	if (!taken)
		o->label_refs[i->label]--;
	i->op = taken ? IR_JMP : IR_NOP;
	i->a = i->b = IRV_IMM(0);
}

static int64_t low(enum ir_cond c, int64_t v)
{
	return c >= IR_SLT && c <= IR_SGE ? (int32_t)v : (int64_t)(uint32_t)v;
}

static void compare(struct fold *o, struct ir_insn *i)
{
	int64_t a, b;
	bool ca = constant(o, i->a, &a);

	if (ca && !i->b.is_imm && fits32(a) && !constant(o, i->b, &b)) {
		o->nuses[i->a.reg]--;
		i->a = i->b;
		i->b = IRV_IMM(a);
		i->cond = ir_cond_mirror(i->cond);
		ca = false;
	}
	if (ca && constant(o, i->b, &b)) {
		bool is32 = i->op == IR_BR32;
		bool holds = is32 ? ir_cond_eval(i->cond, low(i->cond, a), low(i->cond, b))
				  : ir_cond_eval(i->cond, a, b);

		if (i->op == IR_SET)
			to_const(o, i, holds);
		else
			to_jump(o, i, holds);
		return;
	}
	unwrap(o, i);
	if (i->op == IR_SET && i->cond == IR_NE && i->b.is_imm && i->b.imm == 0 &&
	    ubits(o, i->a) <= 1)
		to_mov(o, i);
}

/* ---- memory ---- */

/* A constant added to the base goes into the offset. */
static void address(struct fold *o, struct ir_insn *i)
{
	const struct ir_insn *s = source(o, i->a);
	int64_t off;

	if (!s || s->op != IR_ADD || !s->b.is_imm)
		return;
	off = i->off + s->b.imm;
	if (off < INT16_MIN || off > INT16_MAX)
		return;
	i->off = (int32_t)off;
	replace_a(o, i, s->a.reg);
}

/* ---- results ---- */

/* t = ...; v = t with nothing between that knows of v, and t of no other use: v = ... */
static void retarget(struct fold *o, size_t at)
{
	struct ir_insn *i = &o->f->insns.at[at], *s;
	struct value *v, was;
	int t = i->a.reg;

	if (i->a.is_imm || o->ndefs[t] != 1 || o->nuses[t] != 1 || t == i->dst)
		return;
	v = known(o, t);
	if (!v || !v->at)
		return;
	s = &o->f->insns.at[v->at - 1];
	if (s->dst != t || v->at <= o->last_jump || o->touched[i->dst] > v->at)
		return;
	/* What is known was learnt then: s's operands may have been assigned since. */
	was = *v;
	if ((ir_reads_a(s->op) && !s->a.is_imm && s->a.reg == i->dst) ||
	    (ir_reads_b(s->op) && !s->b.is_imm && s->b.reg == i->dst))
		was.know = K_NONE;
	o->vers[t]++;
	v->know = K_NONE;
	v->at = 0;
	o->nuses[t] = o->ndefs[t] = 0;
	s->dst = i->dst;
	o->vers[s->dst]++;
	o->values[s->dst] = was;
	i->op = IR_NOP;
	i->dst = -1;
	i->a = IRV_IMM(0);
}

static void touch(struct fold *o, size_t at)
{
	const struct ir_insn *i = &o->f->insns.at[at];

	if (ir_reads_a(i->op) && !i->a.is_imm)
		o->touched[i->a.reg] = at + 1;
	if (ir_reads_b(i->op) && !i->b.is_imm)
		o->touched[i->b.reg] = at + 1;
	for (unsigned k = 0; k < i->nargs; k++)
		if (!i->args[k].is_imm)
			o->touched[i->args[k].reg] = at + 1;
	if (i->dst >= 0)
		o->touched[i->dst] = at + 1;
}

static void insn(struct fold *o, size_t at)
{
	struct ir_insn *i = &o->f->insns.at[at];

	operands(o, i);
	if (ir_is_binary(i->op))
		binary(o, i);
	else if (i->op >= IR_NEG && i->op <= IR_BSWAP)
		unary(o, i);
	else if (i->op >= IR_SET && i->op <= IR_BR32)
		compare(o, i);
	else if (i->op >= IR_LD && i->op <= IR_CMPXCHG)
		address(o, i);
	if (i->op == IR_MOV && i->a.is_imm) {
		i->op = IR_CONST;
		i->imm = i->a.imm;
	}
	if (i->op == IR_MOV && i->a.reg == i->dst) {
		unuse(o, i->a);
		o->ndefs[i->dst]--;
		i->op = IR_NOP;
		i->dst = -1;
		i->a = IRV_IMM(0);
	}
	if (i->op == IR_MOV)
		retarget(o, at);
	if (ir_is_jump(i->op) || i->op == IR_LABEL)
		o->last_jump = at + 1;
	if (i->op == IR_LABEL && o->label_refs[i->label])
		o->epoch++;
	touch(o, at);
	learn(o, at);
}

static void count(struct fold *o)
{
	struct ir_func *f = o->f;

	for (unsigned k = 0; k < f->nparams; k++)
		o->ndefs[f->params[k]]++;
	for (size_t k = 0; k < f->insns.n; k++) {
		const struct ir_insn *i = &f->insns.at[k];

		if (i->dst >= 0)
			o->ndefs[i->dst]++;
		if (ir_reads_a(i->op) && !i->a.is_imm)
			o->nuses[i->a.reg]++;
		if (ir_reads_b(i->op) && !i->b.is_imm)
			o->nuses[i->b.reg]++;
		for (unsigned j = 0; j < i->nargs; j++)
			if (!i->args[j].is_imm)
				o->nuses[i->args[j].reg]++;
		if (ir_is_jump(i->op))
			o->label_refs[i->label]++;
	}
}

void ir_propagate(struct ir_func *f)
{
	struct arena *a = f->unit->arena;
	struct fold o = {.f = f, .epoch = 1};
	size_t n = (size_t)f->nregs + 1;

	o.values = arena_array(a, struct value, n);
	o.ndefs = arena_array(a, uint32_t, n);
	o.nuses = arena_array(a, uint32_t, n);
	o.vers = arena_array(a, uint32_t, n);
	o.touched = arena_array(a, size_t, n);
	o.label_refs = arena_array(a, uint32_t, f->nlabels + 1);
	count(&o);
	for (size_t k = 0; k < f->insns.n; k++)
		insn(&o, k);
}
