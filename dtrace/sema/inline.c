/*
 * inline.c - inline constants and functions: the definition is checked once, every use is a copy of
 * its text
 *
 * A use becomes (declared type)body, where each parameter stands for (its type)argument. Bodies and
 * arguments are copied untyped and typed where they land: a body sees its own parameters and
 * globals, an argument sees what its writer saw (scope->from). An argument that does something is
 * evaluated once, before the body, into a clause-local variable without a name. A name is bound
 * after its definition has been checked, so an inline cannot name itself.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

/* How often a program may use inlines, their parameters and members of translators, also in each
 * other: each is a copy of its definition, and a few lines could ask for any number of them. */
enum { EXPANSIONS_MAX = 100000, EXPAND_DEPTH_MAX = 250 };

static struct declarator *params_of(const struct inline_def *d)
{
	struct declarator *dr = d->decl->declarator;
	return dr && dr->kind == DECL_ASSOC ? dr : NULL;
}

/* The parameters of a definition, without arguments. NULL = an error was reported. */
static struct scope *definition_scope(struct sema_ctx *c, struct inline_def *d)
{
	struct declarator *dr = params_of(d);
	struct scope *s = arena_new_of(c->arena, struct scope);
	if (!dr)
		return s;
	s->names = arena_array(c->arena, const char *, dr->nparams + 1);
	s->types = arena_array(c->arena, struct type *, dr->nparams + 1);
	s->args = arena_array(c->arena, struct node *, dr->nparams + 1);
	s->from = arena_array(c->arena, struct scope *, dr->nparams + 1);
	if (dr->variadic) {
		sema_error_at(c, "D_DECL_PROTO_VARARGS", d->src,
			      "inline prototype may not use a variable-length argument list");
		return NULL;
	}
	for (; s->n < dr->nparams; s->n++) {
		struct decl *p = dr->params[s->n];
		struct type *t = sema_decl_type(c, p);
		if (!t)
			return NULL;
		if (type_is_void(type_resolve(t))) {
			sema_error_at(c, "D_DECL_PROTO_VOID", p->src,
				      "inline prototype may not use a void parameter");
			return NULL;
		}
		if (!p->name) {
			sema_error_at(c, "D_DECL_PROTO_FORM", p->src,
				      "inline prototype requires a name for parameter #%u",
				      s->n + 1);
			return NULL;
		}
		s->names[s->n] = p->name;
		s->types[s->n] = t;
	}
	return s;
}

static bool value_fits(struct sema_ctx *c, struct type *t, const struct node *v)
{
	return v->kind == NODE_XLATE ? type_same(t, v->type)
				     : sema_assignable(c, t, (struct node *)v);
}

static bool definition_ok(struct sema_ctx *c, struct inline_def *d, struct type *t,
			  struct scope *params)
{
	struct scope *outer = c->scope;
	c->scope = params;
	struct node *v = expr_any(c, node_clone(c->arena, d->value));
	c->scope = outer;
	if (!v->type)
		return false;
	if (value_fits(c, t, v))
		return true;
	sema_error_at(c, "D_OP_INCOMPAT", d->src,
		      "inline %s definition uses incompatible types: \"%s\" = \"%s\"",
		      d->decl->name, sema_type_text(c, t), sema_node_type_text(c, v));
	return false;
}

static void inline_attr(const struct inline_def *d, struct ident *id)
{
	if (!d->attr)
		return;
	BUF_AUTO b = {0};
	buf_printf(&b, "%s/%s/%s", d->attr->name, d->attr->data, d->attr->dclass);
	stability_parse(buf_str(&b), &id->attr);
}

/* What programs define may have been given a name by a library since they were written. */
static bool is_taken(struct sema_ctx *c, const char *name)
{
	if (c->in_library)
		return map_get(&c->s->names, name) != NULL;
	const struct ident *id = sema_lookup(c, name);
	if (id && id->kind == IDENT_INLINE && id->of_library)
		return false;
	return id || map_get(&c->s->names, name) || builtin_func_find(name);
}

void sema_inline(struct sema_ctx *c, struct inline_def *d)
{
	const char *name = d->decl->name;
	if (!name) {
		sema_error_at(c, "D_DECL_IDENT", d->src, "inline declaration requires a name");
		return;
	}
	if (is_taken(c, name)) {
		sema_error_at(c, "D_DECL_IDRED", d->src, "identifier redefined: %s", name);
		return;
	}
	/* The types of a library may need the kernel's: they wait until somebody uses the name. */
	struct type *t = NULL;
	if (!c->in_library) {
		struct scope *params;
		if (!(t = sema_decl_type(c, d->decl)) || !(params = definition_scope(c, d)) ||
		    !definition_ok(c, d, t, params))
			return;
	}
	struct ident *id = sema_new_ident(c, IDENT_INLINE, name, t);
	id->inl = d;
	id->of_library = c->in_library;
	inline_attr(d, id);
	sema_bind(c, &c->s->names, name, id);
}

/* ---- uses ---- */

/* Does evaluating n twice differ from once? */
static bool does_something(const struct node *n)
{
	bool assigns = n->kind == NODE_BINARY && n->op >= OP_ASSIGN && n->op <= OP_XOR_ASSIGN;
	bool steps = n->kind == NODE_UNARY && n->op >= OP_PREINC && n->op <= OP_POSTDEC;
	if (assigns || steps || n->kind == NODE_CALL)
		return true;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (does_something(n->kids[i]))
			return true;
	return false;
}

static struct node *typed_binary(struct sema_ctx *c, enum op op, struct node *l, struct node *r)
{
	struct node *n = sema_node(c, NODE_BINARY, l->src, 2);
	n->op = op;
	n->kids[0] = l;
	n->kids[1] = r;
	n->type = op == OP_ASSIGN ? l->type : r->type;
	return n;
}

/* Lets parameter i stand for a variable; the assignment to it is added to *before. */
static void evaluate_once(struct sema_ctx *c, struct scope *s, uint32_t i, struct node *value,
			  struct node **before)
{
	const char *name = arena_printf(c->arena, "%s %zu", s->names[i], c->s->vars.n);
	struct var *v = sema_new_var(c, name, VAR_THIS, value->src);
	v->type = s->types[i];
	v->written = v->read = true;
	struct node *n = sema_node(c, NODE_IDENT, value->src, 0);
	n->name = name;
	n->ident = map_get(&c->this_names, name);
	n->type = v->type;
	struct node *set = typed_binary(c, OP_ASSIGN, n, value);
	*before = *before ? typed_binary(c, OP_COMMA, *before, set) : set;
	s->args[i] = n;
}

/* A parameter of the inline that the use stands in, handed on as it is: it has been checked, and stands for the
 * same text. */
static bool passed_on(struct sema_ctx *c, struct scope *s, uint32_t i, const struct node *arg)
{
	const struct scope *outer = c->scope;
	if (!outer || !outer->args || arg->kind != NODE_IDENT)
		return false;
	for (uint32_t k = 0; k < outer->n; k++)
		if (outer->args[k] && !strcmp(outer->names[k], arg->name) &&
		    type_same(outer->types[k], s->types[i])) {
			s->args[i] = outer->args[k];
			s->from[i] = outer->from[k];
			return true;
		}
	return false;
}

/* *before: what is to be evaluated ahead of the body, NULL when nothing. */
static bool arguments_ok(struct sema_ctx *c, struct node *use, struct scope *s, const char *name,
			 struct node **before)
{
	uint32_t given = use->kind == NODE_INDEX ? use->nkids - 1 : 0;
	if (given != s->n) {
		sema_error(c, "D_PROTO_LEN", use,
			   "%s[ ] prototype mismatch: %u key%s passed, %u expected", name, given,
			   given == 1 ? "" : "s", s->n);
		return false;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		struct node *arg = use->kids[i + 1];
		if (passed_on(c, s, i, arg))
			continue;
		struct node *v = expr_any(c, node_clone(c->arena, arg));
		if (!v->type)
			return false;
		if (!value_fits(c, s->types[i], v)) {
			sema_error(c, "D_PROTO_ARG", arg,
				   "%s[ ] key #%u is incompatible with prototype:\n\tprototype: "
				   "%s\n\t argument: %s",
				   name, i + 1, sema_type_text(c, s->types[i]),
				   sema_node_type_text(c, v));
			return false;
		}
		s->args[i] = arg;
		s->from[i] = c->scope;
		bool value = type_is_scalar(s->types[i]) || type_is_string(s->types[i]);
		if (value && does_something(v))
			evaluate_once(c, s, i, v, before);
	}
	return true;
}

bool sema_may_expand(struct sema_ctx *c, const struct node *at)
{
	if (c->expand_depth >= EXPAND_DEPTH_MAX)
		sema_error(c, "D_CG_EXPR", at, "inlines are nested more than %d deep",
			   EXPAND_DEPTH_MAX);
	else if (++c->nexpanded >= EXPANSIONS_MAX)
		sema_error(c, "D_CG_EXPR", at,
			   "inlines and translators are expanded more than %d times: what is used "
			   "often in them is "
			   "better assigned to a variable",
			   EXPANSIONS_MAX);
	else
		return true;
	return false;
}

/* A value as one of type t, where t is a type that values have. */
static struct node *as_declared(struct sema_ctx *c, struct node *v, struct type *t,
				const struct node *at)
{
	struct type *r = type_resolve(t);
	bool plain = type_is_scalar(r) || (type_is_string(r) && !type_is_string(v->type));
	if (!v->type || v->kind == NODE_XLATE || !plain || type_same(v->type, t))
		return v;
	return ops_cast_to(c, v, t, at);
}

struct node *sema_inline_use(struct sema_ctx *c, struct node *use, struct ident *id)
{
	struct inline_def *d = id->inl;
	if (!id->type && !(id->type = sema_decl_type(c, d->decl)))
		return use;
	struct scope *s = definition_scope(c, d), *outer = c->scope;
	struct node *before = NULL;
	if (!s || !sema_may_expand(c, use) || !arguments_ok(c, use, s, id->name, &before))
		return use;
	struct node *body = node_clone(c->arena, d->value);
	c->scope = s;
	c->expand_depth++;
	body = expr_any(c, body);
	c->expand_depth--;
	c->scope = outer;
	body->src = use->src;
	body = as_declared(c, body, id->type, use);
	return before && body->type ? typed_binary(c, OP_COMMA, before, body) : body;
}

struct node *scope_expr(struct sema_ctx *c, struct node *n, uint32_t i)
{
	struct scope *s = c->scope;
	if (!s->args || !s->args[i]) { /* the definition: the name alone */
		n->ident = sema_new_ident(c, IDENT_PARAM, n->name, s->types[i]);
		n->type = s->types[i];
		n->is_lvalue = type_is_sou(s->types[i]);
		return n;
	}
	if (!sema_may_expand(c, n))
		return n;
	struct node *v = node_clone(c->arena, s->args[i]);
	c->scope = s->from[i];
	c->expand_depth++;
	v = expr_any(c, v);
	c->expand_depth--;
	c->scope = s;
	return as_declared(c, v, s->types[i], n);
}
