/*
 * expr.c - integer expressions, conditions and conversions
 *
 * ISO C arithmetic: operands are converted to the usual type of the two, the result is normalised
 * to the node's type.
 */
#include "dtrace/lower/lower_int.h"

struct val val_const(struct type *t, int64_t v)
{
	return (struct val){.kind = V_INT, .type = t, .is_const = true, .cval = v, .reg = -1};
}

struct val val_of(struct type *t, int reg)
{
	return (struct val){.kind = V_INT, .type = t, .reg = reg};
}

int val_reg(struct lw *c, struct val v)
{
	if (v.is_const)
		return ir_imm(c->f, v.cval);
	if (v.kind == V_INT)
		return v.reg;
	/* An array or a string where an address is wanted: it decays. */
	c->keep_temps = true;
	struct place p = v.kind == V_STR ? str_mem(c, v) : v.place;
	int a = lw_addr_of(c, p);
	return p.kind == P_DIRECT ? lw_as_integer(c, a) : a;
}

struct ir_val val_op(struct lw *c, struct val v)
{
	if (v.is_const && v.cval >= INT32_MIN && v.cval <= INT32_MAX)
		return IRV_IMM(v.cval);
	return IRV_REG(val_reg(c, v));
}

/* How many bits of a value of type t count; 64 when all of a register do. */
static unsigned int_bits(const struct type *t)
{
	const struct type *r = type_resolve((struct type *)t);
	if (r->kind == TYPE_INT && r->is_bitfield)
		return r->bits;
	uint64_t size = type_size(r);
	return !type_is_int(r) || size == 0 || size >= 8 ? 64 : 8 * (unsigned)size;
}

/* Extends a register by the rules of t. */
int lw_norm(struct lw *c, int reg, const struct type *t)
{
	unsigned bits = int_bits(t);
	if (bits >= 64)
		return reg;
	if (bits == 8 || bits == 16 || bits == 32)
		return ir_unary(c->f, type_is_signed(t) ? IR_SEXT : IR_ZEXT, reg, bits / 8);
	int up = ir_alu(c->f, IR_SHL, reg, IRV_IMM(64 - bits));
	return ir_alu(c->f, type_is_signed(t) ? IR_SAR : IR_SHR, up, IRV_IMM(64 - bits));
}

static int64_t norm_const(int64_t v, const struct type *t)
{
	unsigned shift = 64 - int_bits(t);
	uint64_t up = (uint64_t)v << shift;
	return type_is_signed(t) ? (int64_t)up >> shift : (int64_t)(up >> shift);
}

/* Pointers to the same type of the kernel? */
static bool same_pointee(const struct type *a, const struct type *b)
{
	return a->kind == TYPE_PTR && b->kind == TYPE_PTR &&
	       type_resolve(a->ref)->btf_id == type_resolve(b->ref)->btf_id;
}

/* A typed pointer of the kernel's lets be read what it points to, and nothing else: as a plain address. */
static struct val untyped(struct lw *c, struct val v)
{
	v.reg = lw_as_integer(c, val_reg(c, v));
	v.place = (struct place){0};
	return v;
}

struct val val_convert(struct lw *c, struct val v, struct type *to)
{
	if (v.kind != V_INT)
		return v;
	struct type *t = type_resolve(to), *from = type_resolve(v.type);
	if (v.place.foreign && !same_pointee(from, t))
		v = untyped(c, v);
	struct val r = v;
	r.type = to;
	if (t->is_bool && !from->is_bool) {
		if (v.is_const)
			r.cval = v.cval != 0;
		else
			r.reg = ir_set(c->f, IR_NE, v.reg, IRV_IMM(0));
		return r;
	}
	if (v.is_const) {
		r.cval = norm_const(v.cval, t);
		return r;
	}
	unsigned ts = int_bits(t), fs = int_bits(from);
	bool fits = ts >= 64 || (fs < ts && (!type_is_signed(from) || type_is_signed(t))) ||
		    (fs == ts && type_is_signed(from) == type_is_signed(t));
	if (!fits)
		r.reg = lw_norm(c, v.reg, t);
	return r;
}

static struct type *operand_type(struct lw *c, struct node *a, struct node *b)
{
	if (type_is_int(a->type) && type_is_int(b->type))
		return type_usual(c->L->ts, a->type, b->type);
	return types_int(c->L->ts, 8, false); /* a pointer among them */
}

/* ---- arithmetic ---- */

static enum ir_op arith_op(enum op op, bool is_signed)
{
	switch (op) {
	case OP_ADD:
	case OP_ADD_ASSIGN:
		return IR_ADD;
	case OP_SUB:
	case OP_SUB_ASSIGN:
		return IR_SUB;
	case OP_MUL:
	case OP_MUL_ASSIGN:
		return IR_MUL;
	case OP_DIV:
	case OP_DIV_ASSIGN:
		return is_signed ? IR_SDIV : IR_UDIV;
	case OP_MOD:
	case OP_MOD_ASSIGN:
		return is_signed ? IR_SMOD : IR_UMOD;
	case OP_AND:
	case OP_AND_ASSIGN:
		return IR_AND;
	case OP_OR:
	case OP_OR_ASSIGN:
		return IR_OR;
	case OP_XOR:
	case OP_XOR_ASSIGN:
		return IR_XOR;
	case OP_SHL:
	case OP_SHL_ASSIGN:
		return IR_SHL;
	default:
		return is_signed ? IR_SAR : IR_SHR;
	}
}

static bool may_overflow(enum ir_op op)
{
	return op == IR_ADD || op == IR_SUB || op == IR_MUL || op == IR_SHL || op == IR_SDIV;
}

/* a OP b in type t, both already converted to it (the right side of a shift to its own promoted
 * type). */
static struct val arith(struct lw *c, enum op op, struct val a, struct val b, struct type *t)
{
	bool is_signed = type_is_signed(t);
	enum ir_op o = arith_op(op, is_signed);
	if (o == IR_UDIV || o == IR_SDIV || o == IR_UMOD || o == IR_SMOD) {
		if (b.is_const && b.cval == 0)
			b = val_of(b.type, ir_imm(c->f, 0));
		if (!b.is_const)
			lw_fault_if(c, IR_EQ, b.reg, IRV_IMM(0), FLT_DIVZERO, IRV_IMM(0));
		/* INT_MIN / -1 is left to the instruction: it wraps. */
	}
	if ((o == IR_SHL || o == IR_SHR || o == IR_SAR) && b.is_const &&
	    (b.cval < 0 || b.cval > 63))
		b.cval &= 63;
	int r = ir_alu(c->f, o, val_reg(c, a), val_op(c, b));
	return val_of(t, may_overflow(o) ? lw_norm(c, r, t) : r);
}

static struct val scale(struct lw *c, struct val i, struct type *ptr)
{
	struct type *p = type_resolve(ptr);
	uint64_t size = type_size(p->ref);
	if (size <= 1)
		return i;
	if (i.is_const)
		return val_const(i.type, i.cval * (int64_t)size);
	return val_of(i.type, ir_alu(c->f, IR_MUL, i.reg, IRV_IMM(size)));
}

static bool is_address(const struct type *t)
{
	const struct type *r = type_resolve((struct type *)t);
	return r->kind == TYPE_PTR || r->kind == TYPE_ARRAY || r->kind == TYPE_FUNC;
}

static struct val pointer_sum(struct lw *c, enum op op, struct val p, struct val i)
{
	struct val s = scale(c, i, p.type);
	struct val r = val_of(p.type, -1);
	if (p.place.foreign)
		p = untyped(c, p);
	if (p.place.kind == P_DIRECT && s.is_const && op == OP_ADD && s.cval >= 0 &&
	    s.cval < 4096) {
		r.place = p.place;
		r.place.off += (int32_t)s.cval;
	}
	r.reg = ir_alu(c->f, op == OP_ADD ? IR_ADD : IR_SUB, val_reg(c, p), val_op(c, s));
	return r;
}

static struct val binary_arith(struct lw *c, struct node *n)
{
	struct node *l = n->kids[0], *r = n->kids[1];
	struct val a = lw_expr(c, l), b = lw_expr(c, r);
	if (n->op == OP_ADD && is_address(l->type))
		return pointer_sum(c, OP_ADD, a, b);
	if (n->op == OP_ADD && is_address(r->type))
		return pointer_sum(c, OP_ADD, b, a);
	if (n->op == OP_SUB && is_address(l->type)) {
		if (!is_address(r->type))
			return pointer_sum(c, OP_SUB, a, b);
		int d = ir_alu(c->f, IR_SUB, val_reg(c, a), val_op(c, b));
		uint64_t size = type_size(type_resolve(l->type)->ref);
		if (size > 1)
			d = ir_alu(c->f, IR_SDIV, d, IRV_IMM(size));
		return val_of(n->type, d);
	}
	struct type *t = n->type;
	a = val_convert(c, a, t);
	if (n->op != OP_SHL && n->op != OP_SHR)
		b = val_convert(c, b, t);
	return arith(c, n->op, a, b, t);
}

/* ---- comparison and logic ---- */

static enum ir_cond cond_of(enum op op, bool is_signed)
{
	switch (op) {
	case OP_EQ:
		return IR_EQ;
	case OP_NE:
		return IR_NE;
	case OP_LT:
		return is_signed ? IR_SLT : IR_ULT;
	case OP_LE:
		return is_signed ? IR_SLE : IR_ULE;
	case OP_GT:
		return is_signed ? IR_SGT : IR_UGT;
	default:
		return is_signed ? IR_SGE : IR_UGE;
	}
}

static enum ir_cond cond_not(enum ir_cond k)
{
	static const enum ir_cond inverse[] = {
	    [IR_EQ] = IR_NE,   [IR_NE] = IR_EQ,	  [IR_ULT] = IR_UGE, [IR_ULE] = IR_UGT,
	    [IR_UGT] = IR_ULE, [IR_UGE] = IR_ULT, [IR_SLT] = IR_SGE, [IR_SLE] = IR_SGT,
	    [IR_SGT] = IR_SLE, [IR_SGE] = IR_SLT};
	return inverse[k];
}

static bool is_comparison(enum op op)
{
	return op >= OP_EQ && op <= OP_GE;
}

static bool compares_strings(const struct node *n)
{
	return type_is_string(n->kids[0]->type) || type_is_string(n->kids[1]->type);
}

static void compare_operands(struct lw *c, struct node *n, int *a, struct ir_val *b,
			     bool *is_signed)
{
	struct type *t = operand_type(c, n->kids[0], n->kids[1]);
	struct val l = val_convert(c, lw_expr(c, n->kids[0]), t);
	struct val r = val_convert(c, lw_expr(c, n->kids[1]), t);
	*a = val_reg(c, l);
	*b = val_op(c, r);
	*is_signed = type_is_signed(t);
}

static struct val comparison(struct lw *c, struct node *n)
{
	if (compares_strings(n))
		return val_of(n->type, str_compare(c, n->op, n->kids[0], n->kids[1]));
	int a;
	struct ir_val b;
	bool is_signed;
	compare_operands(c, n, &a, &b, &is_signed);
	return val_of(n->type, ir_set(c->f, cond_of(n->op, is_signed), a, b));
}

/* 0 or 1, or a plain value to compare with zero. */
static struct val truth_of(struct lw *c, struct val v)
{
	if (v.kind != V_STR)
		return v;
	/* A string is false only when it is NULL. */
	if (v.maybe_null) {
		int word = ir_load(c->f, v.place.reg, v.place.off, 8);
		int null = ir_imm(c->f, STR_NULL_WORD);
		return val_of(types_int(c->L->ts, 4, true),
			      ir_set(c->f, IR_NE, word, IRV_REG(null)));
	}
	return val_const(types_int(c->L->ts, 4, true), v.str != S_NULL);
}

static void branch(struct lw *c, struct node *n, int label, bool when)
{
	if (n->kind == NODE_UNARY && n->op == OP_NOT) {
		branch(c, n->kids[0], label, !when);
		return;
	}
	if (n->kind == NODE_BINARY && (n->op == OP_LAND || n->op == OP_LOR)) {
		bool direct = (n->op == OP_LOR) == when; /* either side alone decides */
		int past = ir_label(c->f);
		branch(c, n->kids[0], direct ? label : past, direct ? when : !when);
		struct cache saved = lw_cond_enter(c);
		branch(c, n->kids[1], label, when);
		lw_cond_leave(c, saved);
		ir_place(c->f, past);
		return;
	}
	if (n->kind == NODE_BINARY && is_comparison(n->op) && !compares_strings(n)) {
		int a;
		struct ir_val b;
		bool is_signed;
		compare_operands(c, n, &a, &b, &is_signed);
		enum ir_cond k = cond_of(n->op, is_signed);
		ir_br(c->f, when ? k : cond_not(k), a, b, label);
		return;
	}
	struct val v = truth_of(c, lw_expr(c, n));
	if (v.is_const) {
		if ((v.cval != 0) == when)
			ir_jmp(c->f, label);
		return;
	}
	ir_br(c->f, when ? IR_NE : IR_EQ, v.reg, IRV_IMM(0), label);
}

void lw_branch_false(struct lw *c, struct node *n, int label)
{
	branch(c, n, label, false);
}

static struct val logical(struct lw *c, struct node *n)
{
	if (n->op == OP_LXOR) {
		struct val a = truth_of(c, lw_expr(c, n->kids[0])),
			   b = truth_of(c, lw_expr(c, n->kids[1]));
		int x = ir_set(c->f, IR_NE, val_reg(c, a), IRV_IMM(0));
		int y = ir_set(c->f, IR_NE, val_reg(c, b), IRV_IMM(0));
		return val_of(n->type, ir_alu(c->f, IR_XOR, x, IRV_REG(y)));
	}
	int r = ir_imm(c->f, 0), done = ir_label(c->f);
	struct cache saved = lw_cond_enter(c);
	branch(c, n, done, false);
	ir_mov(c->f, r, IRV_IMM(1));
	lw_cond_leave(c, saved);
	ir_place(c->f, done);
	return val_of(n->type, r);
}

/* ---- conditional expressions ---- */

static struct val cond_string(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	uint32_t cap = str_cap(c->L, n);
	struct place dst = lw_temp_place(c, RT_SLACK(c->L->strsize));
	int other = ir_label(f), done = ir_label(f);
	struct cache saved = lw_cond_enter(c);
	lw_branch_false(c, n->kids[0], other);
	struct val yes = lw_str(c, n->kids[1]);
	str_store(c, dst, yes);
	ir_jmp(f, done);
	lw_cache_set(c, saved);
	ir_place(f, other);
	struct val no = lw_str(c, n->kids[2]);
	str_store(c, dst, no);
	lw_cond_leave(c, saved);
	ir_place(f, done);
	struct val v = val_str_mem(c, dst, cap);
	v.maybe_null = yes.maybe_null || yes.str == S_NULL || no.maybe_null || no.str == S_NULL;
	return v;
}

static struct val conditional(struct lw *c, struct node *n)
{
	if (type_is_string(n->type))
		return cond_string(c, n);
	struct ir_func *f = c->f;
	int r = ir_reg(f), other = ir_label(f), done = ir_label(f);
	struct cache saved = lw_cond_enter(c);
	lw_branch_false(c, n->kids[0], other);
	ir_mov(f, r, val_op(c, val_convert(c, lw_expr(c, n->kids[1]), n->type)));
	ir_jmp(f, done);
	lw_cache_set(c, saved);
	ir_place(f, other);
	ir_mov(f, r, val_op(c, val_convert(c, lw_expr(c, n->kids[2]), n->type)));
	lw_cond_leave(c, saved);
	ir_place(f, done);
	return val_of(n->type, r);
}

/* ---- the rest ---- */

static struct val address_of(struct lw *c, struct node *n)
{
	struct place p = lw_place(c, n->kids[0]);
	struct val v = val_of(n->type, -1);
	c->keep_temps = true;
	if (p.kind == P_DIRECT) {
		v.place = p;
		v.reg = lw_as_integer(c, lw_addr_of(c, p));
	} else {
		v.reg = lw_addr_of(c, p);
	}
	return v;
}

static struct val unary(struct lw *c, struct node *n)
{
	switch (n->op) {
	case OP_DEREF:
	case OP_ADDR:
		break;
	case OP_PREINC:
	case OP_PREDEC:
	case OP_POSTINC:
	case OP_POSTDEC:
		return lw_incdec(c, n);
	case OP_NOT: {
		struct val v = truth_of(c, lw_expr(c, n->kids[0]));
		if (v.is_const)
			return val_const(n->type, !v.cval);
		return val_of(n->type, ir_set(c->f, IR_EQ, v.reg, IRV_IMM(0)));
	}
	default: {
		struct val v = val_convert(c, lw_expr(c, n->kids[0]), n->type);
		if (n->op == OP_PLUS)
			return v;
		int r = ir_unary(c->f, n->op == OP_NEG ? IR_NEG : IR_NOT, val_reg(c, v), 8);
		return val_of(n->type, lw_norm(c, r, n->type));
	}
	}
	if (n->op == OP_ADDR)
		return address_of(c, n);
	return lw_load(c, lw_place(c, n), n->type);
}

static struct val cast(struct lw *c, struct node *n)
{
	if (type_is_string(n->type))
		return lw_str(c, n->kids[0]);
	struct node *k = n->kids[0];
	if (type_is_string(k->type) && is_address(n->type)) {
		/* (char *)string: its address */
		c->keep_temps = true;
		struct place p = str_mem(c, lw_str(c, k));
		struct val v = val_of(n->type, lw_as_integer(c, lw_addr_of(c, p)));
		v.place = p;
		return v;
	}
	struct val v = lw_expr(c, k);
	if (v.kind == V_MEM && type_is_sou(n->type)) {
		v.type = n->type;
		return v;
	}
	struct val r = val_convert(c, v, n->type);
	r.type = n->type;
	return r;
}

struct val lw_expr(struct lw *c, struct node *n)
{
	if (c->depth > NODE_HEIGHT_MAX) {
		lw_fail(c, n->src, "D_CG_EXPR", "expression is nested too deeply; split it");
		return val_const(n->type, 0);
	}
	c->depth++;
	struct val v;
	switch (n->kind) {
	case NODE_INT:
		v = val_const(n->type, norm_const((int64_t)n->ival, n->type));
		break;
	case NODE_SYM: /* the object; its address is taken by & or decays */
		if (n->id == SYMBOL_JIFFIES)
			v = val_of(n->type, ir_call(c->f, H_JIFFIES64, 0, NULL));
		else if (type_resolve(n->type)->kind == TYPE_FUNC)
			v = val_of(n->type, lw_place(c, n).reg);
		else
			v = lw_load(c, lw_place(c, n), n->type);
		break;
	case NODE_STRING:
		v = val_lit(c, n->sval, n->slen);
		break;
	case NODE_IDENT:
		v = n->ident->kind == IDENT_BUILTIN ? lw_builtin(c, n) : lw_var_read(c, n);
		break;
	case NODE_INDEX:
		if (n->ident && n->ident->kind == IDENT_BUILTIN)
			v = lw_builtin(c, n);
		else
			v = lw_var_read(c, n);
		break;
	case NODE_CALL:
		v = lw_call(c, n);
		break;
	case NODE_UNARY:
		v = unary(c, n);
		break;
	case NODE_COND:
		v = conditional(c, n);
		break;
	case NODE_CAST:
		v = cast(c, n);
		break;
	case NODE_MEMBER:
		v = n->bitfield_bits ? lw_bitfield(c, n) : lw_load(c, lw_place(c, n), n->type);
		break;
	case NODE_BINARY:
		if (n->op >= OP_ASSIGN && n->op <= OP_XOR_ASSIGN) {
			v = lw_assign(c, n);
		} else if (n->op == OP_COMMA) {
			lw_expr(c, n->kids[0]);
			v = lw_expr(c, n->kids[1]);
		} else if (is_comparison(n->op)) {
			v = comparison(c, n);
		} else if (n->op == OP_LAND || n->op == OP_LOR || n->op == OP_LXOR) {
			v = logical(c, n);
		} else {
			v = binary_arith(c, n);
		}
		break;
	default:
		lw_fail(c, n->src, "D_CG_EXPR", "this expression has no value");
		v = val_const(types_int(c->L->ts, 8, true), 0);
	}
	c->depth--;
	return v;
}

int lw_int(struct lw *c, struct node *n)
{
	return val_reg(c, lw_expr(c, n));
}

/* a OP= b for mem.c: the value to store, in the left side's type. */
struct val lw_compound(struct lw *c, struct node *n, struct val old)
{
	struct node *l = n->kids[0], *r = n->kids[1];
	static const enum op base[] = {[OP_ADD_ASSIGN - OP_ADD_ASSIGN] = OP_ADD,
				       OP_SUB,
				       OP_MUL,
				       OP_DIV,
				       OP_MOD,
				       OP_SHL,
				       OP_SHR,
				       OP_AND,
				       OP_OR,
				       OP_XOR};
	enum op op = base[n->op - OP_ADD_ASSIGN];
	struct val b = lw_expr(c, r);
	if (is_address(l->type))
		return pointer_sum(c, op, old, b);
	struct type *t = op == OP_SHL || op == OP_SHR ? type_promote(c->L->ts, l->type)
						      : type_usual(c->L->ts, l->type, r->type);
	struct val a = val_convert(c, old, t);
	if (op != OP_SHL && op != OP_SHR)
		b = val_convert(c, b, t);
	return val_convert(c, arith(c, op, a, b, t), l->type);
}
