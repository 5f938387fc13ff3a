/*
 * expr.c - types of expressions: literals, members, casts, sizeof, offsetof, stringof; the rest is
 * dispatched
 *
 * Nodes are typed in place, once: a node with a type is returned as it is. Operators are in ops.c,
 * names in ident.c.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

struct node *sema_node(struct sema_ctx *c, enum node_kind kind, struct src at, unsigned nkids)
{
	struct node *n = node_new(c->arena, kind, at);
	n->nkids = nkids;
	n->kids = nkids ? arena_array(c->arena, struct node *, nkids) : NULL;
	return n;
}

struct node *sema_binary(struct sema_ctx *c, enum op op, struct node *l, struct node *r)
{
	struct node *n = sema_node(c, NODE_BINARY, l->src, 2);
	n->op = op;
	n->kids[0] = l;
	n->kids[1] = r;
	return n;
}

struct node *sema_make_int(struct node *n, struct type *t, uint64_t value)
{
	n->kind = NODE_INT;
	n->type = t;
	n->ival = type_is_int(t) ? (uint64_t)type_convert_const(t, value) : value;
	n->is_const = true;
	n->is_lvalue = n->is_writable = n->is_user = false;
	n->ident = NULL;
	n->nkids = 0;
	return n;
}

struct type *sema_decay(struct sema_ctx *c, struct type *t)
{
	struct type *r = type_resolve(t);
	if (r->kind == TYPE_ARRAY)
		return types_ptr(c->types, r->ref);
	return r->kind == TYPE_FUNC ? types_ptr(c->types, r) : t;
}

/* ISO C 6.4.4.1: the first type of the list for the suffix and base that can hold the value. */
static struct node *int_literal(struct sema_ctx *c, struct node *n)
{
	static const char *const names[] = {"int",	     "unsigned int", "long",
					    "unsigned long", "long long",    "unsigned long long"};
	unsigned flags = n->int_flags;
	unsigned longs = flags & INT_SUFFIX_LL ? 2 : flags & INT_SUFFIX_L ? 1 : 0;
	bool u = (flags & INT_SUFFIX_U) != 0, any = u || (flags & INT_NOT_DECIMAL);
	struct type *t = types_int(c->types, 8, false);
	for (unsigned i = 2 * longs; i < sizeof(names) / sizeof(names[0]); i++) {
		struct type *may = types_named_int(c->types, names[i]);
		bool is_unsigned = i % 2;
		if (n->ival > UINT64_MAX >> (64 - 8 * type_size(may) + !is_unsigned))
			continue;
		if (is_unsigned ? !any : u)
			continue;
		t = may;
		break;
	}
	return sema_make_int(n, t, n->ival);
}

/* ---- members ---- */

static struct node *bad_operand(struct sema_ctx *c, struct node *n, struct type *t)
{
	if (n->op == OP_ARROW)
		sema_error(
		    c, "D_OP_SOU", n,
		    "operator -> cannot be applied to pointer to type \"%s\"; must be applied "
		    "to a struct or union pointer",
		    sema_type_text(c, t));
	else
		sema_error(
		    c, "D_OP_SOU", n,
		    "operator . cannot be applied to type \"%s\"; must be applied to a struct "
		    "or union",
		    sema_type_text(c, t));
	return n;
}

/* Threads and files of illumos, FreeBSD and macOS, which programs walk through from curthread, are told of by what programs for any of them can use. */
static void no_member(struct sema_ctx *c, struct node *n, struct type *sou)
{
	static const char *const starts[] = {"t_", "td_", "p_", "uu_"};
	const char *type = sema_type_text(c, sou);
	sema_error(c, "D_TYPE_MEMBER", n, "%s is not a member of %s", n->name, type);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strcmp(type, "struct task_struct") == 0 &&
		    strncmp(n->name, starts[i], strlen(starts[i])) == 0) {
			diag_hint(c->diags,
				  "that is another kernel's thread: curpsinfo, curlwpsinfo, "
				  "curcpu, fds[] and cwd are the same everywhere");
			return;
		}
}

static struct node *member_of(struct sema_ctx *c, struct node *n, struct type *sou)
{
	const struct node *base = n->kids[0];
	const struct type_member *m = type_member(sou, n->name, &n->offset_bits);
	if (!m) {
		no_member(c, n, sou);
		return n;
	}
	bool arrow = n->op == OP_ARROW;
	n->bitfield_bits = m->bitfield_bits;
	n->type = m->bitfield_bits ? types_bitfield(c->types, m->type, m->bitfield_bits) : m->type;
	n->is_lvalue = arrow || base->is_lvalue;
	n->is_writable = arrow || base->is_writable;
	n->is_user = base->is_user;
	return n;
}

static struct node *member_expr(struct sema_ctx *c, struct node *n)
{
	struct node *base = n->kids[0] = expr_any(c, n->kids[0]);
	if (!base->type)
		return n;
	struct type *t = type_resolve(base->type);
	if (n->op == OP_ARROW) {
		if (t->kind != TYPE_PTR && t->kind != TYPE_ARRAY) {
			sema_error(c, "D_OP_PTR", n, "operator -> must be applied to a pointer");
			return n;
		}
		t = type_resolve(t->ref);
	}
	if (t->kind == TYPE_FWD) {
		sema_error(
		    c, "D_OP_INCOMPLETE", n,
		    "operator %s cannot be applied to a forward declaration: no %s definition "
		    "is available",
		    op_name(n->op), sema_type_text(c, t));
		return n;
	}
	if (!type_is_sou(t))
		return bad_operand(c, n, t);
	return base->kind == NODE_XLATE ? sema_xlate_member(c, n) : member_of(c, n, t);
}

/* ---- casts ---- */

static bool cast_ok(struct type *to, struct type *from)
{
	to = type_resolve(to);
	from = type_resolve(from);
	bool from_scalar =
	    type_is_scalar(from) || from->kind == TYPE_ARRAY || from->kind == TYPE_FUNC;
	switch (to->kind) {
	case TYPE_VOID:
		return true;
	case TYPE_INT:
	case TYPE_ENUM:
		return from_scalar || from->kind == TYPE_SYMADDR;
	case TYPE_PTR:
		return from_scalar || from->kind == TYPE_STRING;
	case TYPE_STRING:
		return type_is_stringish(from) || type_is_scalar(from);
	case TYPE_FLOAT:
		return from->kind == TYPE_FLOAT;
	case TYPE_STRUCT:
	case TYPE_UNION:
		return type_same(to, from);
	default:
		return false;
	}
}

struct node *sema_decayed(struct sema_ctx *c, struct node *v)
{
	struct type *t = type_resolve(v->type);
	if (t->kind != TYPE_ARRAY)
		return v;
	struct node *first = sema_node(c, NODE_INDEX, v->src, 2);
	first->kids[0] = v;
	first->kids[1] =
	    sema_make_int(sema_node(c, NODE_INT, v->src, 0), types_int(c->types, 4, true), 0);
	first->type = t->ref;
	first->is_lvalue = true;
	first->is_user = v->is_user;
	struct node *n = sema_node(c, NODE_UNARY, v->src, 1);
	n->op = OP_ADDR;
	n->kids[0] = first;
	n->type = types_ptr(c->types, t->ref);
	n->is_user = v->is_user;
	return n;
}

struct node *ops_cast_to(struct sema_ctx *c, struct node *v, struct type *to, const struct node *at)
{
	if (!v->type)
		return v;
	if (!cast_ok(to, v->type)) {
		sema_error(c, "D_CAST_INVAL", at, "invalid cast expression: \"%s\" to \"%s\"",
			   sema_node_type_text(c, v), sema_type_text(c, to));
		v->type = NULL;
		return v;
	}
	if (v->kind == NODE_INT && (type_is_int(to) || type_is_ptr(to)))
		return sema_make_int(v, to, v->ival);
	if (type_is_ptr(to) || type_is_int(to))
		v = sema_decayed(c, v);
	struct node *n = sema_node(c, NODE_CAST, at->src, 1);
	n->kids[0] = v;
	n->type = to;
	n->is_user = v->is_user || (type_is_ptr(to) && type_resolve(to)->is_user);
	return n;
}

static struct node *cast_expr(struct sema_ctx *c, struct node *n)
{
	struct type *to = sema_decl_type(c, n->decl);
	struct node *v = n->kids[0] = sema_expr(c, n->kids[0]);
	return to && v->type ? ops_cast_to(c, v, to, n) : n;
}

static struct node *stringof_expr(struct sema_ctx *c, struct node *n)
{
	struct node *v = n->kids[0] = sema_expr(c, n->kids[0]);
	if (!v->type)
		return n;
	if (!type_is_stringish(v->type) && !type_is_scalar(v->type)) {
		sema_error(c, "D_STRINGOF_TYPE", n, "cannot apply stringof to a value of type %s",
			   sema_node_type_text(c, v));
		return n;
	}
	n->kind = NODE_CAST;
	n->type = types_string(c->types);
	n->is_user = v->is_user;
	return n;
}

/* ---- sizeof, offsetof ---- */

static struct node *size_of(struct sema_ctx *c, struct node *n, uint64_t size)
{
	return sema_make_int(n, types_find(c->types, "size_t"), size);
}

static bool sizeof_type_ok(struct sema_ctx *c, const struct node *n, struct type *t)
{
	struct type *r = type_resolve(t);
	if (r->kind == TYPE_DYN) {
		sema_error(c, "D_SIZEOF_TYPE", n,
			   "cannot apply sizeof to an operand of dynamic type");
		return false;
	}
	/* An array that was declared without a size has one all the same: none. */
	if (!type_is_complete(r) && r->kind != TYPE_ARRAY && !type_is_sou(r)) {
		sema_error(c, "D_SIZEOF_TYPE", n,
			   "cannot apply sizeof to an operand of unknown size: \"%s\"",
			   sema_type_text(c, t));
		return false;
	}
	return true;
}

/* A variable array named as a whole, which no other operator takes. */
static bool is_dynamic_name(struct sema_ctx *c, const struct node *n)
{
	if (n->kind == NODE_AGG)
		return true;
	if (n->kind != NODE_IDENT || (n->scope && strcmp(n->scope, "self") != 0))
		return false;
	struct ident *id = n->scope ? map_get(&c->s->self_names, n->name) : sema_lookup(c, n->name);
	return id && ((id->kind == IDENT_VAR && id->var->is_assoc) ||
		      (id->kind == IDENT_BUILTIN && (id->bvar->flags & BUILTIN_ARRAY)));
}

static struct node *sizeof_expr(struct sema_ctx *c, struct node *n)
{
	if (n->decl) {
		struct type *t = sema_decl_type(c, n->decl);
		return t && sizeof_type_ok(c, n, t) ? size_of(c, n, type_size(t)) : n;
	}
	if (is_dynamic_name(c, n->kids[0])) {
		sizeof_type_ok(c, n, types_dyn(c->types));
		return n;
	}
	bool literal = n->kids[0]->kind == NODE_STRING;
	struct node *v = n->kids[0] = expr_any(c, n->kids[0]);
	if (!v->type)
		return n;
	if (literal)
		return size_of(c, n, (uint64_t)v->slen + 1);
	if (v->kind == NODE_MEMBER && v->bitfield_bits) {
		sema_error(c, "D_SIZEOF_BITFIELD", n, "cannot apply sizeof to a bit-field");
		return n;
	}
	return sizeof_type_ok(c, n, v->type) ? size_of(c, n, type_size(v->type)) : n;
}

/* offsetof(T, a.b.c): n->name is the path. */
static struct node *offsetof_expr(struct sema_ctx *c, struct node *n)
{
	size_t errors = diag_count(c->diags);
	struct type *t = sema_decl_type(c, n->decl);
	if (!t || !type_is_sou(type_resolve(t))) {
		if (diag_count(c->diags) == errors)
			sema_error(
			    c, "D_OFFSETOF_TYPE", n,
			    "cannot apply offsetof to a value of type \"%s\"; must be applied "
			    "to a struct or union",
			    sema_type_text(c, t));
		return n;
	}
	uint64_t bits = 0;
	for (const char *p = n->name; *p;) {
		size_t len = strcspn(p, ".");
		uint32_t off = 0;
		const char *name = arena_strndup(c->arena, p, len);
		const struct type_member *m =
		    type_is_sou(type_resolve(t)) ? type_member(type_resolve(t), name, &off) : NULL;
		if (!m) {
			sema_error(c, "D_UNKNOWN", n,
				   "failed to determine offset of %s: %s is not a member of %s",
				   n->name, name, sema_type_text(c, t));
			return n;
		}
		if (m->bitfield_bits) {
			sema_error(c, "D_OFFSETOF_BITFIELD", n,
				   "cannot take offset of a bit-field: %s", n->name);
			return n;
		}
		bits += off;
		t = m->type;
		p += len + (p[len] == '.');
	}
	return size_of(c, n, bits / 8);
}

/* ---- the dispatcher ---- */

static struct node *type_argument(struct sema_ctx *c, struct node *n)
{
	struct type *t = sema_decl_type(c, n->decl);
	if (t)
		sema_error(c, "D_SYNTAX", n, "a type name may not be used as a value: %s",
			   sema_type_text(c, t));
	return n;
}

static struct node *comma_list(struct sema_ctx *c, struct node *n)
{
	struct node *all = n->kids[0];
	for (uint32_t i = 1; i < n->nkids; i++)
		all = sema_binary(c, OP_COMMA, all, n->kids[i]);
	return sema_expr(c, all);
}

static struct node *dispatch(struct sema_ctx *c, struct node *n)
{
	switch (n->kind) {
	case NODE_INT:
		return int_literal(c, n);
	case NODE_STRING:
		n->type = types_string(c->types);
		return n;
	case NODE_IDENT:
		return ident_expr(c, n);
	case NODE_INDEX:
		return index_expr(c, n);
	case NODE_AGG:
		return sema_agg_ref(c, n);
	case NODE_CALL:
		return sema_call(c, n, false);
	case NODE_UNARY:
		return ops_unary(c, n);
	case NODE_BINARY:
		return ops_binary(c, n);
	case NODE_COND:
		return ops_cond(c, n);
	case NODE_MEMBER:
		return member_expr(c, n);
	case NODE_CAST:
		return cast_expr(c, n);
	case NODE_SIZEOF:
		return sizeof_expr(c, n);
	case NODE_OFFSETOF:
		return offsetof_expr(c, n);
	case NODE_XLATE:
		return sema_xlate(c, n);
	case NODE_STRINGOF:
		return stringof_expr(c, n);
	case NODE_TYPE:
		return type_argument(c, n);
	case NODE_COMMA_LIST:
		return comma_list(c, n);
	default:
		return n;
	}
}

struct node *expr_any(struct sema_ctx *c, struct node *n)
{
	if (n->type)
		return n;
	if (c->depth >= NODE_HEIGHT_MAX) {
		sema_error(c, "D_SYNTAX", n, "expression is nested too deeply");
		return n;
	}
	c->depth++;
	n = dispatch(c, n);
	c->depth--;
	return n;
}

/* The name of a kernel function stands for its address. */
static struct node *function_address(struct sema_ctx *c, struct node *sym)
{
	struct node *n = sema_node(c, NODE_UNARY, sym->src, 1);
	n->op = OP_ADDR;
	n->kids[0] = sym;
	n->type = types_ptr(c->types, sym->type);
	return n;
}

struct node *sema_expr(struct sema_ctx *c, struct node *n)
{
	n = expr_any(c, n);
	if (n->kind == NODE_SYM && type_resolve(n->type)->kind == TYPE_FUNC)
		return function_address(c, n);
	return n->type && n->kind == NODE_XLATE ? sema_xlate_pointer(c, n) : n;
}

bool sema_const_expr(struct sema_ctx *c, struct node **n, const char *tag, const char *what,
		     int64_t *value)
{
	size_t errors = diag_count(c->diags);
	*n = sema_expr(c, *n);
	if ((*n)->type && (*n)->kind == NODE_INT && type_is_int((*n)->type)) {
		*value = (int64_t)(*n)->ival;
		return true;
	}
	if (diag_count(c->diags) == errors)
		sema_error(c, tag, *n, "%s", what);
	return false;
}

bool sema_assignable(struct sema_ctx *c, struct type *to, struct node *from)
{
	struct type *f = from->type;
	if (!to || !f)
		return true; /* reported already */
	if (type_is_ptr(to) && from->kind == NODE_INT && from->ival == 0)
		return true;
	/* NULL, but not 0, is a string as well. */
	if (type_is_string(to) && type_is_ptr(f) && from->kind == NODE_INT && from->ival == 0)
		return true;
	if (type_is_ptr(to) && type_is_string(f))
		return type_is_stringish(to) || type_is_void(type_resolve(type_resolve(to)->ref));
	f = type_is_string(to) ? f : sema_decay(c, f);
	return type_compat(to, f) || type_compat(to, from->type);
}
