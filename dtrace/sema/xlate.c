/*
 * xlate.c - translators: their definitions, xlate<T>(e), members seen through a translation
 *
 * A translation is not computed until a member of it is named: NODE_XLATE carries the translator
 * and its untyped argument, and `xlate<T>(e).m` becomes the translator's expression for m with the
 * argument in place of the parameter. A translation used as a whole (assigned, passed on) is
 * evaluated member by member into a clause-local variable; for xlate<T *> that is memory from
 * alloca(). A member may be declared to have nothing to be filled from (no m: "reason"): it may not
 * be named, for the reason given, and is zero in a translation as a whole.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

struct xlator {
	struct type *to, *from;
	struct translator_def *def;
	struct stability attr;
	bool resolved; /* to and from are known: libraries wait until somebody looks */
	bool failed;
	const void *owner; /* the run that declared it */
};

struct translation { /* NODE_XLATE: extra */
	struct xlator *x;
	struct node *arg; /* untyped */
	struct scope *scope;
};

/* ---- definitions ---- */

static struct type *strip(struct type *t)
{
	return type_resolve(t);
}

/* What it translates to: mostly a type of D. What it translates from is the kernel's, and costs a search. */
static bool resolve_to(struct sema_ctx *c, struct xlator *x)
{
	if (!x->to && !x->failed)
		x->to = sema_decl_type(c, x->def->to);
	x->failed |= !x->to;
	return !x->failed;
}

static bool resolve(struct sema_ctx *c, struct xlator *x)
{
	if (x->resolved || x->failed)
		return x->resolved;
	x->from = resolve_to(c, x) ? sema_decl_type(c, x->def->from) : NULL;
	x->failed = !x->from;
	x->resolved = !x->failed;
	return x->resolved;
}

/* The word that names a type, to pass by libraries' translators without resolving (and importing)
 * their types. */
static bool may_be(const struct xlator *x, struct type *to)
{
	const struct decl *d = x->def->to;
	if (x->resolved || !d->base_name)
		return true;
	for (; to; to = to->kind == TYPE_TYPEDEF ? to->ref : NULL)
		if (to->name && strcmp(to->name, d->base_name) == 0)
			return true;
	return d->base == BASE_NAME; /* a typedef of the tag that is asked for */
}

static struct xlator *find_xlator(struct sema_ctx *c, struct type *from, struct type *to)
{
	struct xlator *compat = NULL;
	for (size_t i = 0; i < c->s->xlators.n; i++) {
		struct xlator *x = c->s->xlators.at[i];
		if (!may_be(x, to) || !resolve_to(c, x) || !type_same(strip(x->to), strip(to)) ||
		    !resolve(c, x))
			continue;
		if (type_same(strip(x->from), strip(from)))
			return x;
		if (!compat && !type_is_sou(strip(from)) && type_compat(x->from, from))
			compat = x;
	}
	return compat;
}

static struct xlator_member *member_def(const struct xlator *x, const char *name)
{
	for (struct xlator_member *m = x->def->members; m; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

static struct scope *param_scope(struct sema_ctx *c, const struct xlator *x, struct node *arg,
				 struct scope *caller)
{
	struct scope *s = arena_new_of(c->arena, struct scope);
	s->n = 1;
	s->names = arena_array(c->arena, const char *, 1);
	s->types = arena_array(c->arena, struct type *, 1);
	s->args = arena_array(c->arena, struct node *, 1);
	s->names[0] = x->def->from->name;
	s->types[0] = x->from;
	s->from = arena_array(c->arena, struct scope *, 1);
	s->args[0] = arg;
	s->from[0] = caller;
	return s;
}

/* Can the member hold the value? Arrays of char take strings. */
static bool member_fits(struct sema_ctx *c, struct type *t, struct node *v)
{
	if (v->kind == NODE_XLATE)
		return type_same(strip(t), strip(v->type));
	return sema_assignable(c, t, v) || type_same(strip(t), strip(v->type)) ||
	       (type_is_stringish(t) && type_is_stringish(v->type));
}

static void check_member(struct sema_ctx *c, const struct xlator *x, struct xlator_member *m)
{
	struct node at = {.src = m->src};
	uint32_t off;
	const struct type_member *tm = type_member(strip(x->to), m->name, &off);
	if (!tm) {
		sema_error(c, "D_XLATE_MEMB", &at, "translator member %s is not a member of %s",
			   m->name, sema_type_text(c, x->to));
		return;
	}
	if (member_def(x, m->name) != m) {
		sema_error(c, "D_XLATE_REDECL", &at,
			   "translator member %s has already been defined", m->name);
		return;
	}
	if (!m->value)
		return;
	struct scope *outer = c->scope;
	c->scope = param_scope(c, x, NULL, NULL);
	struct node *v = expr_any(c, node_clone(c->arena, m->value));
	c->scope = outer;
	if (v->type && !member_fits(c, tm->type, v))
		sema_error(
		    c, "D_XLATE_INCOMPAT", &at,
		    "translator member %s definition uses incompatible types: \"%s\" = \"%s\"",
		    m->name, sema_type_text(c, tm->type), sema_node_type_text(c, v));
}

void sema_translator(struct sema_ctx *c, struct translator_def *d)
{
	sema_pragma_translator(c);
	struct xlator *x = arena_new_of(c->arena, struct xlator);
	x->def = d;
	x->owner = c;
	x->attr = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	if (d->attr) {
		BUF_AUTO b = {0};
		buf_printf(&b, "%s/%s/%s", d->attr->name, d->attr->data, d->attr->dclass);
		stability_parse(buf_str(&b), &x->attr);
	}
	if (c->in_library) {
		*vec_push(&c->s->xlators, c->arena) = x;
		return;
	}
	if (!resolve(c, x))
		return;
	if (!type_is_sou(strip(x->to))) {
		sema_error_at(c, "D_XLATE_SOU", d->src,
			      "translator output type must be a struct or union: %s",
			      sema_type_text(c, x->to));
		return;
	}
	struct xlator *old = find_xlator(c, x->from, x->to);
	if (old && type_same(strip(old->from), strip(x->from))) {
		sema_error_at(c, "D_XLATE_REDECL", d->src,
			      "translator from %s to %s has already been declared",
			      sema_type_text(c, x->from), sema_type_text(c, x->to));
		return;
	}
	for (struct xlator_member *m = d->members; m; m = m->next)
		check_member(c, x, m);
	*vec_push(&c->s->xlators, c->arena) = x;
}

void sema_undo_translators(struct sema_ctx *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->s->xlators.n; i++)
		if (c->s->xlators.at[i]->owner != c)
			c->s->xlators.at[n++] = c->s->xlators.at[i];
	c->s->xlators.n = n;
}

/* ---- uses ---- */

static struct type *sou_of(struct type *to)
{
	struct type *t = strip(to);
	t = t->kind == TYPE_PTR ? strip(t->ref) : t;
	return type_is_sou(t) ? t : NULL;
}

struct node *sema_xlate_make(struct sema_ctx *c, struct node *arg, struct type *from,
			     struct type *to)
{
	struct type *dst = strip(to)->kind == TYPE_PTR ? strip(to)->ref : to;
	struct xlator *x = find_xlator(c, from, dst);
	if (!x)
		return NULL;
	struct translation *t = arena_new_of(c->arena, struct translation);
	t->x = x;
	t->arg = arg;
	t->scope = c->scope;
	struct node *n = sema_node(c, NODE_XLATE, arg->src, 0);
	n->extra = t;
	n->type = to;
	sema_use_attr(c, n, "translator", x->attr);
	return n;
}

struct node *sema_xlate(struct sema_ctx *c, struct node *n)
{
	struct type *to = sema_decl_type(c, n->decl);
	struct node *arg = n->kids[0];
	struct node *v = expr_any(c, node_clone(c->arena, arg));
	if (!to || !v->type)
		return n;
	if (!sou_of(to)) {
		sema_error(c, "D_XLATE_SOU", n,
			   "cannot translate to type \"%s\"; must be a struct or union",
			   sema_type_text(c, to));
		return n;
	}
	struct node *x = sema_xlate_make(c, arg, v->type, to);
	if (!x) {
		sema_error(c, "D_XLATE_NONE", n, "cannot translate from \"%s\" to \"%s\"",
			   sema_node_type_text(c, v), sema_type_text(c, to));
		return n;
	}
	x->src = n->src;
	return x;
}

/* The expression for one member, typed. */
static struct node *member_value(struct sema_ctx *c, const struct translation *t,
				 struct xlator_member *m)
{
	struct scope *outer = c->scope;
	c->scope = param_scope(c, t->x, t->arg, t->scope);
	c->expand_depth++;
	struct node *v = expr_any(c, node_clone(c->arena, m->value));
	c->expand_depth--;
	c->scope = outer;
	return v;
}

/* As the member's type; arrays of char are read as the strings they hold. */
static struct node *member_cast(struct sema_ctx *c, struct node *v, struct type *t,
				const struct node *at)
{
	struct type *r = strip(t);
	if (!v->type || v->kind == NODE_XLATE)
		return v;
	if (type_is_scalar(r))
		return type_same(v->type, t) ? v : ops_cast_to(c, v, t, at);
	if (type_is_stringish(r) && type_is_stringish(v->type) && !type_is_string(v->type))
		return ops_cast_to(c, v, types_string(c->types), at);
	return v;
}

struct node *sema_xlate_member(struct sema_ctx *c, struct node *n)
{
	const struct translation *t = n->kids[0]->extra;
	struct type *to = sou_of(n->kids[0]->type);
	uint32_t off;
	const struct type_member *tm = type_member(to, n->name, &off);
	if (!tm) {
		sema_error(c, "D_TYPE_MEMBER", n, "%s is not a member of %s", n->name,
			   sema_type_text(c, to));
		return n;
	}
	struct xlator_member *m = member_def(t->x, n->name);
	if (!m || !m->value) {
		sema_error(c, "D_XLATE_NOCONV", n,
			   "translator does not define conversion for member: %s%s%s", n->name,
			   m ? ": " : "", m ? m->missing : "");
		return n;
	}
	if (!sema_may_expand(c, n))
		return n;
	struct node *v = member_value(c, t, m);
	if (v->type)
		v->src = n->src;
	return member_cast(c, v, tm->type, n);
}

/* ---- a translation as a whole ---- */

static struct node *temp_ident(struct sema_ctx *c, struct src at, const char *name)
{
	struct node *n = sema_node(c, NODE_IDENT, at, 0);
	n->name = name;
	n->scope = "this";
	return sema_expr(c, n);
}

static struct node *new_temp(struct sema_ctx *c, struct src at, struct type *t, const char **name)
{
	*name = arena_printf(c->arena, "<translation %u>", c->ntemps++);
	struct var *v = sema_new_var(c, *name, VAR_THIS, at);
	v->type = t;
	v->written = true;
	return temp_ident(c, at, *name);
}

static struct node *assign(struct sema_ctx *c, struct node *l, struct node *r)
{
	struct node *n = sema_binary(c, OP_ASSIGN, l, r);
	n->type = l->type;
	return n;
}

static struct node *comma(struct sema_ctx *c, struct node *l, struct node *r)
{
	struct node *n = sema_binary(c, OP_COMMA, l, r);
	n->type = r->type;
	return n;
}

static struct node *alloca_of(struct sema_ctx *c, struct src at, struct type *ptr)
{
	struct node *size = sema_node(c, NODE_INT, at, 0);
	sema_make_int(size, types_find(c->types, "size_t"), type_size(strip(strip(ptr)->ref)));
	struct node *call = sema_node(c, NODE_CALL, at, 1);
	call->name = "alloca";
	call->has_keys = true;
	call->kids[0] = size;
	call = sema_call(c, call, false);
	return call->type ? ops_cast_to(c, call, ptr, call) : call;
}

/* Where only the address matters (compared, printed, a key), a translated pointer is the native
 * one. */
struct node *sema_xlate_pointer(struct sema_ctx *c, struct node *n)
{
	const struct translation *t = n->extra;
	if (strip(n->type)->kind != TYPE_PTR)
		return sema_xlate_value(c, n);
	struct scope *outer = c->scope;
	c->scope = t->scope;
	struct node *v = expr_any(c, t->arg->type ? t->arg : node_clone(c->arena, t->arg));
	c->scope = outer;
	if (!v->type || !type_is_scalar(v->type) || v->kind == NODE_XLATE)
		return sema_xlate_value(c, n);
	return ops_cast_to(c, v, n->type, n);
}

struct node *sema_xlate_value(struct sema_ctx *c, struct node *n)
{
	const struct translation *t = n->extra;
	bool is_ptr = strip(n->type)->kind == TYPE_PTR;
	struct type *type = n->type;
	const char *name;
	struct node *tmp = new_temp(c, n->src, type, &name), *all = NULL;
	if (is_ptr)
		all = assign(c, tmp, alloca_of(c, n->src, type));
	for (struct xlator_member *m = t->x->def->members; m; m = m->next) {
		if (!m->value)
			continue;
		struct node *l = sema_node(c, NODE_MEMBER, n->src, 1);
		l->op = is_ptr ? OP_ARROW : OP_DOT;
		l->name = m->name;
		l->kids[0] = temp_ident(c, n->src, name);
		l = sema_expr(c, l);
		struct node *v = sema_expr(c, member_value(c, t, m));
		if (!l->type || !v->type) {
			n->type = NULL;
			return n;
		}
		struct node *one = assign(c, l, member_cast(c, v, l->type, n));
		all = all ? comma(c, all, one) : one;
	}
	struct node *result = temp_ident(c, n->src, name);
	return all ? comma(c, all, result) : result;
}
