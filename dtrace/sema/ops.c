/*
 * ops.c - operators: what each may be applied to, the type of its result, constant folding
 *
 * The rules are those of ISO C, with D's additions: comparison of strings, ^^, and variables made
 * by assignment. The order of the checks decides which tag a wrong program gets.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

static struct node *incompatible(struct sema_ctx *c, struct node *n)
{
	sema_error(c, "D_OP_INCOMPAT", n, "operands have incompatible types: \"%s\" %s \"%s\"",
		   sema_node_type_text(c, n->kids[0]), op_name(n->op),
		   sema_node_type_text(c, n->kids[1]));
	n->type = NULL;
	return n;
}

static bool is_dyn(const struct node *n)
{
	return type_resolve(n->type)->kind == TYPE_DYN;
}

static struct type *int_type(struct sema_ctx *c)
{
	return types_int(c->types, 4, true);
}

/* What a pointer or array refers to; NULL for anything else. */
static struct type *target(struct sema_ctx *c, const struct node *n)
{
	struct type *t = type_resolve(sema_decay(c, n->type));
	return t->kind == TYPE_PTR ? type_resolve(t->ref) : NULL;
}

/* Points at something that has no size: void, a function, a forward. */
static bool is_sizeless(const struct type *t)
{
	return t && !type_is_complete(t) && t->kind != TYPE_ARRAY && !type_is_sou(t);
}

static bool is_null_constant(const struct node *n)
{
	return n->kind == NODE_INT && n->ival == 0;
}

/* ---- constants ---- */

static uint64_t fold_div(uint64_t a, uint64_t b, bool is_signed, bool mod)
{
	if (!is_signed)
		return mod ? a % b : a / b;
	if ((int64_t)b == -1) /* the one quotient that overflows */
		return mod ? 0 : 0 - a;
	return (uint64_t)(mod ? (int64_t)a % (int64_t)b : (int64_t)a / (int64_t)b);
}

/* As it is done at run time: in 64 bits, what the type is too short for is cut off then. */
static uint64_t fold_value(enum op op, uint64_t a, uint64_t b, bool is_signed)
{
	switch (op) {
	case OP_ADD:
		return a + b;
	case OP_SUB:
		return a - b;
	case OP_MUL:
		return a * b;
	case OP_DIV:
	case OP_MOD:
		return fold_div(a, b, is_signed, op == OP_MOD);
	case OP_AND:
		return a & b;
	case OP_OR:
		return a | b;
	case OP_XOR:
		return a ^ b;
	case OP_SHL:
		return a << (b & 63);
	case OP_SHR:
		return is_signed ? (uint64_t)((int64_t)a >> (b & 63)) : a >> (b & 63);
	case OP_EQ:
		return a == b;
	case OP_NE:
		return a != b;
	case OP_LT:
		return is_signed ? (int64_t)a < (int64_t)b : a < b;
	case OP_LE:
		return is_signed ? (int64_t)a <= (int64_t)b : a <= b;
	case OP_GT:
		return is_signed ? (int64_t)a > (int64_t)b : a > b;
	case OP_GE:
		return is_signed ? (int64_t)a >= (int64_t)b : a >= b;
	case OP_LAND:
		return a && b;
	case OP_LOR:
		return a || b;
	case OP_LXOR:
		return !a != !b;
	default:
		return 0;
	}
}

/* Both sides are integer constants: computes in type t (the operands' common one); the result has
 * n->type. */
static struct node *fold(struct sema_ctx *c, struct node *n, struct type *t)
{
	const struct node *l = n->kids[0], *r = n->kids[1];
	if (l->kind != NODE_INT || r->kind != NODE_INT || !type_is_int(l->type) ||
	    !type_is_int(r->type))
		return n;
	if ((n->op == OP_DIV || n->op == OP_MOD) && r->ival == 0) {
		sema_error(c, "D_DIV_ZERO", n, "expression contains division by zero");
		n->type = NULL;
		return n;
	}
	uint64_t a = (uint64_t)type_convert_const(t, l->ival);
	bool shift = n->op == OP_SHL || n->op == OP_SHR;
	uint64_t b = shift ? r->ival : (uint64_t)type_convert_const(t, r->ival);
	uint64_t v = fold_value(n->op, a, b, type_is_signed(t));
	return sema_make_int(n, n->type, v);
}

/* ---- binary operators ---- */

static struct node *arith(struct sema_ctx *c, struct node *n)
{
	n->type = type_usual(c->types, n->kids[0]->type, n->kids[1]->type);
	return fold(c, n, n->type);
}

static bool both(const struct node *n, bool (*is)(const struct type *))
{
	return is(n->kids[0]->type) && is(n->kids[1]->type);
}

/* Floating point values can be declared, traced and printed; there is no arithmetic on them. */
static bool has_float(const struct node *n)
{
	for (uint32_t i = 0; i < n->nkids; i++)
		if (type_resolve(n->kids[i]->type)->kind == TYPE_FLOAT)
			return true;
	return false;
}

static struct node *op_integral(struct sema_ctx *c, struct node *n)
{
	if (!both(n, type_is_int)) {
		sema_error(c, "D_OP_INT", n, "operator %s requires operands of integral type",
			   op_name(n->op));
		return n;
	}
	if (n->op != OP_SHL && n->op != OP_SHR)
		return arith(c, n);
	n->type = type_promote(c->types, n->kids[0]->type);
	return fold(c, n, n->type);
}

static struct node *op_mul_div(struct sema_ctx *c, struct node *n)
{
	if (!both(n, type_is_arith) || has_float(n)) {
		sema_error(c, "D_OP_ARITH", n, "operator %s requires operands of arithmetic type",
			   op_name(n->op));
		return n;
	}
	return arith(c, n);
}

static struct node *op_add_sub(struct sema_ctx *c, struct node *n)
{
	struct node *l = n->kids[0], *r = n->kids[1];
	if (both(n, type_is_int))
		return arith(c, n);
	struct type *lt = target(c, l), *rt = target(c, r);
	if (is_sizeless(lt) || is_sizeless(rt)) {
		sema_error(c, "D_OP_VFPTR", n, "operator %s requires operands of known size",
			   op_name(n->op));
		return n;
	}
	n->is_user = l->is_user || r->is_user;
	if (lt && rt && n->op == OP_SUB && type_compat(lt, rt))
		n->type = types_find(c->types, "ptrdiff_t");
	else if (lt && type_is_int(r->type))
		n->type = sema_decay(c, l->type);
	else if (rt && type_is_int(l->type) && n->op == OP_ADD)
		n->type = sema_decay(c, r->type);
	else
		return incompatible(c, n);
	return n;
}

/* Two operands that are compared as addresses, or one is a constant zero. */
static bool pointers_comparable(struct sema_ctx *c, const struct node *l, const struct node *r)
{
	struct type *lt = target(c, l), *rt = target(c, r);
	if (!lt && !rt)
		return false;
	if (!lt || !rt) {
		const struct node *other = lt ? r : l;
		return other->kind == NODE_INT && type_is_int(other->type) && other->ival == 0;
	}
	return type_is_void(lt) || type_is_void(rt) ||
	       type_compat(sema_decay(c, l->type), sema_decay(c, r->type)) || type_same(lt, rt);
}

static bool comparable_strings(const struct node *l, const struct node *r)
{
	return type_is_stringish(l->type) && type_is_stringish(r->type) &&
	       (type_is_string(l->type) || type_is_string(r->type));
}

/* What strtok() and its like return when there is nothing more is compared so. */
static bool string_and_null(const struct node *l, const struct node *r)
{
	return (type_is_string(l->type) && is_null_constant(r)) ||
	       (type_is_string(r->type) && is_null_constant(l));
}

/* NULL beside an integer, an argument of a probe say that is an address, is a 0 like any other. */
static void null_as_int(struct node *n, const struct node *beside)
{
	if (is_null_constant(n) && type_is_ptr(n->type) && type_is_int(beside->type))
		sema_make_int(n, beside->type, 0);
}

static struct node *op_compare(struct sema_ctx *c, struct node *n)
{
	const struct node *l = n->kids[0], *r = n->kids[1];
	if (is_dyn(l) || is_dyn(r)) {
		sema_error(c, "D_OP_DYN", n, "operator %s operands cannot be of dynamic type",
			   op_name(n->op));
		return n;
	}
	n->type = int_type(c);
	null_as_int(n->kids[0], n->kids[1]);
	null_as_int(n->kids[1], n->kids[0]);
	if (both(n, type_is_int))
		return fold(c, n, type_usual(c->types, l->type, r->type));
	if (comparable_strings(l, r) || pointers_comparable(c, l, r) || string_and_null(l, r))
		return n;
	return incompatible(c, n);
}

static struct node *op_logical(struct sema_ctx *c, struct node *n)
{
	if (!both(n, type_is_scalar)) {
		sema_error(c, "D_OP_SCALAR", n, "operator %s requires operands of scalar type",
			   op_name(n->op));
		return n;
	}
	n->type = int_type(c);
	return fold(c, n, types_int(c->types, 8, false));
}

/* An action where a value must be; asked before it is typed, as its place alone makes it an error.
 */
static bool is_action(struct sema_ctx *c, const struct node *n, const struct node *kid)
{
	const struct builtin_func_row *row =
	    kid->kind == NODE_CALL ? builtin_func_find(kid->name) : NULL;
	if (!row || row->flags & (BUILTIN_VALUE | BUILTIN_AGGFUNC))
		return false;
	if (n->kind == NODE_COND)
		sema_error(c, "D_OP_ACT", n, "action cannot be used in a conditional context");
	else
		sema_error(c, "D_OP_ACT", n, "operator %s may not be applied to an action: %s( )",
			   op_name(n->op), row->name);
	return true;
}

static struct node *assign(struct sema_ctx *c, struct node *n);

struct node *ops_binary(struct sema_ctx *c, struct node *n)
{
	if (n->op == OP_ASSIGN || (n->op >= OP_ADD_ASSIGN && n->op <= OP_XOR_ASSIGN))
		return assign(c, n);
	for (int i = 0; i < 2; i++)
		if (n->op == OP_COMMA && is_action(c, n, n->kids[i]))
			return n;
	for (int i = 0; i < 2; i++)
		n->kids[i] = sema_expr(c, n->kids[i]);
	if (!n->kids[0]->type || !n->kids[1]->type)
		return n;
	switch (n->op) {
	case OP_ADD:
	case OP_SUB:
		return op_add_sub(c, n);
	case OP_MUL:
	case OP_DIV:
		return op_mul_div(c, n);
	case OP_MOD:
	case OP_SHL:
	case OP_SHR:
	case OP_AND:
	case OP_OR:
	case OP_XOR:
		return op_integral(c, n);
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return op_compare(c, n);
	case OP_LAND:
	case OP_LOR:
	case OP_LXOR:
		return op_logical(c, n);
	default: /* comma */
		if (is_dyn(n->kids[0]) || is_dyn(n->kids[1])) {
			sema_error(c, "D_OP_DYN", n,
				   "operator , operands cannot be of dynamic type");
			return n;
		}
		n->type = n->kids[1]->type;
		n->is_user = n->kids[1]->is_user;
		return n;
	}
}

/* ---- assignment ---- */

static bool check_modifiable(struct sema_ctx *c, const struct node *n, const struct node *left)
{
	if (!left->is_lvalue) {
		sema_error(c, "D_OP_LVAL", n,
			   "operator %s requires modifiable lvalue as an operand", op_name(n->op));
		return false;
	}
	if (!left->is_writable) {
		sema_error(c, "D_OP_WRITE", n,
			   "operator %s can only be applied to a writable variable",
			   op_name(n->op));
		return false;
	}
	return true;
}

static bool is_array_or_func(const struct type *t)
{
	const struct type *r = type_resolve((struct type *)t);
	return r->kind == TYPE_ARRAY || r->kind == TYPE_FUNC;
}

/* Checks an assignment whose sides are typed and sets its type. */
static void check_assign(struct sema_ctx *c, struct node *n)
{
	const struct node *l = n->kids[0];
	struct node *r = n->kids[1];
	if (!l->type || !r->type)
		return;
	if (!l->is_lvalue || !l->is_writable) {
		check_modifiable(c, n, l);
		return;
	}
	if (is_array_or_func(l->type)) {
		sema_error(c, "D_OP_ARRFUN", n,
			   "operator %s may not be applied to operand of type \"%s\"",
			   op_name(n->op), sema_node_type_text(c, l));
		return;
	}
	null_as_int(n->kids[1], l);
	if (type_is_string(l->type) && is_null_constant(r)) /* frees it, as 0 frees a number */
		sema_make_int(r, types_ptr(c->types, types_void(c->types)), 0);
	if (!sema_assignable(c, l->type, r)) {
		incompatible(c, n);
		return;
	}
	if (type_is_ptr(l->type))
		n->kids[1] = sema_decayed(c, r);
	n->type = l->type;
	n->is_user = r->is_user;
}

/* The type that an undeclared variable takes from its first value; NULL when it cannot hold it. */
static struct type *type_for_variable(struct sema_ctx *c, const struct var *v, struct node *n)
{
	struct node *r = n->kids[1];
	struct type *t = type_resolve(r->type);
	if (sema_is_tracing_call(r)) {
		sema_error_misplaced(c, r);
		return NULL;
	}
	if (r->kind == NODE_INT && !r->ival && type_is_int(t) && sema_born_wide(c, v))
		return types_int(c->types, 8, true);
	if (t->kind == TYPE_ARRAY && type_is_stringish(t))
		return types_string(c->types);
	if (t->kind == TYPE_ARRAY || t->kind == TYPE_FUNC) {
		sema_error(c, "D_OP_ARRFUN", n,
			   "operator %s may not be applied to operand of type \"%s\"",
			   op_name(n->op), sema_node_type_text(c, r));
		return NULL;
	}
	if (t->kind == TYPE_DYN || t->kind == TYPE_STACK) {
		sema_error(c, "D_OP_DYN", n, "operator %s operands cannot be of dynamic type",
			   op_name(n->op));
		return NULL;
	}
	if (t->kind == TYPE_VOID || t->kind == TYPE_FLOAT || t->kind == TYPE_FWD) {
		sema_error(c, "D_OP_INCOMPAT", n,
			   "operands have incompatible types: \"%s\" %s \"%s\"", "<undefined>",
			   op_name(n->op), sema_node_type_text(c, r));
		return NULL;
	}
	return t->is_bitfield ? type_promote(c->types, t) : r->type;
}

static enum op underlying(enum op op)
{
	return op == OP_ASSIGN ? OP_ASSIGN : (enum op)(op - OP_ADD_ASSIGN + OP_ADD);
}

/* Operand rules of `l op= r`; false = reported. */
static bool check_compound(struct sema_ctx *c, struct node *n)
{
	const struct node *l = n->kids[0], *r = n->kids[1];
	switch (underlying(n->op)) {
	case OP_ADD:
	case OP_SUB:
		if (type_is_int(l->type) && type_is_int(r->type))
			return true;
		if (type_is_ptr(l->type) && is_sizeless(target(c, l))) {
			sema_error(c, "D_OP_VFPTR", n,
				   "operator %s requires operands of known size", op_name(n->op));
			return false;
		}
		if (type_is_ptr(l->type) && type_is_int(r->type))
			return true;
		incompatible(c, n);
		return false;
	case OP_MUL:
	case OP_DIV:
		if (both(n, type_is_arith) && !has_float(n))
			return true;
		sema_error(c, "D_OP_ARITH", n, "operator %s requires operands of arithmetic type",
			   op_name(n->op));
		return false;
	default:
		if (both(n, type_is_int))
			return true;
		sema_error(c, "D_OP_INT", n, "operator %s requires operands of integral type",
			   op_name(n->op));
		return false;
	}
}

/* A value that is looked through later: a translation is evaluated now. */
static struct node *whole_value(struct sema_ctx *c, struct node *n)
{
	n = expr_any(c, n);
	return n->type && n->kind == NODE_XLATE ? sema_xlate_value(c, n) : n;
}

static struct node *assign(struct sema_ctx *c, struct node *n)
{
	struct var *fresh;
	if (n->kids[0]->kind == NODE_AGG) {
		/* The parser lets it stand in an expression; aggregating is a statement. */
		sema_error(c, "D_OP_LVAL", n,
			   "an aggregation may only be assigned to by a statement of its own");
		return n;
	}
	if (n->kids[0]->kind == NODE_UNARY && n->kids[0]->op == OP_ADDR) {
		sema_error(c, "D_OP_LVAL", n,
			   "operator %s requires modifiable lvalue as an operand", op_name(n->op));
		return n;
	}
	if (!ident_lvalue(c, &n->kids[0], &fresh)) {
		sema_expr(c, n->kids[1]);
		return n;
	}
	bool simple = n->op == OP_ASSIGN;
	if (fresh && !simple) {
		fresh->type = types_int(c->types, 8, true);
		n->kids[0]->type = fresh->type;
	}
	n->kids[1] = whole_value(c, n->kids[1]);
	if (!n->kids[1]->type)
		return n;
	if (fresh && simple && !fresh->type)
		fresh->type = type_for_variable(c, fresh, n);
	if (fresh)
		n->kids[0]->type = fresh->type;
	if (!n->kids[0]->type)
		return n;
	if (simple) {
		check_assign(c, n);
		return n;
	}
	if (!check_modifiable(c, n, n->kids[0]) || !check_compound(c, n))
		return n;
	n->type = n->kids[0]->type;
	return n;
}

/* ---- unary operators ---- */

static struct node *op_deref(struct sema_ctx *c, struct node *n)
{
	struct node *v = n->kids[0];
	struct type *t = type_resolve(v->type);
	if (type_is_string(v->type)) { /* *s is s[0] */
		struct node *first = sema_node(c, NODE_INDEX, n->src, 2);
		first->kids[0] = v;
		first->kids[1] = sema_make_int(sema_node(c, NODE_INT, n->src, 0),
					       types_int(c->types, 4, true), 0);
		return sema_character(c, first);
	}
	if (t->kind != TYPE_PTR && t->kind != TYPE_ARRAY) {
		sema_error(c, "D_DEREF_NONPTR", n, "cannot dereference non-pointer type");
		return n;
	}
	struct type *to = type_resolve(t->ref);
	if (to->kind == TYPE_FUNC || type_is_void(to)) {
		bool func = to->kind == TYPE_FUNC;
		sema_error(c, func ? "D_DEREF_FUNC" : "D_DEREF_VOID", n,
			   "cannot dereference pointer to %s", func ? "function" : "void");
		return n;
	}
	if (to->kind == TYPE_FWD) {
		sema_error(
		    c, "D_OP_INCOMPLETE", n,
		    "operator * cannot be applied to a forward declaration: no %s definition "
		    "is available",
		    sema_type_text(c, to));
		return n;
	}
	n->type = t->ref;
	n->is_lvalue = true;
	n->is_writable = t->kind == TYPE_PTR || v->is_writable;
	n->is_user = v->is_user || t->is_user;
	return n;
}

static bool is_variable(const struct node *n)
{
	if (n->kind == NODE_AGG)
		return true;
	if (n->kind != NODE_IDENT && n->kind != NODE_INDEX)
		return false;
	if (!n->ident || (n->kind == NODE_INDEX && n->ident->kind == IDENT_BUILTIN))
		return n->ident != NULL;
	return n->ident->kind == IDENT_BUILTIN || n->ident->kind == IDENT_VAR;
}

static struct node *op_address(struct sema_ctx *c, struct node *n)
{
	struct node *v = n->kids[0];
	/* Arrays and structs have an address that what they hold is reached through; scalars of D
	 * have none. */
	bool aggregate = v->kind == NODE_IDENT && v->ident && v->ident->kind == IDENT_VAR &&
			 (type_is_sou(v->type) || type_resolve(v->type)->kind == TYPE_ARRAY);
	if ((is_variable(v) && !aggregate) || is_dyn(v)) {
		sema_error(c, "D_ADDROF_VAR", n, "cannot take address of dynamic variable: %s",
			   v->kind == NODE_INDEX ? v->kids[0]->name : v->name);
		return n;
	}
	if (v->kind == NODE_SYM && type_resolve(v->type)->kind == TYPE_FUNC) {
		n->type = types_ptr(c->types, v->type);
		return n;
	}
	if (!v->is_lvalue || (v->kind == NODE_INDEX && type_is_string(v->kids[0]->type))) {
		sema_error(c, "D_ADDROF_LVAL", n, "unacceptable operand for unary & operator");
		return n;
	}
	if (v->kind == NODE_MEMBER && v->bitfield_bits) {
		sema_error(c, "D_ADDROF_BITFIELD", n, "cannot take address of bit-field");
		return n;
	}
	n->type = types_ptr(c->types, v->type);
	n->is_user = v->is_user;
	return n;
}

static struct node *op_sign(struct sema_ctx *c, struct node *n)
{
	struct node *v = n->kids[0];
	bool ok =
	    n->op == OP_BITNOT ? type_is_int(v->type) : type_is_arith(v->type) && !has_float(n);
	if (!ok) {
		bool bits = n->op == OP_BITNOT;
		sema_error(c, bits ? "D_OP_INT" : "D_OP_ARITH", n,
			   "operator %s requires an operand of %s type", op_name(n->op),
			   bits ? "integral" : "arithmetic");
		return n;
	}
	n->type = type_promote(c->types, v->type);
	if (v->kind != NODE_INT)
		return n;
	uint64_t x = v->ival;
	return sema_make_int(n, n->type, n->op == OP_NEG ? 0 - x : n->op == OP_BITNOT ? ~x : x);
}

static struct node *op_not(struct sema_ctx *c, struct node *n)
{
	const struct node *v = n->kids[0];
	if (!type_is_scalar(v->type)) {
		sema_error(c, "D_OP_SCALAR", n, "operator ! requires an operand of scalar type");
		return n;
	}
	n->type = int_type(c);
	return v->kind == NODE_INT ? sema_make_int(n, n->type, !v->ival) : n;
}

static struct node *op_step(struct sema_ctx *c, struct node *n)
{
	struct var *fresh;
	if (!ident_lvalue(c, &n->kids[0], &fresh))
		return n;
	struct node *v = n->kids[0];
	if (fresh)
		v->type = fresh->type = types_int(c->types, 8, true);
	if (!v->type) /* a variable that an error has left without one */
		return n;
	if (v->ident && v->ident->kind == IDENT_VAR)
		v->ident->var->read = true;
	if (!type_is_scalar(v->type)) {
		sema_error(c, "D_OP_SCALAR", n, "operator %s requires operand of scalar type",
			   op_name(n->op));
		return n;
	}
	if (is_sizeless(target(c, v))) {
		sema_error(c, "D_OP_VFPTR", n, "operator %s requires an operand of known size",
			   op_name(n->op));
		return n;
	}
	if (check_modifiable(c, n, v)) {
		n->type = v->type;
		n->is_user = v->is_user;
	}
	return n;
}

struct node *ops_unary(struct sema_ctx *c, struct node *n)
{
	if (n->op >= OP_PREINC && n->op <= OP_POSTDEC)
		return op_step(c, n);
	if (n->op == OP_ADDR && n->kids[0]->kind == NODE_IDENT && symbol_address(c, n))
		return n;
	n->kids[0] = n->op == OP_DEREF || n->op == OP_ADDR ? expr_any(c, n->kids[0])
							   : sema_expr(c, n->kids[0]);
	struct node *v = n->kids[0];
	if (!v->type)
		return n;
	if (v->kind == NODE_XLATE)
		v = n->kids[0] = sema_xlate_value(c, v);
	switch (n->op) {
	case OP_DEREF:
		return op_deref(c, n);
	case OP_ADDR:
		return op_address(c, n);
	case OP_NOT:
		return op_not(c, n);
	default:
		return op_sign(c, n);
	}
}

/* ---- ?: ---- */

static struct type *cond_type(struct sema_ctx *c, const struct node *l, const struct node *r)
{
	if (type_is_int(l->type) && type_is_int(r->type))
		return type_usual(c->types, l->type, r->type);
	if (comparable_strings(l, r))
		return types_string(c->types);
	if (pointers_comparable(c, l, r)) {
		const struct node *from = is_null_constant(l) || !target(c, l) ? r : l;
		return sema_decay(c, from->type);
	}
	/* NULL beside a string is a string too: the null one. */
	if (string_and_null(l, r))
		return types_string(c->types);
	return type_same(l->type, r->type) && !is_dyn(l) ? l->type : NULL;
}

struct node *ops_cond(struct sema_ctx *c, struct node *n)
{
	for (uint32_t i = 0; i < 3; i++)
		if (is_action(c, n, n->kids[i]))
			return n;
	n->kids[0] = sema_expr(c, n->kids[0]);
	for (uint32_t i = 1; i < 3; i++)
		n->kids[i] = whole_value(c, n->kids[i]);
	struct node *cond = n->kids[0], *l = n->kids[1], *r = n->kids[2];
	if (!cond->type || !l->type || !r->type)
		return n;
	if (!type_is_scalar(cond->type)) {
		sema_error(c, "D_PRED_SCALAR", n, "operator ?: expression must be of scalar type");
		return n;
	}
	if (is_dyn(l) || is_dyn(r)) {
		sema_error(c, "D_OP_DYN", n, "operator ?: operands cannot be of dynamic type");
		return n;
	}
	n->type = cond_type(c, l, r);
	if (!n->type) {
		sema_error(c, "D_OP_INCOMPAT", n,
			   "operator ?: operands must have compatible types");
		return n;
	}
	n->is_user = l->is_user || r->is_user;
	if (cond->kind == NODE_INT && l->kind == NODE_INT && r->kind == NODE_INT)
		return sema_make_int(n, n->type, cond->ival ? l->ival : r->ival);
	return n;
}
